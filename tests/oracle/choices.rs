//! Laws of next best actions, on generated rulesets that have some: what an arbitration tells is what was decided; a
//! pervasive choice is the same on every channel; in which order actions stand in the text makes no difference; a choice
//! and its weights reach what their scopes name.

use super::generate::{Brought, Generated, generate};
use super::generate_actions::Chooses;
use super::given::Given;
use super::hosts;
use super::number;
use super::reference::actions::{Told as Expected, arbitrate, shown};
use super::reference::{Facts, Val};
use super::tape::{Case, Cases};
use super::{calendar, expected};
use pervade::internals::hir::{DefId, DefKind, Ty};
use pervade::{Arbitration, Context, Decimal, Decision, Error, MemorySources, Ruleset, Stage};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Rulesets of the usual run of each law, of which some have next best actions; `PERVADE_CHOICES` asks for others.
const RULESETS: u32 = 300;
/// Of the law that looks at leases: some take very many decisions to find.
const LEASES: u32 = 80;

/// How often what was met.
type Met = BTreeMap<&'static str, usize>;

fn count(met: &mut Met, thing: &'static str, times: usize) {
    *met.entry(thing).or_default() += times;
}

/// Holds a law against generated rulesets with next best actions; tells what was met, which must be all of `least`.
fn law(
    (seed, rulesets): (u8, u32),
    least: &[&'static str],
    holds: impl Fn(&Generated, &Ruleset, &mut Met) -> Result<(), String>,
) {
    let asked = std::env::var("PERVADE_CHOICES").ok();
    let cases = asked.and_then(|n| n.parse().ok()).unwrap_or(rulesets);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let met = RefCell::new(Met::new());
    let check = |case: &Case| {
        let made = generate(case);
        if made.choices.is_empty() {
            return Ok(());
        }
        let rules = compile(&made.sources)?;
        count(&mut met.borrow_mut(), "rulesets", 1);
        holds(&made, &rules, &mut met.borrow_mut())
    };
    let outcome = TestRunner::new_with_rng(config, rng).run(&Cases { contexts: 4 }, |case| {
        check(&case).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, case)) => panic!("{why}\n{}", generate(&case).text()),
        Err(other) => panic!("{other}"),
    }
    println!("{:#?}", met.borrow());
    for thing in least {
        assert!(met.borrow().contains_key(thing), "never met: {thing}");
    }
}

fn compile(sources: &[(String, String)]) -> Result<Ruleset, String> {
    let mut texts = MemorySources::new();
    for (name, text) in sources {
        texts = texts.with(name, text);
    }
    Ruleset::compile(&texts, "main.pvd").map_err(|error| error.to_string())
}

/// A next best action with its definition.
fn choice(rules: &Ruleset, chooses: &Chooses) -> DefId {
    rules
        .program()
        .find(&chooses.name)
        .expect("a next best action")
}

fn decided(rules: &Ruleset, name: &str, context: &Context) -> Result<Decision<Json>, Error> {
    rules.decision::<Json>(name)?.decide(context)
}

fn at(given: &Brought, why: String) -> String {
    format!(
        "{why}\ncontext {}\ntouchpoint {}\nnow {}",
        given.context.json(),
        given.touchpoint.json(),
        calendar::instant_text(given.now)
    )
}

#[test]
fn an_arbitration_tells_what_was_decided() {
    let least = [
        "rejected by rank",
        "rejected by suitable",
        "treatments",
        "none where no treatment fits",
    ];
    law((11, RULESETS), &least, |made, rules, met| {
        for (place, given) in made.contexts.iter().enumerate() {
            let context = hosts::context(rules, place, given).map_err(|e| e.to_string())?;
            for chooses in &made.choices {
                let told = tells(rules, choice(rules, chooses), (given, &context), met);
                told.map_err(|why| at(given, format!("`{}`: {why}", chooses.name)))?;
            }
        }
        Ok(())
    });
}

