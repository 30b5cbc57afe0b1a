//! The HTML report in a real browser, from disk.

mod browser;

use crate::support::Workspace;
use browser::Browser;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;

/// A workspace with recorded answers of `models` to cases; each answer is of a case, a model and its text.
fn recorded(
    cases: &[(String, String)],
    models: &[&str],
    answer: &dyn Fn(usize, usize) -> String,
) -> Workspace {
    let workspace = Workspace::empty();
    let mut lines = String::new();
    for (id, golden) in cases {
        let case =
            serde_json::json!({"id": id, "vars": {"text": format!("Question {id}")}, "golden": golden});
        writeln!(lines, "{case}").expect("text");
    }
    workspace.write("golden/cases.jsonl", &lines);
    let names: Vec<String> = models.iter().map(|model| format!("recorded/{model}")).collect();
    workspace.write("bench.yaml", &format!("models: [{}]\n", names.join(", ")));
    workspace.write(
        "tasks/quiz.yaml",
        "task: quiz\ncases: ../golden/cases.jsonl\nprompts: [\"{{ text }}\"]\nscorers: [equals: {}]\n",
    );
    let mut provider = "provider: recorded\napi: replay\nmax_attempts: 1\nmodels:\n".to_owned();
    for (at, model) in models.iter().enumerate() {
        writeln!(provider, "  {model}: {{file: ../{model}.jsonl}}").expect("text");
        let mut lines = String::new();
        for (position, (id, _)) in cases.iter().enumerate() {
            let line = serde_json::json!({
                "case": id, "output": answer(position, at), "latency_ms": 100 + at * 50,
                "usage": {"input": 20, "output": 3}, "cost": 0.0001 * (at + 1) as f64,
            });
            writeln!(lines, "{line}").expect("text");
        }
        workspace.write(&format!("{model}.jsonl"), &lines);
    }
    workspace.write("providers/recorded.yaml", &provider);
    workspace
}

fn page_of(workspace: &Workspace) -> PathBuf {
    workspace.bench(&["report", "-o", "report.html"]).expect(0);
    workspace.path().join("report.html")
}

/// Ten cases of which one has a hostile answer of the first model; the other model is always right.
fn small(hostile: &str) -> Workspace {
    let cases: Vec<(String, String)> = (0..10)
        .map(|at| (format!("c-{at}"), format!("golden answer number {at}")))
        .collect();
    let hostile = hostile.to_owned();
    let workspace = recorded(
        &cases,
        &["alpha", "beta"],
        &move |case, model| match (case, model) {
            (3, 0) => hostile.clone(),
            (5, 0) => "golden reply number 5".to_owned(),
            _ => format!("golden answer number {case}"),
        },
    );
    workspace.bench(&["run"]).expect(0);
    workspace
}

#[test]
fn the_page_opens_from_disk_with_the_answer_first_and_complains_of_nothing() {
    let Some(browser) = Browser::find() else { return };
    let workspace = small("wrong");
    let page = page_of(&workspace);
    let loaded = browser.load(&page, "");
    assert_eq!(loaded.complaints(), Vec::<&str>::new());
    let main = loaded.between("<main", "</main>");
    let answer = main
        .find("recorded/beta</b> has the best mean score")
        .expect("the answer");
    assert!(
        answer < main.find("<table").expect("a table"),
        "the answer comes first"
    );
    // The script has run: headings sort, the other pages are hidden.
    assert!(loaded.dom.contains("class=\"sort\""));
    assert!(loaded.between("<section id=\"method\"", ">").contains("hidden"));
    assert!(!loaded.between("<section id=\"overview\"", ">").contains("hidden"));
}

#[test]
fn pages_of_tasks_cases_and_differences_have_addresses() {
    let Some(browser) = Browser::find() else { return };
    let workspace = small("wrong");
    let page = page_of(&workspace);
    let task = browser.load(&page, "#task-0");
    assert!(!task.between("<section id=\"task-0\"", ">").contains("hidden"));
    assert!(task.between("<figure", "</figure>").contains("recorded/alpha"));
    let front = task.between("Quality against cost, quiz</span>", "</table>");
    assert!(
        front.contains("P(on front)") && front.contains("recorded/beta"),
        "{front}"
    );
    assert!(task.dom.contains("href=\"#task-0\" aria-current=\"page\""));

    let list = browser.load(&page, "#cases?show=differ");
    assert!(
        list.dom.contains(">2 of 10 cases<"),
        "{}",
        list.between("id=\"count\"", "</p>")
    );
    let list = browser.load(&page, "#cases?q=reply");
    assert!(
        list.dom.contains(">1 of 10 cases<"),
        "{}",
        list.between("id=\"count\"", "</p>")
    );
    assert!(list.dom.contains("href=\"#case-0-5\""));

    let case = browser.load(&page, "#case-0-5-difference");
    let output = case.between("data-trial=\"", "</pre>");
    let marked = "<del>answer</del><ins>reply</ins>";
    let both = case.dom.contains(marked);
    assert!(both, "no word is marked in {output}");
    assert!(case.dom.contains("The same as the golden output."));
    for loaded in [task, list, case] {
        assert_eq!(loaded.complaints(), Vec::<&str>::new());
    }
    let unknown = browser.load(&page, "#case-7-99");
    assert!(unknown.dom.contains("No such case"));
}

