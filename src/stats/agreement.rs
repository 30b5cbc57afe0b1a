//! Agreement of raters.

/// Weights of disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KappaWeights {
    /// Every disagreement counts the same: nominal scales.
    None,
    /// By distance on the scale.
    Linear,
    /// By squared distance.
    Quadratic,
}

/// Two raters' verdicts in a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// Categories of the scale.
    categories: usize,
    /// Counts: row of the first rater, column of the second.
    counts: Vec<u64>,
}

impl Confusion {
    /// An empty table for a scale of that many categories.
    pub fn new(categories: usize) -> Self {
        Self {
            categories,
            counts: vec![0; categories * categories],
        }
    }

    /// Adds a pair of verdicts, by position on the scale; one outside the scale is ignored.
    pub fn add(&mut self, first: usize, second: usize) {
        if first < self.categories
            && let Some(count) = self.counts.get_mut(first * self.categories + second)
            && second < self.categories
        {
            *count += 1;
        }
    }

    /// How often the raters said this and that.
    pub fn count(&self, first: usize, second: usize) -> u64 {
        self.counts
            .get(first * self.categories + second)
            .copied()
            .unwrap_or(0)
    }

    /// Pairs in the table.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Categories of the scale.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The share of pairs with the same verdict; `None` for an empty table.
    pub fn agreement(&self) -> Option<f64> {
        let same: u64 = (0..self.categories).map(|at| self.count(at, at)).sum();
        (self.total() > 0).then(|| same as f64 / self.total() as f64)
    }

    /// Cohen's kappa (1960; weighted 1968): agreement beyond chance over what is possible beyond chance, on the declared
    /// scale. `None` where chance alone would agree always, since both raters use the same one category, and for an empty
    /// table. Where one of them uses one category only it is 0, whatever the share of agreement: show that share beside it.
    pub fn kappa(&self, weights: KappaWeights) -> Option<f64> {
        let n = self.total() as f64;
        let k = self.categories;
        let row = |at: usize| (0..k).map(|other| self.count(at, other)).sum::<u64>() as f64;
        let column = |at: usize| (0..k).map(|other| self.count(other, at)).sum::<u64>() as f64;
        let (mut observed, mut expected) = (0.0, 0.0);
        for first in 0..k {
            for second in 0..k {
                let distance = first.abs_diff(second) as f64;
                let weight = match weights {
                    KappaWeights::None => f64::from(u8::from(first != second)),
                    KappaWeights::Linear => distance,
                    KappaWeights::Quadratic => distance * distance,
                };
                observed += weight * self.count(first, second) as f64;
                expected += weight * row(first) * column(second) / n;
            }
        }
        (n > 0.0 && expected > 0.0).then(|| 1.0 - observed / expected)
    }
}

/// How far apart two values are, for Krippendorff's alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlphaMetric {
    /// Same or not.
    Nominal,
    /// By ranks.
    Ordinal,
    /// By squared difference.
    Interval,
}

/// What a unit (a case) adds to an interval-scale alpha: sums from which alpha of any selection of units follows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AlphaUnit {
    /// Values, where there are two or more; units with fewer count for nothing.
    pub n: f64,
    /// Their sum.
    pub sum: f64,
    /// Their squares.
    pub squares: f64,
    /// Squared differences of all ordered pairs over (values - 1).
    pub disagreement: f64,
}

impl AlphaUnit {
    /// The sums of a unit's values.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        if values.len() < 2 {
            return Self::default();
        }
        let sum: f64 = values.iter().sum();
        let mean = sum / n;
        let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self {
            n,
            sum,
            squares: values.iter().map(|value| value * value).sum(),
            disagreement: 2.0 * n * spread / (n - 1.0),
        }
    }

    /// The sums of two units together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
            disagreement: self.disagreement + other.disagreement,
        }
    }

    /// Krippendorff's alpha on the interval scale of the units that were added up; `None` without variation (values that
    /// differ by less than a millionth of their size, where the sums have no digits left), or with fewer than two values.
    pub fn alpha(&self) -> Option<f64> {
        let spread = self.n * self.squares - self.sum * self.sum;
        let expected = 2.0 * spread / (self.n * (self.n - 1.0));
        let observed = self.disagreement / self.n;
        (self.n > 1.0 && spread > (1e-12 + 1e-16 * self.n) * self.n * self.squares)
            .then(|| 1.0 - observed / expected)
    }
}

