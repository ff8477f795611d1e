//! Issues, groups, actions, what chooses among them, policies and experiments, from what pest read.

use super::{Parts, find, independent, named, pervasive, value};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{
    Action, ActionClause, After, Alike, At, Bucketing, Choice, ChoiceClause, Counted, Counting,
    ExperimentClause, Expr, ExprKind, GroupDecl, IssueDecl, Name, Paused, Per, Period,
    PolicyClause, Reach, Scope, StageWord, Stretch, Variant,
};
use crate::syntax::expression::all;
use crate::syntax::pairs::{Pair, Rule};
use crate::syntax::reader::Reader;
use crate::syntax::streams::number;

/// `issue sales { lever +10% }`
pub(in crate::syntax) fn issue(reader: &mut Reader, parts: &Parts) -> Option<IssueDecl> {
    let name = named(reader, parts)?;
    let lever = lever(reader, parts);
    Some(IssueDecl { name, lever })
}

/// `group sales.tickets { lever +20% }`
pub(in crate::syntax) fn group(reader: &mut Reader, parts: &Parts) -> Option<GroupDecl> {
    let (issue, name) = group_path(reader, parts)?;
    let lever = lever(reader, parts);
    Some(GroupDecl { issue, name, lever })
}

/// `sales.tickets`
fn group_path(reader: &mut Reader, parts: &Parts) -> Option<(Name, Name)> {
    let path = find(parts, Rule::group_path)?.into_inner();
    let mut words = path.filter(|p| p.as_rule() == Rule::word);
    let issue = reader.name(&words.next()?);
    Some((issue, reader.any_word(&words.next()?)))
}

/// The lever between the braces, where there is one. What is declared stays so where its lever is wrong, which is reported.
fn lever(reader: &mut Reader, parts: &Parts) -> Option<Expr> {
    let body = find(parts, Rule::lever_body)?.into_inner();
    let lever = find(&body, Rule::lever)?;
    signed(reader, &lever.into_inner())
}

/// A percentage with its sign.
fn signed(reader: &mut Reader, parts: &Parts) -> Option<Expr> {
    let pair = find(parts, Rule::signed)?;
    let span = reader.span(&pair);
    let inner = pair.into_inner();
    let written = find(&inner, Rule::number)?;
    let value = number(reader, &written)?;
    let sign = find(&inner, Rule::sign);
    let sign = sign.as_ref().map(Pair::as_str);
    let is_percent = written.as_str().ends_with('%');
    let (Some(sign), true) = (sign, is_percent) else {
        let slip = not_added(sign, &value, (written.as_str(), span));
        reader.report.push(slip);
        return None;
    };
    let kind = match sign {
        "-" => ExprKind::Neg(Box::new(value)),
        _ => ExprKind::Plus(Box::new(value)),
    };
    Some(Expr { kind, at: At(span) })
}

/// What is said of a number that lacks its sign, its `%` or both.
fn not_added(sign: Option<&str>, number: &Expr, (written, at): (&str, Span)) -> Diagnostic {
    let digits = written.trim_end_matches('%');
    let (message, label) = match (sign, written == digits) {
        (None, false) => (
            "a percentage that is added has its sign",
            "`+` or `-` goes before it",
        ),
        (None, true) => (
            "a percentage has its sign and its `%`",
            "`+25%` goes here, for example",
        ),
        (Some(_), _) => ("this is no percentage", "`%` goes behind it"),
    };
    let error = Diagnostic::error(Code::Unexpected, at, message).label(label);
    // A part of 1 may be meant where the number has decimal places, and no `%`.
    if written == digits && !matches!(number.kind, ExprKind::Int(..)) {
        return error.help("a quarter more is written `+25%`");
    }
    let repair = format!("{}{digits}%", sign.unwrap_or("+"));
    error.help(format!("write `{repair}`")).suggest(at, repair)
}

