//! The raw client: the same requests over kept connections, and nothing else. No limits, no retries, no JSON, no disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends `requests` requests to `address`, `in_flight` at a time.
pub fn run(address: &str, requests: &str, in_flight: &str) -> Result<(), String> {
    let requests: u64 = requests.parse().map_err(|_| "the requests are not a number")?;
    let in_flight: u64 = in_flight
        .parse()
        .map_err(|_| "the requests in flight are not a number")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let next = Arc::new(AtomicU64::new(0));
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..in_flight {
            let (next, address) = (next.clone(), address.to_owned());
            workers.spawn(async move { work(&address, &next, requests).await });
        }
        while let Some(done) = workers.join_next().await {
            done.map_err(|error| error.to_string())?
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    })
}

async fn work(address: &str, next: &AtomicU64, requests: u64) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut reply = Vec::with_capacity(2048);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= requests {
            return Ok(());
        }
        let (a, model) = (
            number / 2 + 1,
            if number.is_multiple_of(2) { "alpha" } else { "beta" },
        );
        let body = format!(
            "{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"What is {a} + {}? Answer with \
             the number only.\"}}],\"temperature\":0,\"max_tokens\":16}}",
            a * 7919 % 1000
        );
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             authorization: Bearer sk-local\r\naccept: */*\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        reply.clear();
        while !is_whole(&reply) {
            if stream.read_buf(&mut reply).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

fn is_whole(reply: &[u8]) -> bool {
    let Some(end) = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&reply[..end]);
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    reply.len() >= end + 4 + length
}
