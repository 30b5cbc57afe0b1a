//! `bench judge calibrate`: what a judge says against what people say.

use super::{beside, meant};
use crate::analyse::calibrate::{
    Calibration, Correction, Declared, Input, JudgedOutput, Resampling, ScaleError,
};
use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::failure::{Failure, exit};
use crate::cli::labelled::{self, SAMPLED, Wanted};
use crate::cli::{prepare, workspace};
use crate::load;
use crate::model::{Label, Project};
use crate::report::{self, CalibrationHead, NamedCorrection};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// Flags of `bench judge calibrate`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench judge calibrate careful --labels labels.csv\n  \
                        bench judge calibrate quality --labels labels.jsonl --run before-switch\n  \
                        bench judge calibrate openai/gpt-4.1 --labels labels.jsonl --scorer quality\n  \
                        bench judge calibrate gpt-4 --labels verdicts-and-labels.jsonl --scale 1,5 --pass 4\n\n\
                        A label is a line of CSV (with a header) or a JSON object a line: case, candidate or output, \
                        human, rater.\nWith a column judge no run is needed."
)]
pub struct Calibrate {
    /// The judge: a name in judges/, a model that judges (`provider/model`), or a scorer of the run
    #[arg(value_name = "JUDGE")]
    judge: String,
    /// What people said: CSV or JSONL
    #[arg(long, value_name = "FILE")]
    labels: Utf8PathBuf,
    /// The run with the verdicts: id, unique prefix, name, `latest` or `latest~1` [default: the latest, unless the
    /// labels have a column `judge`]
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// The scorer of the run, where several ask the judge
    #[arg(long, value_name = "NAME")]
    scorer: Option<String>,
    /// Only outputs of that task, where scorers of the same name differ by task
    #[arg(long, value_name = "NAME")]
    task: Option<String>,
    /// Lowest and highest verdict, in place of those of the scorer or the judge's file
    #[arg(long, value_name = "LOW,HIGH", value_parser = ends)]
    scale: Option<(f64, f64)>,
    /// The lowest number that passes
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    pass: Option<f64>,
    /// All categories of a judge that gives names, also those that do not occur
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    categories: Vec<String>,
    /// Replicates that the intervals of kappa, alpha and correlations rest on; 0 leaves them out
    #[arg(long, value_name = "N", default_value_t = crate::stats::REPLICATES)]
    resamples: u64,
    /// What to write
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For the terminal
    Text,
    /// For people elsewhere
    Markdown,
}

fn ends(text: &str) -> Result<(f64, f64), String> {
    let numbers: Option<(f64, f64)> = text
        .split_once([',', ':'])
        .or_else(|| text.split_once(".."))
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
    match numbers {
        Some((low, high)) if low < high && low.is_finite() && high.is_finite() => Ok((low, high)),
        _ => Err("write the lowest and the highest verdict, such as 1,5".to_owned()),
    }
}

/// What is compared.
struct Compared {
    input: Input,
    range: Option<(f64, f64)>,
    pass: Option<f64>,
    head: CalibrationHead,
}

/// Compares; sends and stores nothing.
pub fn run(args: &Calibrate, common: &Common, console: &Console) -> Result<u8, Failure> {
    let root = workspace::find(common);
    let file = workspace::path(common, &args.labels);
    let labels = read(root.as_deref().unwrap_or(Utf8Path::new("")), &file, console)?;
    let compared = match (&args.run, labels.has_verdicts()) {
        (Some(_), true) => {
            return Err(Failure::Usage(format!(
                "{} tells what the judge said, so no run is looked at: leave --run out, or the verdicts",
                args.labels
            )));
        }
        (None, true) => {
            let found = beside::gather(&labels.labels, &args.labels)?;
            let judges = root
                .as_deref()
                .map(|root| project(root).judges)
                .unwrap_or_default();
            let judge = judges.iter().find(|judge| judge.name == args.judge);
            let range = args.scale.or_else(|| judge.map(|judge| judge.scale));
            let name = |name: &Option<Arc<str>>| name.as_deref().unwrap_or("").to_owned();
            let corrections = corrections(
                args,
                &labels.labels,
                &found.outputs(range, args.pass),
                range,
                |at| {
                    let [task, candidate, prompt] = found.whose.get(at as usize)?;
                    Some([name(task), name(candidate), name(prompt)])
                },
            )?;
            Compared {
                range,
                pass: args.pass,
                head: CalibrationHead {
                    judge: args.judge.clone(),
                    labels: args.labels.to_string(),
                    repeated: found.repeated,
                    corrections,
                    ..CalibrationHead::default()
                },
                input: found.input,
            }
        }
        (run, false) => {
            let root = root?;
            of_run(args, run.as_deref(), &root, &self::project(&root), &labels.labels)?
        }
    };
    if let (Some((low, high)), Some(pass)) = (compared.range, args.pass)
        && !(low..=high).contains(&pass)
    {
        return Err(Failure::Usage(format!(
            "--pass {pass} is not on the scale, which goes from {low} to {high}"
        )));
    }
    let declared = Declared {
        range: compared.range,
        pass: compared.pass,
        categories: args
            .categories
            .iter()
            .map(|name| Arc::from(name.trim()))
            .collect(),
    };
    let resampling = Resampling {
        replicates: args.resamples,
        ..Resampling::default()
    };
    let found = Calibration::of(&compared.input, &declared, resampling)
        .map_err(|error| unreadable(&args.labels, &error))?;
    let mut bytes = Vec::new();
    match (console.json(), args.format) {
        (true, _) => {
            report::calibration_json(&compared.head, &found, &mut bytes)?;
            console.raw_json(&bytes)?;
            return Ok(exit::DONE);
        }
        (false, Format::Markdown) => report::calibration_markdown(&compared.head, &found, &mut bytes)?,
        (false, Format::Text) => {
            let text =
                report::calibration_text(&compared.head, &found, console.text_width(), console.unicode());
            console.out(&text)?;
            return Ok(exit::DONE);
        }
    }
    console.raw(&bytes)?;
    Ok(exit::DONE)
}

