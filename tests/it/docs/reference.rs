//! docs/reference/cli.md is made from the definition of the command line.

use super::{read, root};
use clap::{Arg, Command, CommandFactory};

const INTRODUCTION: &str = "\
# Command line

<!-- Made from the definition of the commands; after a change: BENCH_UPDATE=1 cargo test -->

`TASK` is a name, a glob over names, `tag:WORD` or the path of a task file. `RUN` is a run's id, a unique prefix of it,
its name, `latest`, or `latest~1` for the one before. A workspace is found from the current folder (or `-C DIR`)
upwards: the nearest folder with a `bench.yaml`.

Results go to stdout. Everything else (progress, notes, problems) goes to stderr; progress is drawn only on a terminal.

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | internal error, or the machine does not let bench work (disk full, no permission, damaged store) |
| 2 | wrong usage or configuration |
| 100 | the gate failed (`bench gate`, `bench run --gate`) |
| 101 | the gate is inconclusive |
| 102 | the run is incomplete: provider errors, scorer errors, budget, deadline, or `--fail-fast`, also where its gate passes; a scorer under test gave no score |
| 130 | interrupted |

Codes below 100 speak of the tool, those from 100 on of the evaluation (130 is the shells' code for Ctrl-C). With
`--json` a failed command prints `{\"error\": \"...\"}`.
";

/// The page.
fn page() -> String {
    let mut root = bench::cli::Args::command();
    root.build();
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n## Flags of every command\n\n");
    text.push_str(&flags(&root, |argument| {
        argument.is_global_set() || is_help(argument)
    }));
    text.push_str("| `-V`, `--version` | Print the version (without a command) |\n");
    for command in root.get_subcommands() {
        section(command, "bench", 2, &mut text);
    }
    text
}

fn is_help(argument: &Arg) -> bool {
    argument.get_id() == "help"
}

fn section(command: &Command, parent: &str, depth: usize, text: &mut String) {
    let name = format!("{parent} {}", command.get_name());
    text.push_str(&format!("\n{} {name}\n\n", "#".repeat(depth)));
    if let Some(about) = command.get_about() {
        text.push_str(&format!("{about}.\n\n"));
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace("\n       ", "\n");
    text.push_str(&format!("```text\n{}\n```\n", usage.trim()));
    let own = flags(command, |argument| {
        !argument.is_global_set() && !is_help(argument)
    });
    if own.lines().count() > 2 {
        text.push_str(&format!("\n{own}"));
    }
    if let Some(examples) = command.get_after_help() {
        let examples = examples.to_string();
        let lines = examples
            .trim_start_matches("Examples:\n")
            .lines()
            .map(|line| line.strip_prefix("  ").unwrap_or(line));
        text.push_str(&format!(
            "\n```sh\n{}\n```\n",
            lines.collect::<Vec<_>>().join("\n")
        ));
    }
    for sub in command.get_subcommands() {
        section(sub, &name, depth + 1, text);
    }
}

/// A table of arguments and flags.
fn flags(command: &Command, which: impl Fn(&Arg) -> bool) -> String {
    let mut table = "| | |\n|---|---|\n".to_owned();
    let (positional, named): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(|argument| which(argument))
        .partition(|argument| argument.is_positional());
    for argument in positional.into_iter().chain(named) {
        table.push_str(&format!(
            "| {} | {} |\n",
            written(argument),
            help(argument).replace('|', "\\|")
        ));
    }
    table
}

fn written(argument: &Arg) -> String {
    let value = argument.get_value_names().unwrap_or_default().join(" ");
    let value = if argument.get_action().takes_values() {
        value
    } else {
        String::new()
    };
    if argument.is_positional() {
        let many = if argument.get_action().takes_values()
            && argument.get_num_args().is_some_and(|n| n.max_values() > 1)
        {
            ".."
        } else {
            ""
        };
        return format!("`{value}{many}`");
    }
    let names = [
        argument.get_short().map(|c| format!("-{c}")),
        argument.get_long().map(|name| format!("--{name}")),
    ];
    let names: Vec<String> = names.into_iter().flatten().collect();
    let last = names.len() - 1;
    let with_value = |(at, name): (usize, String)| match value.as_str() {
        value if at == last && !value.is_empty() => format!("`{name} {value}`"),
        _ => format!("`{name}`"),
    };
    names
        .into_iter()
        .enumerate()
        .map(with_value)
        .collect::<Vec<_>>()
        .join(", ")
}

fn help(argument: &Arg) -> String {
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let takes_values = argument.get_action().takes_values();
    let possible = argument.get_possible_values();
    if takes_values && !possible.is_empty() {
        let described =
            possible
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| match value.get_help() {
                    Some(words) => format!(
                        "`{}` ({})",
                        value.get_name(),
                        words.to_string().trim_end_matches('.')
                    ),
                    None => format!("`{}`", value.get_name()),
                });
        help.push_str(&format!(": {}", described.collect::<Vec<_>>().join(", ")));
    }
    let defaults = argument.get_default_values();
    if takes_values && !defaults.is_empty() {
        let defaults: Vec<_> = defaults.iter().map(|value| value.to_string_lossy()).collect();
        help.push_str(&format!(" (default: `{}`)", defaults.join(" ")));
    }
    help
}

#[test]
fn the_reference_of_the_command_line_is_up_to_date() {
    let path = root().join("docs/reference/cli.md");
    let now = page();
    if std::env::var_os("BENCH_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &now).unwrap();
    }
    assert!(
        read(&path) == now,
        "docs/reference/cli.md is out of date: run `BENCH_UPDATE=1 cargo test`"
    );
}
