//! Waiting, as programs of WASI preview 1 do it.

use super::host::Host;
use wasmtime::{Caller, Extern};

/// `poll_oneoff` in virtual time: everything that is waited for is there at once.
///
/// Layouts of `subscription` (48 bytes) and `event` (32 bytes):
/// <https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md>.
pub(super) fn poll_oneoff(
    mut caller: Caller<'_, Host>,
    subscriptions: u32,
    events: u32,
    count: u32,
    written: u32,
) -> wasmtime::Result<u32> {
    const INVALID: u32 = 28;
    const FAULT: u32 = 21;
    if count == 0 || count > 1024 {
        return Ok(INVALID);
    }
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return Ok(FAULT);
    };
    let (bytes, host) = memory.data_and_store_mut(&mut caller);
    for index in 0..count as usize {
        let at = subscriptions as usize + index * 48;
        let Some(subscription) = bytes.get(at..at.saturating_add(48)) else {
            return Ok(FAULT);
        };
        let word = |from: usize| {
            let part = subscription
                .get(from..from + 8)
                .and_then(|part| part.try_into().ok());
            part.map_or(0, u64::from_le_bytes)
        };
        let (user, timeout) = (word(0), word(24));
        let kind = subscription.get(8).copied().unwrap_or_default();
        let absolute = subscription.get(40).copied().unwrap_or_default() & 1 == 1;
        match (kind, absolute) {
            (0, true) => host.time.reach(timeout),
            (0, false) => host.time.pass(timeout),
            _ => {}
        }
        let at = events as usize + index * 32;
        let Some(event) = bytes.get_mut(at..at.saturating_add(32)) else {
            return Ok(FAULT);
        };
        event.fill(0);
        if let Some(part) = event.get_mut(..8) {
            part.copy_from_slice(&user.to_le_bytes());
        }
        if let Some(part) = event.get_mut(10) {
            *part = kind;
        }
    }
    let at = written as usize;
    match bytes.get_mut(at..at.saturating_add(4)) {
        Some(part) => part.copy_from_slice(&count.to_le_bytes()),
        None => return Ok(FAULT),
    }
    Ok(0)
}
