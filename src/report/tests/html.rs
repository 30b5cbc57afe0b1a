//! The HTML page and JUnit: what they hold, and that nothing hostile breaks out of them.

use crate::analyse::sample::{Trial, analyse, full, manifest, trials};
use crate::model::{Manifest, Outcome};
use crate::report::{Beside, CasePicker, HtmlReport, Junit, JunitCounts, markdown, markdown_brief};

fn page(manifest: &Manifest, trials: &[Trial], most: u64) -> String {
    let mut picker = CasePicker::default();
    trials.iter().for_each(|trial| picker.add(&trial.view()));
    let (picked, analysis) = (picker.pick(most), analyse(manifest, trials));
    let mut out = Vec::new();
    let mut page = HtmlReport::begin(&analysis, &picked, None, &mut out).expect("the page is written");
    for trial in trials {
        page.trial(&trial.view()).expect("the page is written");
    }
    page.end().expect("the page is written");
    String::from_utf8(out).expect("text")
}

/// The JSON of the script elements with that id.
fn data(page: &str, id: &str) -> serde_json::Value {
    let start = format!("<script type=\"application/json\" id=\"{id}\">");
    let (_, rest) = page.split_once(&start).expect("the data");
    let (json, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("JSON")
}

fn trials_in(page: &str, tasks: usize) -> usize {
    let cases = |task| data(page, &format!("cases-{task}"));
    let count = |task| {
        let cases = cases(task);
        let cases = cases.as_array().expect("a list");
        cases
            .iter()
            .map(|case| case[1].as_array().expect("its trials").len())
            .sum::<usize>()
    };
    (0..tasks).map(count).sum()
}

#[test]
fn a_brief_report_fits_a_comment_and_begins_like_the_whole_one() {
    let names: Vec<String> = (0..60).map(|at| format!("task-{at}")).collect();
    let tasks: Vec<(&str, u64, u32, Option<&str>)> =
        names.iter().map(|name| (name.as_str(), 4, 1, None)).collect();
    let manifest = manifest(&tasks, 4);
    for (manifest, trials) in [full(), (manifest.clone(), trials(&manifest))] {
        let analysis = analyse(&manifest, &trials);
        let (mut brief, mut whole) = (Vec::new(), Vec::new());
        markdown_brief(&analysis, &Beside::default(), &mut brief).expect("the report is written");
        markdown(&analysis, &mut whole).expect("the report is written");
        let (brief, whole) = (
            String::from_utf8(brief).expect("text"),
            String::from_utf8(whole).expect("text"),
        );
        assert!(brief.len() <= 60_000, "{}", brief.len());
        let answer = |text: &str| text.lines().take(3).collect::<Vec<_>>().join("\n");
        assert_eq!(answer(&brief), answer(&whole));
        // A part is left out whole: what is folded is closed.
        assert_eq!(
            brief.matches("<details>").count(),
            brief.matches("</details>").count()
        );
        let cut = whole.len() > 80_000;
        assert_eq!(
            brief.contains("Left out, since a comment has no room"),
            cut,
            "{}",
            whole.len()
        );
    }
}

#[test]
fn a_page_holds_every_trial_of_a_run_and_no_markup_of_a_model() {
    let (manifest, trials) = full();
    let page = page(&manifest, &trials, 20_000);
    assert_eq!(trials_in(&page, 3), trials.len());
    assert!(!page.contains("This page holds"));
    // Ranks, the average over all tasks, and the comparisons that both follow from.
    for part in [
        ">Ranks<",
        "All 3 tasks, each counting the same",
        "Paired comparisons of all tasks",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("p < 0.0"), "`<` of our own words is no tag");
    // In the data texts stand as they came; the script shows them as text, hidden characters by their number.
    let (markup, _) = page
        .split_once("<script type=\"application/json\"")
        .expect("the data");
    for hidden in ["\u{202e}", "\u{1b}"] {
        assert!(!markup.contains(hidden), "{hidden:?}");
    }
    for part in ["<img", "alert(1)</", "</details></summary>", "\u{1b}"] {
        assert!(!page.contains(part), "{part}");
    }
    let (tags, closed) = (page.matches("<script").count(), page.matches("</script>").count());
    // Data of the page and of three tasks, and the script.
    assert_eq!((tags, closed), (5, 5));
}

#[test]
fn a_larger_run_is_cut_by_whole_cases_those_that_differ_first_and_the_page_says_so() {
    let (manifest, trials) = full();
    let whole = page(&manifest, &trials, 20_000);
    let cut = page(&manifest, &trials, 300);
    let held = trials_in(&cut, 3);
    assert!(held <= 300 && held > 200, "{held}");
    assert!(cut.contains(&format!("This page holds {held} of the {} trials", trials.len())));
    let differs = |case: &serde_json::Value| {
        let trials = case[1].as_array().expect("its trials");
        let passed = trials.iter().filter(|trial| trial["pass"] == true).count();
        passed > 0 && passed < trials.len()
    };
    for task in 0..3 {
        let id = format!("cases-{task}");
        let (all, kept) = (data(&whole, &id), data(&cut, &id));
        let (all, kept) = (all.as_array().expect("a list"), kept.as_array().expect("a list"));
        assert!(kept.iter().all(|case| all.contains(case)), "cases are whole");
        assert!(kept.iter().all(differs));
    }
    // The numbers are of all trials.
    let board = |page: &str| {
        let (_, rest) = page.split_once("<table class=\"board").expect("a leaderboard");
        rest.split_once("</table>").expect("its end").0.to_owned()
    };
    assert_eq!(board(&whole), board(&cut));
}

#[test]
fn long_texts_keep_their_beginning_and_their_end() {
    let manifest = manifest(&[("long", 1, 1, None)], 1);
    let mut trials = trials(&manifest);
    for trial in &mut trials {
        trial.output = Some(format!("begin{}end", "é".repeat(50_000)));
    }
    let page = page(&manifest, &trials, 20_000);
    let cases = data(&page, "cases-0");
    let output = &cases[0][1][0]["output"];
    assert!(
        output[0].as_str().expect("its beginning").starts_with("beginé"),
        "{output}"
    );
    assert!(output[2].as_str().expect("its end").ends_with("éend"));
    let kept = [&output[0], &output[2]].map(|part| part.as_str().expect("text").len() as u64);
    assert_eq!(kept[0] + kept[1] + output[1].as_u64().expect("bytes"), 100_008);
    assert!(kept[0] + kept[1] <= 8_000);
}

#[test]
fn junit_has_a_test_for_each_trial_and_tells_failures_from_errors() {
    let (manifest, mut trials) = full();
    trials.sort_by_key(|trial| {
        (
            trial.key.task,
            trial.key.candidate,
            trial.key.case,
            trial.key.epoch,
        )
    });
    trials[0].case = "c\u{ffff}\u{0}<\"&'>".to_owned();
    let mut counts = JunitCounts::new(&manifest);
    for trial in &trials {
        let view = trial.view();
        counts.add(view.key, view.outcome, view.pass);
    }
    let mut out = Vec::new();
    let mut file = Junit::begin(&manifest, &counts, &mut out).expect("the file is written");
    for trial in &trials {
        file.trial(&trial.view()).expect("the file is written");
    }
    file.end().expect("the file is written");
    let text = String::from_utf8(out).expect("text");
    let of = |wanted: &[Outcome]| {
        let found = trials.iter().filter(|trial| wanted.contains(&trial.outcome));
        found.count()
    };
    let errors = of(&[Outcome::ProviderError, Outcome::JudgeError, Outcome::ScorerError]);
    let skipped = of(&[Outcome::Skipped]);
    let passed = trials
        .iter()
        .filter(|trial| trial.view().pass == Some(true))
        .count();
    let failures = trials.len() - errors - skipped - passed;
    let head = format!(
        "<testsuites name=\"bench run 0193-sample\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" \
         skipped=\"{skipped}\">",
        trials.len()
    );
    assert!(
        text.contains(&head),
        "{}",
        text.lines().nth(1).unwrap_or_default()
    );
    assert_eq!(text.matches("<testsuite ").count(), manifest.candidates.len());
    assert_eq!(text.matches("<testcase ").count(), trials.len());
    assert_eq!(text.matches("<failure ").count(), failures);
    assert_eq!(text.matches("<error ").count(), errors);
    assert!(text.contains("name=\"c\u{fffd}\\u{0}&lt;&quot;&amp;&#39;&gt;\""));
    let legal = |character: char| character == '\n' || character == '\t' || !character.is_control();
    assert!(text.chars().all(legal));
}
