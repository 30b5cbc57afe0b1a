//! Text measures and finders: the pure functions behind the scoring of free text.
//!
//! Three groups live here. *Metrics* compare a candidate with references
//! ([`bleu`], [`mod@chrf`], [`mod@rouge`], [`edit`], [`f1`]); *finders* take the answer out
//! of a chatty reply ([`numbers`], [`choice`], [`list_items`], [`extract`],
//! [`refusal`]); *building blocks* cut and clean text ([`normalize`], [`tokens`],
//! [`stem`]).
//!
//! Every function is deterministic, does no input or output, never panics, and
//! takes time about linear in its input. Two are quadratic by nature, the edit
//! distance and ROUGE-L, and both have a documented limit. All scores lie in `0..=1`.

pub mod bleu;
pub mod choice;
pub mod chrf;
pub mod edit;
pub mod extract;
pub mod f1;
pub mod list_items;
pub mod normalize;
pub mod numbers;
pub mod refusal;
pub mod rouge;
pub mod stem;
pub mod tokens;

mod bits;
mod ngrams;

#[cfg(test)]
mod tests;

pub use bleu::{BleuStats, corpus_bleu, sentence_bleu};
pub use choice::choice_letter;
pub use chrf::{chrf, chrf_plus_plus};
pub use edit::{distance, similarity};
pub use extract::{CodeBlock, code_block, code_blocks, json_value};
pub use f1::{Prf, exact_match, token_f1};
pub use list_items::split_items;
pub use numbers::{Number, all_numbers, boxed_number, first_number, last_number, marked_number};
pub use refusal::looks_like_refusal;
pub use rouge::{RougeKind, rouge};
