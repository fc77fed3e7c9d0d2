//! The command line.

use ungil::Config;
use ungil::environment::switch;

pub const USAGE: &str = "\
usage: ungil [option]... [-c CODE | -m MODULE | FILE | -] [argument]...

Runs Python 3.14 programs. Threads run in parallel: there is no global lock.

  FILE             run a file, or a folder with a __main__.py
  -                run what standard input says, as without FILE
  -c CODE          run a program given as text
  -m MODULE        run a library module as a program
  -u               write output at once
  -W ACTION        what to do about warnings, as warnings.filterwarnings says it
  -X tlbc=0        one copy of bytecode for all threads, not specialised
  -X jit=1         compile hot loops
  -V, --version    show the version
  -h, --help       show this

examples:
  ungil script.py --verbose          its own arguments come after the file
  ungil -c 'print(6 * 7)'
  ungil -m timeit -n 100 'sum(range(1000))'
  echo 'print(\"hello\")' | ungil -

Environment variables are those of src/environment.rs: PYTHON_TLBC, PYTHON_JIT, PYTHONHASHSEED, PYTHONPATH, PYTHONUNBUFFERED,
UNGIL_JIT_PRINT, UNGIL_LOCAL, UNGIL_CHECK.
";

/// What to run.
#[derive(Debug, PartialEq, Eq)]
pub enum Program {
    File(String),
    Text(String),
    Module(String),
    StandardInput,
}

/// A parsed command line.
#[derive(Debug)]
pub enum Command {
    Run { program: Program, arguments: Vec<String>, config: Config, warnings: Vec<String>, unbuffered: bool },
    Version,
    Help,
}

/// Parses the arguments behind the command's own name.
///
/// # Errors
/// A message about the first argument that has no meaning.
pub fn parse(arguments: &[String], config: Config) -> Result<Command, String> {
    let (mut config, mut warnings, mut unbuffered) = (config, Vec::new(), false);
    let mut rest = arguments.iter();
    let run = |program: Program, name: &str, rest: &[String], config, warnings, unbuffered| {
        let arguments = [name.to_owned()].into_iter().chain(rest.iter().cloned()).collect();
        Ok(Command::Run { program, arguments, config, warnings, unbuffered })
    };
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "-h" | "--help" | "-?" => return Ok(Command::Help),
            "-V" | "--version" => return Ok(Command::Version),
            "-" => return run(Program::StandardInput, "-", rest.as_slice(), config, warnings, unbuffered),
            "--" => {}
            other if !other.starts_with('-') => {
                return run(
                    Program::File(other.into()),
                    other,
                    rest.as_slice(),
                    config,
                    warnings,
                    unbuffered,
                );
            }
            other => {
                let (option, attached) = other.split_at(2.min(other.len()));
                let mut value = || match attached {
                    "" => rest
                        .next()
                        .cloned()
                        .ok_or_else(|| format!("Argument expected for the {option} option")),
                    attached => Ok(attached.to_owned()),
                };
                match option {
                    "-c" => {
                        let text = Program::Text(value()?);
                        return run(text, "-c", rest.as_slice(), config, warnings, unbuffered);
                    }
                    "-m" => {
                        let module = Program::Module(value()?);
                        return run(module, "-m", rest.as_slice(), config, warnings, unbuffered);
                    }
                    "-W" => warnings.push(value()?),
                    "-X" => set(&mut config, &value()?)?,
                    "-u" if attached.is_empty() => unbuffered = true,
                    // What these turn off is never on.
                    "-B" | "-E" | "-I" | "-P" | "-q" | "-s" | "-S" if attached.is_empty() => {}
                    _ => return Err(format!("Unknown option: {other}")),
                }
            }
        }
    }
    run(Program::StandardInput, "", &[], config, warnings, unbuffered)
}

/// `-X name=value`. Names that mean nothing here are for others.
fn set(config: &mut Config, option: &str) -> Result<(), String> {
    let (name, value) = option.split_once('=').unwrap_or((option, "1"));
    match name {
        "tlbc" => config.thread_local_bytecode = switch("-X tlbc", value)?,
        "jit" => config.jit = switch("-X jit", value)?,
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<(Program, Vec<String>, Config), String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match parse(&arguments, Config::default())? {
            Command::Run { program, arguments, config, .. } => Ok((program, arguments, config)),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn what_follows_the_program_belongs_to_it() {
        let (program, arguments, _) = parsed("-u x.py -c 3").expect("valid");
        assert_eq!(program, Program::File("x.py".into()));
        assert_eq!(arguments, ["x.py", "-c", "3"]);
        let (program, arguments, _) = parsed("-cpass -m a").expect("valid");
        assert_eq!(
            (program, arguments),
            (Program::Text("pass".into()), vec!["-c".into(), "-m".into(), "a".into()])
        );
    }

    #[test]
    fn switches_are_checked_and_unknown_names_are_not() {
        let (_, _, config) = parsed("-X tlbc=0 -Xdev -").expect("valid");
        assert!(!config.thread_local_bytecode);
        assert!(parsed("-X tlbc=2 x.py").is_err());
        assert!(parsed("--frobnicate").is_err());
        assert!(parsed("-c").is_err());
    }
}
