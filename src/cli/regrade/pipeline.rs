//! Threads that grade, with what goes in and what comes out in the same order.
//!
//! Trials are dealt to the threads in turn, and what they graded is collected in turn: this keeps the order without
//! holding anything back but what the queues hold.

use super::grader::{Before, Shared, Trial};
use crate::cli::failure::Failure;
use crate::store::ScoreUpdate;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

/// Trials that wait before and behind each thread, at most.
const QUEUED: usize = 32;

/// What goes in.
pub enum Incoming {
    /// A trial to be graded.
    Trial(Box<Trial>),
    /// There are no more; without it the whole is dropped.
    End,
}

/// What comes out.
pub enum Graded {
    /// A trial's scores, and what it had before.
    One(Box<ScoreUpdate>, Box<Before>),
    /// All trials came.
    All,
    /// The grading cannot go on.
    Failed(Failure),
}

/// Deals trials to the threads.
pub struct Dealer {
    threads: Vec<SyncSender<Incoming>>,
    turn: usize,
}

impl Dealer {
    /// Hands one over; false if nobody takes it any more.
    pub fn send(&mut self, incoming: Incoming) -> bool {
        let thread = self.threads.get(self.turn);
        self.turn = (self.turn + 1) % self.threads.len().max(1);
        thread.is_some_and(|thread| thread.send(incoming).is_ok())
    }
}

/// Collects from the threads what was dealt, in the same order.
pub struct Outgoing {
    threads: Vec<Receiver<Graded>>,
    turn: usize,
}

impl Iterator for Outgoing {
    type Item = Graded;

    fn next(&mut self) -> Option<Graded> {
        let graded = self.threads.get(self.turn)?.recv().ok();
        self.turn = (self.turn + 1) % self.threads.len();
        graded
    }
}

/// The queues before the threads.
pub struct Queues(Vec<Receiver<Incoming>>);

/// Makes the queues for that many threads.
pub fn start(threads: usize) -> (Dealer, Queues) {
    let (senders, receivers) = (0..threads.max(1)).map(|_| sync_channel(QUEUED)).unzip();
    let dealer = Dealer {
        threads: senders,
        turn: 0,
    };
    (dealer, Queues(receivers))
}

/// Starts the threads.
pub fn work<'scope>(
    scope: &'scope Scope<'scope, '_>,
    queues: Queues,
    tasks: &'scope [Arc<Shared>],
    stop: &'scope AtomicBool,
) -> Outgoing {
    let threads = queues.0.into_iter().map(|queue| {
        let (sender, receiver) = sync_channel(QUEUED);
        scope.spawn(move || {
            for incoming in queue {
                let graded = match incoming {
                    Incoming::End => Graded::All,
                    // Nobody waits for the rest.
                    Incoming::Trial(_) if stop.load(Ordering::Relaxed) => return,
                    Incoming::Trial(trial) => match tasks.get(trial.key.task as usize) {
                        Some(task) => task.grade(*trial),
                        None => return,
                    },
                };
                if sender.send(graded).is_err() {
                    return;
                }
            }
        });
        receiver
    });
    Outgoing {
        threads: threads.collect(),
        turn: 0,
    }
}
