//! Uncaught exceptions as text, in the form of CPython 3.14: chain, frames with their source, message, notes.

use ungil_bytecode::Position;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, iterate, text};
use ungil_objects::types::exception::{Exception, is_instance};
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Object, Ref, Thread, Value};

use super::{Traceback, group, highlight, suggest};
use crate::frame::object::FrameObject;
use crate::import::imported;

/// Equal entries in a row that are shown; of more there is only said how many.
const SHOWN_REPETITIONS: usize = 3;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// The whole report on an exception, with those that led to it, as `sys.excepthook` prints it.
pub fn format_exception(t: &mut Thread, exception: &Object<Exception>) -> String {
    let mut chain = vec![(exception.to_obj(), "")];
    while let Some((last, _)) = chain.last() {
        let led_by = match last.cause(t) {
            Some(cause) => Some((cause, CAUSE)),
            None if last.suppresses_context() => None,
            None => last.context(t).map(|context| (context, CONTEXT)),
        };
        let Some((Ok(before), link)) = led_by.map(|(value, link)| (value.downcast::<Exception>(), link))
        else {
            break;
        };
        if chain.iter().any(|(seen, _)| seen.is(before.borrow())) {
            break;
        }
        chain.push((before, link));
    }
    let mut report = String::new();
    // The link of an exception is printed behind it, before the one that it led to.
    for (exception, link) in chain.into_iter().rev() {
        report.push_str(&format_one(t, &exception));
        report.push_str(link);
    }
    report
}

fn format_one(t: &mut Thread, exception: &Object<Exception>) -> String {
    if is_instance(t, exception.borrow(), Exc::BaseExceptionGroup) {
        return group::format(t, exception);
    }
    let mut report = String::new();
    if let Some(traceback) = exception.traceback(t).filter(|traceback| !traceback.is_none()) {
        report.push_str("Traceback (most recent call last):\n");
        report.push_str(&format_traceback(t, traceback));
    }
    report.push_str(&format_exception_only(t, exception));
    report
}

/// The entries of a traceback.
pub fn format_traceback(t: &mut Thread, traceback: Value) -> String {
    let mut report = String::new();
    let mut previous: Option<(String, u32, String)> = None;
    let mut repeated = 0;
    let mut at = Some(traceback);
    while let Some(entry) = at {
        let Some(entry) = entry.downcast_ref::<Traceback>() else { break };
        if let Some(frame) = entry.frame.get().downcast::<FrameObject>() {
            let spec = &frame.code().spec;
            let place = (spec.filename.to_string(), entry.line, spec.name.to_string());
            if previous.as_ref() == Some(&place) {
                repeated += 1;
            } else {
                end_repetition(repeated, &mut report);
                repeated = 1;
            }
            if repeated <= SHOWN_REPETITIONS {
                let position = spec.position(entry.word);
                let lines = SourceLines::of(t, frame);
                report.push_str(&format!("  File \"{}\", line {}, in {}\n", place.0, place.1, place.2));
                report.push_str(&source_of(position, entry.line, &lines));
            }
            previous = Some(place);
        }
        at = Traceback::next(entry, t);
    }
    end_repetition(repeated, &mut report);
    report
}

fn end_repetition(repeated: usize, report: &mut String) {
    if let more @ 1.. = repeated.saturating_sub(SHOWN_REPETITIONS) {
        let plural = if more == 1 { "" } else { "s" };
        report.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
    }
}

fn source_of(position: Position, line: u32, lines: &SourceLines) -> String {
    let position = if position.line == line {
        position
    } else {
        Position { line, end_line: line, ..Position::default() }
    };
    highlight::highlight(position, |number| lines.get(number))
        .lines()
        .map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") })
        .collect()
}

/// The lines of a file that code came from.
struct SourceLines(Option<String>);

