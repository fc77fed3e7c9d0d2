//! `_sre`: regular expressions, executed by the engine of `rustpython-sre_engine` from the code words that `re._compiler` makes.

mod found;
mod pattern;
mod subject;

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{convert, iterate};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, raise};
use ungil_text::unicode::{case, properties};

use self::pattern::Pattern;

#[module(
    name = "_sre",
    classes(super::pattern::Pattern, super::found::Match, super::pattern::Matches, super::pattern::Scanner)
)]
pub mod module {
    use super::*;

    #[constant(name = "MAGIC")]
    const MAGIC: i64 = rustpython_sre_engine::SRE_MAGIC as i64;
    #[constant(name = "CODESIZE")]
    const CODESIZE: i64 = rustpython_sre_engine::CODESIZE as i64;
    #[constant(name = "MAXREPEAT")]
    const MAXREPEAT: i64 = rustpython_sre_engine::MAXREPEAT as i64;
    #[constant(name = "MAXGROUPS")]
    const MAXGROUPS: i64 = rustpython_sre_engine::MAXGROUPS as i64;

    /// Makes a pattern of code words.
    #[function(signature = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        t: &mut Thread,
        pattern: Ref<'_>,
        flags: i64,
        code: Ref<'_>,
        groups: usize,
        groupindex: &Object<Dict>,
        indexgroup: &Object<Tuple>,
    ) -> Result<Obj<Pattern>> {
        let mut words = Vec::new();
        iterate::each(t, code, |t, word| match u32::try_from(convert::to_i64(t, word.borrow())?) {
            Ok(word) => {
                words.push(word);
                Ok(())
            }
            Err(_) => raise!(t, OverflowError, "regular expression code size limit exceeded"),
        })?;
        Pattern::make(t, pattern, flags, words, groups, groupindex, indexgroup)
    }

    /// What a replacement is made of: literals and groups in turn.
    #[function]
    fn template(t: &mut Thread, pattern: Ref<'_>, parts: Ref<'_>) -> Result<Obj<Tuple>> {
        let _ = pattern;
        let parts = iterate::collect(t, parts)?;
        Ok(Tuple::from_values(t, parts))
    }

    #[function]
    fn getcodesize() -> i64 {
        CODESIZE
    }

    #[function]
    fn ascii_iscased(character: i64) -> bool {
        u8::try_from(character).is_ok_and(|byte| byte.is_ascii_alphabetic())
    }

    #[function]
    fn ascii_tolower(character: i64) -> i64 {
        u8::try_from(character).map_or(character, |byte| byte.to_ascii_lowercase().into())
    }

    #[function]
    fn unicode_iscased(character: i64) -> bool {
        let Ok(code) = u32::try_from(character) else { return false };
        properties::is_cased(code)
            && (simple(case::to_lower(code).as_slice(), code) != code
                || simple(case::to_upper(code).as_slice(), code) != code)
    }

    #[function]
    fn unicode_tolower(character: i64) -> i64 {
        match u32::try_from(character) {
            Ok(code) => simple(case::to_lower(code).as_slice(), code).into(),
            Err(_) => character,
        }
    }
}

/// A mapping to one character; `code` itself for mappings to several.
fn simple(mapped: &[u32], code: u32) -> u32 {
    if let [only] = mapped { *only } else { code }
}
