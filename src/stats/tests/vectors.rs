//! Every vector of the shared reference folder: one test that walks it, and fails on a method that it does not know.

use super::newcombe::newcombe_paired;
use crate::stats::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

fn folder() -> PathBuf {
    let shared = std::env::var_os("BENCH_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    shared.join("reference")
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .map_or(Vec::new(), |list| list.iter().filter_map(Value::as_f64).collect())
}

fn options(value: &Value) -> Vec<Option<f64>> {
    value
        .as_array()
        .map_or(Vec::new(), |list| list.iter().map(Value::as_f64).collect())
}

fn clusters(value: &Value) -> Option<Vec<u32>> {
    let mut index = ClusterIndex::default();
    let list = value.as_array()?;
    Some(list.iter().map(|name| index.number(&name.to_string())).collect())
}

fn float(value: f64) -> Value {
    if value == f64::INFINITY {
        json!("inf")
    } else if value == f64::NEG_INFINITY {
        json!("-inf")
    } else {
        json!(value)
    }
}

fn bounds(pair: Option<(f64, f64)>) -> Value {
    match pair {
        Some((low, high)) => json!({"lower": low, "upper": high}),
        None => json!({"lower": null, "upper": null}),
    }
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Some(object), Some(more)) = (object.as_object_mut(), more.as_object()) {
        object.extend(more.clone());
    }
    object
}

