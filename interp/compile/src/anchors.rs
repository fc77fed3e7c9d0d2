//! Which part of a failing expression a traceback points at: the operator of a binary operation, the brackets of a subscript, the
//! parentheses of a call. The rules are those of `traceback` in CPython 3.14.

use ruff_text_size::Ranged;

use crate::options::Mode;
use crate::syntax::{Tree, ast, parse};

/// The anchors within an expression, as line (from 0) and column (in characters): from `start` up to `end` it is pointed at, the rest
/// is only underlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    /// First character.
    pub start: (usize, usize),
    /// Behind the last character.
    pub end: (usize, usize),
}

/// The anchors of an expression given by its source; `None` if it is of another kind, or no expression.
pub fn anchors(expression: &str) -> Option<Anchors> {
    // In parentheses it may continue over lines.
    let Ok(Tree::Module(module)) = parse(&format!("(\n{expression}\n)"), Mode::Module) else { return None };
    let [ast::Stmt::Expr(statement)] = &module.body[..] else { return None };
    let offset = |size: ruff_text_size::TextSize| usize::from(size).saturating_sub(2);
    let place = |at: usize| line_and_column(expression, at);
    match &*statement.value {
        ast::Expr::BinOp(operation) => {
            let operator = skip_until(expression, offset(operation.left.end()), |c| c != ')')?;
            let mut end = operator + expression[operator..].chars().next()?.len_utf8();
            if let Some(second) = expression[end..].chars().next()
                && end < offset(operation.right.start())
                && !second.is_whitespace()
                && !matches!(second, '\\' | '#')
            {
                end += second.len_utf8();
            }
            Some(Anchors { start: place(operator), end: place(end) })
        }
        ast::Expr::Subscript(subscript) => {
            let bracket = skip_until(expression, offset(subscript.value.end()), |c| c == '[')?;
            Some(Anchors { start: place(bracket), end: place(offset(subscript.end())) })
        }
        ast::Expr::Call(call) => {
            let parenthesis = skip_until(expression, offset(call.func.end()), |c| c == '(')?;
            Some(Anchors { start: place(parenthesis), end: place(offset(call.end())) })
        }
        _ => None,
    }
}

/// Whether the lines are a `return` or an assignment whose value is a call that spans these columns of the first and last line:
/// pointing at it would say nothing.
pub fn is_plain_call(lines: &str, start: usize, end: usize) -> bool {
    let Ok(Tree::Module(module)) = parse(lines, Mode::Module) else { return false };
    let value = match module.body.first() {
        Some(ast::Stmt::Return(statement)) => match statement.value.as_deref() {
            Some(ast::Expr::Call(call)) if call.func.is_name_expr() => call,
            _ => return false,
        },
        Some(ast::Stmt::Assign(statement)) => match &*statement.value {
            ast::Expr::Call(call) => call,
            _ => return false,
        },
        _ => return false,
    };
    let last = lines.matches('\n').count();
    line_and_column(lines, value.start().into()) == (0, start)
        && line_and_column(lines, value.end().into()) == (last, end)
}

/// Whether the lines parse to no statement at all, like a lone comment.
pub fn is_empty(lines: &str) -> bool {
    matches!(parse(lines, Mode::Module), Ok(Tree::Module(module)) if module.body.is_empty())
}

/// The first character from `at` on that is neither blank nor in a comment nor a line's continuation, and satisfies `stop`.
fn skip_until(text: &str, at: usize, stop: impl Fn(char) -> bool) -> Option<usize> {
    let mut in_comment = false;
    text[at..].char_indices().find_map(|(offset, c)| {
        in_comment = if c == '\n' { false } else { in_comment || matches!(c, '#' | '\\') };
        (!in_comment && !c.is_whitespace() && stop(c)).then_some(at + offset)
    })
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count(), before[line_start..].chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expression: &str) -> Option<((usize, usize), (usize, usize))> {
        anchors(expression).map(|anchors| (anchors.start, anchors.end))
    }

    #[test]
    fn operators_brackets_and_parentheses_are_pointed_at() {
        assert_eq!(shown("1 / 0"), Some(((0, 2), (0, 3))));
        assert_eq!(shown("(a) ** (b)"), Some(((0, 4), (0, 6))));
        assert_eq!(shown("a//b"), Some(((0, 1), (0, 3))));
        assert_eq!(shown("ä[k][0]"), Some(((0, 4), (0, 7))));
        assert_eq!(shown("f(x)(y)"), Some(((0, 4), (0, 7))));
        assert_eq!(shown("a # (+)\n- b"), Some(((1, 0), (1, 1))));
        assert_eq!(shown("x.y"), None);
        assert_eq!(shown("1 +"), None);
    }

    #[test]
    fn a_call_that_is_all_of_a_statement_is_plain() {
        assert!(is_plain_call("return f(1)", 7, 11));
        assert!(is_plain_call("x = a.f(1)", 4, 10));
        assert!(!is_plain_call("return a.f(1)", 7, 13));
        assert!(!is_plain_call("x = f(1) + 1", 4, 8));
    }
}
