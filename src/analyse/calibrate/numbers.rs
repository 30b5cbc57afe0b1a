//! The statistics of `stats` as a calibration asks for them.

use super::{Figure, Kind};

/// How disagreements count in kappa.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// All the same.
    None,
    /// By their distance on the scale.
    Linear,
    /// By the square of their distance.
    Quadratic,
}

impl Weights {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "no",
            Self::Linear => "linear",
            Self::Quadratic => "quadratic",
        }
    }

    /// The weights that suit a scale, the best first.
    pub(super) fn of(kind: Kind, by_threshold: bool) -> &'static [Self] {
        match kind {
            Kind::Ordinal if !by_threshold => &[Self::Quadratic, Self::Linear, Self::None],
            _ => &[Self::None],
        }
    }
}

/// How far apart two verdicts are, for alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// The same or not.
    Nominal,
    /// By rank.
    Ordinal,
    /// By the square of the difference.
    Interval,
}

impl Metric {
    /// The word used in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
        }
    }

    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::PassFail | Kind::Nominal | Kind::Pair => Self::Nominal,
            Kind::Ordinal => Self::Ordinal,
            Kind::Graded => Self::Interval,
        }
    }
}

/// Kinds of correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Correlation {
    Pearson,
    Spearman,
    KendallTauB,
}

// ---- TEMPORARY until stats-a is there ----
pub(super) fn kappa(k: usize, pairs: impl Iterator<Item = (usize, usize)>, w: Weights) -> Option<f64> {
    let mut t = vec![vec![0.0; k]; k];
    let mut n = 0.0;
    for (a, b) in pairs { t[a][b] += 1.0; n += 1.0; }
    let d = |i: usize, j: usize| match w { Weights::None => f64::from(u8::from(i != j)), Weights::Linear => i.abs_diff(j) as f64, Weights::Quadratic => (i.abs_diff(j) as f64).powi(2) };
    let r: Vec<f64> = t.iter().map(|x| x.iter().sum()).collect();
    let c: Vec<f64> = (0..k).map(|j| t.iter().map(|x| x[j]).sum()).collect();
    let (mut o, mut e) = (0.0, 0.0);
    for i in 0..k { for j in 0..k { o += d(i, j) * t[i][j]; e += d(i, j) * r[i] * c[j] / n; } }
    (e > 0.0).then(|| 1.0 - o / e)
}
pub(super) fn alpha(units: &[&[f64]], m: Metric) -> Option<f64> {
    let mut vals: Vec<f64> = units.iter().flat_map(|u| u.iter().copied()).collect();
    vals.sort_by(f64::total_cmp); vals.dedup();
    let k = vals.len();
    let mut o = vec![vec![0.0; k]; k];
    for u in units { let mu = u.len() as f64; if mu < 2.0 { continue; }
        for (i, a) in u.iter().enumerate() { for (j, b) in u.iter().enumerate() { if i != j {
            let x = vals.iter().position(|v| v == a)?; let y = vals.iter().position(|v| v == b)?;
            o[x][y] += 1.0 / (mu - 1.0); } } } }
    let nc: Vec<f64> = o.iter().map(|x| x.iter().sum()).collect();
    let n: f64 = nc.iter().sum();
    let d = |i: usize, j: usize| -> f64 { match m { Metric::Nominal => f64::from(u8::from(i != j)), Metric::Interval => (vals[i] - vals[j]).powi(2),
        Metric::Ordinal => { let (a, b) = (i.min(j), i.max(j)); (nc[a..=b].iter().sum::<f64>() - (nc[a] + nc[b]) / 2.0).powi(2) } } };
    let (mut x, mut y) = (0.0, 0.0);
    for i in 0..k { for j in 0..k { x += o[i][j] * d(i, j); y += nc[i] * nc[j] * d(i, j); } }
    (y > 0.0).then(|| 1.0 - (n - 1.0) * x / y)
}
fn ranks(v: &[f64]) -> Vec<f64> {
    let mut o: Vec<usize> = (0..v.len()).collect(); o.sort_by(|a, b| v[*a].total_cmp(&v[*b]));
    let mut r = vec![0.0; v.len()]; let mut i = 0;
    while i < o.len() { let mut j = i; while j + 1 < o.len() && v[o[j + 1]] == v[o[i]] { j += 1; } for q in i..=j { r[o[q]] = (i + j) as f64 / 2.0; } i = j + 1; }
    r
}
fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len() as f64; let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let s: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let (p, q): (f64, f64) = (a.iter().map(|x| (x - ma).powi(2)).sum(), b.iter().map(|x| (x - mb).powi(2)).sum());
    (p > 0.0 && q > 0.0).then(|| s / (p * q).sqrt())
}
pub(super) fn correlation(kind: Correlation, a: &[f64], b: &[f64]) -> Option<f64> {
    match kind {
        Correlation::Pearson => pearson(a, b),
        Correlation::Spearman => pearson(&ranks(a), &ranks(b)),
        Correlation::KendallTauB => {
            let (mut s, mut ta, mut tb, mut n) = (0.0, 0.0, 0.0, 0.0);
            for i in 0..a.len() { for j in 0..i { let (x, y) = (a[i] - a[j], b[i] - b[j]); n += 1.0;
                if x == 0.0 { ta += 1.0; } if y == 0.0 { tb += 1.0; } if x * y > 0.0 { s += 1.0 } else if x * y < 0.0 { s -= 1.0 } } }
            let d: f64 = ((n - ta) * (n - tb) as f64).sqrt(); (d > 0.0).then(|| s / d)
        }
    }
}
pub(super) fn resampled(clusters: &[u32], why: &'static str, statistic: impl Fn(&[usize]) -> Option<f64>) -> Figure {
    let all: Vec<usize> = (0..clusters.len()).collect();
    let n = clusters.len() as u64;
    match statistic(&all) { Some(value) => Figure { value: Some(value), n, ..Figure::default() }, None => Figure::none(n, why) }
}
