//! Recorded usages of many vendors, priced to the last digit as an independent library prices them.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bench::model::{Money, Price, PriceTier, Rate, Rates, Usage};
use bench::pricing::cost;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The date for which the recorded prices were computed, and a time outside of the discount hours' exceptions.
const DATE: &str = "2026-07-01";
const TIME: &str = "12:00:00Z";

fn shared() -> PathBuf {
    std::env::var_os("BENCH_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    )
}

/// The JSON files of the price folder whose names hold that word.
fn documents(word: &str) -> Vec<Value> {
    let folder = shared().join("data/prices");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().contains(word))
    });
    paths.sort();
    paths
        .iter()
        .map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The data's match clauses: one key an object.
fn matches(clause: &Value, name: &str) -> bool {
    let (kind, operand) = clause.as_object().unwrap().iter().next().unwrap();
    let text = operand.as_str().unwrap_or_default().to_lowercase();
    match kind.as_str() {
        "or" => list(operand).iter().any(|inner| matches(inner, name)),
        "and" => list(operand).iter().all(|inner| matches(inner, name)),
        "equals" => name == text,
        "starts_with" => name.starts_with(&text),
        "ends_with" => name.ends_with(&text),
        "contains" => name.contains(&text),
        "regex" => regex::Regex::new(operand.as_str().unwrap())
            .unwrap()
            .is_match(name),
        other => panic!("a match clause of an unknown kind: {other}"),
    }
}

/// The price table in force: of several, the last whose dates and hours fit.
fn in_force(prices: &Value) -> &Value {
    let fits = |entry: &&Value| {
        let of = |key: &str| entry["constraint"][key].as_str();
        match (of("start_date"), of("start_time"), of("end_time")) {
            (Some(date), ..) => DATE >= date,
            (None, Some(start), Some(end)) => (start..end).contains(&TIME),
            _ => true,
        }
    };
    match prices.as_array() {
        Some(entries) => &entries.iter().rev().find(fits).unwrap()["prices"],
        None => prices,
    }
}

fn rate(value: &Value) -> Option<Rate> {
    Some(Rate::from_dollars_per_million(value.as_f64()?).unwrap())
}

/// A table of the data as bench holds it.
fn price(table: &Value) -> Price {
    let rates = |read: &dyn Fn(&str) -> Option<Rate>| Rates {
        input: read("input_mtok"),
        cached_input: read("cache_read_mtok"),
        cache_write: read("cache_write_mtok"),
        cache_write_1h: read("cache_write_1h_mtok"),
        input_audio: read("input_audio_mtok"),
        output: read("output_mtok"),
        reasoning: read("output_reasoning_mtok"),
        output_audio: read("output_audio_mtok"),
    };
    let base = rates(&|key| rate(&table[key]).or_else(|| rate(&table[key]["base"])));
    let tier_of = |key: &str, above: u64| {
        let entries = list(&table[key]["tiers"]).iter();
        entries
            .filter(|tier| tier["start"].as_u64() == Some(above))
            .find_map(|tier| rate(&tier["price"]))
    };
    let mut bounds: Vec<u64> = table
        .as_object()
        .unwrap()
        .values()
        .flat_map(|kind| list(&kind["tiers"]))
        .filter_map(|tier| tier["start"].as_u64())
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let tiers = bounds
        .into_iter()
        .map(|above| PriceTier {
            above,
            rates: rates(&|key| tier_of(key, above)),
        })
        .collect();
    let request = table["requests_kcount"].as_f64();
    Price {
        base,
        tiers,
        request: request.map(|dollars| Money::from_dollars(dollars / 1000.0).unwrap()),
    }
}

/// The table of a model at a provider, or at those that it falls back to.
fn table<'a>(providers: &'a [Value], provider: &str, model: &str) -> Option<&'a Value> {
    let provider = providers.iter().find(|entry| entry["id"] == provider)?;
    let name = model.to_lowercase();
    let own = list(&provider["models"])
        .iter()
        .find(|entry| matches(&entry["match"], &name));
    own.map(|entry| in_force(&entry["prices"])).or_else(|| {
        let others = list(&provider["fallback_model_providers"]).iter();
        others
            .filter_map(Value::as_str)
            .find_map(|other| table(providers, other, model))
    })
}