fn tells(
    rules: &Ruleset,
    id: DefId,
    (given, context): (&Brought, &Context),
    met: &mut Met,
) -> Result<(), String> {
    let program = rules.program();
    let facts = Facts {
        context: &given.context,
        touchpoint: &given.touchpoint,
        now: given.now,
        events: &[],
    };
    let Ok(decision) = decided(rules, &program.def(id).name, context) else {
        count(met, "overflows", 1);
        return Ok(());
    };
    let expected = arbitrate(program, facts, id, None);
    let (arbitration, expected) = match (decision.arbitration(), expected) {
        (Ok(got), Ok(expected)) => (got, expected),
        (Err(got), Err(expected)) if hosts::failure(&got).as_ref() == Ok(&expected) => {
            count(met, "overflows in treatments", 1);
            return Ok(());
        }
        (got, expected) => return Err(format!("expected {expected:?}, got {got:?}")),
    };
    count(met, "decisions", 1);
    agrees_with_decision(&arbitration, &decision)?;
    let text = arbitration.to_string();
    let candidates = match &program.def(id).kind {
        DefKind::NextBestAction(choice) => choice.candidates.iter(),
        _ => unreachable!("a next best action"),
    };
    for name in candidates.clone().map(|c| &c.action.name) {
        // (Of very many that are rejected not each is told.)
        if arbitration.rejected().len() <= 20 && !text.contains(&format!("`{name}`")) {
            return Err(format!("nothing is said of `{name}`:\n{text}"));
        }
    }
    all_are_told_once(
        &arbitration,
        candidates.map(|c| c.action.name.as_str()).collect(),
    )?;
    let ty = shown(program, id);
    agrees_with_reference(&arbitration, &expected, met, |treatment| {
        let ty = ty.as_ref().unwrap_or(&Ty::Never);
        expected::json(program, ty, treatment)
    })
}

/// The chosen actions are those of the value and of the labels, in order.
fn agrees_with_decision(all: &Arbitration, decision: &Decision<Json>) -> Result<(), String> {
    let chosen: Vec<(&str, &str)> = all
        .chosen()
        .iter()
        .map(|c| (c.action(), c.group()))
        .collect();
    let items = decision.value().as_array().ok_or("no list")?.iter();
    let text = |item: &'_ Json, field: &str| item[field].as_str().map(str::to_owned);
    let items: Vec<_> = items
        .map(|i| {
            (
                text(i, "action").unwrap_or_default(),
                text(i, "group").unwrap_or_default(),
            )
        })
        .collect();
    let items: Vec<(&str, &str)> = items
        .iter()
        .map(|(a, g)| (a.as_str(), g.as_str()))
        .collect();
    let labels: Vec<&str> = decision.labels().iter().map(String::as_str).collect();
    let names: Vec<&str> = chosen.iter().map(|(action, _)| *action).collect();
    if chosen != items || names != labels {
        return Err(format!(
            "chosen {chosen:?}, value {items:?}, labels {labels:?}"
        ));
    }
    Ok(())
}

/// Each action is chosen or rejected, and told once.
fn all_are_told_once(all: &Arbitration, mut candidates: Vec<&str>) -> Result<(), String> {
    let chosen = all.chosen().iter().map(|c| c.action());
    let mut told: Vec<&str> = chosen
        .chain(all.rejected().iter().map(|r| r.action()))
        .collect();
    told.sort_unstable();
    candidates.sort_unstable();
    if told != candidates {
        return Err(format!("told of {told:?}, chosen from {candidates:?}"));
    }
    Ok(())
}

fn same(number: Decimal, expected: &num_rational::BigRational) -> bool {
    number::parse(&number.to_string()) == *expected
}