/// The head of an action, or of those of a catalogue; their clauses are added later.
pub(in crate::syntax) fn action_head(reader: &mut Reader, parts: &Parts) -> Option<Action> {
    let mut words = parts.clone().filter(|p| p.as_rule() == Rule::word);
    let name = reader.name(&words.next()?);
    let from = words.next().map(|word| reader.name(&word));
    let (issue, group) = group_path(reader, parts)?;
    Some(Action {
        name,
        from,
        issue,
        group,
        clauses: Vec::new(),
    })
}

/// A clause of an action.
pub(in crate::syntax) fn action_clause(reader: &mut Reader, parts: &Parts) -> Option<ActionClause> {
    let clause = parts.clone().next()?;
    let rule = clause.as_rule();
    if rule == Rule::k_transactional {
        return Some(ActionClause::Transactional);
    }
    if rule == Rule::valid {
        return super::rules::valid(reader, clause).map(ActionClause::Valid);
    }
    let inner = clause.into_inner();
    let expr = |reader: &mut Reader| value(reader, find(&inner, Rule::expr)?);
    let content = |reader: &mut Reader| value(reader, find(&inner, Rule::content)?);
    Some(match rule {
        Rule::stage_clause => {
            let stage = match inner.clone().next()?.as_rule() {
                Rule::k_eligible => StageWord::Eligible,
                Rule::k_applicable => StageWord::Applicable,
                _ => StageWord::Suitable,
            };
            ActionClause::When(stage, expr(reader)?)
        }
        Rule::propensity => ActionClause::Propensity(expr(reader)?),
        Rule::value_of => ActionClause::Value(expr(reader)?),
        Rule::lever_of => ActionClause::Lever(match find(&inner, Rule::single) {
            Some(pair) => value(reader, pair)?,
            None => signed(reader, &inner)?,
        }),
        Rule::gives => ActionClause::Gives(content(reader)?),
        Rule::treatment => {
            let when = match find(&inner, Rule::expr) {
                Some(pair) => Some(value(reader, pair)?),
                None => None,
            };
            ActionClause::Treatment {
                when,
                content: content(reader)?,
            }
        }
        _ => ActionClause::OnlyOn(channels(reader, &inner)),
    })
}

/// The names of channels.
fn channels(reader: &Reader, parts: &Parts) -> Vec<Name> {
    let words = parts.clone().filter(|p| p.as_rule() == Rule::word);
    words.map(|word| reader.any_word(&word)).collect()
}

/// The head of a next best action; its clauses are added later.
pub(in crate::syntax) fn choice_head(reader: &mut Reader, parts: &Parts) -> Option<Choice> {
    Some(Choice {
        pervasive: pervasive(reader, parts),
        name: named(reader, parts)?,
        independent: independent(reader, parts),
        clauses: Vec::new(),
    })
}

/// A clause of a next best action.
pub(in crate::syntax) fn choice_clause(reader: &mut Reader, parts: &Parts) -> Option<ChoiceClause> {
    let clause = parts.clone().next()?;
    let rule = clause.as_rule();
    let inner = clause.into_inner();
    Some(match rule {
        Rule::choose => ChoiceClause::From(scopes(reader, &inner)?),
        Rule::rank => ChoiceClause::Rank(value(reader, find(&inner, Rule::expr)?)?),
        Rule::weight => {
            let percent = signed(reader, &inner);
            let scopes = scopes(reader, &inner);
            let when = match find(&inner, Rule::expr) {
                Some(pair) => Some(value(reader, pair)?),
                None => None,
            };
            ChoiceClause::Weight {
                percent: percent?,
                scopes: scopes?,
                when,
            }
        }
        Rule::hold_out => {
            let share = number(reader, &find(&inner, Rule::number)?);
            let scopes = match find(&inner, Rule::scopes) {
                Some(_) => scopes(reader, &inner),
                None => Some(Vec::new()),
            };
            let by = bucketing(reader, find(&inner, Rule::bucketing)?);
            ChoiceClause::HoldOut {
                share: share?,
                scopes: scopes?,
                by: by?,
            }
        }
        _ => {
            let most = match find(&inner, Rule::number) {
                Some(pair) => Some(number(reader, &pair)?),
                None => None,
            };
            let per = inner.filter(|p| p.as_rule() == Rule::at_most);
            let per = all(per.map(|p| at_most(reader, &p.into_inner())))?;
            ChoiceClause::Limit { most, per }
        }
    })
}

