//! The fuzz targets: each takes any bytes and panics where a promise is broken. `fuzz/` calls the same functions.

use crate::oracle;
use pervade::internals::syntax;
use pervade::{Limits, Ruleset, SourceId};

/// A text parses or is answered; what parses is printed, parsed again as the same tree, and printed the same.
pub fn parse(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let limits = Limits::default();
    let (file, diagnostics) = syntax::parse(SourceId::default(), text, &limits);
    for diagnostic in &diagnostics {
        let span = diagnostic.primary.span;
        assert!(
            span.start <= span.end && span.end as usize <= text.len(),
            "{diagnostic:?}"
        );
    }
    if !diagnostics.is_empty() {
        return;
    }
    let printed = syntax::print(&file, text);
    let (again, wrong) = syntax::parse(SourceId::default(), &printed, &limits);
    assert!(wrong.is_empty(), "{printed}\n{wrong:?}");
    assert!(again == file, "printed as another tree:\n{printed}");
    assert_eq!(syntax::print(&again, &printed), printed, "formatted twice");
}

/// A text compiles or is answered; the answer can be drawn, and what it suggests can be applied.
pub fn compile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Ruleset::from_text(text) {
        Ok(rules) => {
            let _ = rules.fingerprint();
            let _ = rules.graph(pervade::GraphFormat::Json);
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            if let Some(sources) = error.sources() {
                for diagnostic in error.diagnostics() {
                    let _ = diagnostic.render_pretty(sources, true);
                }
            }
        }
    }
}

/// The bytes are the choices of a generated ruleset with its contexts, on which engine and reference agree.
pub fn decide(bytes: &[u8]) {
    if let Err(why) = oracle::decide_bytes(bytes) {
        panic!("{why}");
    }
}