/// The extracted counts follow the same convention as [`Usage`]: totals, and parts of them.
fn usage(extracted: &Value) -> Usage {
    let count = |key: &str| extracted[key].as_u64().unwrap_or(0);
    Usage {
        input: count("input_tokens"),
        cache_read: count("cache_read_tokens"),
        cache_write: count("cache_write_tokens"),
        cache_write_1h: count("cache_write_1h_tokens"),
        input_audio: count("input_audio_tokens"),
        output: count("output_tokens"),
        reasoning: count("output_reasoning_tokens"),
        output_audio: count("output_audio_tokens"),
    }
}

/// A decimal text as pico-dollars, or `None` where it is finer.
fn pico(text: &str) -> Option<i64> {
    let (mantissa, exponent) = text.split_once(['E', 'e']).unwrap_or((text, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shift = 12 + exponent.parse::<i32>().ok()? - decimals.len() as i32;
    let digits: i128 = format!("{whole}{decimals}").parse().ok()?;
    let scale = 10i128.pow(shift.unsigned_abs());
    if shift >= 0 {
        return i64::try_from(digits * scale).ok();
    }
    (digits % scale == 0).then(|| i64::try_from(digits / scale).ok())?
}

#[test]
fn recorded_usages_cost_what_an_independent_library_says_to_the_last_digit() {
    let providers: Vec<Value> = documents("_data")
        .into_iter()
        .filter_map(|file| match file {
            Value::Array(entries) => Some(entries),
            _ => None,
        })
        .flatten()
        .collect();
    let records: Vec<Value> = documents("usages")
        .into_iter()
        .filter_map(|file| match file {
            Value::Array(entries) => Some(entries),
            _ => None,
        })
        .flatten()
        .collect();
    if providers.is_empty() || records.is_empty() {
        println!("skipped: no price data below {}", shared().display());
        return;
    }
    let mut checked: BTreeMap<String, usize> = BTreeMap::new();
    let mut excepted: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for record in &records {
        for extracted in list(&record["extracted"]) {
            let usage = usage(&extracted["usage"]);
            for entry in list(&extracted["extractors"]) {
                let provider = entry["provider_id"].as_str().unwrap();
                let (Some(input), Some(output)) =
                    (entry["input_price"].as_str(), entry["output_price"].as_str())
                else {
                    continue;
                };
                let model = record["model"].as_str().unwrap_or_default();
                let Some(table) = table(&providers, provider, model) else {
                    *excepted
                        .entry(format!("{provider}/{model} has a recorded price and no table"))
                        .or_default() += 1;
                    continue;
                };
                let mut price = price(table);
                price.request = None;
                let input_only = Usage {
                    output: 0,
                    reasoning: 0,
                    output_audio: 0,
                    ..usage
                };
                let whole = cost(&price, &usage);
                let part = cost(&price, &input_only);
                let ours = whole.zip(part).map(|(whole, part)| (part, whole - part));
                let theirs = pico(input)
                    .zip(pico(output))
                    .map(|(input, output)| (Money(input), Money(output)));
                if ours.is_some() && ours == theirs {
                    *checked.entry(provider.to_owned()).or_default() += 1;
                } else {
                    wrong.push(format!(
                        "{provider}/{model}: {ours:?}, not {theirs:?} of {}",
                        extracted["usage"]
                    ));
                }
                if let Some(total) = entry["total_price"].as_str().and_then(pico) {
                    let fees = Money(total) - whole.unwrap_or_default();
                    let searches = extracted["usage"]["web_searches"].as_u64().unwrap_or(0);
                    if fees == Money(10_000_000_000 * searches as i64) && searches > 0 {
                        *excepted
                            .entry("web search fees, which no price table of bench has".to_owned())
                            .or_default() += 1;
                    } else {
                        wrong.push(format!(
                            "{provider}/{model}: {fees:?} beyond the tokens, {searches} searches"
                        ));
                    }
                }
            }
        }
    }
    println!("checked {} costs: {checked:?}", checked.values().sum::<usize>());
    println!("not reproduced: {excepted:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let (checked, excepted) = (checked.values().sum::<usize>(), excepted.values().sum::<usize>());
    assert!(checked > 0, "nothing was checked");
    assert!(excepted * 50 <= checked, "{excepted} exceptions are not few");
}
