//! What code objects do as Python values.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Thread, Value};

use super::Code;

fn names<'a>(t: &Thread, names: impl Iterator<Item = &'a str>) -> Value {
    let names: Vec<Value> = names.map(|name| t.interpreter().intern(t, name).to_value()).collect();
    Tuple::from_values(t, names).into_value()
}

/// CPython's code units, of two bytes, in a word of bytecode.
const UNITS: usize = 4;

/// A compiled block.
#[class(name = "code", no_new, final)]
impl Code {
    #[getter]
    fn co_name(this: &Object<Code>) -> Value {
        this.title()[0].to_value()
    }

    #[getter]
    fn co_qualname(this: &Object<Code>) -> Value {
        this.title()[1].to_value()
    }

    #[getter]
    fn co_filename(&self) -> &str {
        &self.spec.filename
    }

    #[getter]
    fn co_firstlineno(&self) -> i64 {
        self.spec.first_line.into()
    }

    #[getter]
    fn co_argcount(&self) -> i64 {
        self.spec.argument_count.into()
    }

    #[getter]
    fn co_posonlyargcount(&self) -> i64 {
        self.spec.positional_only_count.into()
    }

    #[getter]
    fn co_kwonlyargcount(&self) -> i64 {
        self.spec.keyword_only_count.into()
    }

    #[getter]
    fn co_nlocals(&self) -> i64 {
        self.spec.varnames.len() as i64
    }

    #[getter]
    fn co_stacksize(&self) -> i64 {
        self.spec.n_registers.into()
    }

    #[getter]
    fn co_flags(&self) -> i64 {
        self.spec.flags.0.into()
    }

    #[getter]
    fn co_varnames(t: &Thread, this: &Object<Code>) -> Value {
        names(t, this.spec.varnames.iter().map(|name| &**name))
    }

    #[getter]
    fn co_names(t: &Thread, this: &Object<Code>) -> Value {
        names(t, this.spec.names.iter().map(|name| &**name))
    }

    #[getter]
    fn co_cellvars(t: &Thread, this: &Object<Code>) -> Value {
        names(t, this.spec.cellvars.iter().map(|cell| &*cell.name))
    }

    #[getter]
    fn co_freevars(t: &Thread, this: &Object<Code>) -> Value {
        names(t, this.spec.freevars.iter().map(|name| &**name))
    }

    #[getter]
    fn co_consts(t: &Thread, this: &Object<Code>) -> Value {
        let constants: Vec<Value> =
            (0..this.constants.len()).map(|at| this.constant(at).to_value()).collect();
        Tuple::from_values(t, constants).into_value()
    }

    #[getter]
    fn co_code(t: &Thread, this: &Object<Code>) -> Value {
        let bytes: Vec<u8> = this.spec.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Bytes::from_slice(t, &bytes).into_value()
    }

    /// The source positions, one for each two bytes: lines and columns, `None` where there is none.
    #[method]
    fn co_positions(t: &mut Thread, this: &Object<Code>) -> Result<Value> {
        let mut positions = Vec::new();
        for word in 0..this.spec.words.len() as u32 {
            let position = this.spec.position(word);
            let number = |present, value: u32| {
                if present { Int::from_i64(t, value.into()) } else { Value::NONE }
            };
            let (has_line, has_columns) = (position.line != 0, position.end_column != 0);
            let entry = [
                number(has_line, position.line),
                number(has_line, position.end_line),
                number(has_columns, position.column),
                number(has_columns, position.end_column),
            ];
            let entry = Tuple::from_values(t, entry).into_value();
            positions.extend(std::iter::repeat_n(entry, UNITS));
        }
        let positions = Tuple::from_values(t, positions);
        ungil_objects::protocol::iterate::iter(t, positions.borrow())
    }

    /// Line numbers of runs of bytes: start, end, line.
    #[method]
    fn co_lines(t: &mut Thread, this: &Object<Code>) -> Result<Value> {
        let mut lines = Vec::new();
        let entries = &this.spec.positions;
        for (index, entry) in entries.iter().enumerate() {
            let end = entries.get(index + 1).map_or(this.spec.words.len() as u32, |next| next.start);
            let line = if entry.position.line == 0 {
                Value::NONE
            } else {
                Int::from_i64(t, entry.position.line.into())
            };
            let (start, end) =
                (Int::from_i64(t, i64::from(entry.start) * 8), Int::from_i64(t, i64::from(end) * 8));
            lines.push(Tuple::from_values(t, [start, end, line]).into_value());
        }
        let lines = Tuple::from_values(t, lines);
        ungil_objects::protocol::iterate::iter(t, lines.borrow())
    }

    /// A copy with other names, positions or flags. What the bytecode relies on stays.
    #[method]
    fn replace(t: &mut Thread, this: &Object<Code>, args: Args<'_>) -> Result<Value> {
        super::replace::replace(t, this, args)
    }

    #[method]
    fn __replace__(t: &mut Thread, this: &Object<Code>, args: Args<'_>) -> Result<Value> {
        super::replace::replace(t, this, args)
    }

    #[method]
    fn __repr__(this: &Object<Code>) -> String {
        let spec = &this.spec;
        let address = this.borrow().word().identity();
        format!(
            "<code object {} at {address:#x}, file \"{}\", line {}>",
            spec.name, spec.filename, spec.first_line
        )
    }

    #[method]
    fn __eq__(this: &Object<Code>, other: &Object<Code>) -> bool {
        **this == **other
    }

    #[method]
    fn __hash__(this: Ref<'_>) -> i64 {
        ungil_objects::protocol::hash::hash_identity(this.word().identity())
    }
}
