//! Properties of code points: categories and the predicates behind `str.isalpha` and its siblings.
//!
//! The predicates are defined over Unicode properties as CPython's `makeunicodedata.py` defines its type flags.

use icu_properties::props::{
    BidiClass, BinaryProperty, CanonicalCombiningClass, CaseIgnorable, Cased, EastAsianWidth,
    GeneralCategory, Lowercase, Uppercase, XidContinue, XidStart,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// The version of the Unicode Character Database behind every table of this crate.
pub const UNICODE_VERSION: &str = "16.0.0";

fn has<P: BinaryProperty>(code: u32) -> bool {
    CodePointSetData::new::<P>().contains32(code)
}

fn category_of(code: u32) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get32(code)
}

fn bidi_class(code: u32) -> BidiClass {
    CodePointMapData::<BidiClass>::new().get32(code)
}

/// A letter: general category Lu, Ll, Lt, Lm or Lo.
pub fn is_alpha(code: u32) -> bool {
    use GeneralCategory::*;
    if code < 0x80 {
        return (code as u8).is_ascii_alphabetic();
    }
    matches!(
        category_of(code),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    )
}

/// Has a decimal, digit or numeric value, or is a letter.
pub fn is_alnum(code: u32) -> bool {
    is_alpha(code) || super::numeric::numeric(code).is_some()
}

/// The derived property Lowercase.
pub fn is_lower(code: u32) -> bool {
    if code < 0x80 { (code as u8).is_ascii_lowercase() } else { has::<Lowercase>(code) }
}

/// The derived property Uppercase.
pub fn is_upper(code: u32) -> bool {
    if code < 0x80 { (code as u8).is_ascii_uppercase() } else { has::<Uppercase>(code) }
}

/// Titlecase letters (category Lt), digraphs such as U+01C5.
pub fn is_title(code: u32) -> bool {
    code >= 0x80 && category_of(code) == GeneralCategory::TitlecaseLetter
}

/// Upper, lower or title case.
pub fn is_cased(code: u32) -> bool {
    if code < 0x80 { (code as u8).is_ascii_alphabetic() } else { has::<Cased>(code) }
}

/// Skipped when looking for the letters around a final sigma.
pub fn is_case_ignorable(code: u32) -> bool {
    has::<CaseIgnorable>(code)
}

/// Whitespace to `str`: category Zs, or bidirectional class WS, B or S.
pub fn is_space(code: u32) -> bool {
    match code {
        0..0x80 => matches!(code, 0x09..=0x0d | 0x1c..=0x20),
        0x85 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 => true,
        _ => false,
    }
}

