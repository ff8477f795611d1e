//! cel: the Common Expression Language; all rules in one program, and a program a rule.

use super::{CONTEXTS, Contender, joined, json_read_by_rules, offer, word};
use crate::facts::Facts;
use crate::rules::{self, Rule, Test};
use crate::support::cinema::{OFFERS, Offer, Visit};
use cel::common::types::{CelBool, CelInt, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use std::hint::black_box;
use std::sync::Arc;

/// The fields as CEL's own values, handed out by reference.
struct Variables<'a> {
    day: CelString<'a>,
    genre: CelString<'a>,
    tier: CelString<'a>,
    channel: CelString<'a>,
    country: CelString<'a>,
    screen: CelString<'a>,
    age: CelInt,
    hour: CelInt,
    tickets: CelInt,
    spend90: CelInt,
    visits90: CelInt,
    points: CelInt,
    student: CelBool,
    holiday: CelBool,
    app_user: CelBool,
}

impl<'a> Variables<'a> {
    #[inline]
    fn of(facts: &Facts<'a>) -> Variables<'a> {
        Variables {
            day: facts.day.into(),
            genre: facts.genre.into(),
            tier: facts.tier.into(),
            channel: facts.channel.into(),
            country: facts.country.into(),
            screen: facts.screen.into(),
            age: facts.age.into(),
            hour: facts.hour.into(),
            tickets: facts.tickets.into(),
            spend90: facts.spend90.into(),
            visits90: facts.visits90.into(),
            points: facts.points.into(),
            student: facts.student.into(),
            holiday: facts.holiday.into(),
            app_user: facts.app_user.into(),
        }
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let value: &dyn Val = match name {
            "day" => &self.day,
            "genre" => &self.genre,
            "tier" => &self.tier,
            "channel" => &self.channel,
            "country" => &self.country,
            "screen" => &self.screen,
            "age" => &self.age,
            "hour" => &self.hour,
            "tickets" => &self.tickets,
            "spend90" => &self.spend90,
            "visits90" => &self.visits90,
            "points" => &self.points,
            "student" => &self.student,
            "holiday" => &self.holiday,
            "app_user" => &self.app_user,
            _ => return None,
        };
        Some(CowVal::Borrowed(value))
    }
}

/// One context each, over values that live as long as the run.
fn bound(env: &Arc<Env>, visits: &[Visit]) -> Vec<Context<'static, 'static>> {
    assert_eq!(visits.len(), CONTEXTS);
    let bind = |visit| {
        let text: &'static str = json_read_by_rules(visit).leak();
        let variables: &'static Variables<'static> =
            Box::leak(Box::new(Variables::of(&Facts::read(text))));
        let mut context = Context::with_env(env.clone());
        context.set_variable_resolver(variables);
        context
    };
    visits.iter().map(bind).collect()
}

/// All rules in one program.
pub struct OneProgram {
    env: Arc<Env>,
    program: Program,
    bound: Vec<Context<'static, 'static>>,
}

impl OneProgram {
    pub fn new(visits: &[Visit]) -> OneProgram {
        let env = Arc::new(Env::stdlib());
        OneProgram {
            program: env.compile(&chain(&rules::cinema())).unwrap(),
            bound: bound(&env, visits),
            env,
        }
    }

    #[inline]
    fn asked(&self, text: &str) -> Value {
        let variables = Variables::of(&Facts::read(text));
        let mut context = Context::with_env(self.env.clone());
        context.set_variable_resolver(&variables);
        self.program.execute(&context).unwrap()
    }
}

impl Contender for OneProgram {
    fn name(&self) -> &'static str {
        "cel, one program"
    }

    fn package(&self) -> Option<&'static str> {
        Some("cel")
    }

    fn how(&self) -> &'static str {
        "All rules in one program of `… ? … : …`, the three outputs as a list. The 15 fields are CEL values that a \
         `VariableResolver` hands out by reference. From JSON: serde into a struct of borrowed texts, then the same."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        black_box(&self.program.execute(&self.bound[context]).unwrap());
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        taken(&self.program.execute(&self.bound[context]).unwrap())
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        black_box(&self.asked(text));
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        taken(&self.asked(text))
    }
}

