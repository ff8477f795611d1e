//! What is said of a text can be drawn, for terminals and files, without harm; what is suggested can be carried out.

use super::{said, sources};
use pervade::{Compiler, Diagnostic, SourceMap, apply};

/// More of one error than this are drawn alike.
const DRAWN: usize = 12;
/// As often are repairs carried out one after the other.
const REPAIRS: usize = 4;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (mut main, others) = sources::split(text);
    for _ in 0..REPAIRS {
        let compiled = Compiler::new()
            .tests(true)
            .compile(&sources::memory(&main, &others), "main.pvd");
        let repaired = match &compiled {
            Ok(rules) => all(rules.warnings(), rules.sources()),
            Err(error) => match error.sources() {
                Some(sources) => all(error.diagnostics(), sources),
                None => None,
            },
        };
        match repaired {
            Some(repaired) => main = repaired,
            None => return,
        }
    }
}

/// Draws them; gives the main text with the first repair that it has.
fn all(diagnostics: &[Diagnostic], sources: &SourceMap) -> Option<String> {
    let main = sources.iter().next().map_or("", |(_, text)| text);
    let mut repaired = None;
    for diagnostic in diagnostics.iter().take(DRAWN) {
        said::check(diagnostic, |id| sources.text(id));
        drawn(diagnostic, sources);
        let Some(first) = diagnostic.suggestions.first() else {
            continue;
        };
        let text = sources.text(first.span.source);
        let applied = apply(text, &diagnostic.suggestions);
        assert_ne!(
            applied, text,
            "a repair that changes nothing: {diagnostic:?}"
        );
        if repaired.is_none() && std::ptr::eq(text, main) {
            repaired = Some(applied);
        }
    }
    repaired
}

fn drawn(diagnostic: &Diagnostic, sources: &SourceMap) {
    let plain = diagnostic.render(sources);
    assert!(plain.contains(diagnostic.code.as_str()), "{plain}");
    harmless(&plain);
    let pretty = diagnostic.render_pretty(sources, false);
    assert!(pretty.contains(diagnostic.code.as_str()), "{pretty}");
    harmless(&pretty);
    let coloured = uncoloured(&diagnostic.render_pretty(sources, true));
    harmless(&coloured);
}

/// Nothing in it moves the cursor or turns the direction of writing.
fn harmless(drawn: &str) {
    let harm = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!drawn.contains(harm), "{drawn:?}");
}

/// The text without the sequences that set colours: `ESC [ digits and ; m`.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        plain.push_str(rest.strip_prefix('m').expect("a colour"));
    }
    plain
}
