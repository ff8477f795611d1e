//! Texts that are deep, long or broken.

use super::{compiled, repeated, survives};
use pervade::{Code, FileSources, Limits, MemorySources, Ruleset};

const MANY: usize = 1_000_000;

/// Enough for a quadratic stage to show.
const SOME: usize = 200_000;

#[test]
fn brackets_without_end() {
    for bracket in [
        "(", "[", "{", ")", "]", "}", "([{", "(]", "{ a: ", "[ ( ", "list<", "<", ">", "|", "| - ",
        "=>",
    ] {
        let text = format!("ruleset r let x = {}", bracket.repeat(SOME / bracket.len()));
        let codes = compiled(&format!("brackets {bracket}"), text);
        assert!(!codes.is_empty(), "{bracket}");
        let text = format!(
            "ruleset r context {{ a: {} }}",
            bracket.repeat(SOME / bracket.len())
        );
        assert!(!compiled(&format!("brackets {bracket} in a type"), text).is_empty());
    }
    let text = format!(
        "ruleset r let x = {}1{}",
        "(".repeat(MANY / 2),
        ")".repeat(MANY / 2)
    );
    assert_eq!(compiled("balanced brackets", text), [Code::TooDeep]);
}

#[test]
fn words_that_nest_without_brackets() {
    let cases = [
        ("not ", "true"),
        ("- ", "1"),
        ("-", "1"),
        ("a.", "a"),
        ("a is ", "present"),
        ("1 < ", "1"),
        ("1 in ", "[1]"),
        ("1 .. ", "1"),
        ("a else - ", "1"),
        ("not a and ", "a"),
        ("1 if a otherwise ", "1"),
        ("1 if ", "a"),
        ("1 otherwise ", "a"),
        ("if ", "a"),
        ("! ", "a"),
        ("a && ", "a"),
        ("a ", "a"),
        ("1 ", "1"),
        ("= ", "1"),
        (", ", "1"),
        ("\"a\" ", "1"),
    ];
    for (piece, last) in cases {
        for count in [50_000, 200] {
            let text = format!(
                "ruleset r context {{ a: bool = true }} let x = {}{last}",
                piece.repeat(count)
            );
            let codes = compiled(&format!("{count} of {piece}"), text);
            let fine = codes.is_empty();
            assert!(
                !fine || matches!(piece, "not a and " | "1 if a otherwise "),
                "{piece} {count}"
            );
        }
    }
}

#[test]
fn long_flat_expressions() {
    let cases = [
        ("i + ", "i", true),
        ("i * ", "i", true),
        ("d / ", "2", true),
        ("b and ", "b", true),
        ("b or ", "b", true),
        ("i == 1 and ", "b", true),
        ("not b or ", "b", true),
        ("o else ", "1", true),
        ("1 if b otherwise ", "2", true),
    ];
    for (piece, last, fine) in cases {
        let text = format!(
            "ruleset r context {{ i: int = 0, d: decimal 1..=2 = 1, b: bool = true, o: int? }} let x = {}{last}",
            piece.repeat(100_000)
        );
        assert_eq!(
            compiled(&format!("long {piece}"), text).is_empty(),
            fine,
            "{piece}"
        );
    }
    for items in [
        repeated(100_000, |i| format!("{i}, ")),
        repeated(100_000, |i| format!("\"{i}\", ")),
    ] {
        let value = if items.starts_with('"') { "\"\"" } else { "-1" };
        let kind = if items.starts_with('"') {
            "string"
        } else {
            "int"
        };
        let text = format!(
            "ruleset r context {{ v: {kind} = {value} }} let x = [{items}{value}] \
             decision d -> bool {{ when v in [{items}{value}] => true when v not in [{items}{value}] => false }}"
        );
        assert!(compiled("a long list", text).is_empty());
    }
    let text = format!(
        "ruleset r context {{ v: int = 0 }} segment s = {}",
        repeated(50_000, |i| format!("v == {i} or ")) + "v == -1"
    );
    assert!(compiled("a long or", text).is_empty());
}

