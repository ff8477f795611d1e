//! Each rendering as its reader sees it.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{SourceId, SourceMap, Span};

/// A text in which `«…»` marks a span; `«»` is an empty one.
fn marked(name: &str, text: &str, sources: &mut SourceMap) -> (SourceId, Vec<(usize, usize)>) {
    let mut plain = String::new();
    let mut spans = Vec::new();
    for c in text.chars() {
        match c {
            '«' => spans.push((plain.len(), plain.len())),
            '»' => spans.last_mut().unwrap().1 = plain.len(),
            c => plain.push(c),
        }
    }
    (sources.add(name, plain).unwrap(), spans)
}

fn span(id: SourceId, (start, end): (usize, usize)) -> Span {
    Span::new(
        id,
        u32::try_from(start).unwrap(),
        u32::try_from(end).unwrap(),
    )
}

/// A diagnostic with its first label at the first mark and `labels` at the others.
fn at_marks(text: &str, message: &str, label: &str, labels: &[&str]) -> (SourceMap, Diagnostic) {
    let mut sources = SourceMap::default();
    let (id, spans) = marked("main.pvd", text, &mut sources);
    let mut diagnostic =
        Diagnostic::error(Code::TypeMismatch, span(id, spans[0]), message).label(label);
    for (at, label) in spans[1..].iter().zip(labels) {
        diagnostic = diagnostic.also(span(id, *at), *label);
    }
    (sources, diagnostic)
}

fn name() -> (SourceMap, Diagnostic) {
    let text = "ruleset demo\n\nsegment loyal = «custmer».tier == gold\n";
    let (sources, d) = at_marks(text, "there is no `custmer` here", "no such name", &[]);
    let span = d.primary.span;
    (sources, d.suggest(span, "customer"))
}

fn two_labels_and_a_repair() -> (SourceMap, Diagnostic) {
    let text = "context { age: «int» }\nsegment adult = age == «\"18\"» «&&» true\n";
    let mut sources = SourceMap::default();
    let (id, spans) = marked("main.pvd", text, &mut sources);
    let d = Diagnostic::error(
        Code::TypeMismatch,
        span(id, spans[1]),
        "`age` is int, `\"18\"` is string",
    )
    .label("int expected")
    .also(span(id, spans[0]), "declared here")
    .help("numbers are written without quotes")
    .suggest(span(id, spans[1]), "18")
    .suggest(span(id, spans[2]), "and");
    (sources, d)
}

fn one_line_many_labels() -> (SourceMap, Diagnostic) {
    let text = "let price = «a» + «b» * «cde»";
    at_marks(
        text,
        "three things",
        "the first",
        &["the second", "the third"],
    )
}

fn wide() -> (SourceMap, Diagnostic) {
    at_marks(
        "\tsegment a = \"電影 e\u{301}😀\" == «\tbad\u{1b}»",
        "wide and tabbed",
        "here",
        &[],
    )
}

fn several_lines() -> (SourceMap, Diagnostic) {
    let text =
        "decision «d» -> int {\n    «when a\n        and b\n        and c\n        => 1»\n}\n";
    at_marks(
        text,
        "customers for whom no rule fits",
        "of this decision",
        &["the only rule"],
    )
}

fn end_of_file() -> (SourceMap, Diagnostic) {
    at_marks(
        "ruleset demo\ndecision d -> int {\n\n\n«»",
        "the block is not closed",
        "`}` expected",
        &[],
    )
}

fn minified() -> (SourceMap, Diagnostic) {
    let filler = "let filler = 1 + 2 + 3 + 4 ".repeat(2_000);
    let text = format!("ruleset demo {filler}let x = «oops» {filler}let «x» = 2 {filler}");
    let (sources, d) = at_marks(&text, "`x` is declared twice", "the first", &["the second"]);
    let span = d.primary.span;
    (sources, d.suggest(span, "fine"))
}

