//! What the limits guarantee, under the limits as they are by default; and texts that are no texts.

use super::texts::HEAD;
use super::{repeated, survives};
use pervade::{Code, ErrorKind, Limits, Ruleset};

/// As many rules as are guaranteed, in as large a text.
#[test]
fn rules_and_bytes() {
    const RULES: usize = 200_000;
    const BYTES: usize = 16 << 20;
    let rules = repeated(RULES, |i| format!("when k == {i} => {i}\n"));
    let mut text = format!("{HEAD}decision x -> int {{\n{rules} otherwise => -1 }}\n");
    let line = "// nothing, at the length of a line that somebody wrote to fill a file with what is guaranteed\n";
    text.push_str(&line.repeat((BYTES - text.len()) / line.len() + 1));
    assert!(text.len() >= BYTES);
    survives("rules and bytes", move || {
        let rules = Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{e}"));
        let last = RULES - 1;
        let context = rules.context().json(&format!("{{\"k\":{last}}}"));
        let context = context.and_then(|c| c.build()).expect("a context");
        let decision = rules.decision::<i64>("x").expect("a decision");
        let decided = decision.decide(&context).expect("no overflow");
        assert_eq!(*decided.value(), i64::try_from(last).expect("small"));
    });
}

#[test]
fn terms() {
    let text = format!("{HEAD}let x = i{}", " + d".repeat(100_000 - 1));
    survives("terms", move || {
        assert!(Ruleset::from_text(&text).is_ok());
    });
}

#[test]
fn nesting() {
    for (open, middle, close) in [
        ("(", "i", ")"),
        ("[", "i", "]"),
        ("not ", "b", ""),
        ("(1 if b otherwise ", "i", ")"),
        ("max(1, ", "i", ")"),
    ] {
        let nested = move |depth: usize| {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            format!("{HEAD}let x = {open}{middle}{close}")
        };
        survives("nesting", move || {
            let deepest = Limits::default().nesting;
            assert!(deepest >= 64);
            let fine = Ruleset::from_text(&nested(deepest));
            assert!(fine.is_ok(), "{}", fine.expect_err("an error"));
            let error = Ruleset::from_text(&nested(deepest + 1)).expect_err("too deep");
            let ErrorKind::Rules { diagnostics, .. } = error.kind() else {
                panic!("{error}");
            };
            assert_eq!(diagnostics[0].code, Code::TooDeep, "{error}");
        });
    }
}

#[test]
fn names() {
    let named = |length: usize| format!("{HEAD}let {} = 1", "n".repeat(length));
    let longest = Limits::default().name_bytes;
    assert!(Ruleset::from_text(&named(longest)).is_ok());
    let error = Ruleset::from_text(&named(longest + 1)).expect_err("too long");
    let said = error.to_string();
    assert!(
        said.contains("this name has more than 255 letters"),
        "{said}"
    );
}

/// Files that are not UTF-8: the main one is named, others are told of where they are named.
#[test]
fn bytes_that_are_no_text() {
    let folder = std::env::temp_dir().join(format!("pervade-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    let load = |name: &str| {
        Ruleset::from_file(folder.join(name))
            .map(|_| ())
            .expect_err("no UTF-8")
    };
    let noise: Vec<u8> = (0..1_000_000_u32)
        .map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    for bytes in [
        &b"ruleset r // \xff"[..],
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf8\x88\x80\x80\x80",
        &noise,
    ] {
        write("bad.pvd", bytes);
        write("bad.csv", bytes);
        write("uses.pvd", b"ruleset r\nuse \"bad.pvd\"");
        write(
            "table.pvd",
            format!("{HEAD}table x(first) -> int from \"bad.csv\" {{ otherwise => 0 }}").as_bytes(),
        );
        let said = load("bad.pvd").to_string();
        assert!(said.contains("bad.pvd") && said.contains("UTF-8"), "{said}");
        let said = load("uses.pvd").to_string();
        assert!(
            said.contains("uses.pvd:2:5") && said.contains("UTF-8"),
            "{said}"
        );
        let said = load("table.pvd").to_string();
        assert!(
            said.contains("table.pvd:") && said.contains("UTF-8"),
            "{said}"
        );
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}