fn taken(value: &Value) -> Offer {
    let Value::List(outputs) = value else {
        panic!("a list of outputs")
    };
    match outputs.as_slice() {
        [
            Value::String(name),
            Value::Float(discount),
            Value::Int(priority),
        ] => offer(name, *discount, *priority),
        _ => panic!("three outputs"),
    }
}

/// A program a rule.
pub struct RuleByRule {
    env: Arc<Env>,
    programs: Vec<Program>,
    bound: Vec<Context<'static, 'static>>,
}

impl RuleByRule {
    pub fn new(visits: &[Visit]) -> RuleByRule {
        let env = Arc::new(Env::stdlib());
        let programs = conditions(&rules::cinema());
        RuleByRule {
            programs: programs
                .iter()
                .map(|text| env.compile(text).unwrap())
                .collect(),
            bound: bound(&env, visits),
            env,
        }
    }

    #[inline]
    fn asked(&self, text: &str) -> usize {
        let variables = Variables::of(&Facts::read(text));
        let mut context = Context::with_env(self.env.clone());
        context.set_variable_resolver(&variables);
        first(&self.programs, &context)
    }
}

impl Contender for RuleByRule {
    fn name(&self) -> &'static str {
        "cel, a program a rule"
    }

    fn package(&self) -> Option<&'static str> {
        None // said already
    }

    fn how(&self) -> &'static str {
        "A program a rule that gives true or false, run one after the other until one is true; the offers are the host's."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        black_box(first(&self.programs, &self.bound[context]));
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        OFFERS[first(&self.programs, &self.bound[context])]
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        black_box(self.asked(text));
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        OFFERS[self.asked(text)]
    }
}

/// The first program that says true, or what else.
#[inline]
fn first(programs: &[Program], context: &Context<'_, '_>) -> usize {
    let holds = |program: &Program| matches!(program.execute(context), Ok(Value::Bool(true)));
    programs.iter().position(holds).unwrap_or(programs.len())
}

/// All rules but the last, which has no condition.
fn conditions(rules: &[Rule]) -> Vec<String> {
    let conditions = rules.iter().filter(|rule| !rule.tests.is_empty());
    conditions
        .map(|rule| joined(&rule.tests, " && ", test))
        .collect()
}

fn chain(rules: &[Rule]) -> String {
    let branch = |rule: &Rule| {
        let made = &OFFERS[rule.offer];
        let outputs = format!("['{}', {:?}, {}]", word(made), made.discount, made.priority);
        match rule.tests.as_slice() {
            [] => outputs,
            tests => format!("{} ? {outputs}", joined(tests, " && ", test)),
        }
    };
    joined(rules, " : ", branch)
}

fn test(test: &Test) -> String {
    match test {
        Test::Is(field, member) => format!("{field} == '{member}'"),
        Test::OneOf(field, members) => format!("{field} in {members:?}"),
        Test::AtLeast(field, least) => format!("{field} >= {least}"),
        Test::Below(field, bound) => format!("{field} < {bound}"),
        Test::Within(field, low, high) => format!("{field} >= {low} && {field} <= {high}"),
        Test::Holds(field) => (*field).to_owned(),
        Test::Fails(field) => format!("!{field}"),
    }
}

/// What is compiled: the programs of all rules.
pub fn build(rules: &[Rule]) -> impl Fn() -> Box<dyn FnMut(&Visit) -> Offer> + use<> {
    let texts = conditions(rules);
    let offers: Vec<usize> = rules.iter().map(|rule| rule.offer).collect();
    move || {
        let env = Arc::new(Env::stdlib());
        let programs: Vec<Program> = texts
            .iter()
            .map(|text| env.compile(text).unwrap())
            .collect();
        let offers = offers.clone();
        Box::new(move |visit| {
            let text = json_read_by_rules(visit);
            let variables = Variables::of(&Facts::read(&text));
            let mut context = Context::with_env(env.clone());
            context.set_variable_resolver(&variables);
            OFFERS[offers[first(&programs, &context)]]
        })
    }
}
