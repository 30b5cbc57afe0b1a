//! Edits of a text that keep every line where it is.

use oxc_span::Span;

/// A source text with parts blanked out and parts replaced.
pub(super) struct Edits {
    bytes: Vec<u8>,
    replacements: Vec<(usize, usize, String)>,
}

impl Edits {
    pub(super) fn new(source: &str) -> Edits {
        Edits {
            bytes: source.as_bytes().to_vec(),
            replacements: Vec::new(),
        }
    }

    /// Blanks a part; line ends in it stay. Blanked parts may overlap.
    pub(super) fn blank(&mut self, from: u32, to: u32) {
        let Some(part) = self.bytes.get_mut(from as usize..to as usize) else {
            return;
        };
        for byte in part.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
    }

    /// Puts a text in the place of a part; replaced parts must not overlap. The line ends of the part follow the text.
    pub(super) fn replace(&mut self, span: Span, text: &str) {
        let (from, to) = (span.start as usize, span.end as usize);
        let ends = self
            .bytes
            .get(from..to)
            .map_or(0, |part| part.iter().filter(|byte| **byte == b'\n').count());
        let mut text = text.to_owned();
        text.extend(std::iter::repeat_n('\n', ends));
        self.replacements.push((from, to, text));
    }

    /// Puts a text before a place.
    pub(super) fn insert(&mut self, at: u32, text: &str) {
        self.replacements
            .push((at as usize, at as usize, text.to_owned()));
    }

    /// The edited text.
    pub(super) fn finish(mut self) -> String {
        self.replacements.sort_by_key(|(from, to, _)| (*from, *to));
        let mut out = Vec::with_capacity(self.bytes.len() + 256);
        let mut at = 0;
        for (from, to, text) in &self.replacements {
            out.extend_from_slice(self.bytes.get(at..*from).unwrap_or_default());
            out.extend_from_slice(text.as_bytes());
            at = at.max(*to);
        }
        out.extend_from_slice(self.bytes.get(at..).unwrap_or_default());
        String::from_utf8_lossy(&out).into_owned()
    }
}
