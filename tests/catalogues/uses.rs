//! What is said and done about rows of a catalogue elsewhere: tests, policies, weights, hold-outs and promises that name
//! them, and everything that tells of a ruleset.

use chrono::{DateTime, Utc};
use pervade::{
    Compiler, ErrorKind, GraphFormat, MemorySources, OutcomeKind, Ruleset, Stage, testing, types,
};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

const RULES: &str = r#"ruleset demo
timezone "Europe/London"
context {
    customer: { id: string = "c1", age: int 0..=120 = 30, pin: string? sensitive }
    mood: enum { calm, angry } = calm
}
touchpoint { channel: enum { web, kiosk } = web }
event bought { film: string }
behaviour buyer = bought in last 7 days
record Offer { id: string, to: string, least: int = 0, worth: decimal, film: string?, lever: decimal = 0 }
reference offers: Offer key id from "offers.jsonl"
reference none: Offer key id from "none.csv"
issue sales { lever +10% }
group sales.tickets
group sales.snacks
group sales.nothing
/// What is on offer.
actions offer from offers in offer.to {
    eligible when customer.age >= offer.least and (customer.pin is missing or customer.pin != offer.id)
    applicable when offer.film is missing or buyer
    suitable when mood == calm
    value offer.worth
    lever offer.lever
    gives { film: offer.film }
    treatment for channel == web { text: "{offer.id}" }
    treatment otherwise { text: "kiosk {offer.id}" }
}
actions ghost from none in sales.nothing { value ghost.worth gives { ghostly: ghost.id } }
action popcorn in sales.snacks { value 1 treatment otherwise { text: "pop" } }
policy gentle {
    at most 1 of late_show per 7 days
    pause matinee for 14 days after declined
    pause the same action for 3 days after ignored
}
next_best_action home {
    choose from sales.*
    rank by value * weight * lever
    weight +100% for late_show when mood == calm
    limit 2, at most 1 per group
}
next_best_action held {
    choose from late_show, nuts
    rank by value
    hold out 100% of late_show by customer.id salt "x"
}
next_best_action empty { choose from sales.nothing rank by value }
pervasive next_best_action anywhere independent of customer.id { choose from matinee, popcorn rank by value }
test "rows are chosen and fall out" {
    now 2026-03-06T18:00:00Z
    expect home chooses late_show, nuts
    expect home rejects wine by rank
    expect home rejects matinee by applicable
    expect held chooses nuts
    expect held rejects late_show by hold_out
    expect empty chooses nothing
    expect anywhere same on every channel
}
test "a policy binds a row" {
    now 2026-03-06T18:00:00Z
    given customer.age: 16
    event offered { action: "late_show", group: "sales.tickets" } 2 days ago
    event ignored { action: "nuts", group: "sales.snacks" } 2 days ago
    event bought { film: "Dune" } 1 day ago
    expect home chooses matinee, popcorn
    expect home rejects late_show by policy
    expect home rejects nuts by policy
    expect home rejects wine by eligible
}
"#;

const ROWS: &str = r#"{ "id": "late_show", "to": "sales.tickets", "least": 15, "worth": 4 }
{ "id": "matinee", "to": "sales.tickets", "worth": "3.5", "film": "Dune" }
{ "id": "wine", "to": "sales.snacks", "least": 18, "worth": 1, "lever": -0.5 }
{ "id": "nuts", "to": "sales.snacks", "worth": 2, "lever": 0.25 }
"#;

fn sources(rules: &str, rows: &str) -> MemorySources {
    MemorySources::new()
        .with("main.pvd", rules)
        .with("offers.jsonl", rows)
        .with("none.csv", "id,to,least,worth,film,lever\n")
}

fn compiled(rules: &str, rows: &str) -> Ruleset {
    let compiler = Compiler::new().tests(true);
    let rules = compiler.compile(&sources(rules, rows), "main.pvd");
    rules.unwrap_or_else(|error| panic!("{error}"))
}

fn now() -> DateTime<Utc> {
    "2026-03-06T18:00:00Z".parse().expect("an instant")
}

