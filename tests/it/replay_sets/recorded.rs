//! Recorded answers with published figures: which there are, how their files are laid out, and the scorer that the
//! publisher's rule amounts to, written as in a task file.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The number behind the last `A:`, in the answer and in the worked golden answer alike.
const GSM8K: &str = "numeric: {marker: 'A:'}";
/// The whole answer.
const BBH_DIRECT: &str = "equals: {}";
/// What stands behind the first `answer is`, without the final period; the whole answer without it.
const BBH_COT: &str = "equals: {after: answer is, strip: '.'}";
/// The first number of the field `answer`; where the JSON is broken, of what stands behind that key.
const ZEROEVAL_GSM: &str = "numeric: {path: answer, take: first, marker: '\"answer\":'}";

/// The scorer of a set; `None` for sets that need judges, trajectories or code.
pub fn scorer(set: &str) -> Option<&'static str> {
    match set {
        "gsm8k" => Some(GSM8K),
        "bbh_cot" => Some(BBH_COT),
        "bbh_direct" => Some(BBH_DIRECT),
        "zeroeval_gsm" => Some(ZEROEVAL_GSM),
        _ => None,
    }
}

/// The folder of shared data, if this machine has it; else says so.
pub fn data() -> Option<PathBuf> {
    let root = std::env::var_os("BENCH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let data = root.join("data");
    if !data.join("replay/expected.json").is_file() {
        crate::support::skipped("no shared data; set BENCH_SHARED to its folder");
        return None;
    }
    Some(data)
}

/// A system's answers and what was published of them.
pub struct Published {
    /// Name of the set.
    pub set: String,
    /// The model, or whatever else tells the figures of a set apart.
    pub system: String,
    /// The file with the answers.
    pub outputs: PathBuf,
    /// The figures by name.
    pub expected: Value,
    /// How far the accuracy may be off, in points.
    pub tolerance: f64,
}

/// What has a scorer here, by set. Tells which sets it leaves out.
pub fn published(data: &Path) -> BTreeMap<String, Vec<Published>> {
    let text = std::fs::read_to_string(data.join("replay/expected.json")).expect("the figures are text");
    let entries: Vec<Value> = serde_json::from_str(&text).expect("the figures are a list");
    let mut sets: BTreeMap<String, Vec<Published>> = BTreeMap::new();
    let mut left_out: Vec<String> = Vec::new();
    for entry in entries {
        let set = words(&entry["set"]);
        if scorer(&set).is_none() {
            left_out.push(set);
            continue;
        }
        let published = Published {
            system: words(&entry["system"]),
            outputs: data.join(words(&entry["files"]["outputs"])),
            expected: entry["expected"].clone(),
            tolerance: entry["tol"].as_f64().expect("a tolerance"),
            set: set.clone(),
        };
        sets.entry(set).or_default().push(published);
    }
    assert!(
        !sets.is_empty(),
        "the file of expected figures names none of the sets"
    );
    left_out.dedup();
    crate::support::skipped(&format!(
        "sets without a built-in scorer: {}",
        left_out.join(", ")
    ));
    sets
}

/// One recorded answer.
pub struct Item {
    /// What was asked.
    pub question: String,
    /// What should have come.
    pub golden: String,
    /// What came.
    pub output: String,
}

/// The items of a system in the text of an outputs file, told by the shape of its rows: a list, a list under
/// `outputs`, or one JSON value a line.
pub fn items(text: &str, system: &str) -> Vec<Item> {
    let rows: Vec<Value> = match serde_json::from_str(text) {
        Ok(Value::Array(rows)) => rows,
        Ok(Value::Object(mut file)) if file.get("outputs").is_some_and(Value::is_array) => {
            let list = file.remove("outputs").expect("it is there");
            serde_json::from_value(list).expect("a list")
        }
        _ => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect(),
    };
    rows.iter().map(|row| item(row, system)).collect()
}

fn item(row: &Value, system: &str) -> Item {
    let (question, golden, output) = if let Some(answer) = row.get(system) {
        ("question", "ground_truth", &answer["solution"])
    } else if let Some(prediction) = row.get("prediction") {
        ("input", "target", prediction)
    } else {
        // One answer for each time of asking; the figures are of the first.
        ("question", "answer", &row["output"][0])
    };
    Item {
        question: words(&row[question]),
        golden: words(&row[golden]),
        output: words(output),
    }
}

/// A text as it is, nothing for nothing, anything else as its JSON.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