/// `at most 1 per group`
fn at_most(reader: &mut Reader, parts: &Parts) -> Option<(Expr, Per)> {
    let most = number(reader, &find(parts, Rule::number)?)?;
    let per = match find(parts, Rule::k_issue) {
        Some(_) => Per::Issue,
        None => Per::Group,
    };
    Some((most, per))
}

/// `sales.*, service.survey`
fn scopes(reader: &mut Reader, parts: &Parts) -> Option<Vec<Scope>> {
    let scopes = find(parts, Rule::scopes)?.into_inner();
    let scopes = scopes.filter(|p| p.as_rule() == Rule::scope);
    all(scopes.map(|pair| scope(reader, pair)))
}

fn scope(reader: &mut Reader, pair: Pair) -> Option<Scope> {
    let at = reader.at(&pair);
    let parts = pair.into_inner();
    let mut words = parts.clone().filter(|p| p.as_rule() == Rule::word);
    let first = words.next()?;
    let reach = match (words.next(), find(&parts, Rule::star)) {
        (Some(group), _) => Reach::Group(reader.name(&first), reader.any_word(&group)),
        (None, Some(_)) => Reach::Issue(reader.name(&first)),
        (None, None) if first.as_str() == "all" => Reach::All,
        (None, None) => Reach::Action(reader.name(&first)),
    };
    Some(Scope { reach, at })
}

/// A clause of a policy.
pub(in crate::syntax) fn policy_clause(reader: &mut Reader, parts: &Parts) -> Option<PolicyClause> {
    let clause = parts.clone().next()?;
    let rule = clause.as_rule();
    let inner = clause.into_inner();
    match rule {
        Rule::cap => cap(reader, &inner),
        Rule::pause => pause(reader, &inner),
        _ => Some(PolicyClause::Withhold {
            channels: on_channels(reader, &inner),
            unless: find(&inner, Rule::k_unless).is_some(),
            condition: value(reader, find(&inner, Rule::expr)?)?,
        }),
    }
}

/// `at most 2 of sales.tickets per 7 days on email`
fn cap(reader: &mut Reader, parts: &Parts) -> Option<PolicyClause> {
    let most = number(reader, &find(parts, Rule::number)?);
    let outcome = find(parts, Rule::word).map(|word| reader.any_word(&word));
    let of = match find(parts, Rule::each) {
        Some(each) => {
            let inner = each.into_inner();
            let scopes = match find(&inner, Rule::scopes) {
                Some(_) => scopes(reader, &inner),
                None => Some(Vec::new()),
            };
            scopes.map(|scopes| Counted::Each(alike(&inner), scopes))
        }
        None => match find(parts, Rule::scopes) {
            Some(_) => scopes(reader, parts).map(Counted::Of),
            None => Some(Counted::Of(Vec::new())),
        },
    };
    let per = match find(parts, Rule::period) {
        Some(word) => Some(Counting::Calendar(period(&word))),
        None => length(reader, parts).map(Counting::Rolling),
    };
    Some(PolicyClause::AtMost {
        most: most?,
        outcome,
        of: of?,
        per: per?,
        channels: on_channels(reader, parts),
    })
}

/// `pause sales.* for 14 days after wrong_order`
fn pause(reader: &mut Reader, parts: &Parts) -> Option<PolicyClause> {
    let what = match find(parts, Rule::the_same) {
        Some(same) => Some(Paused::Same(alike(&same.into_inner()))),
        None => scopes(reader, parts).map(Paused::Of),
    };
    let pauses = length(reader, parts);
    let after = match find(parts, Rule::often) {
        Some(often) => {
            let inner = often.into_inner();
            let times = number(reader, &find(&inner, Rule::number)?);
            let event = named(reader, &inner);
            let within = length(reader, &inner);
            Some(After::Often(times?, event?, within?))
        }
        None => value(reader, find(parts, Rule::told)?).map(After::Events),
    };
    Some(PolicyClause::Pause {
        what: what?,
        length: pauses?,
        after: after?,
    })
}

