//! The sandbox's side: starts workers, keeps those that are idle, and asks them.

use super::frame::{Ask, Told, read, write};
use super::serve::ARGUMENT;
use crate::sandbox::runtime::Place;
use crate::sandbox::{Guest, Limits, Stopped};
use std::borrow::Cow;
use std::io::{self, BufReader, BufWriter};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Workers that wait for something to do. There are never more than places for instances.
#[derive(Debug)]
pub(in crate::sandbox) struct Workers {
    program: PathBuf,
    cache: PathBuf,
    idle: Mutex<Vec<Worker>>,
}

/// A process.
#[derive(Debug)]
struct Worker {
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Workers {
    /// Workers of that program, with that folder of compiled code. Nothing starts before the first use.
    pub(in crate::sandbox) fn new(program: PathBuf, cache: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            program,
            cache,
            idle: Mutex::default(),
        })
    }

    fn take(&self) -> io::Result<Worker> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.start(), Ok)
    }

    fn start(&self) -> io::Result<Worker> {
        let mut command = Command::new(&self.program);
        command
            .arg(ARGUMENT)
            .arg(&self.cache)
            // No secret is in reach of code that would get out.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        #[cfg(unix)]
        {
            // Ctrl-C is for bench alone: it lets calls under way end.
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Worker {
                child,
                to: BufWriter::new(to),
                from: BufReader::new(from),
            }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Worker {
    fn ask(&mut self, ask: &Ask<'_>) -> io::Result<Told> {
        write(&mut self.to, ask)?;
        read(&mut self.from)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One instance in a worker, with its time running from the first call.
pub(in crate::sandbox) struct Remote {
    workers: Arc<Workers>,
    worker: Option<Worker>,
    /// Until the first call.
    open: Option<(Guest, Limits)>,
    fuel: Option<u64>,
    slept: Duration,
    /// Given back last.
    _place: Place,
}

impl Remote {
    /// An instance to be started at the first call.
    pub(in crate::sandbox) fn new(
        workers: Arc<Workers>,
        guest: Guest,
        limits: &Limits,
        place: Place,
    ) -> Self {
        Self {
            workers,
            worker: None,
            open: Some((guest, *limits)),
            fuel: None,
            slept: Duration::ZERO,
            _place: place,
        }
    }

    /// Sends a request and waits for the answer.
    pub(in crate::sandbox) fn call(&mut self, request: &str) -> Result<String, Stopped> {
        if self.open.is_some() {
            let worker = self.workers.take();
            self.worker = Some(worker.map_err(|error| {
                Stopped::Unavailable(format!("no process for it can be started: {error}"))
            })?);
        }
        let ask = Ask {
            open: self.open.take(),
            request: Some(Cow::Borrowed(request)),
        };
        let told = self.worker.as_mut().map(|worker| worker.ask(&ask));
        match told {
            Some(Ok(told)) => {
                self.fuel = told.fuel;
                self.slept = Duration::from_nanos(told.slept);
                told.answer
            }
            // A worker that died takes no further request.
            _ => {
                self.worker = None;
                Err(Stopped::Failed("the process that it ran in ended".to_owned()))
            }
        }
    }

    pub(in crate::sandbox) fn fuel(&self) -> Option<u64> {
        self.fuel
    }

    pub(in crate::sandbox) fn slept(&self) -> Duration {
        self.slept
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        let Some(mut worker) = self.worker.take() else {
            return;
        };
        // The instance goes while the next request is made.
        let done = Ask {
            open: None,
            request: None,
        };
        if write(&mut worker.to, &done).is_ok() {
            let mut idle = self.workers.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(worker);
        }
    }
}
