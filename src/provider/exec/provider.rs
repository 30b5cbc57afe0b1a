//! The provider that runs a program.

use super::process::{Process, Trouble};
use super::wire;
use crate::model::{Completion, Digest, ErrorClass, Hasher, ProviderConfig, ProviderError, Request};
use crate::port::Provider;
use crate::provider::error::one_line;
use async_trait::async_trait;
use camino::{Utf8Path, Utf8PathBuf};
use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Processes at a time where the provider file says nothing.
const DEFAULT_PROCESSES: usize = 8;
/// Values of passed variables shorter than this are not taken out of messages: they may be ordinary words.
const SHORTEST_SECRET: usize = 6;

/// Asks a program.
pub struct ExecProvider {
    program: Program,
    persistent: bool,
    timeout: Duration,
    /// Bounds the processes.
    slots: Semaphore,
    /// Programs that wait for their next line.
    idle: Mutex<Vec<Process>>,
    identity: Digest,
}

/// What to run, where and with what.
pub(super) struct Program {
    pub(super) path: Utf8PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<(String, OsString)>,
    pub(super) folder: Utf8PathBuf,
    /// Names of the variables beyond `PATH` and `HOME`.
    secret: Vec<String>,
}

impl ExecProvider {
    /// The program of a provider file, to be run in `root`, the workspace; `variable` looks up environment variables.
    /// An error where the file names no program.
    pub fn new(
        config: &ProviderConfig,
        root: &Utf8Path,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ProviderError> {
        let spec = config.exec.clone().unwrap_or_default();
        let Some((path, arguments)) = spec.command.split_first() else {
            let message = format!("{} names no program: give `exec.command`", config.name);
            return Err(ProviderError::new(ErrorClass::Unavailable, message));
        };
        let names = ["PATH", "HOME"]
            .into_iter()
            .chain(spec.env.iter().map(String::as_str));
        let is_path = path.contains(['/', std::path::MAIN_SEPARATOR]);
        let mut hasher = Hasher::new("exec provider");
        hasher.json(&spec);
        Ok(Self {
            program: Program {
                path: if is_path { root.join(path) } else { path.into() },
                arguments: arguments.to_vec(),
                environment: names
                    .filter_map(|name| Some((name.to_owned(), variable(name)?)))
                    .collect(),
                folder: root.to_owned(),
                secret: spec.env.clone(),
            },
            persistent: spec.persistent,
            timeout: Duration::try_from_secs_f64(config.timeout_seconds).unwrap_or(Duration::MAX),
            slots: Semaphore::new(
                config
                    .limits
                    .concurrency
                    .map_or(DEFAULT_PROCESSES, |most| most.max(1) as usize),
            ),
            idle: Mutex::new(Vec::new()),
            identity: hasher.digest(),
        })
    }

    async fn ask(&self, question: &[u8]) -> Result<Vec<u8>, Trouble> {
        if !self.persistent {
            return Process::start(&self.program)?.answer_once(question).await;
        }
        if let Some(mut process) = self.waiting() {
            match process.answer_line(question).await {
                Ok(answer) => {
                    self.keep(process);
                    return Ok(answer);
                }
                // It ended after its last answer, before it could see this question: start another.
                Err(Trouble::Ended(status, _)) if status.success() => {}
                Err(trouble) => return Err(trouble),
            }
        }
        let mut process = Process::start(&self.program)?;
        let answer = process.answer_line(question).await?;
        self.keep(process);
        Ok(answer)
    }

    /// A program that waits for a line and is alive.
    fn waiting(&self) -> Option<Process> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find_map(|mut process| process.is_alive().then_some(process))
    }

    fn keep(&self, process: Process) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(process);
    }

    fn error(&self, trouble: Trouble) -> ProviderError {
        let program = &self.program.path;
        let with = |complaint: String| match complaint.as_str() {
            "" => String::new(),
            complaint => format!(": {}", self.program.redacted(complaint)),
        };
        let (class, message) = match trouble {
            Trouble::Io(error) => (ErrorClass::Unavailable, format!("{program}: {error}")),
            Trouble::Ended(status, complaint) => {
                let how = match status.code() {
                    Some(0) => "without an answer".to_owned(),
                    _ => format!("with {status}"),
                };
                (
                    ErrorClass::Unavailable,
                    format!("{program} ended {how}{}", with(complaint)),
                )
            }
            Trouble::Silent(complaint) => {
                let message = format!("{program} closed its output without an answer{}", with(complaint));
                (ErrorClass::Unavailable, message)
            }
            Trouble::TooLong => (
                ErrorClass::Malformed,
                format!("{program} wrote an answer of more than 64 MB"),
            ),
        };
        ProviderError::new(class, one_line(&message))
    }

    /// What the program says of itself, with its name and without secrets.
    fn named(&self, error: ProviderError) -> ProviderError {
        let message = format!("{}: {}", self.program.path, self.program.redacted(&error.message));
        ProviderError {
            message: one_line(&message),
            ..error
        }
    }
}

impl Program {
    /// The text without the values of the variables that were passed on.
    fn redacted(&self, text: &str) -> String {
        let secrets = self
            .environment
            .iter()
            .filter(|(name, _)| self.secret.contains(name));
        secrets
            .filter_map(|(_, value)| value.to_str())
            .filter(|value| value.len() >= SHORTEST_SECRET)
            .fold(text.to_owned(), |text, secret| text.replace(secret, "[secret]"))
    }
}

#[async_trait]
impl Provider for ExecProvider {
    async fn complete(&self, request: &Request) -> Result<Completion, ProviderError> {
        let question = wire::question(request)?;
        let unavailable =
            |error: tokio::sync::AcquireError| ProviderError::new(ErrorClass::Unavailable, error.to_string());
        let _slot = self.slots.acquire().await.map_err(unavailable)?;
        let start = Instant::now();
        match tokio::time::timeout(self.timeout, self.ask(&question)).await {
            Ok(Ok(bytes)) => {
                let latency = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
                wire::answer(&bytes, self.persistent, latency).map_err(|error| self.named(error))
            }
            Ok(Err(trouble)) => Err(self.error(trouble)),
            Err(_) => {
                let seconds = self.timeout.as_secs_f64();
                let message = format!(
                    "{} gave no answer in {seconds} s and was killed",
                    self.program.path
                );
                Err(ProviderError::new(ErrorClass::Timeout, message))
            }
        }
    }

    fn identity(&self) -> Digest {
        self.identity
    }
}
