//! What `bench plan` says a design can show.

use crate::cli_score::recorded;
use crate::support::Workspace;
use serde_json::Value;

fn power(workspace: &Workspace, flags: &[&str]) -> Value {
    let arguments: Vec<&str> = ["plan", "--json"].iter().chain(flags).copied().collect();
    let printed = workspace.bench(&arguments).expect(0).stdout;
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    printed["power"][0].clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn without_an_earlier_run_the_assumption_is_said_and_can_be_given() {
    let workspace = recorded(100, "  - {contains: {}}\n");
    let found = power(&workspace, &[]);
    assert_eq!(
        (&found["assumed"], &found["run"]),
        (&Value::Bool(true), &Value::Null)
    );
    // (1.95996 + 0.84162)^2 (0.2 - 0.03^2) / 0.03^2, rounded up.
    assert_eq!(number(&found["cases_needed"]), 1737.0);
    let ten = power(
        &workspace,
        &[
            "--assume-discordance",
            "0.1",
            "--difference",
            "5",
            "--assume-design-effect",
            "2",
        ],
    );
    assert_eq!(number(&ten["cases_needed"]), 613.0);
    let printed = workspace.bench(&["plan"]).expect(0).stdout;
    assert!(
        printed.contains("Assumed for sums: two candidates differ on 20 % of the cases"),
        "{printed}"
    );
    assert!(printed.contains("3 points: 1737 cases"), "{printed}");
    let power = printed.split("What this design sees").nth(1).expect("it says");
    assert!(
        power.lines().skip(1).all(|line| line.chars().count() <= 80),
        "{printed}"
    );
    let wrong = workspace.bench(&["plan", "--power", "80"]).expect(2).stderr;
    assert!(wrong.contains("a share above 0 and below 1"), "{wrong}");
}

/// Answers of two models, by case and epoch; priced so that a trial costs a known sum.
fn repeated(right: impl Fn(&str, usize, u32) -> bool) -> Workspace {
    let workspace = recorded(50, "  - {contains: {}}\nepochs: 4\n");
    workspace.write(
        "providers/recorded.yaml",
        "provider: recorded\napi: replay\nmodels:\n  one: {file: ../one.jsonl, input: 1000, output: 0}\n  two: {file: \
         ../two.jsonl, input: 1000, output: 0}\n",
    );
    for name in ["one", "two"] {
        let mut lines = String::new();
        for case in 1..=50_usize {
            for epoch in 0..4 {
                let answer = 2 * case + usize::from(!right(name, case, epoch));
                lines += &format!(
                    "{{\"case\": \"c-{case}\", \"epoch\": {epoch}, \"output\": \"{answer}\", \"usage\": {{\"input\": 1, \
                     \"output\": 1}}}}\n"
                );
            }
        }
        workspace.write(&format!("{name}.jsonl"), &lines);
    }
    workspace.bench(&["run"]).expect(0);
    workspace
}

#[test]
fn earlier_runs_tell_the_spread_and_whether_epochs_or_cases_are_worth_the_money() {
    // Each answer is as good as thrown: all the noise is between epochs.
    let noisy = repeated(|name, case, epoch| {
        let mixed = case * 7
            + epoch as usize * 3
            + name.len() * case / 2
            + usize::from(name == "two") * (epoch as usize);
        mixed.is_multiple_of(2)
    });
    let found = power(&noisy, &["--difference", "10"]);
    assert_eq!(found["assumed"], false);
    assert!(
        found["run"].is_string() && found["split"]["epochs_wasted"] == false,
        "{found}"
    );
    // Some cases are solved by one, some by the other, always: epochs cannot help.
    let settled = repeated(|name, case, _| case % 5 != usize::from(name == "one"));
    let found = power(&settled, &["--difference", "3"]);
    assert_eq!(found["split"]["epochs_wasted"], true, "{found}");
    assert_eq!(
        (&found["epochs_needed"], &found["pair_cases"]),
        (&Value::Null, &Value::from(50))
    );
    assert!((number(&found["discordance"]) - 0.4).abs() < 1e-9, "{found}");
    let cases = number(&found["cases_needed"]);
    // A prompt has 11 tokens, at $1000 a million; two models, four epochs.
    let dollars: f64 = found["cases_needed_usd"]
        .as_str()
        .expect("known")
        .parse()
        .unwrap();
    assert!((dollars - cases * 8.0 * 0.011).abs() < 1e-6, "{found}");
    let printed = settled.bench(&["plan"]).expect(0).stdout;
    let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["more epochs would be wasted, more cases help", "From run "] {
        assert!(printed.contains(words), "{printed}");
    }
}