fn unreadable(file: &Utf8Path, error: &ScaleError) -> Failure {
    Failure::Usage(labelled::told(file, error))
}

/// The means of all candidates, corrected; `whose` names the task, the candidate and the prompt of a position. Labels
/// that are names of categories have no mean.
fn corrections(
    args: &Calibrate,
    labels: &[Label],
    outputs: &[JudgedOutput],
    range: Option<(f64, f64)>,
    whose: impl Fn(u32) -> Option<[String; 3]>,
) -> Result<Vec<NamedCorrection>, Failure> {
    if !args.categories.is_empty() {
        return Ok(Vec::new());
    }
    let corrections = labelled::means(labels, outputs, range.unwrap_or((0.0, 1.0)));
    let named = |correction: Correction| {
        let [task, candidate, prompt] = whose(correction.candidate)?;
        Some(NamedCorrection {
            task,
            candidate,
            prompt,
            correction,
        })
    };
    let corrections = corrections.map_err(|error| unreadable(&args.labels, &error))?;
    Ok(corrections.into_iter().filter_map(named).collect())
}

/// Reads the labels; what is wrong with them is printed.
pub(super) fn read(root: &Utf8Path, file: &Utf8Path, console: &Console) -> Result<load::Labels, Failure> {
    let absolute = file.canonicalize_utf8().unwrap_or_else(|_| file.to_owned());
    let labels = load::labels(root, &absolute);
    workspace::report_problems(console, &labels.problems)?;
    if labels.labels.is_empty() {
        return Err(Failure::Usage(format!("{file} has no labels")));
    }
    Ok(labels)
}

/// The workspace, as far as its files can be read.
pub(super) fn project(root: &Utf8Path) -> Project {
    load::load(root, &workspace::environment).project
}

fn of_run(
    args: &Calibrate,
    run: Option<&str>,
    root: &Utf8Path,
    project: &Project,
    labels: &[Label],
) -> Result<Compared, Failure> {
    if !root.join("runs/bench.db").exists() {
        return Err(Failure::Usage(
            "the labels do not tell what the judge said (column `judge`), and no run is stored yet"
                .to_owned(),
        ));
    }
    let store = prepare::store_to_read(root)?;
    let run = store.find_run(run.unwrap_or("latest"))?;
    let manifest = store.manifest(&run)?;
    let which = meant::Which {
        name: &args.judge,
        scorer: args.scorer.as_deref(),
        task: args.task.as_deref(),
    };
    let meant = meant::scorer(&which, project, &run.id, &manifest)?;
    let (range, pass) = match args.scale {
        // The threshold of another scale says nothing on this one.
        Some(range) => (range, args.pass),
        None => (meant.range, args.pass.or(meant.pass)),
    };
    let wanted = Wanted {
        store: &store,
        run: &run,
        manifest: &manifest,
        scorer: &meant.scorer,
        range,
        tasks: meant.tasks.as_deref(),
    };
    let found = labelled::gather(&wanted, labels, &args.labels)?;
    let outputs = match found.sampled {
        true => &[],
        false => &*found.outputs,
    };
    let corrections = corrections(args, labels, outputs, Some(range), |at| {
        let entry = manifest.candidates.get(at as usize)?;
        let task = manifest.tasks.get(entry.task as usize)?;
        let candidate = &entry.candidate;
        Some([
            task.name.to_string(),
            candidate.model_label(),
            candidate.prompt.to_string(),
        ])
    })?;
    let sampled = found.sampled.then(|| SAMPLED.to_owned());
    Ok(Compared {
        input: found.input,
        range: Some(range),
        pass,
        head: CalibrationHead {
            judge: args.judge.clone(),
            run: Some(run.id.clone()),
            scorer: Some(meant.scorer),
            labels: args.labels.to_string(),
            repeated: found.repeated,
            notes: found.unmatched.into_iter().chain(sampled).collect(),
            corrections,
        },
    })
}
