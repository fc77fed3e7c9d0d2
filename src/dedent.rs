//! The text of `-c`, which may be indented as a whole: what all its lines begin with is left out, as by `textwrap.dedent`.

/// The text without the blanks that all lines begin with. Lines of blanks alone do not count, and become empty.
pub fn dedent(text: &str) -> String {
    let is_blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let indent = |line: &'_ str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut written = text.split('\n').filter(|line| !is_blank(line));
    let first = written.next().unwrap_or_default();
    let margin = written.fold(&first[..indent(first)], |margin, line| common_start(margin, line));
    let lines: Vec<&str> =
        text.split('\n').map(|line| if is_blank(line) { "" } else { &line[margin.len()..] }).collect();
    lines.join("\n")
}

/// What of `margin`, which is ASCII, a line begins with, too.
fn common_start<'a>(margin: &'a str, line: &str) -> &'a str {
    let same = margin.bytes().zip(line.bytes()).take_while(|(left, right)| left == right).count();
    &margin[..same]
}

#[cfg(test)]
mod tests {
    use super::dedent;

    #[test]
    fn the_margin_of_all_lines_goes() {
        let table = [
            ("print(1)", "print(1)"),
            ("  if 1:\n    print(2)\n  print(3)\n", "if 1:\n  print(2)\nprint(3)\n"),
            ("\n  a\n \n  b\n   ", "\na\n\nb\n"),
            ("  a\n\tb", "  a\n\tb"),
            ("\t a\n\t\tb", " a\n\tb"),
            ("  a\nb", "  a\nb"),
            ("", ""),
            ("  é\n  ü", "é\nü"),
        ];
        for (given, expected) in table {
            assert_eq!(dedent(given), expected, "{given:?}");
        }
    }
}
