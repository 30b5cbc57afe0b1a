//! Which key means what.

use crate::analyse::calibrate::pass_of_word;
use crate::model::Mark;

/// What a key means.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A verdict.
    Mark(Mark),
    /// No verdict on this one.
    Skip,
    /// No more.
    Quit,
}

/// The verdicts that a person can give.
pub struct Answers {
    /// Ends of the scale; pass and fail without.
    scale: Option<(u32, u32)>,
}

/// `LOW,HIGH`: whole numbers, one key each.
pub fn steps(text: &str) -> Result<(u32, u32), String> {
    let ends = text
        .split_once([',', ':'])
        .or_else(|| text.split_once(".."))
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
    match ends {
        Some((low, high)) if low < high && high <= 10 => Ok((low, high)),
        _ => Err("write two whole numbers from 0 to 10, such as 1,5: each step is one key".to_owned()),
    }
}

impl Answers {
    pub fn new(scale: Option<(u32, u32)>) -> Self {
        Self { scale }
    }

    /// What a key means; `None` where it means nothing. Ten is `t` where 0 is on the scale, else 0.
    pub fn reply(&self, key: &str) -> Option<Reply> {
        match key {
            "s" | "S" => return Some(Reply::Skip),
            "q" | "Q" => return Some(Reply::Quit),
            _ => {}
        }
        match self.scale {
            None => match key {
                "p" | "P" => Some(Reply::Mark(Mark::Word("pass".into()))),
                "f" | "F" => Some(Reply::Mark(Mark::Word("fail".into()))),
                _ => None,
            },
            Some((low, high)) => {
                let number = match key {
                    "t" | "T" => 10,
                    "0" if low > 0 => 10,
                    key => key.parse::<u32>().ok()?,
                };
                (low..=high)
                    .contains(&number)
                    .then(|| Reply::Mark(Mark::Number(f64::from(number))))
            }
        }
    }

    /// The keys, in one line.
    pub fn help(&self) -> String {
        let verdicts = match self.scale {
            None => "p pass   f fail".to_owned(),
            Some((low, 10)) if low > 0 => format!("{low}..9, 0 for 10"),
            Some((low, 10)) => format!("{low}..9, t for 10"),
            Some((low, high)) => format!("{low}..{high}"),
        };
        format!("{verdicts}   s skip   q quit")
    }

    /// A reply in words.
    pub fn said(&self, reply: &Reply) -> String {
        match reply {
            Reply::Mark(mark) => mark.to_string(),
            Reply::Skip => "skipped".to_owned(),
            Reply::Quit => "quit".to_owned(),
        }
    }

    /// A verdict in 0..=1, where it is one of these.
    pub fn share(&self, mark: &Mark) -> Option<f64> {
        match (self.scale, mark) {
            (_, Mark::Word(_)) => pass_of_word(mark).map(|pass| f64::from(u8::from(pass))),
            (Some((low, high)), Mark::Number(number)) => {
                Some(((number - f64::from(low)) / f64::from(high - low)).clamp(0.0, 1.0))
            }
            (None, Mark::Number(number)) => Some(number.clamp(0.0, 1.0)),
        }
    }
}
