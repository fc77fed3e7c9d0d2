//! Character names: `unicodedata.name`, `unicodedata.lookup` and `\N{...}`.
//!
//! Names come from the `unicode_names2` crate, which lacks the formal aliases of several words (`NameAliases.txt` of
//! the Unicode Character Database 16.0: corrections and names of controls); they are listed here.

/// The name of a code point, if it has one.
pub fn name(code: u32) -> Option<String> {
    unicode_names2::name(char::from_u32(code)?).map(|name| name.to_string())
}

/// The character of a name or formal alias, in any case.
pub fn lookup(name: &str) -> Option<u32> {
    let alias = || {
        let name = name.to_ascii_uppercase();
        ALIASES.binary_search_by_key(&&*name, |entry| entry.0).ok().map(|place| ALIASES[place].1)
    };
    unicode_names2::character(name).map(u32::from).or_else(alias)
}

/// Aliases in alphabetical order.
static ALIASES: &[(&str, u32)] = &[
    ("APPLICATION PROGRAM COMMAND", 0x9f),
    ("ARABIC SMALL HIGH LIGATURE ALEF WITH YEH BARREE", 0x616),
    ("BREAK PERMITTED HERE", 0x82),
    ("BYTE ORDER MARK", 0xfeff),
    ("BYZANTINE MUSICAL SYMBOL FTHORA SKLIRON CHROMA VASIS", 0x1d0c5),
    ("CANCEL CHARACTER", 0x94),
    ("CARRIAGE RETURN", 0xd),
    ("CHARACTER TABULATION", 0x9),
    ("CHARACTER TABULATION SET", 0x88),
    ("CHARACTER TABULATION WITH JUSTIFICATION", 0x89),
    ("CONTROL SEQUENCE INTRODUCER", 0x9b),
    ("CUNEIFORM SIGN NU11 OVER NU11 BUR OVER BUR", 0x122d5),
    ("CUNEIFORM SIGN NU11 TENU", 0x122d4),
    ("DATA LINK ESCAPE", 0x10),
    ("DEVICE CONTROL FOUR", 0x14),
    ("DEVICE CONTROL ONE", 0x11),
    ("DEVICE CONTROL STRING", 0x90),
    ("DEVICE CONTROL THREE", 0x13),
    ("DEVICE CONTROL TWO", 0x12),
    ("END OF GUARDED AREA", 0x97),
    ("END OF LINE", 0xa),
    ("END OF MEDIUM", 0x19),
    ("END OF PROTECTED AREA", 0x97),
    ("END OF SELECTED AREA", 0x87),
    ("END OF TEXT", 0x3),
    ("END OF TRANSMISSION", 0x4),
    ("END OF TRANSMISSION BLOCK", 0x17),
    ("FILE SEPARATOR", 0x1c),
    ("FORM FEED", 0xc),
    ("GROUP SEPARATOR", 0x1d),
    ("HANGUL JONGSEONG SSANGYESIEUNG", 0x11ee),
    ("HANGUL JONGSEONG YESIEUNG-KHIEUKH", 0x11ef),
    ("HANGUL JONGSEONG YESIEUNG-KIYEOK", 0x11ec),
    ("HANGUL JONGSEONG YESIEUNG-SSANGKIYEOK", 0x11ed),
    ("HENTAIGANA LETTER E-1", 0x1b001),
    ("HIGH OCTET PRESET", 0x81),
    ("HORIZONTAL TABULATION", 0x9),
    ("HORIZONTAL TABULATION SET", 0x88),
    ("HORIZONTAL TABULATION WITH JUSTIFICATION", 0x89),
    ("INFORMATION SEPARATOR FOUR", 0x1c),
    ("INFORMATION SEPARATOR ONE", 0x1f),
    ("INFORMATION SEPARATOR THREE", 0x1d),
    ("INFORMATION SEPARATOR TWO", 0x1e),
    ("KANNADA LETTER LLLA", 0xcde),
    ("LAO LETTER FO FAY", 0xe9f),
    ("LAO LETTER FO FON", 0xe9d),
    ("LAO LETTER LO", 0xea5),
    ("LAO LETTER RO", 0xea3),
    ("LATIN CAPITAL LETTER GHA", 0x1a2),
    ("LATIN SMALL LETTER GHA", 0x1a3),
    ("LEFTWARDS TRIANGLE-HEADED ARROW WITH DOUBLE VERTICAL STROKE", 0x2b7a),
    ("LINE FEED", 0xa),
    ("LINE TABULATION", 0xb),
    ("LINE TABULATION SET", 0x8a),
    ("LOCKING-SHIFT ONE", 0xe),
    ("LOCKING-SHIFT ZERO", 0xf),
    ("MEDEFAIDRIN CAPITAL LETTER H", 0x16e56),
    ("MEDEFAIDRIN CAPITAL LETTER NG", 0x16e57),
    ("MEDEFAIDRIN SMALL LETTER H", 0x16e76),
    ("MEDEFAIDRIN SMALL LETTER NG", 0x16e77),
    ("MESSAGE WAITING", 0x95),
    ("MICR DASH SYMBOL", 0x2449),
    ("MICR ON US SYMBOL", 0x2448),
    ("MYANMAR LETTER KHAMTI LLA", 0xaa6e),
    ("NEGATIVE ACKNOWLEDGE", 0x15),
    ("NEW LINE", 0xa),
    ("NEXT LINE", 0x85),
    ("NO BREAK HERE", 0x83),
    ("OPERATING SYSTEM COMMAND", 0x9d),
    ("PADDING CHARACTER", 0x80),
    ("PARTIAL LINE BACKWARD", 0x8c),
    ("PARTIAL LINE DOWN", 0x8b),
    ("PARTIAL LINE FORWARD", 0x8b),
    ("PARTIAL LINE UP", 0x8c),
    ("PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET", 0xfe18),
    ("PRIVACY MESSAGE", 0x9e),
    ("PRIVATE USE ONE", 0x91),
    ("PRIVATE USE TWO", 0x92),
    ("PRIVATE USE-1", 0x91),
    ("PRIVATE USE-2", 0x92),
    ("RECORD SEPARATOR", 0x1e),
    ("REVERSE INDEX", 0x8d),
    ("REVERSE LINE FEED", 0x8d),
    ("RIGHTWARDS TRIANGLE-HEADED ARROW WITH DOUBLE VERTICAL STROKE", 0x2b7c),
    ("SET TRANSMIT STATE", 0x93),
    ("SHIFT IN", 0xf),
    ("SHIFT OUT", 0xe),
    ("SINGLE CHARACTER INTRODUCER", 0x9a),
    ("SINGLE GRAPHIC CHARACTER INTRODUCER", 0x99),
    ("SINGLE SHIFT THREE", 0x8f),
    ("SINGLE SHIFT TWO", 0x8e),
    ("SINGLE-SHIFT-2", 0x8e),
    ("SINGLE-SHIFT-3", 0x8f),
    ("START OF GUARDED AREA", 0x96),
    ("START OF HEADING", 0x1),
    ("START OF PROTECTED AREA", 0x96),
    ("START OF SELECTED AREA", 0x86),
    ("START OF STRING", 0x98),
    ("START OF TEXT", 0x2),
    ("STRING TERMINATOR", 0x9c),
    ("SUNDANESE LETTER ARCHAIC I", 0x1bbd),
    ("SYNCHRONOUS IDLE", 0x16),
    ("SYRIAC SUBLINEAR COLON SKEWED LEFT", 0x709),
    ("TIBETAN MARK BKA- SHOG GI MGO RGYAN", 0xfd0),
    ("UNIT SEPARATOR", 0x1f),
    ("VERTICAL TABULATION", 0xb),
    ("VERTICAL TABULATION SET", 0x8a),
    ("WEIERSTRASS ELLIPTIC FUNCTION", 0x2118),
    ("YI SYLLABLE ITERATION MARK", 0xa015),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases() {
        assert_eq!(name(0x1f600).as_deref(), Some("GRINNING FACE"));
        assert_eq!(name(0x0a), None);
        for (text, expected) in [
            ("latin small letter a", Some(0x61)),
            ("CJK UNIFIED IDEOGRAPH-4E00", Some(0x4e00)),
            ("LF", Some(0x0a)),
            ("line feed", Some(0x0a)),
            ("Latin Small Letter Gha", Some(0x1a3)),
            ("BELL", Some(0x1f514)),
            ("NO SUCH NAME", None),
        ] {
            assert_eq!(lookup(text), expected, "{text}");
        }
        assert!(ALIASES.is_sorted());
    }
}
