//! How programs end: daemon threads that still run, signals, exit statuses.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use wait_timeout::ChildExt;

/// For one program.
const TIME_LIMIT: Duration = Duration::from_secs(120);

fn ungil(text: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ungil"))
        .args(["-c", text])
        .env("PYTHON_COLORS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let (out, err) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    // Read meanwhile: a program that prints without end would wait for room in its pipe.
    std::thread::scope(|scope| {
        let (out, err) = (scope.spawn(|| read(out)), scope.spawn(|| read(err)));
        let Some(status) = child.wait_timeout(TIME_LIMIT).expect("a child") else {
            child.kill().expect("a child");
            panic!("still running after {TIME_LIMIT:?}");
        };
        let (stdout, stderr) = (out.join().expect("no panic"), err.join().expect("no panic"));
        Output { status, stdout, stderr }
    })
}

fn read(mut stream: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("readable");
    bytes
}

fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The program ends without a word, while daemon threads use its names.
#[test]
fn daemon_threads_see_nothing_of_the_end() {
    let program = "
import os, threading, time
class Thing: pass
counts = {'a': 1}
def use():
    while True:
        counts['a'] += len(str(Thing()))
        os.getpid()
def sleep():
    while True:
        time.sleep(0.0001)
        counts['a'] = 1
def wait():
    threading.Event().wait()
def write():
    while True:
        print('x' * 10)
for work in (use, sleep, use, wait, write):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.02)
";
    for _ in 0..8 {
        let ended = ungil(program);
        assert!(ended.status.success(), "{}: {}", ended.status, error_of(&ended));
        assert_eq!(error_of(&ended), "");
    }
}

#[test]
fn no_thread_starts_at_the_end() {
    let ended = ungil(
        "
import sys, threading
class Late:
    def __del__(self, sys=sys, threading=threading):
        try:
            threading.Thread(target=print).start()
        except RuntimeError as error:
            print(type(error).__name__, sys.is_finalizing())
late = Late()
print(sys.is_finalizing())
",
    );
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "False\nPythonFinalizationError True\n");
}

#[test]
fn an_uncaught_interrupt_ends_the_process_by_its_signal() {
    for program in [
        "raise KeyboardInterrupt",
        "import os, time\nos.kill(os.getpid(), 2)\ntime.sleep(10)",
        "import threading\nthreading.Thread(target=lambda: __import__('_thread').interrupt_main()).run()",
    ] {
        let ended = ungil(program);
        assert_eq!(ended.status.signal(), Some(2), "{}: {}", ended.status, error_of(&ended));
        assert!(error_of(&ended).ends_with("KeyboardInterrupt\n"), "{}", error_of(&ended));
    }
    assert_eq!(ungil("import sys; sys.exit(130)").status.code(), Some(130));
}

#[test]
fn exit_statuses_are_the_low_bits_of_numbers() {
    let table = [("2**70", 255), ("-2**70", 255), ("-2", 254), ("2**31 + 5", 5), ("256", 0), ("True", 1)];
    for (code, status) in table {
        assert_eq!(ungil(&format!("import sys; sys.exit({code})")).status.code(), Some(status), "{code}");
    }
}

#[test]
fn the_text_of_a_command_may_be_indented_as_a_whole() {
    let ended = ungil("\n    if True:\n        print('in')\n\n    print('out')\n  ");
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "in\nout\n");
    let ended = ungil("  print(1)\n print(2)");
    assert!(error_of(&ended).contains("IndentationError"), "{}", error_of(&ended));
}
