//! Judges as a user meets them: asked, read, recorded, resumed, and not talked into anything.

mod attacks;
mod budget;
mod drift;
mod labels;
mod pairs;
mod panel;
mod providers;

use crate::support::Workspace;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A judge that answers from a program: Python, one line of JSON for each request.
pub fn program_judge(workspace: &Workspace, name: &str, program: &str, more: &str) {
    workspace.write(&format!("programs/{name}.py"), program);
    workspace.write(
        &format!("providers/{name}.yaml"),
        &format!(
            "provider: {name}\napi: exec\nexec: {{command: [python3, programs/{name}.py], persistent: true}}\n{more}\nmodels: {{one: {{}}, two: {{}}}}\n"
        ),
    );
}

/// A task whose only scorer is a judge, over recorded answers of two systems.
pub fn judged(answers: &[(&str, &str)], scorers: &str) -> Workspace {
    let workspace = Workspace::empty();
    let (mut cases, mut lines) = (String::new(), String::new());
    for (number, (model, output)) in answers.iter().enumerate() {
        let case = format!("c-{number:02}");
        writeln!(
            cases,
            "{}",
            json!({"id": case, "vars": {"q": format!("Question {number}?")}, "golden": "Lyon"})
        )
        .expect("text");
        writeln!(
            lines,
            "{}",
            json!({"case": case, "model": model, "output": output})
        )
        .expect("text");
    }
    workspace.write("golden/q.jsonl", &cases);
    workspace.write("recorded.jsonl", &lines);
    workspace.write("bench.yaml", "models: [recorded/a]\n");
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmax_attempts: 1\nmodels: {a: {file: ../recorded.jsonl}, b: {file: ../recorded.jsonl}}\n",
    );
    workspace.write(
        "tasks/q.yaml",
        &format!("task: q\ncases: ../golden/q.jsonl\nprompts: [\"{{{{ q }}}}\"]\nscorers:\n{scorers}"),
    );
    workspace
}

/// A program that always gives the same reply, and writes a line into `asked.txt` for each request.
pub fn always(reply: &str) -> String {
    let reply = serde_json::to_string(reply).expect("text");
    format!(
        "import json, sys\nfor line in sys.stdin:\n    request = json.loads(line)\n    open('asked.txt', 'a').write(request['model'] + '\\n')\n    \
         print(json.dumps({{'output': {reply}, 'usage': {{'input': 100, 'output': 20}}, 'cost': 0.002}}), flush=True)\n"
    )
}

/// How many requests the program got.
pub fn asked(workspace: &Workspace) -> usize {
    std::fs::read_to_string(workspace.path().join("asked.txt")).map_or(0, |text| text.lines().count())
}

/// The entry of a scorer in a line of results.jsonl.
pub fn entry<'a>(trial: &'a Value, scorer: &str) -> &'a Value {
    let scores = trial["scores"].as_array().expect("a list of scores");
    scores
        .iter()
        .find(|entry| entry["scorer"] == scorer)
        .expect("the scorer has an entry")
}
