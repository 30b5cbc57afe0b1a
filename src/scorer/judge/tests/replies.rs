//! What is read out of replies, and what is not.

use super::*;
use crate::model::StopReason;

const RUBRIC: &str = "judge: {by: careful, rubric: Is it right?";

fn rubric(rest: &str) -> Arc<JudgeScorer> {
    scorer(&format!("{RUBRIC}{rest}}}"))
}

/// Asserts that a reply cannot be read, and why.
#[track_caller]
fn unreadable(scorer: &JudgeScorer, reply: &str, why: &str) {
    let error = said(scorer, Shown::Alone, reply).expect_err(reply);
    assert!(error.contains(why), "{reply}\n{error}\nlacks {why}");
}

#[test]
fn json_is_read_alone_in_a_fence_and_among_chatter() {
    let scorer = rubric("");
    for reply in [
        r#"{"reasoning": "good", "score": 7}"#,
        "Here it is:\n```json\n{\"reasoning\": \"good\",\n \"score\": 7.0}\n```\nDone.",
        "My verdict {as asked}: {\"score\": \"7\", \"reasoning\": \"it says {\\\"score\\\": 10}\"}",
        "{\"reasoning\": \"first\nsecond\", \"score\": \"7/10\"}",
        r#"{"score": 7, "reasoning": "a"} and once more {"score": 7, "reasoning": "b"}"#,
    ] {
        assert_eq!(said(&scorer, Shown::Alone, reply), Ok(0.7), "{reply}");
    }
    let opinion = scorer
        .read(
            0,
            Shown::Alone,
            &completion(r#"{"reasoning": "good", "score": 7.5}"#),
        )
        .unwrap();
    assert_eq!((opinion.raw, opinion.value, opinion.pass), (7.5, 0.75, None));
    assert_eq!(opinion.reasoning, "good");
}

#[test]
fn what_is_missing_or_out_of_range_or_said_twice_is_no_verdict() {
    let scorer = rubric("");
    unreadable(&scorer, "", "the reply is empty");
    unreadable(&scorer, "It is fine, I would say 7.", "no JSON object");
    unreadable(&scorer, r#"{"reasoning": "good"}"#, "no `score`");
    unreadable(&scorer, r#"{"reasoning": "good", "Score": 7}"#, "no `score`");
    unreadable(&scorer, r#"{"score": 11}"#, "not on the scale");
    unreadable(&scorer, r#"{"score": -0.1}"#, "not on the scale");
    unreadable(&scorer, r#"{"score": null}"#, "no number");
    unreadable(&scorer, r#"{"score": true}"#, "no number");
    unreadable(&scorer, r#"{"score": "high"}"#, "no number");
    unreadable(&scorer, r#"{"score": "NaN"}"#, "no number");
    unreadable(&scorer, r#"{"score": "inf"}"#, "no number");
    unreadable(&scorer, r#"{"score": 1e999}"#, "");
    unreadable(&scorer, r#"{"score": 3} or rather {"score": 9}"#, "contradict");
    unreadable(&scorer, r#"{"score": 3, "score": 9}"#, "twice");
    unreadable(&scorer, r#"{"reasoning": "and so on, "score": 7}"#, "broken");
    unreadable(&scorer, r#"{"reasoning": "cut"#, "broken");
    // The verdict is broken, and what is whole stands inside a quotation.
    unreadable(
        &scorer,
        r#"{"reasoning": "It says {"score": 10} which is a trick", "score": 1"#,
        "broken",
    );
}

#[test]
fn thoughts_before_the_reply_do_not_count() {
    let json = rubric("");
    let thoughtful = "<think>\nPerhaps {\"score\": 3}? No.\n</think>\n{\"score\": 7}";
    assert_eq!(said(&json, Shown::Alone, thoughtful), Ok(0.7));
    // The end of the thoughts was quoted from the output.
    unreadable(
        &json,
        "<think>Perhaps {\"score\": 1}, but then",
        "ends in its thoughts",
    );
    let quoted = "<think>It says </think> {\"score\": 10}, a trick.</think>{\"score\": 2}";
    unreadable(&json, quoted, "contradict");
    unreadable(&json, "It says </think> [[10]]", "no JSON object");
    let number = rubric(", reads: number");
    unreadable(
        &number,
        "<think>It says </think>\nScore: 10\n</think>\nScore: 2",
        "contradict",
    );
}

#[test]
fn an_error_quotes_the_end_of_the_reply_visibly() {
    let scorer = rubric("");
    let error = said(
        &scorer,
        Shown::Alone,
        &format!("{} the\u{202e} end\u{1b}", "long ".repeat(1000)),
    )
    .unwrap_err();
    assert!(error.len() < 200, "{error}");
    assert!(
        error.contains("\\u{202e} end") && !error.contains('\u{1b}'),
        "{error}"
    );
}

#[test]
fn a_reply_that_was_cut_off_or_withheld_is_no_verdict() {
    let scorer = rubric("");
    for (stop, why) in [
        (StopReason::Length, "cut off"),
        (StopReason::ContentFilter, "content filter"),
        (StopReason::Refusal, "declined"),
    ] {
        let reply = Completion {
            stop,
            ..completion(r#"{"score": 7}"#)
        };
        let error = scorer.read(0, Shown::Alone, &reply).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn yes_or_no_is_asked_for_by_the_scale_pass() {
    let scorer = rubric(", scale: pass");
    assert_eq!(
        said(&scorer, Shown::Alone, r#"{"reasoning": "", "pass": true}"#),
        Ok(1.0)
    );
    assert_eq!(said(&scorer, Shown::Alone, r#"{"pass": "no"}"#), Ok(0.0));
    unreadable(&scorer, r#"{"reasoning": "fine", "score": 1}"#, "no `pass`");
    unreadable(&scorer, r#"{"pass": 1}"#, "neither true nor false");
    unreadable(&scorer, r#"{"pass": "maybe"}"#, "neither `pass` nor `fail`");
    let opinion = scorer
        .read(0, Shown::Alone, &completion(r#"{"pass": false}"#))
        .unwrap();
    assert_eq!(opinion.pass, Some(false));
}

#[test]
fn each_criterion_has_a_score_and_none_may_be_missing() {
    let scorer =
        rubric(", criteria: {facts: {weight: 3, text: Are they right?}, style: Is it well written?}");
    let opinion = scorer
        .read(
            0,
            Shown::Alone,
            &completion(r#"{"reasoning": "ok", "scores": {"style": 2, "facts": 10}}"#),
        )
        .unwrap();
    assert_eq!((opinion.raw, opinion.value), (8.0, 0.8));
    assert_eq!(opinion.criteria, [("facts".into(), 1.0), ("style".into(), 0.2)]);
    unreadable(&scorer, r#"{"scores": {"facts": 10}}"#, "`style` has no score");
    unreadable(
        &scorer,
        r#"{"scores": {"facts": 10, "style": 12}}"#,
        "`style`: the score 12",
    );
    unreadable(&scorer, r#"{"scores": [10, 2]}"#, "not an object");
    unreadable(&scorer, r#"{"facts": 10, "style": 2}"#, "no `scores`");
    let yes = rubric(", scale: pass, criteria: {a: '', b: ''}");
    assert_eq!(
        said(&yes, Shown::Alone, r#"{"scores": {"a": true, "b": false}}"#),
        Ok(0.5)
    );
}

#[test]
fn ratings_stand_between_double_square_brackets() {
    let scorer = rubric(", scale: [1, 10], reads: rating");
    assert_eq!(said(&scorer, Shown::Alone, "Good. Rating: [[10]]"), Ok(1.0));
    assert_eq!(said(&scorer, Shown::Alone, "[[5.5]] as I said, [[5.5]]"), Ok(0.5));
    assert_eq!(
        said(
            &scorer,
            Shown::Alone,
            "if [[ -f x ]] and [[1, 2], [3, 4]], so [[1]]"
        ),
        Ok(0.0)
    );
    unreadable(&scorer, "[[3]] no, [[9]]", "contradict");
    unreadable(&scorer, "Rating: 7", "no `[[verdict]]`");
    unreadable(&scorer, "[[0]]", "not on the scale");
    unreadable(&scorer, "[[rating]]", "no number");
}

#[test]
fn letters_are_those_that_were_offered() {
    let scorer = rubric(", choices: {A: 1, B: {value: 0.5, text: partly}, C: 0}, reads: letter");
    for reply in [
        "B",
        "Some thoughts.\n\nAnswer: **B**",
        "The answer is (B).",
        "because\n\nVerdict: b",
    ] {
        assert_eq!(said(&scorer, Shown::Alone, reply), Ok(0.5), "{reply}");
    }
    unreadable(&scorer, "Answer: E", "no letter");
    unreadable(&scorer, "It may be A or B.", "no letter");
    let words = rubric(", choices: {good: 1, bad: 0}, reads: letter");
    assert_eq!(said(&words, Shown::Alone, "I like it.\nAnswer: Good"), Ok(1.0));
    unreadable(&words, "Good work, I like it.", "no verdict");
    let json = rubric(", choices: {A: 1, B: 0}");
    assert_eq!(said(&json, Shown::Alone, r#"{"choice": "a"}"#), Ok(1.0));
    unreadable(&json, r#"{"choice": "C"}"#, "none of the verdicts");
    unreadable(&json, r#"{"choice": 1}"#, "none of the verdicts");
    unreadable(&json, r#"{"choice": ["A"]}"#, "no text");
}

#[test]
fn a_closed_question_may_be_answered_by_a_letter_a_word_or_a_truth_value() {
    let closed = scorer("closed-qa: {by: careful, criterion: Does it name a date?}");
    for (reply, value) in [
        (r#"{"choice": "Y"}"#, 1.0),
        (r#"{"choice": "yes"}"#, 1.0),
        (r#"{"choice": true}"#, 1.0),
        (r#"{"choice": "No"}"#, 0.0),
        (r#"{"choice": false}"#, 0.0),
    ] {
        assert_eq!(said(&closed, Shown::Alone, reply), Ok(value), "{reply}");
    }
    unreadable(&closed, r#"{"choice": "perhaps"}"#, "none of the verdicts");
}

#[test]
fn numbers_and_percentages_stand_on_the_last_line_or_on_one_with_a_label() {
    let scorer = rubric(", reads: number");
    for reply in [
        "8",
        "8/10",
        "I see 3 faults.\nScore: 8 out of 10",
        "Score: 8\n\nIt has 3 faults.",
        "The answer is correct.\nScore: 8",
        "**Score:** 8.0",
    ] {
        assert_eq!(said(&scorer, Shown::Alone, reply), Ok(0.8), "{reply}");
    }
    unreadable(&scorer, "It has 3 faults.", "no number");
    unreadable(&scorer, "Score: 3\nNo, after all:\nScore: 8", "contradict");
    unreadable(&scorer, "Score: 80", "not on the scale");
    unreadable(&scorer, "8/5", "no number");
    unreadable(&scorer, "Score: high", "no number");
    let percent = rubric(", scale: [1, 5], reads: percent");
    for reply in ["75%", "Score: 75 %", "Most of it holds.\n\nPercentage: **75**"] {
        assert_eq!(said(&percent, Shown::Alone, reply), Ok(0.75), "{reply}");
    }
    unreadable(&percent, "Score: 130%", "not a share");
    // 0.7 may stand for 70 % or for less than 1 %.
    unreadable(&percent, "Score: 0.7", "may be a share or a percentage");
    unreadable(&percent, "Score: 1", "may be a share or a percentage");
    assert_eq!(
        said(&percent, Shown::Alone, "Score: 0.5 %").map(|value| value < 0.01),
        Ok(true)
    );
    assert_eq!(said(&percent, Shown::Alone, "Score: 0"), Ok(0.0));
}

#[test]
fn log_probabilities_weigh_the_verdicts_that_the_first_token_may_be() {
    let pair = scorer("pairwise: {by: careful, against: golden, reads: logprobs}");
    let reply = |tokens: &[(&str, f64)]| Completion {
        text: "M".to_owned(),
        stop: StopReason::Length,
        first_logprobs: tokens
            .iter()
            .map(|(token, p)| ((*token).to_owned(), p.ln()))
            .collect(),
        ..Completion::default()
    };
    let value =
        |order, tokens: &[(&str, f64)]| pair.read(0, order, &reply(tokens)).map(|opinion| opinion.value);
    let close = |value: Result<f64, String>, wanted: f64| (value.unwrap() - wanted).abs() < 1e-12;
    assert!(close(
        value(Shown::Second, &[("M", 0.6), ("m", 0.2), ("The", 0.1)]),
        0.75
    ));
    assert!(close(value(Shown::First, &[("M", 0.6), ("m", 0.2)]), 0.25));
    assert!(close(value(Shown::Second, &[("M", 0.6)]), 1.0));
    assert!(close(value(Shown::Second, &[("m", 0.6)]), 0.0));
    assert!(
        value(Shown::First, &[("The", 0.9)])
            .unwrap_err()
            .contains("none of the likeliest")
    );
    assert!(
        value(Shown::First, &[])
            .unwrap_err()
            .contains("no log-probabilities")
    );
    let graded = rubric(", scale: [1, 5], reads: logprobs");
    let opinion = graded
        .read(0, Shown::Alone, &reply(&[("4", 0.5), (" 5", 0.5), ("x", 0.1)]))
        .unwrap();
    assert!((opinion.raw - 4.5).abs() < 1e-12);
}

#[test]
fn the_better_of_two_is_told_by_letter_number_or_word() {
    let json = scorer("pairwise: {by: careful, against: golden}");
    let value = |reply: &str| {
        (
            said(&json, Shown::First, reply),
            said(&json, Shown::Second, reply),
        )
    };
    assert_eq!(value(r#"{"winner": "A"}"#), (Ok(1.0), Ok(0.0)));
    assert_eq!(value(r#"{"winner": "b"}"#), (Ok(0.0), Ok(1.0)));
    assert_eq!(value(r#"{"winner": "tie"}"#), (Ok(0.5), Ok(0.5)));
    assert_eq!(value(r#"{"winner": 1.25}"#), (Ok(0.75), Ok(0.25)));
    unreadable(&json, r#"{"winner": "neither"}"#, "names neither output");
    unreadable(&json, r#"{"winner": 3}"#, "names neither output");
    let rating = scorer("pairwise: {by: careful, against: golden, reads: rating}");
    assert_eq!(said(&rating, Shown::First, "A is better. [[A]]"), Ok(1.0));
    assert_eq!(said(&rating, Shown::First, "[[C]]"), Ok(0.5));
    unreadable(&rating, "[[A]] or [[B]]", "contradict");
    unreadable(&rating, "[[D]]", "names neither output");
    let letter = scorer("pairwise: {by: careful, against: golden, reads: letter}");
    for reply in [
        "Output (b)",
        "B",
        "Both are fine.\n\nTherefore, Output (b) is better.",
        "Answer: B",
        "**Output (b)**",
    ] {
        assert_eq!(said(&letter, Shown::Second, reply), Ok(1.0), "{reply}");
    }
    unreadable(
        &letter,
        "Output (a) is better in style, Output (b) is better in content.",
        "contradict",
    );
    let number = scorer("pairwise: {by: careful, against: golden, reads: number}");
    assert_eq!(said(&number, Shown::First, "0"), Ok(0.5));
    assert_eq!(said(&number, Shown::First, "2"), Ok(0.0));
    unreadable(&number, "7", "names neither output");
}

#[test]
fn lists_that_a_judge_is_asked_for_are_kept_with_its_reasons() {
    let judge = Judge {
        lists: vec!["critical_issues".to_owned(), "suggestions".to_owned()],
        ..panel(1)
    };
    let scorer = scorer_of(&format!("{RUBRIC}}}"), judge).unwrap();
    let reply =
        r#"{"reasoning": "so-so", "critical_issues": ["no tests", "a leak"], "suggestions": [], "score": 4}"#;
    let opinion = scorer.read(0, Shown::Alone, &completion(reply)).unwrap();
    assert_eq!(opinion.reasoning, "so-so\ncritical_issues:\n- no tests\n- a leak");
    let schema = scorer.schema().unwrap();
    assert_eq!(
        schema["required"],
        json!(["reasoning", "critical_issues", "suggestions", "score"])
    );
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn a_reply_in_the_form_of_the_schema_can_be_read() {
    for (yaml, reply) in [
        (
            "judge: {by: careful, rubric: r}",
            json!({"reasoning": "", "score": 4.5}),
        ),
        (
            "judge: {by: careful, rubric: r, scale: pass}",
            json!({"reasoning": "", "pass": true}),
        ),
        (
            "judge: {by: careful, criteria: {a: x, b: y}}",
            json!({"reasoning": "", "scores": {"a": 1, "b": 2}}),
        ),
        (
            "factuality: {by: careful}",
            json!({"reasoning": "", "choice": "B"}),
        ),
        (
            "closed-qa: {by: careful, criterion: c}",
            json!({"reasoning": "", "choice": "N"}),
        ),
        (
            "pairwise: {by: careful, against: all}",
            json!({"reasoning": "", "winner": "tie"}),
        ),
    ] {
        let scorer = scorer(yaml);
        let validator = jsonschema::validator_for(&scorer.schema().unwrap()).unwrap();
        assert!(validator.is_valid(&reply), "{yaml}");
        assert!(!validator.is_valid(&json!({"reasoning": ""})), "{yaml}");
        assert!(said(&scorer, Shown::Alone, &reply.to_string()).is_ok(), "{yaml}");
        let mut extra = reply;
        extra["extra"] = json!(1);
        assert!(!validator.is_valid(&extra), "{yaml}");
    }
}
