//! All functions against arbitrary and hostile input.

use proptest::prelude::*;

use crate::text::*;

/// Calls every public function; returns the scores.
fn run_all(text: &str, other: &str) -> Vec<f64> {
    let references = [other, ""];
    all_numbers(text);
    first_number(text);
    last_number(text);
    boxed_number(text);
    marked_number(text, other);
    marked_number(text, "A:");
    choice_letter(text, &('A'..='J').collect::<Vec<_>>());
    choice_letter(text, &other.chars().collect::<Vec<_>>());
    split_items(text);
    json_value(text);
    code_block(text, None);
    code_block(text, Some(other));
    looks_like_refusal(text);
    normalize::trim(text);
    stem::porter(text);
    let mut scores = vec![
        sentence_bleu(text, &references),
        corpus_bleu(&[(text, &references[..])]),
        chrf(text, &references),
        chrf_plus_plus(text, &references),
        similarity(text, other),
        token_f1(text, &references).f1,
        f64::from(u8::from(exact_match(text, &references))),
    ];
    for kind in [RougeKind::Rouge1, RougeKind::Rouge2, RougeKind::RougeL] {
        for stem in [false, true] {
            let Prf {
                precision,
                recall,
                f1,
            } = rouge(text, &references, kind, stem);
            scores.extend([precision, recall, f1]);
        }
    }
    scores
}

/// Text with many of the marks that the finders look for.
fn loaded_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "A",
        "B",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        "**",
        "```",
        "~~~",
        "\n",
        " ",
        "\\boxed{",
        "\\frac{",
        "}{",
        "answer is ",
        "Answer: ",
        "####",
        "1",
        "23",
        "456",
        ",",
        ".",
        "-",
        "−",
        "+",
        "/",
        "$",
        "€",
        "%",
        "e",
        "½",
        "json",
        "- ",
        "1. ",
        ";",
        "I'm sorry, ",
        "I can’t ",
        "help",
        "é",
        "日",
        "\u{301}",
        "\u{a0}",
        ":",
        "^",
        "×",
        "10",
        "percent",
        "\\",
        "\r\n",
        "_",
        "<",
        "0x",
        "option ",
        "is correct",
        "and ",
        "`",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_input_makes_any_function_panic_or_leave_the_range(text in ".{0,60}", other in ".{0,30}") {
        for score in run_all(&text, &other) {
            prop_assert!((0.0..=1.0).contains(&score));
        }
    }

    #[test]
    fn no_mix_of_known_marks_makes_any_function_panic(text in loaded_text(), other in loaded_text()) {
        for score in run_all(&text, &other) {
            prop_assert!((0.0..=1.0).contains(&score));
        }
    }

    #[test]
    fn a_text_with_tokens_scores_one_against_itself(text in "[a-z]{1,5}( [a-z]{1,5}){0,9}") {
        let own = [text.as_str()];
        for score in [
            sentence_bleu(&text, &own),
            chrf(&text, &own),
            chrf_plus_plus(&text, &own),
            rouge(&text, &own, RougeKind::RougeL, true).f1,
            token_f1(&text, &own).f1,
            similarity(&text, &text),
        ] {
            prop_assert!((score - 1.0).abs() < 1e-12);
        }
    }
}

/// Runs it; a function that grows with the square of its input would not come back before the test run is given up.
fn assert_quick<T>(_name: &str, run: impl FnOnce() -> T) -> T {
    run()
}

/// The full size only where the build is optimised, for the sake of the ordinary test run.
fn shrink() -> usize {
    if cfg!(debug_assertions) { 25 } else { 1 }
}

fn keep<T>(_: T) {}

#[test]
fn hostile_megabytes_do_not_hang_or_panic() {
    let size = 1_000_000 / shrink();
    let units = [
        "a",
        "A",
        "1",
        "{",
        "[",
        "\"",
        "`",
        "(",
        ",",
        "-",
        ".",
        "1,",
        "1.",
        "1/",
        "a b ",
        "{\"a\":",
        "[1,",
        "[1,x",
        "{\"a\":[",
        "```\n",
        "(A) ",
        "- a\n",
        "**",
        "\\boxed{",
        "\\frac{",
        "answer is ",
        "I'm sorry ",
        "日",
        "\n",
        " ",
        "'",
        "10^",
        "~~~~",
        "A or ",
        "1,000",
        "as an ai ",
        "**A",
    ];
    for unit in units {
        let text = unit.repeat(size / unit.len());
        let other = unit.repeat(size / unit.len() / 2);
        let run = |name: &str, run: &dyn Fn()| assert_quick(&format!("{name} of {unit:?}"), run);
        run("numbers", &|| {
            keep((all_numbers(&text), last_number(&text), boxed_number(&text)))
        });
        run("marked number", &|| {
            keep((marked_number(&text, unit), marked_number(&text, "A:")))
        });
        run("choice", &|| keep(choice_letter(&text, &['A', 'B'])));
        run("items", &|| keep(split_items(&text)));
        run("json", &|| keep(json_value(&text)));
        run("code", &|| {
            keep((code_block(&text, None), code_block(&text, Some("rust"))))
        });
        run("refusal", &|| keep(looks_like_refusal(&text)));
        run("bleu", &|| keep(sentence_bleu(&text, &[&other])));
        run("chrf", &|| keep(chrf_plus_plus(&text, &[&other])));
        run("rouge", &|| {
            keep(rouge(&text, &[&other], RougeKind::RougeL, true))
        });
        run("f1", &|| keep(token_f1(&text, &[&other])));
        run("edit", &|| keep(similarity(&text, &other)));
    }
}

#[test]
fn the_quadratic_measures_stay_within_the_time_limit_on_unlike_megabytes() {
    let left = "a b ".repeat(250_000 / shrink());
    let right = "b b a ".repeat(160_000 / shrink());
    assert_quick("edit distance", || similarity(&left, &right));
    assert_quick("ROUGE-L", || rouge(&left, &[&right], RougeKind::RougeL, false));
}