/// Stages, priorities, factors and treatments, in order.
fn agrees_with_reference(
    all: &Arbitration,
    expected: &[Expected],
    met: &mut Met,
    json: impl Fn(&Val) -> Json,
) -> Result<(), String> {
    let (chosen, rejected) = expected.split_at(all.chosen().len());
    for (got, expected) in all.chosen().iter().zip(chosen) {
        let numbers = expected.numbers.as_ref();
        let numbers = numbers.filter(|_| expected.chosen && expected.action == got.action());
        let numbers = numbers.ok_or(format!("chosen {got:?}, expected {expected:?}"))?;
        let of = got.factors();
        let factors = [of.propensity, of.value, of.weight, of.lever];
        let alike = factors.iter().zip(&numbers.factors).all(|pair| match pair {
            (Some(got), Some(expected)) => same(*got, expected),
            (None, None) => true,
            _ => false,
        });
        if !alike || !same(got.priority(), &numbers.rank) || got.group() != expected.group {
            return Err(format!("got {got:?} with {of:?}, expected {expected:?}"));
        }
        let treatment = got.treatment::<Json>().map_err(|e| e.to_string())?;
        let wanted = Some(&expected.treatment)
            .filter(|t| **t != Val::Missing)
            .map(&json);
        if treatment != wanted {
            return Err(format!("shown {treatment:?}, expected {wanted:?}"));
        }
        let thing = match treatment.is_some() {
            true => "treatments",
            false => "none where no treatment fits",
        };
        count(met, thing, 1);
    }
    for (got, expected) in all.rejected().iter().zip(rejected) {
        let priority = match (got.priority(), &expected.numbers) {
            (Some(got), Some(expected)) => same(got, &expected.rank),
            (None, None) => true,
            _ => false,
        };
        // What qualifies lacks no condition.
        let qualifies = matches!(got.stage(), Stage::HoldOut | Stage::Policy | Stage::Rank);
        let told = got.condition().is_none() == qualifies;
        let alike = got.action() == expected.action
            && got.group() == expected.group
            && got.stage() == expected.stage;
        if !alike || !priority || !told || expected.chosen {
            return Err(format!("got {got:?}, expected {expected:?}"));
        }
        count(met, rejected_by(got.stage()), 1);
    }
    Ok(())
}

fn rejected_by(stage: Stage) -> &'static str {
    match stage {
        Stage::Eligible => "rejected by eligible",
        Stage::Applicable => "rejected by applicable",
        Stage::Suitable => "rejected by suitable",
        Stage::Valid => "rejected by valid",
        Stage::Touchpoint => "rejected by touchpoint",
        _ => "rejected by rank",
    }
}

#[test]
fn a_pervasive_choice_is_the_same_on_every_channel() {
    let least = ["the same, with something chosen", "other treatments"];
    law((12, RULESETS), &least, |made, rules, met| {
        for (place, given) in made.contexts.iter().enumerate() {
            for chooses in made.choices.iter().filter(|c| c.pervasive) {
                let everywhere = everywhere(made, rules, given);
                let on_each: Vec<Told> = everywhere
                    .iter()
                    .map(|given| told(rules, place, chooses, given))
                    .collect::<Result<_, _>>()?;
                for (other, told) in everywhere.iter().zip(&on_each).skip(1) {
                    if told.decision != on_each[0].decision {
                        let why = format!("`{}`: {:?}\n{:?}", chooses.name, on_each[0], told);
                        return Err(at(other, why));
                    }
                    count(met, "the same", 1);
                    if told.chooses {
                        count(met, "the same, with something chosen", 1);
                    }
                    if told.treatments != on_each[0].treatments {
                        count(met, "other treatments", 1);
                    }
                }
            }
        }
        Ok(())
    });
}

/// A decision and its treatments, as texts; the kind of error where arithmetic overflowed.
#[derive(Debug)]
struct Told {
    decision: String,
    chooses: bool,
    treatments: String,
}

fn told(rules: &Ruleset, place: usize, chooses: &Chooses, given: &Brought) -> Result<Told, String> {
    let context = hosts::context(rules, place, given).map_err(|e| e.to_string())?;
    let written = |arbitration: Arbitration| {
        let all = arbitration.chosen().iter().map(|c| c.treatment::<Json>());
        format!("{:?}", all.collect::<Vec<_>>())
    };
    Ok(match decided(rules, &chooses.name, &context) {
        Ok(decision) => Told {
            decision: serde_json::to_string(&decision).map_err(|e| e.to_string())?,
            chooses: !decision.labels().is_empty(),
            treatments: decision
                .arbitration()
                .map_or("overflow".to_owned(), written),
        },
        Err(error) => Told {
            decision: error.to_string(),
            chooses: false,
            treatments: String::new(),
        },
    })
}

