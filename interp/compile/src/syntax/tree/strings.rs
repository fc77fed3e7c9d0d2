//! Strings, formatted strings (PEP 701) and template strings (PEP 750).

use ruff_text_size::{Ranged, TextRange, TextSize};
use ungil_bytecode::Const;

use super::{Field, Node, Writer};
use crate::syntax::ast::{self, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement};
use crate::syntax::{debug_text, interpolated_literal, string_value};

/// The parts of a formatted string: text, which neighbours join, and replacement fields.
#[derive(Default)]
struct Parts {
    nodes: Vec<Node>,
    text: Vec<u32>,
    /// Where the text at the end lies.
    place: Option<TextRange>,
}

impl Parts {
    fn push_text(&mut self, text: impl IntoIterator<Item = u32>, range: TextRange) {
        self.text.extend(text);
        self.place = Some(self.place.map_or(range, |place| place.cover(range)));
    }

    fn end_text(&mut self, writer: &Writer<'_>) {
        let text = std::mem::take(&mut self.text);
        if let Some(place) = self.place.take().filter(|_| !text.is_empty()) {
            self.nodes.push(writer.constant(place, Const::Str(text.into_iter().collect())));
        }
    }
}

impl Writer<'_> {
    pub(super) fn string(&self, node: &ast::ExprStringLiteral) -> Node {
        let is_unicode = node.value.iter().next().is_some_and(|first| first.flags.prefix().is_unicode());
        let kind = if is_unicode { Field::Constant(Const::Str("u".into())) } else { Field::Absent };
        let value = Field::Constant(Const::Str(string_value(self.source, &node.value)));
        self.node("Constant", node.range, [("value", value), ("kind", kind)])
    }

    pub(super) fn f_string(&self, node: &ast::ExprFString) -> Node {
        let mut parts = Parts::default();
        for part in node.value.iter() {
            match part {
                FStringPart::Literal(literal) => {
                    let single = ast::StringLiteralValue::single(literal.clone());
                    let value = string_value(self.source, &single);
                    parts.push_text(value.code_points(), literal.range);
                }
                FStringPart::FString(string) => {
                    let raw = string.flags.prefix().is_raw();
                    self.collect(&string.elements, raw, false, &mut parts);
                }
            }
        }
        parts.end_text(self);
        self.node("JoinedStr", node.range, [("values", parts.nodes.into())])
    }

    pub(super) fn t_string(&self, node: &ast::ExprTString) -> Node {
        let mut parts = Parts::default();
        for string in node.value.iter() {
            self.collect(&string.elements, string.flags.prefix().is_raw(), true, &mut parts);
        }
        parts.end_text(self);
        self.node("TemplateStr", node.range, [("values", parts.nodes.into())])
    }

    fn collect(
        &self,
        elements: &ast::InterpolatedStringElements,
        raw: bool,
        is_template: bool,
        parts: &mut Parts,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    parts.push_text(interpolated_literal(self.source, literal, raw), literal.range);
                }
                InterpolatedStringElement::Interpolation(field) => {
                    if let Some(text) = &field.debug_text {
                        let text = debug_text(text.as_str());
                        let start = field.start() + TextSize::new(1);
                        let range = TextRange::at(start, TextSize::of(&*text));
                        parts.push_text(text.chars().map(u32::from), range);
                    }
                    parts.end_text(self);
                    parts.nodes.push(self.replacement(field, raw, is_template));
                }
            }
        }
    }

    fn replacement(&self, field: &InterpolatedElement, raw: bool, is_template: bool) -> Node {
        let value = self.expression(&field.expression).into();
        let conversion = match field.conversion {
            // `{x=}` means the representation.
            ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => b'r'.into(),
            ConversionFlag::None => -1,
            flag => flag.to_byte().unwrap_or_default().into(),
        };
        let conversion = Field::Number(conversion);
        let spec = field.format_spec.as_deref().map(|spec| {
            let mut parts = Parts::default();
            self.collect(&spec.elements, raw, false, &mut parts);
            parts.end_text(self);
            // With the colon.
            let range = TextRange::new(spec.start() - TextSize::new(1), spec.end());
            self.node("JoinedStr", range, [("values", parts.nodes.into())])
        });
        let spec = ("format_spec", spec.into());
        if !is_template {
            return self.node(
                "FormattedValue",
                field.range,
                [("value", value), ("conversion", conversion), spec],
            );
        }
        let text = self.source[field.expression.range()].trim();
        let text = Field::Constant(Const::Str(text.into()));
        let fields = [("value", value), ("str", text), ("conversion", conversion), spec];
        self.node("Interpolation", field.range, fields)
    }
}
