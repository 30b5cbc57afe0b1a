//! The figures of a calibration as rows of a label, a number and a remark: what text and Markdown share.

use super::CalibrationHead;
use crate::analyse::calibrate::{Calibration, Figure, OrderFigures, metric_name, weights_name};
use crate::model::Correcting;
use crate::stats::FEWEST_LABELS;

/// A row: what it is, the figure, and what it means or why there is none.
pub(super) struct Line {
    pub label: String,
    pub figure: String,
    pub remark: String,
}

/// `0.890 [0.82, 0.94]`, or a dash.
pub(super) fn number(figure: &Figure) -> String {
    match (figure.value, figure.interval()) {
        (Some(value), Some((low, high))) => format!("{value:.3} [{low:.2}, {high:.2}]"),
        (Some(value), None) => format!("{value:.3}"),
        (None, _) => "-".to_owned(),
    }
}

fn line(label: impl Into<String>, figure: &Figure, remark: &str) -> Line {
    let remark = match (figure.why, figure.value) {
        (Some(why), None) => why.to_owned(),
        (Some(why), Some(_)) if remark.is_empty() => why.to_owned(),
        (Some(why), Some(_)) => format!("{remark}; {why}"),
        (None, _) => remark.to_owned(),
    };
    Line {
        label: label.into(),
        figure: number(figure),
        remark,
    }
}

/// What was compared, in one sentence.
pub(super) fn title(head: &CalibrationHead, found: &Calibration) -> String {
    let counts = &found.counts;
    let raters = match found.raters.names.len() {
        1 => "1 rater".to_owned(),
        raters => format!("{raters} raters"),
    };
    let what = match found.pairs.is_some() {
        true => "pairs",
        false => "outputs",
    };
    let source = match (&head.run, &head.scorer) {
        (Some(run), Some(scorer)) => format!("scorer {scorer} of run {run}"),
        _ => "verdicts beside the labels".to_owned(),
    };
    format!(
        "{} against {raters}: {} labels of {} {what}, {} with a verdict ({source})",
        head.judge, counts.labels, counts.units, counts.judged
    )
}

/// The scale, in words.
pub(super) fn scale(found: &Calibration) -> String {
    let scale = &found.scale;
    let mut words = match scale.kind.name() {
        "pass-fail" => "scale: pass or fail".to_owned(),
        "nominal" => format!("scale: {} (no order)", scale.categories.join(", ")),
        "pair" => {
            "scale: A (the judged output is better), tie, B; a verdict that flips with the order is a tie"
                .to_owned()
        }
        kind => match scale.range {
            Some((low, high)) => format!("scale: {low} to {high} ({kind})"),
            None => format!("scale: numbers ({kind}); --scale LOW,HIGH tells its ends"),
        },
    };
    if let Some(pass) = scale.pass {
        words.push_str(&format!("; from {pass} on it passes"));
    }
    words
}

/// Agreement, correlations and alpha.
pub(super) fn figures(found: &Calibration) -> Vec<Line> {
    let mut lines = vec![
        line("accuracy", &found.accuracy, "same as people together"),
        line("agreement", &found.agreement, "same as one of them, on average"),
    ];
    for kappa in &found.kappas {
        let label = format!("kappa, {} weights", weights_name(kappa.weights));
        lines.push(line(label, &kappa.kappa, "beyond chance"));
    }
    if let Some(correlations) = &found.correlations {
        lines.push(line("Pearson", &correlations.pearson, ""));
        lines.push(line("Spearman", &correlations.spearman, ""));
        lines.push(line("Kendall tau-b", &correlations.kendall_tau_b, ""));
    }
    for (label, alpha) in [
        ("people", &found.raters.people),
        ("judge as one more", &found.raters.with_judge),
    ] {
        lines.push(line(
            format!("alpha, {label}"),
            &alpha.alpha,
            &format!("Krippendorff, {}", metric_name(alpha.metric)),
        ));
    }
    lines
}

/// Sensitivity and specificity.
pub(super) fn classes(found: &Calibration) -> Vec<Line> {
    let lines = found.classes.iter().flat_map(|class| {
        [
            line(
                format!("sensitivity, {}", class.name),
                &class.sensitivity,
                &format!("of {} that people gave it", class.sensitivity.n),
            ),
            line(
                format!("specificity, {}", class.name),
                &class.specificity,
                &format!("of {} that people did not", class.specificity.n),
            ),
        ]
    });
    lines.collect()
}