#[test]
fn what_a_model_wrote_is_text_and_nothing_leaves_the_page() {
    let Some(browser) = Browser::find() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let hostile = format!(
        "</script><script>document.title='owned';new Image().src='http://{address}/a'</script><img src=\"http://{address}/b\" \
         onerror=\"document.title='owned'\"><style>@import url(http://{address}/c);</style><!-- <script> \u{202e}reversed\u{2066} \
         \u{1b}[31mred <a href=\"javascript:alert(1)\">x</a> <base href=\"http://{address}/\">"
    );
    let workspace = small(&hostile);
    let page = page_of(&workspace);
    let text = std::fs::read_to_string(&page).expect("the page");
    assert_eq!(
        text.matches("</script>").count(),
        text.matches("<script").count(),
        "a script element is closed early"
    );
    assert!(text.contains("default-src 'none'"));
    for place in ["", "#task-0", "#cases", "#case-0-3", "#case-0-3-difference"] {
        let loaded = browser.load(&page, place);
        assert_eq!(loaded.complaints(), Vec::<&str>::new(), "{place}");
        assert!(!loaded.dom.contains("<title>owned"), "{place}");
        assert!(
            !loaded.dom.contains("<img") && !loaded.dom.contains("<base"),
            "{place}"
        );
        // The one style and the scripts are ours.
        assert_eq!(loaded.dom.matches("<style").count(), 1, "{place}");
    }
    let case = browser.load(&page, "#case-0-3");
    let output = case.between("aria-label=\"Output of recorded/alpha\"", "</pre>");
    assert!(
        output.contains("&lt;/script&gt;&lt;script&gt;document.title"),
        "{output}"
    );
    for shown in ["\\u{202e}", "\\u{2066}", "\\u{1b}"] {
        assert!(
            output.contains(&format!("<span class=\"control\">{shown}</span>")),
            "{output}"
        );
    }
    assert!(!output.contains('\u{202e}') && !output.contains('\u{1b}'));
    assert!(listener.accept().is_err(), "the page asked for something");
}

#[test]
fn ten_thousand_trials_load_and_only_the_rows_in_sight_are_drawn() {
    let Some(browser) = Browser::find() else { return };
    let cases: Vec<(String, String)> = (0..2_500)
        .map(|at| (format!("c-{at:04}"), format!("answer {at}")))
        .collect();
    let models = ["m1", "m2", "m3", "m4"];
    let workspace = recorded(&cases, &models, &|case, model| match (case * 7 + model * 3) % 5 {
        0 => format!("I do not know, says {model} of {case}"),
        _ => format!("answer {case}"),
    });
    workspace.bench(&["run"]).expect(0);
    let page = page_of(&workspace);
    let loaded = browser.load(&page, "#cases");
    assert_eq!(loaded.complaints(), Vec::<&str>::new());
    assert!(loaded.dom.contains(">2,500 cases<"));
    let rows = loaded.dom.matches("role=\"row\"").count();
    assert!((10..60).contains(&rows), "{rows} rows are drawn");
    // Every word of a search must occur: the ids are in the questions, "know" in a fifth of the answers.
    for (place, count) in [
        ("#cases?q=c-2499", "1 of 2,500 cases"),
        ("#cases?q=know+c-0005", "1 of 2,500 cases"),
        ("#cases?q=know+c-0005+absent", "0 of 2,500 cases"),
        (
            "#cases?model=recorded%2Fm1&show=none&sort=low",
            "500 of 2,500 cases",
        ),
    ] {
        let found = browser.load(&page, place);
        assert_eq!(
            found.between("id=\"count\">", "</p>"),
            format!("id=\"count\">{count}"),
            "{place}"
        );
    }
    let last = browser.load(&page, "#case-0-2499");
    assert!(last.dom.contains("2500 of 2500"));
    // Without the script the leaderboard is there too.
    let text = std::fs::read_to_string(&page).expect("the page");
    assert!(text.contains("recorded/m1</th>"));
}