/// Data comes and goes: what a test names that is no row (any more) is an expectation that is not met, and no mistake in
/// the rules.
#[test]
fn tests_that_name_no_row_are_not_met() {
    let tests = r#"
test "tomorrow" {
    now 2026-03-06T18:00:00Z
    expect home chooses late_shw, nuts
    expect home rejects late_shw
    expect home rejects dinner by rank
    expect empty chooses dinner
}"#;
    let rules = format!("{RULES}{tests}");
    let production = Compiler::new().compile(&sources(&rules, ROWS), "main.pvd");
    assert!(production.is_ok(), "{production:?}");
    let report = testing::run(&compiled(&rules, ROWS));
    let of = |failure: &&testing::Failure| failure.test == "tomorrow";
    let failures: Vec<_> = report.failures().iter().filter(of).collect();
    let found: Vec<String> = failures.iter().map(|f| f.found.join("; ")).collect();
    let called = "no action that `home` chooses from is called";
    assert_eq!(found.len(), 4, "{report}");
    assert!(
        found[0].contains(&format!("{called} `late_shw`; did you mean `late_show`?")),
        "{report}"
    );
    assert_eq!(
        found[1],
        format!("{called} `late_shw`; did you mean `late_show`?")
    );
    assert_eq!(found[2], format!("{called} `dinner`"));
    assert_eq!(
        found[3],
        "`empty` chooses nothing; no action that `empty` chooses from is called `dinner`"
    );
}

/// What a choice makes of a customer without events, with the sentences about those it rejects.
fn decided(rules: &Ruleset, name: &str, context: &str) -> (Vec<String>, String, Json) {
    let builder = rules.context().now(now()).history(&rules.history());
    let context = builder
        .json(context)
        .and_then(|b| b.build())
        .expect("a context");
    let decision = rules
        .decision::<Json>(name)
        .expect("a choice")
        .decide(&context)
        .expect("a decision");
    let arbitration = decision.arbitration().expect("an arbitration");
    let chosen = arbitration
        .chosen()
        .iter()
        .map(|one| one.action().to_owned())
        .collect();
    (chosen, arbitration.to_string(), decision.into_value())
}

