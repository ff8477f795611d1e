//! A text parses or is answered; what parses is formatted: the same tree, every comment, and no second change.

use super::said;
use pervade::internals::syntax;
use pervade::{Limits, SourceId};

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let limits = Limits::default();
    let (file, diagnostics) = syntax::parse(SourceId::default(), text, &limits);
    for diagnostic in &diagnostics {
        said::check(diagnostic, |_| text);
    }
    if !diagnostics.is_empty() {
        return;
    }
    let printed = syntax::print(&file, text);
    let (again, wrong) = syntax::parse(SourceId::default(), &printed, &limits);
    assert!(wrong.is_empty(), "{printed}\n{wrong:?}");
    assert!(again == file, "printed as another tree:\n{printed}");
    assert_eq!(syntax::print(&again, &printed), printed, "formatted twice");
    // Where no string could hold them, every `//` is a comment.
    if !text.contains(['"', '`']) {
        let (before, after) = (comments(text), comments(&printed));
        assert_eq!(before, after, "comments are kept:\n{printed}");
    }
}

/// The comments of a text without strings, sorted: the formatter may take one behind a line to above it. Documentation
/// has a blank behind its slashes once it is formatted.
fn comments(text: &str) -> Vec<String> {
    let lines = text.split(['\n', '\r']);
    let comments = lines.filter_map(|line| Some(line.get(line.find("//")?..)?.trim_end()));
    let spaced = |comment: &str| match comment.strip_prefix("///") {
        Some(said) if !said.starts_with([' ', '/']) => format!("/// {said}"),
        _ => comment.to_owned(),
    };
    let mut comments: Vec<String> = comments.map(spaced).collect();
    comments.sort_unstable();
    comments
}
