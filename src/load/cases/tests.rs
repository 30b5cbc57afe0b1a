//! Streams of cases.

use super::{CaseReader, CaseSelection, scan};
use crate::load::load;
use crate::model::Task;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;
use std::fmt::Write;
use std::fs;
use std::sync::Arc;

/// A task with these case files.
fn task(folder: &Utf8Path, files: &[(&str, &str)]) -> Arc<Task> {
    fs::create_dir_all(folder.join("tasks")).expect("created");
    fs::write(folder.join("bench.yaml"), "models: ['x/*']\n").expect("written");
    for (name, text) in files {
        fs::write(folder.join("tasks").join(name), text).expect("written");
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let text = format!("task: t\ncases: {names:?}\nprompts: ['{{{{ q }}}}']\nscorers: [contains: a]\n");
    fs::write(folder.join("tasks/t.yaml"), text).expect("written");
    load(folder, &|_| None).project.tasks[0].clone()
}

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("a path")).expect("UTF-8");
    (folder, root)
}

fn ids(task: &Arc<Task>, globs: &[&str], limit: Option<u64>) -> Vec<(u64, String)> {
    let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
    CaseReader::open(task, CaseSelection::new(&globs, limit).expect("globs"))
        .map(|case| {
            case.map(|(position, case)| (position, case.id.to_string()))
                .expect("a case")
        })
        .collect()
}

#[test]
fn cases_of_all_formats_follow_one_another_and_keep_their_positions() {
    let (_guard, root) = folder();
    let task = task(
        &root,
        &[
            ("a.jsonl", "{\"id\": \"a1\"}\n\n{\"vars\": {\"q\": 1}}\n"),
            ("b.csv", "q,expected,meta.level\n\"x, y\",yes,3\nz,,\n"),
            ("c.json", "[{\"id\": 7, \"golden\": {\"k\": [1]}}]"),
            ("d.yaml", "- id: d1\n  vars: {q: 1.5}\n"),
        ],
    );
    let all = ids(&task, &[], None);
    let names: Vec<&str> = all.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(names, ["a1", "2", "3", "4", "7", "d1"]);
    assert_eq!(all.last(), Some(&(5, "d1".to_owned())));
    assert_eq!(
        ids(&task, &["?1"], None),
        [(0, "a1".to_owned()), (5, "d1".to_owned())]
    );
    assert_eq!(
        ids(&task, &["[0-9]"], Some(2)),
        [(1, "2".to_owned()), (2, "3".to_owned())]
    );
    let cases: Vec<_> = CaseReader::open(&task, CaseSelection::default())
        .flatten()
        .map(|(_, case)| case)
        .collect();
    assert_eq!(cases[2].vars["q"], json!("x, y"));
    assert_eq!(
        (cases[2].golden.clone(), cases[3].golden.clone()),
        (Some(json!("yes")), None)
    );
    assert_eq!(cases[2].meta["level"], json!("3"));
    assert_eq!(cases[4].golden, Some(json!({"k": [1]})));
}

#[test]
fn a_bad_line_does_not_end_the_stream() {
    let (_guard, root) = folder();
    let task = task(
        &root,
        &[("a.jsonl", "{\"id\": \"a\"}\nnonsense\n{\"id\": \"b\"}\n")],
    );
    let read: Vec<_> = CaseReader::open(&task, CaseSelection::default()).collect();
    assert_eq!(read.len(), 3);
    let error = read[1].as_ref().expect_err("bad").to_string();
    assert!(
        error.contains("a.jsonl:2:") && error.contains("not valid JSON"),
        "{error}"
    );
    assert_eq!(read[2].as_ref().map(|(position, _)| *position), Ok(2));
}

#[test]
fn the_hash_of_the_cases_depends_on_their_content_and_order() {
    let hash = |text: &str| {
        let (_guard, root) = folder();
        scan(&task(&root, &[("a.jsonl", text)]), &root, false).hash
    };
    let (a, b) = (
        "{\"id\": \"a\", \"vars\": {\"q\": 1}}",
        "{\"id\": \"b\", \"vars\": {\"q\": 2}}",
    );
    let base = hash(&format!("{a}\n{b}\n"));
    assert_eq!(base, hash(&format!("\u{feff}{a}\r\n\r\n  {b}")));
    assert_ne!(base, hash(&format!("{b}\n{a}\n")));
    assert_ne!(base, hash(&format!("{a}\n{}\n", b.replace('2', "3"))));
}

#[test]
fn a_large_file_with_one_late_mistake_is_checked_to_its_end() {
    let (_guard, root) = folder();
    let mut text = String::new();
    for number in 0..20_000 {
        let _ = writeln!(
            text,
            "{{\"id\": \"c{number}\", \"vars\": {{\"q\": \"{}\"}}}}",
            "x".repeat(50)
        );
    }
    text += "{\"id\": \"c17\", \"vars\": {\"q\": \"again\"}}\n";
    let scan = scan(&task(&root, &[("a.jsonl", &text)]), &root, false);
    assert_eq!(scan.count, 20_001);
    let problem = scan.problems.first().expect("a duplicate");
    assert_eq!(
        problem.to_string(),
        "tasks/a.jsonl:20001:1: a second case has the id `c17`"
    );
    assert_eq!(problem.related.as_ref().map(|first| first.line), Some(18));
}

