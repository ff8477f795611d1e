//! Trees built by hand, and texts formatted, formatted again and parsed.

use super::expr::{Level, line};
use super::print;
use crate::limits::Limits;
use crate::source::SourceMap;
use crate::syntax::ast::*;
use crate::syntax::parse;

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        at: At::default(),
    }
}
fn name(text: &str) -> Name {
    Name {
        text: text.into(),
        at: At::default(),
    }
}
fn word(text: &str) -> Expr {
    expr(ExprKind::Name(name(text)))
}
fn boxed(kind: ExprKind) -> Box<Expr> {
    Box::new(expr(kind))
}
fn chain(first: ExprKind, op: ArithOp, second: ExprKind) -> ExprKind {
    ExprKind::Chain(boxed(first), vec![(op, expr(second))])
}
fn n(text: &str) -> ExprKind {
    ExprKind::Name(name(text))
}
fn is(negated: bool, item: ExprKind, value: ExprKind) -> ExprKind {
    ExprKind::Is {
        negated,
        item: boxed(item),
        what: IsWhat::Value(boxed(value)),
    }
}

#[test]
fn brackets_appear_where_the_tree_needs_them() {
    use ExprKind::{And, Compare, Else, If, In, Neg, Not, Or, Range};
    let sum = || chain(n("a"), ArithOp::Add, n("b"));
    let product = || chain(n("a"), ArithOp::Mul, n("b"));
    let both = || And(vec![word("a"), word("b")]);
    let either = || Or(vec![word("a"), word("b")]);
    let fallback = || Else(vec![word("a"), word("b")]);
    let compare = || Compare(CompareOp::Le, boxed(n("a")), boxed(n("b")));
    let choice = || If(vec![(word("a"), word("b"))], boxed(n("c")));
    let cases = [
        (chain(product(), ArithOp::Sub, product()), "a * b - a * b"),
        (chain(sum(), ArithOp::Div, sum()), "(a + b) / (a + b)"),
        (chain(sum(), ArithOp::Sub, sum()), "(a + b) - (a + b)"),
        (
            chain(product(), ArithOp::Div, product()),
            "(a * b) / (a * b)",
        ),
        (Neg(boxed(sum())), "-(a + b)"),
        (Neg(boxed(Neg(boxed(n("a"))))), "--a"),
        (chain(n("a"), ArithOp::Sub, Neg(boxed(n("b")))), "a - -b"),
        (Else(vec![expr(sum()), expr(sum())]), "a + b else (a + b)"),
        (
            Else(vec![expr(fallback()), expr(fallback())]),
            "(a else b) else (a else b)",
        ),
        (chain(fallback(), ArithOp::Add, n("c")), "(a else b) + c"),
        (
            Compare(CompareOp::Eq, boxed(fallback()), boxed(sum())),
            "a else b == a + b",
        ),
        (
            Compare(CompareOp::Eq, boxed(compare()), boxed(n("c"))),
            "(a <= b) == c",
        ),
        (Not(boxed(compare())), "not a <= b"),
        (Not(boxed(both())), "not (a and b)"),
        (
            And(vec![expr(either()), expr(Not(boxed(n("c"))))]),
            "(a or b) and not c",
        ),
        (
            And(vec![expr(both()), expr(compare())]),
            "(a and b) and a <= b",
        ),
        (
            Or(vec![expr(both()), expr(choice())]),
            "a and b or (a if b otherwise c)",
        ),
        (
            If(vec![(expr(choice()), expr(either()))], boxed(choice())),
            "(a if b otherwise c) if a or b otherwise (a if b otherwise c)",
        ),
        (
            ExprKind::Field(boxed(fallback()), name("when")),
            "(a else b).when",
        ),
        (
            ExprKind::Field(boxed(Neg(boxed(n("a")))), name("b")),
            "(-a).b",
        ),
        (
            In {
                negated: true,
                item: boxed(compare()),
                set: boxed(Range(boxed(n("a")), boxed(sum()), RangeEnd::Inclusive)),
            },
            "(a <= b) not in a..=a + b",
        ),
        (is(false, n("a"), ExprKind::Missing), "a is (missing)"),
        (is(false, n("a"), n("present")), "a is `present`"),
        (
            is(
                true,
                n("a"),
                chain(n("present"), ArithOp::Add, n("present")),
            ),
            "a is not `present` + present",
        ),
        (is(false, n("a"), Not(boxed(n("b")))), "a is (not b)"),
        (
            ExprKind::Paren(boxed(ExprKind::Paren(boxed(n("of"))))),
            "((`of`))",
        ),
        (ExprKind::Int(1000, "1_000".into()), "1_000"),
        (
            ExprKind::Record(vec![
                (name("of"), expr(choice())),
                (name("b"), expr(ExprKind::List(vec![]))),
            ]),
            "{ of: a if b otherwise c, b: [] }",
        ),
        (ExprKind::Record(vec![]), "{}"),
    ];
    for (kind, text) in cases {
        assert_eq!(line(&expr(kind), Level::ANY), text);
    }
}

