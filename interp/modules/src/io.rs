//! `_io`: streams of bytes and text.
//!
//! Files are [`file::FileIo`], bytes between them and a program [`buffered`], text over those [`text::TextWrapper`]; `StringIO` and `BytesIO`
//! are streams in memory. Calls of the system run detached.

mod base;
pub mod buffered;
mod bytes_io;
pub mod calls;
pub mod descriptor;
pub mod file;
mod newline;
mod open;
mod pair;
mod string_io;
pub mod text;
mod turn;

use ungil_macros::module;

pub use self::open::standard_stream;

/// Bytes that a buffered stream reads ahead or keeps back.
pub const BUFFER_SIZE: usize = 128 * 1024;

/// The implementation of io.open and the classes of streams.
#[module(
    name = "_io",
    functions(super::open::open, super::open::open_code, super::open::text_encoding),
    classes(
        super::base::IoBase,
        super::base::RawBase,
        super::base::BufferedBase,
        super::base::TextBase,
        super::file::FileIo,
        super::buffered::Reader,
        super::buffered::Writer,
        super::buffered::Random,
        super::pair::Pair,
        super::text::TextWrapper,
        super::newline::NewlineDecoder,
        super::string_io::StringIo,
        super::bytes_io::BytesIo
    )
)]
pub mod module {
    use ungil_objects::error::{Exc, Result};
    use ungil_objects::object::Object;
    use ungil_objects::protocol::call;
    use ungil_objects::types::dict::Dict;
    use ungil_objects::types::exception::class_of;
    use ungil_objects::types::module::{Module, add_to_module};
    use ungil_objects::types::text::Str;
    use ungil_objects::types::tuple::Tuple;
    use ungil_objects::{Thread, Value};

    #[constant(name = "DEFAULT_BUFFER_SIZE")]
    const DEFAULT_BUFFER_SIZE: i64 = super::BUFFER_SIZE as i64;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let blocking = class_of(t, Exc::BlockingIOError).to_value();
        add_to_module(t, module, "BlockingIOError", blocking)?;
        let bases = [class_of(t, Exc::OSError).to_value(), class_of(t, Exc::ValueError).to_value()];
        let bases = Tuple::from_values(t, bases);
        let namespace = Dict::new(t);
        let name = Str::from_str(t, "io").into_value();
        namespace.set_str(t, t.names().__module__, name)?;
        let name = Str::from_str(t, "UnsupportedOperation");
        let metaclass = class_of(t, Exc::OSError).borrow().class(t).to_value();
        let class = call::call(t, metaclass.borrow(), &[name.borrow(), bases.borrow(), namespace.borrow()])?;
        let keep: Value = class.clone();
        t.interpreter().set_root(t, super::calls::UNSUPPORTED, keep);
        add_to_module(t, module, "UnsupportedOperation", class)
    }
}
