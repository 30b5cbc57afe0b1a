//! The checks over all recordings.

use super::cassette::{Exchange, all, folder};
use super::compare::{decode, decode_pieces, difference, stream_bytes};
use super::plug::{Plan, Plug, protocol_for};
use bench::provider::{rate_limits, request_id, retry_after};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Streams longer than this are split at some bytes only: splitting at each is quadratic.
const EVERY_BYTE: usize = 12_000;

fn checked(exchanges: &[Exchange]) -> Vec<(&Exchange, Plug)> {
    let plugs = exchanges
        .iter()
        .filter_map(|exchange| match protocol_for(exchange) {
            Plan::Check(plug) => Some((exchange, plug)),
            Plan::Skip(_) | Plan::Unknown => None,
        });
    plugs.collect()
}

#[test]
fn every_recorded_exchange_is_read_as_an_independent_reading_has_it() {
    let Some(folder) = folder() else { return };
    let exchanges = all(&folder);
    let (mut faults, mut unknown) = (Vec::new(), Vec::new());
    let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in &exchanges {
        match protocol_for(exchange) {
            Plan::Check(plug) => {
                let expected = (plug.read)(exchange);
                *counts
                    .entry(format!("{} by {}", plug.api, exchange.provider))
                    .or_default() += 1;
                if let Some(fault) = difference(&plug, exchange, &expected) {
                    faults.push(format!("{} ({}): {fault}", exchange.place(), plug.api));
                }
            }
            Plan::Skip(reason) => *skipped.entry(reason).or_default() += 1,
            Plan::Unknown => unknown.push(format!(
                "{} {} {}",
                exchange.place(),
                exchange.method,
                exchange.url
            )),
        }
    }
    eprintln!("checked: {counts:#?}\nleft out, not spoken by bench: {skipped:#?}");
    assert!(
        unknown.is_empty(),
        "exchanges of no known kind:\n{}",
        unknown.join("\n")
    );
    assert!(!counts.is_empty(), "nothing was checked in {}", folder.display());
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn a_stream_is_read_alike_wherever_the_network_cuts_it() {
    let Some(folder) = folder() else { return };
    let exchanges = all(&folder);
    let mut streams = 0;
    for (exchange, plug) in checked(&exchanges) {
        let Some(bytes) = stream_bytes(&plug, exchange) else {
            continue;
        };
        let whole = decode(&plug, exchange);
        streams += 1;
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(
            decode_pieces(&plug, &single),
            whole,
            "{} byte by byte",
            exchange.place()
        );
        let step = 1 + bytes.len() * bytes.len() / (EVERY_BYTE * EVERY_BYTE) * 40;
        for cut in (0..bytes.len()).step_by(step.max(bytes.len() / 60)) {
            let (left, right) = bytes.split_at(cut);
            assert_eq!(
                decode_pieces(&plug, &[left, right]),
                whole,
                "{} cut at byte {cut}",
                exchange.place()
            );
        }
    }
    assert!(streams > 0, "no stream was checked in {}", folder.display());
}

#[test]
fn a_stream_is_read_alike_in_random_pieces() {
    let Some(folder) = folder() else { return };
    let exchanges = all(&folder);
    let streams: Vec<_> = checked(&exchanges)
        .into_iter()
        .filter_map(|(exchange, plug)| {
            let bytes = stream_bytes(&plug, exchange)?;
            let whole = decode(&plug, exchange);
            Some((exchange, plug, bytes, whole))
        })
        .collect();
    let runner = ProptestConfig {
        cases: 200,
        ..ProptestConfig::default()
    };
    proptest!(runner, |(pick in any::<prop::sample::Index>(), sizes in prop::collection::vec(1usize..400, 1..40))| {
        let (exchange, plug, bytes, whole) = pick.get(&streams);
        let mut rest = bytes.as_slice();
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(&decode_pieces(plug, &pieces), whole, "{}", exchange.place());
    });
}

#[test]
fn request_ids_and_limits_are_read_from_every_recorded_header() {
    let Some(folder) = folder() else { return };
    let (mut ids, mut limits) = (0, 0);
    for exchange in all(&folder) {
        let text = |name: &str| exchange.headers.get(name).and_then(|value| value.to_str().ok());
        let vendors = [
            "x-request-id",
            "request-id",
            "x-amzn-requestid",
            "apim-request-id",
        ];
        if let Some(id) = vendors
            .iter()
            .find_map(|name| text(name))
            .filter(|id| !id.is_empty())
        {
            ids += 1;
            assert_eq!(
                request_id(&exchange.headers).as_deref(),
                Some(id),
                "{}",
                exchange.place()
            );
        }
        if let Some(left) = text("x-ratelimit-remaining-tokens").and_then(|left| left.parse().ok()) {
            limits += 1;
            assert_eq!(
                rate_limits(&exchange.headers).tokens_remaining,
                Some(left),
                "{}",
                exchange.place()
            );
        }
        if let Some(seconds) = text("retry-after").and_then(|seconds| seconds.parse::<u64>().ok()) {
            let wait = retry_after(&exchange.headers).map(|wait| wait.as_secs_f64().ceil() as u64);
            assert_eq!(wait, Some(seconds), "{}", exchange.place());
        }
    }
    assert!(
        ids > 0 && limits > 0,
        "no header was checked in {}",
        folder.display()
    );
}
