//! Which models are of one family: made by the same people, so that one may prefer what reads like its own.

/// Words at the beginning of a part of a model's name, and whose models they are. The first that fits holds.
const MAKERS: [(&str, &str); 44] = [
    ("claude", "anthropic"),
    ("gpt", "openai"),
    ("chatgpt", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("codex", "openai"),
    ("davinci", "openai"),
    ("gemini", "google"),
    ("gemma", "google"),
    ("palm", "google"),
    ("llama", "meta"),
    ("codellama", "meta"),
    ("mistral", "mistral"),
    ("mixtral", "mistral"),
    ("ministral", "mistral"),
    ("magistral", "mistral"),
    ("codestral", "mistral"),
    ("devstral", "mistral"),
    ("pixtral", "mistral"),
    ("qwen", "alibaba"),
    ("qwq", "alibaba"),
    ("deepseek", "deepseek"),
    ("grok", "xai"),
    ("command", "cohere"),
    ("aya", "cohere"),
    ("glm", "zhipu"),
    ("chatglm", "zhipu"),
    ("kimi", "moonshot"),
    ("moonshot", "moonshot"),
    ("minimax", "minimax"),
    ("phi", "microsoft"),
    ("wizardlm", "microsoft"),
    ("nova", "amazon"),
    ("titan", "amazon"),
    ("nemotron", "nvidia"),
    ("granite", "ibm"),
    ("jamba", "ai21"),
    ("yi", "01-ai"),
    ("hunyuan", "tencent"),
    ("ernie", "baidu"),
    ("doubao", "bytedance"),
    ("olmo", "allenai"),
    ("sonar", "perplexity"),
];

/// The family of a model `provider/model`: who made it, where its name tells, else its provider.
///
/// A name tells by one of its parts, which are cut at everything but letters and digits: a part that is one of the
/// words above, or such a word with a number behind it (`qwen2`, `glm4`).
pub(super) fn family(model: &str) -> &str {
    let (provider, name) = model.split_once('/').unwrap_or(("", model));
    let maker = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .find_map(maker_of);
    maker.unwrap_or(if provider.is_empty() { model } else { provider })
}

fn maker_of(part: &str) -> Option<&'static str> {
    MAKERS.iter().find_map(|(word, maker)| {
        let head = part.get(..word.len())?;
        let rest = part.get(word.len()..)?;
        let numbered = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit());
        // A word that ends in a digit is followed by no other one: `o1` is not `o10`.
        let whole = !word.ends_with(|c: char| c.is_ascii_digit()) || rest.is_empty();
        (head.eq_ignore_ascii_case(word) && numbered && whole).then_some(*maker)
    })
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn a_model_is_of_those_who_made_it_wherever_it_is_served() {
        let made = [
            ("anthropic/claude-sonnet-4-5", "anthropic"),
            ("openrouter/anthropic/claude-opus-4.1", "anthropic"),
            ("openrouter/meta-llama/Llama-3.3-70B-Instruct:free", "meta"),
            ("bedrock/us.amazon.nova-pro-v1:0", "amazon"),
            ("openai/o3-mini", "openai"),
            ("azure/gpt4o", "openai"),
            ("local/Qwen2.5-7B", "alibaba"),
            ("groq/deepseek-r1-distill-llama-70b", "deepseek"),
            ("vertex/gemini-2.5-pro", "google"),
        ];
        for (model, maker) in made {
            assert_eq!(family(model), maker, "{model}");
        }
    }

    #[test]
    fn a_name_that_tells_nothing_is_of_its_provider() {
        assert_eq!(family("sim/careful"), "sim");
        assert_eq!(family("local/philosopher-o10"), "local");
        assert_eq!(family("local/commander"), "local");
        assert_eq!(family("nameless"), "nameless");
    }
}