impl SourceLines {
    fn of(t: &mut Thread, frame: &Object<FrameObject>) -> SourceLines {
        let name = &frame.code().spec.filename;
        let source = match crate::import::script::command_source(t, name) {
            Some(source) => Some(source),
            // Names in angle brackets are no files.
            None if name.starts_with('<') => None,
            None => crate::import::source::read(t, name).ok(),
        };
        SourceLines(source.map(|source| ungil_compile::universal_newlines(&source).into_owned()))
    }

    fn get(&self, number: u32) -> Option<String> {
        self.0.as_deref()?.lines().nth((number as usize).checked_sub(1)?).map(str::to_owned)
    }
}

/// The last lines of a report: class and message, notes; for syntax errors also where they are.
pub fn format_exception_only(t: &mut Thread, exception: &Object<Exception>) -> String {
    let class = class_name(t, exception);
    let mut report = if is_instance(t, exception.borrow(), Exc::SyntaxError) {
        format_syntax_error(t, exception, &class)
    } else {
        let mut message = safe_str(t, exception.borrow(), "exception");
        if let Some(suggestion) = suggest::suggestion(t, exception) {
            message.push_str(&suggestion);
        }
        if message.is_empty() { format!("{class}\n") } else { format!("{class}: {message}\n") }
    };
    let notes = t.names().__notes__;
    if let Ok(Some(notes)) = attribute::get_if_any(t, exception.borrow(), notes) {
        report.push_str(&format_notes(t, notes.borrow()));
    }
    report
}

fn format_notes(t: &mut Thread, notes: Ref<'_>) -> String {
    let is_sequence = notes.shape(t).special().has(ungil_objects::class::ClassFlags::SEQUENCE)
        && notes.downcast::<Str>().is_none();
    if !is_sequence {
        let shown = text::repr(t, notes).map(|shown| shown.to_string());
        return format!("{}\n", shown.unwrap_or_else(|_| "<__notes__ repr() failed>".into()));
    }
    let mut report = String::new();
    for note in iterate::collect(t, notes).unwrap_or_default() {
        for line in safe_str(t, note.borrow(), "note").split('\n') {
            report.push_str(line);
            report.push('\n');
        }
    }
    report
}

/// The class of an exception as reports show it: with its module, but for built-ins and the program's own.
pub(super) fn class_name(t: &mut Thread, exception: &Object<Exception>) -> String {
    let class = exception.shape().class();
    let full = class.full_name(t);
    full.strip_prefix("__main__.").map(str::to_owned).unwrap_or(full)
}

fn safe_str(t: &mut Thread, value: Ref<'_>, what: &str) -> String {
    match text::str(t, value) {
        Ok(text) => text.to_string(),
        Err(_) => format!("<{what} str() failed>"),
    }
}

fn field(t: &mut Thread, exception: &Object<Exception>, name: &str) -> Option<Value> {
    let name = t.interpreter().intern(t, name);
    attribute::get_if_any(t, exception.borrow(), name).ok().flatten().filter(|value| !value.is_none())
}

fn number(t: &mut Thread, exception: &Object<Exception>, name: &str) -> Option<i64> {
    field(t, exception, name)?.borrow().as_small_int()
}

fn format_syntax_error(t: &mut Thread, exception: &Object<Exception>, class: &str) -> String {
    let string = |value: Value| value.downcast_ref::<Str>().map(|text| text.to_string());
    let filename = field(t, exception, "filename").and_then(string);
    let line = number(t, exception, "lineno");
    let mut report = String::new();
    let mut suffix = String::new();
    match (line, &filename) {
        (Some(line), _) => {
            let filename = filename.as_deref().unwrap_or("<string>");
            report.push_str(&format!("  File \"{filename}\", line {line}\n"));
        }
        (None, Some(filename)) => suffix = format!(" ({filename})"),
        (None, None) => {}
    }
    if let Some(text) = field(t, exception, "text").and_then(string) {
        let offset = number(t, exception, "offset");
        let end_line = number(t, exception, "end_lineno");
        let end_offset = number(t, exception, "end_offset").filter(|offset| *offset != 0);
        let end = if line == end_line { end_offset.or(offset) } else { None };
        report.push_str(&mark_syntax(&text, offset, end));
    }
    let message = field(t, exception, "msg").map(|message| safe_str(t, message.borrow(), "exception"));
    let message = message.unwrap_or_else(|| "<no detail available>".into());
    format!("{report}{class}: {message}{suffix}\n")
}

