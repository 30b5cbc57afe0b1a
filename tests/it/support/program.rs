//! The `bench` program as a child process with an environment of its own.

use rustix::process::{Pid, Signal, kill_process};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a program may take before a test gives up on it; not a statement about its speed.
const PATIENCE: Duration = Duration::from_secs(120);
/// The value of the key in the environment of every program.
pub const KEY: &str = "sk-local-0123456789abcdef";

/// A command that runs `bench` in a folder, seeing nothing of the environment of the tests.
pub fn bench(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        // Compiled interpreters are the same for all tests.
        .env(
            "BENCH_CACHE_DIR",
            concat!(env!("CARGO_MANIFEST_DIR"), "/target/sandbox-cache"),
        )
        .env("PATH", "/usr/bin:/bin")
        .env("LOCAL_KEY", KEY)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a program left when it ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it told.
    pub stderr: String,
}

impl Ended {
    /// Fails the test, showing everything, unless the program ended with `code`.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// The lines of stderr that report an error.
    pub fn errors(&self) -> Vec<&str> {
        self.stderr
            .lines()
            .filter(|line| line.starts_with("error:"))
            .collect()
    }
}

/// A program under way; dropping it kills it.
pub struct Running {
    child: Child,
    readers: Option<[JoinHandle<String>; 2]>,
}

impl Running {
    /// Starts a command.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let stdout = child.stdout.take().map(collect).expect("stdout is piped");
        let stderr = child.stderr.take().map(collect).expect("stderr is piped");
        Self {
            child,
            readers: Some([stdout, stderr]),
        }
    }

    /// Sends SIGINT, as Ctrl-C does.
    pub fn interrupt(&self) {
        let pid = Pid::from_raw(self.child.id() as i32).expect("a process id");
        let _ = kill_process(pid, Signal::INT);
    }

    /// Sends SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(mut self) -> Ended {
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait().expect("the program can be waited for") {
                Some(status) => break status,
                None if start.elapsed() > PATIENCE => {
                    self.kill();
                    let [_, stderr] = self.readers.take().expect("waited once");
                    panic!(
                        "the program did not end; stderr:\n{}",
                        stderr.join().unwrap_or_default()
                    );
                }
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        let [stdout, stderr] = self
            .readers
            .take()
            .expect("waited once")
            .map(|reader| reader.join().expect("text"));
        Ended {
            code: status.code(),
            signal: status.signal(),
            stdout,
            stderr,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.readers.is_some() {
            self.kill();
            let _ = self.child.wait();
        }
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
