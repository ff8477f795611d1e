//! The builder: what is fused, what is not, limits, drawings.

use super::testing::Make;
use super::words::say;
use super::{Graph, Node, export};
use crate::diagnostic::Code;
use crate::hir::{ArithOp, CompareOp, DefId, ExprKind, HitPolicy, RangeEnd, Ty};
use crate::limits::Limits;

fn root(graph: &Graph, def: DefId) -> Node {
    *graph.node(graph.def(def).root)
}

#[test]
fn questions_about_one_input_are_one_test() {
    let mut m = Make::new();
    let day = m.enumeration("Day", &["mon", "tue", "wed", "sun"]);
    let tier = m.enumeration("Tier", &["guest", "gold"]);
    let many: Vec<String> = (0..70).map(|n| format!("m{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let wide = m.enumeration("Wide", &many);
    let inputs = [
        m.input("day", day.clone()),
        m.input("tier", tier.clone().optional()),
        m.input("wide", wide.clone()),
        m.input("age", Ty::Int),
        m.input("fee", Ty::Decimal),
        m.input("name", Ty::Text),
        m.input("member", Ty::Bool),
    ];
    let [d, t, w, a, f, n, b] = inputs.map(|i| m.get(i));
    let (mon, tue, gold, far) = (
        m.member(&day, 0),
        m.member(&day, 1),
        m.member(&tier, 1),
        m.member(&wide, 69),
    );
    let (eighteen, five, text) = (m.int(18), m.decimal("5.5"), m.text("x\"y"));
    let days = m.list(&[tue, mon]);
    let eq = m.compare(CompareOp::Eq, d, mon);
    let weekdays = m.in_list(d, days);
    let is = m.is(t, gold);
    let there = m.is_present(t);
    let minor = m.compare(CompareOp::Gt, eighteen, a);
    let sixty = m.int(65);
    let range = m.expr(
        Ty::Bool,
        ExprKind::InRange(a, eighteen, sixty, RangeEnd::Exclusive),
    );
    let fee = m.compare(CompareOp::Ge, f, five);
    let name = m.compare(CompareOp::Eq, n, text);
    let last = m.compare(CompareOp::Ne, w, far);
    let cases = [
        (eq, "day == mon", "day in [tue, wed, sun]"),
        (weekdays, "day in [mon, tue]", "day in [wed, sun]"),
        (is, "tier is gold", "not (tier is gold)"),
        (there, "tier is present", "tier is missing"),
        (minor, "age <= 17", "age >= 18"),
        (range, "age in 18..=64", "age not in 18..=64"),
        (fee, "fee >= 5.5", "fee < 5.5"),
        (name, "name == \"x\\\"y\"", "name != \"x\\\"y\""),
        (last, "wide != m69", "wide == m69"),
        (b, "member", "not member"),
    ];
    for (at, (expr, words, opposite)) in cases.into_iter().enumerate() {
        let not = m.not(expr);
        let twice = m.not(not);
        let [expr, not, twice] =
            [expr, not, twice].map(|e| m.segment(&format!("s{at}x{}", e.index()), e));
        let graph = m.graph().unwrap();
        let say = |def: DefId| say(&graph, &m.program, graph.def(def).root);
        assert_eq!(say(expr), words);
        // Of what is never missing, the bits that say missing are not worth a word.
        assert_eq!(
            say(not).replace("day != mon", opposite),
            opposite.replace("day in [wed, sun]", &say(not))
        );
        assert_eq!(graph.def(expr).root, graph.def(twice).root);
        let leaf = |def| {
            matches!(
                root(&graph, def),
                Node::Test(_)
                    | Node::DecimalTest { .. }
                    | Node::TextTest { .. }
                    | Node::Is(..)
                    | Node::Not(_)
            )
        };
        assert!(leaf(expr) && leaf(not), "{words}");
    }
}

#[test]
fn conditions_become_blocks() {
    let mut m = Make::new();
    let (a, b) = (m.input("a", Ty::Int), m.input("b", Ty::Bool));
    let (a, b, one, nine) = (m.get(a), m.get(b), m.int(1), m.int(9));
    let low = m.compare(CompareOp::Ge, a, one);
    let high = m.compare(CompareOp::Le, a, nine);
    let inner = m.and(&[low, high]);
    let seg = m.segment("seg", inner);
    let seg = m.def(seg);
    let outside = m.not(seg);
    let sum = m.chain(a, &[(ArithOp::Add, one)]);
    let sum = m.compare(CompareOp::Gt, sum, nine);
    let all = m.and(&[seg, b, low, sum, b]);
    let all = m.segment("all", all);
    let any = m.or(&[outside, b]);
    let any = m.segment("any", any);
    let same = m.or(&[low, outside]);
    let same = m.segment("same", same);
    let graph = m.graph().unwrap();
    let Node::And(list, block) = root(&graph, all) else {
        panic!("{:?}", root(&graph, all))
    };
    // `seg`, `b`, `low` are two tests: a range and a bool. The repeated `b` is gone.
    assert_eq!((list.0.len, block.covered, block.tests.0.len), (4, 3, 2));
    let Node::Or(_, block) = root(&graph, any) else {
        panic!("{:?}", root(&graph, any))
    };
    assert_eq!((block.covered, block.tests.0.len), (2, 2));
    let Node::Or(_, block) = root(&graph, same) else {
        panic!("{:?}", root(&graph, same))
    };
    assert_eq!((block.covered, block.tests.0.len), (2, 2));
}

#[test]
fn equal_parts_are_one_node() {
    let size = |fallible: bool| {
        let mut m = Make::new();
        let a = m.input("a", Ty::Int);
        for at in 0..3 {
            let (get, one) = (m.get(a), m.int(1));
            let value = if fallible {
                m.chain(get, &[(ArithOp::Add, one)])
            } else {
                m.list(&[get, one])
            };
            m.named(&format!("value{at}"), value);
        }
        m.graph().unwrap().size()
    };
    assert_eq!(size(false), 3);
    // What can overflow is kept apart, so that an overflow names the place it was written at.
    assert_eq!(size(true), 5);
}

#[test]
fn limits_are_kept() {
    let mut m = Make::new();
    let a = m.input("a", Ty::Int);
    let mut value = m.get(a);
    for _ in 0..2_000 {
        value = m.expr(Ty::Int, ExprKind::Neg(value));
    }
    m.named("deep", value);
    let error = Graph::build(&m.program, &Limits::default()).unwrap_err();
    assert_eq!(error[0].code, Code::TooDeep);
    let limits = Limits {
        graph_nodes: 500,
        graph_depth: 5_000,
        ..Limits::default()
    };
    let error = Graph::build(&m.program, &limits).unwrap_err();
    assert_eq!(error[0].code, Code::TooLarge);
}

#[test]
fn drawings_say_what_authors_say() {
    let mut m = Make::new();
    let tier = m.enumeration("Tier", &["guest", "gold"]);
    let help = m.enumeration("Help", &["chat", "agent"]);
    let (t, a) = (
        m.input("customer_tier", tier.clone()),
        m.input("age", Ty::Int),
    );
    let (get_t, get_a, gold, limit) = (m.get(t), m.get(a), m.member(&tier, 1), m.int(18));
    let adult = m.compare(CompareOp::Ge, get_a, limit);
    let adult = m.segment("adult", adult);
    let (adult, is_gold) = (m.def(adult), m.compare(CompareOp::Eq, get_t, gold));
    let both = m.and(&[adult, is_gold]);
    let (chat, agent) = (m.member(&help, 0), m.member(&help, 1));
    let first = m.decision("assistance", &[(Some(both), agent), (None, chat)]);
    let value = m.def(first);
    m.table("table", HitPolicy::Collect, &[(vec![None], value)], None);
    let graph = m.graph().unwrap();
    let dot = export::dot(&graph, &m.program, Some(first));
    for part in [
        "label=\"segment adult\"",
        "label=\"age >= 18\"",
        "label=\"customer_tier == gold\"",
        "label=\"agent\"",
        "label=\"rule 1\"",
        "label=\"otherwise 2\"",
        "d1n1 -> d1n3 [label=\"when\"]",
        "d1n3 -> d0n0",
    ] {
        assert!(dot.contains(part), "{part} is not in\n{dot}");
    }
    assert!(!dot.contains("table"));
    let mermaid = export::mermaid(&graph, &m.program, None);
    assert!(mermaid.contains("[\"age &gt;= 18\"]") && mermaid.contains("all rows that fit"));
    assert_eq!(mermaid, export::mermaid(&graph, &m.program, None));
    let json: serde_json::Value =
        serde_json::from_str(&export::json(&graph, &m.program, None)).unwrap();
    assert_eq!(json["definitions"].as_array().unwrap().len(), 3);
    assert_eq!(json["definitions"][0]["items"][0]["text"], "age >= 18");
}
