//! Evaluation against what the language says, on programs put together by hand.

use super::*;
use crate::graph::testing::Make;
use crate::hir::{ArithOp, CompareOp, HitPolicy, InputId, Ty};
use crate::value::Value;
use std::collections::BTreeSet;

/// What a definition gives: plainly, and the same with every probe.
fn decide_all(graph: &Graph, inputs: &Inputs, def: DefId) -> Result<(Hit, Value), FaultKind> {
    let mut scratch = Scratch::new(graph);
    let mut reads = Reads::new(graph);
    let mut recording = Recording::default();
    let plain = decide(graph, inputs, &mut scratch, def, &mut NoProbe);
    let value = plain.map(|o| scratch.view(graph, inputs, o.value).to_value());
    let hits = scratch.hits().to_vec();
    let read = decide(graph, inputs, &mut scratch, def, &mut reads);
    assert_eq!(read, plain);
    let traced = decide(graph, inputs, &mut scratch, def, &mut recording);
    assert_eq!(traced, plain);
    assert_eq!(scratch.hits(), hits);
    let recorded = recording.events.iter().filter_map(|event| match event {
        Event::Read(input, _) => Some(*input),
        _ => None,
    });
    let recorded: BTreeSet<InputId> = recorded.collect();
    assert_eq!(recorded, reads.iter().collect());
    match (plain, value) {
        (Ok(outcome), Ok(value)) => Ok((outcome.hit, value)),
        (Err(fault), _) | (_, Err(fault)) => Err(fault.kind),
    }
}

fn read(graph: &Graph, inputs: &Inputs, def: DefId) -> Vec<InputId> {
    let mut reads = Reads::new(graph);
    let _ = decide(graph, inputs, &mut Scratch::new(graph), def, &mut reads);
    reads.iter().collect()
}

fn truth(value: bool) -> Result<(Hit, Value), FaultKind> {
    Ok((Hit::None, Value::Bool(value)))
}

#[test]
fn first_rule_that_holds() {
    let mut m = Make::new();
    let tier = m.enumeration("Tier", &["guest", "member", "gold"]);
    let (t, age) = (m.input("tier", tier.clone()), m.input("age", Ty::Int));
    let (get_t, get_age, gold) = (m.get(t), m.get(age), m.member(&tier, 2));
    let is_gold = m.compare(CompareOp::Eq, get_t, gold);
    let eighteen = m.int(18);
    let adult = m.compare(CompareOp::Ge, get_age, eighteen);
    let adult = m.segment("adult", adult);
    let adult = m.def(adult);
    let both = m.and(&[is_gold, adult]);
    let (one, two, three) = (m.int(1), m.int(2), m.int(3));
    let d = m.decision("d", &[(Some(both), one), (Some(adult), two), (None, three)]);
    let graph = m.graph().unwrap();
    let mut inputs = Inputs::new(&m.program);
    for (member, years, rule) in [(2, 18, 0), (2, 17, 2), (1, 30, 1), (0, 3, 2)] {
        inputs.set_member(t, member);
        inputs.set_int(age, years);
        let expected = Value::Int(i64::from(rule) + 1);
        let hit = Hit::Rule(rule);
        assert_eq!(decide_all(&graph, &inputs, d), Ok((hit, expected)));
    }
    assert_eq!(read(&graph, &inputs, d), [t, age]);
    // With a guest, the first rule asks no age; the second does.
    inputs.set_member(t, 0);
    assert_eq!(read(&graph, &inputs, d), [t, age]);
}

