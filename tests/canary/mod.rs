//! Canaries: values in sensitive fields that must turn up in no output, whatever is asked and whatever goes wrong.
//!
//! Values are generated so that no other text holds them. Every way out is tried: decisions, traces, stories, `Debug`,
//! errors about values that do not fit, and all commands.

use pervade::cli::{Streams, run};
use pervade::{Context, Ruleset};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

const RULES: &str = r#"
ruleset canaries
timezone "Europe/London"
record Order { item: string, card: string sensitive, late: bool }
context {
    name:     string sensitive
    born:     date sensitive
    income:   money<GBP> sensitive
    rate:     decimal? 0..=1000000000 sensitive
    code:     int 0..=9999999999999 sensitive
    seen:     datetime? sensitive
    home:     geo sensitive
    zone:     timezone? sensitive
    tags:     list<string> sensitive
    health:   { note: string, weight: decimal } sensitive
    orders:   list<Order>
    public:   string
}
touchpoint { channel: enum { web, kiosk } }

let age      = years between born and today
let longer   = "x" if name == "" otherwise lower(name)
let ordered  = orders where (it.late)
let heavy    = health.weight * 2
let doubled(x: int) = x * 2
segment adult   = age >= 18
segment known   = name starts with "c" or code > 5 or tags contains "x"
segment close   = distance between home and geo(51.5, -0.1) < 5 km
segment late    = any o in orders has (o.late and length of o.card > 3)
classify kind { old when age > 60 heavy when heavy > 100 otherwise other }

pervasive decision offer -> string {
    rich:  when income > 1000 GBP and adult => "yacht" because "for {public}"
    coded: when doubled(code) > 10 and (rate else 0) > 1 => "code"
    near:  when close and seen is present and now > seen => "near"
    otherwise => "none" because "nothing fits {public}"
}
table shown(first) -> int {
    | name      | age  | health.note => points
    | "nobody"  | -    | -           => 1
    | -         | > 50 | "ill"       => 2
    | -         | -    | -           => 3
}
score points { when known => +1 because "known" when late => +2 when kind == old => +3 }
feature special when adult and not late
"#;

/// What must be seen nowhere: as it is given, and as it might be told.
#[derive(Debug)]
struct Canary {
    context: Json,
    signs: Vec<String>,
}

fn canary() -> impl Strategy<Value = Canary> {
    let number = 10_000_000_u64..99_999_999;
    let date = (1701_u32..1799, 1_u32..=12, 1_u32..=28);
    (proptest::collection::vec(number, 9), date, 0_usize..3).prop_map(|(n, (y, m, d), late)| {
        let text = |i: usize| format!("canary{}", n[i]);
        let born = format!("{y}-{m:02}-{d:02}");
        let seen = format!("{}-{m:02}-{d:02}T03:04:05.{}Z", y - 100, 100 + n[0] % 900);
        let (lat, lon) = (format!("12.{}", n[1]), format!("34.{}", n[2]));
        let (lat, lon) = (lat.get(..10).unwrap().to_owned(), lon.get(..10).unwrap().to_owned());
        let orders: Vec<Json> = (0..late)
            .map(|i| json!({ "item": "dvd", "card": text(3) + "z", "late": i > 0 }))
            .collect();
        let context = json!({
            "name": text(0), "born": born, "income": format!("{}.17", n[4]), "rate": format!("{}.5", n[5]),
            "code": n[6] * 1_000, "seen": seen, "home": { "lat": lat, "lon": lon },
            "zone": "Antarctica/Troll", "tags": [text(7)], "health": { "note": text(8), "weight": format!("0.{}", n[3]) },
            "orders": orders, "public": "everyone",
        });
        let mut signs: Vec<String> = n.iter().map(u64::to_string).collect();
        signs.extend([born, seen, lat, lon, "Antarctica".to_owned()]);
        // In words, too: a duration since, a product.
        signs.push(((n[6] * 1_000) * 2).to_string());
        Canary { context, signs }
    })
}

/// Looks for canaries in a text.
fn silent(signs: &[String], what: &str, text: &str) {
    for sign in signs {
        assert!(
            !text.contains(sign.as_str()),
            "{what} tells {sign}:\n{text}"
        );
    }
}

const NOW: &str = "2026-03-06T18:00:00Z";

