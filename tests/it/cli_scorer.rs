//! `bench scorer list` and `bench scorer test` as a user sees them.

use crate::cli_score::recorded;
use crate::support::{Running, Workspace};
use serde_json::Value;
use std::process::Stdio;

#[track_caller]
fn fits(text: &str) {
    let long = text.lines().find(|line| line.chars().count() > 80);
    assert!(long.is_none(), "wider than 80 columns: {long:?}");
}

#[test]
fn every_built_in_scorer_is_listed_with_its_options_and_an_example() {
    let workspace = Workspace::empty();
    let all = workspace.bench(&["scorer", "list"]).expect(0);
    fits(&all.stdout);
    for words in [
        "equals  ",
        "- equals: {path: queue}",
        "options: value, path",
        "rouge-l",
        "javascript",
    ] {
        assert!(all.stdout.contains(words), "{}\nlacks {words}", all.stdout);
    }
    let document: Value =
        serde_json::from_str(&workspace.bench(&["--json", "scorer", "list"]).expect(0).stdout).unwrap();
    let scorers = document["scorers"].as_array().unwrap();
    assert!(scorers.len() >= 46);
    for entry in scorers {
        let name = entry["name"].as_str().unwrap();
        let one = workspace.bench(&["scorer", "list", name]).expect(0);
        fits(&one.stdout);
        for part in [&entry["example"], &entry["passes"]] {
            let first = part.as_str().unwrap().lines().next().unwrap();
            assert!(one.stdout.contains(first), "{}\nlacks {first}", one.stdout);
        }
        for option in entry["options"].as_array().unwrap() {
            assert!(
                !option["description"].as_str().unwrap().is_empty(),
                "{name}: {option}"
            );
        }
    }
    let unknown = workspace.bench(&["scorer", "list", "equal"]).expect(2);
    assert!(
        unknown.stderr.contains("did you mean `equals`?"),
        "{}",
        unknown.stderr
    );
}

const GOOD: &str = "const {words} = require('./lib/words');\nmodule.exports = (output, context) => {\n  console.log('got', words(output), 'words');\n  console.error('\\u001b[31mred');\n  return {score: 0.75, pass: output.includes(context.golden), reason: context.prompt, named: {recall: context.config.recall}};\n};\n";

fn with_code() -> Workspace {
    let workspace = recorded(
        6,
        "  - {name: mine, javascript: {file: scorers/mine.js, config: {recall: 0.5}}}\n  - {name: has, contains: {}}\n",
    );
    workspace.write("tasks/scorers/mine.js", GOOD);
    workspace.write(
        "tasks/scorers/lib/words.js",
        "exports.words = text => text.split(' ').length;\n",
    );
    workspace
}

#[test]
fn a_scorer_is_tried_on_a_stored_completion_and_everything_it_did_is_shown() {
    let workspace = with_code();
    workspace.bench(&["run"]).expect(0);
    let stored = || {
        let scores = "SELECT count(*), group_concat(scores), (SELECT count(*) FROM completion) FROM trial";
        let row = |row: &rusqlite::Row<'_>| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
            ))
        };
        workspace.store().query_row(scores, [], row).unwrap()
    };
    let before = stored();
    let ended = workspace
        .bench(&["scorer", "test", "tasks/scorers/mine.js", "--case", "c-2"])
        .expect(0);
    for words in [
        "task sums, case c-2, recorded/one, prompt plain, epoch 0",
        "1 other completion fits as well",
        "output  The sum is 4.",
        "mine (javascript, tasks/scorers/mine.js)",
        "score   0.750, passes",
        "reason  What is 2 + 2?",
        "named   recall 0.500",
        "a call (median of ",
        " instructions",
        "stdout  | got 4 words",
        "stderr  | \\u{1b}[31mred",
    ] {
        assert!(ended.stdout.contains(words), "{}\nlacks {words}", ended.stdout);
    }
    fits(&ended.stdout);
    assert!(
        !ended.stdout.contains("contains"),
        "only the file's scorer: {}",
        ended.stdout
    );
    assert_eq!(before, stored(), "the store changed");

    let other = workspace
        .bench(&[
            "scorer", "test", "sums", "--case", "c-5", "--model", "*/two", "--scorer", "has",
        ])
        .expect(0);
    assert!(
        other.stdout.contains("recorded/two") && other.stdout.contains("score   0.000, fails"),
        "{}",
        other.stdout
    );
    let all = workspace
        .bench(&["--json", "scorer", "test", "tasks/sums.yaml", "--case", "c-5"])
        .expect(0);
    let document: Value = serde_json::from_str(&all.stdout).unwrap();
    let names: Vec<&str> = document["scorers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scorer| scorer["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["mine", "has"]);
    assert_eq!(document["others"], 1);
    assert!(document["scorers"][0]["fuel"].as_u64().unwrap() > 0);
    assert_eq!(document["scorers"][1]["fuel"], Value::Null);
}