/// Our answer to a case, with the reference's keys; `None` for a method that nobody knows.
fn ours(method: &str, input: &Value) -> Option<Value> {
    let level = input["level"].as_f64().unwrap_or(0.95);
    let alpha = 1.0 - level;
    let number = |key: &str| input[key].as_f64();
    let count = |key: &str| input[key].as_u64().unwrap_or(0);
    Some(match method {
        "bca_bootstrap" => bootstrap(input, alpha),
        "beta_binomial" => {
            let prior = (number("prior_a")?, number("prior_b")?);
            let found = beta_binomial(number("k")?, number("n")?, prior, alpha, number("threshold")?)?;
            json!({"mean": found.mean, "lower": found.low, "upper": found.high, "prob_ge": found.at_least})
        }
        "bradley_terry" => ratings(input),
        "clopper_pearson" => {
            let side = match input["side"].as_str() {
                Some("lower") => Side::Lower,
                Some("upper") => Side::Upper,
                _ => Side::Two,
            };
            let (k, n) = (number("k")?, number("n")?);
            let estimate = if n > 0.0 { json!(k / n) } else { Value::Null };
            with(
                bounds(clopper_pearson(k, n, alpha, side)),
                json!({"estimate": estimate}),
            )
        }
        "cluster_robust_se" => robust(input, alpha),
        "cohen_kappa" => kappa(input),
        "confidence_sequence" => sequence(input),
        "effective_n_tango" => {
            let groups = clusters(&input["clusters"]);
            let found = paired_difference(&options(&input["diffs"]), groups.as_deref(), false, alpha);
            json!({"estimate": found.difference, "lower": found.low, "upper": found.high, "p": found.p,
                   "n_eff": found.n_eff, "df": float(found.df), "degenerate": found.degenerate,
                   "status": found.method.name().replace('-', "_")})
        }
        "effective_n_wilson" => {
            let groups = clusters(&input["clusters"]);
            let found = effective_n_wilson(&options(&input["scores"]), groups.as_deref(), alpha);
            let df = found.df.map_or(Value::Null, float);
            json!({"estimate": found.mean, "lower": found.low, "upper": found.high, "n_eff": found.n_eff, "df": df,
                   "degenerate": found.degenerate})
        }
        "elo_online" => {
            let (games, names) = games(input);
            let found = elo_online(
                names.len(),
                &games,
                number("k")?,
                number("scale")?,
                number("base")?,
                number("init")?,
            );
            let ratings: Map<String, Value> = names
                .into_keys()
                .zip(found)
                .map(|(name, r)| (name, json!(r)))
                .collect();
            json!({"ratings": ratings})
        }
        "gate_noninferiority" => {
            let groups = clusters(&input["clusters"]);
            let rule = DifferenceRule::NonInferior(number("margin")?);
            let found = decide(
                &options(&input["diffs"]),
                groups.as_deref(),
                false,
                rule,
                number("alpha")?,
                None,
            );
            json!({"estimate": found.estimate.difference, "lower_one_sided": found.estimate.low,
                   "upper_one_sided": found.estimate.high, "decision": found.decision.name(),
                   "n_needed_if_equal": found.cases_if_equal, "worse_but_within_margin": found.worse_within_margin})
        }
        "krippendorff_alpha" => {
            let rows: Vec<Vec<Option<f64>>> = input["ratings"].as_array()?.iter().map(options).collect();
            let of = |metric| krippendorff_alpha(&rows, metric);
            json!({"nominal": of(AlphaMetric::Nominal), "ordinal": of(AlphaMetric::Ordinal),
                   "interval": of(AlphaMetric::Interval)})
        }
        "mcnemar" => {
            let found = mcnemar(count("only_a"), count("only_b"));
            json!({"p_exact": found.exact, "p_mid": found.mid, "p_asymptotic": found.asymptotic})
        }
        "multiplicity" => {
            let (p, alpha) = (numbers(&input["p"]), number("alpha")?);
            let (holm, bh) = (holm(&p), benjamini_hochberg(&p));
            let reject = |list: &[f64]| -> Vec<bool> { list.iter().map(|p| *p <= alpha).collect() };
            json!({"holm_reject": reject(&holm), "bh_reject": reject(&bh), "holm": holm, "bh": bh})
        }
        "newcombe_paired" | "tango_paired" => paired_table(method, input, alpha),
        "paired_t" => student(input, alpha),
        "pareto_membership" => front(input),
        "pass_at_k" => passes(input),
        "positive_mean_logt" => {
            let found = positive_mean(&numbers(&input["values"]), None, alpha)?;
            json!({"estimate": found.value, "lower": found.low, "upper": found.high})
        }
        "power" => planning(input),
        "ppi_mean" => corrected(input, alpha),
        "quantile_ci" => {
            let mut values = numbers(&input["values"]);
            values.sort_by(f64::total_cmp);
            let (low, high) = quantile_interval(&values, number("p")?, alpha);
            json!({"lower": low, "upper": high})
        }
        "rank_correlation" => {
            let (a, b) = (numbers(&input["a"]), numbers(&input["b"]));
            json!({"spearman": spearman(&a, &b), "kendall_tau_b": kendall_tau_b(&a, &b)})
        }
        "rank_intervals" => {
            let columns: Vec<Vec<Option<f64>>> = input["scores"].as_array()?.iter().map(options).collect();
            let found = rank_intervals(&columns, None, false, number("alpha")?);
            let of = |part: fn(&Pair) -> f64| -> Vec<f64> { found.pairs.iter().map(part).collect() };
            let pairs: Vec<[usize; 2]> = found.pairs.iter().map(|pair| [pair.a, pair.b]).collect();
            let best: Vec<u32> = found.intervals.iter().map(|rank| rank.best).collect();
            let worst: Vec<u32> = found.intervals.iter().map(|rank| rank.worst).collect();
            json!({"pairs": pairs, "p": of(|pair| pair.p), "p_holm": of(|pair| pair.p_holm), "rank_best": best,
                   "rank_worst": worst})
        }
        "special_functions" => {
            let args = numbers(&input["args"]);
            let value = match (input["fn"].as_str()?, args.as_slice()) {
                ("t_inv", [p, df]) => t_quantile(*p, *df),
                ("t_sf", [t, df]) => t_survival(*t, *df),
                ("beta_inv", [p, a, b]) => beta_quantile(*p, *a, *b),
                ("normal_inv", [p]) => normal_quantile(*p),
                ("normal_cdf", [z]) => normal_cdf(*z),
                _ => return None,
            };
            json!({"value": value})
        }
        "wilson" => proportion(input, alpha),
        _ => return None,
    })
}

