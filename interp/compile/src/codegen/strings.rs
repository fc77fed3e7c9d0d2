//! Formatted strings (PEP 701) and template strings (PEP 750).

use ungil_bytecode::{Const, Opcode, Wtf8};

use super::Generator;
use crate::emit::Register;
use crate::error::Result;
use crate::syntax::ast::{self, ConversionFlag, Expr, FStringPart, InterpolatedStringElement};
use crate::syntax::{Ranged, debug_text, interpolated_literal};

/// A part of a formatted string: text, or a replacement field.
enum Part<'a> {
    Text(Vec<u32>),
    Field(&'a ast::InterpolatedElement),
}

impl<'a> Generator<'a> {
    pub fn f_string(&mut self, string: &'a ast::ExprFString, destination: Register) -> Result<()> {
        let mut parts = Vec::new();
        for part in string.value.iter() {
            match part {
                FStringPart::Literal(literal) => {
                    let single = ast::StringLiteralValue::single(literal.clone());
                    let value = crate::syntax::string_value(self.source, &single);
                    push_text(&mut parts, value.code_points().collect());
                }
                FStringPart::FString(string) => {
                    let raw = string.flags.prefix().is_raw();
                    self.collect_parts(&string.elements, raw, &mut parts);
                }
            }
        }
        self.join(parts, string, destination)
    }

    fn collect_parts(
        &self,
        elements: &'a ast::InterpolatedStringElements,
        raw: bool,
        parts: &mut Vec<Part<'a>>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    push_text(parts, interpolated_literal(self.source, literal, raw));
                }
                InterpolatedStringElement::Interpolation(field) => {
                    if let Some(text) = &field.debug_text {
                        let text = debug_text(text.as_str());
                        push_text(parts, text.chars().map(u32::from).collect());
                    }
                    parts.push(Part::Field(field));
                }
            }
        }
    }

    fn join(&mut self, parts: Vec<Part<'a>>, node: &impl Ranged, destination: Register) -> Result<()> {
        let count = parts.len() as u32;
        let mut parts = parts.into_iter();
        if count <= 1 {
            return match parts.next() {
                Some(Part::Field(field)) => self.field(field, destination, Opcode::FormatSimple),
                Some(Part::Text(text)) => {
                    self.at(node);
                    self.unit.load_const(destination, Const::Str(text.into_iter().collect()));
                    Ok(())
                }
                None => {
                    self.at(node);
                    self.unit.load_const(destination, Const::Str("".into()));
                    Ok(())
                }
            };
        }
        let first = self.unit.next();
        for part in parts {
            let next = self.unit.next();
            match part {
                Part::Text(text) => {
                    self.at(node);
                    self.unit.load_const(next, Const::Str(text.into_iter().collect()));
                }
                Part::Field(field) => self.field(field, next, Opcode::FormatPart)?,
            }
        }
        self.at(node);
        self.unit.emit(Opcode::BuildString, destination, first, count);
        Ok(())
    }

    /// One replacement field, converted and formatted; without a specification by `format`.
    fn field(
        &mut self,
        field: &'a ast::InterpolatedElement,
        destination: Register,
        format: Opcode,
    ) -> Result<()> {
        let temporary = self.unit.next();
        let mut value = self.operand(&field.expression)?;
        self.at(field);
        let conversion = conversion(field);
        if conversion != 0 {
            self.unit.emit(Opcode::Convert, temporary, value, conversion);
            value = temporary;
        }
        match &field.format_spec {
            None => {
                self.at(field);
                self.unit.emit(format, destination, value, 0u32);
            }
            Some(specification) => {
                let nested: Vec<&Expr> =
                    specification.elements.interpolations().map(|field| &*field.expression).collect();
                value = self.shield(value, &nested);
                let text = self.unit.next();
                self.specification(specification, text)?;
                self.at(field);
                self.unit.emit(Opcode::FormatWithSpec, destination, value, text);
            }
        }
        Ok(())
    }

    fn specification(
        &mut self,
        specification: &'a ast::InterpolatedStringFormatSpec,
        destination: Register,
    ) -> Result<()> {
        let mut parts = Vec::new();
        self.collect_parts(&specification.elements, false, &mut parts);
        self.join(parts, specification, destination)
    }

    pub fn t_string(&mut self, string: &'a ast::ExprTString, destination: Register) -> Result<()> {
        let mut parts = Vec::new();
        for part in string.value.iter() {
            self.collect_parts(&part.elements, part.flags.prefix().is_raw(), &mut parts);
        }
        let mut texts: Vec<Const> = Vec::new();
        let mut fields = Vec::new();
        let mut pending: Vec<u32> = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => pending.extend(text),
                Part::Field(field) => {
                    texts.push(Const::Str(std::mem::take(&mut pending).into_iter().collect()));
                    fields.push(field);
                }
            }
        }
        texts.push(Const::Str(pending.into_iter().collect()));
        self.at(string);
        let strings = self.unit.next();
        self.unit.load_const(strings, Const::Tuple(texts.into()));
        let interpolations = self.unit.next();
        for field in &fields {
            self.interpolation(field)?;
        }
        self.at(string);
        self.unit.emit(Opcode::BuildTuple, interpolations, interpolations, fields.len() as u32);
        self.unit.emit(Opcode::BuildTemplate, destination, strings, interpolations);
        Ok(())
    }

    /// Pushes one `Interpolation`.
    fn interpolation(&mut self, field: &'a ast::InterpolatedElement) -> Result<()> {
        let value = self.push(&field.expression)?;
        self.at(field);
        let text = self.unit.next();
        let source: Wtf8 = self.source[field.expression.range()].trim().into();
        self.unit.load_const(text, Const::Str(source));
        let specification = self.unit.next();
        match &field.format_spec {
            Some(format) => self.specification(format, specification)?,
            None => self.unit.load_const(specification, Const::Str("".into())),
        }
        self.at(field);
        self.unit.emit(Opcode::BuildInterpolation, value, value, conversion(field));
        Ok(())
    }
}

fn push_text<'a>(parts: &mut Vec<Part<'a>>, text: Vec<u32>) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Part::Text(last)) => last.extend(text),
        _ => parts.push(Part::Text(text)),
    }
}

/// The conversion of a field; `{x=}` without a format means `repr`.
fn conversion(field: &ast::InterpolatedElement) -> u32 {
    match field.conversion {
        ConversionFlag::Str => 1,
        ConversionFlag::Repr => 2,
        ConversionFlag::Ascii => 3,
        ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => 2,
        ConversionFlag::None => 0,
    }
}
