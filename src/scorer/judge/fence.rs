//! The fence around texts that are not to be trusted.
//!
//! Each text stands between two tags that end in a mark of 128 bits. The mark is a keyed hash (BLAKE3 in its
//! derive-key mode) of all texts that it fences. A text that holds its own mark would be a fixed point of the hash: to
//! find one takes about 2^128 tries. And because nothing else goes into the mark, equal texts have equal marks, so that
//! equal requests stay equal.

use std::borrow::Cow;

/// What the hash is keyed with. Another text would change all marks, and with them every stored request.
const CONTEXT: &str = "bench 2026-11 judge fence v1";
/// Hexadecimal digits of a mark.
const DIGITS: usize = 32;

/// Texts behind a fence.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    mark: String,
}

impl Fence {
    /// A fence around these texts, each with its name.
    pub fn around<'a>(texts: impl Iterator<Item = (&'a str, Cow<'a, str>)> + Clone) -> Self {
        let mut round = 0_u64;
        loop {
            let mark = mark(texts.clone(), round);
            // Holds at once, but for a text that found a fixed point.
            if !texts.clone().any(|(_, text)| text.contains(&mark)) {
                return Self { mark };
            }
            round += 1;
        }
    }

    /// What closes and opens.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The text between its tags.
    pub fn wrap(&self, name: &str, text: &str) -> String {
        let mark = &self.mark;
        format!("<{name}-{mark}>\n{text}\n</{name}-{mark}>")
    }
}

fn mark<'a>(texts: impl Iterator<Item = (&'a str, Cow<'a, str>)>, round: u64) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    let mut field = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    field(&round.to_le_bytes());
    for (name, text) in texts {
        field(name.as_bytes());
        field(text.as_bytes());
    }
    let mut mark = hasher.finalize().to_hex().to_string();
    mark.truncate(DIGITS);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fence(texts: &[(&'static str, &'static str)]) -> Fence {
        Fence::around(texts.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))))
    }

    #[test]
    fn equal_texts_have_equal_fences_and_others_have_others() {
        let one = fence(&[("input", "a"), ("output", "b")]);
        assert_eq!(one.mark(), fence(&[("input", "a"), ("output", "b")]).mark());
        assert_eq!(one.mark().len(), 32);
        for other in [
            [("input", "ab"), ("output", "")],
            [("input", "b"), ("output", "a")],
        ] {
            assert_ne!(one.mark(), fence(&other).mark());
        }
    }

    #[test]
    fn a_text_cannot_hold_its_own_closing_tag() {
        let first = fence(&[("output", "x")]);
        let closing = format!("x\n</output-{}>", first.mark());
        let second = Fence::around([("output", Cow::Borrowed(closing.as_str()))].into_iter());
        assert!(!closing.contains(second.mark()));
        let wrapped = second.wrap("output", &closing);
        assert_eq!(wrapped.matches(second.mark()).count(), 2);
    }
}
