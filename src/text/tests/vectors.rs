//! The metrics against the reference implementations (`tests/vectors/text_metrics.json`,
//! made by `text_metrics.py` next to it).

use serde::Deserialize;

use crate::text::*;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
    corpora: Vec<Corpus>,
    stems: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Case {
    candidate: String,
    references: Vec<String>,
    tokens_13a: Vec<String>,
    squad: String,
    bleu: f64,
    chrf: f64,
    chrf_plus_plus: f64,
    rouge: Rouge,
    f1: [f64; 3],
    exact: bool,
}

#[derive(Deserialize)]
struct Rouge {
    plain: RougeScores,
    stem: RougeScores,
}

#[derive(Deserialize)]
#[allow(non_snake_case)]
struct RougeScores {
    rouge1: [f64; 3],
    rouge2: [f64; 3],
    rougeL: [f64; 3],
}

#[derive(Deserialize)]
struct Corpus {
    cases: Vec<usize>,
    bleu: f64,
}

fn vectors() -> Vectors {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/text_metrics.json");
    let json = std::fs::read_to_string(path).expect("the vectors are there");
    serde_json::from_str(&json).expect("the vectors have the known form")
}

fn assert_close(got: f64, want: f64, what: &str, case: &Case) {
    assert!(
        (got - want).abs() < 1e-9,
        "{what} of {:?}: {got} and not {want}",
        case.candidate
    );
}

fn assert_prf(got: Prf, want: [f64; 3], what: &str, case: &Case) {
    assert_close(got.precision, want[0], &format!("{what} precision"), case);
    assert_close(got.recall, want[1], &format!("{what} recall"), case);
    assert_close(got.f1, want[2], &format!("{what} F1"), case);
}

#[test]
fn there_are_enough_vectors() {
    assert!(vectors().cases.len() >= 80);
}

#[test]
fn tokens_and_normal_forms_agree_with_the_references() {
    for case in vectors().cases {
        assert_eq!(
            tokens::tokenize_13a(&case.candidate),
            case.tokens_13a,
            "{:?}",
            case.candidate
        );
        assert_eq!(
            normalize::squad(&case.candidate),
            case.squad,
            "{:?}",
            case.candidate
        );
    }
}

#[test]
fn sentence_bleu_agrees_with_sacrebleu() {
    for case in vectors().cases {
        assert_close(
            sentence_bleu(&case.candidate, &case.references),
            case.bleu,
            "BLEU",
            &case,
        );
    }
}

#[test]
fn corpus_bleu_agrees_with_sacrebleu() {
    let Vectors { cases, corpora, .. } = vectors();
    for corpus in corpora {
        let segments: Vec<(&str, &[String])> = corpus
            .cases
            .iter()
            .map(|&index| {
                (
                    cases[index].candidate.as_str(),
                    cases[index].references.as_slice(),
                )
            })
            .collect();
        let got = corpus_bleu(&segments);
        assert!(
            (got - corpus.bleu).abs() < 1e-9,
            "{:?}: {got} and not {}",
            corpus.cases,
            corpus.bleu
        );
    }
}

#[test]
fn chrf_agrees_with_sacrebleu() {
    for case in vectors().cases {
        assert_close(chrf(&case.candidate, &case.references), case.chrf, "chrF", &case);
        let plus = chrf_plus_plus(&case.candidate, &case.references);
        assert_close(plus, case.chrf_plus_plus, "chrF++", &case);
    }
}

#[test]
fn rouge_agrees_with_rouge_score() {
    for case in vectors().cases {
        for (stem, scores) in [(false, &case.rouge.plain), (true, &case.rouge.stem)] {
            for (kind, want) in [
                (RougeKind::Rouge1, scores.rouge1),
                (RougeKind::Rouge2, scores.rouge2),
                (RougeKind::RougeL, scores.rougeL),
            ] {
                let got = rouge(&case.candidate, &case.references, kind, stem);
                assert_prf(got, want, &format!("{kind:?} (stem: {stem})"), &case);
            }
        }
    }
}

#[test]
fn token_f1_and_exact_match_agree_with_squad() {
    for case in vectors().cases {
        assert_prf(
            token_f1(&case.candidate, &case.references),
            case.f1,
            "token F1",
            &case,
        );
        let exact = exact_match(&case.candidate, &case.references);
        assert_eq!(exact, case.exact, "{:?}", case.candidate);
    }
}

#[test]
fn stems_agree_with_nltk() {
    for (word, stem) in vectors().stems {
        assert_eq!(stem::porter(&word), stem, "{word}");
    }
}
