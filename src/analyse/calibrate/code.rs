//! Verdicts as positions on the scale.

use super::scale::{OUTCOMES, outcome_of, pass_of_word};
use super::{Input, Kind, Said, Scale, ScaleError};
use crate::model::Mark;

/// A verdict on the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Value {
    /// Its category.
    pub category: Option<usize>,
    /// Its number.
    pub number: Option<f64>,
    /// Whether it passes.
    pub pass: Option<bool>,
}

/// One unit on the scale.
#[derive(Clone, Debug, Default)]
pub(super) struct Coded {
    pub cluster: u32,
    pub probability: f64,
    pub human: Vec<(u32, Value)>,
    /// What the people said together.
    pub together: Value,
    /// The judge; of a pair both orders together, where a flip is a tie.
    pub judge: Option<Value>,
    /// The outcomes of a pair by order.
    pub orders: [Option<usize>; 2],
}

/// Reads everything on the scale; an error names the label that does not fit.
pub(super) fn code(input: &Input, scale: &Scale) -> Result<Vec<Coded>, ScaleError> {
    input
        .units
        .iter()
        .map(|unit| {
            let line = unit.human.first().map(|(_, _, line)| *line);
            let human: Vec<(u32, Value)> = unit
                .human
                .iter()
                .map(|(rater, mark, line)| Ok((*rater, scale.human(mark, *line)?)))
                .collect::<Result<_, ScaleError>>()?;
            let mut orders = [None; 2];
            for (order, said) in orders.iter_mut().zip([&unit.first, &unit.second]) {
                if let Some(said) = said {
                    *order = Some(outcome(&said.mark, line, "the judge said")?);
                }
            }
            let judge = match (scale.kind, orders) {
                (Kind::Pair, [Some(first), Some(second)]) => {
                    Some(category(if first == second { first } else { 1 }))
                }
                (Kind::Pair, _) => None,
                _ => unit
                    .alone
                    .as_ref()
                    .map(|said| scale.judge(said, line))
                    .transpose()?,
            };
            Ok(Coded {
                cluster: unit.cluster,
                probability: unit.probability,
                together: scale.together(&human),
                human,
                judge,
                orders,
            })
        })
        .collect()
}

fn category(category: usize) -> Value {
    Value {
        category: Some(category),
        ..Value::default()
    }
}

fn outcome(mark: &Mark, line: Option<usize>, who: &str) -> Result<usize, ScaleError> {
    outcome_of(mark).ok_or_else(|| {
        ScaleError::new(
            line,
            format!(
                "{who} `{mark}`, which is no outcome of a pair: write `A` where the judged output is better, `B` where \
                 the other is, or `tie` (1, 0 or 0.5)"
            ),
        )
    })
}

/// 0 for a pass, 1 for a fail: the order of the categories.
fn passing(pass: bool, number: Option<f64>) -> Value {
    Value {
        category: Some(usize::from(!pass)),
        number: number.or(Some(f64::from(u8::from(pass)))),
        pass: Some(pass),
    }
}

impl Scale {
    fn named(&self, name: &str) -> Option<usize> {
        self.categories
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
    }

    fn on_scale(&self, number: f64) -> Value {
        let low = self.range.map(|(low, _)| low);
        let category = match (self.kind, low) {
            (Kind::Ordinal, Some(low)) if number.fract() == 0.0 && number >= low => {
                Some((number - low) as usize).filter(|step| *step < self.categories.len())
            }
            _ => None,
        };
        Value {
            category,
            number: Some(number),
            pass: self.pass.map(|least| number >= least),
        }
    }

