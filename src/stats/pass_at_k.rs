//! pass@k: the chance that at least one of k answers to a case passes.

/// The unbiased estimate of pass@k from `n` answers to a case of which `passed` pass; `None` where there are fewer than
/// `k` answers.
///
/// `1 - C(n-c, k) / C(n, k)`, as the product `1 - Π (1 - k/i)` over i from n-c+1 to n, which stays exact for large
/// numbers: Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1 and figure 3.
pub fn pass_at_k(n: u32, passed: u32, k: u32) -> Option<f64> {
    if k == 0 || n < k || passed > n {
        return None;
    }
    if n - passed < k {
        return Some(1.0);
    }
    let misses = (n - passed + 1..=n).map(|i| 1.0 - f64::from(k) / f64::from(i));
    Some(1.0 - misses.product::<f64>())
}

/// The unbiased estimate of pass^k from `n` answers to a case of which `passed` pass: the chance that k answers all pass,
/// C(c, k) / C(n, k) (Yao et al. 2024, "tau-bench", arXiv:2406.12045). `None` where there are fewer than `k` answers.
pub fn pass_hat_k(n: u32, passed: u32, k: u32) -> Option<f64> {
    if k == 0 || n < k || passed > n {
        return None;
    }
    if passed < k {
        return Some(0.0);
    }
    let hits = (0..k).map(|i| f64::from(passed - i) / f64::from(n - i));
    Some(hits.product())
}

/// The values of k that are reported for so many epochs: 1 to 5, 10, 20, 50.. below it, and the number itself.
pub fn reported_k(epochs: u32) -> Vec<u32> {
    let mut values: Vec<u32> = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000]
        .into_iter()
        .filter(|k| *k < epochs)
        .collect();
    values.push(epochs);
    values
}