fn length(reader: &mut Reader, parts: &Parts) -> Option<Expr> {
    value(reader, find(parts, Rule::length)?)
}

fn alike(parts: &Parts) -> Alike {
    let has = |rule| find(parts, rule).is_some();
    match (has(Rule::k_action), has(Rule::k_group)) {
        (true, _) => Alike::Action,
        (_, true) => Alike::Group,
        _ => Alike::Issue,
    }
}

fn period(word: &Pair) -> Period {
    let own = Period::ALL.into_iter();
    let mut fitting = own.filter(|p| word.as_str().trim_end_matches('s') == p.word());
    fitting.next().unwrap_or(Period::Day)
}

fn on_channels(reader: &Reader, parts: &Parts) -> Vec<Name> {
    let on = find(parts, Rule::on_channels);
    on.map_or(Vec::new(), |on| channels(reader, &on.into_inner()))
}

/// `by customer.id salt "2026-q1" using md5`
fn bucketing(reader: &mut Reader, pair: Pair) -> Option<Bucketing> {
    let at = reader.at(&pair);
    let parts = pair.into_inner();
    let unit = value(reader, find(&parts, Rule::expr)?);
    let salt = reader.string(&find(&parts, Rule::string)?);
    let using = find(&parts, Rule::word).map(|word| reader.any_word(&word));
    Some(Bucketing {
        unit: unit?,
        salt: salt?,
        using,
        at,
    })
}

/// A clause of an experiment.
pub(in crate::syntax) fn experiment_clause(
    reader: &mut Reader,
    parts: &Parts,
) -> Option<ExperimentClause> {
    let clause = parts.clone().next()?;
    let rule = clause.as_rule();
    match rule {
        Rule::bucketing => return bucketing(reader, clause).map(ExperimentClause::By),
        Rule::valid => return super::rules::valid(reader, clause).map(ExperimentClause::Valid),
        _ => {}
    }
    let inner = clause.into_inner();
    Some(match rule {
        Rule::variants => {
            let variants = inner.filter(|p| p.as_rule() == Rule::variant);
            let variants = all(variants.map(|p| variant(reader, &p.into_inner())))?;
            ExperimentClause::Variants(variants)
        }
        Rule::targeted => ExperimentClause::When(value(reader, find(&inner, Rule::expr)?)?),
        _ => {
            let name = named(reader, &inner)?;
            ExperimentClause::Layer(name, stretch(reader, find(&inner, Rule::stretch)?)?)
        }
    })
}

/// `short: 25%`
fn variant(reader: &mut Reader, parts: &Parts) -> Option<Variant> {
    let name = reader.any_word(&find(parts, Rule::word)?);
    let stretches = parts.clone().filter(|p| p.as_rule() == Rule::stretch);
    let stretches = all(stretches.map(|p| stretch(reader, p)))?;
    Some(Variant { name, stretches })
}

/// `25%`, `0%..25%`
fn stretch(reader: &mut Reader, pair: Pair) -> Option<Stretch> {
    let at = reader.at(&pair);
    let inner = pair.into_inner();
    if let Some(sign) = find(&inner, Rule::range_sign).filter(|sign| sign.as_str() == "..=") {
        let span = reader.span(&sign);
        reader.report.push(
            Diagnostic::error(
                Code::BadRange,
                span,
                "a stretch of units ends before its upper end",
            )
            .label("`..` goes here")
            .help("write `0%..25%` for the first quarter, and `25%..50%` for the next")
            .suggest(span, ".."),
        );
        return None;
    }
    let mut numbers = inner.filter(|p| p.as_rule() == Rule::number);
    let first = number(reader, &numbers.next()?)?;
    Some(match numbers.next() {
        Some(second) => Stretch {
            from: Some(first),
            to: number(reader, &second)?,
            at,
        },
        None => Stretch {
            from: None,
            to: first,
            at,
        },
    })
}