fn proportion(input: &Value, alpha: f64) -> Value {
    let z = normal_quantile(1.0 - alpha / 2.0);
    if input.get("scores").is_some() {
        let scores = options(&input["scores"]);
        let found = effective_n_wilson(&scores, None, alpha);
        return json!({"estimate": found.mean, "lower": found.low, "upper": found.high, "n_used": found.n,
                      "n_missing": found.missing});
    }
    let (k, n) = (input["k"].as_f64().unwrap(), input["n"].as_f64().unwrap());
    let estimate = if n > 0.0 { json!(k / n) } else { Value::Null };
    with(bounds(wilson(k / n, n, z)), json!({"estimate": estimate}))
}

fn bootstrap(input: &Value, alpha: f64) -> Value {
    let values = numbers(&input["values"]);
    let groups = clusters(&input["clusters"]);
    let mut members: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (at, value) in values.iter().enumerate() {
        let cluster = groups.as_ref().map_or(at as u32, |groups| groups[at]);
        members.entry(cluster).or_default().push(*value);
    }
    let members: Vec<Vec<f64>> = members.into_values().collect();
    let statistic = input["statistic"].as_str().unwrap_or("mean").to_owned();
    let of = |drawn: &[usize]| {
        let mut all: Vec<f64> = drawn.iter().flat_map(|at| members[*at].iter().copied()).collect();
        if statistic == "std_ddof1" {
            return MeanSpread::of(&all, None).map(|spread| spread.variance.sqrt());
        }
        if statistic == "median" {
            all.sort_by(f64::total_cmp);
            let middle = all.len() / 2;
            let median = if all.len() % 2 == 1 {
                all[middle]
            } else {
                f64::midpoint(all[middle - 1], all[middle])
            };
            return Some(median);
        }
        Some(all.iter().sum::<f64>() / all.len() as f64)
    };
    let whole: Vec<usize> = (0..members.len()).collect();
    let estimate = of(&whole).unwrap();
    let replicates = input["n_resamples"].as_u64().unwrap_or(REPLICATES);
    bounds(bca(members.len(), estimate, of, alpha, replicates, 20_261_101))
}

fn games(input: &Value) -> (Vec<Game>, BTreeMap<String, u32>) {
    let list = input["games"].as_array().unwrap();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for game in list {
        for side in ["a", "b"] {
            names.insert(game[side].as_str().unwrap().to_owned(), 0);
        }
    }
    for (number, place) in names.values_mut().enumerate() {
        *place = number as u32;
    }
    let mut index = ClusterIndex::default();
    let games = list
        .iter()
        .map(|game| Game {
            a: names[game["a"].as_str().unwrap()],
            b: names[game["b"].as_str().unwrap()],
            outcome: match game["winner"].as_str().unwrap() {
                "a" => 1.0,
                "b" => 0.0,
                _ => 0.5,
            },
            case: index.number(&game["case"].to_string()),
        })
        .collect();
    (games, names)
}

fn ratings(input: &Value) -> Value {
    let (games, names) = games(input);
    match bradley_terry(names.len(), &games) {
        Ok(found) => {
            let elo: Vec<f64> = (0..names.len())
                .map(|at| found.elo(at, 0.05).unwrap().0)
                .collect();
            json!({"models": names.keys().collect::<Vec<_>>(), "theta": found.theta, "elo_scale": elo,
                   "se_theta_cluster_by_case": found.se,
                   "se_diff_model1_minus_model0_cluster": found.se_of_difference(1, 0)})
        }
        Err(_) => json!({"theta": null, "elo_scale": null, "se_theta_cluster_by_case": null}),
    }
}