#[test]
fn a_text_is_tried_without_a_run_and_a_new_file_without_a_task() {
    let workspace = with_code();
    let ended = workspace
        .bench(&[
            "scorer",
            "test",
            "tasks/scorers/mine.js",
            "--case",
            "c-2",
            "--output",
            "it is 4",
        ])
        .expect(0);
    assert!(
        ended.stdout.contains("a text that is not stored"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("reason  What is 2 + 2?"),
        "{}",
        ended.stdout
    );
    assert!(!workspace.store_path().exists(), "nothing is stored");

    workspace.write(
        "new.ts",
        "export default (output: string): number => output.length / 100;\n",
    );
    let mut command = workspace.command(&["scorer", "test", "new.ts", "--output", "-"]);
    let text = workspace.path().join("answer.txt");
    std::fs::write(&text, "x".repeat(25)).unwrap();
    command.stdin(Stdio::from(std::fs::File::open(&text).unwrap()));
    let ended = Running::start(command).wait().expect(0);
    assert!(ended.stdout.contains("score   0.250, fails"), "{}", ended.stdout);
    assert!(ended.stdout.contains("no task uses new.ts"), "{}", ended.stdout);
}

#[test]
fn an_error_comes_with_the_calls_that_led_there_their_lines_and_a_mark() {
    let workspace = with_code();
    workspace.bench(&["run"]).expect(0);
    workspace.write(
        "tasks/scorers/lib/words.js",
        "exports.words = text => {\n  const parts = undefined;\n  return text + parts.length;\n};\n",
    );
    let ended = workspace
        .bench(&["scorer", "test", "tasks/scorers/mine.js", "--case", "c-2"])
        .expect(102);
    for words in [
        "score   none: the scorer failed",
        "tasks/scorers/mine.js:3",
        "    console.log('got', words(output), 'words');\n",
        "lib/words.js:3",
        "    return text + parts.length;\n",
        "  TypeError: ",
    ] {
        assert!(ended.stdout.contains(words), "{}\nlacks {words}", ended.stdout);
    }
    let mark = ended
        .stdout
        .lines()
        .find(|line| line.trim() == "^")
        .unwrap_or_else(|| panic!("{}", ended.stdout));
    let above = ended
        .stdout
        .lines()
        .take_while(|line| *line != mark)
        .last()
        .unwrap();
    assert!(above[mark.len() - 1..].contains("length"), "{above}\n{mark}");
    fits(&ended.stdout);
    let document = workspace
        .bench(&[
            "--json",
            "scorer",
            "test",
            "tasks/scorers/mine.js",
            "--case",
            "c-2",
        ])
        .expect(102);
    let document: Value = serde_json::from_str(&document.stdout).unwrap();
    assert_eq!(document["scorers"][0]["error"], "failed");
    assert_eq!(document["scorers"][0]["fault"]["line"], 3);
    assert_eq!(document["scorers"][0]["score"], Value::Null);
}

#[test]
fn mistakes_on_the_command_line_say_what_there_is() {
    let workspace = with_code();
    let test = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["scorer", "test"].iter().chain(arguments).copied().collect();
        workspace.bench(&arguments).expect(2).stderr
    };
    let file = "tasks/scorers/mine.js";
    let no_run = test(&[file, "--case", "c-2"]);
    assert!(no_run.contains("no run is stored yet"), "{no_run}");
    assert!(!workspace.store_path().exists(), "asking makes no store");
    workspace.bench(&["run"]).expect(0);
    for (arguments, words) in [
        (
            &[file, "--case", "c-22"][..],
            "task `sums` has no case `c-22`; there is `c-2`",
        ),
        (&[file], "name the case with --case ID"),
        (
            &["tasks/scorers/mina.js", "--case", "c-2"],
            "there is `tasks/scorers/mine.js`",
        ),
        (
            &["sum", "--case", "c-2"],
            "there is no file or task `sum`; there is `sums`",
        ),
        (
            &["sums", "--case", "c-2", "--scorer", "hass"],
            "no scorer here is called `hass`; there is `has`",
        ),
        (
            &["sums", "--case", "c-2", "--model", "*/three"],
            "there is `recorded/one`",
        ),
        (
            &["sums", "--case", "c-2", "--run", "last"],
            "there is no run `last`",
        ),
        (
            &["sums", "--case", "c-2", "--task", "other"],
            "no task is called `other`",
        ),
        (
            &["bench.yaml", "--case", "c-2"],
            "neither a task of this workspace nor code",
        ),
        (
            &[file, "--case", "c-2", "--output", "x", "--prompt", "plane"],
            "there is `plain`",
        ),
    ] {
        let said = test(arguments);
        assert!(said.contains(words), "{arguments:?}: {said}\nlacks {words}");
    }
    let both = std::fs::read_to_string(workspace.path().join("tasks/sums.yaml")).unwrap();
    workspace.write("tasks/more.yaml", &both.replace("task: sums", "task: more"));
    let said = test(&[file, "--case", "c-2"]);
    assert!(
        said.contains("used by the tasks `more`, `sums`; choose one with --task"),
        "{said}"
    );
    workspace
        .bench(&["scorer", "test", file, "--case", "c-2", "--task", "sums"])
        .expect(0);
}
