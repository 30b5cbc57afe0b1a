//! What the documents look like, and that nothing hostile gets through.

use super::*;
use crate::analyse::Analysis;
use crate::analyse::sample::{HOSTILE, analyse, full, manifest, trials};
use proptest::prelude::*;
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

fn on_screen(analysis: &Analysis, width: usize, unicode: bool) -> String {
    let mut out = Vec::new();
    let options = TerminalOptions { width, unicode, color: false };
    assert!(terminal(analysis, &options, &mut out).is_ok());
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

#[test]
fn no_hostile_output_gets_through_to_the_markdown_report() {
    let mut out = Vec::new();
    assert!(markdown(&sample(), &mut out).is_ok());
    let text = String::from_utf8(out).unwrap_or_default();
    assert!(is_calm(&text));
    for part in ["<script", "<img", "<!--", "</code>", "<b>", "alert(1)</", "`code`"] {
        assert!(!text.contains(part), "{part}");
    }
    // Every tag is one of ours, and they balance.
    let tags: Vec<&str> = text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)).collect();
    assert!(tags.iter().all(|tag| ["details", "/details", "summary", "/summary", "pre", "/pre"].contains(tag)));
    for name in ["details", "summary", "pre"] {
        let count = |wanted: &str| tags.iter().filter(|tag| **tag == wanted).count();
        assert_eq!(count(name), count(&format!("/{name}")));
    }
    // No line of an output stands outside of its block: each of ours begins with a word of ours.
    assert!(!text.lines().any(|line| line.starts_with("# heading") || line.starts_with("| a | b |")));
    // Each table has the same number of cells in all its lines.
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    for pair in text.lines().collect::<Vec<_>>().windows(2) {
        if pair.iter().all(|line| line.starts_with('|')) {
            assert_eq!(cells(pair[0]), cells(pair[1]), "{}\n{}", pair[0], pair[1]);
        }
    }
}

#[test]
fn csv_cells_are_quoted_and_formulas_defused() {
    let mut out = Vec::new();
    assert!(csv(&sample(), &mut out).is_ok());
    let mut reader = ::csv::Reader::from_reader(out.as_slice());
    let header = reader.headers().cloned().unwrap_or_default();
    let names: std::collections::HashSet<&str> = header.iter().collect();
    assert_eq!(names.len(), header.len(), "a heading occurs twice");
    assert_eq!(reader.records().filter(Result::is_ok).count(), 30);
    for hostile in HOSTILE.into_iter().chain(["+1", "-1", "@SUM(A1)", "\t=1", " =1"]) {
        assert!(!escape_csv(hostile).trim_start().starts_with(['=', '+', '-', '@']), "{hostile}");
    }
}

#[test]
fn every_exported_document_fits_its_schema() {
    let (manifest, trials) = full();
    let fits = |kind: Exported, document: &serde_json::Value| {
        let validator = jsonschema::validator_for(&schema(kind)).expect("a valid schema");
        let problems: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{}: {problems:?}", kind.name());
    };
    let mut out = Vec::new();
    for trial in &trials {
        out.clear();
        assert!(result_line(&manifest, &trial.view(), &mut out).is_ok());
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        fits(Exported::Results, &serde_json::from_slice(&out).expect("one JSON document"));
    }
    fits(Exported::Manifest, &serde_json::to_value(&manifest).expect("JSON"));
    out.clear();
    assert!(summary_json(&sample(), &mut out).is_ok());
    fits(Exported::Summary, &serde_json::from_slice(&out).expect("JSON"));
}

#[test]
fn a_trial_of_another_run_leaves_no_line() {
    let (mut manifest, trials) = full();
    manifest.candidates.clear();
    let mut out = b"before\n".to_vec();
    assert!(result_line(&manifest, &trials[0].view(), &mut out).is_ok());
    assert_eq!(out, b"before\n");
}

/// A task of one prompt's worth of rows: the first models of the sample.
fn small(models: usize) -> Analysis {
    let manifest = manifest(&[("ticket-triage", 40, 1, None)], models);
    let trials = trials(&manifest);
    let mut analysis = analyse(&manifest, &trials);
    analysis.tasks[0].boards.truncate(1);
    analysis
}

#[test]
fn the_answer_says_what_is_simulated_and_what_is_not_established() {
    let sentence = |models| headline(&small(models), &str::to_owned);
    insta::assert_snapshot!(sentence(1), @"S1");
    insta::assert_snapshot!(sentence(2), @"S2");
    insta::assert_snapshot!(sentence(3), @"S3");
}

#[test]
fn the_table_at_80_columns() {
    insta::assert_snapshot!(on_screen(&small(5), 80, false), @"T80");
}

#[test]
fn the_table_at_140_columns() {
    insta::assert_snapshot!(on_screen(&small(5), 140, true), @"T140");
}

#[test]
fn the_beginning_of_the_markdown_report() {
    let mut out = Vec::new();
    assert!(markdown(&small(2), &mut out).is_ok());
    let text = String::from_utf8(out).unwrap_or_default();
    let beginning: Vec<&str> = text.lines().take(34).collect();
    insta::assert_snapshot!(beginning.join("\n"), @"MD");
}

#[test]
fn a_line_of_the_results() {
    let (manifest, trials) = full();
    let mut out = Vec::new();
    let wanted = [0, trials.iter().position(|trial| trial.failure.is_some()).unwrap_or(0)];
    for at in wanted {
        assert!(result_line(&manifest, &trials[at].view(), &mut out).is_ok());
    }
    insta::assert_snapshot!(String::from_utf8(out).unwrap_or_default(), @"RL");
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
