//! Labels as people write them, and what they get told.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Labels, labels};
use crate::load::{RenderOptions, render};
use crate::model::{Digest, Mark};
use camino::Utf8Path;

fn read(name: &str, text: &str) -> Labels {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    std::fs::write(root.join(name), text).unwrap();
    labels(root, &root.join(name))
}

fn told(name: &str, text: &str) -> String {
    let read = read(name, text);
    assert!(!read.problems.is_empty(), "{:?}", read.labels);
    let options = RenderOptions {
        colour: false,
        unicode: false,
        width: 100,
    };
    render(&read.problems, options)
}

#[test]
fn csv_and_jsonl_say_the_same() {
    let csv = read(
        "a.csv",
        "case,model,human,rater,output\r\n1,sim/a,pass,ann,\"two, three\"\r\n\r\nt-2,sim/b,0.5,,\r\n",
    );
    let jsonl = read(
        "a.jsonl",
        "{\"case\": 1, \"candidate\": \"sim/a\", \"score\": \"pass\", \"rater\": \"ann\", \"output\": \"two, three\"}\n\n\n\
         {\"case\": \"t-2\", \"model\": \"sim/b\", \"label\": 0.5, \"judge\": null}\n",
    );
    assert_eq!(csv.problems, [], "{:?}", csv.problems);
    assert_eq!(jsonl.problems, []);
    let [first, second] = csv.labels.as_slice() else {
        panic!("{:?}", csv.labels)
    };
    assert_eq!(first.case.as_deref(), Some("1"));
    assert_eq!(first.human, Some(Mark::Word("pass".into())));
    assert_eq!(first.output, Some(Digest::of(b"two, three")));
    assert_eq!(second.human, Some(Mark::Number(0.5)));
    assert_eq!((&*second.rater, second.line), ("", 4));
    let mut other = jsonl.labels.clone();
    for (other, label) in other.iter_mut().zip(&csv.labels) {
        assert!(other.line >= 1);
        other.line = label.line;
    }
    assert_eq!(other, csv.labels);
    assert!(!csv.has_verdicts());
}

#[test]
fn a_hash_stands_for_an_output() {
    let hash = Digest::of(b"long text").to_string();
    let read = read(
        "a.jsonl",
        &format!("{{\"case\": \"a\", \"output\": \"{hash}\", \"human\": 3, \"judge\": \"B\"}}"),
    );
    assert_eq!(read.labels[0].output, Some(Digest::of(b"long text")));
    assert!(read.has_verdicts());
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_its_line() {
    let text = told("a.csv", "case,humn\na,1\n");
    for words in [
        "unknown column `humn`",
        "a.csv:1:6",
        "did you mean `human`?",
        "case,humn",
    ] {
        assert!(text.contains(words), "{text}\nlacks {words}");
    }
    let text = told("a.csv", "case,epoch,human\na,\"x,1\",1\n");
    for words in ["a.csv:2:3", "is not a whole number", "a,\"x,1\",1"] {
        assert!(text.contains(words), "{text}\nlacks {words}");
    }
    let text = told("a.csv", "case,human\na,1\nb,1,2\nc\n");
    for words in ["a.csv:3:1", "the record has 3 fields, the header 2", "a.csv:4:1"] {
        assert!(text.contains(words), "{text}\nlacks {words}");
    }
    let text = told(
        "a.jsonl",
        "{\"case\": \"a\", \"human\": 1}\n{\"case\": \"b\", \"humam\": 1}\n",
    );
    for words in ["a.jsonl:2:15", "unknown key `humam`", "did you mean `human`?"] {
        assert!(text.contains(words), "{text}\nlacks {words}");
    }
    let text = told("a.jsonl", "{\"case\": \"a\"}\n{\"human\": 1}\n[\n");
    for words in [
        "this label has no verdict of a person",
        "does not say what it is about",
        "a.jsonl:3:",
        "not valid JSON",
    ] {
        assert!(text.contains(words), "{text}\nlacks {words}");
    }
    let text = told("a.jsonl", "{\"case\": \"a\", \"human\": [1]}\n");
    assert!(text.contains("a number or a word"), "{text}");
    assert!(told("a.csv", "").contains("the file is empty"));
}
