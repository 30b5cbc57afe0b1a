//! What was paid for is safe while code grades it.

use crate::support::Workspace;
use std::time::Duration;

/// A program that counts how often it is asked, and a scorer that takes longer than anybody waits.
fn slow_grading() -> Workspace {
    let workspace = Workspace::empty();
    workspace.write("bench.yaml", "models: [own/one]\n");
    workspace.write(
        "providers/own.yaml",
        "provider: own\napi: exec\nexec: {command: [sh, answer.sh]}\nmodels: {one: {}}\n",
    );
    workspace.write("answer.sh", "echo asked >> asked.txt\necho 42\n");
    workspace.write(
        "tasks/slow.yaml",
        "task: slow\ncases: [{id: a, vars: {q: x}}]\nprompts: [\"{{ q }}\"]\nscorers:\n  - javascript: \
         {file: slow.js, limits: {time: 600}}\n",
    );
    workspace.write("tasks/slow.js", "module.exports = () => { for (;;); };\n");
    workspace
}

fn asked(workspace: &Workspace) -> usize {
    std::fs::read_to_string(workspace.path().join("asked.txt")).map_or(0, |text| text.lines().count())
}

fn answers(workspace: &Workspace) -> i64 {
    let count = workspace
        .store()
        .query_row("SELECT count(*) FROM completion", [], |row| row.get(0));
    count.unwrap_or(0)
}

#[test]
fn an_answer_survives_a_kill_in_the_middle_of_its_grading() {
    let workspace = slow_grading();
    let mut running = workspace.start(&["run"]);
    // The store's file is there before its tables are.
    let stored = || workspace.store_path().exists() && asked(&workspace) == 1 && answers(&workspace) == 1;
    for _ in 0..1000 {
        if stored() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    running.kill();
    running.wait();
    workspace.write("tasks/slow.js", "module.exports = output => output === '42';\n");
    let ended = workspace.bench(&["score", "latest"]).expect(0);
    assert!(ended.stdout.contains("1.000"), "{}", ended.stdout);
    // Nothing is left to send.
    workspace.bench(&["resume", "latest"]).expect(0);
    assert_eq!((asked(&workspace), answers(&workspace)), (1, 1));
}
