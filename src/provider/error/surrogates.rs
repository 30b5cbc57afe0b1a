//! Lone surrogate escapes: JSON may spell them (RFC 8259, section 8.2), text cannot hold them.

/// The JSON with U+FFFD for each escape of a lone surrogate, as lossy decoding has it; `None` where there is none.
/// For JSON that did not parse: it costs a copy.
pub fn without_lone_surrogates(json: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = json.get(at..)?.iter().position(|byte| *byte == b'\\') {
        let start = at + found;
        at = match unit(json, start) {
            Some(0xd800..=0xdbff) if matches!(unit(json, start + 6), Some(0xdc00..=0xdfff)) => start + 12,
            Some(0xd800..=0xdfff) => {
                whole.extend_from_slice(json.get(copied..start)?);
                whole.extend_from_slice(b"\\ufffd");
                copied = start + 6;
                copied
            }
            Some(_) => start + 6,
            None => (start + 2).min(json.len()),
        };
    }
    if copied == 0 {
        return None;
    }
    whole.extend_from_slice(json.get(copied..)?);
    Some(whole)
}

/// The UTF-16 code unit of the `\u` escape that stands there.
fn unit(json: &[u8], start: usize) -> Option<u32> {
    let digits = json.get(start..start + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit * 16 + char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::without_lone_surrogates;
    use proptest::prelude::*;

    fn repaired(json: &str) -> Option<String> {
        without_lone_surrogates(json.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn only_lone_surrogates_are_replaced() {
        let cases = [
            (r#""a\ud800b""#, r#""a\ufffdb""#),
            (r#""\uDC00\ud83d\ude00\uD83D""#, r#""\ufffd\ud83d\ude00\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        ];
        for (json, whole) in cases {
            assert_eq!(repaired(json).as_deref(), Some(whole));
        }
        for json in [
            r#""\ud83d\ude00""#,
            r#""\\ud800""#,
            r#""\u00e9""#,
            r#"{"a": 1"#,
            "\\",
            "",
        ] {
            assert_eq!(repaired(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn what_is_repaired_parses(text in r#"(\\u(d83d|DE00|0041)|a|\\\\){0,12}"#) {
            let json = format!("\"{text}\"");
            let whole = repaired(&json).unwrap_or(json);
            prop_assert!(serde_json::from_str::<String>(&whole).is_ok(), "{}", whole);
        }
    }
}