fn other_file() -> (SourceMap, Diagnostic) {
    let mut sources = SourceMap::default();
    let (main, here) = marked(
        "main.pvd",
        "ruleset demo\nuse \"money.pvd\"\nlet «fee» = 2\n",
        &mut sources,
    );
    let (other, there) = marked(
        "money.pvd",
        &format!("{}let «fee» = 1", "\n".repeat(120)),
        &mut sources,
    );
    let d = Diagnostic::error(
        Code::DuplicateName,
        span(main, here[0]),
        "`fee` is declared twice",
    )
    .label("again here")
    .also(span(other, there[0]), "first here")
    .help("rename one of them,\nor leave one out");
    (sources, d)
}

fn out_of_place() -> (SourceMap, Diagnostic) {
    let mut sources = SourceMap::default();
    let (id, _) = marked("main.pvd", "é", &mut sources);
    let d = Diagnostic::error(
        Code::Unexpected,
        Span::new(id, 1, 99),
        "a span that does not fit",
    )
    .also(Span::new(id, 50, 20), "behind the end")
    .suggest(Span::new(id, 70, 80), "x");
    (sources, d)
}

fn no_source() -> (SourceMap, Diagnostic) {
    let mut d = Diagnostic::error(
        Code::UnreadableSource,
        Span::default(),
        "`main.pvd` can't be read",
    );
    d.severity = Severity::Warning;
    (SourceMap::default(), d.help("there is no such file"))
}

fn empty() -> (SourceMap, Diagnostic) {
    at_marks(
        "«»",
        "the file does not begin with `ruleset`",
        "`ruleset` and a name expected",
        &[],
    )
}

/// Makes a diagnostic and its sources.
type Sample = fn() -> (SourceMap, Diagnostic);

const SAMPLES: [(&str, Sample); 11] = [
    ("name", name),
    ("two labels and a repair", two_labels_and_a_repair),
    ("one line, many labels", one_line_many_labels),
    ("wide", wide),
    ("several lines", several_lines),
    ("end of file", end_of_file),
    ("minified", minified),
    ("other file", other_file),
    ("out of place", out_of_place),
    ("no source", no_source),
    ("empty", empty),
];

/// A sample by its name.
pub(in crate::diagnostic) fn sample(name: &str) -> (SourceMap, Diagnostic) {
    SAMPLES.iter().find(|(n, _)| *n == name).unwrap().1()
}

/// All samples.
pub(in crate::diagnostic) fn samples() -> impl Iterator<Item = (SourceMap, Diagnostic)> {
    SAMPLES.iter().map(|(_, make)| make())
}

fn drawn(name: &str) -> String {
    let (sources, diagnostic) = sample(name);
    diagnostic.render(&sources)
}

