//! What a task may say of scorers that ask judges.

use super::*;
use crate::scorer::tests::lowered;

#[track_caller]
fn mistake(yaml: &str, words: &[&str]) {
    let problem = match lowered(yaml) {
        Err(problem) => problem,
        Ok(_) => scorer_of(yaml, panel(1))
            .err()
            .unwrap_or_else(|| panic!("{yaml} is accepted")),
    };
    for word in words {
        assert!(problem.contains(word), "{yaml}\n{problem}\nlacks {word}");
    }
}

#[test]
fn options_that_cannot_work_are_errors() {
    mistake("judge: {rubric: r}", &["says not who judges", "by: NAME"]);
    mistake("judge: careful", &["write a `rubric`, or `criteria`"]);
    mistake("judge: {by: careful, rubric: ' '}", &["`rubric` is empty"]);
    mistake("judge: {by: careful, rubrik: r}", &["rubrik", "rubric"]);
    mistake(
        "judge: {by: careful, rubric: r, scale: [5, 1]}",
        &["[lowest, highest]"],
    );
    mistake(
        "judge: {by: careful, rubric: r, scale: 5}",
        &["[lowest, highest]", "`pass`"],
    );
    mistake(
        "judge: {by: careful, rubric: r, choices: {A: 1}}",
        &["at least two"],
    );
    mistake(
        "judge: {by: careful, rubric: r, choices: {A: 1, a: 0}}",
        &["twice"],
    );
    mistake(
        "judge: {by: careful, rubric: r, choices: {A: 2, B: 0}}",
        &["`choices.A: 2`"],
    );
    mistake(
        "judge: {by: careful, rubric: r, choices: {A: 1, B: 0}, scale: [0, 1]}",
        &["`scale` and `choices`"],
    );
    mistake(
        "judge: {by: careful, criteria: {a: x}, choices: {A: 1, B: 0}}",
        &["`criteria`", "`choices`"],
    );
    mistake("judge: {by: careful, criteria: {}}", &["`criteria` is empty"]);
    mistake(
        "judge: {by: careful, criteria: {a: {weight: -1}}}",
        &["`criteria.a.weight: -1`"],
    );
    mistake("judge: {by: careful, criteria: {a: {weight: 0}}}", &["weight 0"]);
    mistake(
        "judge: {by: careful, rubric: r, at-least: 11}",
        &["`at-least: 11`", "0 to 10"],
    );
    mistake(
        "judge: {by: careful, rubric: r, scale: [1, 5], at-least: 0}",
        &["1 to 5"],
    );
    mistake("judge: {by: careful, rubric: r, reads: jsn}", &["jsn", "json"]);
    mistake(
        "judge: {by: careful, rubric: r, reads: letter}",
        &["a number on a scale", "`letter`"],
    );
    mistake(
        "judge: {by: careful, criteria: {a: x}, reads: rating}",
        &["`json` only"],
    );
    mistake(
        "judge: {by: careful, rubric: r, sample: {top: 2, rest: 0.1}}",
        &["`sample.top: 2`"],
    );
    mistake(
        "judge: {by: careful, rubric: r, sample: {top: 0.2}}",
        &["`sample.rest`"],
    );
    mistake("factuality: {by: careful, values: {F: 1}}", &["no verdict `F`"]);
    mistake("factuality: {by: careful, values: {A: 3}}", &["`values.A: 3`"]);
    mistake("closed-qa: {by: careful}", &["`criterion`"]);
    mistake("pairwise: {by: careful}", &["`against: golden`"]);
    mistake("pairwise: {by: careful, against: best}", &["`against: best`"]);
    mistake("pairwise: {by: careful, against: 'x/[a'}", &["glob"]);
    mistake(
        "pairwise: {by: careful, against: golden, rounds: 2}",
        &["`against: all`"],
    );
    mistake(
        "pairwise: {by: careful, against: all, rounds: 0}",
        &["`rounds: 0`"],
    );
    mistake(
        "pairwise: {by: careful, against: all, at-least: 1}",
        &["not worse"],
    );
    mistake(
        "pairwise: {by: careful, against: all, sample: {rest: 0.5}}",
        &["`rounds`"],
    );
    mistake(
        "pairwise: {by: careful, against: all, reads: percent}",
        &["the better of two"],
    );
}

#[test]
fn a_judge_that_sees_a_sample_has_no_weight() {
    let sampled = "judge: {by: careful, rubric: r, sample: {top: 0.2, rest: 0.1}}";
    let lowered_one = lowered(sampled).unwrap();
    assert_eq!(lowered_one.weight, 0.0);
    assert_eq!(lowered(&format!("{sampled}\nweight: 0")).unwrap().weight, 0.0);
    mistake(
        &format!("{sampled}\nweight: 2"),
        &["`weight: 2` beside `sample`", "leave `weight` out"],
    );
    let sampling = scorer(sampled).sample().unwrap();
    assert_eq!((sampling.top, sampling.rest), (0.2, 0.1));
}

#[test]
fn the_hash_of_a_scorer_covers_its_judge() {
    let hash = |judge: Judge| {
        let mut spec = spec("judge: {by: careful, rubric: r}");
        if let ScorerConfig::Judge(judging) = &mut spec.config {
            judging.supplied = Some(Arc::new(judge));
        }
        serde_json::to_string(&spec).unwrap()
    };
    let base = hash(panel(2));
    assert!(
        base.contains("rubric-1 "),
        "the version of the prompt is part of it: {base}"
    );
    let changed = [
        Judge {
            aggregate: Aggregate::Min,
            ..panel(2)
        },
        Judge {
            template: Some("{{ output }}".to_owned()),
            ..panel(2)
        },
        panel(3),
    ];
    for judge in changed {
        assert_ne!(hash(judge), base);
    }
    let elsewhere = Judge {
        path: Some("elsewhere.yaml".into()),
        labels: Some("/somewhere/labels.csv".into()),
        ..panel(2)
    };
    assert_eq!(hash(elsewhere), base, "where files lie is no part of it");
}

#[test]
fn a_template_that_does_not_show_the_other_output_cannot_compare() {
    let judge = Judge {
        template: Some("{{ output }}".to_owned()),
        ..panel(1)
    };
    let problem = scorer_of("pairwise: {by: careful, against: all}", judge).unwrap_err();
    assert!(problem.contains("does not show `other`"), "{problem}");
}

#[test]
fn candidates_to_compare_with_are_named_by_globs() {
    let scorer = scorer("pairwise: {by: careful, against: 'openai/*mini'}");
    assert!(scorer.meets_candidates());
    let fits = scorer.reference().unwrap();
    assert!(fits("openai/gpt-5-mini") && !fits("openai/gpt-5"));
    let golden = super::scorer("pairwise: {by: careful, against: golden}");
    assert!(!golden.meets_candidates() && golden.reference().is_none());
    assert_eq!(
        golden.other_of(&case(json!({"a": 1}))).as_deref(),
        Some("{\"a\":1}")
    );
}
