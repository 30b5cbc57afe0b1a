//! What the documents look like, and that nothing hostile gets through.

mod html;
mod judges;

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
    let options = TerminalOptions {
        width,
        unicode,
        color,
    };
    assert!(terminal(&sample(), &options, &mut out).is_ok());
    String::from_utf8(out).unwrap_or_default()
}

fn on_screen(analysis: &Analysis, width: usize, unicode: bool) -> String {
    let mut out = Vec::new();
    let options = TerminalOptions {
        width,
        unicode,
        color: false,
    };
    assert!(terminal(analysis, &options, &mut out).is_ok());
    String::from_utf8(out).unwrap_or_default()
}

/// No control character but line feeds, no bidi control.
fn is_calm(text: &str) -> bool {
    text.chars().all(|character| {
        character == '\n'
            || !(character.is_control()
                || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
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
    for part in [
        "<script",
        "<img",
        "<!--",
        "</code>",
        "<b>",
        "alert(1)</",
        "`code`",
    ] {
        assert!(!text.contains(part), "{part}");
    }
    // Every tag is one of ours, and they balance.
    let tags: Vec<&str> = text
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or(rest))
        .collect();
    assert!(
        tags.iter()
            .all(|tag| ["details", "/details", "summary", "/summary", "pre", "/pre"].contains(tag))
    );
    for name in ["details", "summary", "pre"] {
        let count = |wanted: &str| tags.iter().filter(|tag| **tag == wanted).count();
        assert_eq!(count(name), count(&format!("/{name}")));
    }
    // No line of an output stands outside of its block: each of ours begins with a word of ours.
    assert!(
        !text
            .lines()
            .any(|line| line.starts_with("# heading") || line.starts_with("| a | b |"))
    );
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
        assert!(
            !escape_csv(hostile).trim_start().starts_with(['=', '+', '-', '@']),
            "{hostile}"
        );
    }
}

#[test]
fn every_exported_document_fits_its_schema() {
    let (manifest, trials) = full();
    let fits = |kind: Exported, document: &serde_json::Value| {
        let validator = jsonschema::validator_for(&schema(kind)).expect("a valid schema");
        let problems: Vec<String> = validator
            .iter_errors(document)
            .map(|error| error.to_string())
            .collect();
        assert!(problems.is_empty(), "{}: {problems:?}", kind.name());
    };
    let mut out = Vec::new();
    for trial in &trials {
        out.clear();
        assert!(result_line(&manifest, &trial.view(), &mut out).is_ok());
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        fits(
            Exported::Results,
            &serde_json::from_slice(&out).expect("one JSON document"),
        );
    }
    fits(
        Exported::Manifest,
        &serde_json::to_value(&manifest).expect("JSON"),
    );
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

/// A task with one prompt and the first models of the sample.
fn small(models: usize) -> Analysis {
    let mut manifest = manifest(&[("ticket-triage", 40, 1, None)], models);
    manifest.candidates.truncate(models);
    manifest.trials /= 2;
    let trials = trials(&manifest);
    analyse(&manifest, &trials)
}

#[test]
fn the_answer_says_what_is_simulated_and_what_is_not_established() {
    let sentence = |models| headline(&small(models), &str::to_owned);
    insta::assert_snapshot!(sentence(1), @r##"Simulated: sim/careful-and-large scores 0.890 [0.76, 0.95] on ticket-triage; it is the only candidate, so there is nothing to compare it with."##);
    insta::assert_snapshot!(sentence(2), @r##"Simulated: sim/careful-and-large has the best mean score on ticket-triage: 0.900 [0.78, 0.96]; on the same cases the next, sim/quick (0.846 [0.72, 0.92]; difference +0.051 [-0.07, +0.18], p 0.345), is not told apart from it, so the lead is not established; the cheapest of these is sim/quick at $0.00009 a trial (0.846 [0.72, 0.92])."##);
    insta::assert_snapshot!(sentence(3), @r##"sim/careful-and-large (simulated) has the best mean score on ticket-triage: 0.935 [0.82, 0.98]; on the same cases the next, sim/quick (simulated) (0.877 [0.76, 0.94]; difference +0.056 [-0.06, +0.18], adjusted p 0.823), is not told apart from it, so the lead is not established; the cheapest of these with a known cost is sim/quick (simulated) at $0.00009 a trial (0.877 [0.76, 0.94])."##);
}

#[test]
fn an_incomplete_run_says_so_in_every_document() {
    let mut analysis = small(2);
    let documents = |analysis: &Analysis| {
        let (mut report, mut summary) = (Vec::new(), Vec::new());
        assert!(markdown(analysis, &mut report).is_ok() && summary_json(analysis, &mut summary).is_ok());
        let texts = [report, summary].map(|bytes| String::from_utf8(bytes).unwrap_or_default());
        (on_screen(analysis, 200, false), texts)
    };
    let (screen, [report, summary]) = documents(&analysis);
    assert!(!screen.contains("Incomplete") && !report.contains("Incomplete"));
    assert!(summary.contains("\"complete\": true"));
    assert!(screen.contains(" (simulated); 5 from the cache"), "{screen}");

    analysis = small(5);
    let (screen, [report, summary]) = documents(&analysis);
    let run = &analysis.manifest.run;
    let meaning = format!(
        "(10 provider errors, 30 not sent): the ranking may change. `bench resume {run}` sends what is missing."
    );
    let figures = "Incomplete: 160 of 200 trials have an answer";
    assert!(screen.contains(&format!("{figures} {meaning}\n")), "{screen}");
    assert_eq!(report.lines().nth(4), Some(&*format!("**{figures}** {meaning}")));
    assert!(summary.contains("\"complete\": false"));
    assert!(!screen.contains("(simulated); "), "{screen}");
}

#[test]
fn the_table_at_80_columns() {
    insta::assert_snapshot!(on_screen(&small(5), 80, false), @r##"
    ticket-triage, prompt plain: 40 cases
     #  model                            mean score    pass      $/trial     p50/p95
     1  openrouter..0-01:free  0.944 [0.84, 0.98] a  92.3 %  >=$0.000287  657/695 ms
    2=  sim/car..-large (sim)    0.935 [0.83, 0.98]  90.0 %     $0.00123  257/297 ms
    3=  sim/quick (simulated)  0.918 [0.81, 0.97] a  87.2 %     $0.00009  444/489 ms
     4  local/odd|..>\u{202e}  0.630 [0.49, 0.75] a  48.5 %      unknown  840/893 ms
        dead/never-answers                        -       -            -           -
      = behind a rank: not told apart from the best by paired tests on the same
        cases (Holm, 5 %)
      a: more than 2 % of the cases have no score
      openrouter/vendor-w..ame-2026-10-01:free: 1 truncated; 2.5 % of the trials
        have no score: mean 0.920 if all of them were 0, 0.945 if all were 1; cost
        of 17 trials unknown
      sim/quick: 1 refused; 2.5 % of the trials have no score: mean 0.895 if all of
        them were 0, 0.920 if all were 1
      local/odd|name`<b>\u{202e}: 3 refused, 1 empty, 1 filtered, 1 judge-error, 1
        scorer-error; 17.5 % of the trials have no score: mean 0.520 if all of
        them were 0, 0.695 if all were 1
      dead/never-answers: 10 provider-error, 30 skipped; no trial has a score

    200 trials: 151 scored, 4 refused, 1 empty, 1 truncated, 1 filtered, 1
      judge-error, 1 scorer-error, 10 provider-error, 30 skipped
    tokens 19.2k in, 4800 out; cost >=$0.0643 (57 trials of unknown cost), paid
      >=$0.0576; 16 from the cache; 20 retries

    Incomplete: 160 of 200 trials have an answer (10 provider errors, 30 not sent):
      the ranking may change. `bench resume 0193-sample` sends what is missing.

    openrouter/vendor-w..ame-2026-10-01:free has the best mean score on
    ticket-triage: 0.944 [0.84, 0.98]; on the same cases the next,
    sim/careful-and-large (simulated) (0.935 [0.83, 0.98]; difference +0.010 [-0.11,
    +0.13], adjusted p 1.000), is not told apart from it, so the lead is not
    established; the cheapest of these with a known cost is sim/quick (simulated) at
    $0.00009 a trial (0.918 [0.81, 0.97]).
    "##);
}

#[test]
fn the_table_at_140_columns() {
    insta::assert_snapshot!(on_screen(&small(5), 140, true), @r##"
    ticket-triage, prompt plain: 40 cases
     #  model                                                              mean score  ranks    pass  scored      $/trial       cost     p50/p95
     1  openrouter/vendor-with-a-lo…longer-name-2026-10-01:free  0.944 [0.84, 0.98] a    1-3  92.3 %   39/40  ≥ $0.000287  ≥ $0.0115  657/695 ms
    2=  sim/careful-and-large (simulated)                          0.935 [0.83, 0.98]    1-3  90.0 %      40     $0.00123    $0.0492  257/297 ms
    3=  sim/quick (simulated)                                    0.918 [0.81, 0.97] a    1-3  87.2 %   39/40     $0.00009    $0.0036  444/489 ms
     4  local/odd|name`<b>\u{202e}                               0.630 [0.49, 0.75] a      4  48.5 %   33/40      unknown    unknown  840/893 ms
        dead/never-answers                                                          –      –       –    0/40            –          –           –
      = behind a rank: not told apart from the best by paired tests on the same cases (Holm, 5 %)
      a: more than 2 % of the cases have no score
      openrouter/vendor-wi…ame-2026-10-01:free: 1 truncated; 2.5 % of the trials have no score: mean 0.920 if all of them were 0, 0.945 if all
        were 1; cost of 17 trials unknown
      sim/quick: 1 refused; 2.5 % of the trials have no score: mean 0.895 if all of them were 0, 0.920 if all were 1
      local/odd|name`<b>\u{202e}: 3 refused, 1 empty, 1 filtered, 1 judge-error, 1 scorer-error; 17.5 % of the trials have no score: mean 0.520
        if all of them were 0, 0.695 if all were 1
      dead/never-answers: 10 provider-error, 30 skipped; no trial has a score

    200 trials: 151 scored, 4 refused, 1 empty, 1 truncated, 1 filtered, 1 judge-error, 1 scorer-error, 10 provider-error, 30 skipped
    tokens 19.2k in, 4800 out; cost ≥ $0.0643 (57 trials of unknown cost), paid ≥ $0.0576; 16 from the cache; 20 retries

    Incomplete: 160 of 200 trials have an answer (10 provider errors, 30 not sent): the ranking may change. `bench resume 0193-sample` sends
      what is missing.

    openrouter/vendor-wi…ame-2026-10-01:free has the best mean score on ticket-triage: 0.944 [0.84, 0.98]; on the same cases the next,
    sim/careful-and-large (simulated) (0.935 [0.83, 0.98]; difference +0.010 [-0.11, +0.13], adjusted p 1.000), is not told apart from it, so
    the lead is not established; the cheapest of these with a known cost is sim/quick (simulated) at $0.00009 a trial (0.918 [0.81, 0.97]).
    "##);
}

#[test]
fn the_beginning_of_the_markdown_report() {
    let mut out = Vec::new();
    assert!(markdown(&small(2), &mut out).is_ok());
    let text = String::from_utf8(out).unwrap_or_default();
    let beginning: Vec<&str> = text.lines().take(34).collect();
    insta::assert_snapshot!(beginning.join("\n"), @r##"
    # Which model should do this job?

    **Simulated: sim/careful-and-large has the best mean score on ticket-triage: 0.900 [0.78, 0.96]; on the same cases the next, sim/quick (0.846 [0.72, 0.92]; difference +0.051 [-0.07, +0.18], p 0.345), is not told apart from it, so the lead is not established; the cheapest of these is sim/quick at $0.00009 a trial (0.846 [0.72, 0.92]).**

    80 trials: 79 scored, 1 refused.
    Tokens: 9600 in, 2400 out. Cost: $0.0528; paid in this run: $0.0489 (simulated). From the cache: 5. Retries: 0.

    ## ticket-triage

    Sort a support ticket into one of five queues

    ### Prompt plain: 40 cases × 1 epoch, simulated

    | # | model | mean score | ranks | pass | pass 95 % | scored | $/trial | cost | paid | p50/p95 | first | tok in/out | cached | retries | no answer |
    |--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
    | 1 | sim/careful-and-large (simulated) | 0.900 [0.78, 0.96] | 1-2 | 87.5 % | [73.9, 94.5] | 40 | $0.00123 | $0.0492 | $0.0455 | 252/294 ms | 62.9 ms | 120/30 | 3 | 0 | 0 |
    | 2= | sim/quick (simulated) | 0.846 [0.72, 0.92] a | 1-2 | 79.5 % | [64.5, 89.2] | 39/40 | $0.00009 | $0.0036 | $0.00342 | 463/495 ms | 116 ms | 120/30 | 2 | 0 | 0 |

    - = behind a rank: not told apart from the best by paired tests on the same cases (Holm, 5 %)
    - a: more than 2 % of the cases have no score
    - sim/quick: 1 refused; 2.5 % of the trials have no score: mean 0.825 if all of them were 0, 0.850 if all were 1

    <details><summary>Scorers</summary>

    | model | scorer | weight | mean | passed | no answer | errors | named figures |
    |---|---|--:|--:|--:|--:|--:|---|
    | sim/careful-and-large (simulated) | equals | 1 | 0.900 | 35/40 | 0 | 0 | recall 0.450 |
    | sim/quick (simulated) | equals | 1 | 0.846 | 31/39 | 0 | 0 | recall 0.423 |

    </details>

    <details><summary>Paired comparisons</summary>

    | A | B | A - B | cases | p | adjusted |
    "##);
}

#[test]
fn a_line_of_the_results() {
    let (manifest, trials) = full();
    let mut out = Vec::new();
    let wanted = [
        0,
        trials
            .iter()
            .position(|trial| trial.failure.is_some())
            .unwrap_or(0),
    ];
    for at in wanted {
        assert!(result_line(&manifest, &trials[at].view(), &mut out).is_ok());
    }
    insta::assert_snapshot!(String::from_utf8(out).unwrap_or_default(), @r##"
    {"task":"ticket-triage","case":"c-000","model":"sim/careful-and-large","prompt":"plain","epoch":0,"outcome":"scored","score":1.0,"pass":true,"scores":[{"scorer":"equals","weight":1.0,"score":1.0,"pass":true,"explanation":"expected \"billing\", found =HYPERLINK(\"http://evil\") @everyone https://evil.example ![x](http://t/p.png)","answer":"billing","named":{"recall":0.5}}],"output":"=HYPERLINK(\"http://evil\") @everyone https://evil.example ![x](http://t/p.png)","stop":"stop","usage":{"input":120,"output":30},"cost_usd":"0.00123","paid_usd":"0.00123","latency_ms":265.278,"first_token_ms":66.319,"cached":false,"retries":0}
    {"task":"ticket-triage","case":"c-000","model":"dead/never-answers","prompt":"plain","epoch":0,"outcome":"provider-error","score":null,"pass":null,"scores":[],"output":null,"stop":null,"usage":null,"cost_usd":null,"paid_usd":null,"latency_ms":null,"cached":false,"retries":2,"error":{"class":"timeout","message":"no answer within 60 s <b>"}}
    "##);
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
