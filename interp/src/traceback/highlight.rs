//! The source lines of a traceback entry with the marks below them: `~` under the failing expression, `^` under its operator.
//! The rules are those of `traceback` in CPython 3.14.

use ungil_bytecode::Position;
use ungil_compile::anchors::{Anchors, anchors, is_empty, is_plain_call};

/// The lines to show for a position, without indentation, each with its newline. `line` gives source lines by number, from 1.
pub(super) fn highlight(position: Position, line: impl Fn(u32) -> Option<String>) -> String {
    let first = position.line;
    let last = position.end_line.max(first);
    let original: Vec<String> =
        (first..=last).map_while(line).map(|line| line.trim_end().to_owned()).collect();
    if original.iter().all(|line| line.trim().is_empty()) {
        return String::new();
    }
    let dedent = common_indent(&original);
    let lines: Vec<String> = original.iter().map(|line| line.chars().skip(dedent).collect()).collect();
    if position.end_column == 0 || original.len() != (last - first + 1) as usize {
        return original.iter().map(|line| format!("{}\n", line.trim_start())).collect();
    }
    let column = |line: &str, byte: u32| {
        let byte = line.floor_char_boundary((byte as usize).min(line.len()));
        line[..byte].chars().count().saturating_sub(dedent)
    };
    let start = column(&original[0], position.column);
    let end = column(&original[original.len() - 1], position.end_column);
    Marks::new(lines, start, end).show()
}

/// Lines, and which of their characters are to be marked how.
struct Marks {
    lines: Vec<String>,
    /// First marked column of the first line.
    start: usize,
    /// Behind the last marked column of the last line.
    end: usize,
    /// The anchors, in columns of the lines.
    anchors: Option<Anchors>,
    shown: bool,
}

impl Marks {
    fn new(lines: Vec<String>, start: usize, end: usize) -> Marks {
        let joined = lines.join("\n");
        let last = lines.len() - 1;
        let segment_end = joined.chars().count() - lines[last].chars().count().saturating_sub(end);
        let segment: String = joined.chars().take(segment_end).skip(start).collect();
        // Columns on the expression's first line count from its start.
        let shift = |(line, column): (usize, usize)| (line, if line == 0 { column + start } else { column });
        let anchors =
            anchors(&segment).map(|found| Anchors { start: shift(found.start), end: shift(found.end) });
        let is_part = || {
            lines[0].chars().take(start).any(|c| !c.is_whitespace())
                || lines[last].chars().skip(end).any(|c| !c.is_whitespace())
        };
        let shown =
            !is_empty(&joined) && !is_plain_call(&joined, start, end) && (anchors.is_some() || is_part());
        Marks { lines, start, end, anchors, shown }
    }

    /// The first and the last line, those around the anchors, and how many are left out between.
    fn show(&self) -> String {
        let last = self.lines.len() - 1;
        let mut wanted = vec![0, last];
        if let Some(Anchors { start, end }) = self.anchors {
            for line in [start.0, end.0] {
                wanted.extend(line.saturating_sub(1)..=(line + 1).min(last));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut out = String::new();
        let mut previous = None;
        for line in wanted {
            match previous.map_or(1, |previous| line - previous) {
                0 | 1 => {}
                2 => self.show_line(line - 1, &mut out),
                distance => out.push_str(&format!("...<{} lines>...\n", distance - 1)),
            }
            self.show_line(line, &mut out);
            previous = Some(line);
        }
        out
    }

    fn show_line(&self, number: usize, out: &mut String) {
        let line = &self.lines[number];
        out.push_str(line);
        out.push('\n');
        if !self.shown {
            return;
        }
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let is_last = number + 1 == self.lines.len();
        let end = if is_last { self.end } else { line.chars().count() };
        let mut width = 0;
        for (column, c) in line.chars().chain(std::iter::repeat(' ')).take(end).enumerate() {
            let mark = if column < indent || number == 0 && column < self.start {
                ' '
            } else {
                self.mark(number, column)
            };
            for _ in 0..display_width(c) {
                out.push(mark);
                width += 1;
            }
        }
        debug_assert!(width >= end.saturating_sub(1));
        out.push('\n');
    }

    fn mark(&self, line: usize, column: usize) -> char {
        match self.anchors {
            None => '^',
            Some(Anchors { start, end }) if (line, column) >= start && (line, column) < end => '^',
            Some(_) => '~',
        }
    }
}

/// Columns that a character takes in a terminal: two for the wide ranges of East Asian scripts and for emoji.
fn display_width(c: char) -> usize {
    let wide = matches!(c as u32,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd);
    1 + usize::from(wide)
}

fn common_indent(lines: &[String]) -> usize {
    let indents = lines.iter().filter(|line| !line.trim().is_empty());
    indents.map(|line| line.chars().take_while(|c| c.is_whitespace()).count()).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str, column: u32, end_line: u32, end_column: u32) -> String {
        let position = Position { line: 1, end_line, column, end_column };
        highlight(position, |number| source.lines().nth(number as usize - 1).map(str::to_owned))
    }

    #[test]
    fn operators_are_pointed_at_and_operands_underlined() {
        assert_eq!(shown("    x = a + b\n", 8, 1, 13), "x = a + b\n    ~~^~~\n");
        assert_eq!(shown("raise ValueError(1)", 0, 1, 19), "raise ValueError(1)\n");
        assert_eq!(shown("f(g(1))", 2, 1, 6), "f(g(1))\n  ~^^^\n");
        assert_eq!(shown("return f(1)", 7, 1, 11), "return f(1)\n");
        assert_eq!(shown("print(x.y)", 6, 1, 9), "print(x.y)\n      ^^^\n");
    }

    #[test]
    fn long_expressions_are_shortened() {
        let source = "f(\n    1,\n    2,\n    3,\n    4,\n    5 / 0,\n)";
        let expected = "f(\n~^\n    1,\n    ^^\n...<3 lines>...\n    5 / 0,\n    ^^^^^^\n)\n^\n";
        assert_eq!(shown(source, 0, 7, 1), expected);
    }
}
