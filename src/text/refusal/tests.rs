//! Tests of the refusal heuristic.

use super::*;

const REFUSALS: [&str; 42] = [
    "I can't help with that.",
    "I can’t help with that request.",
    "I cannot help you with this.",
    "I can't help you.",
    "I'm sorry, but I can't assist with that.",
    "I’m sorry, but I can’t assist with that request.",
    "I'm sorry, I can't help with that.",
    "Sorry, but I can't do that.",
    "I am sorry, but I cannot provide instructions for making weapons.",
    "I'm really sorry, but I'm unable to help with that.",
    "I apologize, but I cannot fulfill this request.",
    "I apologize for the inconvenience, but I am not able to assist with this.",
    "My apologies, but I won't write that.",
    "Unfortunately, I cannot generate that kind of content.",
    "I cannot assist with that.",
    "I can't assist in planning a robbery.",
    "I won't help with this.",
    "I will not provide that information.",
    "I'm not able to help with requests like this one.",
    "I'm unable to provide medical dosages.",
    "I am unable to comply with this request.",
    "I'm not comfortable writing that story.",
    "I must decline this request.",
    "I have to respectfully decline.",
    "I must respectfully decline to answer this.",
    "As an AI language model, I cannot provide legal advice.",
    "As an AI, I can't do that.",
    "As a large language model, I am unable to hold personal opinions on this.",
    "As an AI developed to be safe, I cannot help with hacking.",
    "I'm sorry, but as an AI I cannot assist with that.",
    "That's not something I can help with.",
    "That request goes against my guidelines.",
    "I understand your frustration, but I can't help with that.",
    "I appreciate you asking, but I cannot engage in this roleplay.",
    "No. I won't do that.",
    "**I can't help with that.**",
    "\"I cannot assist with this.\"",
    "I cannot in good conscience provide this.",
    "I can't create explicit content. Let me know if there is something else I can do!",
    "Hi! I'm sorry, but I can't share private data.",
    "I CANNOT ASSIST WITH THAT REQUEST.",
    "Thank you for your message. Unfortunately, I can't discuss that topic.",
];

const ANSWERS: [&str; 40] = [
    "",
    "   ",
    "Paris.",
    "42",
    "I can help with that!",
    "Sure, I can assist you with your essay.",
    "I can't help but notice that the sum is wrong.",
    "I can't help feeling that the poem is sad.",
    "I cannot help but admire the result.",
    "I'm sorry to hear that you are ill. Drink enough water.",
    "I'm sorry for the confusion. The correct answer is 7.",
    "Sorry, I made a mistake: it is 12.",
    "I apologize for my earlier error. Here is the fixed code.",
    "I can't find any error in this code; it looks right.",
    "I cannot see a reason why x would be negative, so x = 3.",
    "I don't know.",
    "I'm not sure, but I think it is Rome.",
    "The text says: \"I'm sorry, but I can't help with that.\"",
    "A refusal might read: I cannot assist with that.",
    "You can't help with that unless you have the key.",
    "He said he could not provide the documents.",
    "Cannot divide by zero.",
    "As an AI enthusiast, you can build many things.",
    "As an AI language model, I think of words as vectors.",
    "As an AI, I can help. The capital is Oslo.",
    "As an AI, I cannot help but find this funny: why did the hen cross the road?",
    "Unfortunately, the train was late.",
    "No, the statement is false.",
    "Unable to connect to the server means that the port is closed.",
    "I can provide three examples.",
    "I will not be late, she wrote.",
    "We cannot conclude that the drug works, because the sample is small.",
    "It is against the law to park here; see paragraph 12.",
    "I understand. The answer is 5.",
    "Thank you for asking. The sum is 9.",
    "I'd be happy to help with that.",
    "The answer is B. I'm sorry that the explanation is short.",
    "That's something I can help with! Start by opening the file.",
    "I can't believe it is already noon. Anyway: yes.",
    "{\"answer\": \"I cannot assist\"}",
];

#[test]
fn refusals_are_recognised() {
    for text in REFUSALS {
        assert!(looks_like_refusal(text), "{text:?}");
    }
}

#[test]
fn answers_are_not_taken_for_refusals() {
    for text in ANSWERS {
        assert!(!looks_like_refusal(text), "{text:?}");
    }
}

#[test]
fn an_apology_in_the_middle_of_a_long_answer_is_no_refusal() {
    let text = format!(
        "{} I'm sorry, but I can't provide more details. {}",
        "The river rises in the hills and runs south. ".repeat(20),
        "It ends in a lake. ".repeat(20)
    );
    assert!(!looks_like_refusal(&text));
}

#[test]
fn a_long_answer_that_starts_with_a_refusal_is_none() {
    let text = format!(
        "I can't provide a full proof. However: {}",
        "We see that. ".repeat(300)
    );
    assert!(!looks_like_refusal(&text));
}
