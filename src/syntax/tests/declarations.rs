//! Each declaration read, written and read again.

use super::{good, parse};
use crate::syntax::ast::{Expect, ExprKind, ItemKind, ReferenceRows, StepKind, TypeKind};
use crate::syntax::print;

/// Reads, writes, reads again: the same tree, and the second time the same text.
#[track_caller]
fn stays(text: &str) -> String {
    let file = good(text);
    let written = print(&file, text);
    let again = good(&written);
    assert_eq!(again.items, file.items, "{written}");
    assert_eq!(again.comments, file.comments, "{written}");
    assert_eq!(print(&again, &written), written);
    written
}

/// Is already written as the formatter writes it.
#[track_caller]
fn is_formatted(text: &str) {
    assert_eq!(stays(text), text);
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    let (_, found) = parse(text);
    for part in parts {
        assert!(
            found.len() == 1 && found.iter().any(|f| f.contains(part)),
            "{part}: {found:#?}"
        );
    }
}

#[test]
fn small_declarations() {
    is_formatted(
        r#"ruleset demo

timezone customer.timezone else "Europe/London"
week starts monday

ordered enum Size { small, large }

event film_viewed      { film: string, genre: Genre }
event checkout_started {}

let net(price: money<GBP>, rate: decimal?): money<GBP> = price * rate

segment adult(age: int) = age >= 18

feature one_tap when regular and customer.saved_card
feature quick   when regular
"#,
    );
    is_formatted("pervasive feature greeted independent of customer.age, mood when true\n");
    is_formatted("pervasive feature greeted when true\n");
    let long = format!("let f({}) = 1\n", "first: list<money<GBP>>, ".repeat(8));
    stays(&long);
    let names = "customer.birth_date, ".repeat(8);
    stays(&format!(
        "feature f independent of {names} mood when {} true",
        "a_condition and ".repeat(12)
    ));
}

#[test]
fn marks_and_types() {
    let text = "context {
    customer: {
        birth_date: date? sensitive
        home:       geo? sensitive fixed
        spent:      money<GBP> = zero fixed
        tags:       list<money<EUR>?>
    }? = missing sensitive
    fixed: bool fixed
    sensitive: bool
    valid: bool
}
";
    let file = good(text);
    let ItemKind::Context(fields) = &file.items[0].kind else {
        panic!()
    };
    assert_eq!(fields.len(), 4);
    assert!(fields[0].sensitive && !fields[0].fixed && fields[1].fixed);
    stays(text);
    assert_eq!(
        stays(
            "record R { a: int fixed sensitive, b: money<GBP> fixed = 5 }"
                .replace(" = 5", "")
                .as_str()
        ),
        "record R { a: int sensitive fixed, b: money<GBP> fixed }\n"
    );
    let TypeKind::Record(inner) = &fields[0].ty.kind else {
        panic!()
    };
    assert!(matches!(&inner[2].ty.kind, TypeKind::Money(name) if &*name.text == "GBP"));
    says("context { a: int fixed fixed }", &["twice"]);
    says("let f() = 5", &["nothing between these brackets"]);
    says("segment f( ) = true", &["nothing between these brackets"]);
}

#[test]
fn validities() {
    is_formatted(
        "decision price -> int {
    early: valid until 2026-04-01 when a            => 1
    valid from 2026-04-01 until day when valid      => 2
    late:  valid from 2026-05-01 when until == from => 3 because \"it is late\"
    valid from start when a and b                   => valid
    otherwise                                       => 4
}
",
    );
}

#[test]
fn validities_on_several_lines() {
    let text = "decision price -> int {
    valid from 2026-04-01
        until 2026-05-01
        when a
        => valid
    valid
        from x when valid => 1
    l: valid until x
    when b => 2 otherwise => 3
}";
    let file = good(text);
    let ItemKind::Decision(decision) = &file.items[0].kind else {
        panic!()
    };
    assert_eq!(decision.rules.len(), 4);
    assert!(decision.rules[..3].iter().all(|rule| rule.valid.is_some()));
    stays(text);
    let condition = "a_long_condition and ".repeat(6);
    stays(&format!(
        "decision d -> int {{ l: valid from a until b when {condition} c => 1 otherwise => 2 }}"
    ));
    says(
        "decision d -> int { valid from 2026-04-01 otherwise => 5 }",
        &["a rule with a validity needs `when`"],
    );
    says(
        "decision d -> int { valid when a => 5 }",
        &["behind `valid`"],
    );
    says("decision d -> int { valid from when a => 5 }", &["`when`"]);
    says(
        "decision d -> int { valid from 2026-04-01 => 5 }",
        &["`=>`"],
    );
    says(
        "decision d -> int { valid from not a when b => 5 }",
        &["no condition"],
    );
}

