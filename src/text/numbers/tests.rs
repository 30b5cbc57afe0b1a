//! Tests of the number finders.

use super::*;

fn values(text: &str) -> Vec<f64> {
    all_numbers(text).iter().map(|number| number.value).collect()
}

fn sources(text: &str) -> Vec<&str> {
    all_numbers(text)
        .iter()
        .map(|number| number.source(text))
        .collect()
}

#[track_caller]
fn one(text: &str) -> Number {
    let numbers = all_numbers(text);
    assert_eq!(numbers.len(), 1, "{text}: {numbers:?}");
    numbers.into_iter().next().expect("there is one")
}

#[test]
fn plain_integers_and_decimals_are_read() {
    for (text, value) in [
        ("42", 42.0),
        ("It is 42.", 42.0),
        ("2.75!", 2.75),
        ("about .5 of it", 0.5),
        ("007", 7.0),
        ("x=7;", 7.0),
        ("答案是42。", 42.0),
        ("**12**", 12.0),
        ("`12`,", 12.0),
        ("5km", 5.0),
        ("the 3rd", 3.0),
        ("(8)", 8.0),
        ("no.5", 5.0),
    ] {
        assert_eq!(one(text).value, value, "{text}");
    }
}

#[test]
fn thousands_separators_are_seen_through() {
    for text in [
        "1,234,567",
        "1_234_567",
        "1'234'567",
        "1’234’567",
        "1.234.567",
        "1{,}234{,}567",
        "1\\,234\\,567",
        "1\u{202f}234\u{202f}567",
        "1\u{a0}234\u{a0}567",
        "(1,234,567)",
        "$1,234,567.",
    ] {
        assert_eq!(one(text).value, 1_234_567.0, "{text}");
    }
    assert_eq!(one("$1,234.50").value, 1234.5);
    assert_eq!(one("12,345").value, 12_345.0);
}

#[test]
fn commas_elsewhere_separate_numbers() {
    assert_eq!(values("1,2"), [1.0, 2.0]);
    assert_eq!(values("0,5"), [0.0, 5.0]);
    assert_eq!(values("1,2345"), [1.0, 2345.0]);
    assert_eq!(values("1,234,56"), [1.0, 234.0, 56.0]);
    assert_eq!(values("1234,567"), [1234.0, 567.0]);
    assert_eq!(values("[100,200,300]"), [100.0, 200.0, 300.0]);
    assert_eq!(values("100, 200"), [100.0, 200.0]);
    assert_eq!(values("3,1,234.5"), [3.0, 1.0, 234.5]);
}

#[test]
fn signs_count_where_a_number_may_start() {
    for text in [
        "-5", "−5", "is -5.", "=-5", "(-5)", "**-5**", "$-5$", "2 -5", "是-5", "-5.0", "\"-5\"",
    ] {
        assert_eq!(values(text).last(), Some(&-5.0), "{text}");
    }
    assert_eq!(one("+5").value, 5.0);
    assert_eq!(one("±5").value, 5.0);
    assert_eq!(one("- 5").value, 5.0);
    assert_eq!(one("--5").value, 5.0);
}

#[test]
fn hyphens_in_words_ranges_and_dates_are_no_signs() {
    assert_eq!(values("10-12"), [10.0, 12.0]);
    assert_eq!(values("10–12"), [10.0, 12.0]);
    assert_eq!(values("10−12"), [10.0, 12.0]);
    assert_eq!(values("COVID-19"), [19.0]);
    assert_eq!(values("a 3-day trip"), [3.0]);
    assert_eq!(values("2024-01-15"), [2024.0, 1.0, 15.0]);
    assert_eq!(values("(3)-5"), [3.0, 5.0]);
    assert_eq!(values("3+4=7"), [3.0, 4.0, 7.0]);
    assert_eq!(values("$5-$10"), [5.0, 10.0]);
}

#[test]
fn scientific_notation_is_read() {
    for (text, value) in [
        ("1e5", 1e5),
        ("1.5E-3", 1.5e-3),
        ("-2e+4.", -2e4),
        ("3 × 10^5", 3e5),
        ("3x10^5", 3e5),
        ("6.02 \\times 10^{23}", 6.02e23),
        ("1.2 * 10^-2", 1.2e-2),
        ("1.2·10^(−2)", 1.2e-2),
        ("10^{-3}", 1e-3),
        ("1,000e2", 1e5),
    ] {
        let number = one(text);
        assert!((number.value / value - 1.0).abs() < 1e-12, "{text}: {number:?}");
    }
    assert_eq!(one("2em").value, 2.0);
    assert!(values("1e999").is_empty());
    assert!(values(&"9".repeat(400)).is_empty());
}

