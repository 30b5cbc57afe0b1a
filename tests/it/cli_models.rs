//! `bench models`, `bench schema` and `bench completions` as a user sees them.

use crate::support::Workspace;
use serde_json::Value;

fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.bench(&["init"]).expect(0);
    workspace
}

#[test]
fn models_are_listed_with_prices_and_filtered() {
    let workspace = workspace();
    let all = workspace.bench(&["models", "list"]).expect(0);
    assert!(all.stdout.contains("sim/quick") && all.stdout.contains("sim/careful"));
    let cheap = workspace
        .bench(&["models", "list", "--max-price", "1", "--json"])
        .expect(0);
    let cheap: Value = serde_json::from_str(&cheap.stdout).expect("one document");
    assert_eq!(cheap["models"].as_array().unwrap().len(), 1);
    assert_eq!(cheap["models"][0]["model"], "sim/quick");
    let none = workspace.bench(&["models", "list", "zzz/*"]).expect(0);
    assert!(none.stderr.contains("No model fits"), "{}", none.stderr);
    workspace.bench(&["models", "list", "["]).expect(2);
}

#[test]
fn a_provider_that_cannot_be_asked_is_a_warning() {
    let workspace = workspace();
    let ended = workspace.bench(&["models", "discover"]).expect(0);
    assert!(
        ended.stderr.contains("openai: cannot list its models") && ended.stderr.contains("OPENAI_API_KEY"),
        "{}",
        ended.stderr
    );
    let local = workspace.bench(&["models", "discover", "sim"]).expect(0);
    assert!(
        local.stderr.contains("sim: has no list to ask for"),
        "{}",
        local.stderr
    );
    let unknown = workspace.bench(&["models", "discover", "smi"]).expect(2);
    assert!(
        unknown
            .stderr
            .contains("no provider is called `smi`; there is `sim`")
    );
}

#[test]
fn schemas_and_completions_need_no_workspace() {
    let workspace = Workspace::empty();
    for kind in [
        "task",
        "cases",
        "provider",
        "judge",
        "workspace",
        "manifest",
        "results",
        "summary",
    ] {
        let ended = workspace.bench(&["schema", kind]).expect(0);
        let schema: Value = serde_json::from_str(&ended.stdout).expect("one document");
        jsonschema::validator_for(&schema).expect("a valid schema");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = workspace.bench(&["completions", shell]).expect(0);
        assert!(ended.stdout.contains("add-task"), "{shell}");
    }
}
