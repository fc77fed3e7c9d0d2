//! The interned names that the runtime itself looks up.

use crate::class::{Binary, Ternary, Unary};
use crate::value::Ref;
use crate::word::Word;

macro_rules! names {
    ($($field:ident)*) => {
        /// Interned strings by name. Immortal.
        #[allow(non_snake_case, reason = "the fields are the names themselves")]
        pub struct Names {
            $(pub $field: Ref<'static>,)*
            unary: Box<[Word]>,
            binary: Box<[Word]>,
            ternary: Box<[Word]>,
            characters: Box<[Word]>,
            /// The empty string.
            pub empty: Ref<'static>,
        }

        impl Names {
            /// Interns all names with `intern`.
            pub(crate) fn new(mut intern: impl FnMut(&str) -> Ref<'static>) -> Names {
                let characters = (0..=u8::MAX).map(|code| intern(char::from(code).encode_utf8(&mut [0; 2])).word()).collect();
                let empty = intern("");
                let mut all = |names: &'static [&'static str]| names.iter().map(|name| intern(name).word()).collect();
                let (unary, binary, ternary) = (all(Unary::NAMES), all(Binary::NAMES), all(Ternary::NAMES));
                Names { $($field: intern(stringify!($field)),)* unary, binary, ternary, characters, empty }
            }
        }
    };
}

names! {
    __abstractmethods__ __aenter__ __aexit__ __all__ __annotate__ __annotate_func__ __annotations__ __annotations_cache__
    __await__ __bases__ __bool__ __build_class__ __builtins__ __bytes__ __cached__ __call__ __ceil__ __class__
    __class_getitem__ __classcell__ __classdict__ __classdictcell__ __closure__ __code__ __complex__ __contains__
    __copy__ __debug__ __deepcopy__ __defaults__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__
    __doc__ __enter__ __eq__ __exit__ __file__ __firstlineno__ __floor__ __format__ __fspath__ __future__ __ge__
    __get__ __getattr__ __getattribute__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __globals__
    __gt__ __hash__ __import__ __index__ __init__ __init_subclass__ __instancecheck__ __isabstractmethod__
    __iter__ __kwdefaults__ __le__ __len__ __length_hint__ __loader__ __lt__ __main__ __match_args__ __missing__
    __module__ __mro__ __mro_entries__ __name__ __ne__ __new__ __next__ __notes__ __objclass__ __orig_bases__
    __orig_class__ __origin__ __package__ __parameters__ __path__ __prepare__ __qualname__ __reduce__
    __reduce_ex__ __release_buffer__ __repr__ __reversed__ __round__ __self__ __set__ __set_name__ __setattr__
    __setitem__ __setstate__ __sizeof__ __slots__ __spec__ __static_attributes__ __str__ __subclasscheck__
    __subclasses__ __subclasshook__ __text_signature__ __trunc__ __type_params__ __warningregistry__ __weakref__
    __wrapped__ _fields _is_coroutine _lock add append args builtins characters_written clear close code copy
    displayhook encoding end end_lineno end_offset errno errors excepthook exceptions extend fget fileno filename
    filename2 flush fromlist get getvalue globals imag isatty items join keys level lineno locals main mode
    modules mro msg name name_from obj object offset open path pop print_file_and_line read readline reason real
    replace send setdefault sort start stderr stdin stdout step stop strerror strip sys text throw update
    unraisablehook value values warn warnings winerror write
}

impl Names {
    /// The string of one of the first 256 characters.
    #[inline]
    pub fn character(&self, code: u8) -> Ref<'static> {
        // SAFETY: interned strings are immortal.
        unsafe { Ref::from_word(self.characters[usize::from(code)]) }
    }

    /// The name of a special method by its number.
    #[inline]
    pub fn unary(&self, index: usize) -> Ref<'static> {
        // SAFETY: interned strings are immortal.
        unsafe { Ref::from_word(self.unary[index]) }
    }

    #[inline]
    pub fn binary(&self, index: usize) -> Ref<'static> {
        // SAFETY: interned strings are immortal.
        unsafe { Ref::from_word(self.binary[index]) }
    }

    #[inline]
    pub fn ternary(&self, index: usize) -> Ref<'static> {
        // SAFETY: interned strings are immortal.
        unsafe { Ref::from_word(self.ternary[index]) }
    }
}

// SAFETY: immortal strings may be read by any thread; the words are never changed.
unsafe impl Send for Names {}
// SAFETY: as above.
unsafe impl Sync for Names {}