/// What a text becomes, after a check of the laws: the tree stays, every comment stays, twice is once.
fn formatted(text: &str) -> String {
    let (tree, found) = read(text);
    assert!(found.is_empty(), "{text}\n{found}");
    let once = print(&tree, text);
    let (again, found) = read(&once);
    assert!(found.is_empty(), "{once}\n{found}");
    assert_eq!(tree.items, again.items, "the tree changed:\n{once}");
    let sorted = |file: &File| {
        let mut comments: Vec<_> = file.comments.iter().map(|c| c.text.clone()).collect();
        comments.sort();
        comments
    };
    assert_eq!(sorted(&tree), sorted(&again), "comments changed:\n{once}");
    let twice = print(&again, &once);
    assert!(twice == once, "once:\n{once}\ntwice:\n{twice}");
    // A tree without its text, as one built by hand, can be written too.
    let bare = File {
        comments: Vec::new(),
        ..tree
    };
    assert_eq!(bare.items, read(&print(&bare, "")).0.items);
    once
}

fn read(text: &str) -> (File, String) {
    let mut sources = SourceMap::default();
    let id = sources.add("main.pvd", text.to_owned()).unwrap();
    let (file, found) = parse(id, text, &Limits::default());
    (file, found.iter().map(|d| d.render(&sources)).collect())
}