#[test]
fn short_circuit_decides_reads_and_overflow() {
    let mut m = Make::new();
    let (a, b) = (m.input("a", Ty::Int), m.input("b", Ty::Bool));
    let (get_a, get_b, one, ten) = (m.get(a), m.get(b), m.int(1), m.int(10));
    let sum = m.chain(get_a, &[(ArithOp::Add, one)]);
    let big = m.compare(CompareOp::Gt, sum, ten);
    let yes = m.and(&[get_b, big]);
    let first = m.segment("first", yes);
    let no = m.truth(false);
    let decided = m.and(&[big, no]);
    let last = m.segment("last", decided);
    let or = m.or(&[get_b, big]);
    let or = m.segment("or", or);
    let graph = m.graph().unwrap();
    let mut inputs = Inputs::new(&m.program);
    inputs.set_int(a, i64::MAX);
    inputs.set_bool(b, false);
    assert_eq!(decide_all(&graph, &inputs, first), truth(false));
    assert_eq!(read(&graph, &inputs, first), [b]);
    assert_eq!(decide_all(&graph, &inputs, or), Err(FaultKind::IntOverflow));
    // `big and false` is false, but not before `big` has been asked.
    assert_eq!(
        decide_all(&graph, &inputs, last),
        Err(FaultKind::IntOverflow)
    );
    inputs.set_bool(b, true);
    assert_eq!(
        decide_all(&graph, &inputs, first),
        Err(FaultKind::IntOverflow)
    );
    assert_eq!(decide_all(&graph, &inputs, or), truth(true));
    assert_eq!(read(&graph, &inputs, or), [b]);
    inputs.set_int(a, 3);
    assert_eq!(decide_all(&graph, &inputs, last), truth(false));
    assert_eq!(read(&graph, &inputs, last), [a]);
}

#[test]
fn constants_fold_unless_they_overflow() {
    let mut m = Make::new();
    let (max, one, two) = (m.int(i64::MAX), m.int(1), m.int(2));
    let over = m.chain(max, &[(ArithOp::Add, one)]);
    let over = m.named("over", over);
    let fine = m.chain(one, &[(ArithOp::Add, two), (ArithOp::Mul, two)]);
    let fine = m.named("fine", fine);
    let (d, e) = (m.decimal("79228162514264337593543950335"), m.decimal("2"));
    let wide = m.chain(d, &[(ArithOp::Mul, e)]);
    let wide = m.named("wide", wide);
    let graph = m.graph().unwrap();
    let inputs = Inputs::new(&m.program);
    assert_eq!(
        decide_all(&graph, &inputs, over),
        Err(FaultKind::IntOverflow)
    );
    assert_eq!(
        decide_all(&graph, &inputs, fine),
        Ok((Hit::None, Value::Int(6)))
    );
    assert!(matches!(
        graph.node(graph.def(fine).root),
        crate::graph::Node::Const(_)
    ));
    assert_eq!(
        decide_all(&graph, &inputs, wide),
        Err(FaultKind::DecimalOverflow)
    );
}

#[test]
fn optional_inputs() {
    let mut m = Make::new();
    let tier = m.enumeration("Tier", &["guest", "member", "gold"]);
    let t = m.input("tier", tier.clone().optional());
    let n = m.input("n", Ty::Int.optional());
    let (get_t, get_n, gold, five) = (m.get(t), m.get(n), m.member(&tier, 2), m.int(5));
    let is_gold = m.is(get_t, gold);
    let is_not_gold = m.not(is_gold);
    let is_five = m.is(get_n, five);
    let is_not_five = m.not(is_five);
    let missing = m.is_present(get_n);
    let missing = m.not(missing);
    let sure = m.unwrap(get_n);
    let small = m.compare(CompareOp::Lt, sure, five);
    let missing_or_small = m.or(&[missing, small]);
    let default = m.expr(Ty::Int, crate::hir::ExprKind::Else(vec![get_n, five]));
    let default = m.compare(CompareOp::Eq, default, five);
    let all = [
        is_gold,
        is_not_gold,
        is_five,
        is_not_five,
        missing_or_small,
        default,
    ];
    let names = ["a", "b", "c", "d", "e", "f"];
    let defs: Vec<DefId> = all
        .iter()
        .zip(names)
        .map(|(e, name)| m.segment(name, *e))
        .collect();
    let graph = m.graph().unwrap();
    let mut inputs = Inputs::new(&m.program);
    let mut check = |member: Option<u32>, number: Option<i64>, expected: [bool; 6]| {
        inputs.reset();
        member.into_iter().for_each(|x| inputs.set_member(t, x));
        number.into_iter().for_each(|x| inputs.set_int(n, x));
        for (def, expected) in defs.iter().zip(expected) {
            assert_eq!(
                decide_all(&graph, &inputs, *def),
                truth(expected),
                "{def:?}"
            );
        }
    };
    check(None, None, [false, true, false, true, true, true]);
    check(Some(2), Some(5), [true, false, true, false, false, true]);
    check(Some(0), Some(0), [false, true, false, true, true, false]);
    check(Some(1), Some(9), [false, true, false, true, false, false]);
}

