//! Codecs and their error handlers as Python 3.14 answers.

use ungil_text::TextBuf;
use ungil_text::codec::{
    DecodeError, EncodeError, Encoding, Handler, decode, decode_charmap, encode, encode_charmap,
};

fn decoded(name: &str, bytes: &[u8], handler: &str) -> Result<TextBuf, DecodeError> {
    let handler = Handler::from_name(handler).unwrap();
    let encoding = Encoding::from_name(name).unwrap();
    decode(encoding, bytes, true, |bytes, error| handler.repair_decode(bytes, error))
        .map(|decoded| decoded.text)
}

fn encoded(name: &str, codes: &[u32], handler: &str) -> Result<Vec<u8>, EncodeError> {
    let handler = Handler::from_name(handler).unwrap();
    let text: TextBuf = codes.iter().copied().collect();
    let encoding = Encoding::from_name(name).unwrap();
    encode(encoding, text.as_text(), |text, error| handler.repair_encode(text, error))
}

/// Encoding, bytes, start and end of the error, reason.
type Case = (&'static str, &'static [u8], (usize, usize), &'static str);

#[test]
fn decoding_errors() {
    let table: [Case; 16] = [
        ("utf-8", b"a\xff", (1, 2), "invalid start byte"),
        ("utf-8", b"a\xc3", (1, 2), "unexpected end of data"),
        ("utf-8", b"\xe2\x82a", (0, 2), "invalid continuation byte"),
        ("utf-8", b"\xed\xa0\x80", (0, 1), "invalid continuation byte"),
        ("utf-8", b"\xf4\x90\x80\x80", (0, 1), "invalid continuation byte"),
        ("ascii", b"a\x80", (1, 2), "ordinal not in range(128)"),
        ("utf-16-le", b"a\0b", (2, 3), "truncated data"),
        ("utf-16-le", b"\0\xd8", (0, 2), "unexpected end of data"),
        ("utf-16-le", b"\0\xd8a\0", (0, 2), "illegal UTF-16 surrogate"),
        ("utf-16-be", b"\xdc\0", (0, 2), "illegal encoding"),
        ("utf-32-le", b"\0\0\x11\0", (0, 4), "code point not in range(0x110000)"),
        ("unicode_escape", b"\\x4a\\x4", (4, 7), "truncated \\xXX escape"),
        ("unicode_escape", b"\\N{foo}", (0, 7), "unknown Unicode character name"),
        ("unicode_escape", b"\\N{}", (0, 3), "malformed \\N character escape"),
        ("unicode_escape", b"\\", (0, 1), "\\ at end of string"),
        ("raw_unicode_escape", b"\\U00110000", (0, 10), "\\Uxxxxxxxx out of range"),
    ];
    for (name, bytes, (start, end), reason) in table {
        let error = decoded(name, bytes, "strict").unwrap_err();
        assert_eq!((error.start, error.end, error.reason), (start, end, reason), "{name} {bytes:?}");
    }
}

#[test]
fn decoding_repairs() {
    let table: [(&str, &[u8], &str, &[u32]); 11] = [
        ("utf-8", b"\xed\xa0\x80", "replace", &[0xfffd, 0xfffd, 0xfffd]),
        ("utf-8", b"\xe2\x82a", "ignore", &[0x61]),
        ("utf-8", b"\xe2\x82", "backslashreplace", &[0x5c, 0x78, 0x65, 0x32, 0x5c, 0x78, 0x38, 0x32]),
        ("utf-8", b"a\xffb", "surrogateescape", &[0x61, 0xdcff, 0x62]),
        ("utf-8", b"\xed\xa0\x80", "surrogatepass", &[0xd800]),
        ("utf-8-sig", b"\xef\xbb\xbfa", "strict", &[0x61]),
        ("utf-16", b"\xfe\xff\0a\xd8\x3d\xde\0", "strict", &[0x61, 0x1f600]),
        ("utf-16-le", b"\0\xd8a\0", "surrogatepass", &[0xd800, 0x61]),
        ("utf-32", b"\0\0\xfe\xff\0\x01\xf6\0", "strict", &[0x1f600]),
        ("unicode_escape", b"\\ud83d\\n\\777\\q\xe9", "strict", &[0xd83d, 0x0a, 0x1ff, 0x5c, 0x71, 0xe9]),
        ("raw_unicode_escape", b"\\u0041\\\\u41\\", "strict", &[0x41, 0x5c, 0x5c, 0x75, 0x34, 0x31, 0x5c]),
    ];
    for (name, bytes, handler, expected) in table {
        let text = decoded(name, bytes, handler).unwrap();
        assert_eq!(text.as_text().codes().collect::<Vec<_>>(), expected, "{name} {bytes:?} {handler}");
    }
}

#[test]
fn incomplete_sequences_are_left_for_later() {
    let table: [(&str, &[u8], usize); 5] = [
        ("utf-8", b"a\xe2\x82", 1),
        ("utf-16-le", b"a\0\x3d\xd8\0", 2),
        ("utf-32-be", b"\0\0\0a\0", 4),
        ("unicode_escape", b"ab\\u12", 2),
        ("raw_unicode_escape", b"ab\\", 2),
    ];
    for (name, bytes, consumed) in table {
        let encoding = Encoding::from_name(name).unwrap();
        let decoded =
            decode(encoding, bytes, false, |bytes, error| Handler::Strict.repair_decode(bytes, error));
        assert_eq!(decoded.unwrap().consumed, consumed, "{name}");
    }
}

#[test]
fn encoding_errors() {
    let lone = [0x61, 0xdc80, 0xd800, 0x62];
    let table = [
        ("utf-8", (1, 3), "surrogates not allowed"),
        ("utf-16", (1, 2), "surrogates not allowed"),
        ("latin-1", (1, 3), "ordinal not in range(256)"),
    ];
    for (name, (start, end), reason) in table {
        let error = encoded(name, &lone, "strict").unwrap_err();
        assert_eq!((error.start, error.end, error.reason), (start, end, reason), "{name}");
    }
    // A substitute that is not whole units, and one that cannot be encoded.
    assert_eq!(encoded("utf-16", &lone, "surrogateescape").unwrap_err().start, 1);
    assert_eq!(encoded("utf-8", &lone, "surrogateescape").unwrap_err().start, 2);
}

#[test]
fn encoding_repairs() {
    let table: [(&str, &[u32], &str, &[u8]); 10] = [
        ("utf-8", &[0xe9, 0x20ac, 0x1f600], "strict", "é€😀".as_bytes()),
        ("utf-8", &[0xdc80, 0xdcff], "surrogateescape", b"\x80\xff"),
        ("utf-8", &[0xd83d, 0xde00], "surrogatepass", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("ascii", &[0xe9, 0x20ac, 0x61], "replace", b"??a"),
        ("ascii", &[0xe9, 0x20ac, 0x1f600], "backslashreplace", b"\\xe9\\u20ac\\U0001f600"),
        ("latin-1", &[0xe9, 0x20ac], "xmlcharrefreplace", b"\xe9&#8364;"),
        ("ascii", &[0xe9], "namereplace", b"\\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("utf-16", &[0x61, 0xd800], "replace", b"\xff\xfea\0?\0"),
        ("utf-16-be", &[0x1f600], "strict", b"\xd8\x3d\xde\0"),
        ("unicode_escape", &[0x0a, 0x5c, 0xe9, 0x1f600], "strict", b"\\n\\\\\\xe9\\U0001f600"),
    ];
    for (name, codes, handler, expected) in table {
        assert_eq!(encoded(name, codes, handler).unwrap(), expected, "{name} {handler}");
    }
}

#[test]
fn charmaps() {
    let table = TextBuf::from("ab\u{fffe}é");
    let decode = |bytes: &[u8], handler: Handler| {
        decode_charmap(table.as_text(), bytes, |bytes, error| handler.repair_decode(bytes, error))
    };
    assert_eq!(decode(&[0, 3], Handler::Strict).unwrap().text, "aé");
    assert_eq!(decode(&[2, 9], Handler::Replace).unwrap().text, "\u{fffd}\u{fffd}");
    assert_eq!(decode(&[0, 2], Handler::Strict).unwrap_err().reason, "character maps to <undefined>");
    let mapping = |code| (code == 0x61).then_some(7);
    let text = TextBuf::from("abca");
    let encode = |handler: Handler| {
        encode_charmap(mapping, text.as_text(), |text, error| handler.repair_encode(text, error))
    };
    assert_eq!(encode(Handler::Ignore).unwrap(), [7, 7]);
    assert_eq!(encode(Handler::Replace).unwrap_err().end, 3);
}
