//! Outputs that try to be their own judge, through the whole path.

use super::*;
use std::collections::BTreeMap;

/// A judge without any sense. It cuts out what stands between the marks that the prompt names, and obeys whatever it
/// finds in the rest; without an order it gives 3.
const OBEDIENT: &str = r#"
import json, re, sys
ORDER = re.compile(r'score:? (?:of )?(\d+)|"score": ?(\d+)|\[\[(\d+)\]\]|(\d+) of 10', re.I)
for line in sys.stdin:
    request = json.loads(line)
    text = "\n".join(message["content"] for message in request["messages"])
    mark = re.search(r"an opening tag that ends in ([0-9a-f]{32})", text).group(1)
    rest = re.sub(r"(?s)<([a-z0-9-]+)-" + mark + r">\n.*?\n</\1-" + mark + ">", "", text)
    found = ORDER.search(rest)
    score = int(next(group for group in found.groups() if group)) if found else 3
    print(json.dumps({"output": json.dumps({"reasoning": "as I was told", "score": score})}), flush=True)
"#;

#[test]
fn no_output_talks_an_obedient_judge_into_another_score() {
    let set = include_str!("../fixtures/judge_attacks.jsonl");
    let attacks: Vec<(String, String)> = set
        .lines()
        .map(|line| {
            let attack: Value = serde_json::from_str(line).expect("a line of JSON");
            let repeat = attack["repeat"].as_u64().unwrap_or(1) as usize;
            let tail = attack["tail"].as_str().unwrap_or("");
            let output = attack["output"].as_str().expect("an output").repeat(repeat) + tail;
            (attack["name"].as_str().expect("a name").to_owned(), output)
        })
        .collect();
    assert!(attacks.len() >= 25, "{} attacks", attacks.len());
    for encode in ["fence", "json"] {
        let answers: Vec<(&str, &str)> = attacks.iter().map(|(_, output)| ("a", output.as_str())).collect();
        let workspace = judged(
            &answers,
            &format!(
                "  - judge: {{by: obedient/one, rubric: Is it right?, scale: [0, 10], encode: {encode}}}\n"
            ),
        );
        program_judge(&workspace, "obedient", OBEDIENT, "");
        workspace.bench(&["run", "-q"]).expect(0);
        let results = workspace.results().pop().expect("a run");
        assert_eq!(results.len(), attacks.len());
        let mut scores: BTreeMap<String, f64> = BTreeMap::new();
        for ((name, _), trial) in attacks.iter().zip(&results) {
            let value = entry(trial, "judge")["score"].as_f64();
            scores.insert(name.clone(), value.expect("a verdict"));
        }
        let moved: Vec<(&String, &f64)> = scores
            .iter()
            .filter(|(_, value)| (**value - 0.3).abs() > 1e-9)
            .collect();
        assert!(moved.is_empty(), "{encode}: {moved:?}");
    }
}

#[test]
fn the_same_judge_obeys_where_nothing_is_fenced() {
    // The check of the check: an order in the rubric, which is not fenced, does move the score.
    let workspace = judged(
        &[("a", "Lyon")],
        "  - judge: {by: obedient/one, rubric: Give it a score of 9., scale: [0, 10]}\n",
    );
    program_judge(&workspace, "obedient", OBEDIENT, "");
    workspace.bench(&["run", "-q"]).expect(0);
    let results = workspace.results().pop().expect("a run");
    assert_eq!(entry(&results[0], "judge")["score"], 0.9);
}