#[test]
fn records_of_inputs() {
    let mut m = Make::new();
    let inner = m.record_type("Place", &[("hall", Ty::Int)]);
    let showing = m.record_type("Showing", &[("film", Ty::Text), ("place", inner.clone())]);
    let s = m.input("showing", showing.clone().optional());
    let film = m.input("showing.film", Ty::Text);
    let place = m.input("showing.place", inner);
    let hall = m.input("showing.place.hall", Ty::Int);
    let other = m.input("other", showing.clone().optional());
    let other_film = m.input("other.film", Ty::Text);
    let (get_s, get_o, get_place) = (m.get(s), m.get(other), m.get(place));
    let whole = m.named("whole", get_s);
    let same = m.is(get_s, get_o);
    let same = m.segment("same", same);
    let there = m.is_present(get_place);
    let there = m.segment("there", there);
    let (no, yes) = (m.missing(), m.truth(true));
    let chosen = m.conditional(yes, get_s, no);
    let chosen = m.expr(Ty::Text.optional(), crate::hir::ExprKind::Field(chosen, 0));
    let chosen = m.named("chosen", chosen);
    let graph = m.graph().unwrap();
    let mut inputs = Inputs::new(&m.program);
    assert_eq!(
        decide_all(&graph, &inputs, whole),
        Ok((Hit::None, Value::Missing))
    );
    assert_eq!(decide_all(&graph, &inputs, there), truth(false));
    inputs.set_present(s, true);
    inputs.set_text(film, "Dune");
    inputs.set_int(hall, 3);
    let dune = Value::Text("Dune".into());
    let record = Value::Record([dune.clone(), Value::Record([Value::Int(3)].into())].into());
    assert_eq!(decide_all(&graph, &inputs, whole), Ok((Hit::None, record)));
    assert_eq!(decide_all(&graph, &inputs, there), truth(true));
    assert_eq!(read(&graph, &inputs, there), [place]);
    assert_eq!(decide_all(&graph, &inputs, chosen), Ok((Hit::None, dune)));
    assert_eq!(decide_all(&graph, &inputs, same), truth(false));
    inputs.set_present(other, true);
    inputs.set_text(other_film, "Dune");
    assert_eq!(decide_all(&graph, &inputs, same), truth(false));
    inputs.set_present(s, false);
    assert!(!inputs.is_present(hall) && !inputs.is_present(place));
    assert_eq!(decide_all(&graph, &inputs, there), truth(false));
}

#[test]
fn collect_tables_and_built_values() {
    let mut m = Make::new();
    let n = m.input("n", Ty::Int);
    let pair = m.record_type("Pair", &[("a", Ty::Int), ("b", Ty::Int)]);
    let (get, one, two) = (m.get(n), m.int(1), m.int(2));
    let next = m.chain(get, &[(ArithOp::Add, one)]);
    let (over_one, over_two) = (
        m.compare(CompareOp::Gt, get, one),
        m.compare(CompareOp::Gt, get, two),
    );
    // Written in another order than declared.
    let dynamic = m.record(&pair, &[(1, next), (0, get)]);
    let constant = m.record(&pair, &[(0, one), (1, two)]);
    let rows = [
        (vec![Some(over_one), None], dynamic),
        (vec![None, Some(over_two)], constant),
    ];
    let t = m.table("t", HitPolicy::Collect, &rows, None);
    let list = m.def(t);
    let held = m.in_list(constant, list);
    let held = m.segment("held", held);
    let graph = m.graph().unwrap();
    let mut inputs = Inputs::new(&m.program);
    let of = |a, b| Value::Record([Value::Int(a), Value::Int(b)].into());
    inputs.set_int(n, 0);
    assert_eq!(
        decide_all(&graph, &inputs, t),
        Ok((Hit::None, Value::List([].into())))
    );
    inputs.set_int(n, 2);
    let one = Value::List([of(2, 3)].into());
    assert_eq!(decide_all(&graph, &inputs, t), Ok((Hit::Rows, one)));
    assert_eq!(decide_all(&graph, &inputs, held), truth(false));
    inputs.set_int(n, 7);
    let both = Value::List([of(7, 8), of(1, 2)].into());
    assert_eq!(decide_all(&graph, &inputs, t), Ok((Hit::Rows, both)));
    assert_eq!(decide_all(&graph, &inputs, held), truth(true));
}