fn robust(input: &Value, alpha: f64) -> Value {
    let scores = numbers(&input["scores"]);
    let groups = clusters(&input["clusters"]);
    let spread = MeanSpread::of(&scores, groups.as_deref()).unwrap();
    if spread.clusters < 2.0 {
        return json!({"estimate": spread.mean, "se": null, "lower_t": null, "upper_t": null});
    }
    let (se, df) = (spread.robust.sqrt(), spread.clusters - 1.0);
    let half = t_quantile(1.0 - alpha / 2.0, df) * se;
    json!({"estimate": spread.mean, "se": se, "n_clusters": spread.clusters, "df": df,
           "effective_clusters": spread.effective, "lower_t": spread.mean - half, "upper_t": spread.mean + half})
}

fn kappa(input: &Value) -> Value {
    let labels: Vec<String> = input["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    let place = |value: &Value| {
        let said = value.to_string();
        labels.iter().position(|label| *label == said).unwrap()
    };
    let mut table = Confusion::new(labels.len());
    for (a, b) in input["a"]
        .as_array()
        .unwrap()
        .iter()
        .zip(input["b"].as_array().unwrap())
    {
        table.add(place(a), place(b));
    }
    json!({"raw_agreement": table.agreement(), "kappa": table.kappa(KappaWeights::None),
           "linear": table.kappa(KappaWeights::Linear), "quadratic": table.kappa(KappaWeights::Quadratic)})
}

fn sequence(input: &Value) -> Value {
    let (m, size) = (input["m"].as_f64().unwrap(), input["N"].as_u64());
    let alpha = input["alpha"].as_f64().unwrap();
    let mut above = EProcess::new(m, size);
    let mut below = EProcess::new(1.0 - m, size);
    let mut band = ConfidenceSequence::new(0.05, size);
    let (mut log_above, mut log_below, mut bands) = (Map::new(), Map::new(), Map::new());
    let (mut first_above, mut first_below) = (Value::Null, Value::Null);
    for (t, x) in (1..).zip(numbers(&input["x"])) {
        above.add(x);
        below.add(1.0 - x);
        band.add(x);
        log_above.insert(t.to_string(), float(above.log_evidence()));
        log_below.insert(t.to_string(), float(below.log_evidence()));
        let (low, high) = band.band();
        bands.insert(t.to_string(), json!([low, high]));
        if first_above.is_null() && above.rejects(alpha) {
            first_above = json!(t);
        }
        if first_below.is_null() && below.rejects(alpha) {
            first_below = json!(t);
        }
    }
    json!({"log_e_mean_le_m": log_above, "log_e_mean_ge_m": log_below,
           "first_t_reject_mean_le_m": first_above, "first_t_reject_mean_ge_m": first_below,
           "empirical_bernstein_cs_95": bands})
}

fn paired_table(method: &str, input: &Value, alpha: f64) -> Value {
    let count = |key: &str| input[key].as_u64().unwrap();
    let [both, only_a, only_b, neither] = ["both", "only_a", "only_b", "neither"].map(count);
    let n = both + only_a + only_b + neither;
    if n == 0 {
        return json!({"estimate": null, "lower": null, "upper": null, "p_score": null});
    }
    let (n, a, b) = (n as f64, only_a as f64, only_b as f64);
    let estimate = (a - b) / n;
    if method == "newcombe_paired" {
        let found = newcombe_paired(both, only_a, only_b, neither, alpha);
        return with(bounds(found), json!({"estimate": estimate}));
    }
    let z = normal_quantile(1.0 - alpha / 2.0);
    let found = tango(a / n, b / n, n, z);
    with(
        bounds(found),
        json!({"estimate": estimate, "p_score": mcnemar(only_a, only_b).asymptotic}),
    )
}

