//! Small files in the documented shapes.

use super::*;

fn read(name: &str, text: &str, options: &ImportOptions) -> Result<Imported, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join(name)).unwrap();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    import(&path, options).map_err(|failure| failure.message().unwrap_or_default().to_owned())
}

const PROMPTFOO: &str = r#"{"evalId": "eval-x", "config": {"description": "triage"}, "results": {"version": 3, "results": [
    {"provider": {"id": "openai:a", "label": ""}, "prompt": {"label": "p"}, "vars": {"q": "one"}, "testIdx": 0,
     "success": true, "score": 1, "failureReason": 0, "latencyMs": 1200, "cost": 0.002, "response": {"output": "yes"}},
    {"provider": {"id": "openai:a", "label": ""}, "prompt": {"label": "p"}, "vars": {"q": "two"}, "testIdx": 1,
     "success": false, "score": 0.25, "failureReason": 1, "error": "Expected no", "latencyMs": 800, "cost": 0,
     "response": {"output": {"k": 1}}},
    {"provider": {"id": "openai:a", "label": ""}, "prompt": {"label": "p"}, "vars": {"q": "three"}, "testIdx": 2,
     "success": false, "score": 0, "failureReason": 2, "error": "429"}]}}"#;

#[test]
fn promptfoo_errors_are_no_zeros_and_a_cost_of_0_is_unknown() {
    let read = read("out.json", PROMPTFOO, &ImportOptions::default()).unwrap();
    assert_eq!(read.format, Format::Promptfoo);
    let grid = &read.grids[0];
    assert_eq!((&*grid.task, &*grid.candidates[0].name), ("triage", "openai:a"));
    let means: Vec<Option<f64>> = grid.means(0).collect();
    assert_eq!(means, [Some(1.0), Some(0.25), None]);
    assert_eq!(grid.cell(1, 0).mean_dollars(), None);
    assert_eq!(grid.cell(0, 0).mean_seconds(), Some(1.2));
    assert_eq!(
        read.outcomes[0].at(2, 0),
        Some(crate::model::Outcome::ProviderError)
    );
}

#[test]
fn ids_of_cases_come_from_the_path_that_is_asked_for() {
    let options = ImportOptions {
        case_id: Some("vars.q".to_owned()),
        ..ImportOptions::default()
    };
    let grid = &read("out.json", PROMPTFOO, &options).unwrap().grids[0];
    assert_eq!(grid.find_case("two"), Some(1));
    let options = ImportOptions {
        case_id: Some("vars.none".to_owned()),
        ..ImportOptions::default()
    };
    let error = read("out.json", PROMPTFOO, &options).err().unwrap();
    assert!(
        error.contains("result 1 has no text or number `vars.none`"),
        "{error}"
    );
}

#[test]
fn inspect_values_are_read_as_inspect_reads_them() {
    let sample = |id: &str, epoch: u32, value: &str| {
        format!(
            r#"{{"id": {id}, "epoch": {epoch}, "input": "q", "target": "t", "scores": {{"match": {{"value": {value}}}}},
                "output": {{"completion": "o", "time": 0.5}}}}"#
        )
    };
    let samples = [
        sample("1", 1, "\"C\""),
        sample("1", 2, "\"I\""),
        sample("\"x\"", 1, "\"P\""),
        sample("\"x\"", 2, "NaN"),
    ];
    let log = format!(
        r#"{{"version": 2, "status": "success", "eval": {{"task": "sums", "model": "openai/a"}}, "samples": [{}]}}"#,
        samples.join(",")
    );
    let read = read("log.json", &log, &ImportOptions::default()).unwrap();
    let grid = &read.grids[0];
    assert_eq!(
        (read.format, &*grid.task, grid.epochs),
        (Format::Inspect, "sums", 2)
    );
    assert_eq!(grid.means(0).collect::<Vec<_>>(), [Some(0.5), Some(0.5)]);
    assert_eq!(grid.cell(1, 0).scored, 1);
    assert_eq!(&*grid.cases[0].id, "1");
}

#[test]
fn a_value_of_several_parts_asks_which_one_is_meant() {
    let log = r#"{"eval": {"task": "t", "model": "m"}, "samples": [
        {"id": 1, "epoch": 1, "scores": {"rubric": {"value": {"tone": 3, "facts": 5}}}}]}"#;
    let error = read("log.json", log, &ImportOptions::default()).err().unwrap();
    assert!(error.contains("--scorer SCORER.PART"), "{error}");
    let options = ImportOptions {
        scorer: Some("rubric.tone".to_owned()),
        scale: Scale::parse("1:5").unwrap(),
        ..ImportOptions::default()
    };
    let grid = &read("log.json", log, &options).unwrap().grids[0];
    assert_eq!(grid.cell(0, 0).mean(), Some(0.5));
    let options = ImportOptions {
        scorer: Some("rubric.tone".to_owned()),
        ..ImportOptions::default()
    };
    let error = read("log.json", log, &options).err().unwrap();
    assert!(
        error.contains("the score 3 of case 1 is outside of 0..1"),
        "{error}"
    );
}

#[test]
fn lm_eval_samples_are_named_by_file_and_folder_and_read_behind_one_filter() {
    let line = |id: u32, filter: &str, value: f64| {
        format!(
            r#"{{"doc_id": {id}, "doc": {{"q": 1}}, "target": "7", "filter": "{filter}", "metrics": ["exact_match"],
                "doc_hash": "h{id}", "target_hash": "t", "filtered_resps": ["7"], "exact_match": {value}}}"#
        )
        .replace('\n', "")
    };
    let text = [
        line(0, "strict-match", 1.0),
        line(1, "strict-match", 0.0),
        line(0, "flexible-extract", 1.0),
        line(1, "flexible-extract", 1.0),
    ]
    .join("\n");
    let name = "org__model/samples_gsm8k_2025-01-02T03-04-05.678.jsonl";
    let first = read(name, &text, &ImportOptions::default()).unwrap();
    let grid = &first.grids[0];
    assert_eq!((&*grid.task, &*grid.candidates[0].name), ("gsm8k", "org/model"));
    assert_eq!(grid.means(0).collect::<Vec<_>>(), [Some(1.0), Some(0.0)]);
    assert_eq!(first.notes.len(), 1);
    let options = ImportOptions {
        scorer: Some("exact_match,flexible-extract".to_owned()),
        ..ImportOptions::default()
    };
    let other = read(name, &text, &options).unwrap();
    assert_eq!(
        other.grids[0].means(0).collect::<Vec<_>>(),
        [Some(1.0), Some(1.0)]
    );
}

#[test]
fn files_that_are_no_results_are_named_with_what_is_read() {
    for (name, text, expected) in [
        ("a.json", "{}", "none of the formats"),
        ("a.json", "{", "is not JSON"),
        ("a.jsonl", "{\"doc_id\": 1}\n{", "line 2"),
        ("a.jsonl", "\n", "is empty"),
        ("a.eval", "PK\u{3}\u{4}...", "inspect log convert"),
    ] {
        let error = read(name, text, &ImportOptions::default()).err().unwrap();
        assert!(error.contains(expected), "{name} {text}: {error}");
    }
}