#[test]
fn distinct_options_and_branches() {
    let inputs = repeated(5_000, |i| format!("o{i}: int?, b{i}: bool = false\n"));
    let head = format!("ruleset r context {{ {inputs} }}\n");
    let chain = repeated(5_000, |i| format!("o{i} else ")) + "0";
    let rules = "decision d -> int { when x > 3 => 1 when x <= 3 => 2 }";
    let codes = compiled(
        "distinct options",
        format!("{head} let x = {chain} {rules}"),
    );
    assert!(
        codes.is_empty() || codes == [Code::NotShownExhaustive],
        "{codes:?}"
    );
    let chain = repeated(5_000, |i| format!("{i} if b{i} otherwise ")) + "0";
    let codes = compiled(
        "distinct branches",
        format!("{head} let x = {chain} {rules}"),
    );
    assert!(
        codes.is_empty() || codes == [Code::NotShownExhaustive],
        "{codes:?}"
    );
    let rows = repeated(5_000, |i| format!("when b{i} => {i} "));
    let codes = compiled(
        "distinct rules",
        format!("{head} decision d -> int {{ {rows} }}"),
    );
    assert_eq!(codes, [Code::NotExhaustive]);
}

#[test]
fn strings_comments_and_numbers() {
    let long = "x".repeat(4 * MANY);
    let digits = "9".repeat(MANY);
    let unicode = "é\u{202e}\u{0}漢👩\u{200d}🚀".repeat(50_000);
    for (name, value) in [
        ("an unclosed string", format!("\"{long}")),
        (
            "an unclosed string over lines",
            format!("\"{}", "line\n".repeat(200_000)),
        ),
        ("many unclosed strings", "\"\n".repeat(200_000)),
        ("single quotes", "'".repeat(MANY)),
        ("quotes", "\"".repeat(MANY + 1)),
        ("backquotes", "`".repeat(MANY + 1)),
        ("backslashes", format!("\"{}\"", "\\".repeat(MANY + 1))),
        ("bad escapes", format!("\"{}\"", "\\q".repeat(MANY))),
        ("open escapes", format!("\"{}\"", "\\u{".repeat(MANY / 3))),
        ("a long escape", format!("\"\\u{{{digits}}}\"")),
        ("braces", format!("\"{}\"", "{".repeat(MANY + 1))),
        ("closing braces", format!("\"{}\"", "}".repeat(MANY + 1))),
        ("digits", digits.clone()),
        ("a long fraction", format!("0.{digits}")),
        ("a long percentage", format!("{digits}%")),
        ("underscores", format!("1{}", "_".repeat(MANY))),
        ("points", "1.".repeat(MANY / 2)),
        ("percent signs", "1%".repeat(MANY / 2)),
        ("a long name", long.clone()),
        ("unicode", unicode.clone()),
        ("unicode words", "naïve ".repeat(100_000)),
        (
            "control characters",
            "\u{0}\u{1}\u{7f}\u{85}\u{2028}".repeat(100_000),
        ),
        ("slashes", "/".repeat(MANY)),
        ("stars", "/*".repeat(MANY / 2)),
        ("comments", "1 // x\n".repeat(200_000)),
        ("only comments", "/// x\n".repeat(200_000)),
    ] {
        let text = format!("ruleset r let x = {value}");
        let codes = compiled(name, text);
        assert!(!codes.is_empty() || matches!(name, "a long name"), "{name}");
        assert!(codes.len() <= Limits::default().diagnostics, "{name}");
    }
    let text = format!(
        "ruleset r let x = \"{}\" let y = x == \"{long}\" // {unicode}",
        unicode.replace('\u{0}', "")
    );
    assert!(compiled("long strings", text).is_empty());
}

#[test]
fn line_ends_marks_and_empty_texts() {
    let rules = "ruleset r\ncontext { a: int = 1 }\n// é\nsegment s = a > 0\n";
    for (name, text) in [
        ("line feeds", rules.to_owned()),
        ("carriage returns", rules.replace('\n', "\r\n")),
        ("a mark", format!("\u{feff}{rules}")),
        ("two marks", format!("\u{feff}\u{feff}{rules}")),
        (
            "no line ends",
            "ruleset r context { a: int = 1 } segment s = a > 0".to_owned(),
        ),
        ("tabs", rules.replace(' ', "\t")),
    ] {
        assert_eq!(compiled(name, text), [], "{name}");
    }
    for (name, text) in [
        ("nothing", String::new()),
        ("blanks", " \n\t\r\n".repeat(1000)),
        ("a mark alone", "\u{feff}".to_owned()),
        ("a NUL", format!("\0{rules}")),
        ("a NUL inside", rules.replace(" s ", " s\0 ")),
        ("a NUL in a string", format!("{rules} let t = \"\0")),
        ("unicode names", rules.replace('a', "ä")),
        ("wide letters", rules.replace('a', "ａ")),
        ("a hidden space", rules.replace(" s ", " s\u{200b} ")),
        ("a wide space", rules.replace(" s ", "\u{a0}s\u{3000}")),
        ("a turned text", rules.replace(" s ", " \u{202e}s ")),
    ] {
        assert!(!compiled(name, text).is_empty(), "{name}");
    }
}

