//! Reading YAML: places, and every fault at once.

use super::{Fault, Spanned, parse, read};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Shop {
    name: Spanned<String>,
    #[serde(default)]
    rooms: Vec<Room>,
    #[serde(default)]
    open: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Room {
    size: u32,
    #[serde(default)]
    colour: Option<Colour>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    Red,
    DarkBlue,
}

fn faults(text: &str) -> Vec<String> {
    let parsed = match parse(text) {
        Ok(parsed) => parsed,
        Err(fault) => return vec![show(text, &fault)],
    };
    let mut faults = parsed.faults;
    let shop = read::<Shop>(&parsed.root, &mut faults);
    assert!(shop.is_some() || !faults.is_empty(), "no value and no reason");
    faults.iter().map(|fault| show(text, fault)).collect()
}

fn show(text: &str, fault: &Fault) -> String {
    let help = fault
        .help
        .as_deref()
        .map(|help| format!(" ({help})"))
        .unwrap_or_default();
    format!(
        "[{}] {}{help}",
        &text[fault.span.start..fault.span.end],
        fault.message
    )
}

#[test]
fn a_value_knows_its_place() {
    let text = "open: true\nname: \"Grüße 🙂\"\n";
    let parsed = parse(text).expect("valid");
    let shop: Shop = read(&parsed.root, &mut Vec::new()).expect("valid");
    assert_eq!(shop.name.value, "Grüße 🙂");
    assert_eq!(&text[shop.name.span.start..shop.name.span.end], "\"Grüße 🙂\"");
}

#[test]
fn all_mistakes_of_a_document_are_reported_in_one_go() {
    let text =
        "nam: x\nname: [1]\nrooms:\n  - {size: -1}\n  - {siz: 3}\n  - {size: 2, colour: rad}\nopen: maybe\n";
    insta::assert_snapshot!(faults(text).join("\n"), @r"
    [nam] unknown key `nam` (did you mean `name`?)
    [[] expected a text, found a list
    [-1] expected a whole number, 0 or more, found the number -1
    [siz] unknown key `siz` (did you mean `size`?)
    [rad] unknown value `rad` (did you mean `red`?)
    [maybe] expected `true` or `false`, found a text
    ");
}

#[test]
fn repeated_keys_are_reported_with_both_places() {
    let text = "name: a\nname: b\nrooms: [{size: 1, size: 2}]\nname: c\n";
    let parsed = parse(text).expect("valid");
    let places: Vec<_> = parsed
        .faults
        .iter()
        .map(|fault| (fault.span.start, fault.other.map(|span| span.start)))
        .collect();
    assert_eq!(places, [(8, Some(0)), (34, Some(25)), (44, Some(0))]);
}

#[test]
fn a_missing_key_is_reported_where_its_mapping_begins() {
    assert_eq!(faults("open: true\n"), ["[open] the key `name` is missing"]);
}

#[test]
fn broken_yaml_names_the_place() {
    for text in [
        "name: [a, b\nopen: true\n",
        "name:\n\topen: true\n",
        "name: \"a\nopen: b",
        "name: a\n---\nname: b\n",
    ] {
        let fault = parse(text).expect_err(text);
        assert!(
            fault.span.start > 0 && fault.message.contains("YAML"),
            "{text}: {fault:?}"
        );
    }
}

#[test]
fn an_alias_bomb_is_refused_at_once() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = level - 1;
        text += &format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{before}"); 10].join(", ")
        );
    }
    let fault = parse(&text).expect_err("a bomb");
    assert!(fault.message.contains("aliases"), "{}", fault.message);
    let deep = "[".repeat(100_000);
    assert!(parse(&deep).is_err());
}

#[test]
fn words_of_yaml_1_1_stay_texts() {
    let parsed =
        parse("[yes, no, on, true, ~, 0x1f, 1e3, 2024-05-31, '5', 12345678901234567890]").expect("valid");
    assert_eq!(
        parsed.root.to_json(),
        json!([
            "yes",
            "no",
            "on",
            true,
            null,
            31,
            1000.0,
            "2024-05-31",
            "5",
            12345678901234567890_u64
        ])
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[ \\n\\-:{}\\[\\]&*a!|>\"'#%@0-9\u{e9}\u{1f642}]{0,60}") {
        if let Ok(parsed) = parse(&text) {
            let _ = read::<Shop>(&parsed.root, &mut Vec::new());
        }
    }
}

#[test]
fn a_document_that_is_nested_too_deeply_is_refused_in_plain_words() {
    let fault = parse(&("[".repeat(70) + &"]".repeat(70))).unwrap_err();
    assert_eq!(fault.message, "the file is too deeply nested");
}
