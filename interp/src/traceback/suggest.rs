//! "Did you mean …?": the known name that is closest to a wrong one.
//!
//! The measure is the edit distance with a lower cost for a change of case, within bounds on sizes and on how much of a name may
//! change; costs and bounds are those of CPython 3.14, so that the same names are suggested.

use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::exception::{Exception, is_instance};
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Object, Ref, Thread, Value};

use super::Traceback;
use crate::builtins::scope;
use crate::frame::object::FrameObject;

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
/// More known names than this are not searched.
const MOST_NAMES: usize = 750;
/// Longer names are not compared.
const LONGEST_NAME: usize = 40;

/// What to add to an exception's message, if anything.
pub(super) fn suggestion(t: &mut Thread, exception: &Object<Exception>) -> Option<String> {
    let is = |class| is_instance(t, exception.borrow(), class);
    let (is_name, is_attribute, is_import) =
        (is(Exc::NameError), is(Exc::AttributeError), is(Exc::ImportError));
    let field = if is_import { "name_from" } else { "name" };
    if !(is_name || is_attribute || is_import) {
        return None;
    }
    let wrong = get(t, exception.borrow(), field)?;
    let wrong = wrong.downcast_ref::<Str>()?.to_string();
    let found = if is_name {
        name_in_scope(t, exception, &wrong)
    } else if is_attribute {
        let object = get(t, exception.borrow(), "obj")?;
        closest_of(t, object.borrow(), &wrong)
    } else {
        let module = get(t, exception.borrow(), "name")?;
        let module = module.downcast_ref::<Str>()?.to_string();
        let module = crate::import::imported(t, &module)?;
        closest_of(t, module.borrow(), &wrong)
    };
    let is_module = is_name && is_library_module(&wrong);
    match (found, is_module) {
        (Some(found), true) => {
            Some(format!(". Did you mean: '{found}'? Or did you forget to import '{wrong}'?"))
        }
        (Some(found), false) => Some(format!(". Did you mean: '{found}'?")),
        (None, true) => Some(format!(". Did you forget to import '{wrong}'?")),
        (None, false) => None,
    }
}

fn get(t: &mut Thread, object: Ref<'_>, name: &str) -> Option<Value> {
    let name = t.interpreter().intern(t, name);
    attribute::get_if_any(t, object, name).ok().flatten().filter(|value| !value.is_none())
}

fn is_library_module(name: &str) -> bool {
    let is_packed = || {
        let files = [format!("{name}.py"), format!("{name}/__init__.py")];
        files.iter().any(|file| ungil_library::find(file).is_some())
    };
    !name.contains('.')
        && (ungil_modules::find(name).is_some() || crate::builtins::find(name).is_some() || is_packed())
}

/// The closest attribute of an object; names with an underscore in front only for such.
fn closest_of(t: &mut Thread, object: Ref<'_>, wrong: &str) -> Option<String> {
    let dir = t.names().__dir__;
    let dir = call::bind_special(t, object, dir).ok().flatten()?;
    let names = call::call(t, dir.borrow(), &[]).ok()?;
    let names = texts(iterate::collect(t, names.borrow()).ok()?);
    let hidden = !wrong.starts_with('_');
    closest(names.into_iter().filter(|name| !(hidden && name.starts_with('_'))).collect(), wrong)
}

fn texts(names: Vec<Value>) -> Vec<String> {
    let mut names: Vec<String> =
        names.iter().filter_map(|name| name.downcast_ref::<Str>()).map(|name| name.to_string()).collect();
    names.sort_unstable();
    names
}

/// The closest local, global or built-in name in the frame that raised.
fn name_in_scope(t: &mut Thread, exception: &Object<Exception>, wrong: &str) -> Option<String> {
    let mut traceback = exception.traceback(t)?;
    while let Some(next) = traceback.downcast_ref::<Traceback>().and_then(|entry| Traceback::next(entry, t)) {
        traceback = next;
    }
    let entry = traceback.downcast_ref::<Traceback>()?;
    let frame = entry.frame.get().downcast::<FrameObject>()?;
    let mut names = scope::names_in_frame(t, frame);
    if let Some(receiver) = scope::local_of_frame(t, frame, "self")
        && get(t, receiver.borrow(), wrong).is_some()
    {
        return Some(format!("self.{wrong}"));
    }
    let function = frame.function();
    for dict in [function.globals(), function.builtins()] {
        let dict: &Object<Dict> = dict;
        names.extend(
            dict.items(t).iter().filter_map(|(key, _)| key.downcast_ref::<Str>()).map(|key| key.to_string()),
        );
    }
    closest(names, wrong)
}

/// The closest of these names; the first of equally close ones.
fn closest(names: Vec<String>, wrong: &str) -> Option<String> {
    let length = wrong.chars().count();
    if names.len() >= MOST_NAMES || length > LONGEST_NAME {
        return None;
    }
    let mut best = usize::MAX;
    let mut found = None;
    for name in names {
        if name == wrong {
            continue;
        }
        // No more than a third of the characters involved may change.
        let most = (name.chars().count() + length + 3) * MOVE_COST / 6;
        let most = most.min(best.saturating_sub(1));
        if let Some(distance) = distance(wrong, &name, most) {
            best = distance;
            found = Some(name);
        }
    }
    found
}

fn substitution(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.to_lowercase().eq(b.to_lowercase()) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The edit distance, if it is at most `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (mut a, mut b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    a.drain(..same);
    b.drain(..same);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.truncate(a.len() - same);
    b.truncate(b.len() - same);
    if a.len() > LONGEST_NAME || b.len() > LONGEST_NAME {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).map(|length| length * MOVE_COST).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], (i + 1) * MOVE_COST);
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + substitution(*from, *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + MOVE_COST).min(diagonal + MOVE_COST);
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_within_a_third_is_suggested() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(closest(names(&["append", "extend", "pop"]), "appendd").as_deref(), Some("append"));
        assert_eq!(closest(names(&["Counter", "county"]), "counter").as_deref(), Some("Counter"));
        assert_eq!(closest(names(&["x", "yy"]), "something"), None);
    }

    #[test]
    fn a_change_of_case_is_cheaper_than_another() {
        assert_eq!(distance("a", "A", 9), Some(CASE_COST));
        assert_eq!(distance("ab", "b", 9), Some(MOVE_COST));
        assert_eq!(distance("abc", "xyz", 5), None);
    }
}