/// Figures by order.
pub(super) fn orders(found: &Calibration) -> Vec<Line> {
    let Some(pairs) = &found.pairs else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut order = |name: &str, figures: &OrderFigures| {
        let ties = match (figures.ties, figures.missing) {
            (ties, 0) => format!("{} of {}; {ties} ties", figures.correct, figures.n),
            (ties, missing) => format!(
                "{} of {}; {ties} ties; {missing} without a verdict",
                figures.correct, figures.n
            ),
        };
        lines.push(line(format!("accuracy, shown {name}"), &figures.accuracy, &ties));
        if figures.ties + pairs.human_ties > 0 {
            let without = &figures.accuracy_without_ties;
            lines.push(line("  ties left out", without, &format!("of {}", without.n)));
        }
        lines.push(line(format!("kappa, shown {name}"), &figures.kappa, "no weights"));
    };
    order("first", &pairs.first);
    order("second", &pairs.second);
    lines.push(line("accuracy, average", &pairs.average, "of both orders"));
    lines.push(line(
        "both orders right",
        &pairs.both,
        &format!("of {}", pairs.both.n),
    ));
    let flips = format!(
        "{} flips, {} of them to the first",
        pairs.flips, pairs.flips_to_first
    );
    lines.push(line("consistency", &pairs.consistency, &flips));
    lines.push(line(
        "kappa of the orders",
        &pairs.consistency_kappa,
        "no weights",
    ));
    lines
}

/// Raters two by two: names, agreement, kappa and how many outputs.
pub(super) fn raters(found: &Calibration) -> Vec<[String; 4]> {
    let rows = found.raters.pairs.iter().map(|pair| {
        [
            format!("{} / {}", pair.a, pair.b),
            number(&pair.agreement),
            number(&pair.kappa),
            pair.agreement.n.to_string(),
        ]
    });
    rows.collect()
}

/// Means of the run: whose, which, the judge's, the corrected one, and by how many labels.
pub(super) fn corrections(head: &CalibrationHead) -> Vec<[String; 5]> {
    let several = |of: fn(&super::NamedCorrection) -> &String| {
        let mut names: Vec<&String> = head.corrections.iter().map(of).collect();
        names.sort_unstable();
        names.dedup();
        names.len() > 1
    };
    let (tasks, prompts) = (several(|named| &named.task), several(|named| &named.prompt));
    let rows = head.corrections.iter().map(|named| {
        let mut name = match named.candidate.is_empty() {
            true => "all outputs".to_owned(),
            false => named.candidate.clone(),
        };
        if prompts {
            name.push_str(&format!(", {}", named.prompt));
        }
        if tasks {
            name = format!("{}: {name}", named.task);
        }
        let found = &named.correction;
        [
            name,
            found.quantity.name().replace('-', " "),
            number(&found.raw),
            number(&found.corrected),
            format!("{}/{}", found.labels, found.labels + found.judged),
        ]
    });
    rows.collect()
}

/// How a mean was corrected, in words.
pub(in crate::report) fn how(by: Correcting) -> Option<String> {
    match by {
        Correcting::Ppi => Some("PPI++; labels must be a random part of the outputs".to_owned()),
        Correcting::PpiByBand => {
            Some("PPI++ within bands of judge scores, from which labels were drawn by chance".to_owned())
        }
        Correcting::WeightedLabels => Some(
            "labels weighted by the outputs of their band, for outputs of a case belong together".to_owned(),
        ),
        Correcting::LabelsAlone => Some(format!(
            "the labels alone where there are fewer than {FEWEST_LABELS}, too few to use the judge"
        )),
        Correcting::Not => None,
    }
}

/// How the means were corrected, and why some were not.
fn correcting(head: &CalibrationHead) -> Vec<String> {
    let mut notes = Vec::new();
    let mut add = |note: String| {
        if !notes.contains(&note) {
            notes.push(note);
        }
    };
    for named in &head.corrections {
        let found = &named.correction;
        if let Some(how) = how(found.by) {
            add(format!("corrected: {how}"));
        }
        if let Some(why) = found.corrected.why {
            add(format!("{}: {why}", named.candidate));
        }
    }
    notes
}

/// What else there is to say.
pub(super) fn notes(head: &CalibrationHead, found: &Calibration) -> Vec<String> {
    let mut notes: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    notes.extend(found.scale.notes.iter().cloned());
    if let Some(pairs) = &found.pairs
        && pairs.one_order > 0
    {
        notes.push(format!(
            "{} pairs have a verdict in one order only",
            pairs.one_order
        ));
    }
    if head.repeated > 0 {
        notes.push(format!(
            "{} labels say again what the same rater said",
            head.repeated
        ));
    }
    if found.raters.left_out > 0 {
        notes.push(format!(
            "{} raters with fewer labels are not compared two by two",
            found.raters.left_out
        ));
    }
    notes.extend(correcting(head));
    notes.extend(head.notes.iter().cloned());
    notes
}
