//! Starting, watching and stopping the server.

use super::connection;
use super::ledger::{Counts, Ledger};
use super::script::Script;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How long a test waits for something that must happen, before it fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; dropping it stops it.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What all connections share.
pub(super) struct Shared {
    pub script: Script,
    pub ledger: Ledger,
    left: AtomicBool,
    leave: Notify,
    stop: Notify,
}

impl Shared {
    /// Sends the server away once the script's moment has come.
    pub fn maybe_leave(&self) {
        if let Some(outage) = self.script.outage
            && self.ledger.requests() >= outage.after
            && !self.left.swap(true, Ordering::Relaxed)
        {
            self.leave.notify_one();
        }
    }
}

impl Server {
    /// Starts a server on a free port of 127.0.0.1.
    pub fn start(script: Script) -> Self {
        let shared = Arc::new(Shared {
            script,
            ledger: Ledger::default(),
            left: AtomicBool::new(false),
            leave: Notify::new(),
            stop: Notify::new(),
        });
        let (tell, told) = mpsc::channel();
        let served = shared.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(run(served, tell));
        });
        let address = told.recv().expect("the server listens");
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL of the API.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.url())
    }

    /// What the server saw so far.
    pub fn counts(&self) -> Counts {
        self.shared.ledger.counts()
    }

    /// The counts once no request is under way: a client that was killed leaves some behind.
    pub fn settled(&self) -> Counts {
        let start = Instant::now();
        while self.shared.ledger.in_flight() > 0 {
            assert!(
                start.elapsed() < PATIENCE,
                "requests stay under way: {:?}",
                self.counts()
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        self.counts()
    }

    /// Returns once the server has seen that many chat requests, or `patience` is over; tells which.
    pub fn saw(&self, requests: u64, patience: Duration) -> bool {
        let start = Instant::now();
        while self.shared.ledger.requests() < requests {
            if start.elapsed() > patience {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }

    /// Returns once the server has seen that many chat requests; panics if they never come.
    pub fn wait_for(&self, requests: u64) {
        assert!(
            self.saw(requests, PATIENCE),
            "{requests} requests never came: {:?}",
            self.counts()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Listens until told to stop; leaves and comes back as the script says.
async fn run(shared: Arc<Shared>, tell: mpsc::Sender<SocketAddr>) {
    let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    loop {
        let listener = listen(address).await;
        address = listener.local_addr().expect("the listener has an address");
        let _ = tell.send(address);
        let gone = accept(&listener, &shared).await;
        drop(listener);
        let away = match gone {
            Gone::Stopped => return,
            Gone::Away => shared.script.outage.and_then(|outage| outage.lasts),
        };
        let stopped = shared.stop.notified();
        match away {
            Some(away) => tokio::select! {
                () = tokio::time::sleep(away) => {}
                () = stopped => return,
            },
            None => return stopped.await,
        }
    }
}

enum Gone {
    Stopped,
    Away,
}

/// Serves until the server is to leave or to stop; closes all connections then.
async fn accept(listener: &TcpListener, shared: &Arc<Shared>) -> Gone {
    let mut connections = JoinSet::new();
    let gone = loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let shared = shared.clone();
                    connections.spawn(async move { connection::serve(stream, &shared).await });
                }
            }
            Some(_) = connections.join_next() => {}
            () = shared.leave.notified() => break Gone::Away,
            () = shared.stop.notified() => break Gone::Stopped,
        }
    };
    connections.shutdown().await;
    gone
}

/// Binds the address again and again: right after an outage it may still be taken.
async fn listen(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