#[test]
fn many_mistakes() {
    for piece in [
        "let x = = 1\n",
        "segment s = a &&\n",
        "%\n",
        "foo bar\n",
        "decision d {}\n",
        "let y = zz + 1\n",
    ] {
        let text = format!("ruleset r\n{}", piece.repeat(50_000));
        let codes = compiled(&format!("many of {piece}"), text);
        assert!(
            (1..=1000).contains(&codes.len()),
            "{piece}: {}",
            codes.len()
        );
    }
    let one_line = format!("ruleset r {}", "let y = zz + 1 ".repeat(50_000));
    assert!(compiled("mistakes in one line", one_line).len() <= 1000);
}

#[test]
fn files_that_are_not_text() {
    let folder = std::env::temp_dir().join(format!("pervade-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in [
        ("latin1.pvd", b"ruleset r let x = \"caf\xe9\"".to_vec()),
        ("zeros.pvd", vec![0; 1 << 20]),
        ("ones.pvd", vec![0xff; 1 << 20]),
        ("utf16.pvd", b"r\0u\0l\0e\0s\0e\0t\0".to_vec()),
        ("surrogate.pvd", b"ruleset r // \xed\xa0\x80".to_vec()),
    ] {
        std::fs::write(folder.join(name), &bytes).expect("a file");
        let path = folder.join(name);
        survives(name, move || {
            let error = Ruleset::from_file(&path).expect_err("no rules");
            assert!(!error.to_string().is_empty());
        });
        let main = MemoryAndFiles(folder.clone());
        survives(name, move || {
            let error = Ruleset::compile(&main, name).expect_err("no rules");
            assert!(!error.to_string().is_empty());
        });
    }
    std::fs::remove_dir_all(&folder).expect("a folder");
}

/// Files of a folder.
struct MemoryAndFiles(std::path::PathBuf);

impl pervade::Sources for MemoryAndFiles {
    fn read(&self, name: &str) -> Result<String, String> {
        FileSources::new(&self.0).read(name)
    }
}

#[test]
fn files_that_use_files() {
    let codes = |sources: MemorySources| -> Vec<Code> {
        match Ruleset::compile(&sources, "0.pvd") {
            Ok(_) => Vec::new(),
            Err(error) => super::shown(&error, ""),
        }
    };
    let chain = |count: usize, back: usize| {
        (0..count).fold(MemorySources::new(), |sources, i| {
            let head = if i == 0 { "ruleset r\n" } else { "" };
            let next = if i + 1 < count { i + 1 } else { back };
            sources.with(
                format!("{i}.pvd"),
                format!("{head}use \"{next}.pvd\"\nlet x{i} = {i}"),
            )
        })
    };
    let circle = survives("a circle of files", move || codes(chain(900, 5)));
    assert_eq!(circle, [Code::UseCycle]);
    assert_eq!(
        survives("a file that uses itself", move || codes(chain(1, 0))),
        [Code::UseCycle]
    );
    let long = survives("a chain of files", move || codes(chain(5_000, 5_000)));
    assert!(long.contains(&Code::TooLarge), "{long:?}");
    for path in [
        "../".repeat(100_000),
        "a/".repeat(100_000),
        "a/../".repeat(100_000),
        "\\u{0}".to_owned(),
        "/etc/passwd".to_owned(),
    ] {
        let text = format!("ruleset r use \"{path}x.pvd\"");
        let codes = compiled("a long path", text);
        assert_eq!(codes, [Code::UnreadableSource]);
    }
    let wide = repeated(50_000, |i| format!("use \"{i}.pvd\"\n"));
    assert!(!compiled("many missing files", format!("ruleset r\n{wide}")).is_empty());
}
