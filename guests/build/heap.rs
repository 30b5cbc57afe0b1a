//! Makes the objects of the CPython snapshot immortal.
//!
//! Python counts references in the objects themselves, so that a call would write to every page that holds an object which
//! it merely uses, and each such page is put back after the call. An immortal object (PEP 683) has no counted references.

use anyhow::{Result, ensure};
use std::ops::Range;

/// Marks the table that the guest leaves: `python/parts/heap.py`.
const MARK: &[u8] = b"table of objects: bench";
/// `_Py_IMMORTAL_INITIAL_REFCNT` where a pointer has four bytes: CPython 3.14, `Include/refcount.h`.
const IMMORTAL: u32 = 5 << 28;
/// `_Py_IMMORTAL_MINIMUM_REFCNT`: objects that count no references already.
const IMMORTAL_FROM: u32 = 1 << 30;
/// No object has so many references; in what is no object any more the same place holds an address, or nothing.
const MOST: u32 = 1 << 16;

/// Sets the count of each object of the table, where there is one, and clears the table.
pub fn settle(memory: &mut [u8]) -> Result<()> {
    let Some((table, entries)) = table(memory) else {
        return Ok(());
    };
    let count = entries.len();
    memory[table].fill(0);
    let mut settled = 0;
    for (address, kind) in entries {
        // What there was when the table was made may have gone again, or be something else; what lies behind the last
        // piece of data is nothing.
        let (Some(references), Some(found)) = (word(memory, address), word(memory, address + 4)) else {
            continue;
        };
        if found != kind {
            continue;
        }
        if (1..MOST).contains(&references) {
            memory[address..address + 4].copy_from_slice(&IMMORTAL.to_le_bytes());
        }
        settled += usize::from((1..MOST).contains(&references) || references >= IMMORTAL_FROM);
    }
    ensure!(
        settled * 10 > count * 9,
        "only {settled} of {count} objects are where they were"
    );
    Ok(())
}

/// An object: its address, and that of its type.
type Entry = (usize, u32);

/// Where the table is, and what it says. A mark that no table follows is left from making one.
fn table(memory: &[u8]) -> Option<(Range<usize>, Vec<Entry>)> {
    let mut from = 0;
    loop {
        let found = memory
            .get(from..)?
            .windows(MARK.len())
            .position(|window| window == MARK)?;
        let start = from + found;
        from = start + MARK.len();
        if let Some(read) = entries(memory, from)
            && memory.get(from + 4 + read.len() * 8..)?.starts_with(MARK)
        {
            let end = from + 4 + read.len() * 8 + MARK.len();
            return Some((start..end, read));
        }
    }
}

fn entries(memory: &[u8], at: usize) -> Option<Vec<Entry>> {
    let count = word(memory, at)? as usize;
    let bytes = memory.get(at + 4..at.checked_add(4)?.checked_add(count.checked_mul(8)?)?)?;
    let entry = |entry: &[u8]| Some((word(entry, 0)? as usize, word(entry, 4)?));
    bytes.chunks_exact(8).map(entry).collect()
}

fn word(memory: &[u8], at: usize) -> Option<u32> {
    let bytes = memory.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