/// Krippendorff's alpha (2004, "Content Analysis", chapter 11): any number of raters, with missing values. `ratings` holds a
/// row for each rater with a value for each unit. `None` where nothing varies or no unit has two values.
pub fn krippendorff_alpha(ratings: &[Vec<Option<f64>>], metric: AlphaMetric) -> Option<f64> {
    let units = ratings.iter().map(Vec::len).max().unwrap_or(0);
    let rated = (0..units).map(|unit| -> Vec<f64> {
        let values = ratings.iter().filter_map(|row| row.get(unit).copied().flatten());
        values.filter(|value| value.is_finite()).collect()
    });
    let rated: Vec<Vec<f64>> = rated.filter(|values| values.len() >= 2).collect();
    if metric == AlphaMetric::Interval {
        // Alpha does not depend on where the scale begins; from one of its values on, the sums keep their digits.
        let start = rated.iter().flatten().next().copied().unwrap_or(0.0);
        let sums = rated.iter().map(|values| {
            let shifted: Vec<f64> = values.iter().map(|value| value - start).collect();
            AlphaUnit::of(&shifted)
        });
        return sums.fold(AlphaUnit::default(), AlphaUnit::plus).alpha();
    }
    let mut scale: Vec<f64> = rated.iter().flatten().copied().collect();
    scale.sort_by(f64::total_cmp);
    scale.dedup();
    let place = |value: &f64| scale.iter().position(|known| known == value);
    let mut coincidences = Coincidences::new(scale.len());
    for values in &rated {
        coincidences.add(&values.iter().filter_map(place).collect::<Vec<usize>>());
    }
    coincidences.alpha(metric == AlphaMetric::Ordinal)
}

/// How often two values meet in a unit: what alpha of categories is made from. Tables of several units add up, so that
/// alpha of any selection of units follows from their tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Coincidences {
    categories: usize,
    cells: Vec<f64>,
}

impl Coincidences {
    /// An empty table of that many categories, in the order of the scale.
    pub fn new(categories: usize) -> Self {
        Self {
            categories,
            cells: vec![0.0; categories * categories],
        }
    }

    /// Adds a unit, by the positions of its values: each ordered pair of them counts 1 / (values - 1). A unit with fewer
    /// than two values counts for nothing, a position outside the scale neither.
    pub fn add(&mut self, unit: &[usize]) {
        let inside = |value: &&usize| **value < self.categories;
        let values: Vec<usize> = unit.iter().filter(inside).copied().collect();
        for (i, first) in values.iter().enumerate() {
            for (j, second) in values.iter().enumerate() {
                if i != j {
                    self.cells[first * self.categories + second] += 1.0 / (values.len() - 1) as f64;
                }
            }
        }
    }

    /// Adds the table of other units of the same scale.
    pub fn merge(&mut self, other: &Self) {
        for (own, more) in self.cells.iter_mut().zip(&other.cells) {
            *own += more;
        }
    }

    /// Krippendorff's alpha: nominal, or by ranks where the categories are `ordered`. `None` where nothing varies.
    pub fn alpha(&self, ordered: bool) -> Option<f64> {
        let k = self.categories;
        let totals: Vec<f64> = (0..k)
            .map(|at| (0..k).map(|other| self.cells[at * k + other]).sum())
            .collect();
        let n: f64 = totals.iter().sum();
        let distance = |a: usize, b: usize| {
            if a == b {
                return 0.0;
            }
            if !ordered {
                return 1.0;
            }
            let (low, high) = (a.min(b), a.max(b));
            let between: f64 = totals[low..=high].iter().sum();
            (between - f64::midpoint(totals[low], totals[high])).powi(2)
        };
        let (mut observed, mut expected) = (0.0, 0.0);
        for a in 0..k {
            for b in 0..k {
                observed += self.cells[a * k + b] * distance(a, b);
                expected += totals[a] * totals[b] * distance(a, b);
            }
        }
        (n > 1.0 && expected > 0.0).then(|| 1.0 - (n - 1.0) * observed / expected)
    }
}
