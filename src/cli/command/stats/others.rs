//! Methods with columns of their own: games, labels, raters.

use super::Args;
use super::means::percent;
use super::row::{Found, Row};
use super::table::Table;
use crate::cli::failure::Failure;
use crate::stats::{
    self, AlphaMetric, ClusterIndex, Confusion, FEWEST_LABELS, Game, KappaWeights, Labelled,
    effective_n_wilson, krippendorff_alpha, ppi_mean,
};
use std::collections::HashMap;

/// Numbers for names, in the order in which they first come.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    at: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(at) = self.at.get(name) {
            return *at;
        }
        self.at.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.names.len() - 1
    }
}

/// Ratings from games.
pub fn bradley_terry(args: &Args, table: &Table) -> Result<Found, Failure> {
    let (a, b) = (table.needed(None, &["a"])?, table.needed(None, &["b"])?);
    let outcome = table.needed(args.score.as_deref(), &["outcome", "score"])?;
    let case = table.column(args.case.as_deref(), &["case", "case_id", "id"])?;
    let (mut players, mut cases) = (Names::default(), ClusterIndex::default());
    let mut games = Vec::new();
    for (at, row) in table.rows().enumerate() {
        let (Some(first), Some(second)) = (row.text(a), row.text(b)) else {
            return Err(row.wrong("a game has two players, in columns `a` and `b`"));
        };
        let told = match row.text(outcome).map(|text| text.to_ascii_lowercase()).as_deref() {
            Some("a") => Some(1.0),
            Some("b") => Some(0.0),
            Some("tie" | "draw") => Some(0.5),
            _ => row.number(outcome)?,
        };
        let told = told
            .filter(|told| (0.0..=1.0).contains(told))
            .ok_or_else(|| row.wrong("an outcome is 1 (a wins), 0 (b wins) or 0.5; or `a`, `b`, `tie`"))?;
        let case = case
            .and_then(|case| row.text(case))
            .unwrap_or_else(|| format!("\u{0}{at}"));
        games.push(Game {
            a: players.number(&first) as u32,
            b: players.number(&second) as u32,
            outcome: told,
            case: cases.number(&case),
        });
    }
    let found = stats::bradley_terry(players.names.len(), &games);
    let mut notes = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    match &found {
        Ok(ratings) if !ratings.too_few_cases() => {
            for (at, name) in players.names.iter().enumerate() {
                if let Some((elo, low, high)) = ratings.elo(at, 1.0 - args.level()) {
                    rows.push(Row {
                        estimate: Some(elo),
                        low: Some(low),
                        high: Some(high),
                        n: Some(ratings.cases),
                        ..Row::named(None, name)
                    });
                }
            }
        }
        Ok(ratings) => notes.push(format!(
            "no ratings: {} cases, and they take 30; win rates instead",
            ratings.cases
        )),
        Err(why) => notes.push(format!("no ratings: {}; win rates instead", why.reason())),
    }
    let rated = !rows.is_empty();
    if !rated {
        for (at, name) in players.names.iter().enumerate() {
            let mut by_case: HashMap<u32, (f64, f64)> = HashMap::new();
            for game in &games {
                let won = match at as u32 {
                    player if player == game.a => game.outcome,
                    player if player == game.b => 1.0 - game.outcome,
                    _ => continue,
                };
                let sums = by_case.entry(game.case).or_default();
                sums.0 += won;
                sums.1 += 1.0;
            }
            let mut values: Vec<(u32, f64)> = by_case
                .into_iter()
                .map(|(case, (won, n))| (case, won / n))
                .collect();
            values.sort_unstable_by_key(|(case, _)| *case);
            let values: Vec<Option<f64>> = values.into_iter().map(|(_, value)| Some(value)).collect();
            rows.push(Row::named(None, name).estimated(&effective_n_wilson(
                &values,
                None,
                1.0 - args.level(),
            )));
        }
    }
    rows.sort_by(|x, y| y.estimate.unwrap_or(0.0).total_cmp(&x.estimate.unwrap_or(0.0)));
    let (method, about) = if rated {
        (
            "bradley-terry, clustered by case",
            "Ratings (1000 on average, 400 points for odds of ten to one)",
        )
    } else {
        ("effective-n-wilson", "Win rates over cases")
    };
    let mut found = Found::new(
        method,
        format!("{about}, {} interval", percent(args.level())),
        rows,
    );
    found.notes = notes;
    Ok(found)
}

