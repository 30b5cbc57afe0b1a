//! The files of a new workspace.

/// Path in the workspace and content.
pub(super) const FILES: &[(&str, &str)] = &[
    ("bench.yaml", include_str!("template/bench.yaml")),
    ("tasks/city-facts.yaml", include_str!("template/task.yaml")),
    ("golden/city-facts.jsonl", include_str!("template/golden.jsonl")),
    ("providers/sim.yaml", include_str!("template/sim.yaml")),
    ("providers/openai.yaml", include_str!("template/openai.yaml")),
    (".gitignore", "runs/\n"),
];
