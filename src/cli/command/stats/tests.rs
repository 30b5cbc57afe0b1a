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
    ] {
        let error = found(arguments, text).err().unwrap();
        assert!(error.contains(lack), "{arguments}: {error}");
    }
}
