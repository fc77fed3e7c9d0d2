//! Reports on exception groups: the members below the group, framed by their depth (PEP 654).

use ungil_objects::protocol::{attribute, iterate};
use ungil_objects::types::exception::{Exception, is_instance};
use ungil_objects::{Exc, Object, Thread};

use super::print::{format_exception, format_exception_only, format_traceback};

/// Members of a group, and depths of groups, that are shown.
const MOST_MEMBERS: usize = 15;
const MOST_DEPTH: usize = 10;

/// The report on a group.
pub(super) fn format(t: &mut Thread, group: &Object<Exception>) -> String {
    let mut report = format_at(t, group, 0);
    if !report.ends_with('\n') {
        report.push('\n');
    }
    report
}

/// Puts a margin in front of each line of a report.
fn indent(report: &str, margin: &str) -> String {
    report.split_inclusive('\n').map(|line| format!("{margin}{line}")).collect()
}

fn format_at(t: &mut Thread, group: &Object<Exception>, depth: usize) -> String {
    let margin = format!("{}| ", " ".repeat(2 * (depth + 1)));
    let mut report = String::new();
    if let Some(traceback) = group.traceback(t).filter(|traceback| !traceback.is_none()) {
        let header = "Exception Group Traceback (most recent call last):\n";
        match depth {
            0 => report.push_str(&format!("  + {header}")),
            _ => report.push_str(&indent(header, &margin)),
        }
        report.push_str(&indent(&format_traceback(t, traceback), &margin));
    }
    report.push_str(&indent(&format_exception_only(t, group), &margin));
    let exceptions = t.names().exceptions;
    let members = match attribute::get_if_any(t, group.borrow(), exceptions) {
        Ok(Some(members)) => iterate::collect(t, members.borrow()).unwrap_or_default(),
        _ => Vec::new(),
    };
    let inner = " ".repeat(2 * (depth + 2));
    let count = members.len();
    for (at, member) in members.iter().enumerate() {
        let Some(member) = member.downcast_ref::<Exception>() else { continue };
        let title = if at < MOST_MEMBERS { (at + 1).to_string() } else { "...".into() };
        let corner = if at == 0 { format!("{}+-", " ".repeat(2 * (depth + 1))) } else { inner.clone() };
        report.push_str(&format!("{corner}+---------------- {title} ----------------\n"));
        if at >= MOST_MEMBERS {
            let more = count - at;
            let plural = if more == 1 { "" } else { "s" };
            report.push_str(&format!("{inner}| and {more} more exception{plural}\n"));
            break;
        }
        if is_instance(t, member.borrow(), Exc::BaseExceptionGroup) {
            if depth + 1 >= MOST_DEPTH {
                report.push_str(&format!("{inner}| ... (max_group_depth is {MOST_DEPTH})\n"));
            } else {
                report.push_str(&format_at(t, member, depth + 1));
                continue;
            }
        } else {
            report.push_str(&indent(&format_exception(t, member), &format!("{inner}| ")));
        }
    }
    if count > 0 && depth == 0 || members.last().is_some_and(|last| !is_group(t, last)) {
        let closing = format!("{inner}+------------------------------------\n");
        if !report.ends_with(&closing) {
            report.push_str(&closing);
        }
    }
    report
}

fn is_group(t: &Thread, value: &ungil_objects::Value) -> bool {
    is_instance(t, value.borrow(), Exc::BaseExceptionGroup)
}