fn student(input: &Value, alpha: f64) -> Value {
    let (a, b) = (options(&input["a"]), options(&input["b"]));
    let pairs: Vec<f64> = a
        .iter()
        .zip(&b)
        .filter_map(|(a, b)| Some((*a)? - (*b)?))
        .collect();
    let counts = json!({"n_used": pairs.len(), "n_missing": a.len() - pairs.len()});
    let found = paired_t(&pairs, None, alpha, input["tost_margin"].as_f64());
    let found = match found {
        Some(found) => json!({"estimate": found.difference, "t": found.t, "df": found.df, "p": found.p,
            "lower": found.low, "upper": found.high, "lower_one_sided": found.low_one_sided,
            "tost_p": found.equivalence_p}),
        None => {
            let mean = pairs.iter().sum::<f64>() / pairs.len() as f64;
            json!({"estimate": mean, "t": null, "p": null, "lower": null, "upper": null})
        }
    };
    with(found, counts)
}

fn front(input: &Value) -> Value {
    let list = |key: &str| -> Vec<Vec<f64>> { input[key].as_array().unwrap().iter().map(numbers).collect() };
    let columns: Vec<FrontColumn> = list("scores")
        .into_iter()
        .zip(list("costs"))
        .map(|(quality, cost)| FrontColumn { quality, cost })
        .collect();
    let groups = clusters(&input["clusters"]);
    let found = front_membership(
        &columns,
        groups.as_deref(),
        input["n_resamples"].as_u64().unwrap(),
        7,
    );
    let of = |part: fn(&FrontMember) -> f64| -> Vec<f64> { found.iter().map(part).collect() };
    json!({"p_on_front": of(|member| member.p_on_front), "p_best_score": of(|member| member.p_best)})
}

fn passes(input: &Value) -> Value {
    let k = input["k"].as_u64().unwrap() as u32;
    let cases = input["per_case"].as_array().unwrap();
    let count = |case: &Value, key: &str| case[key].as_u64().unwrap() as u32;
    let at: Vec<Option<f64>> = cases
        .iter()
        .map(|case| pass_at_k(count(case, "n"), count(case, "c"), k))
        .collect();
    let hat = cases
        .iter()
        .map(|case| pass_hat_k(count(case, "n"), count(case, "c"), k));
    let mean =
        |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let excluded = at.iter().filter(|value| value.is_none()).count();
    json!({"pass_at_k": mean(at.iter().flatten().copied().collect()), "pass_hat_k": mean(hat.flatten().collect()),
           "n_cases_excluded": excluded, "per_case_pass_at_k": at})
}

fn planning(input: &Value) -> Value {
    let number = |key: &str| input[key].as_f64();
    let design = Design {
        alpha: number("alpha").unwrap_or(0.05),
        power: number("power").unwrap_or(0.8),
        sides: input["sides"].as_u64().unwrap_or(2) as u32,
        design_effect: number("deff").unwrap_or(1.0),
        ..Design::default()
    };
    let delta = number("delta").unwrap_or(0.0);
    match input["design"].as_str() {
        Some("noninferiority_paired_binary") => {
            let variance = number("discordance").unwrap() - delta * delta;
            let n = design.noninferiority_cases(variance, number("margin").unwrap(), delta);
            json!({"n": n.ceil()})
        }
        Some("miller_epochs") => {
            let epochs = |key: &str| input[key].as_u64().unwrap() as u32;
            let within = (number("var_within_a").unwrap(), number("var_within_b").unwrap());
            let variance = epoch_variance(
                number("omega2").unwrap(),
                within,
                (epochs("epochs_a"), epochs("epochs_b")),
            );
            let n = design.cases(variance, delta);
            json!({"n": n.ceil(), "n_raw": n})
        }
        Some("zero_failures") => {
            json!({"n": zero_failure_cases(number("threshold").unwrap(), number("confidence").unwrap())})
        }
        _ => {
            let n = design.cases(
                number("sd_diff").unwrap().powi(2),
                delta + number("margin").unwrap_or(0.0),
            );
            json!({"n_z": n.ceil(), "n_z_raw": n})
        }
    }
}

