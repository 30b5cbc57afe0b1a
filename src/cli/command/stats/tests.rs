//! Small tables.

use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn found(arguments: &str, text: &str) -> Result<Found, String> {
    let words = std::iter::once("stats").chain(arguments.split_whitespace());
    let args = Line::try_parse_from(words)
        .map_err(|error| error.to_string())?
        .args;
    let told = |failure: Failure| failure.message().unwrap_or_default().to_owned();
    let table = Table::parse("table".to_owned(), text).map_err(told)?;
    compute(&args, &table).map_err(told)
}

const PAIRED: &str = "case,model,score\na,x,1\na,y,1\nb,x,1\nb,y,0\nc,x,1\nc,y,0\nd,x,0\nd,y,\n";

#[test]
fn numbers_alone_are_scores_in_any_format() {
    for text in [
        "[1, 0, 1, 1]",
        "1\n0\n1\n1\n",
        "{\"score\": 1}\n{\"score\": 0}\n{\"score\": 1}\n{\"score\": 1}",
        "score\n1\n0\n1\n1\n",
    ] {
        let row = &found("interval", text).unwrap().rows[0];
        assert_eq!((row.estimate, row.n), (Some(0.75), Some(4)), "{text}");
        assert!((row.low.unwrap() - 0.3006).abs() < 1e-3, "{text}");
    }
}