#[test]
fn scores() {
    let text = "pervasive score loyalty -> int 0..=100 independent of customer.age {
    when regular     => +20 because \"they come often\"
    gold: when tier == gold => -5 + 2
    valid from 2026-01-01 when a => +n * 2
    always                   => +(10)
    base: always => 10 // a comment
}
score plain { when a => +20 always => 1 when b => 3 }
score other independent of a.b { when always => +1 }
";
    let file = good(text);
    let ItemKind::Score(score) = &file.items[0].kind else {
        panic!()
    };
    assert_eq!(score.rules.len(), 5);
    assert!(matches!(score.rules[0].value.kind, ExprKind::Plus(_)));
    assert!(score.rules[3].when.is_none());
    stays(text);
    says(
        "score s { when a => +20 otherwise => 5 }",
        &["a score has no `otherwise`"],
    );
    says(
        "score s { if a => +20 always => 5 }",
        &["no rule begins with `if`"],
    );
}

#[test]
fn hit_policies() {
    for policy in [
        "unique",
        "any",
        "collect sum",
        "collect count",
        "priority by [gold, member]",
        "output_order by order",
    ] {
        is_formatted(&format!(
            "table t({policy}) -> int {{\n    | a => result\n    | 1 => 2\n}}\n"
        ));
    }
    let many = "a_long_member, ".repeat(12);
    stays(&format!(
        "table t(priority by [{many}]) -> int from \"x.csv\" {{ otherwise => 1 }}"
    ));
    says("table t(collect sum of) -> int from \"a.csv\"", &["`of`"]);
    says(
        "table t(priority by) -> int from \"a.csv\"",
        &["before `)`"],
    );
}

#[test]
fn references() {
    is_formatted("reference shops: Shop key id from \"shops.csv\"\n");
    is_formatted("reference shops: Shop key id = [{ id: 1 }, { id: 2 }]\n");
    let rows = "{ id: 1, name: \"a long name for a shop\" }, ".repeat(4);
    let written = stays(&format!(
        "reference shops: Shop key id = [{rows}]\nlet x = 5"
    ));
    assert_eq!(written.matches("\n    {").count(), 4, "{written}");
    let file =
        good("reference a: B key from from \"x.csv\" reference key: B key key = [] let x = key");
    assert_eq!(file.items.len(), 3);
    assert!(
        matches!(&file.items[0].kind, ItemKind::Reference(r) if matches!(r.rows, ReferenceRows::File(_)))
    );
    says("reference shops: Shop = []", &["`=`"]);
    says("reference shops: Shop key = []", &["`=`"]);
    says(
        "reference shops: Shop key from \"a.csv\"",
        &["does not fit"],
    );
    says("reference shops key id = []", &["`key`"]);
    says("reference shops: key id = []", &["`id` does not fit"]);
}

#[test]
fn customers() {
    is_formatted("customer ann { customer: { id: \"c1\", tier: gold }, mood: calm }\n");
    is_formatted("customer nobody {}\n");
    is_formatted(
        "customer ann {
    customer.id:   \"c1\"  // who
    customer.tier: gold  // what

    // further
    visits:   [1, 2]
    mood.now: calm
}
",
    );
    stays("customer ann { a: 1 b.c: x\n if y otherwise z, d: now\n e: -1, }");
    let (_, found) = parse("customer ann { a: 1, b = 2, c: 3 + }");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn tests_with_every_step() {
    let text = "test \"a let-down customer // reaches a { person\" {
    now 2026-03-06T18:00:00Z
    given ann but mood: calm, customer.tier: gold
    given mood: calm // a comment
    given ann
    on kiosk
    /// on its way
    on email but source: referral, location: geo
    expect assistance.help == live_agent and now > then_day
    expect assistance same on every channel
    expect assistance by upset
    expect assistance because \"something went wrong\"

    | mood,  customer.visits => assistance.help
    | angry, 2               => live_agent
    // no visits
    | -,     3 + 4           => chat
    expect now == later
    | a => b
    | -1 => -1
    | - => on
    on web
}
"
    .replace("a { person", "a {{ person");
    let file = good(&text);
    let ItemKind::Test(test) = &file.items[0].kind else {
        panic!()
    };
    assert_eq!(test.steps.len(), 18, "{:#?}", test.steps);
    assert!(matches!(
        &test.steps[8].kind,
        StepKind::Expect(Expect::By(..))
    ));
    let StepKind::Case { cells, .. } = &test.steps[12].kind else {
        panic!()
    };
    assert!(cells[0].is_none() && cells[1].is_some());
    stays(&text);
    let one_line = "test \"t\" { now 2026 given ann but mood: calm on kiosk expect a expect b same on every channel expect c by d | a, b => c | 1, 2 => 3 | 3, 4 => now given x: now - 1 on web }";
    let ItemKind::Test(test) = &good(one_line).items[0].kind else {
        panic!()
    };
    assert_eq!(test.steps.len(), 11);
    stays(one_line);
    let many = "customer.some_long_name: a_value, ".repeat(6) + "last: 1";
    stays(&format!(
        "test \"t\" {{ given {many} on web but {many} given ann but {many} expect a }}"
    ));
    stays(
        "test \"t\" {\n given ann but\n now: 1,\n on.x: 2,\n given: 3\n expect\n a\n by\n b\n expect x same\n on every\n channel\n}",
    );
}

