//! As much of HTTP/1.1 as a test server needs: request heads with a length, and answers with one.

/// The head of a request.
pub(super) struct Head<'a> {
    /// The path without scheme and host (a proxy is sent both), query included.
    pub path: &'a str,
    /// Length of the body.
    pub length: usize,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
}

/// Where the head ends (the blank line included), if it is all there.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == b'\r') {
        let at = from + at;
        match bytes.get(at..at + 4) {
            Some(b"\r\n\r\n") => return Some(at + 4),
            Some(_) => from = at + 1,
            None => return None,
        }
    }
    None
}

/// Reads a head; `None` if it is none.
pub(super) fn parse(head: &[u8]) -> Option<Head<'_>> {
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let target = lines.next()?.split(' ').nth(1)?;
    let path = match target.find("://") {
        Some(scheme) => {
            let host = scheme + 3;
            &target[host + target[host..].find('/')?..]
        }
        None => target,
    };
    let mut parsed = Head {
        path,
        length: 0,
        authorization: None,
    };
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            parsed.length = value.trim().parse().ok()?;
        } else if name.eq_ignore_ascii_case("authorization") {
            parsed.authorization = Some(value.trim());
        }
    }
    Some(parsed)
}

/// Appends an answer: status line, `headers` (each with its line end), length, body.
pub(super) fn answer(out: &mut Vec<u8>, status: &str, headers: &str, body: &[u8]) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_bytes());
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(headers.as_bytes());
    out.extend_from_slice(b"content-length: ");
    out.extend_from_slice(body.len().to_string().as_bytes());
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(body);
}
