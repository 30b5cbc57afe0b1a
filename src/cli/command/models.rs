//! `bench models`: what the providers offer, with prices.

use crate::cli::args::Common;
use crate::cli::console::Console;
use crate::cli::discovery;
use crate::cli::failure::{Failure, exit};
use crate::cli::table::{Column, plain_table};
use crate::cli::workspace;
use crate::model::{Project, ProviderConfig, Rate};
use crate::plan::{Catalog, CatalogModel, glob};
use serde_json::json;
use std::sync::Arc;

/// Flags of `bench models`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bench models list 'openai/*'\n  bench models discover\n  \
                        bench models discover openrouter --refresh\n  \
                        bench models list --min-context 200000 --max-price 1"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The models that provider files name and those discovered before; sends nothing
    List(List),
    /// Ask each configured provider which models it serves
    Discover(Discover),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Only models that match
    #[arg(value_name = "GLOB", default_value = "*")]
    glob: String,
    /// Only models with at least this context window
    #[arg(long, value_name = "TOKENS")]
    min_context: Option<u64>,
    /// Only models whose input price is known and at most this (dollars per million tokens)
    #[arg(long, value_name = "USD")]
    max_price: Option<f64>,
}

#[derive(Debug, clap::Args)]
struct Discover {
    /// Providers to ask [default: all that have a list]
    #[arg(value_name = "PROVIDER")]
    providers: Vec<String>,
    /// Ask again even where a fresh list is kept
    #[arg(long)]
    refresh: bool,
}

/// Lists or discovers.
pub fn run(args: Args, common: &Common, console: &Console) -> Result<u8, Failure> {
    let project = workspace::load(common, console)?;
    match args.command {
        Command::List(args) => list(&args, &project, console),
        Command::Discover(args) => discover(&args, &project, console),
    }
}

fn list(args: &List, project: &Project, console: &Console) -> Result<u8, Failure> {
    let kept = discovery::kept(project)
        .into_iter()
        .flat_map(|list| list.models.unwrap_or_default());
    let catalog = Catalog::new(project, kept.collect());
    let matcher = glob(&args.glob)?;
    let rate = |known: &CatalogModel| known.config.price.as_ref().and_then(|price| price.base.input);
    let fits = |known: &&CatalogModel| {
        matcher.is_match(known.model.to_string())
            && args
                .min_context
                .is_none_or(|least| known.config.context.is_some_and(|size| size >= least))
            && args
                .max_price
                .is_none_or(|most| rate(known).is_some_and(|rate| rate.dollars_per_million() <= most))
    };
    let models: Vec<&CatalogModel> = catalog.models().iter().filter(fits).collect();
    if models.is_empty() && !catalog.models().is_empty() && !console.json() {
        console.note("No model fits; `bench models list` shows all.");
        return Ok(exit::DONE);
    }
    print(&models, &[], console)
}

fn discover(args: &Discover, project: &Project, console: &Console) -> Result<u8, Failure> {
    let mut providers: Vec<Arc<ProviderConfig>> = Vec::new();
    for name in &args.providers {
        let provider = project.provider(name).ok_or_else(|| {
            let known = crate::plan::known_names(name, project.providers.iter().map(|known| &*known.name));
            Failure::Usage(format!("no provider is called `{name}`{known}"))
        })?;
        providers.push(provider.clone());
    }
    if providers.is_empty() {
        let asked = |provider: &&Arc<ProviderConfig>| provider.discover && !provider.api.is_local();
        providers.extend(project.providers.iter().filter(asked).cloned());
    }
    for provider in providers.iter().filter(|provider| provider.api.is_local()) {
        console.note(&format!(
            "{}: has no list to ask for; {} names its models",
            provider.name, provider.path
        ));
    }
    let lists = discovery::discover(project, &providers, args.refresh)?;
    let mut failures = Vec::new();
    let mut models = Vec::new();
    for list in lists {
        match list.models {
            Ok(found) => models.extend(found),
            Err(message) => failures.push((list.provider.name.to_string(), message)),
        }
    }
    // With the prices and context windows that provider files add.
    let catalog = Catalog::new(project, models);
    let asked = |known: &&CatalogModel| {
        providers
            .iter()
            .any(|provider| provider.name == known.model.provider)
    };
    print(
        &catalog.models().iter().filter(asked).collect::<Vec<_>>(),
        &failures,
        console,
    )
}

fn print(models: &[&CatalogModel], failures: &[(String, String)], console: &Console) -> Result<u8, Failure> {
    let dollars = |rate: Option<Rate>| rate.map(Rate::dollars_per_million);
    let rates = |known: &CatalogModel| {
        known
            .config
            .price
            .as_ref()
            .map(|price| price.base)
            .unwrap_or_default()
    };
    for (provider, message) in failures {
        console.warn(&format!("{provider}: cannot list its models: {message}"));
    }
    if console.json() {
        let rows = models.iter().map(|known| {
            json!({
                "model": known.model.to_string(),
                "context": known.config.context,
                "max_output": known.config.max_output,
                "input": dollars(rates(known).input),
                "output": dollars(rates(known).output),
                "discovered": known.discovered,
            })
        });
        let failed: Vec<_> = failures
            .iter()
            .map(|(provider, error)| json!({"provider": provider, "error": error}))
            .collect();
        console.document(&json!({"models": rows.collect::<Vec<_>>(), "failures": failed}))?;
        return Ok(exit::DONE);
    }
    if models.is_empty() {
        console.note("No models. Name some in providers/*.yaml, or run `bench models discover`.");
        return Ok(exit::DONE);
    }
    let price =
        |rate: Option<Rate>| dollars(rate).map_or("unknown".to_owned(), |dollars| format!("{dollars}"));
    let rows = models.iter().map(|known| {
        vec![
            known.model.to_string(),
            known
                .config
                .context
                .map_or("unknown".to_owned(), |tokens| tokens.to_string()),
            price(rates(known).input),
            price(rates(known).output),
            if known.discovered {
                "discovered"
            } else {
                "configured"
            }
            .to_owned(),
        ]
    });
    let columns = [
        Column::text("model").shortenable(),
        Column::number("context"),
        Column::number("input $/M"),
        Column::number("output $/M"),
        Column::text("").droppable(1),
    ];
    console.out(&plain_table(&columns, &rows.collect::<Vec<_>>(), console.width()))?;
    Ok(exit::DONE)
}