#[test]
fn rows_are_named_as_actions_are() {
    let rules = compiled(RULES, ROWS);
    let report = testing::run(&rules);
    assert!(
        report.failures().is_empty() && report.passed() == 11,
        "{report}"
    );
    let (chosen, told, value) = decided(
        &rules,
        "home",
        r#"{ "customer": { "age": 17, "pin": "1234" } }"#,
    );
    assert_eq!(chosen, ["late_show", "nuts"]);
    assert_eq!(value[0]["gives"]["film"], Json::Null);
    for line in [
        "`late_show` with priority 8.8: value 4, weight 2, lever 1.1",
        "`nuts` with priority 2.7: value 2, weight 1, lever 1.35",
        "`matinee` is not applicable: `buyer` does not hold (buyer is false)",
        "`wine` is not eligible: `customer.age >= 18` does not hold (customer.age is 17)",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    assert!(!told.contains("1234"), "{told}");
    let (_, told, _) = decided(&rules, "home", r#"{ "customer": { "pin": "nuts" } }"#);
    assert!(
        told.contains("`nuts` is not eligible") && told.contains("‹hidden›"),
        "{told}"
    );
}

#[test]
fn a_row_is_no_decision() {
    let rules = "ruleset demo
        issue sales
        group sales.snacks
        record Snack { id: string, worth: decimal }
        reference snacks: Snack key id = [{ id: \"popcorn\", worth: 2 }]
        actions snack from snacks in sales.snacks { value snack.worth }
        next_best_action home { choose from all rank by value }";
    let rules = pervade::Ruleset::from_text(rules).expect("rules");
    let error = rules.decision::<Json>("popcorn").expect_err("no decision");
    assert_eq!(
        error.to_string(),
        "there is no decision `popcorn` in `demo`, but an action: decide `home`, which chooses from it"
    );
}

#[test]
fn without_rows_nothing_is_chosen() {
    let compiled = |rows: &str| Compiler::new().compile(&sources(RULES, rows), "main.pvd");
    assert!(
        compiled("").is_err(),
        "actions that are named are not there"
    );
    let rules = RULES
        .split("policy gentle")
        .next()
        .expect("the declarations");
    let rules = format!(
        "{rules}next_best_action home {{ choose from sales.tickets, sales.nothing rank by value }}"
    );
    for rows in ["", "\n \n", "\u{feff}", "\u{feff}\n"] {
        let rules = Compiler::new().compile(&sources(&rules, rows), "main.pvd");
        let rules = rules.unwrap_or_else(|error| panic!("{rows:?}: {error}"));
        let (chosen, told, value) = decided(&rules, "home", "{}");
        assert!(
            chosen.is_empty() && value == Json::Array(Vec::new()),
            "{told}"
        );
    }
}

#[test]
fn what_became_of_a_row_binds_it() {
    let rules = compiled(RULES, ROWS);
    let builder = rules.context().now(now()).history(&rules.history());
    let context = builder
        .json("{}")
        .and_then(|b| b.build())
        .expect("a context");
    let home = rules.decision::<Json>("home").expect("a choice");
    let decision = home.decide(&context).expect("a decision");
    let event = decision
        .outcome("late_show", OutcomeKind::Offered)
        .expect("an outcome");
    let mut history = rules.history();
    history
        .add_json(&serde_json::to_string(&event).expect("JSON"))
        .expect("an event");
    let builder = rules
        .context()
        .now(now() + chrono::Days::new(1))
        .history(&history);
    let context = builder
        .json("{}")
        .and_then(|b| b.build())
        .expect("a context");
    let arbitration = home
        .decide(&context)
        .and_then(|d| d.arbitration())
        .expect("an arbitration");
    let late = arbitration
        .rejected()
        .iter()
        .find(|one| one.action() == "late_show");
    assert_eq!(
        late.map(|one| one.stage()),
        Some(Stage::Policy),
        "{arbitration}"
    );
    assert!(
        arbitration
            .to_string()
            .contains("at most 1 of late_show per 7 days"),
        "{arbitration}"
    );
}

#[test]
fn everything_that_tells_of_a_ruleset_tells_of_rows() {
    let rules = compiled(RULES, ROWS);
    for format in [GraphFormat::Dot, GraphFormat::Mermaid, GraphFormat::Json] {
        let graph = rules.graph(format);
        assert!(
            graph.contains("late_show") && graph.contains("customer.age"),
            "{graph}"
        );
    }
    let typescript = types::typescript(&rules);
    assert!(
        typescript.contains("home: Collected<Array<Home>>"),
        "{typescript}"
    );
    assert!(!types::rust(&rules).is_empty() && !types::json_schema(&rules).is_empty());
    let budget = rules.budget();
    let home = budget
        .decisions
        .iter()
        .find(|d| d.name == "home")
        .expect("its budget");
    let reads = format!("{:?}", home);
    assert!(
        reads.contains("customer.age") && reads.contains("mood"),
        "{reads}"
    );
    let bought = rules
        .retention()
        .events()
        .iter()
        .map(|e| format!("{e:?}"))
        .collect::<String>();
    assert!(
        bought.contains("bought") && bought.contains("offered"),
        "{bought}"
    );
    let names: Vec<&str> = rules.decisions().map(|d| d.name()).collect();
    assert_eq!(names, ["buyer", "home", "held", "empty", "anywhere"]);
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    to: &'a str,
    worth: f64,
}

#[test]
fn rows_of_the_host_are_read_in_the_place_of_a_file_alone() {
    let row = |to| Row {
        id: "late_show",
        to,
        worth: 4.0,
    };
    let given = |name: &str, to| Compiler::new().rows(name, [row(to)]);
    let refused = given("offers.csv", "sales.tickets").expect_err("rows are no CSV");
    assert!(
        refused.to_string().contains("end with `.jsonl`"),
        "{refused}"
    );
    let compiled = |compiler: Compiler| compiler.compile(&sources(RULES, ROWS), "main.pvd");
    let unread = compiled(given("other.jsonl", "sales.tickets").expect("rows"));
    let unread = unread.expect_err("nothing reads them");
    assert!(
        unread
            .to_string()
            .contains("no `from` of the rules names it"),
        "{unread}"
    );
    let wrong =
        compiled(given("offers.jsonl", "sales.ticket").expect("rows")).expect_err("no group");
    assert!(matches!(wrong.kind(), ErrorKind::Rules { .. }));
    let told = wrong.to_string();
    assert!(
        told.contains("there is no group `sales.ticket`") && told.contains("offers.jsonl:1:"),
        "{told}"
    );
}

/// What is said where rows are given in a way that can't be meant.
#[test]
fn rows_given_by_mistake_are_told() {
    let row = |worth: f64| Row {
        id: "late_show",
        to: "sales.tickets",
        worth,
    };
    let twice = Compiler::new().rows("offers.jsonl", [row(4.0)]);
    let twice = twice.expect("rows").rows("offers.jsonl", [row(4.0)]);
    assert_eq!(
        twice.expect_err("given twice").to_string(),
        "rows were given for `offers.jsonl` already: give all rows of a file at once"
    );
    let empty: [Row; 0] = [];
    let twice = Compiler::new().rows("offers.jsonl", empty).expect("rows");
    assert!(twice.rows("offers.jsonl", [row(4.0)]).is_err());
    for (float, told) in [
        (f64::NAN, "NaN"),
        (f64::INFINITY, "infinity"),
        (f64::NEG_INFINITY, "infinity"),
    ] {
        let given = Compiler::new().rows("offers.jsonl", [row(4.0), row(float)]);
        assert_eq!(
            given.expect_err("no number").to_string(),
            format!(
                "row 2 for `offers.jsonl` has {told} in `worth`, which is no number: give one, or `None` where the field may be missing"
            )
        );
    }
    let deep = [BTreeMap::from([(
        "prices",
        vec![Some((1.0_f32, 2)), None, Some((f32::NAN, 1))],
    )])];
    let given = Compiler::new().rows("offers.jsonl", deep);
    let refused = given.expect_err("no number").to_string();
    assert!(
        refused.starts_with("row 1 for `offers.jsonl` has NaN in `prices[2][0]`"),
        "{refused}"
    );
    let keys = Compiler::new().rows("offers.jsonl", [BTreeMap::from([(vec![1], 1)])]);
    let refused = keys.expect_err("no key").to_string();
    assert!(
        refused.starts_with("row 1 for `offers.jsonl` can't be serialised: "),
        "{refused}"
    );
}

#[test]
fn rows_given_under_another_name_are_told_with_it() {
    let row = Row {
        id: "late_show",
        to: "sales.tickets",
        worth: 4.0,
    };
    let given = |name: &str| Compiler::new().rows(name, [&row]).expect("rows");
    let without = MemorySources::new().with("main.pvd", RULES);
    let told = |compiler: Compiler, sources: &MemorySources| {
        let compiled = compiler.compile(sources, "main.pvd");
        compiled.expect_err("nothing reads them").to_string()
    };
    for name in ["offer.jsonl", "data/rows.jsonl"] {
        let missing = told(given(name), &without);
        let help = format!(
            "rows were given for `{name}`, which nothing reads: give them for `offers.jsonl`, or name `{name}` here"
        );
        assert!(
            missing.contains("`offers.jsonl` can't be read") && missing.contains(&help),
            "{missing}"
        );
    }
    let missing = told(Compiler::new(), &without);
    assert!(
        missing.contains("a host that has the rows gives them by `Compiler::rows`"),
        "{missing}"
    );
    let near = told(given("offer.jsonl"), &sources(RULES, ROWS));
    assert_eq!(
        near,
        "rows were given for `offer.jsonl`, but no `from` of the rules names it; did you mean `offers.jsonl`?"
    );
    let far = told(given("data/rows.jsonl"), &sources(RULES, ROWS));
    assert!(far.ends_with("names it; they name `offers.jsonl`"), "{far}");
    let none = MemorySources::new().with("main.pvd", "ruleset demo");
    let none = told(given("offers.jsonl"), &none);
    assert!(
        none.ends_with("names it, nor any other JSON lines"),
        "{none}"
    );
}

/// What the reference says of cells, and of levers in JSON lines.
#[test]
fn cells_are_what_the_reference_says() {
    let rules = r#"ruleset demo
        record Row { id: string, note: string?, lever: decimal = 0, p: decimal 0..=1 = 1 }
        reference rows: Row key id from "rows.FORM"
        let note = rows["a"].note else "none"
        let lever = rows["a"].lever else 9"#;
    let compiled = |form: &str, row: &str| {
        let sources = MemorySources::new().with("main.pvd", rules.replace("FORM", form));
        let sources = sources.with(format!("rows.{form}"), row);
        Compiler::new().compile(&sources, "main.pvd")
    };
    let given = |cell: &str| -> String {
        let rules = compiled("csv", &format!("id,note,lever\na,{cell},25%\n")).expect("rules");
        let context = rules.context().build().expect("a context");
        let lever = rules.decision::<String>("lever").expect("a lever");
        assert_eq!(
            lever.decide(&context).expect("a lever").into_value(),
            "0.25"
        );
        let note = rules.decision::<String>("note").expect("a note");
        note.decide(&context).expect("a note").into_value()
    };
    assert_eq!(given("  late show "), "late show");
    assert_eq!(given("\"  late, show \""), "late, show");
    assert_eq!(given("{id} and {{id}}"), "{id} and {{id}}");
    assert_eq!(given("missing"), "none");
    assert_eq!(given(""), "none");
    assert_eq!(given("\"\"\"missing\"\"\""), "missing");
    let line = |lever: &str| format!("{{ \"id\": \"a\", \"lever\": {lever} }}");
    assert!(compiled("jsonl", &line("0.25")).is_ok());
    let refused = compiled("jsonl", &line("\"25%\"")).expect_err("no number");
    assert!(
        refused.to_string().contains("`\"25%\"` is not a `decimal`"),
        "{refused}"
    );
    let refused = compiled("csv", "id,p\na,1.1\n").expect_err("beyond its range");
    assert!(
        refused.to_string().contains("outside the field's range"),
        "{refused}"
    );
}