#[test]
fn the_page_prints() {
    let Some(browser) = Browser::find() else { return };
    let workspace = small("wrong");
    let page = page_of(&workspace);
    let pdf = workspace.path().join("report.pdf");
    browser.print(&page, &pdf);
    assert!(std::fs::read(&pdf).expect("the PDF").starts_with(b"%PDF"));
}

#[test]
fn a_report_with_a_baseline_says_what_changed_and_shows_the_cases_that_flipped() {
    let workspace = small("wrong");
    workspace.bench(&["runs", "name", "latest", "before"]).expect(0);
    let mut lines = String::new();
    for at in 0..10 {
        let output = if at < 8 {
            "lost <b>it</b>".to_owned()
        } else {
            format!("golden answer number {at}")
        };
        let line = serde_json::json!({"case": format!("c-{at}"), "output": output, "latency_ms": 200, "cost": 0.0002});
        writeln!(lines, "{line}").expect("text");
    }
    workspace.write("beta.jsonl", &lines);
    workspace.bench(&["run", "--no-cache"]).expect(0);
    let markdown = workspace
        .bench(&["report", "--baseline", "before"])
        .expect(0)
        .stdout;
    let brief = workspace
        .bench(&["report", "--baseline", "before", "--brief"])
        .expect(0)
        .stdout;
    for text in [&markdown, &brief] {
        let answer = text.find("worse: recorded/beta").expect("the answer");
        assert!(
            answer < text.find("\n| # | model").expect("a leaderboard"),
            "{text}"
        );
        assert!(text.contains("## Changes against run"));
        assert!(
            text.contains("| recorded/beta | quiz | worse | 10 | 1.000 | 0.200 |"),
            "{text}"
        );
        assert!(text.contains("lost &lt;b&gt;it&lt;/b&gt;"));
    }
    let page = workspace.path().join("report.html");
    workspace
        .bench(&["report", "--baseline", "before", "-o", "report.html"])
        .expect(0);
    let same = workspace
        .bench(&["report", "latest", "--baseline", "latest"])
        .expect(2);
    assert!(same.stderr.contains("is its own baseline"), "{}", same.stderr);
    let json = workspace
        .bench(&["report", "--baseline", "before", "--format", "csv"])
        .expect(2);
    assert!(json.stderr.contains("bench compare"), "{}", json.stderr);
    let Some(browser) = Browser::find() else { return };
    let loaded = browser.load(&page, "#changes");
    assert_eq!(loaded.complaints(), Vec::<&str>::new());
    assert!(!loaded.between("<section id=\"changes\"", ">").contains("hidden"));
    let changes = loaded.between("<section id=\"changes\"", "</section>");
    assert!(changes.contains("lost &lt;b&gt;it&lt;/b&gt;"), "{changes}");
    // A flipped case leads to all its outputs.
    assert!(changes.contains("href=\"#cases?task=0&amp;q=c-0\""), "{changes}");
}

#[test]
fn a_page_says_what_a_ladder_gave_and_what_the_slices_are() {
    let workspace = small("wrong");
    workspace
        .bench(&["report", "--by", "text", "-o", "slices.html"])
        .expect(0);
    let slices = std::fs::read_to_string(workspace.path().join("slices.html")).expect("the page");
    assert!(slices.contains("<h3>quiz by text (exploratory)</h3>"));
    assert!(slices.contains("Question c-3"));
    workspace
        .bench(&["run", "--escalate", "recorded/alpha>recorded/beta", "--form-only"])
        .expect(0);
    let page = std::fs::read_to_string(page_of(&workspace)).expect("the page");
    assert!(page.contains("<caption><span>Ladder of quiz</span></caption>"));
    assert!(page.contains("their means must not be compared"));
    let brief = workspace.bench(&["report", "--brief"]).expect(0).stdout;
    assert!(brief.contains("their means must not be compared"), "{brief}");
}

#[test]
fn the_same_run_gives_the_same_page() {
    let workspace = small("wrong");
    let once = std::fs::read(page_of(&workspace)).expect("the page");
    let again = workspace.bench(&["report", "--format", "html"]).expect(0);
    assert!(once == again.stdout.as_bytes());
}
