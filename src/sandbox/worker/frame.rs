//! What goes between a sandbox and its workers: JSON texts behind their length.

use crate::sandbox::{Guest, Limits, Stopped};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::{self, Read, Write};

/// Longest frame, in bytes: beyond any request or answer that the limits allow.
const MOST: usize = 1 << 30;

/// What a worker is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ask<'a> {
    /// Start a new instance first; the one before is gone.
    pub(super) open: Option<(Guest, Limits)>,
    /// The request for it; without one the instance before is dropped.
    pub(super) request: Option<Cow<'a, str>>,
}

/// What a worker replies.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) answer: Result<String, Stopped>,
    /// Instructions so far.
    pub(super) fuel: Option<u64>,
    /// Nanoseconds slept so far.
    pub(super) slept: u64,
}

/// Writes one frame.
pub(super) fn write<T: Serialize>(to: &mut impl Write, value: &T) -> io::Result<()> {
    let text = serde_json::to_vec(value)?;
    let length = u32::try_from(text.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&text)?;
    to.flush()
}

/// Reads one frame; `None` at the end of the stream.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > MOST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text)?;
    Ok(Some(serde_json::from_slice(&text)?))
}
