//! The shape of a calibration as one JSON document.

use schemars::JsonSchema;
use serde::Serialize;

/// A judge against people: what `bench judge calibrate --json` prints. Numbers that there are not are null, with the reason
/// in `why`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CalibrationDocument<'a> {
    /// The judge or scorer, as it was named.
    pub(super) judge: &'a str,
    /// The run whose verdicts were compared; null where they stand beside the labels.
    pub(super) run: Option<&'a str>,
    /// The scorer of that run.
    pub(super) scorer: Option<&'a str>,
    /// The file of labels.
    pub(super) labels: &'a str,
    /// Confidence of all intervals.
    pub(super) confidence: f64,
    /// Replicates that resampled intervals rest on.
    pub(super) resamples: u64,
    /// Seed of the resampling.
    pub(super) seed: u64,
    pub(super) scale: ScaleEntry<'a>,
    pub(super) counts: CountsEntry,
    /// How often the judge says what people say together.
    pub(super) accuracy: FigureEntry,
    /// How often the judge and one person say the same, on average.
    pub(super) agreement: FigureEntry,
    /// Agreement beyond chance, the weights that suit the scale first.
    pub(super) kappa: Vec<KappaEntry>,
    pub(super) alpha: AlphasEntry,
    /// Sensitivity and specificity, by category.
    pub(super) classes: Vec<ClassEntry<'a>>,
    /// Of numbers; null where there are none.
    pub(super) correlations: Option<CorrelationsEntry>,
    /// Judge by human; null where there are no categories and no threshold.
    pub(super) confusion: Option<ConfusionEntry<'a>>,
    /// The people.
    pub(super) raters: Vec<RaterEntry<'a>>,
    /// Raters two by two, the judge among them.
    pub(super) rater_pairs: Vec<RaterPairEntry<'a>>,
    /// Raters with fewer labels that are not compared two by two.
    pub(super) raters_left_out: u64,
    /// By order, where pairs were judged.
    pub(super) orders: Option<OrdersEntry>,
    /// Means of all candidates, as the judge has them and as people would.
    pub(super) corrections: Vec<CorrectionEntry<'a>>,
    /// Numbers of the judge against those of people, in cells.
    pub(super) picture: Option<PictureEntry>,
    /// What to know before it is trusted.
    pub(super) warnings: Vec<WarningEntry>,
    /// What was taken for granted, and labels that fit nothing, in words.
    pub(super) notes: Vec<&'a str>,
}

/// A figure with its interval.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FigureEntry {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// What it is made from.
    pub n: u64,
    /// Why there is no figure, or no interval.
    pub why: Option<&'static str>,
}

/// The scale on which verdicts are compared.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ScaleEntry<'a> {
    /// `pass-fail`, `nominal`, `ordinal`, `graded` or `pair`.
    pub kind: &'static str,
    /// Its categories, in order; none where it is a scale of numbers.
    pub categories: Vec<&'a str>,
    /// Lowest verdict.
    pub low: Option<f64>,
    /// Highest verdict.
    pub high: Option<f64>,
    /// The lowest number that passes.
    pub pass: Option<f64>,
}

/// What there is to compare.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CountsEntry {
    /// Verdicts of people.
    pub labels: u64,
    /// Labels that say again what the same rater said.
    pub repeated: u64,
    /// Outputs, or pairs of outputs, with a label.
    pub outputs: u64,
    /// Those with a verdict of the judge.
    pub judged: u64,
    /// Those without a majority of people, or between two categories.
    pub undecided: u64,
    /// Groups of outputs that are not independent.
    pub clusters: u64,
}

/// Cohen's kappa.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KappaEntry {
    #[serde(flatten)]
    pub kappa: FigureEntry,
    /// How disagreements count: `quadratic`, `linear` or `no`.
    pub weights: &'static str,
}

/// Krippendorff's alpha.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AlphaEntry {
    #[serde(flatten)]
    pub alpha: FigureEntry,
    /// The distance of verdicts: `nominal`, `ordinal` or `interval`.
    pub metric: &'static str,
}