#[test]
fn declarations() {
    insta::assert_snapshot!(formatted(DECLARATIONS), @r#"
    /// Cinema: one behaviour, every touchpoint.
    ///
    /// And more.
    ruleset cinema
    use "money.pvd"

    enum Tier  { guest, member, gold }
    enum Genre { family, drama, action, horror }
    enum Spread {
        a,
        of,
        // the last
        c,
    }
    record Showing { film: string, genre: Genre, price: decimal, seats_left: int 0..=2000 }
    record Ticket {
        /// Where.
        seat: string
        row:  int 1..=30?
        kind: enum { child, adult }
    }
    /// Who the customer is and what they are looking at: the same on every touchpoint.
    context {
        customer: {  // the person
            id:         string
            tier:       Tier
            saved_card: bool = false
            consents:   list<enum { email, push, sms }> = []
        }

        // how they feel
        mood:    enum { calm, angry } = calm  // for now
        showing: Showing?
        // the end
    }
    touchpoint {
        channel: enum {
            web,
            mobile,
            kiosk,
            call_centre,
            smart_tv,
            in_store,
            email,
            push,
            sms,
            letter,
            fax,
        }
        source:  enum { direct, referral, organic_search, paid_search, social, display } = direct
    }

    let family_discount = 20%
    let fee: decimal    = 1_000 * (2 + 3)  // the fee
    let x               = "a {{b}} \"c\""  // x
    let where_from: { a: int, b: list<int>? } = { a: 1, b: [1, 2] }

    segment loyal    = customer.tier == gold or customer.saved_card and mood != angry
    segment saw_this = showing is present
    segment `of`     = not (loyal or saw_this)
    "#);
}

#[test]
fn rules() {
    insta::assert_snapshot!(formatted(RULES), @r#"
    classify persona {
        loyalist when loyal
        // between
        new      when hopping  // or so

        otherwise newcomer
    }
    /// Who helps this customer right now.
    pervasive decision assistance -> { help: enum { live_agent, chat, self_service }, reason: string }
        independent of customer.age, mood
    {
        upset: when mood == angry or let_down => { help: live_agent, reason: "something went wrong" }
        lost: when mood == confused or abandoned => { help: chat, reason: "it looks unfinished" }
            because "of this"
        // nothing else
        otherwise => { help: self_service, reason: "" }
    }
    decision fee -> decimal {  // in euros
        /// For members.
        member: when tier == member => 1.50  // half

        when tier == gold => 0

        when tier == guest
                and customer.age in 4..=17
                and (mood is angry or mood is confused)
                and customer.home is present
            => 2
        when false => fee_of_a_very_long_name + another_fee_of_a_very_long_name * 3
            because "it is what it is, and so on"
        otherwise => 3 if a otherwise 4
        // done
    }
    decision plain -> int {}
    decision wide -> {
        first:  string
        second: string
        third:  list<string>
        fourth: decimal?
        fifth:  int 0..=100
        sixth:  int
    } independent of customer.first_thing, customer.second_thing, customer.third_thing,
        customer.fourth_thing
    {
        otherwise => {
            first: "aaaaaaaaaaaaaaaaaaaaa",
            second: "bbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            third: ["c", "d"],
            fourth: 1,
            fifth: 3,
        }
    }
    "#);
}

#[test]
fn tables() {
    insta::assert_snapshot!(formatted(TABLES), @r#"
    pervasive table ticket_discount(unique) -> decimal {
        | persona            | today.weekday  | student_age                             => result
        | loyalist           | -              | -                                       => 15%
        // the others
        | explorer, newcomer | mon, tue, wed  | true                                    => 30% because "you are young"

        /// Not students.
        | explorer           | not (mon, tue) | false                                   => 10%  // ten
        | -                  | missing        | >= 3, < -1, 5..=6, 1 + 2..4, (a else b) => -0.5
        other: otherwise                                                                => 0%
    }
    table csv(first) -> list<int> from "a \"b\".csv"
    table csv2(first) -> int? independent of a.b from "file.csv" {
        otherwise => missing
    }
    "#);
}

#[test]
fn long_expressions() {
    insta::assert_snapshot!(formatted(LONG), @r#"
    let rate           = 1 if customer.tier == gold
            and showing is present
            and showing.seats_left in 4..=10
        otherwise 2 if mood == angry
        otherwise 3
    let total: decimal = first_number_of_many
        + second_number_of_many * third_number_of_many
        - fourth_number_of_many
    let options        = [
        "a first option", "a second option", "a third option", "a fourth option", "a fifth option",
        "a sixth option"
    ]
    let nested         = {
        a: { b: "cccccccccccccccccccccccccccccccccc", d: "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" },
        f: [1, 2],
        g: "hhhhhhhhhh",
    }
    let chosen         = customer.some_choice
        else customer.some_other_choice
        else customer.yet_another_choice
        else "a last resort"
    segment a = not (first_condition_of_many
        or second_condition_of_many and third_condition_of_many
        or fourth_condition)
    segment b = customer.first_field_of_many in [
            first_option_of_many, second_option_of_many, third_option_of_many, fourth
        ]
        and c
    "#);
}

#[test]
fn one_line_of_declarations_is_taken_apart() {
    insta::assert_snapshot!(formatted("ruleset a let b = 1 let c = 2 context { a: int } let d = 3"), @"
    ruleset a

    let b = 1
    let c = 2

    context {
        a: int
    }

    let d = 3
    ");
}

#[test]
fn reserved_words_as_names() {
    insta::assert_snapshot!(formatted(NAMES), @r#"
    ruleset `when`
    enum `if` { of, true, present }
    record enum_of { when: int, of: `list`, present: `enum`? }
    context {
        of:   `if` = `of`
        list: list<`if`> = [`of`, present]
    }
    let `then` = { when: 1, otherwise: `in`.in.when }
    segment present = `then`.of is `present` or `when` is not `present`.x or (missing) is (missing)
    classify of_kind {
        `and` when present
        nil   when kind == `nil`
        otherwise `or`
    }
    decision `not` -> int independent of `where`.where {
        `when`:    when present => 1
        `because`: otherwise    => `because` because "of"
    }
    table enum(first) -> `enum` {
        | `has` | present       | enum    => result
        | list  | `of`          | missing => table
        | -     | not (missing) | -5      => `if`
    }
    "#);
}

#[test]
fn nothing_but_comments() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("  // a\n\n\n  // b  "), "// a\n\n// b\n");
    assert_eq!(formatted("enum A { // a\n}"), "enum A {  // a\n}\n");
}

/// The places between the tokens of a text, roughly: before each word or mark outside strings and comments.
fn gaps(text: &str) -> Vec<usize> {
    let mut gaps = vec![0];
    let (mut quoted, mut comment, mut before) = (false, false, ' ');
    for (at, c) in text.char_indices() {
        if !quoted && !comment {
            let edge =
                before.is_whitespace() || "{}()[],|".contains(before) || "{}()[],|".contains(c);
            if edge && !c.is_whitespace() {
                gaps.push(at);
            }
            comment = text.split_at(at).1.starts_with("//");
        }
        comment &= c != '\n';
        quoted ^= c == '"' && !comment;
        before = c;
    }
    gaps.push(text.len());
    gaps
}

#[test]
fn a_comment_anywhere_is_kept() {
    for text in [NAMES, DECLARATIONS, RULES, TABLES, LONG] {
        for gap in gaps(text) {
            for comment in [
                " // here\n",
                "\n  // here\n",
                "\n\n// here\n\n// and here\n\n",
            ] {
                let (before, after) = text.split_at(gap);
                formatted(&format!("{before}{comment}{after}"));
            }
        }
    }
}

#[test]
fn blanks_do_not_matter() {
    // All of it on one line (but for comments) parses and is laid out like any other.
    for text in [NAMES, DECLARATIONS, RULES, TABLES, LONG] {
        let lines = text.lines().map(|line| match line.find("//") {
            Some(at) if line.split_at(at).1.starts_with("///") => format!("\n{line}\n"),
            Some(_) => format!("{line}\n"),
            None => format!("{line} "),
        });
        formatted(&lines.collect::<String>());
    }
}

#[test]
fn many_rules_take_time_in_proportion() {
    let rules: String = (0..50_000)
        .map(|i| format!("r{i}: when n == {i} => {i} // {i}\n"))
        .collect();
    let text = format!("decision d -> int {{\n{rules} otherwise => 0 }}");
    let (tree, _) = read(&text);
    let start = std::time::Instant::now();
    let out = print(&tree, &text);
    assert!(out.lines().count() >= 50_000);
    assert!(start.elapsed().as_secs() < 5, "took {:?}", start.elapsed());
}

const NAMES: &str = r#"
ruleset `when`
enum `if` { of, `true`, present }
record enum_of { when: int, `of`: `list`, present: `enum`? }
context { of: `if` = `of` list: list<`if`> = [`of`, present] }
let `then` = { when: 1, otherwise: `in`.in.when }
segment present = `then`.of is `present` or `when` is not `present`.x or (missing) is (missing)
classify of_kind { `and` when present nil when kind == `nil` otherwise `or` }
decision `not` -> int independent of `where`.where {
    `when`: when present => 1
    `because`: otherwise => `because` because "of"
}
table enum(`first`) -> `enum` { | `has` | present | enum => `result` | list | `of` | missing => table | - | not (missing) | -5 => `if` }
"#;

const DECLARATIONS: &str = r#"
/// Cinema: one behaviour, every touchpoint.
///
/// And more.
ruleset cinema
use "money.pvd"


enum Tier { guest, member, gold }
enum Genre { family, drama, action, horror }
enum Spread {
  a, of,
  // the last
  c }
record Showing { film: string, genre: Genre, price: decimal, seats_left: int 0..=2000 }
record Ticket {
  /// Where.
  seat: string, row: int? 1..=30
  kind: enum { child, adult }
}
/// Who the customer is and what they are looking at: the same on every touchpoint.
context {
    customer: { // the person
        id: string tier: Tier
        saved_card: bool = false consents: list<enum { email, push, sms }> = []
    }

    // how they feel
    mood: enum { calm, angry } = calm // for now
    showing: Showing?
    // the end
}
touchpoint { channel: enum { web, mobile, kiosk, call_centre, smart_tv, in_store, email, push, sms, letter, fax }
  source: enum { direct, referral, organic_search, paid_search, social, display } = direct }

let family_discount = 20%
let fee: decimal = 1_000 * (2 + 3)   // the fee
let x = "a {{b}} \"c\"" // x
let where_from: { a: int, b: list<int>? } = { a: 1, b: [1, 2] }

segment loyal = customer.tier == gold or customer.saved_card and mood != angry
segment saw_this = showing is present
segment `of` = not (loyal or saw_this)
"#;

const RULES: &str = r#"
classify persona { loyalist when loyal
  // between
  new when hopping // or so

  otherwise newcomer }
/// Who helps this customer right now.
pervasive decision assistance -> { help: enum { live_agent, chat, self_service }, reason: string } independent of customer.age, mood {
    upset: when mood == angry or let_down => { help: live_agent, reason: "something went wrong" }
    lost: when mood == confused or abandoned => { help: chat, reason: "it looks unfinished" } because "of this"
    // nothing else
    otherwise => { help: self_service, reason: "" }
}
decision fee -> decimal { // in euros
  /// For members.
  member: when tier == member => 1.50 // half

  when tier == gold => 0

  when tier == guest and customer.age in 4..=17 and (mood is angry or mood is confused) and customer.home is present => 2
  when false => fee_of_a_very_long_name + another_fee_of_a_very_long_name * 3 because "it is what it is, and so on"
  otherwise => 3 if a otherwise 4
  // done
}
decision plain -> int {}
decision wide -> { first: string, second: string, third: list<string>, fourth: decimal?, fifth: int 0..=100, sixth: int }
  independent of customer.first_thing, customer.second_thing, customer.third_thing, customer.fourth_thing {
  otherwise => { first: "aaaaaaaaaaaaaaaaaaaaa", second: "bbbbbbbbbbbbbbbbbbbbbbbbbbbb", third: ["c", "d"], fourth: 1, fifth: 3 }
}
"#;

const TABLES: &str = r#"
pervasive table ticket_discount(unique) -> decimal {
    | persona | today.weekday | student_age => result
    | loyalist | - | - => 15%
    // the others
    | explorer, newcomer | mon, tue, wed | true => 30% because "you are young"

    /// Not students.
    | explorer | not (mon, tue) | false => 10% // ten
    | - | missing | >= 3, < -1, 5..=6, 1 + 2..4, (a else b) => -0.5
    other: otherwise => 0%
}
table csv(first) -> list<int> from "a \"b\".csv"
table csv2(first) -> int? independent of a.b from "file.csv" { otherwise => missing }
"#;

const LONG: &str = r#"
let rate = 1 if customer.tier == gold and showing is present and showing.seats_left in 4..=10 otherwise 2 if mood == angry otherwise 3
let total: decimal = first_number_of_many + second_number_of_many * third_number_of_many - fourth_number_of_many
let options = ["a first option", "a second option", "a third option", "a fourth option", "a fifth option", "a sixth option"]
let nested = { a: { b: "cccccccccccccccccccccccccccccccccc", d: "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" }, f: [1, 2], g: "hhhhhhhhhh" }
let chosen = customer.some_choice else customer.some_other_choice else customer.yet_another_choice else "a last resort"
segment a = not (first_condition_of_many or second_condition_of_many and third_condition_of_many or fourth_condition)
segment b = customer.first_field_of_many in [first_option_of_many, second_option_of_many, third_option_of_many, fourth] and c
"#;
