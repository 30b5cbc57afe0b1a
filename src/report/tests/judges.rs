//! What the documents say of judges.

use super::{is_calm, on_screen};
use crate::analyse::Analysis;
use crate::analyse::judging::sample::{JudgedRun, both, graded, unsaid};
use crate::model::{Digest, ErrorClass, JudgeFault, Money};
use crate::report::{Exported, markdown, schema, summary_json};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const MEMBERS: [&str; 3] = ["openai/gpt-5", "anthropic/claude-5", "local/evil\u{1b}[31m|`<b>"];
const CANDIDATES: [&str; 3] = ["openai/gpt-4", "x/two\u{202e}|<script>", "x/three"];

/// Three members that mostly agree.
fn panel() -> Analysis {
    let mut run = JudgedRun::new(&CANDIDATES, 40, None);
    for case in 0..40_u64 {
        for candidate in 0..3_u32 {
            if candidate == 2 && case % 2 == 1 {
                run.left_out(case, candidate, JudgeFault::NotSampled);
                continue;
            }
            let seed = case * 3 + u64::from(candidate);
            let level = 3.0 + (seed * 7 % 6) as f64 + f64::from(candidate) / 2.0;
            let mut verdicts: Vec<_> = (0..)
                .zip(MEMBERS)
                .map(|(member, model)| {
                    let own = f64::from(u8::from(member == 0 && candidate == 0));
                    let noise = (seed * seed * 31 + seed * 17 * u64::from(member)) / 7 % 3;
                    let mut verdict =
                        graded(member, model, (level + own + noise as f64 - 1.0).clamp(1.0, 10.0));
                    verdict.role = Some("style </details>".to_owned());
                    verdict.request = Digest::of(format!("{seed} {member}").as_bytes());
                    verdict
                })
                .collect();
            if seed % 17 == 0 {
                verdicts[1] = unsaid(1, MEMBERS[1], None, 2);
                verdicts[1].request = Digest::of(format!("{seed} unread").as_bytes());
            }
            if seed % 29 == 0 {
                verdicts[2] = unsaid(2, MEMBERS[2], Some(ErrorClass::Timeout), 1);
            }
            verdicts[0].reused = seed % 5 == 0;
            if seed == 4 {
                verdicts[0].cost = None;
            }
            let judged = run.judged(case, candidate, verdicts);
            judged.length = 100 + seed * 37 % 900;
            judged.probability = (candidate == 2).then_some(0.5);
        }
    }
    run.analysis()
}

/// A tournament of three candidates.
fn tournament() -> Analysis {
    let mut run = JudgedRun::new(&CANDIDATES, 36, None);
    for case in 0..36_u64 {
        let result = |first: u64, chance: u64| f64::from(u8::from((case * 7 + first) % 10 < chance));
        for candidate in 0..3_u32 {
            let mut verdicts = Vec::new();
            for opponent in candidate + 1..3 {
                let pair = u64::from(candidate + opponent);
                let [first, second] = [result(pair, 7), result(pair, 6)];
                let mut pair = both(0, MEMBERS[0], Some(opponent), first, second);
                for verdict in &mut pair {
                    let question = format!("{case} {candidate} {opponent} {:?}", verdict.order);
                    verdict.request = Digest::of(question.as_bytes());
                }
                verdicts.extend(pair);
            }
            run.judged(case, candidate, verdicts).length = 80 + case * (11 + 26 * u64::from(candidate)) % 200;
        }
    }
    run.analysis()
}

fn report(analysis: &Analysis) -> String {
    let mut out = Vec::new();
    assert!(markdown(analysis, &mut out).is_ok());
    String::from_utf8(out).unwrap_or_default()
}

/// The lines about judges on a screen of 80 columns.
fn lines(analysis: &Analysis) -> String {
    let screen = on_screen(analysis, 80, false);
    let (_, rest) = screen.split_once("\njudge ").unwrap_or_default();
    let (judges, totals) = rest.split_once("\n\n").unwrap_or_default();
    let totals: Vec<&str> = totals
        .lines()
        .skip_while(|line| !line.starts_with("judges"))
        .take_while(|line| !line.is_empty())
        .collect();
    format!("judge {judges}\n\n{}", totals.join("\n"))
}