/// A judge's mean corrected by labels.
pub fn ppi(args: &Args, table: &Table) -> Result<Found, Failure> {
    let judge = table.needed(args.score.as_deref(), &["judge", "score"])?;
    let human = table.needed(None, &["human", "label"])?;
    let cluster = table.column(args.cluster.as_deref(), &["cluster"])?;
    let scale = args.scale.unwrap_or_default();
    let mut index = ClusterIndex::default();
    let (mut labelled, mut judged, mut left_out) = (Vec::new(), Vec::new(), 0);
    for (at, row) in table.rows().enumerate() {
        let name = cluster
            .and_then(|cluster| row.text(cluster))
            .unwrap_or_else(|| format!("\u{0}{at}"));
        let cluster = index.number(&name);
        let in_range = |value: Option<f64>| -> Result<Option<f64>, Failure> {
            let value = value.map(|value| scale.map(value));
            match value.filter(|value| !(-1e-9..=1.0 + 1e-9).contains(value)) {
                Some(_) => Err(row.wrong(&format!(
                    "a score is outside of {scale}; name the range with --scale LOW:HIGH"
                ))),
                None => Ok(value),
            }
        };
        match (in_range(row.number(judge)?)?, in_range(row.number(human)?)?) {
            (Some(judge), Some(human)) => labelled.push(Labelled {
                human,
                judge,
                cluster,
            }),
            (Some(judge), None) => judged.push((judge, cluster)),
            _ => left_out += 1,
        }
    }
    let found = ppi_mean(
        &labelled,
        &judged,
        cluster.is_some(),
        1.0 - args.level(),
        FEWEST_LABELS,
    )
    .ok_or_else(|| table.wrong("no case has both a judge's score and a human label"))?;
    let mut warnings = Vec::new();
    if found.human_only {
        warnings.push(format!(
            "the labels alone: fewer than {FEWEST_LABELS} of them, or no case with the judge's score alone"
        ));
    }
    if left_out > 0 {
        warnings.push(format!("{left_out} rows without a judge's score left out"));
    }
    let row = Row {
        estimate: Some(found.mean),
        low: found.low,
        high: found.high,
        n: Some(found.labels + found.judged),
        warnings,
        ..Row::named(None, "corrected")
    }
    .with("lambda", found.lambda)
    .with("labels", found.labels as f64);
    Ok(Found::new(
        "ppi++, effective-n-wilson",
        format!(
            "Mean score corrected by labels, {} interval",
            percent(args.level())
        ),
        vec![row],
    )
    .noted("the labelled cases must be a random subset of all"))
}

