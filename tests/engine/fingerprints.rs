//! What changes a fingerprint and what does not.

use pervade::{Compiler, Fingerprint, Limits, MemorySources, Ruleset};

const BASE: &str = "ruleset demo
enum Tier { guest, gold }
context { age: int 0..=120 = 18, tier: Tier }
segment adult = age >= 18 and tier == gold
decision help -> string {
    a: when adult => \"x\" because \"y\"
    otherwise => \"z\"
}
table fee(first) -> int from \"fee.csv\"
";
const CSV: &str = "age,result\n< 12,1\n-,2\n";

fn of(text: &str, csv: &str) -> Fingerprint {
    let sources = MemorySources::new()
        .with("main.pvd", text)
        .with("fee.csv", csv);
    let rules =
        Ruleset::compile(&sources, "main.pvd").unwrap_or_else(|error| panic!("{error}\n{text}"));
    rules.fingerprint()
}

#[test]
fn layout_comments_order_and_files_do_not_matter() {
    let base = of(BASE, CSV);
    assert_eq!(
        base,
        of(&format!("// hello\n{}", BASE.replace("    ", " ")), CSV)
    );
    assert_eq!(base, of(BASE, "age , result\r\n<12,1\r\n-,2"));
    let (head, table) = BASE.split_at(BASE.find("table").unwrap());
    let (head, decision) = head.split_at(head.find("decision").unwrap());
    assert_eq!(base, of(&format!("{head}{table}{decision}"), CSV));
    let sources = MemorySources::new()
        .with("other.pvd", format!("{head}use \"parts/rest.pvd\" {table}"))
        .with("parts/rest.pvd", decision)
        .with("fee.csv", CSV);
    assert_eq!(
        base,
        Ruleset::compile(&sources, "other.pvd")
            .unwrap()
            .fingerprint()
    );
}

#[test]
fn everything_that_means_something_matters() {
    let base = of(BASE, CSV);
    let changes = [
        ("demo", "other"),
        ("guest, gold", "gold, guest"),
        ("0..=120", "0..=121"),
        ("= 18,", "= 19,"),
        ("int 0..=120 =", "int 0..=120 ="),
        (">= 18", "> 18"),
        ("and tier == gold", "or tier == gold"),
        ("age >= 18 and tier == gold", "tier == gold and age >= 18"),
        ("a: when", "b: when"),
        ("\"x\"", "\"w\""),
        ("because \"y\"", ""),
        ("because \"y\"", "because \"yy\""),
        ("decision help", "pervasive decision help"),
        ("-> string {", "-> string independent of age {"),
        ("(first)", "(collect)"),
        ("-> string {", "-> string? {"),
    ];
    let mut seen = vec![base];
    for (from, to) in changes {
        let mut text = BASE.replacen(from, to, 1);
        if to.contains("independent") {
            text = text.replace("when adult", "when tier == gold");
        }
        if to == "(collect)" {
            text = text.replace("(collect) -> int", "(collect) -> list<int>");
        }
        let changed = of(&text, CSV);
        assert_eq!(
            changed == base,
            from == to.trim_end() || text == BASE,
            "{from} to {to}"
        );
        if text != BASE {
            assert!(
                !seen.contains(&changed),
                "{from} to {to} equals another change"
            );
            seen.push(changed);
        }
    }
    assert_ne!(base, of(BASE, "age,result\n< 13,1\n-,2\n"));
    assert_ne!(base, of(BASE, "age,result\n< 12,1\n-,3\n"));
}

#[test]
fn limits_are_part_of_it() {
    let mut limits = Limits::default();
    limits.nesting = 63;
    let text = "ruleset demo let a = 1";
    let other = Compiler::new().limits(limits).text(text).unwrap();
    assert_ne!(
        other.fingerprint(),
        Ruleset::from_text(text).unwrap().fingerprint()
    );
}
