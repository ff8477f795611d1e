//! Functions that do not exist, or not so: those of other languages, and built-in ones with other values than they take.
//!
//! In: a call that means nothing. Out: its report, with the words that this language has for it and, where what is meant
//! is certain, the replacement.

use super::conversions::operand;
use super::functions::{BUILT_IN_FUNCTIONS, params_of};
use super::lower::Lowering;
use super::{ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic, all_nearest};
use crate::source::Span;
use crate::syntax::ast;

/// What is meant by a call.
enum Meant {
    /// This text, for certain.
    Text(String),
    /// Something that is said in words.
    Words(String),
}

impl Lowering<'_> {
    /// The report of a call of what is no function, or not with so many values.
    pub(super) fn no_such_function(
        &mut self,
        name: &ast::Name,
        arguments: &[ast::Expr],
        at: Span,
    ) -> Diagnostic {
        let word = &*name.text;
        if let Some(usage) = usage(word) {
            return self.wrong_count(word, usage, arguments, at);
        }
        let declared = self.names.span(word);
        let error = Diagnostic::error(
            Code::UnknownName,
            name.at.0,
            format!("there is no function `{word}`"),
        );
        if let Some(declared) = declared {
            return error
                .label("declared without parameters")
                .also(declared, "declared here")
                .help(format!("leave out the brackets: `{word}`"))
                .suggest(at, word.to_owned());
        }
        let error = error.label("nothing of this name is declared with parameters");
        match self.meant_by(word, arguments) {
            Some(Meant::Text(text)) => error.help(format!("write `{text}`")).suggest(at, text),
            Some(Meant::Words(words)) => error.help(words),
            None => self.near_function(error, name),
        }
    }

    fn near_function(&self, error: Diagnostic, name: &ast::Name) -> Diagnostic {
        let drafts = self.drafts.iter().take_while(|_| !self.is_crowded());
        let own = drafts.filter(|draft| {
            self.look(1);
            !params_of(draft.item).is_empty()
        });
        let names = own.map(|d| &*d.name.text).chain(BUILT_IN_FUNCTIONS);
        match all_nearest(&name.text, names).as_slice() {
            near @ [_, ..] => super::slips::meant(error, name.at.0, near),
            [] => error.help(format!("declare it: `let {}(x: int) = …`", name.text)),
        }
    }

    /// A built-in function with too many or too few values.
    fn wrong_count(
        &mut self,
        word: &str,
        usage: &str,
        arguments: &[ast::Expr],
        at: Span,
    ) -> Diagnostic {
        let count = match arguments.len() {
            1 => "1 value".to_owned(),
            n => format!("{n} values"),
        };
        let message = format!("`{word}` does not take {count}");
        let error = Diagnostic::error(Code::WrongArguments, at, message).label("not this many");
        if let ("min" | "max", [list]) = (word, arguments)
            && self.is_list(list)
        {
            let list = self.sources.snippet(list.at.0);
            let text = format!("{word} of (x for x in {list})");
            return error
                .help(format!("of a list write `{text}`"))
                .suggest(at, text);
        }
        error.help(format!("write {usage}"))
    }

    /// Whether an operand is a list. What is wrong with it otherwise is told when the call is written rightly.
    fn is_list(&mut self, written: &ast::Expr) -> bool {
        let simple = matches!(
            written.kind,
            ast::ExprKind::Name(_) | ast::ExprKind::Field(..) | ast::ExprKind::List(_)
        );
        if !simple {
            return false;
        }
        let (reported, told) = (self.reported(), self.told_zone);
        let id = self.infer(written);
        self.forget_reports(reported);
        self.told_zone = told;
        matches!(self.expr(id).ty.present(), Ty::List(_))
    }

    /// What is meant by functions of other languages.
    fn meant_by(&mut self, word: &str, arguments: &[ast::Expr]) -> Option<Meant> {
        let texts: Vec<String> = arguments
            .iter()
            .map(|a| operand(self.sources.snippet(a.at.0)))
            .collect();
        let small = word.to_ascii_lowercase().replace('_', "");
        let one = texts.first().map(String::as_str).unwrap_or_default();
        let two = texts.get(1).map(String::as_str).unwrap_or_default();
        match (&*small, arguments) {
            ("len" | "length" | "size" | "strlen", [text]) => {
                Some(Meant::Text(match self.is_list(text) {
                    true => format!("count of {one}"),
                    false => format!("length of {one}"),
                }))
            }
            ("count", [_]) => Some(Meant::Text(format!("count of {one}"))),
            ("sum", [list]) if self.is_list(list) => {
                Some(Meant::Text(format!("sum of (x for x in {one})")))
            }
            ("sum", _) => Some(Meant::Words(
                "write what is added: `sum of (x.price for x in list)`".to_owned(),
            )),
            ("date" | "todate" | "parsedate", all) => self.date_meant(all),
            ("lowercase" | "tolower" | "lcase", [_]) => Some(Meant::Text(format!("lower({one})"))),
            ("contains" | "startswith" | "endswith" | "matches", [_, _]) => {
                Some(Meant::Text(format!("{one} {} {two}", infix(&small))))
            }
            ("year" | "month" | "day" | "weekday" | "hour" | "minute" | "second", [_]) => {
                Some(Meant::Text(format!("{one}.{small}")))
            }
            ("coalesce" | "ifnull" | "isnull" | "nvl" | "default", [_, _]) => {
                Some(Meant::Text(format!("({one} else {two})")))
            }
            ("isnull" | "ismissing", [_]) => Some(Meant::Text(format!("{one} is missing"))),
            ("isnotnull" | "ispresent" | "exists", [_]) => {
                Some(Meant::Text(format!("{one} is present")))
            }
            ("distance", [_, _]) => Some(Meant::Text(format!("distance between {one} and {two}"))),
            (
                "yearsbetween" | "monthsbetween" | "weeksbetween" | "daysbetween" | "hoursbetween"
                | "minutesbetween" | "secondsbetween",
                [_, _],
            ) => {
                let unit = small.trim_end_matches("between");
                Some(Meant::Text(format!("{unit} between {one} and {two}")))
            }
            _ => words(&small).map(|text| Meant::Words(text.to_owned())),
        }
    }

    /// `date(2026, 3, 1)`, `date("2026-03-01")`
    fn date_meant(&mut self, arguments: &[ast::Expr]) -> Option<Meant> {
        let ids: Vec<_> = arguments.iter().map(|a| self.infer(a)).collect();
        let number = |at: usize| ids.get(at).and_then(|id| self.number(*id));
        if let (3, Some(year), Some(month), Some(day)) =
            (ids.len(), number(0), number(1), number(2))
        {
            return Some(Meant::Text(format!("{year:0>4}-{month:0>2}-{day:0>2}")));
        }
        let [id] = ids.as_slice() else {
            return Some(Meant::Words("a date is written `2026-03-01`".to_owned()));
        };
        match (&self.expr(*id).ty, &self.expr(*id).kind) {
            (Ty::DateTime, _) => {
                let text = operand(self.sources.snippet(self.expr(*id).span));
                Some(Meant::Text(format!("date of {text}")))
            }
            (_, ExprKind::Const(_)) => self.as_literal(*id, &Ty::Date).map(Meant::Text),
            _ => Some(Meant::Words(
                "a date is written `2026-03-01`; the day of an instant is `date of …`".to_owned(),
            )),
        }
    }
}

