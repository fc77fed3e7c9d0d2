//! Prints the code of a Python file: `cargo run -p ungil-compile --example disassemble -- FILE`.

use ungil_compile::{Mode, Options, compile};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let source = std::fs::read_to_string(&path)?;
    let compilation = compile(&source, &path, Options::new(Mode::Module))?;
    print!("{}", compilation.code.to_text());
    compilation.code.verify()?;
    for warning in compilation.warnings {
        eprintln!("{path}:{}: SyntaxWarning: {}", warning.line, warning.message);
    }
    Ok(())
}
