//! Splitting exception groups by a condition, for `split`, `subgroup` and `except*` (PEP 654).

use super::fields::{Field, field};
use super::group::{derive_like, is_group, members};
use super::{Exc, Exception, class_of};
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::{call, convert, instance};
use crate::raise;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// Which exceptions of a group to take.
pub(super) enum Condition<'a> {
    /// Instances of a class or of one of a tuple of classes.
    Classes(Ref<'a>),
    /// Those for which a function is true.
    Function(Ref<'a>),
    /// Exactly these, by identity.
    Among(Vec<u64>),
}

/// A group split in two; neither part is an empty group.
pub struct Parts {
    pub matching: Option<Obj<Exception>>,
    pub rest: Option<Obj<Exception>>,
}

impl<'a> Condition<'a> {
    pub fn from_python(t: &Thread, condition: Ref<'a>) -> Result<Condition<'a>> {
        let base = class_of(t, Exc::BaseException);
        let is_exception_class =
            |value: Ref<'_>| value.downcast::<Class>().is_some_and(|class| class.is_subclass(base));
        let is_tuple =
            condition.downcast::<Tuple>().is_some_and(|classes| classes.items().all(is_exception_class));
        if is_exception_class(condition) || is_tuple {
            return Ok(Condition::Classes(condition));
        }
        if condition.downcast::<Class>().is_none() && condition.shape(t).special().call.is_some() {
            return Ok(Condition::Function(condition));
        }
        raise!(
            t,
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        )
    }

    fn holds(&self, t: &mut Thread, exception: &Object<Exception>) -> Result<bool> {
        match self {
            Condition::Classes(classes) => instance::is_instance(t, exception.borrow(), *classes),
            Condition::Function(function) => {
                let answer = call::call(t, *function, &[exception.borrow()])?;
                convert::is_true(t, answer.borrow())
            }
            Condition::Among(identities) => Ok(identities.contains(&exception.borrow().word().identity())),
        }
    }
}

/// Splits an exception, which need not be a group, keeping the nesting of groups.
pub(super) fn split(
    t: &mut Thread,
    exception: &Object<Exception>,
    condition: &Condition<'_>,
) -> Result<Parts> {
    t.check_stack(" in exception group split")?;
    let only_leaves = matches!(condition, Condition::Among(_)) && is_group(t, exception.borrow());
    if !only_leaves && condition.holds(t, exception)? {
        return Ok(Parts { matching: Some(exception.to_obj()), rest: None });
    }
    if !is_group(t, exception.borrow()) {
        return Ok(Parts { matching: None, rest: Some(exception.to_obj()) });
    }
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for member in members(t, exception) {
        let parts = split(t, &member, condition)?;
        matching.extend(parts.matching.map(Obj::into_value));
        rest.extend(parts.rest.map(Obj::into_value));
    }
    let part = |t: &mut Thread, exceptions: Vec<Value>| {
        (!exceptions.is_empty()).then(|| derive_like(t, exception, exceptions)).transpose()
    };
    Ok(Parts { matching: part(t, matching)?, rest: part(t, rest)? })
}

/// `except* class`: what of an exception the clause handles, which is always a group, and what is left.
///
/// # Errors
/// `TypeError` if the class is not an exception class, or is one of groups.
pub fn match_clause(t: &mut Thread, exception: &Object<Exception>, class: Ref<'_>) -> Result<Parts> {
    check_clause(t, class)?;
    if is_group(t, exception.borrow()) {
        return split(t, exception, &Condition::Classes(class));
    }
    if !instance::is_instance(t, exception.borrow(), class)? {
        return Ok(Parts { matching: None, rest: Some(exception.to_obj()) });
    }
    let group = group_of(t, "", vec![exception.to_value()])?;
    group.set_traceback(t, exception.traceback(t));
    Ok(Parts { matching: Some(group), rest: None })
}

fn check_clause(t: &Thread, class: Ref<'_>) -> Result<()> {
    let classes = match class.downcast::<Tuple>() {
        Some(classes) => classes.items().collect(),
        None => vec![class],
    };
    for class in classes {
        let class = class.downcast::<Class>();
        let Some(class) = class.filter(|class| class.is_subclass(class_of(t, Exc::BaseException))) else {
            raise!(t, TypeError, "catching classes that do not inherit from BaseException is not allowed");
        };
        if class.is_subclass(class_of(t, Exc::BaseExceptionGroup)) {
            raise!(t, TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
        }
    }
    Ok(())
}

fn group_of(t: &mut Thread, message: &str, exceptions: Vec<Value>) -> Result<Obj<Exception>> {
    let class = class_of(t, Exc::BaseExceptionGroup);
    let (message, exceptions) = (Str::from_str(t, message), List::from_values(t, exceptions));
    let made = call::call(t, class.borrow(), &[message.borrow(), exceptions.borrow()])?;
    made.downcast::<Exception>()
        .map_err(|_| crate::error!(t, SystemError, "an exception group is no exception"))
}

/// What a `try … except*` statement raises at its end: `raised` are the exceptions that its clauses raised, and what was left
/// unhandled. Parts of the original group come together again; new exceptions are put beside them.
pub fn combine(
    t: &mut Thread,
    original: &Object<Exception>,
    raised: Vec<Obj<Exception>>,
) -> Result<Option<Obj<Exception>>> {
    if raised.is_empty() {
        return Ok(None);
    }
    if !is_group(t, original.borrow()) {
        return Ok(raised.into_iter().next());
    }
    let (parts, mut others): (Vec<_>, Vec<_>) =
        raised.into_iter().partition(|each| is_part_of(t, each, original));
    let mut leaves = Vec::new();
    parts.iter().for_each(|part| collect_leaves(t, part, &mut leaves));
    let kept = match leaves.is_empty() {
        true => None,
        false => split(t, original, &Condition::Among(leaves))?.matching,
    };
    if others.is_empty() {
        return Ok(kept);
    }
    others.extend(kept);
    if others.len() == 1 {
        return Ok(others.pop());
    }
    group_of(t, "", others.into_iter().map(Obj::into_value).collect()).map(Some)
}

/// Whether an exception is a part that was split off a group: it shares notes, traceback, cause and context.
fn is_part_of(t: &Thread, part: &Object<Exception>, group: &Object<Exception>) -> bool {
    let same = |a: Option<Value>, b: Option<Value>| match (a, b) {
        (Some(a), Some(b)) => a.borrow().is(b.borrow()),
        (None, None) => true,
        _ => false,
    };
    is_group(t, part.borrow())
        && same(part.traceback(t), group.traceback(t))
        && same(part.cause(t), group.cause(t))
        && same(part.context(t), group.context(t))
        && same(field(t, part, Field::GroupMessage), field(t, group, Field::GroupMessage))
}

fn collect_leaves(t: &Thread, exception: &Object<Exception>, leaves: &mut Vec<u64>) {
    if !is_group(t, exception.borrow()) {
        leaves.push(exception.borrow().word().identity());
        return;
    }
    members(t, exception).iter().for_each(|member| collect_leaves(t, member, leaves));
}
