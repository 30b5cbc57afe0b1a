//! A calibration as one JSON document.

use super::CalibrationHead;
use crate::analyse::calibrate::{Calibration, Figure, OrderFigures, Picture, metric_name, weights_name};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};

/// A figure; what is `null` has its reason in `why`.
#[derive(Serialize)]
struct FigureDocument {
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    n: u64,
    why: Option<&'static str>,
}

fn figure(figure: &Figure) -> Value {
    let document = FigureDocument {
        value: figure.value,
        low: figure.low,
        high: figure.high,
        n: figure.n,
        why: figure.why,
    };
    json!(document)
}

fn order(order: &OrderFigures) -> Value {
    json!({
        "n": order.n, "correct": order.correct, "missing": order.missing, "ties": order.ties,
        "accuracy": figure(&order.accuracy),
        "accuracy_without_ties": figure(&order.accuracy_without_ties),
        "kappa": figure(&order.kappa),
    })
}

fn picture(picture: &Picture) -> Value {
    let cells: Vec<Value> = picture
        .cells
        .iter()
        .map(|cell| json!({"human": cell.column, "judge": cell.row, "count": cell.count}))
        .collect();
    json!({
        "human": {"low": picture.human.0, "high": picture.human.1, "cells": picture.columns},
        "judge": {"low": picture.judge.0, "high": picture.judge.1, "cells": picture.rows},
        "cells": cells,
    })
}

/// Writes the document.
pub fn calibration_json(head: &CalibrationHead, found: &Calibration, out: &mut dyn Write) -> io::Result<()> {
    let scale = &found.scale;
    let counts = &found.counts;
    let raters = &found.raters;
    let alpha = |alpha: &crate::analyse::calibrate::AlphaFigure| {
        let mut value = figure(&alpha.alpha);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("metric".to_owned(), json!(metric_name(alpha.metric)));
        }
        value
    };
    let kappas: Vec<Value> = found
        .kappas
        .iter()
        .map(|kappa| {
            let mut value = figure(&kappa.kappa);
            if let Some(fields) = value.as_object_mut() {
                fields.insert("weights".to_owned(), json!(weights_name(kappa.weights)));
            }
            value
        })
        .collect();
    let classes: Vec<Value> = found
        .classes
        .iter()
        .map(|class| {
            json!({
                "class": class.name,
                "sensitivity": figure(&class.sensitivity),
                "specificity": figure(&class.specificity),
            })
        })
        .collect();
    let pairs: Vec<Value> = raters
        .pairs
        .iter()
        .map(|pair| {
            json!({
                "a": pair.a, "b": pair.b, "judge": pair.with_judge,
                "agreement": figure(&pair.agreement),
                "weights": weights_name(pair.weights), "kappa": figure(&pair.kappa),
            })
        })
        .collect();
    let names: Vec<Value> = raters
        .names
        .iter()
        .map(|(name, labels)| json!({"rater": name, "labels": labels}))
        .collect();
    let warnings: Vec<Value> = found
        .warnings
        .iter()
        .map(|warning| json!({"code": warning.name(), "message": warning.to_string()}))
        .collect();
    let document = json!({
        "judge": head.judge,
        "run": head.run,
        "scorer": head.scorer,
        "labels": head.labels,
        "confidence": 0.95,
        "resamples": found.resampling.replicates,
        "seed": found.resampling.seed,
        "scale": {
            "kind": scale.kind.name(),
            "categories": scale.categories,
            "low": scale.range.map(|range| range.0),
            "high": scale.range.map(|range| range.1),
            "pass": scale.pass,
        },
        "counts": {
            "labels": counts.labels, "repeated": head.repeated, "outputs": counts.units, "judged": counts.judged,
            "undecided": counts.undecided, "clusters": counts.clusters,
        },
        "accuracy": figure(&found.accuracy),
        "agreement": figure(&found.agreement),
        "kappa": kappas,
        "alpha": {"raters": alpha(&raters.people), "with_judge": alpha(&raters.with_judge)},
        "classes": classes,
        "correlations": found.correlations.as_ref().map(|found| json!({
            "pearson": figure(&found.pearson),
            "spearman": figure(&found.spearman),
            "kendall_tau_b": figure(&found.kendall_tau_b),
        })),
        "confusion": found.confusion.as_ref().map(|table| json!({
            "names": table.names, "by_threshold": table.by_threshold, "judge_by_human": table.cells,
        })),
        "raters": names,
        "rater_pairs": pairs,
        "raters_left_out": raters.left_out,
        "orders": found.pairs.as_ref().map(|pairs| json!({
            "first": order(&pairs.first),
            "second": order(&pairs.second),
            "average": figure(&pairs.average),
            "both": figure(&pairs.both),
            "consistency": figure(&pairs.consistency),
            "consistency_kappa": figure(&pairs.consistency_kappa),
            "flips": pairs.flips, "flips_to_first": pairs.flips_to_first,
            "human_ties": pairs.human_ties, "one_order": pairs.one_order,
        })),
        "corrections": head.corrections.iter().map(|named| {
            let found = &named.correction;
            json!({
                "task": named.task, "candidate": named.candidate, "prompt": named.prompt,
                "quantity": found.quantity.name(), "by": found.by.name(), "lambda": found.lambda,
                "raw": figure(&found.raw), "corrected": figure(&found.corrected),
                "labels": found.labels, "judged": found.judged,
            })
        }).collect::<Vec<_>>(),
        "picture": found.picture.as_ref().map(picture),
        "warnings": warnings,
        "notes": scale.notes.iter().chain(&head.notes).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
