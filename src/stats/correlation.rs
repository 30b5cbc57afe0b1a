//! Correlations of two lists.

/// Pearson's correlation: the sum of (a - mean a)(b - mean b) over the root of the product of the sums of squares, in
/// -1..=1. `None` with fewer than two pairs, where a list does not vary, or where a value is not finite. The longer list
/// is cut to the shorter.
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len());
    let varies = |list: &[f64]| list.iter().take(n).any(|value| Some(value) != list.first());
    if n < 2 || !varies(a) || !varies(b) {
        return None;
    }
    let mean = |list: &[f64]| list.iter().take(n).sum::<f64>() / n as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut own_a, mut own_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        both += a * b;
        own_a += a * a;
        own_b += b * b;
    }
    let correlation = both / (own_a.sqrt() * own_b.sqrt());
    correlation.is_finite().then(|| correlation.clamp(-1.0, 1.0))
}

/// Ranks from 1 on; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let same = order[start..]
            .iter()
            .take_while(|at| values[**at] == values[order[start]])
            .count();
        let rank = (start + 1 + start + same) as f64 / 2.0;
        for at in &order[start..start + same.max(1)] {
            ranks[*at] = rank;
        }
        start += same.max(1);
    }
    ranks
}

/// Whether the first `n` of both lists have an order.
fn ordered(a: &[f64], b: &[f64], n: usize) -> bool {
    !a.iter()
        .take(n)
        .chain(b.iter().take(n))
        .any(|value| value.is_nan())
}

/// Spearman's rank correlation: Pearson's of the ranks; equal values share the mean of their ranks. `None` as for
/// Pearson's, but for infinite values, which have a rank.
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len());
    if !ordered(a, b, n) {
        return None;
    }
    pearson(&ranks(a.get(..n)?), &ranks(b.get(..n)?))
}

/// Kendall's tau-b, which takes ties into account: (concordant - discordant) / sqrt((pairs - ties in a)(pairs - ties in
/// b)); in n log n steps (Knight 1966). `None` as for Spearman's.
pub fn kendall_tau_b(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len());
    if n < 2 || !ordered(a, b, n) {
        return None;
    }
    let mut pairs: Vec<(f64, f64)> = a.iter().copied().zip(b.iter().copied()).collect();
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
    let tied = |length: usize| length as f64 * (length as f64 - 1.0) / 2.0;
    let ties_a: f64 = pairs.chunk_by(|x, y| x.0 == y.0).map(|run| tied(run.len())).sum();
    let ties_both: f64 = pairs.chunk_by(|x, y| x == y).map(|run| tied(run.len())).sum();
    let mut second: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    let swaps = sort_counting(&mut second) as f64;
    let ties_b: f64 = second.chunk_by(|x, y| x == y).map(|run| tied(run.len())).sum();
    let all = n as f64 * (n as f64 - 1.0) / 2.0;
    let score = all - ties_a - ties_b + ties_both - 2.0 * swaps;
    let scale = ((all - ties_a) * (all - ties_b)).sqrt();
    (scale > 0.0).then(|| score / scale)
}

/// Sorts by merging, and counts the pairs that stood the wrong way round.
fn sort_counting(values: &mut [f64]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut swaps = sort_counting(left) + sort_counting(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if right[j] < left[i] {
            swaps += (left.len() - i) as u64;
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    values.copy_from_slice(&merged);
    swaps
}
