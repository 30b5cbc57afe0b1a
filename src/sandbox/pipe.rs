//! Where the code in an instance writes to: memory up to a limit. What goes on writing is stopped there.

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// Bytes that a program may offer beyond the limit. Where a full pipe offered none, it would count as closed, which most
/// programs do not mind, and they would go on to their time limit.
const BEYOND: usize = 64 << 10;

/// Memory that is written to, up to a limit; a write beyond it is a trap.
#[derive(Clone, Debug)]
pub(super) struct OutputPipe {
    memory: MemoryOutputPipe,
}

impl OutputPipe {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            memory: MemoryOutputPipe::new(limit),
        }
    }

    pub(super) fn contents(&self) -> Bytes {
        self.memory.contents()
    }
}

impl IsTerminal for OutputPipe {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for OutputPipe {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        self.memory.async_stream()
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Pollable for OutputPipe {
    async fn ready(&mut self) {}
}

#[async_trait::async_trait]
impl OutputStream for OutputPipe {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.memory.write(bytes)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let room = self.memory.check_write().unwrap_or(0);
        Ok(room.saturating_add(BEYOND))
    }
}
