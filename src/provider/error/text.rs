//! One line for people out of whatever a server sent.

/// Most characters of a message that are kept.
const MOST: usize = 500;

/// A text on one line: white space and control characters become single spaces; long texts are cut.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(MOST * 4));
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty());
    let mut length = 0;
    for word in words {
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        for letter in word.chars() {
            if length >= MOST {
                line.push('…');
                return line;
            }
            line.push(letter);
            length += 1;
        }
    }
    line
}

/// What a reply that is not JSON says: the title (else the first heading, else the text) of an HTML page, or the
/// text itself.
pub fn page_text(body: &[u8]) -> String {
    let head = &body[..body.len().min(64 * 1024)];
    let text = String::from_utf8_lossy(head);
    if !text.trim_start().starts_with('<') {
        return one_line(&text);
    }
    let lower = text.to_ascii_lowercase();
    let inside = |tag: &str| {
        let open = lower.find(&format!("<{tag}"))?;
        let start = open + lower.get(open..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find(&format!("</{tag}"))?;
        let line = one_line(&without_tags(text.get(start..end)?));
        (!line.is_empty()).then_some(line)
    };
    inside("title")
        .or_else(|| inside("h1"))
        .or_else(|| inside("body"))
        .unwrap_or_else(|| one_line(&without_tags(&text)))
}

fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if inside => {}
            _ => text.push(letter),
        }
    }
    text.replace("&nbsp;", " ")
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
}