#[test]
fn mistakes_in_tests() {
    says("test { expect a }", &["something is missing behind `test`"]);
    says(
        "test \"t\" { event visit { film: \"Dune\" } 2 hours }",
        &["something is missing behind `hours`"],
    );
    says(
        "test \"t\" {\n    expect a\n    assume b\n}",
        &["no step of a test begins with `assume`"],
    );
    says(
        "test \"t\" {\n    when b\n}",
        &["no step of a test begins with `when`"],
    );
    says(
        "test \"t\" { | angry, 2 => chat | calm, 3 => chat }",
        &["nothing says which facts"],
    );
    says(
        "test \"t\" { | a | b => chat\n | 1, 2 => x }",
        &["`|` stands where `,` belongs"],
    );
    says("test \"t\" { expect }", &["`expect`"]);
    says("test \"t\" { given }", &["`given`"]);
    says("test \"t\" { given ann but expect x }", &["`expect`"]);
    says("test \"t\" { on }", &["`on`"]);
    says("test \"t\" { expect a by }", &["`by`"]);
    says("test \"t\" { | a => b | 1 }", &["behind `1`"]);
}

#[test]
fn declaration_words_are_good_names() {
    let text = "let a = score
let b = customer.test + event
segment c = x in [test, week, timezone, ordered]
feature d when score
let e = reference
customer f { test: event, score.customer: feature }
ordered enum ordered { score, test, always, valid }
decision g -> score independent of customer, event {
    valid: when always => valid
    always: when valid => always
    when from => until
    otherwise => now
}
score score { always: always => always when valid => +valid }
record record { given: int, on: expect, key: key, now: now = now }
event event { by: string }
test \"test\" { given now: now, on: on expect now expect expect given given on on }
let h = week
week starts monday
let i = 1
week starts sunday
";
    let file = good(text);
    assert_eq!(file.items.len(), 16);
    stays(text);
}

#[test]
fn a_comment_anywhere_is_kept() {
    let text = "timezone a else b
week starts monday
ordered enum Size { small, large }
event seen { film: string, seats: int fixed }
let net(p: money<GBP>, q: { a: int }): int = p * q
segment old(n: int) = age > n
reference shops: Shop key id = [{ id: 1 }, { id: 2 }]
pervasive feature fast independent of a.b, c when x and y
pervasive score s -> int 0..=9 independent of a { l: valid from a until b when c => +1 because \"x\" always => 2 }
table t(priority by [a, b]) -> int { | a => b | 1 => 2 }
customer ann { a.b: 1, c: { d: 2 } }
test \"t\" { now a given ann but a.b: 1, c: 2 on web expect a == b expect c same on every channel expect d by e | a, b => c | -, 1 => 2 }
";
    let plain = good(text);
    for (at, _) in text.match_indices(' ') {
        let (before, behind) = text.split_at(at);
        let commented = format!("{before} // note\n{behind}");
        let (file, found) = parse(&commented);
        assert_eq!(found, Vec::<String>::new(), "{commented}");
        assert_eq!(file.items, plain.items, "{commented}");
        let written = stays(&commented);
        assert_eq!(written.matches("// note").count(), 1, "{written}");
    }
}

#[test]
fn journeys() {
    is_formatted(
        r#"/// Buying a ticket.
journey purchase starts in last 90 days {
    /// The first look.
    starts choosing    on film_viewed where (genre != horror)  // not those
    choosing -> paying on checkout_started
    choosing ends      after 1 day

    // Then they pay.
    paying -> bought    on (ticket_purchased or gift_purchased)
    paying -> abandoned on (checkout_started then no ticket_purchased within 30 minutes)
    `starts` -> `when`  on checkout_started same film
    `starts` ends       after patience
}

journey empty {}
"#,
    );
    assert_eq!(
        stays(
            "journey a { starts b on c starts b on d then e, all within 1 hour b -> ends after 1 hour ends ends on starts ends -> starts on on }"
        ),
        "journey a {
    starts b         on c
    starts b         on d then e, all within 1 hour
    b -> ends        after 1 hour
    ends ends        on starts
    ends -> `starts` on on
}
"
    );
}

#[test]
fn catalogues() {
    is_formatted(
        r#"actions offer from offers in offer.group {
    value         offer.worth
    lever         offer.lever  // by row
    transactional
    treatment otherwise { headline: "{offer.id}" }
    only          on web, kiosk
}

actions matinee from matinees in sales.tickets {
    lever +25%
    gives { price: matinee.price }
}
"#,
    );
    stays(
        "actions offer // which\n from // rows\n offers in offer . `in` { lever   offer . more . lever value 1 }",
    );
    stays("actions `in` from `from` in `in`.`value` { lever `in`.`lever` value `lever` }");
    stays("actions offer from offers in sales.tickets { // nothing\n }");
}