#[test]
fn a_name() {
    insta::assert_snapshot!(drawn("name"), @"
    error[E0201]: there is no `custmer` here
     --> main.pvd:3:17
      |
    3 | segment loyal = custmer.tier == gold
      |                 ^^^^^^^ no such name
      |
      = try: segment loyal = customer.tier == gold
    ");
}

#[test]
fn labels_help_and_a_repair() {
    insta::assert_snapshot!(drawn("two labels and a repair"), @r#"
    error[E0201]: `age` is int, `"18"` is string
     --> main.pvd:2:24
      |
    1 | context { age: int }
      |                --- declared here
    2 | segment adult = age == "18" && true
      |                        ^^^^ int expected
      |
      = help: numbers are written without quotes
      = try: segment adult = age == 18 and true
    "#);
}

#[test]
fn labels_in_one_line() {
    insta::assert_snapshot!(drawn("one line, many labels"), @"
    error[E0201]: three things
     --> main.pvd:1:13
      |
    1 | let price = a + b * cde
      |             ^   -   --- the third
      |             |   |
      |             |   the second
      |             the first
    ");
}

#[test]
fn tabs_and_wide_characters() {
    insta::assert_snapshot!(drawn("wide"), @r#"
    error[E0201]: wide and tabbed
     --> main.pvd:1:26
      |
    1 |     segment a = "電影 é😀" ==     bad␛
      |                               ^^^^^^^^ here
    "#);
}

#[test]
fn spans_of_several_lines() {
    insta::assert_snapshot!(drawn("several lines"), @"
    error[E0201]: customers for whom no rule fits
     --> main.pvd:1:10
      |
    1 | decision d -> int {
      |          ^ of this decision
    2 |     when a
      |     ------ the only rule
    ...
    5 |         => 1
      |         ----
    ");
}

#[test]
fn the_end_of_the_file() {
    insta::assert_snapshot!(drawn("end of file"), @"
    error[E0201]: the block is not closed
     --> main.pvd:2:20
      |
    2 | decision d -> int {
      |                    ^ `}` expected
    ");
}

#[test]
fn long_lines_are_cut() {
    insta::assert_snapshot!(drawn("minified"), @"
    error[E0201]: `x` is declared twice
     --> main.pvd:1:54022
      |
    1 | …3 + 4 let filler = 1 + 2 + 3 + 4 let x = oops let filler = 1 + 2 + 3 + 4 let filler = 1 + 2 + 3 + 4 let filler…
      |                                           ^^^^ the first
    1 | …2 + 3 + 4 let filler = 1 + 2 + 3 + 4 let x = 2 let filler = 1 + 2 + 3 + 4 let filler = 1 + 2 + 3 + 4 let fille…
      |                                           - the second
      |
      = try: `fine` in place of `oops`, in line 1
    ");
}

#[test]
fn labels_in_another_file() {
    insta::assert_snapshot!(drawn("other file"), @"
    error[E0105]: `fee` is declared twice
       --> main.pvd:3:5
        |
      3 | let fee = 2
        |     ^^^ again here
        |
       ::: money.pvd:121:5
        |
    121 | let fee = 1
        |     --- first here
        |
        = help: rename one of them,
                or leave one out
    ");
}

#[test]
fn spans_that_do_not_fit() {
    insta::assert_snapshot!(drawn("out of place"), @"
    error[E0001]: a span that does not fit
     --> main.pvd:1:1
      |
    1 | é
      | ^- behind the end
      |
      = try: write `x` here, in line 1
    ");
}

#[test]
fn without_a_source() {
    insta::assert_snapshot!(drawn("no source"), @"
    warning[E0111]: `main.pvd` can't be read
      = help: there is no such file
    ");
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(drawn("empty"), @"
    error[E0201]: the file does not begin with `ruleset`
     --> main.pvd:1:1
      |
    1 |
      | ^ `ruleset` and a name expected
    ");
}

#[test]
fn any_span_in_any_text_can_be_drawn() {
    let text = "a\té\r\n\n電\u{301}x\n \n";
    let mut sources = SourceMap::default();
    let id = sources.add("x", text.to_owned()).unwrap();
    let end = u32::try_from(text.len()).unwrap() + 2;
    for start in 0..end {
        for stop in 0..end {
            let d = Diagnostic::error(Code::Unexpected, Span::new(id, start, stop), "m")
                .label("l")
                .also(Span::new(id, stop, start), "k")
                .suggest(Span::new(id, start, stop), "r");
            assert!(d.render(&sources).contains(" = try: "));
            #[cfg(feature = "pretty")]
            assert!(!d.render_pretty(&sources, true).is_empty());
        }
    }
}

#[test]
fn a_giant_line_costs_no_more_than_a_short_one() {
    let text = "é + ".repeat(2 << 20);
    let mut sources = SourceMap::default();
    let end = text.len();
    let id = sources.add("x", text).unwrap();
    let start = std::time::Instant::now();
    for at in (0..end).step_by(end / 1_000) {
        let d = Diagnostic::error(Code::Unexpected, span(id, (at, at + 9)), "m");
        assert!(d.render(&sources).len() < 1_000);
    }
    assert!(start.elapsed().as_secs() < 5, "took {:?}", start.elapsed());
}

#[test]
fn of_very_many_repairs_a_few_are_told() {
    let text = "oops\n".repeat(200);
    let mut sources = SourceMap::default();
    let id = sources.add("main.pvd", text).unwrap();
    let d = Diagnostic::error(Code::Unexpected, span(id, (0, 4)), "m");
    let all = (0..200).map(|line| span(id, (5 * line, 5 * line + 4)));
    let drawn = all.fold(d, |d, at| d.suggest(at, "fine")).render(&sources);
    assert_eq!(drawn.matches("in place of `oops`").count(), 6);
    assert!(drawn.ends_with("= try: and 194 more\n"), "{drawn}");
}