fn build(rules: &Ruleset, facts: &Json) -> Result<Context, pervade::Error> {
    let now = NOW.parse().expect("an instant");
    let builder = rules.context().now(now).facts(facts)?;
    builder.touchpoint(&json!({ "channel": "web" }))?.build()
}

fn decisions(rules: &Ruleset, canary: &Canary) {
    let context = build(rules, &canary.context).expect("a context");
    silent(&canary.signs, "Debug of a context", &format!("{context:?}"));
    let mut frame = rules.frame();
    frame.facts(&canary.context).expect("facts");
    silent(&canary.signs, "Debug of a frame", &format!("{frame:?}"));
    for info in rules.decisions() {
        let name = info.name();
        let decider = match rules.decision::<Json>(name) {
            Ok(decider) => decider,
            Err(error) => {
                silent(&canary.signs, name, &format!("{error} {error:?}"));
                continue;
            }
        };
        let decision = decider.decide(&context).expect("decided");
        let trace = decision.trace();
        let told = [
            format!(
                "{decision:?} {:?} {:?}",
                decision.value(),
                decision.reasons()
            ),
            serde_json::to_string(&decision).expect("JSON"),
            trace.to_string(),
            trace.story().to_string(),
            serde_json::to_string(&trace).expect("JSON"),
            format!("{trace:?}"),
        ];
        told.iter()
            .for_each(|text| silent(&canary.signs, name, text));
    }
}

/// Values where others belong: the error names the field and nothing of the value.
fn errors(rules: &Ruleset, canary: &Canary) {
    let fields = canary.context.as_object().expect("fields");
    let values: Vec<&Json> = fields.values().collect();
    for (at, name) in fields.keys().filter(|name| *name != "public").enumerate() {
        for shift in [1, 3, 5] {
            let mut wrong = canary.context.clone();
            wrong[name] = values[(at + shift) % values.len()].clone();
            if let Err(error) = build(rules, &wrong) {
                let problems: Vec<String> =
                    error.problems().iter().map(ToString::to_string).collect();
                silent(
                    &canary.signs,
                    name,
                    &format!("{error} {error:?} {problems:?}"),
                );
            }
        }
    }
}

struct Folder(PathBuf);

impl Folder {
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("writes");
        path.display().to_string()
    }
}

fn command(signs: &[String], arguments: &[&str]) {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let streams = Streams {
        input: &mut &b""[..],
        output: &mut output,
        errors: &mut errors,
        terminal: false,
    };
    run(
        std::iter::once("pervade").chain(arguments.iter().copied()),
        streams,
    );
    let text = [output, errors].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    silent(signs, &arguments.join(" "), &text.concat());
}

fn commands(folder: &Folder, canary: &Canary) {
    let rules = folder.file("rules.pvd", RULES);
    let mut record = canary.context.clone();
    record["touchpoint"] = json!({ "channel": "web" });
    record["now"] = json!(NOW);
    let mut wrong = record.clone();
    wrong["born"] = record["name"].clone();
    wrong["code"] = json!(-1);
    let lines = format!("{record}\n{wrong}\n{{\"name\": ");
    let (good, all) = (
        folder.file("one.json", &record.to_string()),
        folder.file("all.jsonl", &lines),
    );
    let bad = folder.file("bad.json", &wrong.to_string());
    let signs = &canary.signs;
    command(signs, &["check", &rules]);
    command(signs, &["graph", &rules]);
    command(signs, &["decide", &rules, "--input", &good, "--trace"]);
    command(signs, &["decide", &rules, "--input", &all, "--trace"]);
    command(
        signs,
        &["decide", &rules, "--input", &good, "--decision", "longer"],
    );
    command(signs, &["explain", &rules, "--input", &good]);
    command(
        signs,
        &["explain", &rules, "--input", &good, "--format", "json"],
    );
    command(signs, &["explain", &rules, "--input", &bad]);
}

fn folder() -> Folder {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("canary");
    std::fs::create_dir_all(&path).expect("a folder");
    Folder(path)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_sensitive_is_ever_told(canary in canary()) {
        let rules = Ruleset::from_text(RULES).unwrap_or_else(|e| panic!("{e}"));
        decisions(&rules, &canary);
        errors(&rules, &canary);
        commands(&folder(), &canary);
    }
}
