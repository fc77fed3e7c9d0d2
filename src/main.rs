//! The command `ungil`: runs Python programs.

mod arguments;
mod dedent;

use std::io::Read;
use std::path::{Path, absolute};
use std::process::ExitCode;

use arguments::{Command, Program, USAGE};
use dedent::dedent;
use ungil::{Config, environment};
use ungil_interp::boot;
use ungil_interp::finish::{self, Ending};
use ungil_interp::import::{script, source, streams};
use ungil_objects::error::{Exc, Result};
use ungil_objects::{Raised, Thread};

#[global_allocator]
static ALLOCATOR: ungil_tstate::heap::MainHeap = ungil_tstate::heap::MainHeap;

/// Exit statuses: for a folder that is no program, for a command line or a file that cannot be used, for an error in the runtime
/// itself.
const NO_MODULE: i32 = 1;
const USAGE_ERROR: u8 = 2;
const INTERNAL_ERROR: u8 = 70;

fn main() -> ExitCode {
    ungil_tstate::heap::avoid_huge_pages();
    std::panic::set_hook(Box::new(|panic| eprintln!("ungil: internal error: {panic}")));
    let command: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let parsed = environment::configuration().and_then(|config| arguments::parse(&command[1..], config));
    match parsed {
        Ok(Command::Help) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Command::Version) => {
            println!("Python 3.14.0 (ungil {})", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Ok(Command::Run { program, arguments, config, warnings, unbuffered }) => {
            let run = Run { program, arguments, warnings, unbuffered, command };
            let ending = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.run(config)));
            // Threads that are left end here with the process.
            ending.unwrap_or(Ending::Status(i32::from(INTERNAL_ERROR))).exit()
        }
        Err(message) => {
            let name = command.first().map_or("ungil", String::as_str);
            eprintln!("{message}\nusage: {name} [option]... [-c CODE | -m MODULE | FILE | -] [argument]...");
            eprintln!("Try `{name} -h' for more information.");
            ExitCode::from(USAGE_ERROR)
        }
    }
}

/// One run of a program.
struct Run {
    program: Program,
    arguments: Vec<String>,
    warnings: Vec<String>,
    unbuffered: bool,
    command: Vec<String>,
}

impl Run {
    fn run(&self, config: Config) -> Ending {
        let (interpreter, mut attached) = match boot::start(config.options()) {
            Ok(started) => started,
            Err(error) => {
                eprintln!("ungil: {error}");
                return Ending::Status(i32::from(INTERNAL_ERROR));
            }
        };
        if config.jit {
            let mut settings = ungil_jit::Settings::default();
            if environment::prints_traces() {
                settings.printer = Some(Box::new(|trace| eprintln!("{trace}")));
            }
            // Where there is no machine code for the processor, everything is interpreted.
            ungil_jit::install(interpreter, settings);
        }
        let t = attached.token();
        let unbuffered = self.unbuffered || environment::is_unbuffered();
        if let Err(raised) = boot::prepare_program(t).and_then(|()| streams::open(t, unbuffered)) {
            eprintln!("ungil: {}", ungil_objects::types::exception::summary(t, raised.exception()));
            return Ending::Status(i32::from(INTERNAL_ERROR));
        }
        let file = match &self.program {
            Program::File(path) => match find_file(path) {
                Ok(path) => Some(path),
                Err(error) => return Ending::Status(self.report_missing(path, &error)),
            },
            _ => None,
        };
        // A signal may have arrived behind the last safepoint.
        let result = self.execute(t, file.as_deref()).and_then(|()| (t.interpreter().hooks().safepoint)(t));
        let ending = finish::report(t, result);
        finish::finish(t, ending)
    }

    /// Says why a program's file cannot be opened, and gives the exit status for it.
    fn report_missing(&self, path: &str, error: &std::io::Error) -> i32 {
        let (name, path) = (&self.command[0], Path::new(path));
        let shown = shown(path);
        if path.is_dir() && error.kind() == std::io::ErrorKind::NotFound {
            eprintln!("{name}: can't find '__main__' module in '{shown}'");
            return NO_MODULE;
        }
        let number = error.raw_os_error().unwrap_or(0);
        let text = error.to_string();
        let text = text.split(" (os error").next().unwrap_or_default();
        eprintln!("{name}: can't open file '{shown}': [Errno {number}] {text}");
        i32::from(USAGE_ERROR)
    }

    fn execute(&self, t: &mut Thread, file: Option<&str>) -> Result<()> {
        let folder = match (&self.program, file) {
            (Program::File(given), Some(file)) if Path::new(given).is_dir() => {
                Path::new(file).parent().map(|folder| folder.to_string_lossy().into_owned())
            }
            (_, Some(file)) => {
                let resolved = std::fs::canonicalize(file).unwrap_or_else(|_| file.into());
                resolved.parent().map(|folder| folder.to_string_lossy().into_owned())
            }
            (Program::Module(_), _) => {
                Some(std::env::current_dir().unwrap_or_default().to_string_lossy().into())
            }
            _ => Some(String::new()),
        };
        script::set_arguments(t, &self.arguments, &environment::module_path(), folder.as_deref())?;
        script::set_command(t, &self.command, &self.warnings)?;
        match &self.program {
            Program::File(_) => script::run_file(t, file.unwrap_or_default()),
            Program::Text(text) => script::run_string(t, &dedent(text), "<string>"),
            Program::Module(name) => script::run_module(t, name),
            Program::StandardInput => {
                let mut bytes = Vec::new();
                let read = t.blocking(|| std::io::stdin().read_to_end(&mut bytes));
                if let Err(error) = read {
                    return Err(Raised::new(t, Exc::OSError, error.to_string()));
                }
                let text = source::decode(t, bytes, "<stdin>")?;
                script::run_string(t, &text, "<stdin>")
            }
        }
    }
}

fn shown(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_path_buf()).to_string_lossy().into_owned()
}

/// The path that a program's file is run under: as given for a file, made absolute; for a folder its `__main__.py`.
fn find_file(path: &str) -> std::io::Result<String> {
    let given = Path::new(path);
    let file = if given.is_dir() { given.join("__main__.py") } else { given.to_path_buf() };
    std::fs::File::open(&file)?;
    Ok(shown(&file))
}
