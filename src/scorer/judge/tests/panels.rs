//! Who is asked, and one score of what they say.

use super::*;
use crate::model::{JudgeFault, Score, ScorerError};

const RUBRIC: &str = "judge: {by: careful, rubric: r}";
const PAIR: &str = "pairwise: {by: careful, against: golden}";

fn conclude(judge: Judge, values: &[Result<f64, &str>]) -> Result<Score, ScorerError> {
    let verdicts: Vec<MemberVerdict> = (0..)
        .zip(values)
        .map(|(member, value)| verdict(member, Shown::Alone, *value))
        .collect();
    scorer_of(RUBRIC, judge).unwrap().conclude(&verdicts, &[])
}

fn value(aggregate: Aggregate, values: &[f64]) -> (f64, bool) {
    let judge = Judge {
        aggregate,
        ..panel(values.len())
    };
    let said: Vec<Result<f64, &str>> = values.iter().map(|value| Ok(*value)).collect();
    let score = conclude(judge, &said).unwrap();
    ((score.value * 1e6).round() / 1e6, score.pass)
}

#[test]
fn members_scores_become_one_as_the_judge_says() {
    assert_eq!(value(Aggregate::Mean, &[0.2, 0.4, 0.9]), (0.5, true));
    assert_eq!(value(Aggregate::Median, &[0.9, 0.2, 0.4]), (0.4, false));
    assert_eq!(value(Aggregate::Median, &[0.9, 0.2, 0.4, 0.6]), (0.5, true));
    assert_eq!(value(Aggregate::Min, &[0.9, 0.2, 0.4]), (0.2, false));
    assert_eq!(value(Aggregate::Majority, &[0.9, 0.5, 0.4]), (1.0, true));
    assert_eq!(value(Aggregate::Majority, &[0.9, 0.1, 0.4]), (0.0, false));
    // Half of them is no majority.
    assert_eq!(value(Aggregate::Majority, &[0.9, 0.1]), (0.5, false));
}

#[test]
fn weights_count_in_a_weighted_mean_over_the_members_that_answered() {
    let judge = || Judge {
        aggregate: Aggregate::WeightedMean,
        ..panel(3)
    };
    let mut verdicts: Vec<MemberVerdict> = [0.2, 0.8, 0.5]
        .iter()
        .zip(0..)
        .map(|(value, member)| verdict(member, Shown::Alone, Ok(*value)))
        .collect();
    verdicts[1].weight = 3.0;
    verdicts[2].weight = 0.0;
    let scorer = scorer_of(RUBRIC, judge()).unwrap();
    assert!((scorer.conclude(&verdicts, &[]).unwrap().value - 0.65).abs() < 1e-12);
    verdicts[1].said = Err(crate::model::MemberFault {
        message: "gone".to_owned(),
        class: None,
    });
    assert!((scorer.conclude(&verdicts, &[]).unwrap().value - 0.2).abs() < 1e-12);
}

#[test]
fn the_eight_of_a_review_team_need_four_verdicts() {
    let fails = Err("the reply holds no JSON object: `hm`");
    let four = [Ok(0.6), Ok(0.7), Ok(0.5), Ok(0.8), fails, fails, fails, fails];
    assert!((conclude(panel(8), &four).unwrap().value - 0.65).abs() < 1e-12);
    let three = [Ok(0.6), Ok(0.7), Ok(0.5), fails, fails, fails, fails, fails];
    let error = conclude(panel(8), &three).unwrap_err();
    assert_eq!(error.judge, Some(JudgeFault::Failed));
    assert!(
        error
            .message
            .contains("3 of 8 members gave a verdict, and 4 must"),
        "{error}"
    );
    assert!(
        error.message.contains("p7/m: the reply holds no JSON object"),
        "{error}"
    );
}

#[test]
fn a_quorum_is_a_count_or_a_share() {
    let with = |quorum| Judge { quorum, ..panel(4) };
    let two = [Ok(1.0), Ok(1.0), Err("x"), Err("x")];
    assert!(conclude(with(Quorum::Count(2)), &two).is_ok());
    assert!(conclude(with(Quorum::Count(3)), &two).is_err());
    assert!(conclude(with(Quorum::Share(0.5)), &two).is_ok());
    assert!(conclude(with(Quorum::Share(0.51)), &two).is_err());
    assert_eq!(Quorum::default().of(3), 2);
    assert_eq!(Quorum::Share(0.1).of(30), 3);
}

#[test]
fn a_single_judge_that_fails_gives_no_score() {
    let error = conclude(panel(1), &[Err("the reply is empty")]).unwrap_err();
    assert_eq!(error.judge, Some(JudgeFault::Failed));
    assert_eq!(error.message, "no verdict; p0/m: the reply is empty");
}

#[test]
fn members_of_the_candidates_provider_are_not_asked() {
    let scorer = scorer_of(RUBRIC, panel(3)).unwrap();
    assert_eq!(scorer.panel(&model("p1/other"), None), (vec![0, 2], vec![1]));
    assert_eq!(
        scorer.panel(&model("p1/other"), Some(&model("p2/x"))),
        (vec![0], vec![1, 2])
    );
    let same_model = Judge {
        exclude: Exclude::SameModel,
        ..panel(3)
    };
    let scorer = scorer_of(RUBRIC, same_model).unwrap();
    assert_eq!(scorer.panel(&model("p1/other"), None).1, Vec::<usize>::new());
    assert_eq!(scorer.panel(&model("p1/m"), None).1, vec![1]);
    let mut itself = Judge {
        exclude: Exclude::None,
        ..panel(1)
    };
    itself.members[0].model = JudgeModel::Candidate;
    assert_eq!(
        scorer_of(RUBRIC, itself).unwrap().panel(&model("p1/m"), None),
        (vec![0], vec![])
    );
}

