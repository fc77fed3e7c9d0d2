//! The instruction table: the one place where an instruction is declared.
//!
//! [`for_each_instruction!`](crate::for_each_instruction) hands every row to a callback macro, so that the opcode
//! enumeration, the disassembler, the verifier, the eval loop's handlers and the documentation derive from it.
//! A row reads
//!
//! ```text
//! /// What it does.
//! Variant mnemonic [a, b, c] cache WORDS effects EFFECTS;
//! ```
//!
//! where `a`, `b`, `c` are [`Operand`](crate::Operand) kinds, `WORDS` the number of inline cache words behind
//! the instruction (word 0 is the adaptive counter), and `EFFECTS` a constant expression over
//! [`Effects`](crate::Effects). Rules that every row keeps:
//!
//! * the result, if there is one, goes to `a`;
//! * an instruction that raises has consumed its `Src` and `Take` temporaries all the same, and written nothing;
//! * a specialised form repeats the operands and the cache words of the general form.
//!
//! Source: the instruction inventory follows the semantics of CPython 3.14's `Python/bytecodes.c`; the register
//! form and the names are our own.

/// Calls `$callback! { rows… }` with every row of the instruction table.
#[macro_export]
macro_rules! for_each_instruction {
    ($callback:path) => {
        $callback! {
            // Moving values.

            /// Does nothing.
            Nop nop [None, None, None] cache 0 effects NONE;
            /// Holds the high halves of the next instruction's `a`, `b` and `c`.
            Wide wide [Imm, Imm, Imm] cache 0 effects NONE;
            /// Writes `b` to `a`: a temporary is moved, a local is copied.
            Move mov [Dst, Src, None] cache 0 effects NONE;
            /// Copies `b` to `a`; a temporary `b` stays alive.
            Copy copy [Dst, Keep, None] cache 0 effects NONE;
            /// Drops the temporary `a`.
            Drop drop [Src, None, None] cache 0 effects NONE;
            /// Reverses the order of the `b` temporaries that begin at `a`.
            Reverse reverse [Permute, Count, None] cache 0 effects NONE;
            /// Loads constant `b`.
            LoadConst load_const [Dst, Const, None] cache 0 effects NONE;
            /// Loads `AssertionError` (`b` = 0) or `NotImplementedError` (`b` = 1), whatever the names are bound to.
            LoadCommonConstant load_common_constant [Dst, Imm, None] cache 0 effects NONE;

            // Names.

            /// Raises `UnboundLocalError` when the local `a` is unbound.
            CheckBound check_bound [Local, None, None] cache 0 effects RAISES;
            /// Unbinds the local `a`, bound or not.
            ClearLocal clear_local [Local, None, None] cache 0 effects NONE;
            /// Loads global or built-in name `b`; raises `NameError`.
            LoadGlobal load_global [Dst, Name, None] cache 2 effects CALLS;
            /// Begins a call window at `a` whose callable is global or built-in name `b`.
            LoadGlobalCallable load_global_callable [Put(Fixed(WINDOW)), Name, None] cache 2 effects CALLS;
            /// Binds global name `b` to `a`.
            StoreGlobal store_global [Src, Name, None] cache 1 effects CALLS;
            /// Deletes global name `b`; raises `NameError`.
            DeleteGlobal delete_global [None, Name, None] cache 0 effects CALLS;
            /// Loads name `b` from the frame's namespace, then globals, then built-ins; raises `NameError`.
            LoadName load_name [Dst, Name, None] cache 2 effects CALLS;
            /// Binds name `b` to `a` in the frame's namespace.
            StoreName store_name [Src, Name, None] cache 1 effects CALLS;
            /// Deletes name `b` from the frame's namespace; raises `NameError`.
            DeleteName delete_name [None, Name, None] cache 0 effects CALLS;
            /// Loads the frame's namespace.
            LoadLocals load_locals [Dst, None, None] cache 0 effects RAISES;
            /// Loads name `c` from mapping `b`, then globals, then built-ins; raises `NameError`.
            LoadFromMappingOrGlobal load_from_mapping_or_global [Dst, Src, Name] cache 0 effects CALLS;
            /// Loads the name of cell `c` from mapping `b`, then from the cell; raises `NameError`.
            LoadFromMappingOrCell load_from_mapping_or_cell [Dst, Src, Cell] cache 0 effects CALLS;
            /// Puts a new empty cell in cell register `a`.
            MakeCell make_cell [Cell, None, None] cache 0 effects RAISES;
            /// Puts a new cell in cell register `a` and moves local `b` (bound or not) into it.
            MakeCellFrom make_cell_from [Cell, Local, None] cache 0 effects RAISES;
            /// Loads the content of cell `b`; raises `NameError` or `UnboundLocalError` when it is empty.
            LoadCell load_cell [Dst, Cell, None] cache 0 effects RAISES;
            /// Stores `b` into cell `a`.
            StoreCell store_cell [Cell, Src, None] cache 0 effects NONE;
            /// Empties cell `a`; raises when it is empty already.
            DeleteCell delete_cell [Cell, None, None] cache 0 effects RAISES;
            /// Copies the `b` cells of the running function's closure into the registers from `a` on.
            CopyFreeVariables copy_free_variables [Cell, Count, None] cache 0 effects NONE;
            /// Loads the built-in `__build_class__`.
            LoadBuildClass load_build_class [Dst, None, None] cache 0 effects CALLS;
            /// Creates `__annotations__` in the frame's namespace unless it exists.
            SetupAnnotations setup_annotations [None, None, None] cache 0 effects CALLS;

            // Attributes.

            /// Loads attribute `c` of `b`.
            LoadAttr load_attr [Dst, Src, Name] cache 3 effects ENTERS;
            /// Begins a call window at `a` with attribute `c` of `b`: an unbound method and its self, or a callable.
            LoadMethod load_method [Put(Fixed(WINDOW)), Src, Name] cache 3 effects ENTERS;
            /// Sets attribute `b` of `a` to `c`.
            StoreAttr store_attr [Src, Name, Src] cache 3 effects ENTERS;
            /// Deletes attribute `b` of `a`.
            DeleteAttr delete_attr [Src, Name, None] cache 0 effects CALLS;
            /// Loads attribute `b` through `super()`: from `a` on lie the callee `super`, the class and the object;
            /// `c` = 1 if the source names the last two. The result replaces `a`.
            LoadSuperAttr load_super_attr [TakeDst(Fixed(3)), Name, Imm] cache 2 effects ENTERS;
            /// As `load_super_attr`, but makes a call window at `a`.
            LoadSuperMethod load_super_method [TakePut(Fixed(3), Fixed(WINDOW)), Name, Imm] cache 2 effects ENTERS;

            // Subscripts.

            /// `b[c]`.
            LoadSubscript load_subscript [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b[constant c]`.
            LoadSubscriptConst load_subscript_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `a[b] = c`.
            StoreSubscript store_subscript [Src, Src, Src] cache 1 effects ENTERS;
            /// `a[constant b] = c`.
            StoreSubscriptConst store_subscript_const [Src, Const, Src] cache 1 effects ENTERS;
            /// `del a[b]`.
            DeleteSubscript delete_subscript [Src, Src, None] cache 0 effects CALLS;
            /// `b[lower:upper]`, the bounds lying from `c` on.
            LoadSlice load_slice [Dst, Src, Take(Fixed(2))] cache 1 effects CALLS;
            /// `a[lower:upper] = c`, the bounds lying from `b` on.
            StoreSlice store_slice [Src, Take(Fixed(2)), Src] cache 0 effects CALLS;
            /// A slice of the `c` (2 or 3) operands that begin at `b`.
            BuildSlice build_slice [Dst, Take(Counted), Count] cache 0 effects RAISES;

            // Operators.

            /// `b + c`.
            Add add [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b - c`.
            Subtract subtract [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b * c`.
            Multiply multiply [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b @ c`.
            MatrixMultiply matrix_multiply [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b / c`.
            TrueDivide true_divide [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b // c`.
            FloorDivide floor_divide [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b % c`.
            Remainder remainder [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b ** c`.
            Power power [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b << c`.
            LeftShift left_shift [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b >> c`.
            RightShift right_shift [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b & c`.
            And and [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b | c`.
            Or or [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b ^ c`.
            Xor xor [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b + constant c`.
            AddConst add_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b - constant c`.
            SubtractConst subtract_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b * constant c`.
            MultiplyConst multiply_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b @ constant c`.
            MatrixMultiplyConst matrix_multiply_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b / constant c`.
            TrueDivideConst true_divide_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b // constant c`.
            FloorDivideConst floor_divide_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b % constant c`.
            RemainderConst remainder_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b ** constant c`.
            PowerConst power_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b << constant c`.
            LeftShiftConst left_shift_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b >> constant c`.
            RightShiftConst right_shift_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b & constant c`.
            AndConst and_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b | constant c`.
            OrConst or_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b ^ constant c`.
            XorConst xor_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b += c`, the result to `a`.
            InplaceAdd inplace_add [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b -= c`, the result to `a`.
            InplaceSubtract inplace_subtract [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b *= c`, the result to `a`.
            InplaceMultiply inplace_multiply [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b @= c`, the result to `a`.
            InplaceMatrixMultiply inplace_matrix_multiply [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b /= c`, the result to `a`.
            InplaceTrueDivide inplace_true_divide [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b //= c`, the result to `a`.
            InplaceFloorDivide inplace_floor_divide [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b %= c`, the result to `a`.
            InplaceRemainder inplace_remainder [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b **= c`, the result to `a`.
            InplacePower inplace_power [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b <<= c`, the result to `a`.
            InplaceLeftShift inplace_left_shift [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b >>= c`, the result to `a`.
            InplaceRightShift inplace_right_shift [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b &= c`, the result to `a`.
            InplaceAnd inplace_and [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b |= c`, the result to `a`.
            InplaceOr inplace_or [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b ^= c`, the result to `a`.
            InplaceXor inplace_xor [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b += constant c`, the result to `a`.
            InplaceAddConst inplace_add_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b -= constant c`, the result to `a`.
            InplaceSubtractConst inplace_subtract_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b *= constant c`, the result to `a`.
            InplaceMultiplyConst inplace_multiply_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b @= constant c`, the result to `a`.
            InplaceMatrixMultiplyConst inplace_matrix_multiply_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b /= constant c`, the result to `a`.
            InplaceTrueDivideConst inplace_true_divide_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b //= constant c`, the result to `a`.
            InplaceFloorDivideConst inplace_floor_divide_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b %= constant c`, the result to `a`.
            InplaceRemainderConst inplace_remainder_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b **= constant c`, the result to `a`.
            InplacePowerConst inplace_power_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b <<= constant c`, the result to `a`.
            InplaceLeftShiftConst inplace_left_shift_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b >>= constant c`, the result to `a`.
            InplaceRightShiftConst inplace_right_shift_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b &= constant c`, the result to `a`.
            InplaceAndConst inplace_and_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b |= constant c`, the result to `a`.
            InplaceOrConst inplace_or_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b ^= constant c`, the result to `a`.
            InplaceXorConst inplace_xor_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b < c`.
            Less less [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b <= c`.
            LessEqual less_equal [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b == c`.
            Equal equal [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b != c`.
            NotEqual not_equal [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b > c`.
            Greater greater [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b >= c`.
            GreaterEqual greater_equal [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b < constant c`.
            LessConst less_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b <= constant c`.
            LessEqualConst less_equal_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b == constant c`.
            EqualConst equal_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b != constant c`.
            NotEqualConst not_equal_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b > constant c`.
            GreaterConst greater_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b >= constant c`.
            GreaterEqualConst greater_equal_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b is c`.
            Is is [Dst, Src, Src] cache 0 effects NONE;
            /// `b is not c`.
            IsNot is_not [Dst, Src, Src] cache 0 effects NONE;
            /// `b in c`.
            Contains contains [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b not in c`.
            NotContains not_contains [Dst, Src, Src] cache 1 effects ENTERS;
            /// `b in constant c`.
            ContainsConst contains_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `b not in constant c`.
            NotContainsConst not_contains_const [Dst, Src, Const] cache 1 effects ENTERS;
            /// `-b`.
            Negative negative [Dst, Src, None] cache 1 effects CALLS;
            /// `+b`.
            Positive positive [Dst, Src, None] cache 0 effects CALLS;
            /// `~b`.
            Invert invert [Dst, Src, None] cache 0 effects CALLS;
            /// `not b`.
            Not not [Dst, Src, None] cache 1 effects CALLS;

            // Jumps.

            /// Jumps forward.
            Jump jump [None, Jump, None] cache 0 effects ENDS;
            /// Jumps backward; a safepoint, and the counter that finds hot loops.
            JumpBackward jump_backward [None, Jump, None] cache 1 effects CALLS | ENDS;
            /// Jumps backward without a safepoint, in the loop that delegates to a subiterator.
            JumpBackwardNoInterrupt jump_backward_no_interrupt [None, Jump, None] cache 0 effects ENDS;
            /// Jumps if `a` is true.
            JumpIfTrue jump_if_true [Src, Jump, None] cache 1 effects CALLS;
            /// Jumps if `a` is false.
            JumpIfFalse jump_if_false [Src, Jump, None] cache 1 effects CALLS;
            /// Jumps if `a` is `None`.
            JumpIfNone jump_if_none [Src, Jump, None] cache 0 effects NONE;
            /// Jumps if `a` is not `None`.
            JumpIfNotNone jump_if_not_none [Src, Jump, None] cache 0 effects NONE;
            /// Jumps if the temporary `a` is true, keeping it; drops it otherwise.
            JumpIfTrueOrDrop jump_if_true_or_drop [Src, Jump, None] cache 1 effects CALLS;
            /// Jumps if the temporary `a` is false, keeping it; drops it otherwise.
            JumpIfFalseOrDrop jump_if_false_or_drop [Src, Jump, None] cache 1 effects CALLS;

            // Containers.

            /// A tuple of the `c` temporaries from `b` on.
            BuildTuple build_tuple [Dst, Take(Counted), Count] cache 0 effects RAISES;
            /// A list of the `c` temporaries from `b` on.
            BuildList build_list [Dst, Take(Counted), Count] cache 0 effects RAISES;
            /// A set of the `c` temporaries from `b` on.
            BuildSet build_set [Dst, Take(Counted), Count] cache 0 effects CALLS;
            /// A dict of the `c` pairs of temporaries from `b` on.
            BuildMap build_map [Dst, Take(Pairs), Count] cache 0 effects CALLS;
            /// The concatenation of the `c` strings from `b` on; integers among them are shown in decimal.
            BuildString build_string [Dst, Take(Counted), Count] cache 0 effects RAISES;
            /// Appends `b` to the list `a`.
            ListAppend list_append [Keep, Src, None] cache 0 effects RAISES;
            /// Extends the list `a` by the iterable `b`.
            ListExtend list_extend [Keep, Src, None] cache 0 effects CALLS;
            /// A tuple of the list `b`.
            ListToTuple list_to_tuple [Dst, Src, None] cache 0 effects RAISES;
            /// Adds `b` to the set `a`.
            SetAdd set_add [Keep, Src, None] cache 0 effects CALLS;
            /// Adds what the iterable `b` yields to the set `a`.
            SetUpdate set_update [Keep, Src, None] cache 0 effects CALLS;
            /// Sets key `b` of the dict `a` to `c`.
            MapAdd map_add [Keep, Src, Src] cache 0 effects CALLS;
            /// Updates the dict `a` from the mapping `b`.
            DictUpdate dict_update [Keep, Src, None] cache 0 effects CALLS;
            /// Merges the keyword arguments of mapping `b` into the dict `a`, refusing duplicates; `c` is the callable,
            /// for the message.
            DictMerge dict_merge [Keep, Src, Keep] cache 0 effects CALLS;
            /// Unpacks `b` into `c` temporaries from `a` on, the first element into the last of them.
            UnpackSequence unpack_sequence [Put(Counted), Src, Count] cache 1 effects CALLS;
            /// Unpacks the two elements of `c` into the locals `a` and `b`.
            UnpackPair unpack_pair [Dst, Dst, Src] cache 1 effects CALLS;
            /// Unpacks `b` into `before` elements, a list and `after` elements (`c` = before | after << 8), the first
            /// into the last temporary from `a` on.
            UnpackExtended unpack_extended [Put(Split), Src, Count] cache 0 effects CALLS;

            // Strings.

            /// `str(b)`, `repr(b)` or `ascii(b)` (`c` = 1, 2, 3).
            Convert convert [Dst, Src, Imm] cache 0 effects CALLS;
            /// `format(b)`.
            FormatSimple format_simple [Dst, Src, None] cache 1 effects CALLS;
            /// `format(b)` for `build_string`: an integer that is a word by itself stays what it is.
            FormatPart format_part [Dst, Src, None] cache 0 effects CALLS;
            /// `format(b, c)`.
            FormatWithSpec format_with_spec [Dst, Src, Src] cache 0 effects CALLS;
            /// A `string.templatelib.Interpolation` of the three temporaries value, expression text and format
            /// specification from `b` on, and the conversion `c` (0 none, else as in `convert`).
            BuildInterpolation build_interpolation [Dst, Take(Fixed(3)), Imm] cache 0 effects RAISES;
            /// A `string.templatelib.Template` of the tuple of strings `b` and the tuple of interpolations `c`.
            BuildTemplate build_template [Dst, Src, Src] cache 0 effects RAISES;

            // Functions and calls.

            /// A function with code constant `b`. The bits of `c` say which temporaries lie from `a` on, in this
            /// order: 1 tuple of defaults, 2 dict of keyword defaults, 4 dict of annotations, 16 `__annotate__`, 8 tuple of
            /// cells. The result replaces `a`.
            MakeFunction make_function [TakeDst(Bits), Const, Count] cache 0 effects RAISES;
            /// A generator over code `b`, a generator expression's, as if a function with that code had been called: from `a` on lie
            /// its outermost iterator and the cells of its closure, `c` temporaries in all. The result replaces `a`.
            MakeGenerator make_generator [TakeDst(Counted), Const, Count] cache 0 effects RAISES;
            /// Begins a call window at `a` whose callable is `b`.
            PushCallable push_callable [Put(Fixed(WINDOW)), Src, None] cache 0 effects NONE;
            /// Calls the window at `b` with `c` positional arguments.
            Call call [Dst, Take(Call), Count] cache 2 effects ENTERS;
            /// Calls the window at `a` with `b` arguments, the last of which are named by the constant tuple `c`.
            /// The result replaces `a`.
            CallKw call_kw [TakeDst(Call), Count, Const] cache 2 effects ENTERS;
            /// Calls with unpacked arguments: from `b` on lie the callable, an iterable of positional arguments and,
            /// if `c` = 3, a mapping (`c` counts the temporaries).
            CallEx call_ex [Dst, Take(Counted), Count] cache 1 effects ENTERS;
            /// Returns `a`.
            ReturnValue return_value [Src, None, None] cache 0 effects EXITS | ENDS;
            /// Returns constant `a`.
            ReturnConst return_const [Const, None, None] cache 0 effects EXITS | ENDS;
            /// Entry of a function: a safepoint, and where thread-local bytecode is looked up.
            Resume resume [None, None, None] cache 1 effects CALLS;

            // Iteration and generators.

            /// `iter(b)`.
            GetIter get_iter [Dst, Src, None] cache 1 effects CALLS;
            /// Next element of the iterator `b`, or drops the iterator and jumps.
            ForIter for_iter [Dst, Keep, Forward] cache 1 effects ENTERS;
            /// Makes a generator, coroutine or asynchronous generator of the frame and returns it; execution goes on
            /// behind this instruction at the first resumption.
            ReturnGenerator return_generator [None, None, None] cache 0 effects EXITS;
            /// Suspends with value `b`; `a` is the value sent in. `c` = 1 while delegating to the subiterator that
            /// lies in the temporary below `a`.
            YieldValue yield_value [Dst, Src, Imm] cache 0 effects EXITS | CALLS;
            /// The iterator that `yield from b` delegates to.
            GetYieldFromIter get_yield_from_iter [Dst, Src, None] cache 0 effects CALLS;
            /// Sends the temporary `a` to the subiterator `b`: falls through with the value yielded, or jumps with
            /// the value returned, in `a`.
            Send send [Update, Keep, Forward] cache 1 effects ENTERS;
            /// Drops the subiterator `b`; `a` is the value `c`.
            EndSend end_send [Dst, Src, Src] cache 0 effects NONE;
            /// Handler around a delegating suspension: the value of the `StopIteration` `a`; raises anything else
            /// again.
            CleanupThrow cleanup_throw [Update, None, None] cache 0 effects RAISES;
            /// The iterator that `await b` delegates to; `c` = 1 for `__aenter__`, 2 for `__aexit__` (for messages).
            GetAwaitable get_awaitable [Dst, Src, Imm] cache 0 effects CALLS;
            /// `type(b).__aiter__(b)`.
            GetAsyncIter get_async_iter [Dst, Src, None] cache 0 effects CALLS;
            /// The awaitable of `type(b).__anext__(b)`; the iterator stays.
            GetAsyncNext get_async_next [Dst, Keep, None] cache 0 effects CALLS;
            /// End of `async for`: the iterator and the exception lie from `a` on; drops both if the exception is
            /// `StopAsyncIteration` and raises it again otherwise.
            EndAsyncFor end_async_for [Take(Fixed(2)), None, None] cache 0 effects RAISES;
            /// Wraps a value that an asynchronous generator yields.
            AsyncGeneratorWrap async_generator_wrap [Dst, Src, None] cache 0 effects RAISES;
            /// `RuntimeError` for a `StopIteration` (or `StopAsyncIteration`) `b` that leaves a generator; else `b`.
            WrapStopIteration wrap_stop_iteration [Dst, Src, None] cache 0 effects RAISES;

            // Exceptions.

            /// `raise a`.
            Raise raise [Src, None, None] cache 0 effects CALLS | ENDS;
            /// `raise a from b`.
            RaiseFrom raise_from [Src, Src, None] cache 0 effects CALLS | ENDS;
            /// Bare `raise`: the handled exception, or `RuntimeError`.
            RaiseCurrent raise_current [None, None, None] cache 0 effects RAISES | ENDS;
            /// Raises the exception `a` again, adding no traceback entry.
            Reraise reraise [Src, None, None] cache 0 effects RAISES | ENDS;
            /// Makes `b` the handled exception; `a` is the one handled before, or `None`.
            EnterHandler enter_handler [Dst, Keep, None] cache 0 effects NONE;
            /// Ends a handler: from `a` on lie the exception that was handled and the one handled before, which is
            /// handled again.
            LeaveHandler leave_handler [Take(Fixed(2)), None, None] cache 0 effects NONE;
            /// Ends a handler as `leave_handler` does and raises the exception that was handled again.
            ReraiseHandled reraise_handled [Take(Fixed(2)), None, None] cache 0 effects RAISES | ENDS;
            /// An exception left a handler: from `a` on lie the exception handled, the one handled before, and the
            /// new one, which is raised again after the handler has ended.
            UnwindHandler unwind_handler [Take(Fixed(3)), None, None] cache 0 effects RAISES | ENDS;
            /// Whether the exception `b` matches the class or tuple of classes `c`.
            MatchException match_exception [Dst, Keep, Src] cache 0 effects CALLS;
            /// `except*`: splits the exception `b`: what matches `c` goes to `a` (or `None`), the rest (or `None`)
            /// replaces `b`.
            SplitExceptionGroup split_exception_group [Dst, Keep, Src] cache 0 effects CALLS;
            /// End of `except*`: what is to be raised of the original exception `b` and the list `c` of what the
            /// clauses raised and left over, or `None`.
            PrepareReraiseStar prepare_reraise_star [Dst, Src, Src] cache 0 effects CALLS;
            /// Looks up `__exit__` and `__enter__` of `b` (`c` = 1: `__aexit__`, `__aenter__`): the exit method and its
            /// self or the unbound mark go to `a` and the next, the enter method to a call window behind them.
            BeforeWith before_with [Put(Fixed(2 + WINDOW)), Src, Imm] cache 0 effects CALLS;
            /// Makes a call window at `a` of the exit method at `b`, with three arguments `None`.
            PushExit push_exit [Put(Fixed(WINDOW + 3)), Take(Fixed(2)), None] cache 0 effects NONE;
            /// Makes a call window at `a` of the exit method at `b` and the next, which stay, with the type, value and
            /// traceback of the exception `c` as arguments.
            PushExitException push_exit_exception [Put(Fixed(WINDOW + 3)), Keep, Keep] cache 0 effects NONE;

            // Imports.

            /// Imports module `b`; constant `c` is the pair of level and from-list.
            ImportName import_name [Dst, Name, Const] cache 0 effects CALLS;
            /// Loads name `c` from module `b`, which stays.
            ImportFrom import_from [Dst, Keep, Name] cache 0 effects CALLS;
            /// Binds all public names of module `a` in the frame's namespace.
            ImportStar import_star [Src, None, None] cache 0 effects CALLS;

            // Pattern matching.

            /// `len(b)`; `b` stays.
            GetLen get_len [Dst, Keep, None] cache 0 effects CALLS;
            /// Whether `b`, which stays, is a mapping for patterns.
            MatchMapping match_mapping [Dst, Keep, None] cache 0 effects NONE;
            /// Whether `b`, which stays, is a sequence for patterns.
            MatchSequence match_sequence [Dst, Keep, None] cache 0 effects NONE;
            /// The tuple of `b`'s values at the keys of tuple `c`, or `None` if one is missing; both stay.
            MatchKeys match_keys [Dst, Keep, Keep] cache 0 effects CALLS;
            /// From `a` on lie the subject, the class and a tuple of attribute names; the tuple of `b` positional and all named
            /// attributes, or `None`, replaces `a`.
            MatchClass match_class [TakeDst(Fixed(3)), Imm, None] cache 0 effects CALLS;

            // Type parameters.

            /// A type variable named by constant `b`.
            MakeTypeVariable make_type_variable [Dst, Const, None] cache 0 effects RAISES;
            /// A type variable named by constant `c` whose bound function `b` computes.
            MakeTypeVariableBound make_type_variable_bound [Dst, Src, Const] cache 0 effects RAISES;
            /// A type variable named by constant `c` whose constraints function `b` computes.
            MakeTypeVariableConstrained make_type_variable_constrained [Dst, Src, Const] cache 0 effects RAISES;
            /// A parameter specification named by constant `b`.
            MakeParameterSpecification make_parameter_specification [Dst, Const, None] cache 0 effects RAISES;
            /// A tuple of type variables named by constant `b`.
            MakeTypeVariableTuple make_type_variable_tuple [Dst, Const, None] cache 0 effects RAISES;
            /// Gives the type parameter `a` the default that function `b` computes.
            SetTypeParameterDefault set_type_parameter_default [Keep, Src, None] cache 0 effects RAISES;
            /// Gives function `b` the tuple of type parameters `c`; `a` is the function.
            SetFunctionTypeParameters set_function_type_parameters [Dst, Src, Src] cache 0 effects RAISES;
            /// `typing.Generic` subscripted by the tuple of type parameters `b`.
            SubscriptGeneric subscript_generic [Dst, Src, None] cache 0 effects CALLS;
            /// A type alias: from `a` on lie its name, the tuple of type parameters or `None`, and the function that
            /// computes its value. The result replaces `a`.
            MakeTypeAlias make_type_alias [TakeDst(Fixed(3)), None, None] cache 0 effects RAISES;

            // Specialised forms: written by the interpreter over the general ones.

            /// `jump_backward` that counts, and has the loop recorded when it is hot.
            JumpBackwardCounted jump_backward_counted [None, Jump, None] cache 1 effects CALLS | ENDS;
            /// `jump_backward` into the trace of its loop.
            JumpBackwardTraced jump_backward_traced [None, Jump, None] cache 1 effects CALLS | ENDS;

            /// `load_global` from the globals, at a position in a table whose keys have a version.
            LoadGlobalModule load_global_module [Dst, Name, None] cache 2 effects CALLS;
            /// `load_global` from the built-ins, the name being absent from the globals.
            LoadGlobalBuiltin load_global_builtin [Dst, Name, None] cache 2 effects CALLS;
            /// `load_global_callable` as `load_global_module`.
            LoadGlobalCallableModule load_global_callable_module [Put(Fixed(WINDOW)), Name, None] cache 2 effects CALLS;
            /// `load_global_callable` as `load_global_builtin`.
            LoadGlobalCallableBuiltin load_global_callable_builtin [Put(Fixed(WINDOW)), Name, None] cache 2 effects CALLS;
            /// `load_attr` from a slot of an instance whose shape has a version.
            LoadAttrSlot load_attr_slot [Dst, Src, Name] cache 3 effects ENTERS;
            /// `load_attr` of a value of the class that binds nothing, for instances whose shape has a version.
            LoadAttrClass load_attr_class [Dst, Src, Name] cache 3 effects ENTERS;
            /// `load_attr` of a class, whose instances' root shape has a version: a value that binds nothing.
            LoadAttrOfClass load_attr_of_class [Dst, Src, Name] cache 3 effects ENTERS;
            /// `load_attr` from a module, at a position in a table whose keys have a version.
            LoadAttrModule load_attr_module [Dst, Src, Name] cache 3 effects ENTERS;
            /// `load_method` of a function of the class, for instances whose shape has a version.
            LoadMethodClass load_method_class [Put(Fixed(WINDOW)), Src, Name] cache 3 effects ENTERS;
            /// `load_method` of a class, whose instances' root shape has a version: a class method, or a value that binds nothing.
            LoadMethodOfClass load_method_of_class [Put(Fixed(WINDOW)), Src, Name] cache 3 effects ENTERS;
            /// `load_method` from a module, at a position in a table whose keys have a version.
            LoadMethodModule load_method_module [Put(Fixed(WINDOW)), Src, Name] cache 3 effects ENTERS;
            /// `store_attr` to a slot of an instance whose shape has a version.
            StoreAttrSlot store_attr_slot [Src, Name, Src] cache 3 effects ENTERS;
            /// `store_attr` that adds an attribute: from a shape with a version to its child.
            StoreAttrAdd store_attr_add [Src, Name, Src] cache 3 effects ENTERS;

            // Interactive mode.

            /// Passes `a` to `sys.displayhook`.
            PrintExpression print_expression [Src, None, None] cache 0 effects CALLS;
        }
    };
}
