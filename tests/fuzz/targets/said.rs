//! What every diagnostic and every error keeps.

use pervade::{Diagnostic, Error, ErrorKind, SourceId, Span};

/// It says something, on one line, and its places lie within their texts, between characters.
pub fn check<'t>(diagnostic: &Diagnostic, text_of: impl Fn(SourceId) -> &'t str) {
    let within = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        let inside = text_of(span.source).get(start..end).is_some();
        assert!(inside, "a place outside its text: {diagnostic:?}");
    };
    within(diagnostic.primary.span);
    diagnostic.secondary.iter().for_each(|l| within(l.span));
    for suggestion in &diagnostic.suggestions {
        within(suggestion.span);
        let (start, end) = (suggestion.span.start as usize, suggestion.span.end as usize);
        let replaced = text_of(suggestion.span.source).get(start..end);
        assert_ne!(
            replaced,
            Some(&*suggestion.replacement),
            "a repair that changes nothing: {diagnostic:?}"
        );
    }
    let message = &diagnostic.message;
    assert!(!message.trim().is_empty(), "nothing is said");
    assert!(message.len() < 2_000, "much is said: {message}");
}

/// Every diagnostic of an error, or every problem, keeps its form.
pub fn check_error(error: &Error) {
    let text = error.to_string();
    assert!(!text.trim().is_empty());
    match error.kind() {
        ErrorKind::Rules {
            diagnostics,
            sources,
        } => {
            assert!(!diagnostics.is_empty(), "an error without a diagnostic");
            diagnostics
                .iter()
                .for_each(|d| check(d, |id| sources.text(id)));
        }
        ErrorKind::Context { problems, .. } => {
            assert!(!problems.is_empty(), "an error without a problem");
            for problem in problems {
                let told = problem.to_string();
                assert!(
                    !problem.message.is_empty(),
                    "nothing is said of `{}`",
                    problem.path
                );
                assert!(told.len() < 2_000, "much is said: {told}");
                assert!(
                    !told.contains(char::is_control),
                    "more than a line: {told:?}"
                );
            }
        }
        _ => {}
    }
}