fn corrected(input: &Value, alpha: f64) -> Value {
    let pairs = numbers(&input["y"]).into_iter().zip(numbers(&input["f_labeled"]));
    let labelled: Vec<Labelled> = pairs
        .enumerate()
        .map(|(at, (human, judge))| Labelled {
            human,
            judge,
            cluster: at as u32,
        })
        .collect();
    let judged: Vec<(f64, u32)> = numbers(&input["f_unlabeled"])
        .into_iter()
        .enumerate()
        .map(|(at, score)| (score, at as u32))
        .collect();
    let found = ppi_mean(&labelled, &judged, false, alpha, 0).unwrap();
    json!({"estimate": found.mean, "lower": found.low, "upper": found.high, "lambda": found.lambda, "se": found.se})
}

/// How far a number may be off.
fn tolerance(tol: &Value, path: &str, expected: f64) -> f64 {
    let get = |key: &str| tol[key].as_f64();
    let last = path
        .rsplit('/')
        .find(|part| part.parse::<u64>().is_err())
        .unwrap_or("");
    let special = match last {
        "lower" => get("abs_lower"),
        "upper" => get("abs_upper"),
        "n_eff" => get("n_eff_rel").map(|rel| rel * expected.abs()),
        "theta" => get("abs_theta"),
        "elo_scale" => get("abs_elo"),
        _ if last.starts_with("se_") => get("abs_se"),
        "n_z_raw" | "n_raw" => get("abs_raw"),
        "n_needed_if_equal" => get("n_rel").map(|rel| rel * expected.abs()),
        _ if path.contains("log_e") => get("abs_log_e"),
        _ if path.contains("empirical_bernstein") => get("abs_cs"),
        _ => None,
    };
    special.or_else(|| get("abs")).unwrap_or(1e-9).max(1e-12)
}

fn compare(id: &str, path: &str, ours: &Value, expected: &Value, tol: &Value, broken: &mut Vec<String>) {
    match (ours, expected) {
        (Value::Object(ours), Value::Object(expected)) => {
            for (key, expected) in expected {
                match ours.get(key) {
                    Some(ours) => compare(id, &format!("{path}/{key}"), ours, expected, tol, broken),
                    None if ["lower", "upper", "estimate", "decision"].contains(&key.as_str()) => {
                        broken.push(format!("{id}: we do not report {path}/{key}"));
                    }
                    None => {}
                }
            }
        }
        (Value::Array(ours), Value::Array(expected)) if ours.len() == expected.len() => {
            for (at, (ours, expected)) in ours.iter().zip(expected).enumerate() {
                compare(id, &format!("{path}/{at}"), ours, expected, tol, broken);
            }
        }
        (Value::Number(ours), Value::Number(expected)) => {
            let (ours, expected) = (ours.as_f64().unwrap(), expected.as_f64().unwrap());
            let tolerance = tolerance(tol, path, expected);
            if (ours - expected).abs() > tolerance {
                broken.push(format!(
                    "{id}: {path} is {ours}, the reference says {expected} (tolerance {tolerance})"
                ));
            }
        }
        _ if ours == expected => {}
        _ => broken.push(format!("{id}: {path} is {ours}, the reference says {expected}")),
    }
}

#[test]
fn every_vector_of_the_reference_folder_is_reproduced() {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: no reference vectors in {}", folder().display());
        }
        return;
    };
    let (mut checked, mut broken) = (0, Vec::new());
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        // The figures of the coverage study are no vectors.
        if path.file_stem().is_some_and(|name| name == "coverage") {
            continue;
        }
        let cases = document["cases"].as_array().unwrap();
        let method = document["method"].as_str().unwrap();
        for case in cases {
            let id = case["id"].as_str().unwrap();
            let ours = ours(method, &case["input"])
                .unwrap_or_else(|| panic!("{}: no test knows the method `{method}` ({id})", path.display()));
            compare(id, "", &ours, &case["expected"], &case["tol"], &mut broken);
            checked += 1;
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked > 100, "only {checked} vectors");
}