/// How a built-in function is written.
fn usage(word: &str) -> Option<&'static str> {
    Some(match word {
        "geo" => "`geo(51.5074, -0.1278)`: latitude and longitude",
        "abs" => "`abs(a)`: one number",
        "lower" => "`lower(text)`: one text",
        "min" | "max" => {
            "`min(a, b)` or `max(a, b)`: two values or more; of a list `min of (x.price for x in xs)`"
        }
        _ => return None,
    })
}

fn infix(small: &str) -> &str {
    match small {
        "startswith" => "starts with",
        "endswith" => "ends with",
        other => other,
    }
}

/// What there is for functions of other languages.
fn words(small: &str) -> Option<&'static str> {
    Some(match small {
        "upper" | "uppercase" | "toupper" | "ucase" => {
            "there is `lower(text)`; or compare with `== \"…\" ignoring case`"
        }
        "avg" | "average" | "mean" => {
            "divide the sum by the count: `sum of (x.price for x in list) / count of list`"
        }
        "floor" | "trunc" | "truncate" | "int" => "write `round x down to 1`; of ints `a div b`",
        "ceil" | "ceiling" => "write `round x up to 1`",
        "pow" | "power" | "sqrt" | "exp" | "log" => {
            "there are `+ - * /`, `div`, `mod`, `abs`, `min` and `max`"
        }
        "concat" | "join" | "format" => {
            "texts are put together inside one string: `\"{first} {second}\"`"
        }
        "if" | "iif" | "ifelse" => "write `a if condition otherwise b`",
        "substring" | "substr" | "left" | "right" => {
            "ask about a part with `starts with`, `ends with`, `contains` or `matches`"
        }
        "trim" | "replace" | "split" => "texts are asked about and put together, never changed",
        "like" | "regex" | "regexp" | "regexmatch" => "write `text matches \"…\"`",
        "datediff" => "write `days between a and b`; also `years`, `months`, `weeks`, `hours`",
        "dateadd" | "adddays" | "addmonths" | "addyears" => {
            "write `date + 7 days`, `date + 1 month`"
        }
        "time" | "datetime" | "timestamp" => {
            "an instant is written `2026-03-01T18:30:00Z`, a time of day `18:30`"
        }
        "any" | "some" => "write `any x in list has (…)`",
        "all" | "every" => "write `every x in list has (…)`",
        "filter" => "write `list where (…)`",
        "nearest" | "closest" => "write `nearest place of shops to p`",
        "money" => "an amount is written `12.50 GBP`",
        "random" | "rand" | "uuid" => "nothing is random: the same customer gets the same answer",
        _ => return None,
    })
}