    fn human(&self, mark: &Mark, line: usize) -> Result<Value, ScaleError> {
        match (self.kind, mark) {
            (Kind::Pair, _) => outcome(mark, Some(line), "the label says").map(category),
            (Kind::PassFail, Mark::Number(number)) => Ok(passing(*number >= 0.5, None)),
            (Kind::PassFail, _) => Ok(passing(pass_of_word(mark).unwrap_or(false), None)),
            (Kind::Nominal, _) => self
                .named(&mark.to_string())
                .map(category)
                .ok_or_else(|| self.unknown(mark, Some(line))),
            (_, Mark::Number(number)) => Ok(self.on_scale(*number)),
            (_, Mark::Word(_)) => Err(ScaleError::new(Some(line), format!("`{mark}` is not a number"))),
        }
    }

    fn judge(&self, said: &Said, line: Option<usize>) -> Result<Value, ScaleError> {
        let number = match said.mark {
            Mark::Number(number) => Some(number),
            Mark::Word(_) => None,
        };
        match self.kind {
            Kind::PassFail => {
                let by_number = || match (number, self.pass) {
                    (Some(number), Some(least)) => Some(number >= least),
                    (Some(0.0), None) => Some(false),
                    (Some(1.0), None) => Some(true),
                    _ => None,
                };
                let pass = said.pass.or_else(|| pass_of_word(&said.mark)).or_else(by_number);
                pass.map(|pass| passing(pass, number)).ok_or_else(|| {
                    ScaleError::new(
                        line,
                        format!(
                            "the judge said `{}`, and nothing tells whether that passes; --pass SCORE tells it",
                            said.mark
                        ),
                    )
                })
            }
            Kind::Nominal => {
                let name = said
                    .category
                    .as_deref()
                    .map_or_else(|| said.mark.to_string(), str::to_owned);
                self.named(&name).map(category).ok_or_else(|| {
                    let message = format!(
                        "the judge said `{name}`, which is none of the categories {}; labels in numbers compare with a \
                         judge that gives numbers",
                        self.categories.join(", ")
                    );
                    ScaleError::new(line, message)
                })
            }
            _ => match number {
                Some(number) => match self.range {
                    Some((low, high)) if !(low..=high).contains(&number) => Err(ScaleError::new(
                        line,
                        format!(
                            "the judge said {number}, which is not on the scale from {low} to {high}; --scale LOW,HIGH \
                             sets another"
                        ),
                    )),
                    _ => Ok(self.on_scale(number)),
                },
                None => Err(ScaleError::new(
                    line,
                    format!("the labels are numbers, but the judge said `{}`", said.mark),
                )),
            },
        }
    }

    fn unknown(&self, mark: &Mark, line: Option<usize>) -> ScaleError {
        ScaleError::new(
            line,
            format!(
                "`{mark}` is none of the categories {}",
                self.categories.join(", ")
            ),
        )
    }

    /// What several people said together: the majority of categories, the mean of numbers.
    fn together(&self, human: &[(u32, Value)]) -> Value {
        let numbers: Vec<f64> = human.iter().filter_map(|(_, value)| value.number).collect();
        let number = (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64);
        match self.kind {
            Kind::Ordinal => {
                let middle = median(numbers);
                Value {
                    pass: self
                        .on_scale(number.unwrap_or(f64::NAN))
                        .pass
                        .filter(|_| number.is_some()),
                    number,
                    category: middle.and_then(|middle| self.on_scale(middle).category),
                }
            }
            Kind::Graded => number.map_or_else(Value::default, |number| self.on_scale(number)),
            Kind::PassFail | Kind::Nominal | Kind::Pair => {
                let mut counts = vec![0_usize; self.categories.len().max(OUTCOMES.len())];
                for category in human.iter().filter_map(|(_, value)| value.category) {
                    if let Some(count) = counts.get_mut(category) {
                        *count += 1;
                    }
                }
                let majority = counts.iter().position(|count| count * 2 > human.len());
                Value {
                    category: majority,
                    number,
                    pass: majority
                        .filter(|_| self.kind == Kind::PassFail)
                        .map(|category| category == 0),
                }
            }
        }
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    let (low, high) = (numbers.get(last / 2)?, numbers.get(last.div_ceil(2))?);
    Some(f64::midpoint(*low, *high))
}
