//! Running other programs, visibly.

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A command that is printed before it runs, in the workspace's folder.
pub struct Printed {
    command: Command,
    line: Vec<OsString>,
}

/// `cargo` with arguments separated by spaces.
pub fn cargo(arguments: &str) -> Printed {
    Printed::new("cargo").args(arguments.split(' '))
}

/// The release build of the `ungil` command, brought up to date.
pub fn release_ungil() -> Outcome<PathBuf> {
    cargo("build --locked --release -p ungil --bin ungil").run()?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    Ok(target.join("release").join(format!("ungil{}", std::env::consts::EXE_SUFFIX)))
}

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

impl Printed {
    pub fn new(program: &str) -> Printed {
        let mut command = Command::new(program);
        command.current_dir(workspace());
        Printed { command, line: vec![program.into()] }
    }

    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Printed {
        for argument in arguments {
            self.command.arg(argument.as_ref());
            self.line.push(argument.as_ref().to_owned());
        }
        self
    }

    /// Sets environment variables; they are printed in front of the command.
    pub fn envs(mut self, variables: impl IntoIterator<Item = (&'static str, impl AsRef<OsStr>)>) -> Printed {
        for (name, value) in variables {
            self.command.env(name, value.as_ref());
            let mut assignment = OsString::from(format!("{name}="));
            assignment.push(value.as_ref());
            self.line.insert(0, assignment);
        }
        self
    }

    /// Runs it; a status other than 0 is an error.
    pub fn run(mut self) -> Outcome {
        let line: Vec<String> = self.line.iter().map(|word| shell_word(&word.to_string_lossy())).collect();
        eprintln!("$ {}", line.join(" "));
        let status = self.command.status().map_err(|error| format!("cannot run {}: {error}", line[0]))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", line.join(" ")).into()) }
    }
}

/// The standard output of a program that is measured: run in the file's folder, without input, errors shown.
pub fn output_of(interpreter: &Path, file: &Path) -> Outcome<String> {
    let name = file.file_name().ok_or("not a file")?;
    let output = Command::new(interpreter)
        .arg(name)
        .current_dir(file.parent().ok_or("not a file in a folder")?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", interpreter.display()))?;
    if !output.status.success() {
        return Err(format!("{} {}: {}", interpreter.display(), file.display(), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn shell_word(word: &str) -> String {
    if word.contains(' ') { format!("'{word}'") } else { word.to_owned() }
}
