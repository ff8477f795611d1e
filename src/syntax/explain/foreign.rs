//! Declarations that begin with a word of another language: `type`, `struct`, `const`, `import`.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::{SourceId, Span};
use crate::syntax::scan::Kind;
use crate::syntax::split::View;
use crate::syntax::words;

/// Answers the declaration whose first word, token `at`, begins none.
pub(in crate::syntax) fn unknown_declaration(
    view: View,
    at: usize,
    source: SourceId,
) -> Diagnostic {
    let foreign = Foreign { view, at, source };
    let word = view.word(at);
    let error = Diagnostic::error(
        Code::UnknownDeclaration,
        foreign.span(at, at),
        format!("no declaration begins with `{word}`"),
    )
    .label("a declaration goes here");
    let help = "the declarations are `ruleset`, `use`, `timezone`, `week starts`, `enum`, `record`, `context`, `touchpoint`, `event`, `reference`, `let`, `segment`, `behaviour`, `journey`, `classify`, `decision`, `table`, `score`, `feature`, `issue`, `group`, `action`, `next_best_action`, `policy`, `experiment`, `customer` and `test`";
    if let Some(meant) = foreign.meant() {
        let error = error.help(meant.help);
        return match meant.repair {
            Some((span, text)) => error.suggest(span, text),
            None => error,
        };
    }
    match nearest(word, words::DECLARATIONS.iter().copied()) {
        Some(near) => error
            .help(format!("did you mean `{near}`?"))
            .suggest(foreign.span(at, at), near),
        None => error.help(help),
    }
}

/// What a word of another language stands for here.
struct Meant {
    help: String,
    repair: Option<(Span, String)>,
}

struct Foreign<'a> {
    view: View<'a>,
    at: usize,
    source: SourceId,
}

impl<'a> Foreign<'a> {
    /// From one token to another.
    fn span(&self, first: usize, last: usize) -> Span {
        let token = |i: usize| self.view.tokens.get(i);
        let start = token(first).map_or(0, |t| t.start);
        Span::new(self.source, start, token(last).map_or(start, |t| t.end))
    }

    /// The token so many places behind the first one.
    fn word(&self, behind: usize) -> &'a str {
        self.view.word(self.at + behind)
    }

    fn meant(&self) -> Option<Meant> {
        let named = self.view.is_name(self.at + 1);
        match self.word(0) {
            "type" | "typedef" | "struct" | "class" | "object" | "interface" if named => {
                Some(self.a_type(self.word(1)))
            }
            "const" | "var" | "val" | "define" | "def" | "fn" | "func" | "function" => {
                let help = "a value or a function is declared with `let`, a condition with `segment`";
                let repair = matches!(self.word(2), "=" | ":" | "(") && named;
                Some(self.instead(help, repair.then_some("let")))
            }
            "import" | "include" | "require" => {
                let is_file = self.view.kind(self.at + 1) == Some(Kind::Text);
                let help = "another file is brought in with `use \"other.pvd\"`";
                Some(self.instead(help, is_file.then_some("use")))
            }
            "rule" | "rules" | "if" | "when" => Some(self.instead(
                "rules stand in a decision: `decision help -> int { when visits > 3 => 1 otherwise => 0 }`",
                None,
            )),
            "input" | "inputs" => {
                let repair = (self.word(1) == "{").then_some("context");
                Some(self.instead("what is known of a customer is declared in `context { … }`", repair))
            }
            _ => None,
        }
    }

    fn instead(&self, help: &str, word: Option<&str>) -> Meant {
        Meant {
            help: help.to_owned(),
            repair: word.map(|word| (self.span(self.at, self.at), word.to_owned())),
        }
    }

    /// `type Address = { … }`, `struct Address { … }`, `type Tier = enum { … }`, `type Amount = decimal`
    fn a_type(&self, name: &str) -> Meant {
        let behind = if self.word(2) == "=" { 3 } else { 2 };
        let (word, last) = match (self.word(behind), self.word(behind + 1)) {
            ("{", _) => ("record", behind - 1),
            (word @ ("enum" | "record" | "struct"), "{") => match word {
                "enum" => ("enum", behind),
                _ => ("record", behind),
            },
            _ => {
                let help = "a type has no second name: write the type itself where it is needed, or declare a `record` or an `enum`";
                return self.instead(help, None);
            }
        };
        let what = if word == "enum" {
            "an enum"
        } else {
            "a record"
        };
        Meant {
            help: format!("{what} is declared as `{word} {name} {{ … }}`"),
            repair: Some((self.span(self.at, self.at + last), format!("{word} {name}"))),
        }
    }
}
