//! One connection: request after request, each met as the script says.

use super::chat::{self, Answer};
use super::handle::Shared;
use super::http;
use super::script::{Fault, RetryAfter};
use std::io::Write;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};

const JSON: &str = "content-type: application/json\r\n";
const HTML: &[u8] =
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
/// Pieces of a slow body.
const PIECES: usize = 6;

/// Counts a request as under way until dropped, also where the client goes away.
struct UnderWay<'a>(&'a Shared);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.ledger.left();
    }
}

/// Serves a connection until either side closes it.
pub(super) async fn serve(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    shared.ledger.count(|counts| counts.connections += 1);
    let mut connection = Connection {
        stream,
        shared,
        input: Vec::with_capacity(2048),
        output: Vec::with_capacity(1024),
    };
    while connection.request().await.is_some() {}
}

struct Connection<'a> {
    stream: TcpStream,
    shared: &'a Shared,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Connection<'_> {
    /// Reads and answers one request; `None` ends the connection.
    async fn request(&mut self) -> Option<()> {
        let end = loop {
            if let Some(end) = http::head_end(&self.input) {
                break end;
            }
            self.read().await?;
        };
        let length = http::parse(&self.input[..end])?.length;
        while self.input.len() < end + length {
            self.read().await?;
        }
        let input = std::mem::take(&mut self.input);
        let answered = self.route(&input[..end], &input[end..end + length]).await;
        self.input = input;
        self.input.drain(..end + length);
        answered
    }

    async fn read(&mut self) -> Option<()> {
        match self.stream.read_buf(&mut self.input).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(()),
        }
    }

    async fn route(&mut self, head: &[u8], body: &[u8]) -> Option<()> {
        let head = http::parse(head)?;
        let ledger = &self.shared.ledger;
        let rest = head.path.strip_prefix("/gzip");
        let gzip = rest.is_some();
        let path = rest.unwrap_or(head.path);
        if let Some(target) = path.strip_prefix("/moved") {
            ledger.count(|counts| counts.redirected += 1);
            return self
                .send("308 Permanent Redirect", &format!("location: {target}\r\n"), b"")
                .await;
        }
        let key = self.shared.script.key.as_deref();
        if key
            .is_some_and(|key| head.authorization.and_then(|text| text.strip_prefix("Bearer ")) != Some(key))
        {
            ledger.count(|counts| counts.rejected += 1);
            let body = chat::error("invalid_api_key", "Incorrect API key provided.");
            return self.send("401 Unauthorized", JSON, &body).await;
        }
        match path {
            "/v1/chat/completions" => match chat::answer(body) {
                Some(answer) => self.chat(answer, gzip).await,
                None => {
                    let body = chat::error("invalid_request_error", "The body is no chat request.");
                    self.send("400 Bad Request", JSON, &body).await
                }
            },
            "/v1/models" => {
                ledger.count(|counts| counts.listings += 1);
                self.send("200 OK", JSON, chat::models().to_string().as_bytes())
                    .await
            }
            _ => {
                self.send(
                    "404 Not Found",
                    JSON,
                    &chat::error("not_found_error", "No such endpoint."),
                )
                .await
            }
        }
    }

    async fn chat(&mut self, answer: Answer, gzip: bool) -> Option<()> {
        let shared = self.shared;
        let arrived = Instant::now();
        let attempt = shared.ledger.arrived(answer.key);
        let _under_way = UnderWay(shared);
        shared.maybe_leave();
        let latency = shared.script.latency;
        if !latency.is_zero() {
            sleep_until(arrived + latency).await;
        }
        match shared.script.fault(answer.key, attempt) {
            None if gzip => {
                let packed = packed(&answer.body)?;
                self.send("200 OK", &format!("{JSON}content-encoding: gzip\r\n"), &packed)
                    .await?;
            }
            None => self.send("200 OK", JSON, &answer.body).await?,
            Some(Fault::SlowBody(milliseconds)) => self.send_slowly(&answer.body, milliseconds).await?,
            Some(fault) => return self.fail(fault, &answer.body).await,
        }
        shared.ledger.answered(answer.key, answer.input, answer.output);
        Some(())
    }

    async fn fail(&mut self, fault: Fault, whole: &[u8]) -> Option<()> {
        match fault {
            Fault::Throttled(wait) => {
                let wait = match wait {
                    RetryAfter::Seconds(seconds) => format!("retry-after: {seconds}\r\n"),
                    RetryAfter::Milliseconds(milliseconds) => format!("retry-after-ms: {milliseconds}\r\n"),
                    RetryAfter::Date(seconds) => format!("retry-after: {}\r\n", http_date(seconds)?),
                };
                let body = chat::error("rate_limit_exceeded", "Rate limit reached.");
                self.send("429 Too Many Requests", &format!("{JSON}{wait}"), &body)
                    .await
            }
            Fault::ServerError => {
                let body = chat::error("server_error", "The server had an error.");
                self.send("500 Internal Server Error", JSON, &body).await
            }
            Fault::HtmlGateway => {
                self.send("502 Bad Gateway", "content-type: text/html\r\n", HTML)
                    .await
            }
            Fault::TruncatedJson => self.send("200 OK", JSON, &whole[..whole.len() / 2]).await,
            Fault::CutBody => {
                self.frame("200 OK", JSON, whole);
                let sent = self.output.len() - whole.len() / 2;
                let _ = self.stream.write_all(&self.output[..sent]).await;
                None
            }
            Fault::Reset => {
                let _ = self.stream.set_zero_linger();
                None
            }
            Fault::Hang => {
                self.input.clear();
                while self.read().await.is_some() {}
                None
            }
            Fault::SlowBody(milliseconds) => self.send_slowly(whole, milliseconds).await,
        }
    }

    fn frame(&mut self, status: &str, headers: &str, body: &[u8]) {
        self.output.clear();
        http::answer(&mut self.output, status, headers, body);
    }

    async fn send(&mut self, status: &str, headers: &str, body: &[u8]) -> Option<()> {
        self.frame(status, headers, body);
        self.stream.write_all(&self.output).await.ok()
    }

    async fn send_slowly(&mut self, body: &[u8], milliseconds: u64) -> Option<()> {
        self.frame("200 OK", JSON, body);
        let pause = Duration::from_millis(milliseconds) / PIECES as u32;
        for piece in self.output.chunks(self.output.len().div_ceil(PIECES)) {
            self.stream.write_all(piece).await.ok()?;
            sleep(pause).await;
        }
        Some(())
    }
}

fn packed(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

fn http_date(seconds_from_now: i64) -> Option<String> {
    let at = jiff::Timestamp::now()
        .checked_add(jiff::SignedDuration::from_secs(seconds_from_now))
        .ok()?;
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&at)
        .ok()
}
