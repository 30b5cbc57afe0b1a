//! Tests of the choice finder.

use super::*;

fn find(text: &str) -> Option<char> {
    choice_letter(text, &['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'])
}

#[track_caller]
fn all_find(letter: char, texts: &[&str]) {
    for text in texts {
        assert_eq!(find(text), Some(letter), "{text:?}");
    }
}

#[track_caller]
fn none_found(texts: &[&str]) {
    for text in texts {
        assert_eq!(find(text), None, "{text:?}");
    }
}

#[test]
fn a_reply_of_one_letter_is_that_letter() {
    all_find(
        'B',
        &[
            "B", "b", " B. ", "(B)", "(b)", "**B**", "`B`", "B)", "$B$", "“B”", "B\n",
        ],
    );
    all_find('A', &["A", "a", "A.", "(a)"]);
}

#[test]
fn answer_cues_are_followed() {
    all_find(
        'B',
        &[
            "The answer is B",
            "The answer is (B).",
            "the correct answer is: B) Paris",
            "Answer: B",
            "ANSWER: B",
            "answer:B",
            "**Answer:** B",
            "**Answer: B**",
            "**Final Answer**: **B**",
            "Final answer: (b)",
            "the answer is b.",
            "The best choice would be B.",
            "The correct option is **B. Paris**",
            "Therefore, the answer is option B, not C.",
            "Answer:\n\nB",
            "The answer to question 3 is B.",
            "I would go with B because it fits.",
            "I choose option B.",
            "I'd pick (B).",
            "Q: which?\nA: B",
            "The answer is most likely B.",
            "The answer is \\text{B}.",
            "The answer is B, I think.",
            "The answer is B.\n\nA good way to see this is to look at C.",
            "Answer: \"B\"",
            "Answer = B",
            "The answer is A... no wait. The answer is B.",
        ],
    );
}

#[test]
fn the_letter_a_is_found_when_it_is_meant() {
    all_find(
        'A',
        &[
            "Answer: A",
            "The answer is A.",
            "The answer is (A) because of the heat.",
            "The answer is A because of the heat.",
            "Answer: A, since it is warm.",
            "\\boxed{A}",
            "**A**",
            "A. Paris",
            "A) a dog",
            "(A) a dog",
            "Option A",
            "A is the correct answer.",
            "I think it is (A).",
            "The heat rises.\n\nA",
        ],
    );
}

#[test]
fn the_article_and_the_pronoun_are_no_choices() {
    none_found(&[
        "A dog is an animal.",
        "The answer is a matter of taste.",
        "The answer is A good one to ponder.",
        "Answer: A dog has four legs",
        "I think this is hard.",
        "The answer is I think unclear.",
        "It is a (very) long story.\nA man came.",
        "Choose a number.",
    ]);
}

#[test]
fn boxed_letters_are_found_and_the_last_wins() {
    all_find(
        'B',
        &[
            "so \\boxed{B}",
            "so $\\boxed{\\text{B}}$.",
            "\\boxed{A} hmm, rather \\boxed{(B)}",
            "\\boxed{b}",
            "\\boxed{B) Paris}",
            "\\boxed{\\textbf{(B)}}",
        ],
    );
    none_found(&["\\boxed{Bread}", "\\boxed{x}", "\\boxed{}"]);
}

#[test]
fn weaker_marks_are_found() {
    all_find(
        'B',
        &[
            "I think **B** fits.",
            "**B. Paris** fits",
            "**(B)** fits",
            "B. Paris",
            "B) Paris is the capital.",
            "(B) Paris",
            "- B) Paris",
            "B: Paris",
            "It must be (B), as shown.",
            "Thinking about it.\n\nB",
            "B\n\nBecause it is warm.",
            "B.\nParis is the capital of France.",
            "Clearly B is correct here.",
            "(B) is the right answer",
            "Going with option B here",
        ],
    );
}

#[test]
fn contradictions_are_ambiguous() {
    none_found(&[
        "The answer is A or B.",
        "The answer is (A) or (B).",
        "Answer: A, B",
        "Answer: B/C",
        "Answer: **A** and **C**",
        "A. Paris\nB. London",
        "(A) and (B) both fit",
        "**A** or **B**",
        "Option A or option C",
        "A\nsome text\nB",
        "B is correct. C is correct.",
    ]);
}

#[test]
fn absent_and_negated_choices_are_not_found() {
    none_found(&[
        "",
        "   ",
        "None of these.",
        "The answer is not B.",
        "Answer: none",
        "The answer is 42.",
        "The answer is Berlin.",
        "Answer: C++",
        "Answer: B-trees",
        "The answer is e.g. this",
        "Vitamin C helps.",
        "f(x) = B",
        "Washington D.C. it is",
        "I don't know",
        "the answer: unknown",
        "B is not correct",
        "答案",
    ]);
}

#[test]
fn letters_that_are_not_offered_do_not_count() {
    assert_eq!(choice_letter("The answer is E.", &['A', 'B', 'C', 'D']), None);
    assert_eq!(choice_letter("(B) but not (E)", &['A', 'B', 'C', 'D']), Some('B'));
    assert_eq!(choice_letter("The answer is b.", &['a', 'b']), Some('B'));
    assert_eq!(choice_letter("B", &[]), None);
}
