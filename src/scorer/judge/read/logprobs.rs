//! Verdicts weighted by how likely the judge thought each one.

use super::super::form::Form;
use super::super::read::pair_labels;
use super::Said;
use super::words::verdict;
use crate::model::Reads;

/// The mean of the verdicts that the first token may be, by their probabilities. Of a pair that is the chance that the
/// second output wins, P(M) / (P(m) + P(M)); a verdict that is not among the likeliest tokens counts with 0.
pub(super) fn read(form: &Form, first: &[(String, f64)]) -> Result<Said, String> {
    if first.is_empty() {
        return Err("the API gave no log-probabilities; ask for them in the judge's `params.extra`, or read another way".to_owned());
    }
    let (mut sum, mut mass) = (0.0, 0.0);
    for (token, logprob) in first {
        let Some(value) = value(form, token.trim()) else {
            continue;
        };
        let probability = logprob.exp();
        if !probability.is_finite() {
            return Err(format!("`{logprob}` is no log-probability"));
        }
        sum += probability * value;
        mass += probability;
    }
    if mass > 0.0 {
        Ok(Said::One(sum / mass))
    } else {
        Err("none of the likeliest first tokens is a verdict".to_owned())
    }
}

fn value(form: &Form, token: &str) -> Option<f64> {
    match form {
        Form::Pair => {
            let [first, second] = pair_labels(Reads::Logprobs);
            match token {
                token if token == first => Some(0.0),
                token if token == second => Some(1.0),
                _ => None,
            }
        }
        _ => verdict(form, token).ok(),
    }
}