/// Agreement of two raters.
pub fn kappa(args: &Args, table: &Table) -> Result<Found, Failure> {
    let (a, b) = (table.needed(None, &["a"])?, table.needed(None, &["b"])?);
    let cluster = table.column(args.cluster.as_deref(), &["cluster"])?;
    let mut categories: Vec<String> = Vec::new();
    let mut rated: Vec<(String, String)> = Vec::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut names = Names::default();
    for (at, row) in table.rows().enumerate() {
        let (Some(first), Some(second)) = (row.text(a), row.text(b)) else {
            continue;
        };
        for value in [&first, &second] {
            if !categories.contains(value) {
                categories.push(value.clone());
            }
        }
        let name = cluster
            .and_then(|cluster| row.text(cluster))
            .unwrap_or_else(|| format!("\u{0}{at}"));
        let place = names.number(&name);
        if place == groups.len() {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.get_mut(place) {
            group.push(rated.len());
        }
        rated.push((first, second));
    }
    // Numbers in their order, so that weights by distance mean something.
    let numeric = categories.iter().all(|value| value.parse::<f64>().is_ok());
    categories.sort_by(|x, y| match (x.parse::<f64>(), y.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y),
        _ => x.cmp(y),
    });
    let place = |value: &str| {
        categories
            .iter()
            .position(|known| known == value)
            .unwrap_or_default()
    };
    let pairs: Vec<(usize, usize)> = rated
        .iter()
        .map(|(first, second)| (place(first), place(second)))
        .collect();
    let confusion = |of: &[usize]| {
        let mut confusion = Confusion::new(categories.len());
        for (first, second) in of.iter().filter_map(|at| pairs.get(*at)) {
            confusion.add(*first, *second);
        }
        confusion
    };
    let all = confusion(&(0..pairs.len()).collect::<Vec<usize>>());
    let mut rows = Vec::new();
    let kinds = [
        ("kappa", KappaWeights::None, true),
        (
            "kappa, linear weights",
            KappaWeights::Linear,
            numeric && categories.len() > 2,
        ),
        (
            "kappa, quadratic weights",
            KappaWeights::Quadratic,
            numeric && categories.len() > 2,
        ),
    ];
    for (name, weights, _) in kinds.into_iter().filter(|(.., shown)| *shown) {
        let estimate = all.kappa(weights);
        let bounds = estimate.and_then(|estimate| {
            let statistic = |drawn: &[usize]| {
                let of: Vec<usize> = drawn
                    .iter()
                    .filter_map(|at| groups.get(*at))
                    .flatten()
                    .copied()
                    .collect();
                confusion(&of).kappa(weights)
            };
            args.resampled(groups.len(), estimate, statistic)
        });
        rows.push(Row {
            estimate,
            low: bounds.map(|bounds| bounds.0),
            high: bounds.map(|bounds| bounds.1),
            n: Some(all.total()),
            warnings: if estimate.is_none() {
                vec!["no variation: kappa is undefined".to_owned()]
            } else {
                Vec::new()
            },
            ..Row::named(None, name)
        });
    }
    rows.push(Row {
        estimate: all.agreement(),
        n: Some(all.total()),
        ..Row::named(None, "raw agreement")
    });
    Ok(Found::new(
        "cohen-kappa, bca",
        format!(
            "Agreement of two raters, {} interval (seed {})",
            percent(args.level()),
            args.seed()
        ),
        rows,
    ))
}

/// Agreement of several raters.
pub fn alpha(args: &Args, table: &Table) -> Result<Found, Failure> {
    let case = table.needed(args.case.as_deref(), &["case", "case_id", "id", "doc_id"])?;
    let rater = table.needed(
        args.candidate.as_deref(),
        &["rater", "candidate", "judge", "model"],
    )?;
    let score = table.needed(args.score.as_deref(), &["score", "value", "rating"])?;
    let (mut cases, mut raters) = (Names::default(), Names::default());
    let mut values: HashMap<(usize, usize), f64> = HashMap::new();
    for row in table.rows() {
        let (Some(case), Some(rater)) = (row.text(case), row.text(rater)) else {
            return Err(row.wrong("a rating has a case and a rater"));
        };
        if let Some(value) = row.number(score)? {
            values.insert((raters.number(&rater), cases.number(&case)), value);
        }
    }
    let ratings = |of: &[usize]| -> Vec<Vec<Option<f64>>> {
        let row = |rater: usize| {
            of.iter()
                .map(|case| values.get(&(rater, *case)).copied())
                .collect()
        };
        (0..raters.names.len()).map(row).collect()
    };
    let all: Vec<usize> = (0..cases.names.len()).collect();
    let kinds = [
        ("alpha, interval", AlphaMetric::Interval),
        ("alpha, ordinal", AlphaMetric::Ordinal),
        ("alpha, nominal", AlphaMetric::Nominal),
    ];
    let rows = kinds.into_iter().map(|(name, metric)| {
        let estimate = krippendorff_alpha(&ratings(&all), metric);
        let bounds = estimate.and_then(|estimate| {
            let statistic = |drawn: &[usize]| krippendorff_alpha(&ratings(drawn), metric);
            args.resampled(all.len(), estimate, statistic)
        });
        Row {
            estimate,
            low: bounds.map(|bounds| bounds.0),
            high: bounds.map(|bounds| bounds.1),
            n: Some(cases.names.len() as u64),
            ..Row::named(None, name)
        }
        .with("raters", raters.names.len() as f64)
    });
    Ok(Found::new(
        "krippendorff-alpha, bca",
        format!(
            "Agreement of raters, {} interval (seed {})",
            percent(args.level()),
            args.seed()
        ),
        rows.collect(),
    ))
}