/// The same customer at the same instant: on every channel with all else alike, and on the other touchpoints.
fn everywhere(made: &Generated, rules: &Ruleset, given: &Brought) -> Vec<Brought> {
    let mut all = vec![given.clone()];
    let program = rules.program();
    let channel = program
        .inputs()
        .iter()
        .find(|i| i.path == "touchpoint.channel");
    let members = match channel.map(|i| i.ty.present()) {
        Some(Ty::Enum(id)) => program.enumeration(*id).members.as_slice(),
        _ => return all,
    };
    for member in members {
        let Given::Record(mut fields) = given.touchpoint.clone() else {
            unreachable!("a touchpoint is a record");
        };
        for (name, value) in &mut fields {
            if name == "channel" {
                *value = Given::Member(member.clone());
            }
        }
        all.push(Brought {
            touchpoint: Given::Record(fields),
            ..given.clone()
        });
    }
    all.extend(made.contexts.iter().map(|other| Brought {
        touchpoint: other.touchpoint.clone(),
        ..given.clone()
    }));
    all
}

#[test]
fn in_which_order_actions_are_declared_does_not_matter() {
    let least = ["the same, with several chosen", "the same overflow"];
    law((13, RULESETS), &least, |made, rules, met| {
        let count_of = made.actions.len();
        let turned: Vec<usize> = (0..count_of).rev().collect();
        let moved: Vec<usize> = (0..count_of).map(|at| (at + 1) % count_of).collect();
        for order in [turned, moved] {
            let sources = reordered(made, &order);
            let others = compile(&sources)?;
            let text = || {
                sources
                    .iter()
                    .map(|(_, text)| text.as_str())
                    .collect::<String>()
            };
            for (place, given) in made.contexts.iter().enumerate() {
                let of = |rules: &Ruleset| hosts::context(rules, place, given);
                let here = of(rules).map_err(|e| e.to_string())?;
                let there = of(&others).map_err(|e| e.to_string())?;
                for name in &made.decisions {
                    let same = alike((rules, &here), (&others, &there), name, met);
                    same.map_err(|why| at(given, format!("`{name}`: {why}\n{}", text())))?;
                }
            }
        }
        Ok(())
    });
}

/// Both decide the same, and of what was chosen and rejected they tell the same. Of several overflows another may come first.
fn alike(
    (rules, here): (&Ruleset, &Context),
    (others, there): (&Ruleset, &Context),
    name: &str,
    met: &mut Met,
) -> Result<(), String> {
    let (one, other) = match (decided(rules, name, here), decided(others, name, there)) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(_), Err(_)) => {
            count(met, "the same overflow", 1);
            return Ok(());
        }
        (one, other) => return Err(format!("{one:?}\n{other:?}")),
    };
    let all = |d: &Decision<Json>| {
        let reads = d.depends_on().into_iter().map(str::to_owned);
        let reads: BTreeSet<String> = reads.collect();
        (d.value().clone(), d.labels().to_vec(), reads)
    };
    if all(&one) != all(&other) {
        return Err(format!("{:?}\n{:?}", all(&one), all(&other)));
    }
    let several = one.labels().len() > 1;
    let (one, other) = match (one.arbitration(), other.arbitration()) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(_), Err(_)) => return Ok(()),
        (one, other) => return Err(format!("{one:?}\n{other:?}")),
    };
    if several {
        count(met, "the same, with several chosen", 1);
    }
    let chosen = |a: &Arbitration| {
        let chosen = a.chosen().iter();
        let chosen = chosen.map(|c| format!("{c:?} {:?} {:?}", c.factors(), c.treatment::<Json>()));
        chosen.collect::<Vec<_>>()
    };
    let rejected = |a: &Arbitration| {
        let rejected = a.rejected().iter();
        let rejected =
            rejected.map(|r| format!("{} {} {:?}", r.action(), r.stage().word(), r.priority()));
        rejected.collect::<BTreeSet<_>>()
    };
    if chosen(&one) != chosen(&other) || rejected(&one) != rejected(&other) {
        return Err(format!("{one:?}\n{other:?}"));
    }
    Ok(())
}