/// The line of a syntax error with carets from `offset` up to `end` (to the line's end without one); both from 1, in characters.
fn mark_syntax(text: &str, offset: Option<i64>, end: Option<i64>) -> String {
    let line = text.trim_end_matches('\n');
    let shown = line.trim_start_matches([' ', '\n', '\x0c']);
    let Some(offset) = offset else { return format!("    {shown}\n") };
    let length = line.chars().count() as i64;
    let spaces = length - shown.chars().count() as i64;
    let whole = text.chars().count() as i64;
    let fit = |offset: i64| if offset > whole { length + 1 } else { offset };
    let offset = fit(offset);
    let end = end.map_or(length + 1, fit);
    let end = if offset >= end || end < 0 { offset + 1 } else { end };
    let (start, end) = (offset - 1 - spaces, end - 1 - spaces);
    if start < 0 {
        return format!("    {shown}\n");
    }
    let blank: String = (shown.chars().chain(std::iter::repeat(' ')))
        .take(start as usize)
        .map(|c| if c.is_whitespace() { c } else { ' ' })
        .collect();
    format!("    {shown}\n    {blank}{}\n", "^".repeat((end - start) as usize))
}

/// Writes to `sys.stderr`, or to the process's standard error if that is gone or fails.
pub fn write_to_stderr(t: &mut Thread, report: &str) {
    if write_to_stream(t, report).is_err_and(|_| true) {
        eprint!("{report}");
    }
}

fn write_to_stream(t: &mut Thread, report: &str) -> Result<(), Option<ungil_objects::Raised>> {
    let names = t.names();
    let sys = imported(t, "sys").ok_or(None)?;
    let stream = attribute::get_if_any(t, sys.borrow(), names.stderr).map_err(Some)?;
    let stream = stream.filter(|stream| !stream.is_none()).ok_or(None)?;
    let report = Str::from_str(t, report).into_value();
    call::call_method(t, stream.borrow(), names.write, &[report.borrow()]).map_err(Some)?;
    call::call_method(t, stream.borrow(), names.flush, &[]).map(drop).map_err(Some)
}

/// Prints the report on an uncaught exception: calls `sys.excepthook`, which programs may replace.
pub fn print_uncaught(t: &mut Thread, exception: &Object<Exception>) {
    let hook = t.names().excepthook;
    let hook = imported(t, "sys").and_then(|sys| attribute::get_if_any(t, sys.borrow(), hook).ok().flatten());
    let Some(hook) = hook.filter(|hook| !hook.is_none()) else {
        let report = format_exception(t, exception);
        return write_to_stderr(t, &report);
    };
    let class = exception.shape().class().to_value();
    let traceback = exception.traceback(t).unwrap_or(Value::NONE);
    if let Err(raised) =
        call::call(t, hook.borrow(), &[class.borrow(), exception.borrow(), traceback.borrow()])
    {
        let failed = format_exception(t, raised.exception());
        let original = format_exception(t, exception);
        write_to_stderr(
            t,
            &format!("Error in sys.excepthook:\n{failed}\nOriginal exception was:\n{original}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::mark_syntax;

    #[test]
    fn syntax_errors_are_marked_under_the_shown_line() {
        assert_eq!(mark_syntax("    x = (\n", Some(9), Some(10)), "    x = (\n        ^\n");
        assert_eq!(mark_syntax("f(a b)\n", Some(3), Some(6)), "    f(a b)\n      ^^^\n");
        assert_eq!(mark_syntax("x\n", None, None), "    x\n");
    }
}