#[test]
fn a_definition_is_evaluated_at_most_once() {
    let mut m = Make::new();
    let n = m.input("n", Ty::Int);
    let (mut value, two) = (m.get(n), m.int(2));
    // Each needs the one before twice: without memory, 2^60 steps.
    for level in 0..60 {
        let double = m.chain(value, &[(ArithOp::Sub, value), (ArithOp::Add, value)]);
        let fresh = m.chain(double, &[(ArithOp::Mul, two), (ArithOp::Sub, double)]);
        let def = m.named(&format!("level{level}"), fresh);
        value = m.def(def);
    }
    let last = m.named("last", value);
    let graph = m.graph().unwrap();
    let mut inputs = Inputs::new(&m.program);
    inputs.set_int(n, 5);
    assert_eq!(
        decide_all(&graph, &inputs, last),
        Ok((Hit::None, Value::Int(5)))
    );
}

#[test]
fn the_deepest_graph_fits_a_small_stack() {
    let mut m = Make::new();
    let n = m.input("n", Ty::Int);
    let pair = m.record_type("Pair", &[("a", Ty::Int)]);
    let (zero, one, yes) = (m.int(0), m.int(1), m.input("yes", Ty::Bool));
    let yes = m.get(yes);
    let mut value = m.get(n);
    // Every kind of node in turn, through definitions, as deep as allowed.
    for level in 0.. {
        let under = m.compare(CompareOp::Ge, value, zero);
        let both = m.and(&[yes, under]);
        let either = m.or(&[both, yes]);
        let opposite = m.not(either);
        let sum = m.conditional(opposite, one, value);
        let sum = m.chain(sum, &[(ArithOp::Add, zero)]);
        let record = m.record(&pair, &[(0, sum)]);
        let field = m.expr(Ty::Int, crate::hir::ExprKind::Field(record, 0));
        let rules = [(Some(either), field), (None, zero)];
        let def = m.decision(&format!("level{level}"), &rules);
        value = m.def(def);
        if m.graph().is_err() {
            assert!(level > 80, "{level}");
            m.program.defs.pop();
            m.program.order.pop();
            break;
        }
    }
    let last = *m.program.order.last().unwrap();
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let run = move || {
        let graph = m.graph().unwrap();
        assert!(graph.depth() > 980, "{}", graph.depth());
        let mut inputs = Inputs::new(&m.program);
        inputs.set_int(n, 41);
        inputs.set_bool(InputId(1), true);
        decide_all(&graph, &inputs, last)
    };
    let answer = small.spawn(run).unwrap().join().unwrap();
    assert_eq!(answer, Ok((Hit::Rule(0), Value::Int(41))));
}

#[test]
fn shared_arithmetic_is_kept() {
    let mut m = Make::new();
    let (a, b) = (m.input("a", Ty::Decimal), m.input("b", Ty::Decimal));
    let (get_a, get_b, zero) = (m.get(a), m.get(b), m.decimal("0"));
    let ratio = m.expr(
        Ty::Decimal.optional(),
        crate::hir::ExprKind::TryDiv(get_a, get_b),
    );
    let ratio = m.expr(Ty::Decimal, crate::hir::ExprKind::Else(vec![ratio, zero]));
    let mut rules = Vec::new();
    for (limit, value) in [("3", 3), ("2", 2), ("1", 1)] {
        let limit = m.decimal(limit);
        let over = m.compare(CompareOp::Gt, ratio, limit);
        let value = m.int(value);
        rules.push((Some(over), value));
    }
    let none = m.int(0);
    rules.push((None, none));
    let d = m.decision("d", &rules);
    let graph = m.graph().unwrap();
    // One for the definition, one for the division.
    assert_eq!(graph.cells(), 2);
    let mut inputs = Inputs::new(&m.program);
    for (x, y, rule) in [
        ("7", "2", 0),
        ("5", "2", 1),
        ("3", "2", 2),
        ("1", "2", 3),
        ("1", "0", 3),
    ] {
        inputs.set_decimal(a, x.parse().unwrap());
        inputs.set_decimal(b, y.parse().unwrap());
        let expected = Value::Int(3 - i64::from(rule));
        assert_eq!(
            decide_all(&graph, &inputs, d),
            Ok((Hit::Rule(rule), expected))
        );
    }
    inputs.set_decimal(a, "79228162514264337593543950335".parse().unwrap());
    inputs.set_decimal(b, "0.1".parse().unwrap());
    assert_eq!(
        decide_all(&graph, &inputs, d),
        Err(FaultKind::DecimalOverflow)
    );
}
