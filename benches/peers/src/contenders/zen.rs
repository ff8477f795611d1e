//! GoRules: zen-engine's decision table, and zen-expression without the engine around it.

use super::{Contender, joined, json, json_read_by_rules, offer, word};
use crate::rules::{self, FIELDS, Rule, Test};
use crate::support::cinema::{OFFERS, Offer, Visit};
use serde_json::{Map, Value, json};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine};
use zen_expression::expression::Standard;
use zen_expression::variable::Variable;
use zen_expression::vm::VM;
use zen_expression::{Isolate, compile_expression};

fn bound(visits: &[Visit]) -> Vec<Variable> {
    let bind = |visit| serde_json::from_str(&json_read_by_rules(visit)).unwrap();
    visits.iter().map(bind).collect()
}

/// A decision table.
pub struct Table {
    decision: Decision,
    bound: Vec<Variable>,
}

impl Table {
    pub fn new(visits: &[Visit]) -> Table {
        Table {
            decision: compiled(&table(&rules::cinema())),
            bound: bound(visits),
        }
    }

    #[inline]
    fn asked(&self, context: Variable) -> Variable {
        let mut deciding = pin!(self.decision.evaluate(context));
        // A table waits for nothing, so it is done when it is asked once: no runtime is needed, and none is timed.
        match deciding
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(found) => found.unwrap().result,
            Poll::Pending => panic!("a table waits for nothing"),
        }
    }
}

impl Contender for Table {
    fn name(&self) -> &'static str {
        "zen-engine, table"
    }

    fn package(&self) -> Option<&'static str> {
        Some("zen-engine")
    }

    fn how(&self) -> &'static str {
        "A decision table of hit policy *first*: 15 columns, a row a rule; `compile`d (expressions and index), without trace, \
         without an async runtime (it is polled once). On a `Variable` of the 15 fields. From JSON: serde into a `Variable`."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        black_box(&self.asked(self.bound[context].clone()));
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        taken(&self.asked(self.bound[context].clone()))
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        black_box(&self.asked(serde_json::from_str(text).unwrap()));
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        taken(&self.asked(serde_json::from_str(text).unwrap()))
    }
}

fn taken(outputs: &Variable) -> Offer {
    let outputs = outputs.as_object().unwrap();
    let outputs = outputs.borrow();
    let of = |name: &str| outputs.get_str(name).unwrap().clone();
    made(&of("offer"), &of("discount"), &of("priority"))
}

fn made(name: &Variable, discount: &Variable, priority: &Variable) -> Offer {
    offer(
        name.as_str().unwrap(),
        discount.as_number().unwrap().try_into().unwrap(),
        priority.as_number().unwrap().try_into().unwrap(),
    )
}

fn compiled(table: &str) -> Decision {
    let content: DecisionContent = serde_json::from_str(table).unwrap();
    let mut decision = DecisionEngine::default()
        .create_decision(Arc::new(content))
        .unwrap();
    decision.compile();
    decision
}

/// Rules as a decision table in GoRules' JSON.
fn table(rules: &[Rule]) -> String {
    let inputs = FIELDS.map(|(name, _)| json!({ "id": name, "name": name, "field": name }));
    let outputs = ["offer", "discount", "priority"];
    let outputs =
        outputs.map(|name| json!({ "id": format!("out_{name}"), "name": name, "field": name }));
    let rows: Vec<Value> = rules
        .iter()
        .enumerate()
        .map(|(i, rule)| row(i, rule))
        .collect();
    let content =
        json!({ "hitPolicy": "first", "inputs": inputs, "outputs": outputs, "rules": rows });
    json!({
        "nodes": [
            { "id": "in", "name": "request", "type": "inputNode", "content": {} },
            { "id": "table", "name": "offer", "type": "decisionTableNode", "content": content },
            { "id": "out", "name": "response", "type": "outputNode", "content": {} },
        ],
        "edges": [
            { "id": "1", "sourceId": "in", "targetId": "table" },
            { "id": "2", "sourceId": "table", "targetId": "out" },
        ],
    })
    .to_string()
}

