//! Ends of lines, and lines and columns of byte offsets.

use std::borrow::Cow;

use ruff_text_size::{TextRange, TextSize};
use ungil_bytecode::Position;

/// A source with every end of a line as `\n`, whatever the file or string that it comes from ended its lines with: as Python's lexical
/// analysis sees it, so that strings over several lines do not depend on it.
pub fn universal_newlines(source: &str) -> Cow<'_, str> {
    if !source.contains('\r') {
        return Cow::Borrowed(source);
    }
    Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The line starts of a source.
pub struct LineIndex<'a> {
    source: &'a str,
    starts: Vec<u32>,
    first_line: u32,
}

impl<'a> LineIndex<'a> {
    /// An index of `source`, whose first line has number `first_line`. Lines end with `\n`, `\r\n` or `\r`.
    pub fn new(source: &'a str, first_line: u32) -> LineIndex<'a> {
        let bytes = source.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|&(index, &byte)| byte == b'\n' || byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|(index, _)| index as u32 + 1)).collect();
        LineIndex { source, starts, first_line }
    }

    /// Line and byte column of an offset.
    pub fn byte_column(&self, offset: TextSize) -> (u32, u32) {
        let offset = offset.to_u32();
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        (line as u32 + self.first_line, offset - self.starts[line])
    }

    /// Line and character column of an offset.
    pub fn character_column(&self, offset: TextSize) -> (u32, u32) {
        let (line, column) = self.byte_column(offset);
        let text = self.source.as_bytes().get((offset.to_u32() - column) as usize..offset.to_usize());
        // Continuation bytes do not count.
        let column = text.unwrap_or_default().iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        (line, column as u32)
    }

    /// The position of a range.
    pub fn position(&self, range: TextRange) -> Position {
        let (line, column) = self.byte_column(range.start());
        let (end_line, end_column) = self.byte_column(range.end());
        Position { line, end_line, column, end_column }
    }

    /// The text of a line, with its newline.
    pub fn text(&self, line: u32) -> &'a str {
        let index = line.saturating_sub(self.first_line) as usize;
        let start = self.starts.get(index).map_or(self.source.len(), |&start| start as usize);
        let end = self.starts.get(index + 1).map_or(self.source.len(), |&end| end as usize);
        &self.source[start..end]
    }
}