#[test]
fn a_panel_that_may_not_judge_says_so() {
    let scorer = scorer_of(RUBRIC, panel(2)).unwrap();
    let error = scorer.conclude(&[], &[0, 1]).unwrap_err();
    assert!(
        error
            .message
            .contains("no member may judge this candidate: p0/m, p1/m"),
        "{error}"
    );
    let strict = Judge {
        quorum: Quorum::Count(2),
        ..panel(2)
    };
    let scorer = scorer_of(RUBRIC, strict).unwrap();
    let one = [verdict(0, Shown::Alone, Ok(0.9))];
    let error = scorer.conclude(&one, &[1]).unwrap_err();
    assert!(
        error.message.contains("may not judge this candidate: p1/m"),
        "{error}"
    );
}

#[test]
fn at_least_is_told_on_the_scale() {
    let pass = |yaml: &str, value: f64| {
        let scorer = scorer(yaml);
        scorer
            .conclude(&[verdict(0, Shown::Alone, Ok(value))], &[])
            .unwrap()
            .pass
    };
    assert!(pass(RUBRIC, 0.5) && !pass(RUBRIC, 0.49));
    let strict = "judge: {by: careful, rubric: r, scale: [1, 5], at-least: 4}";
    assert!(pass(strict, 0.75) && !pass(strict, 0.7));
}

#[test]
fn figures_of_criteria_are_means_over_the_members() {
    let scorer = scorer_of("judge: {by: careful, criteria: {facts: a, style: b}}", panel(2)).unwrap();
    let mut verdicts = vec![
        verdict(0, Shown::Alone, Ok(0.5)),
        verdict(1, Shown::Alone, Ok(0.7)),
    ];
    for (verdict, facts) in verdicts.iter_mut().zip([0.4, 0.8]) {
        if let Ok(opinion) = &mut verdict.said {
            opinion.criteria = vec![("facts".into(), facts), ("style".into(), 0.6)];
        }
    }
    let named = scorer.conclude(&verdicts, &[]).unwrap().named;
    assert_eq!(named.len(), 2);
    assert!((named[0].1 - 0.6).abs() < 1e-12 && named[0].0 == "facts");
    assert!((named[1].1 - 0.6).abs() < 1e-12);
}

#[test]
fn a_verdict_that_flips_with_the_order_is_a_tie_and_counted() {
    let both = |first: f64, second: f64| {
        let verdicts = [
            verdict(0, Shown::First, Ok(first)),
            verdict(0, Shown::Second, Ok(second)),
        ];
        let score = scorer(PAIR).conclude(&verdicts, &[]).unwrap();
        (score.value, score.named[0].1)
    };
    assert_eq!(both(1.0, 1.0), (1.0, 0.0));
    assert_eq!(both(1.0, 0.0), (0.5, 1.0));
    assert_eq!(both(0.9, 0.2), (0.5, 1.0));
    assert_eq!(both(1.0, 0.5), (0.75, 0.0));
    let half = [
        verdict(0, Shown::First, Ok(1.0)),
        verdict(0, Shown::Second, Err("the reply is empty")),
    ];
    let error = scorer(PAIR).conclude(&half, &[]).unwrap_err();
    assert!(error.message.contains("p0/m: the reply is empty"), "{error}");
    let first = scorer("pairwise: {by: careful, against: golden, orders: first}");
    assert_eq!(first.orders(), [Shown::First]);
    assert_eq!(first.conclude(&half[..1], &[]).unwrap().value, 1.0);
}

#[test]
fn games_against_several_become_the_share_that_is_won() {
    let scorer = scorer("pairwise: {by: careful, against: all}");
    let game = |value: f64| Ok(Score::graded(value, value >= 0.5, "").with_named("flipped", value));
    let lost = || Err(ScorerError::judge(JudgeFault::Failed, "no verdict"));
    let score = scorer
        .together(vec![game(1.0), game(0.5), game(0.0), lost()])
        .unwrap();
    assert_eq!((score.value, score.pass), (0.5, true));
    assert_eq!(score.explanation, "1 won, 1 tied, 1 lost, 1 without a verdict");
    assert_eq!(score.named, [("flipped".into(), 0.5)]);
    assert!(scorer.together(vec![game(1.0), lost(), lost()]).is_err());
    assert!(
        scorer
            .together(Vec::new())
            .unwrap_err()
            .message
            .contains("compared with nothing")
    );
}

#[test]
fn explanations_show_the_verdict_and_why_in_one_line() {
    let explain = |judge: Judge, values: &[Result<f64, &str>]| {
        conclude(judge, values).unwrap().explanation.into_owned()
    };
    assert_eq!(explain(panel(1), &[Ok(0.7)]), "7 of 10: because");
    assert_eq!(
        explain(panel(2), &[Ok(0.7), Ok(0.6)]),
        "6.5 of 10 by 2 members (7, 6)"
    );
}
