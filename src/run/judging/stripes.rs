//! Keeps identical questions from being asked at the same time: the second waits, and finds the first one's reply in
//! the store.

use crate::model::Digest;
use tokio::sync::{Mutex, MutexGuard};

/// Locks; two different questions that fall on the same one wait for each other without need, which is rare.
const STRIPES: usize = 1 << 14;

/// Locks by the hash of a question.
pub(super) struct Stripes(Box<[Mutex<()>]>);

impl Stripes {
    pub fn new() -> Self {
        Self((0..STRIPES).map(|_| Mutex::new(())).collect())
    }

    /// Waits until nobody else asks the same question.
    pub async fn enter(&self, question: &Digest) -> MutexGuard<'_, ()> {
        // The number of stripes is a power of two.
        self.0[question.as_u64() as usize & (STRIPES - 1)].lock().await
    }
}