#[test]
fn a_panel_on_the_terminal() {
    insta::assert_snapshot!(lines(&panel()), @r##"
    judge careful: 290 verdicts on 300 questions to 3 members; 6 unreadable (2.0 %);
      4 without a reply (4 timeout); 6 asked twice; 20 reused; 3 the same as an
      earlier one; >=$0.00000203 a verdict
      members agree: alpha 0.770 [0.74, 0.81]; the same verdict 28.9 % [22.6, 36.2];
        for twice the length +0.002 [-0.04, +0.05]; for the own family +0.049
        [+0.01, +0.09]
      judged a sample; means over all trials, corrected for it: x/three 0.572 [0.56,
        0.59] (20 of 40)

    judges, not in these sums: 290 verdicts; tokens 29.6k in, 2960 out; cost
      >=$0.00059 (1 question of unknown cost), paid >=$0.00055
    "##);
}

#[test]
fn a_tournament_on_the_terminal() {
    insta::assert_snapshot!(lines(&tournament()), @r##"
    judge careful: 216 verdicts on 216 questions to 1 member; $0.000002 a verdict
      both orders agree 89.8 % [83.4, 93.9]; for what is shown first +0.051 [+0.02,
        +0.08]; for twice the length +0.053 [-0.10, +0.21]
      108 games, flips in 11; win rates (won/lost/drawn): openai/gpt-4 0.639 [0.50,
        0.76] (42/22/8); x/two\u{202e}|<script> 0.507 [0.40, 0.61] (33/32/7);
        x/three 0.354 [0.23, 0.50] (22/43/7)

    judges, not in these sums: 216 verdicts; tokens 21.6k in, 2160 out; cost
      $0.000432, paid $0.000432
    "##);
}

#[test]
fn a_tournament_in_the_report() {
    let text = report(&tournament());
    let (_, rest) = text.split_once("### Judge").unwrap_or_default();
    let (section, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
    insta::assert_snapshot!(section, @r##"
     careful

    - 216 verdicts on 216 questions to 1 member; $0.000002 a verdict
    - tokens 21.6k in, 2160 out; cost $0.000432, paid $0.000432
    - agreement between members (Krippendorff's alpha): – (there is one member only)
    - pairs of members with the same verdict: – (there is one member only)
    - pairs whose two orders agree: 89.8 % [83.4, 93.9]
    - position bias: for what is shown first: +0.051 [+0.02, +0.08]
    - verbosity: for twice the length, within candidates: +0.053 [-0.10, +0.21]
    - verbosity: for twice the length, over all: +0.053 [-0.10, +0.21]
    - self-preference: for candidates of the own family: – (all members are of one family)

    <details><summary>Members</summary>

    | member | role | weight | verdicts | unreadable | without a reply | asked twice | reused | mean | a verdict |
    |---|---|--:|--:|--:|--:|--:|--:|--:|--:|
    | openai/gpt-5 |  | 1 | 216/216 | 0 | 0 | 0 | 0 | 0.644 | $0.000002 |

    </details>

    108 games, 11 draws; in 11 a member named different winners in the two orders.

    | candidate | games | won | lost | drawn | flips | win rate | at equal length | Elo |
    |---|--:|--:|--:|--:|--:|--:|--:|--:|
    | openai/gpt-4 | 72 | 42 | 22 | 8 | 8 | 0.639 [0.50, 0.76] | 0.639 [0.50, 0.76] | 1067 [996, 1138] |
    | x/two\\u\{202e\}\|&lt;script&gt; | 72 | 33 | 32 | 7 | 7 | 0.507 [0.40, 0.61] | 0.507 [0.39, 0.62] | 1003 [952, 1055] |
    | x/three | 72 | 22 | 43 | 7 | 7 | 0.354 [0.23, 0.50] | 0.348 [0.22, 0.50] | 930 [858, 1002] |
    "##);
}

#[test]
fn what_judges_wrote_acts_nowhere() {
    for analysis in [panel(), tournament()] {
        let text = report(&analysis);
        assert!(is_calm(&text));
        for part in ["<script", "<b>", "style </details>"] {
            assert!(!text.contains(part), "{part}");
        }
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count()
        );
        for width in [80, 120] {
            let screen = on_screen(&analysis, width, true);
            assert!(is_calm(&screen));
            assert!(screen.lines().all(|line| line.width() <= width), "{screen}");
        }
    }
}

#[test]
fn the_summary_has_every_figure_of_a_judge_and_fits_its_schema() {
    let summary = |analysis: &Analysis| -> Value {
        let mut out = Vec::new();
        assert!(summary_json(analysis, &mut out).is_ok());
        serde_json::from_slice(&out).unwrap_or_default()
    };
    let validator = jsonschema::validator_for(&schema(Exported::Summary));
    let panel = summary(&panel());
    let games = summary(&tournament());
    for document in [&panel, &games] {
        let problems: Vec<String> = validator
            .as_ref()
            .map(|validator| {
                validator
                    .iter_errors(document)
                    .map(|error| error.to_string())
                    .collect()
            })
            .unwrap_or_default();
        assert_eq!(problems, Vec::<String>::new());
    }
    let judge = &panel["tasks"][0]["judges"][0];
    assert_eq!(judge["scorer"], "careful");
    assert_eq!(judge["questions"]["asked"], 300);
    assert_eq!(judge["questions"]["failed"]["timeout"], 4);
    assert_eq!(judge["questions"]["unknown_costs"], 1);
    assert_eq!(judge["questions"]["cost_per_verdict_usd"], Value::Null);
    assert_eq!(judge["pairwise"], Value::Null);
    let weighted = &judge["candidates"][2]["weighted"];
    assert_eq!(
        (weighted["judged"].as_u64(), weighted["of"].as_u64()),
        (Some(20), Some(40))
    );
    assert!(judge["agreement"]["alpha"]["low"].is_number());
    let judges = &panel["totals"]["judges"];
    assert_eq!(judges["asked"], 300);
    // The candidates' own money is not mixed with it.
    let dollars = panel["totals"]["cost"]["total_usd"].as_str();
    assert_eq!(dollars, Some(&*Money(120 * 1_000_000).exact()));
    let pairwise = &games["tasks"][0]["judges"][0]["pairwise"];
    assert_eq!(pairwise["games"], 108);
    assert_eq!(pairwise["ratings"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        games["tasks"][0]["judges"][0]["agreement"]["alpha"]["why"]["kind"],
        "one-member"
    );
}