/// The sources with the texts of the actions changed over: in the place of the first the one that `order` names first.
fn reordered(made: &Generated, order: &[usize]) -> Vec<(String, String)> {
    let reorder = |text: &str| {
        let place = |at: usize| Some((text.find(&made.actions[at])?, at));
        let mut places: Vec<(usize, usize)> = (0..order.len()).filter_map(place).collect();
        places.sort_unstable();
        let (mut written, mut from) = (String::new(), 0);
        for (start, at) in places {
            written.push_str(&text[from..start]);
            written.push_str(&made.actions[order[at]]);
            from = start + made.actions[at].len();
        }
        written.push_str(&text[from..]);
        written
    };
    let sources = made.sources.iter();
    sources
        .map(|(name, text)| (name.clone(), reorder(text)))
        .collect()
}

#[test]
fn scopes_reach_the_actions_that_they_name() {
    let least = ["choices", "weights", "weights of some alone"];
    law((14, RULESETS), &least, |made, rules, met| {
        for chooses in &made.choices {
            let def = rules.program().def(choice(rules, chooses));
            let DefKind::NextBestAction(choice) = &def.kind else {
                return Err(format!("`{}` chooses no actions", def.name));
            };
            let name = |place: usize| choice.candidates[place].action.name.clone();
            let from: BTreeSet<String> = (0..choice.candidates.len()).map(name).collect();
            let weights = choice.weights.iter();
            let weights: Vec<BTreeSet<String>> = weights
                .map(|w| w.of.iter().map(|of| name(*of as usize)).collect())
                .collect();
            if from != chooses.from || weights != chooses.weights {
                return Err(format!("{from:?} with {weights:?}, expected {chooses:?}"));
            }
            count(met, "choices", 1);
            count(met, "weights", weights.len());
            let some = weights.iter().filter(|of| of.len() < from.len());
            count(met, "weights of some alone", some.count());
        }
        Ok(())
    });
}

#[test]
fn a_choice_stands_until_its_lease_ends() {
    let least = [
        "stands for ever",
        "stands until an instant",
        "is another one then",
    ];
    law((15, LEASES), &least, |made, rules, met| {
        for (place, given) in made.contexts.iter().enumerate() {
            for chooses in &made.choices {
                let at = |now: i64| {
                    let then = Brought {
                        now,
                        ..given.clone()
                    };
                    let context = hosts::context(rules, place, &then).map_err(|e| e.to_string())?;
                    let decision = decided(rules, &chooses.name, &context).ok();
                    Ok::<_, String>(decision)
                };
                let Some(decision) = at(given.now)? else {
                    continue;
                };
                let until = decision.valid_until().map(|at| at.timestamp_millis());
                let others = made.contexts.iter().map(|other| other.now);
                let later = [
                    1,
                    3_600_000,
                    calendar::DAY,
                    40 * calendar::DAY,
                    400 * calendar::DAY,
                ];
                let later = later.iter().map(|step| given.now + step);
                let last = until.map(|until| until - 1);
                for now in later.chain(others).chain(last) {
                    let within = until.is_none_or(|until| now < until);
                    if now <= given.now || !within || !calendar::is_instant(now) {
                        continue;
                    }
                    let then = at(now)?;
                    let same = |d: &Decision<Json>| (d.value().clone(), d.labels().to_vec());
                    if then.as_ref().map(same) != Some(same(&decision)) {
                        let why = format!(
                            "`{}` is {decision:?}, at {} {then:?}, valid until {until:?}",
                            chooses.name,
                            calendar::instant_text(now)
                        );
                        return Err(self::at(given, why));
                    }
                }
                match until {
                    None => count(met, "stands for ever", 1),
                    Some(until) => {
                        count(met, "stands until an instant", 1);
                        let then = at(until)?.map(|d| d.value().clone());
                        if then.as_ref() != Some(decision.value()) {
                            count(met, "is another one then", 1);
                        }
                    }
                }
            }
        }
        Ok(())
    });
}
