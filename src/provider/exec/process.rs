//! One run of the program: starting it, talking to it, and making sure that it ends.

use super::provider::Program;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// Most bytes of one answer.
const LONGEST_ANSWER: u64 = 64 << 20;
/// Most bytes of a stderr line that are kept.
const LONGEST_COMPLAINT: usize = 500;

/// How talking to the program failed.
pub(super) enum Trouble {
    /// It could not be started, or its pipes broke.
    Io(io::Error),
    /// It ended with that status, before an answer or with a status other than 0; with the last line of its stderr.
    Ended(ExitStatus, String),
    /// It ended or closed its output without a word.
    Silent(String),
    /// It does not stop answering.
    TooLong,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A running program. Dropped, it is killed with everything that it started.
pub(super) struct Process {
    group: Group,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    complaint: Arc<Mutex<String>>,
    complaints: tokio::task::JoinHandle<()>,
}

impl Process {
    /// Starts the program.
    pub(super) fn start(program: &Program) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        command
            .args(&program.arguments)
            .env_clear()
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&program.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let missing = || io::Error::other("the program has no pipes");
        let group = Group(child.id());
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let stderr = child.stderr.take().ok_or_else(missing)?;
        let complaint = Arc::new(Mutex::new(String::new()));
        let complaints = tokio::spawn(keep_last_line(stderr, complaint.clone()));
        Ok(Self {
            group,
            child,
            stdin,
            stdout,
            complaint,
            complaints,
        })
    }

    /// True while the program has not ended.
    pub(super) fn is_alive(&mut self) -> bool {
        let alive = matches!(self.child.try_wait(), Ok(None));
        if !alive {
            self.group.0 = None;
        }
        alive
    }

    /// Gives the whole input and reads the whole output, up to the program's end.
    pub(super) async fn answer_once(mut self, question: &[u8]) -> Result<Vec<u8>, Trouble> {
        let mut stdin = self.stdin.take();
        let write = async move {
            if let Some(stdin) = &mut stdin {
                // A program may answer without reading: a broken pipe is its own business.
                let _ = stdin.write_all(question).await;
                let _ = stdin.shutdown().await;
            }
        };
        let mut bytes = Vec::new();
        let mut stdout = (&mut self.stdout).take(LONGEST_ANSWER + 1);
        let ((), read) = tokio::join!(write, stdout.read_to_end(&mut bytes));
        read?;
        if bytes.len() as u64 > LONGEST_ANSWER {
            return Err(Trouble::TooLong);
        }
        let status = self.child.wait().await?;
        self.group.0 = None;
        if status.success() {
            return Ok(bytes);
        }
        Err(Trouble::Ended(status, self.last_complaint().await))
    }

    /// Gives one line and reads one line.
    pub(super) async fn answer_line(&mut self, question: &[u8]) -> Result<Vec<u8>, Trouble> {
        if let Some(stdin) = &mut self.stdin {
            let written = async {
                stdin.write_all(question).await?;
                stdin.flush().await
            };
            if written.await.is_err() {
                return Err(self.ended().await);
            }
        }
        let mut bytes = Vec::new();
        let mut stdout = (&mut self.stdout).take(LONGEST_ANSWER + 1);
        stdout.read_until(b'\n', &mut bytes).await?;
        if bytes.len() as u64 > LONGEST_ANSWER {
            return Err(Trouble::TooLong);
        }
        if bytes.is_empty() {
            return Err(self.ended().await);
        }
        Ok(bytes)
    }

    async fn ended(&mut self) -> Trouble {
        // It closed a pipe, so it is about to end; one that lingers is killed when this is dropped.
        let waited = tokio::time::timeout(std::time::Duration::from_secs(1), self.child.wait()).await;
        match waited {
            Ok(Ok(status)) => {
                self.group.0 = None;
                Trouble::Ended(status, self.last_complaint().await)
            }
            _ => Trouble::Silent(self.last_complaint().await),
        }
    }

    async fn last_complaint(&mut self) -> String {
        // What it started may hold stderr open for longer.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(200), &mut self.complaints).await;
        self.complaint
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.complaints.abort();
    }
}

/// The process group of a program that has not been waited for, so that its number is still its own.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(pid) = self
            .0
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

/// Reads stderr to its end, so that the program never blocks on it, and keeps its last line that is not blank.
async fn keep_last_line(stderr: ChildStderr, last: Arc<Mutex<String>>) {
    let mut reader = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        let (used, ended) = match reader.fill_buf().await {
            Ok(buffer) if !buffer.is_empty() => {
                let newline = buffer.iter().position(|byte| *byte == b'\n');
                let piece = &buffer[..newline.unwrap_or(buffer.len())];
                let room = LONGEST_COMPLAINT.saturating_sub(line.len());
                line.extend_from_slice(&piece[..piece.len().min(room)]);
                (newline.map_or(buffer.len(), |at| at + 1), newline.is_some())
            }
            _ => (0, true),
        };
        if ended {
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            if !text.is_empty() {
                *last.lock().unwrap_or_else(PoisonError::into_inner) = text;
            }
            line.clear();
        }
        if used == 0 {
            return;
        }
        reader.consume(used);
    }
}
