//! From the command line to an exit code.

use super::args::{Args, Command};
use super::command::{
    add_task, cascade, cases, check, compare, completions, gate, init, judge, models, plan, report, resume,
    run, runs, schema, score, scorer, stats, verify,
};
use super::console::Console;
use super::failure::Failure;
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Runs the program with the process's own arguments.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // Whatever panics is caught where it can be; the user needs the place, not a trace.
        let place = panic.location().map_or_else(String::new, |place| {
            format!(" at {}:{}", place.file(), place.line())
        });
        let _ = writeln!(
            std::io::stderr(),
            "internal error{place}: this is a fault of bench; please report it"
        );
    }));
    if let Some(cache) = super::sandbox::worker_folder() {
        // Its end is the end of whoever started it, or a frame that nobody sent: either way there is nobody to tell.
        return match crate::sandbox::serve_as_worker(cache) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(super::failure::exit::USAGE);
            let _ = error.print();
            if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
                let message = error.render().to_string();
                let document = serde_json::json!({"error": message.trim_start_matches("error: ").trim_end()});
                let _ = writeln!(std::io::stdout(), "{document:#}");
            }
            return ExitCode::from(code);
        }
    };
    let console = Console::new(&args.common);
    let result = dispatch(args, &console);
    let code = result.unwrap_or_else(|failure| {
        if let Some(message) = failure.message() {
            console.error(message);
            if console.json() && console.document(&serde_json::json!({"error": message})).is_err() {
                return failure.code();
            }
        }
        failure.code()
    });
    ExitCode::from(code)
}

fn dispatch(args: Args, console: &Console) -> Result<u8, Failure> {
    let common = &args.common;
    match args.command {
        Command::Init(args) => init::run(args, common, console),
        Command::AddTask(args) => add_task::run(args, common, console),
        Command::Check(args) => check::run(args, common, console),
        Command::Plan(args) => plan::run(args, common, console),
        Command::Run(args) => run::run(args, common, console),
        Command::Resume(args) => resume::run(args, common, console),
        Command::Score(args) => score::run(args, common, console),
        Command::Scorer(args) => scorer::run(args, common, console),
        Command::Compare(args) => compare::run(args, common, console),
        Command::Gate(args) => gate::run(args, common, console),
        Command::Judge(args) => judge::run(args, common, console),
        Command::Stats(args) => stats::run(args, common, console),
        Command::Report(args) => report::run(args, common, console),
        Command::Cascade(args) => cascade::run(args, common, console),
        Command::Cases(args) => cases::run(args, common, console),
        Command::Verify(args) => verify::run(args, common, console),
        Command::Runs(args) => runs::run(args, common, console),
        Command::Models(args) => models::run(args, common, console),
        Command::Schema(args) => schema::run(args, console),
        Command::Completions(args) => completions::run(args, console),
    }
}