#[test]
fn percent_and_currency_are_flagged() {
    for text in ["45%", "45 %", "45\\%", "45 percent", "45 per cent."] {
        let number = one(text);
        assert!(number.percent && number.value == 45.0, "{text}");
        assert_eq!(number.as_share(), 0.45);
    }
    assert!(!one("45 percentage points").percent);
    for (text, currency, value) in [
        ("$5", '$', 5.0),
        ("-$5", '$', -5.0),
        ("$-5", '$', -5.0),
        ("$ 5", '$', 5.0),
        ("€1,000.50", '€', 1000.5),
        ("5 €", '€', 5.0),
        ("5€.", '€', 5.0),
        ("US$3", '$', 3.0),
        ("\\$3", '$', 3.0),
        ("₹50", '₹', 50.0),
        ("$.50", '$', 0.5),
    ] {
        let number = one(text);
        assert_eq!((number.currency, number.value), (Some(currency), value), "{text}");
    }
    assert_eq!(one("USD100").value, 100.0);
    assert_eq!(one("$5$").currency, None);
    assert_eq!(sources("so $-5$ it is"), ["-5"]);
    assert_eq!(sources("from 5 €10"), ["5", "€10"]);
}

#[test]
fn fractions_and_mixed_numbers_are_read() {
    for (text, value) in [
        ("3/4", 0.75),
        ("-3/4", -0.75),
        ("1 3/4", 1.75),
        ("-1 3/4", -1.75),
        ("½", 0.5),
        ("1½", 1.5),
        ("2 ¾ cups", 2.75),
        ("⅗", 0.6),
        ("\\frac{3}{4}", 0.75),
        ("-\\dfrac{1}{8}", -0.125),
        ("1\\frac{3}{4}", 1.75),
        ("$\\boxed{\\frac{-1}{2}}$", -0.5),
        ("3⁄4", 0.75),
    ] {
        let number = one(text);
        assert!(number.fraction, "{text}");
        assert!((number.value - value).abs() < 1e-12, "{text}: {number:?}");
    }
}

#[test]
fn what_only_looks_like_a_fraction_is_not_one() {
    assert_eq!(values("3/4/2024"), [3.0, 4.0, 2024.0]);
    assert_eq!(values("3/0"), [3.0, 0.0]);
    assert_eq!(values("6 / 4"), [6.0, 4.0]);
    assert_eq!(values("1.5/2"), [1.5, 2.0]);
    assert_eq!(values("In 2024 3/4 of them"), [2024.0, 0.75]);
    assert_eq!(values("5 7/4"), [5.0, 1.75]);
    assert_eq!(values("\\frac{x}{2}"), [2.0]);
}

#[test]
fn names_exponents_versions_and_hexadecimal_are_no_numbers() {
    for text in [
        "GPT4",
        "x_1",
        "sha1",
        "0x1F",
        "1.2.3",
        "127.0.0.1",
        "m^2",
        "cm^{2}",
        "s^{-1}",
        "v2",
    ] {
        assert!(values(text).is_empty(), "{text}: {:?}", values(text));
    }
    assert_eq!(values("25 cm^2"), [25.0]);
    assert_eq!(values("2^10 = 1024"), [2.0, 1024.0]);
}

#[test]
fn spans_are_exact() {
    let text = "Über −$1,234.50, dann 45 % und 1 3/4…";
    assert_eq!(sources(text), ["−$1,234.50", "45 %", "1 3/4"]);
    let text = "\\boxed{42}.";
    assert_eq!(sources(text), ["42"]);
}

#[test]
fn first_and_last_are_found() {
    let text = "From 3 and 4 we get 7.";
    assert_eq!(first_number(text).map(|n| n.value), Some(3.0));
    assert_eq!(last_number(text).map(|n| n.value), Some(7.0));
    assert_eq!(last_number("none"), None);
    assert_eq!(first_number(""), None);
}

#[test]
fn the_number_behind_the_last_marker_is_found() {
    for (text, marker, value) in [
        ("1 + 2 = 3\n#### 3", "####", 3.0),
        (
            "The Answer is 5. No: the answer is $1,200 (of 9).",
            "answer is",
            1200.0,
        ),
        ("A: 4\nQ: 5?\nA: 6", "A:", 6.0),
        ("Area: 7\nA: 8", "a:", 8.0),
        ("The answer is 5. I hope this answer is useful.", "answer is", 5.0),
        ("####-3", "####", -3.0),
        ("so \\boxed{9} 1", "\\boxed", 9.0),
    ] {
        let number = marked_number(text, marker).expect(text);
        assert_eq!(number.value, value, "{text}");
        assert!(
            number.source(text).contains(|c: char| c.is_ascii_digit()),
            "{text}"
        );
    }
    assert_eq!(marked_number("Area: 7", "a:"), None);
    assert_eq!(marked_number("7", ""), None);
    assert_eq!(marked_number("7 ####", "####"), None);
}

#[test]
fn the_number_in_the_last_box_is_found() {
    let text = "\\boxed{1} then \\boxed{25\\text{ cm}^2} = 3";
    let number = boxed_number(text).expect("boxed");
    assert_eq!((number.value, number.source(text)), (25.0, "25"));
    assert_eq!(boxed_number("\\fbox{-2}").map(|n| n.value), Some(-2.0));
    assert_eq!(boxed_number("\\boxed{\\frac{1}{4}}").map(|n| n.value), Some(0.25));
    assert_eq!(boxed_number("\\boxed{x} 4"), None);
    assert_eq!(boxed_number("in a box{4}"), None);
}
