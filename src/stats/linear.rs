//! Small symmetric systems of equations.

/// The Cholesky factor of a symmetric, positive definite matrix (row by row), or `None`.
#[derive(Clone, Debug)]
pub(super) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    pub(super) fn of(matrix: &[f64], size: usize) -> Option<Self> {
        let mut lower = matrix.to_vec();
        for i in 0..size {
            for j in 0..=i {
                let mut sum = lower[i * size + j];
                for k in 0..j {
                    sum -= lower[i * size + k] * lower[j * size + k];
                }
                if i == j {
                    if sum <= 1e-12 || !sum.is_finite() {
                        return None;
                    }
                    lower[i * size + i] = sum.sqrt();
                } else {
                    lower[i * size + j] = sum / lower[j * size + j];
                }
            }
        }
        Some(Self { size, lower })
    }

    /// Solves for one right side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (size, lower) = (self.size, &self.lower);
        let mut x = right.to_vec();
        for i in 0..size {
            for k in 0..i {
                x[i] -= lower[i * size + k] * x[k];
            }
            x[i] /= lower[i * size + i];
        }
        for i in (0..size).rev() {
            for k in i + 1..size {
                x[i] -= lower[k * size + i] * x[k];
            }
            x[i] /= lower[i * size + i];
        }
        x
    }
}