/// Ends a line for `str.splitlines`: category Zl or bidirectional class B.
pub fn is_line_break(code: u32) -> bool {
    matches!(code, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// Shown as it is by `repr`: everything but controls, formats, surrogates, private use, unassigned and
/// separators; the ordinary space is printable.
pub fn is_printable(code: u32) -> bool {
    use GeneralCategory::*;
    if code < 0x80 {
        return matches!(code, 0x20..=0x7e);
    }
    !matches!(
        category_of(code),
        Control
            | Format
            | Surrogate
            | PrivateUse
            | Unassigned
            | LineSeparator
            | ParagraphSeparator
            | SpaceSeparator
    )
}

/// May start an identifier.
pub fn is_identifier_start(code: u32) -> bool {
    if code < 0x80 { code == 0x5f || is_alpha(code) } else { has::<XidStart>(code) }
}

/// May continue an identifier.
pub fn is_identifier_continue(code: u32) -> bool {
    if code < 0x80 { code == 0x5f || (code as u8).is_ascii_alphanumeric() } else { has::<XidContinue>(code) }
}

/// The two-letter general category, `Cn` for unassigned code points.
pub fn category(code: u32) -> &'static str {
    use GeneralCategory::*;
    match category_of(code) {
        UppercaseLetter => "Lu",
        LowercaseLetter => "Ll",
        TitlecaseLetter => "Lt",
        ModifierLetter => "Lm",
        OtherLetter => "Lo",
        NonspacingMark => "Mn",
        SpacingMark => "Mc",
        EnclosingMark => "Me",
        DecimalNumber => "Nd",
        LetterNumber => "Nl",
        OtherNumber => "No",
        SpaceSeparator => "Zs",
        LineSeparator => "Zl",
        ParagraphSeparator => "Zp",
        Control => "Cc",
        Format => "Cf",
        Surrogate => "Cs",
        PrivateUse => "Co",
        DashPunctuation => "Pd",
        OpenPunctuation => "Ps",
        ClosePunctuation => "Pe",
        ConnectorPunctuation => "Pc",
        InitialPunctuation => "Pi",
        FinalPunctuation => "Pf",
        OtherPunctuation => "Po",
        MathSymbol => "Sm",
        CurrencySymbol => "Sc",
        ModifierSymbol => "Sk",
        OtherSymbol => "So",
        _ => "Cn",
    }
}

/// The bidirectional class by its short name, empty for unassigned code points as in `unicodedata`.
pub fn bidirectional(code: u32) -> &'static str {
    if category_of(code) == GeneralCategory::Unassigned {
        return "";
    }
    match bidi_class(code) {
        BidiClass::LeftToRight => "L",
        BidiClass::RightToLeft => "R",
        BidiClass::EuropeanNumber => "EN",
        BidiClass::EuropeanSeparator => "ES",
        BidiClass::EuropeanTerminator => "ET",
        BidiClass::ArabicNumber => "AN",
        BidiClass::CommonSeparator => "CS",
        BidiClass::ParagraphSeparator => "B",
        BidiClass::SegmentSeparator => "S",
        BidiClass::WhiteSpace => "WS",
        BidiClass::OtherNeutral => "ON",
        BidiClass::LeftToRightEmbedding => "LRE",
        BidiClass::LeftToRightOverride => "LRO",
        BidiClass::ArabicLetter => "AL",
        BidiClass::RightToLeftEmbedding => "RLE",
        BidiClass::RightToLeftOverride => "RLO",
        BidiClass::PopDirectionalFormat => "PDF",
        BidiClass::NonspacingMark => "NSM",
        BidiClass::BoundaryNeutral => "BN",
        BidiClass::FirstStrongIsolate => "FSI",
        BidiClass::LeftToRightIsolate => "LRI",
        BidiClass::RightToLeftIsolate => "RLI",
        BidiClass::PopDirectionalIsolate => "PDI",
        _ => "",
    }
}

/// The canonical combining class, 0 for most characters.
pub fn combining(code: u32) -> u8 {
    CodePointMapData::<CanonicalCombiningClass>::new().get32(code).to_icu4c_value()
}

/// The East Asian width by its short name.
pub fn east_asian_width(code: u32) -> &'static str {
    match CodePointMapData::<EastAsianWidth>::new().get32(code) {
        EastAsianWidth::Ambiguous => "A",
        EastAsianWidth::Halfwidth => "H",
        EastAsianWidth::Fullwidth => "F",
        EastAsianWidth::Narrow => "Na",
        EastAsianWidth::Wide => "W",
        _ => "N",
    }
}

/// Mirrored in right-to-left text.
pub fn is_mirrored(code: u32) -> bool {
    has::<icu_properties::props::BidiMirrored>(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories() {
        for (code, expected, direction, width) in [
            (0x41, "Lu", "L", "Na"),
            (0x1c5, "Lt", "L", "N"),
            (0x301, "Mn", "NSM", "A"),
            (0x20ac, "Sc", "ET", "A"),
            (0x5d0, "Lo", "R", "N"),
            (0x4e00, "Lo", "L", "W"),
            (0xd800, "Cs", "L", "N"),
            (0x378, "Cn", "", "N"),
            // Assigned by Unicode 17.
            (0x16ea0, "Cn", "", "N"),
        ] {
            assert_eq!(category(code), expected, "{code:x}");
            assert_eq!(bidirectional(code), direction, "{code:x}");
            assert_eq!(east_asian_width(code), width, "{code:x}");
        }
        assert_eq!(combining(0x301), 230);
        assert!(is_mirrored(0x28) && !is_mirrored(0x41));
    }

    #[test]
    fn whitespace_is_what_the_bidirectional_classes_say() {
        for code in 0..0x11_0000 {
            let by_class = category(code) == "Zs" || matches!(bidirectional(code), "WS" | "B" | "S");
            assert_eq!(is_space(code), by_class, "{code:x}");
            let breaks = category(code) == "Zl" || bidirectional(code) == "B";
            assert_eq!(is_line_break(code), breaks || matches!(code, 0x0b | 0x0c), "{code:x}");
        }
    }
}