fn row(number: usize, rule: &Rule) -> Value {
    let made = &OFFERS[rule.offer];
    let mut row = Map::new();
    let mut cell = |id: &str, text: String| row.insert(id.to_owned(), text.into());
    cell("_id", number.to_string());
    cell("out_offer", format!("'{}'", word(made)));
    cell("out_discount", made.discount.to_string());
    cell("out_priority", made.priority.to_string());
    for test in &rule.tests {
        match test {
            Test::Is(field, member) => cell(field, format!("'{member}'")),
            Test::OneOf(field, members) => cell(field, joined(members, ", ", |m| format!("'{m}'"))),
            Test::AtLeast(field, least) => cell(field, format!(">= {least}")),
            Test::Below(field, bound) => cell(field, format!("< {bound}")),
            Test::Within(field, low, high) => cell(field, format!("[{low}..{high}]")),
            Test::Holds(field) => cell(field, "true".to_owned()),
            Test::Fails(field) => cell(field, "false".to_owned()),
        };
    }
    Value::Object(row)
}

/// All rules in one expression.
pub struct Expression {
    expression: zen_expression::Expression<Standard>,
    bound: Vec<Variable>,
    vm: VM,
}

impl Expression {
    pub fn new(visits: &[Visit]) -> Expression {
        Expression {
            expression: compile_expression(&chain(&rules::cinema())).unwrap(),
            bound: bound(visits),
            vm: VM::new(),
        }
    }

    #[inline]
    fn asked(&mut self, context: Variable) -> Variable {
        self.expression
            .evaluate_with(context, &mut self.vm)
            .unwrap()
    }
}

impl Contender for Expression {
    fn name(&self) -> &'static str {
        "zen-expression"
    }

    fn package(&self) -> Option<&'static str> {
        Some("zen-expression")
    }

    fn how(&self) -> &'static str {
        "zen-engine's expressions without the engine around them: all rules in one expression of `… ? … : …`, compiled, the \
         three outputs as an array; the virtual machine is used again and again. Contexts as for zen-engine."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        let context = self.bound[context].clone();
        black_box(&self.asked(context));
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        let context = self.bound[context].clone();
        listed(&self.asked(context))
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        black_box(&self.asked(serde_json::from_str(text).unwrap()));
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        listed(&self.asked(serde_json::from_str(text).unwrap()))
    }
}

fn listed(outputs: &Variable) -> Offer {
    let outputs = outputs.as_array().unwrap();
    match outputs.borrow().as_slice() {
        [name, discount, priority] => made(name, discount, priority),
        _ => panic!("three outputs"),
    }
}

fn chain(rules: &[Rule]) -> String {
    let branch = |rule: &Rule| {
        let made = &OFFERS[rule.offer];
        let outputs = format!("['{}', {}, {}]", word(made), made.discount, made.priority);
        match rule.tests.as_slice() {
            [] => outputs,
            tests => format!("({}) ? {outputs}", joined(tests, " and ", test)),
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
        Test::Within(field, low, high) => format!("{field} in [{low}..{high}]"),
        Test::Holds(field) => (*field).to_owned(),
        Test::Fails(field) => format!("not {field}"),
    }
}

/// What is compiled: a table from its JSON.
pub fn build_table(rules: &[Rule]) -> impl Fn() -> Box<dyn FnMut(&Visit) -> Offer> + use<> {
    let text = table(rules);
    move || {
        let mut table = Table {
            decision: compiled(&text),
            bound: Vec::new(),
        };
        Box::new(move |visit| table.read_json(&json(visit)))
    }
}

/// What is compiled: the condition of each rule.
pub fn build_expressions(rules: &[Rule]) -> impl Fn() -> Box<dyn FnMut(&Visit) -> Offer> + use<> {
    let conditions = rules.iter().filter(|rule| !rule.tests.is_empty());
    let texts: Vec<String> = conditions
        .map(|rule| joined(&rule.tests, " and ", test))
        .collect();
    let offers: Vec<usize> = rules.iter().map(|rule| rule.offer).collect();
    move || {
        let mut isolate = Isolate::new();
        let compiled = texts
            .iter()
            .map(|text| isolate.compile_standard(text).unwrap());
        let conditions: Vec<_> = compiled.collect();
        let offers = offers.clone();
        Box::new(move |visit| {
            let context: Variable = serde_json::from_str(&json(visit)).unwrap();
            let holds = |e: &zen_expression::Expression<Standard>| {
                e.evaluate(context.clone()).unwrap().as_bool() == Some(true)
            };
            let first = conditions.iter().position(holds);
            OFFERS[offers[first.unwrap_or(conditions.len())]]
        })
    }
}
