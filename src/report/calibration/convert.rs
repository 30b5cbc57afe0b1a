//! From a calibration to its JSON document.

use super::document::{
    AlphaEntry, AlphasEntry, AxisEntry, CalibrationDocument, CellEntry, ClassEntry, ConfusionEntry,
    CorrectionEntry, CorrelationsEntry, CountsEntry, FigureEntry, KappaEntry, OrderEntry, OrdersEntry,
    PictureEntry, RaterEntry, RaterPairEntry, ScaleEntry, WarningEntry,
};
use super::{CalibrationHead, NamedCorrection};
use crate::analyse::calibrate::{
    AlphaFigure, Calibration, Figure, OrderFigures, PairFigures, Picture, metric_name, weights_name,
};
use std::io::{self, Write};
use std::sync::Arc;

/// Writes the document.
pub fn calibration_json(head: &CalibrationHead, found: &Calibration, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &CalibrationDocument::new(head, found))?;
    out.write_all(b"\n")
}

impl<'a> CalibrationDocument<'a> {
    fn new(head: &'a CalibrationHead, found: &'a Calibration) -> Self {
        let scale = &found.scale;
        let counts = &found.counts;
        let raters = &found.raters;
        let kappas = found.kappas.iter().map(|kappa| KappaEntry {
            kappa: figure(&kappa.kappa),
            weights: weights_name(kappa.weights),
        });
        let classes = found.classes.iter().map(|class| ClassEntry {
            class: &class.name,
            sensitivity: figure(&class.sensitivity),
            specificity: figure(&class.specificity),
        });
        let pairs = raters.pairs.iter().map(|pair| RaterPairEntry {
            a: &pair.a,
            b: &pair.b,
            judge: pair.with_judge,
            agreement: figure(&pair.agreement),
            weights: weights_name(pair.weights),
            kappa: figure(&pair.kappa),
        });
        let names = raters.names.iter().map(|(rater, labels)| RaterEntry {
            rater,
            labels: *labels,
        });
        let warnings = found.warnings.iter().map(|warning| WarningEntry {
            code: warning.name(),
            message: warning.to_string(),
        });
        let correlations = found.correlations.as_ref().map(|found| CorrelationsEntry {
            pearson: figure(&found.pearson),
            spearman: figure(&found.spearman),
            kendall_tau_b: figure(&found.kendall_tau_b),
        });
        let confusion = found.confusion.as_ref().map(|table| ConfusionEntry {
            names: texts(&table.names),
            by_threshold: table.by_threshold,
            judge_by_human: &table.cells,
        });
        let notes = scale.notes.iter().chain(&head.notes);
        Self {
            judge: &head.judge,
            run: head.run.as_deref(),
            scorer: head.scorer.as_deref(),
            labels: &head.labels,
            confidence: 0.95,
            resamples: found.resampling.replicates,
            seed: found.resampling.seed,
            scale: ScaleEntry {
                kind: scale.kind.name(),
                categories: texts(&scale.categories),
                low: scale.range.map(|range| range.0),
                high: scale.range.map(|range| range.1),
                pass: scale.pass,
            },
            counts: CountsEntry {
                labels: counts.labels,
                repeated: head.repeated,
                outputs: counts.units,
                judged: counts.judged,
                undecided: counts.undecided,
                clusters: counts.clusters,
            },
            accuracy: figure(&found.accuracy),
            agreement: figure(&found.agreement),
            kappa: kappas.collect(),
            alpha: AlphasEntry {
                raters: alpha(&raters.people),
                with_judge: alpha(&raters.with_judge),
            },
            classes: classes.collect(),
            correlations,
            confusion,
            raters: names.collect(),
            rater_pairs: pairs.collect(),
            raters_left_out: raters.left_out,
            orders: found.pairs.as_ref().map(orders),
            corrections: head.corrections.iter().map(correction).collect(),
            picture: found.picture.as_ref().map(picture),
            warnings: warnings.collect(),
            notes: notes.map(String::as_str).collect(),
        }
    }
}

fn texts(names: &[Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

fn figure(figure: &Figure) -> FigureEntry {
    FigureEntry {
        value: figure.value,
        low: figure.low,
        high: figure.high,
        n: figure.n,
        why: figure.why,
    }
}

fn alpha(found: &AlphaFigure) -> AlphaEntry {
    AlphaEntry {
        alpha: figure(&found.alpha),
        metric: metric_name(found.metric),
    }
}

fn orders(pairs: &PairFigures) -> OrdersEntry {
    OrdersEntry {
        first: order(&pairs.first),
        second: order(&pairs.second),
        average: figure(&pairs.average),
        both: figure(&pairs.both),
        consistency: figure(&pairs.consistency),
        consistency_kappa: figure(&pairs.consistency_kappa),
        flips: pairs.flips,
        flips_to_first: pairs.flips_to_first,
        human_ties: pairs.human_ties,
        one_order: pairs.one_order,
    }
}

fn order(order: &OrderFigures) -> OrderEntry {
    OrderEntry {
        n: order.n,
        correct: order.correct,
        missing: order.missing,
        ties: order.ties,
        accuracy: figure(&order.accuracy),
        accuracy_without_ties: figure(&order.accuracy_without_ties),
        kappa: figure(&order.kappa),
    }
}

fn correction(named: &NamedCorrection) -> CorrectionEntry<'_> {
    let found = &named.correction;
    CorrectionEntry {
        task: &named.task,
        candidate: &named.candidate,
        prompt: &named.prompt,
        quantity: found.quantity.name(),
        by: found.by.name(),
        lambda: found.lambda,
        raw: figure(&found.raw),
        corrected: figure(&found.corrected),
        labels: found.labels,
        judged: found.judged,
    }
}

fn picture(picture: &Picture) -> PictureEntry {
    let axis = |(low, high): (f64, f64), cells: usize| AxisEntry { low, high, cells };
    let cells = picture.cells.iter().map(|cell| CellEntry {
        human: cell.column,
        judge: cell.row,
        count: cell.count,
    });
    PictureEntry {
        human: axis(picture.human, picture.columns),
        judge: axis(picture.judge, picture.rows),
        cells: cells.collect(),
    }
}