#[test]
fn only_twenty_problems_are_told_and_the_rest_is_counted() {
    let (_guard, root) = folder();
    let text: String = (0..50)
        .map(|number| format!("{{\"id\": {number}, \"vrs\": 1}}\n"))
        .collect();
    let scan = scan(&task(&root, &[("a.jsonl", &text)]), &root, false);
    assert_eq!((scan.problems.len(), scan.more), (20, 30));
}

#[test]
fn a_key_that_is_written_twice_in_a_value_is_told_with_its_place() {
    let (_guard, root) = folder();
    let lines = "{\"id\": \"a\", \"vars\": {\"q\": 1, \"q\": 2}}\n\
        {\"id\": \"b\", \"vars\": {\"q\": 1}, \"meta\": {\"m\": {\"k\": 1, \"k\": 2}}}\n\
        {\"id\": \"c\", \"vars\": {\"q\": 1}, \"golden\": [{\"k\": 1, \"k\": 2}]}\n\
        {\"id\": \"d\", \"vars\": {\"q\": {\"k\": 1}, \"r\": {\"k\": 1}}}\n";
    let list = format!("[{}]", lines.trim_end().replace('\n', ",\n"));
    for (name, text, shift) in [("a.jsonl", lines.to_owned(), 0), ("a.json", list, 1)] {
        let scan = scan(&task(&root, &[(name, &text)]), &root, false);
        let told: Vec<String> = scan.problems.iter().map(ToString::to_string).collect();
        let wanted = [(1, 30 + shift, "q"), (2, 54, "k"), (3, 51, "k")].map(|(line, column, key)| {
            format!("tasks/{name}:{line}:{column}: the key `{key}` is written twice")
        });
        assert_eq!(told, wanted);
        assert!(
            scan.problems
                .iter()
                .all(|problem| problem.code == "duplicate-key")
        );
    }
}

/// What a check says of a task with these keys beside its prompt.
fn told(root: &Utf8Path, keys: &str) -> Vec<String> {
    fs::create_dir_all(root.join("tasks")).expect("created");
    fs::write(root.join("bench.yaml"), "models: ['x/*']\n").expect("written");
    fs::write(
        root.join("tasks/t.yaml"),
        format!("task: t\nprompts: [hi]\n{keys}"),
    )
    .expect("written");
    let task = load(root, &|_| None).project.tasks[0].clone();
    let problems = scan(&task, root, false).problems;
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn cases_without_the_golden_output_that_a_scorer_needs_are_told_once() {
    let (_guard, root) = folder();
    let cases = "cases: [{id: a}, {id: b, golden: x}, {id: c, golden: null}, {id: d}]\n";
    let one = told(
        &root,
        &format!("{cases}scorers: [{{contains: x}}, {{equals: {{}}}}]\n"),
    );
    assert_eq!(one.len(), 1, "{one:?}");
    assert!(
        one[0].contains("case `a` has no golden output, which scorer `equals` needs (and in 2 more cases)"),
        "{one:?}"
    );
    let none =
        "scorers: [{equals: {}, cases: b}, {numeric: 4}, {regex: x}, {refusal: true}, {length: {min: 1}}]\n";
    assert!(told(&root, &format!("{cases}{none}")).is_empty());
    let own = "cases: [{id: a}, {id: b, scorers: [{numeric: {tolerance: 1}}]}]\nscorers: [{contains: x}]\n";
    let own = told(&root, own);
    assert!(
        own[0].contains("case `b` has no golden output, which scorer `numeric` needs"),
        "{own:?}"
    );
}

#[test]
fn inline_cases_are_told_with_their_lines() {
    let (_guard, root) = folder();
    let keys = "cases:\n  - id: a\n  - {id: b}\n  - id: a\nscorers: [contains: x]\n";
    assert_eq!(
        told(&root, keys),
        ["tasks/t.yaml:6:5: a second case has the id `a`"]
    );
    let task = load(&root, &|_| None).project.tasks[0].clone();
    let problems = scan(&task, &root, false).problems;
    assert_eq!(problems[0].related.as_ref().map(|first| first.line), Some(4));
}

#[test]
fn whole_numbers_that_no_integer_holds_are_refused() {
    let (_guard, root) = folder();
    let lines = "{\"id\": \"a\", \"vars\": {\"q\": 18446744073709551616}}\n\
        {\"id\": \"b\", \"vars\": {\"q\": 18446744073709551615, \"r\": -9223372036854775808}}\n\
        {\"id\": \"c\", \"vars\": {\"q\": \"\\\"18446744073709551616\", \"r\": 6.02214076000000000000000e23}}\n\
        {\"id\": \"d\", \"vars\": {\"q\": -9223372036854775809}}\n";
    let list = format!("[{}]", lines.trim_end().replace('\n', ",\n"));
    for (name, text, shift) in [("a.jsonl", lines.to_owned(), 0), ("a.json", list, 1)] {
        let scan = scan(&task(&root, &[(name, &text)]), &root, false);
        let told: Vec<String> = scan.problems.iter().map(ToString::to_string).collect();
        let wanted = [(1, 27 + shift), (4, 27)].map(|(line, column)| {
            format!("tasks/{name}:{line}:{column}: a whole number this long would lose its last digits")
        });
        assert_eq!(told, wanted);
    }
}
