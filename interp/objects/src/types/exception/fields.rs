//! The fields of exception classes: which class has which, and how those of an exception raised by the runtime itself follow from its
//! arguments.
//!
//! A field is a member (see [`member`](crate::types::member)): `None` until it is set.

use super::{Exc, Exception, class_of};
use crate::attributes;
use crate::class::FieldDef;
use crate::object::Object;
use crate::thread::Thread;
use crate::value::{Ref, Value};

const fn open(name: &'static str) -> FieldDef {
    FieldDef { name, read_only: false }
}

const fn read_only(name: &'static str) -> FieldDef {
    FieldDef { name, read_only: true }
}

/// The fields that a class adds.
pub(super) fn of(class: Exc) -> &'static [FieldDef] {
    match class {
        Exc::StopIteration => const { &[open("value")] },
        Exc::SystemExit => const { &[open("code")] },
        Exc::ImportError => const { &[open("msg"), open("name"), open("path"), open("name_from")] },
        Exc::NameError => const { &[open("name")] },
        Exc::AttributeError => const { &[open("name"), open("obj")] },
        Exc::OSError => {
            const {
                &[
                    open("errno"),
                    open("strerror"),
                    open("filename"),
                    open("filename2"),
                    open("_characters_written"),
                ]
            }
        }
        Exc::SyntaxError => {
            const {
                &[
                    open("msg"),
                    open("filename"),
                    open("lineno"),
                    open("offset"),
                    open("text"),
                    open("end_lineno"),
                    open("end_offset"),
                    open("print_file_and_line"),
                    open("_metadata"),
                ]
            }
        }
        Exc::UnicodeDecodeError | Exc::UnicodeEncodeError => {
            const { &[open("encoding"), open("object"), open("start"), open("end"), open("reason")] }
        }
        Exc::UnicodeTranslateError => {
            const { &[open("encoding"), open("object"), open("start"), open("end"), open("reason")] }
        }
        Exc::BaseExceptionGroup => const { &[read_only("message"), read_only("exceptions")] },
        _ => &[],
    }
}

/// A field by its class and place there. No class with fields derives from another, so that each class's begin at 0.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[rustfmt::skip]
pub enum Field {
    StopIterationValue,
    SystemExitCode,
    ImportErrorMessage, ImportErrorName, ImportErrorPath, ImportErrorNameFrom,
    NameErrorName,
    AttributeErrorName, AttributeErrorObject,
    Errno, Strerror, Filename, Filename2, CharactersWritten,
    SyntaxMessage, SyntaxFilename, SyntaxLine, SyntaxOffset, SyntaxText, SyntaxEndLine, SyntaxEndOffset,
    SyntaxPrintFileAndLine, SyntaxMetadata,
    UnicodeEncoding, UnicodeObject, UnicodeStart, UnicodeEnd, UnicodeReason,
    GroupMessage, GroupExceptions,
}

impl Field {
    const fn index(self) -> usize {
        use Field::*;
        let first = match self {
            StopIterationValue => StopIterationValue,
            SystemExitCode => SystemExitCode,
            ImportErrorMessage | ImportErrorName | ImportErrorPath | ImportErrorNameFrom => {
                ImportErrorMessage
            }
            NameErrorName => NameErrorName,
            AttributeErrorName | AttributeErrorObject => AttributeErrorName,
            Errno | Strerror | Filename | Filename2 | CharactersWritten => Errno,
            SyntaxMessage
            | SyntaxFilename
            | SyntaxLine
            | SyntaxOffset
            | SyntaxText
            | SyntaxEndLine
            | SyntaxEndOffset
            | SyntaxPrintFileAndLine
            | SyntaxMetadata => SyntaxMessage,
            UnicodeEncoding | UnicodeObject | UnicodeStart | UnicodeEnd | UnicodeReason => UnicodeEncoding,
            GroupMessage | GroupExceptions => GroupMessage,
        };
        self as usize - first as usize
    }
}

/// The value of a field, if it is set and not `None`.
pub fn field(t: &Thread, exception: &Object<Exception>, field: Field) -> Option<Value> {
    attributes::member(t, exception.borrow(), field.index()).filter(|value| !value.is_none())
}

/// Sets a field of an exception, whose class must have it.
pub fn set_field(t: &Thread, exception: &Object<Exception>, field: Field, value: Value) {
    drop(attributes::set_member(t, exception.borrow(), field.index(), Some(value)));
}

/// Sets several fields in a row, from the first on, to arguments.
pub(super) fn set_fields(t: &Thread, exception: &Object<Exception>, first: Field, values: &[Ref<'_>]) {
    for (at, value) in values.iter().enumerate() {
        drop(attributes::set_member(t, exception.borrow(), first.index() + at, Some(value.to_value())));
    }
}

/// Sets the fields of an exception of a built-in class from its arguments; runs no code.
pub(super) fn fill(t: &Thread, exception: &Object<Exception>, class: Exc) {
    let is = |of: Exc| class == of || class_of(t, class).is_subclass(class_of(t, of));
    if of(class).is_empty() && !is(Exc::OSError) && !is(Exc::ImportError) && !is(Exc::SyntaxError) {
        return;
    }
    let args = exception.args(t);
    let args = args.as_slice();
    match class {
        Exc::StopIteration => set_fields(t, exception, Field::StopIterationValue, &args[..args.len().min(1)]),
        Exc::SystemExit => set_fields(t, exception, Field::SystemExitCode, &args[..args.len().min(1)]),
        Exc::UnicodeDecodeError | Exc::UnicodeEncodeError if args.len() == 5 => {
            set_fields(t, exception, Field::UnicodeEncoding, args);
        }
        Exc::UnicodeTranslateError if args.len() == 4 => {
            set_fields(t, exception, Field::UnicodeObject, args);
        }
        Exc::BaseExceptionGroup | Exc::ExceptionGroup if args.len() == 2 => {
            set_fields(t, exception, Field::GroupMessage, args);
        }
        _ if is(Exc::ImportError) && args.len() == 1 => {
            set_fields(t, exception, Field::ImportErrorMessage, args);
        }
        _ if is(Exc::SyntaxError) && !args.is_empty() => {
            set_fields(t, exception, Field::SyntaxMessage, &args[..1]);
        }
        _ if is(Exc::OSError) && args.len() >= 2 => {
            set_fields(t, exception, Field::Errno, &args[..args.len().min(2)]);
        }
        _ => {}
    }
}
