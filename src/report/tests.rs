//! What the documents look like, and that nothing hostile gets through.

use super::*;
use crate::analyse::sample::{HOSTILE, analyse, full};
use crate::analyse::{Analysis, TrialView};
use proptest::prelude::*;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

fn sample() -> Analysis {
    let (manifest, trials) = full();
    analyse(&manifest, &trials)
}

fn drawn(width: usize, unicode: bool, color: bool) -> String {
    let mut out = Vec::new();
    let options = TerminalOptions { width, unicode, color };
    assert!(terminal(&sample(), &options, &mut out).is_ok());
    String::from_utf8(out).unwrap_or_default()
}

#[test]
fn write_samples() {
    let Some(dir) = std::env::var_os("SAMPLES").map(std::path::PathBuf::from) else { return };
    let mut out = Vec::new();
    markdown(&sample(), &mut out).unwrap();
    std::fs::write(dir.join("report.md"), &out).unwrap();
    std::fs::write(dir.join("t80.txt"), drawn(80, false, false)).unwrap();
    std::fs::write(dir.join("t140.txt"), drawn(140, true, false)).unwrap();
    let mut out = Vec::new();
    summary_json(&sample(), &mut out).unwrap();
    std::fs::write(dir.join("summary.json"), &out).unwrap();
    let mut out = Vec::new();
    csv(&sample(), &mut out).unwrap();
    std::fs::write(dir.join("l.csv"), &out).unwrap();
    let (manifest, trials) = full();
    let mut out = Vec::new();
    for t in &trials { result_line(&manifest, &t.view(), &mut out).unwrap(); }
    std::fs::write(dir.join("results.jsonl"), &out).unwrap();
    for kind in Exported::ALL {
        std::fs::write(dir.join(format!("{}.schema.json", kind.name())), serde_json::to_string_pretty(&schema(kind)).unwrap()).unwrap();
    }
}

/// No control character but line feeds, no bidi control.
fn is_calm(text: &str) -> bool {
    text.chars().all(|character| {
        character == '\n' || !(character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    })
}

#[test]
fn the_table_fits_the_terminal_and_a_pipe_gets_plain_text() {
    for width in [80, 100, 140, 200] {
        let text = drawn(width, true, false);
        let widest = text.lines().map(UnicodeWidthStr::width).max();
        assert!(widest <= Some(width), "{width}: {widest:?}");
        assert!(is_calm(&text));
    }
    assert!(drawn(20, false, false).lines().all(|line| line.width() <= 80));
    assert!(drawn(80, false, false).is_ascii());
    assert!(drawn(80, true, true).contains("\u{1b}["));
}

#[test]
fn the_same_analysis_gives_the_same_bytes() {
    let bytes = || {
        let mut out = Vec::new();
        let analysis = sample();
        let written = markdown(&analysis, &mut out)
            .and_then(|()| summary_json(&analysis, &mut out))
            .and_then(|()| csv(&analysis, &mut out));
        assert!(written.is_ok());
        out
    };
    assert_eq!(bytes(), bytes());
}

proptest! {
    #[test]
    fn escaped_text_holds_nothing_that_acts(text in prop_oneof![any::<String>(), "[<>|`&\\\\\u{1b}\u{202e}\n a@:=+-]{0,40}"]) {
        let markdown = escape_markdown(&text);
        prop_assert!(is_calm(&markdown) && !markdown.contains(['<', '>', '\n']));
        let bytes: Vec<char> = markdown.chars().collect();
        for (at, character) in bytes.iter().enumerate() {
            if matches!(character, '|' | '`' | '*' | '[') {
                let slashes = bytes[..at].iter().rev().take_while(|c| **c == '\\').count();
                prop_assert!(slashes % 2 == 1, "{markdown}");
            }
        }
        let html = escape_html(&text);
        prop_assert!(is_calm(&html) && !html.contains(['<', '>', '|', '"']));
        let terminal = escape_terminal(&text);
        prop_assert!(is_calm(&terminal) && !terminal.contains('\n'));
        prop_assert!(!escape_csv(&text).trim_start().starts_with(['=', '+', '-', '@']));
    }

    #[test]
    fn wrapped_lines_fit_and_lose_no_word(text in "[a-zé世 ]{0,200}", width in 20_usize..90) {
        let lines = super::layout::wrap(&text, width, 2);
        prop_assert!(lines.iter().all(|line| line.width() <= width));
        let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
        prop_assert_eq!(letters(&lines.concat()), letters(&text));
    }
}
