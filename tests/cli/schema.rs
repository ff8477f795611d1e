//! `pervade check --format json` and its schema say the same, and `--format sarif` tells the same findings.

use super::{call, directory};
use crate::diagnostics;
use serde_json::{Map, Value};
use std::fs;

/// What of a value is not as its schema says. Of JSON Schema this knows what `schema.json` uses, and in addition it
/// wants every field described.
fn check(value: &Value, schema: &Value, root: &Value, path: &str, wrong: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(place) => root.pointer(place.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let mut refuse = |what: &str| wrong.push(format!("{path}: {what}: {value}"));
    let of_type = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "null" => value.is_null(),
        other => panic!("no type is called {other}"),
    };
    match &schema["type"] {
        Value::Null => {}
        Value::Array(several) if several.iter().any(of_type) => {}
        one if one.is_string() && of_type(one) => {}
        _ => refuse("of another type"),
    }
    if schema
        .get("const")
        .is_some_and(|constant| constant != value)
    {
        refuse("not the constant");
    }
    if let Some(Value::Array(members)) = schema.get("enum")
        && !members.contains(value)
    {
        refuse("no member");
    }
    if value.as_u64() < schema["minimum"].as_u64() {
        refuse("too small");
    }
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        check_fields(fields, known, schema, root, path, wrong);
    }
    for item in value.as_array().into_iter().flatten() {
        check(item, &schema["items"], root, &format!("{path}[]"), wrong);
    }
}

fn check_fields(
    fields: &Map<String, Value>,
    known: &Map<String, Value>,
    schema: &Value,
    root: &Value,
    path: &str,
    wrong: &mut Vec<String>,
) {
    for name in schema["required"].as_array().unwrap() {
        if !fields.contains_key(name.as_str().unwrap()) {
            wrong.push(format!("{path} lacks {name}"));
        }
    }
    for (name, value) in fields {
        match known.get(name) {
            Some(schema) => check(value, schema, root, &format!("{path}.{name}"), wrong),
            None => wrong.push(format!("{path}.{name} is not described")),
        }
    }
}

#[test]
fn reports_for_programs_are_as_their_schema_says() {
    let schema = include_str!("../../src/cli/check/schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let (mut findings, mut wrong) = (0, Vec::new());
    for (number, (sources, name)) in diagnostics::texts().into_iter().enumerate() {
        if number % 5 > 0 || sources.iter().any(|(name, _)| name.contains('/')) {
            continue;
        }
        let folder = directory(&format!("schema-{number}"));
        for (name, text) in &sources {
            fs::write(folder.join(name), text).unwrap();
        }
        let main = folder.join("main.pvd").display().to_string();
        let report = |format: &str| {
            let words = ["pervade", "check", &main, "--format", format];
            let said = call(&words.map(str::to_owned), b"");
            assert_eq!(said.stderr, "", "{name}");
            serde_json::from_str::<Value>(&said.stdout).unwrap()
        };
        let (json, sarif) = (report("json"), report("sarif"));
        check(&json, &schema, &schema, &name, &mut wrong);
        let told = json["files"][0]["diagnostics"].as_array().unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let codes = |all: &[Value], field: &str| -> Vec<String> {
            all.iter().map(|one| one[field].to_string()).collect()
        };
        assert_eq!(codes(told, "code"), codes(results, "ruleId"), "{name}");
        findings += told.len();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(findings > 100, "only {findings}");
}