/// Alpha of people, and with the judge as one more of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AlphasEntry {
    pub raters: AlphaEntry,
    pub with_judge: AlphaEntry,
}

/// How well the judge finds one category.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ClassEntry<'a> {
    /// The category.
    pub class: &'a str,
    /// Of the outputs that people give it, those that the judge gives it.
    pub sensitivity: FigureEntry,
    /// Of the outputs that people do not give it, those that the judge does not give it.
    pub specificity: FigureEntry,
}

/// Correlations of the judge's numbers with those of people.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CorrelationsEntry {
    pub pearson: FigureEntry,
    pub spearman: FigureEntry,
    pub kendall_tau_b: FigureEntry,
}

/// Counts of verdicts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ConfusionEntry<'a> {
    /// The categories.
    pub names: Vec<&'a str>,
    /// Whether numbers were taken as pass and fail.
    pub by_threshold: bool,
    /// Rows are what the judge said, columns what people said.
    pub judge_by_human: &'a [Vec<u64>],
}

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RaterEntry<'a> {
    pub rater: &'a str,
    /// Labels of this person.
    pub labels: u64,
}

/// Two raters.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RaterPairEntry<'a> {
    pub a: &'a str,
    pub b: &'a str,
    /// Whether one of them is the judge.
    pub judge: bool,
    pub agreement: FigureEntry,
    /// How disagreements count in `kappa`.
    pub weights: &'static str,
    pub kappa: FigureEntry,
}

/// A judge of pairs, by order.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OrdersEntry {
    /// With the judged output shown first.
    pub first: OrderEntry,
    /// With the judged output shown second.
    pub second: OrderEntry,
    /// Accuracy over both orders.
    pub average: FigureEntry,
    /// How often both orders are right.
    pub both: FigureEntry,
    /// How often both orders agree.
    pub consistency: FigureEntry,
    pub consistency_kappa: FigureEntry,
    /// Pairs whose orders name different winners.
    pub flips: u64,
    /// Those of them that go to the output shown first.
    pub flips_to_first: u64,
    /// Pairs that people call a tie.
    pub human_ties: u64,
    /// Pairs with a verdict in one order only.
    pub one_order: u64,
}

/// Verdicts on pairs in one order.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OrderEntry {
    pub n: u64,
    pub correct: u64,
    /// Pairs without a verdict in this order.
    pub missing: u64,
    /// Ties of the judge.
    pub ties: u64,
    pub accuracy: FigureEntry,
    pub accuracy_without_ties: FigureEntry,
    pub kappa: FigureEntry,
}

/// A mean in 0..=1, as the judge has it and as people would.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CorrectionEntry<'a> {
    pub task: &'a str,
    /// The candidate, as leaderboards name it.
    pub candidate: &'a str,
    pub prompt: &'a str,
    /// Which mean: `mean-score` where labels are numbers, `pass-rate` where they say pass or fail.
    pub quantity: &'static str,
    /// `ppi++`, `ppi++-by-band`, `weighted-labels`, `labels-alone` or `none`.
    pub by: &'static str,
    /// How much the judge counts beside the labels, from 0 to 1; null where it differs by band, or does not count.
    pub lambda: Option<f64>,
    /// What the judge alone says.
    pub raw: FigureEntry,
    /// What is to be expected of people.
    pub corrected: FigureEntry,
    /// Labelled outputs.
    pub labels: u64,
    /// Outputs with a verdict of the judge and no label.
    pub judged: u64,
}

/// Numbers of the judge against those of people.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PictureEntry {
    pub human: AxisEntry,
    pub judge: AxisEntry,
    /// Cells that are not empty.
    pub cells: Vec<CellEntry>,
}

/// An axis.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AxisEntry {
    pub low: f64,
    pub high: f64,
    /// Into how many cells it is cut.
    pub cells: usize,
}

/// A cell, by its position on both axes from 0.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CellEntry {
    pub human: usize,
    pub judge: usize,
    /// Verdicts in it.
    pub count: u64,
}

/// What to know before it is trusted.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WarningEntry {
    /// Its stable name.
    pub code: &'static str,
    /// It in words.
    pub message: String,
}