#[test]
fn differences_are_of_cases_with_both_scores() {
    let row = &found("difference --baseline x", PAIRED).unwrap().rows[0];
    assert_eq!((row.name.as_str(), row.against.as_deref()), ("y", Some("x")));
    assert_eq!(row.n, Some(3));
    assert!((row.estimate.unwrap() + 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(row.more.get("missing"), Some(&1.0));
    let error = found("difference --baseline z", PAIRED).err().unwrap();
    assert!(
        error.contains("no candidate is called `z`") && error.contains("`x`"),
        "{error}"
    );
}

#[test]
fn what_a_cell_cannot_be_is_told_with_its_line() {
    let error = found("interval", "case,score\na,1\nb,good\n").err().unwrap();
    assert!(error.contains("line 3") && error.contains("`good`"), "{error}");
    let error = found("interval", "case,score\na,4\n").err().unwrap();
    assert!(error.contains("--scale LOW:HIGH"), "{error}");
    let row = &found("interval --scale 1:5", "case,score\na,4\nb,2\n")
        .unwrap()
        .rows[0];
    assert_eq!(row.estimate, Some(0.5));
    let error = found("interval --score points", "case,score\na,1\n")
        .err()
        .unwrap();
    assert!(
        error.contains("no column `points`") && error.contains("`score`"),
        "{error}"
    );
}

#[test]
fn epochs_are_averaged_before_anything_else() {
    let text = "case,score\na,1\na,0\nb,1\nb,1\n";
    let row = &found("interval", text).unwrap().rows[0];
    assert_eq!((row.estimate, row.n), (Some(0.75), Some(2)));
    let rows = found("pass-at-k", text).unwrap().rows;
    let of = |name: &str| rows.iter().find(|row| row.name == name).unwrap().estimate;
    assert_eq!((of("pass@2"), of("pass^2")), (Some(1.0), Some(0.5)));
}

#[test]
fn every_method_takes_a_small_table_or_says_what_it_lacks() {
    let games = "a,b,outcome,case\nx,y,a,1\ny,x,a,2\nx,y,tie,3\n";
    let labels = "judge,human\n1,1\n0,0\n1,\n1,0\n";
    let raters = "a,b\ngood,good\nbad,good\nbad,bad\n";
    let ratings = "case,rater,score\n1,p,1\n1,q,2\n2,p,3\n2,q,3\n3,p,2\n3,q,2\n";
    let times = "case,model,score,cost\n1,x,1,2\n2,x,0,3\n1,y,1,1\n2,y,1,2\n";
    for (arguments, text) in [
        ("mcnemar", PAIRED),
        ("gate --baseline x --margin 0.1", PAIRED),
        ("ranks", PAIRED),
        ("correlation", PAIRED),
        ("power", PAIRED),
        ("sequence", PAIRED),
        ("level --at-least 0.5", PAIRED),
        ("posterior --at-least 0.5", PAIRED),
        ("holm", "p\n0.01\n0.04\n"),
        ("benjamini-hochberg", "p\n0.01\n0.04\n"),
        ("bradley-terry", games),
        ("ppi", labels),
        ("kappa", raters),
        ("alpha", ratings),
        ("mean --score cost", times),
        ("percentile --score cost --percent 50", times),
        ("ratio --score cost", times),
        ("front", times),
        ("macro --task model", PAIRED),
    ] {
        let found = found(arguments, text).unwrap_or_else(|error| panic!("{arguments}: {error}"));
        assert!(!found.rows.is_empty(), "{arguments}");
        assert!(
            found.text(80).lines().all(|line| line.chars().count() <= 80),
            "{arguments}"
        );
    }
    for (arguments, text, lack) in [
        ("level", PAIRED, "--at-least"),
        ("gate", PAIRED, "--baseline"),
        ("macro", PAIRED, "`task`"),
        ("difference", "score\n1\n", "`case`"),
        ("bradley-terry", PAIRED, "`a`"),
        ("holm", "p\n2\n", "0 to 1"),
        ("holm", "case,score\na,0.01\n", "no column `p` or `p_value`"),
        ("interval", "case,model,score\n", "no rows of data"),
        (
            "mean",
            "score\n1\n-2\n",
            "line 3: the value -2 in column `score` is not positive",
        ),
        ("mean", "seconds\n0\n", "is not positive"),
        ("ratio", "case,model,seconds\n1,x,1\n1,y,-1\n", "is not positive"),
        (
            "front",
            "case,model,score,cost\n1,x,1,2\n1,y,1,-1\n",
            "the cost -1 is below 0",
        ),
        (
            "front",
            "case,model,score,cost\n1,x,1,2\n1,y,1,\n",
            "no case has a score and a value of `cost`",
        ),
        (
            "interval",
            "case,epoch,score\na,1,1\na,1,0\n",
            "line 3: the case `a` is there twice with the epoch 1",
        ),
        (
            "interval",
            "case,cluster,model,score\na,1,x,1\na,2,y,0\n",
            "the case `a` is in the cluster `2` here and in the cluster `1` before",
        ),
        (
            "interval --margin 0.1",
            PAIRED,
            "--margin has no effect on `bench stats interval`",
        ),
        (
            "mcnemar --cluster case",
            PAIRED,
            "--cluster has no effect on `bench stats mcnemar`",
        ),
    ] {
        let error = found(arguments, text).err().unwrap();
        assert!(error.contains(lack), "{arguments}: {error}");
    }
}

#[test]
fn values_that_do_not_vary_give_no_interval_of_no_width() {
    let text = "case,model,seconds\n1,x,2\n2,x,2\n3,x,2\n1,y,4\n2,y,4\n3,y,4\n4,y,4\n";
    for (arguments, estimate) in [("mean", 2.0), ("ratio", 2.0)] {
        let row = &found(arguments, text).unwrap().rows[0];
        assert_eq!(
            (row.estimate, row.low, row.high),
            (Some(estimate), None, None),
            "{arguments}"
        );
        let warnings = row.warnings.join("; ");
        assert!(
            warnings.contains("no interval: the values do not vary"),
            "{arguments}: {warnings}"
        );
    }
    let warnings = found("ratio", text).unwrap().rows[0].warnings.join("; ");
    assert!(
        warnings.contains("1 cases with a value of one side only left out"),
        "{warnings}"
    );
}

#[test]
fn what_is_left_out_of_ratios_is_counted() {
    let text = "case,model,cost\n1,x,1\n2,x,2\n3,x,0\n1,y,2\n2,y,3\n3,y,1\n";
    let warnings = found("ratio", text).unwrap().rows[0].warnings.join("; ");
    assert!(
        warnings.contains("1 of 3 cases with a value of 0 left out of the geometric mean"),
        "{warnings}"
    );
    // Epochs are averaged before cases are paired.
    let text = "case,model,cost\n1,x,1\n1,x,3\n2,x,2\n1,y,4\n2,y,2\n2,y,6\n";
    let row = &found("ratio", text).unwrap().rows[0];
    assert_eq!((row.estimate, row.n), (Some(2.0), Some(2)));
}

#[test]
fn missing_scores_have_their_bounds_beside_the_mean() {
    let text = "case,model,score\na,x,1\nb,x,\nc,x,1\nd,x,0\na,y,1\nb,y,1\nc,y,0\nd,y,0\n";
    let row = &found("interval", text).unwrap().rows[0];
    assert_eq!(
        (
            row.more.get("mean if all missing are 0"),
            row.more.get("mean if all missing are 1")
        ),
        (Some(&0.5), Some(&0.75))
    );
    let row = &found("difference", text).unwrap().rows[0];
    assert_eq!(
        (
            row.more.get("difference at the worst of all missing"),
            row.more.get("difference at the best of all missing")
        ),
        (Some(&-0.25), Some(&0.0))
    );
    let row = &found("interval", text).unwrap().rows[1];
    assert_eq!(row.more.get("mean if all missing are 0"), None);
}

#[test]
fn pairs_without_a_case_in_common_have_no_p() {
    let text = "case,model,score\na,x,1\nb,y,0\n";
    let row = &found("mcnemar", text).unwrap().rows[0];
    assert_eq!((row.p, row.n), (None, Some(0)));
    assert_eq!(row.warnings, ["no case has both scores"]);
    let row = &found("correlation", text).unwrap().rows[0];
    assert!(
        row.warnings[0].contains("it takes three cases"),
        "{:?}",
        row.warnings
    );
    let same = "case,model,score\na,x,1\nb,x,1\nc,x,1\na,y,1\nb,y,0\nc,y,1\n";
    let row = &found("correlation", same).unwrap().rows[0];
    assert!(row.warnings[0].contains("no correlation"), "{:?}", row.warnings);
}

#[test]
fn a_front_tells_its_cases_and_what_it_leaves_out() {
    let text = "case,model,score,seconds\n1,x,1,2\n2,x,0,3\n3,x,1,1\n1,y,1,1\n2,y,1,2\n3,y,1,\n";
    let found = found("front --cost seconds", text).unwrap();
    assert_eq!(found.rows[0].n, Some(2));
    assert_eq!(found.rows[0].more.get("seconds"), Some(&2.5));
    assert_eq!(found.rows[1].verdict.as_deref(), Some("on the front"));
    assert_eq!(
        found.notes,
        [
            "small sample (2 cases)",
            "1 of 3 cases left out: not every candidate has a score and a value of `seconds` in them"
        ]
    );
}

#[test]
fn every_k_up_to_the_epochs_is_told_and_short_cases_are_counted() {
    // tau-bench has four epochs.
    let mut text = "case,epoch,score\n".to_owned();
    for (case, passes) in [("a", "1111"), ("b", "1100"), ("c", "000")] {
        for (epoch, pass) in passes.chars().enumerate() {
            text += &format!("{case},{epoch},{pass}\n");
        }
    }
    let found = found("pass-at-k", &text).unwrap();
    let of = |name: &str| found.rows.iter().find(|row| row.name == name).unwrap();
    assert_eq!(of("pass^1").estimate, Some(0.5));
    assert_eq!(of("pass^2").n, Some(3));
    assert_eq!(of("pass^3").estimate, Some(1.0 / 3.0));
    let last = of("pass^4");
    assert_eq!((last.estimate, last.n), (Some(0.5), Some(2)));
    assert!(
        last.warnings
            .iter()
            .any(|warning| warning == "1 of 3 cases left out: fewer than 4 answers with a score"),
        "{:?}",
        last.warnings
    );
    assert!(
        !last
            .warnings
            .iter()
            .any(|warning| warning.contains("have no score"))
    );
}

#[test]
fn rows_that_are_taken_for_epochs_are_told_of() {
    let notes = found("interval", "case,score\na,1\na,0\nb,1\nb,1\n")
        .unwrap()
        .notes;
    assert!(notes[0].contains("(up to 2) are taken for epochs"), "{notes:?}");
    let notes = found("interval", "case,epoch,score\na,1,1\na,2,0\n")
        .unwrap()
        .notes;
    assert!(notes.is_empty(), "{notes:?}");
}
