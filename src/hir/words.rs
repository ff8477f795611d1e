//! What a bare word stands for: a value, or a member of the enum that is expected.

use super::lower::Lowering;
use super::names::Named;
use super::slips::{MOST_SHOWN, listed, meant, one_of};
use super::{DefId, EnumId, ExprId, ExprKind, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;

impl Lowering<'_> {
    /// A bare word: a value, or a member of the enum expected here.
    pub(super) fn name(&mut self, name: &ast::Name, expected: Option<&Ty>) -> ExprId {
        let at = name.at.0;
        let member = expected.and_then(|ty| self.member_of(ty, &name.text));
        if let Some(local) = self.named_here(name, member.map(|(id, _)| id)) {
            return local;
        }
        let value = self.names.get(&name.text);
        match (value, member) {
            (Some(Named::Input(_) | Named::Def(_)), Some((id, _))) if self.may_fit(value, id) => {
                let declared = self.names.span(&name.text).unwrap_or(at);
                let owner = self.enum_name(id);
                self.report(
                    Diagnostic::error(
                        Code::AmbiguousName,
                        at,
                        format!("`{0}` is a member of `{owner}` and a name", name.text),
                    )
                    .label("which of the two?")
                    .also(declared, "the name is declared here")
                    .help(format!(
                        "for the member write `{owner}.{}`; for the other rename it",
                        name.text
                    ))
                    .suggest(at, format!("{owner}.{}", name.text)),
                );
                self.broken(at)
            }
            (_, Some((id, index))) => {
                self.push(ExprKind::Const(Value::Member(index)), Ty::Enum(id), at)
            }
            (Some(Named::Input(id)), None) => self.input_value(id, at),
            (Some(Named::Def(id)), None) => self.definition(id, name),
            (Some(Named::Enum(id)), None) => {
                let members = self.enums.get(id.index()).map(|e| &e.members[..]);
                let member = members.and_then(<[String]>::first).map_or("…", |m| m);
                let help = format!("write one of its members: `{}.{member}`", name.text);
                self.not_a_value(name, "a type", &help)
            }
            (Some(Named::Record(id)), None) => {
                let help = format!("write a record of it: `{}`", self.record_form(id));
                self.not_a_value(name, "a type", &help)
            }
            (Some(Named::Event(_)), None) => match self.named_events(name) {
                Some(events) => events,
                None => self.broken(at),
            },
            (Some(Named::Issue(_) | Named::Group(_)), None) => self.not_a_value(
                name,
                "an issue of actions",
                "ask what was chosen: `any a in home has (a.group starts with \"sales.\")`",
            ),
            (Some(Named::Customer), None) => self.not_a_value(
                name,
                "a customer of the tests",
                "name one of the fields that `context` declares",
            ),
            (None, None) if &*name.text == "touchpoint" => self.not_a_value(
                name,
                "the whole touchpoint",
                "write one of its fields: `touchpoint.channel`",
            ),
            // What it is compared with was reported: nobody can tell whether this is a member.
            (None, None) if expected == Some(&Ty::Error) => self.broken(at),
            (None, None) => {
                let error = self.unknown_word(name, expected);
                self.report(error);
                self.broken(at)
            }
        }
    }

    /// A parameter, an item, `now` or `today`; ambiguous where it could be a member of the enum expected too.
    fn named_here(&mut self, name: &ast::Name, member: Option<EnumId>) -> Option<ExprId> {
        let at = name.at.0;
        let value = if self.is_local(&name.text) {
            self.local(name)?
        } else if let Some(input) = self.bare_touchpoint(&name.text) {
            self.of_touchpoint(name, input)
        } else if self.is_time_of_day(&name.text) {
            self.time_of_day(name)
        } else if member.is_none() && self.means_moment(&name.text) {
            self.moment(&name.text, at)
        } else {
            return None;
        };
        let owner = member.filter(|id| *self.expr(value).ty.present() == Ty::Enum(*id));
        if let Some(owner) = owner {
            let own = format!("{}.{}", self.enum_name(owner), name.text);
            self.report(
                Diagnostic::error(
                    Code::AmbiguousName,
                    at,
                    format!(
                        "`{}` is a member of `{}` and a name",
                        name.text,
                        self.enum_name(owner)
                    ),
                )
                .label("which of the two?")
                .help(format!(
                    "for the member write `{own}`; for the other rename it"
                ))
                .suggest(at, own),
            );
            return Some(self.broken(at));
        }
        // A member wins over a value that could not stand here.
        member.is_none().then_some(value)
    }

    /// Whether a word stands for something here that has a longer name elsewhere.
    pub(super) fn is_bare(&self, word: &str) -> bool {
        self.bare_touchpoint(word).is_some() || self.is_time_of_day(word)
    }

    fn is_time_of_day(&self, word: &str) -> bool {
        self.at_delivery && word == "time"
    }

    /// The field of the touchpoint that a bare word may stand for.
    fn bare_touchpoint(&self, word: &str) -> Option<super::InputId> {
        self.touchpoint
            .get(word)
            .copied()
            .filter(|_| self.on_touchpoint)
    }

    /// A field of the touchpoint without `touchpoint.`, unless another name could be meant.
    fn of_touchpoint(&mut self, name: &ast::Name, input: super::InputId) -> ExprId {
        let at = name.at.0;
        if let Some(declared) = self.names.span(&name.text) {
            let own = format!("touchpoint.{}", name.text);
            self.report(
                Diagnostic::error(
                    Code::AmbiguousName,
                    at,
                    format!(
                        "`{}` is a field of the touchpoint and another name too",
                        name.text
                    ),
                )
                .label("which of the two?")
                .also(declared, "the other is declared here")
                .help(format!(
                    "for the touchpoint's field write `{own}`; the other needs another name"
                ))
                .suggest(at, own),
            );
            return self.broken(at);
        }
        self.input_value(input, at)
    }

    pub(super) fn not_a_value(&mut self, name: &ast::Name, what: &str, help: &str) -> ExprId {
        self.report(
            Diagnostic::error(
                Code::NotAValue,
                name.at.0,
                format!("`{}` is {what}, not a value", name.text),
            )
            .label("a value goes here")
            .help(help.to_owned()),
        );
        self.broken(name.at.0)
    }

    /// The enum a type is of and the place of that member in it.
    pub(super) fn member_of(&self, ty: &Ty, word: &str) -> Option<(EnumId, u32)> {
        let Ty::Enum(id) = ty.present() else {
            return None;
        };
        let place = self.member_places.get(id.index())?.get(word)?;
        Some((*id, *place))
    }

    pub(super) fn enum_name(&self, id: EnumId) -> String {
        self.enums
            .get(id.index())
            .map_or(String::new(), |e| e.name.clone())
    }

    /// Whether a value of that name could stand where that enum is expected.
    pub(super) fn may_fit(&self, value: Option<Named>, expected: EnumId) -> bool {
        let ty = match value {
            Some(Named::Input(id)) => Some(&self.input(id).ty),
            Some(Named::Def(id)) => match self.drafts.get(id.index()).map(|d| &d.ty) {
                Some(Some(ty)) => Some(ty),
                // Only a `let` in a circle is mentioned before it is typed: it might be anything.
                _ => return true,
            },
            _ => None,
        };
        ty.is_some_and(|ty| *ty.present() == Ty::Enum(expected))
    }

    /// What declares a name; behaviours where there are events.
    fn how_to_declare(&self) -> &'static str {
        match self.events.is_empty() {
            true => "declare it in `context`, or with `let` or `segment`",
            false => "declare it in `context`, or with `let`, `segment` or `behaviour`",
        }
    }

    pub(super) fn unknown_word(&self, name: &ast::Name, expected: Option<&Ty>) -> Diagnostic {
        let word = &*name.text;
        if let Some(Ty::Enum(id)) = expected.map(Ty::present) {
            return self.unknown_member(name, *id);
        }
        let error = Diagnostic::error(
            Code::UnknownName,
            name.at.0,
            format!("there is no `{word}` here"),
        )
        .label("nothing of this name is declared");
        if let Some(usage) = usage(word) {
            return error.help(usage);
        }
        let small = word.to_ascii_lowercase();
        if matches!(&*small, "true" | "false") {
            return meant(error, name.at.0, &[&small]);
        }
        if self.is_crowded() {
            return error.help(self.how_to_declare());
        }
        if self.in_behaviour.is_some() {
            return self.unknown_in_behaviour(name, error);
        }
        self.look(self.inputs.len());
        let inputs = self.inputs.iter().filter(|i| i.name == word);
        let mut fields: Vec<&str> = inputs.map(|i| &*i.path).collect();
        if fields.is_empty() {
            fields.extend(self.near(word, self.names.values()));
        }
        if !fields.is_empty() {
            return meant(error, name.at.0, &fields);
        }
        let known = self.member_words.contains(word);
        let owners = self.enums.iter().filter(|_| known);
        let owners = owners.inspect(|e| self.look(e.members.len()));
        let owners = owners.filter(|e| e.members.iter().any(|m| m == word));
        let members: Vec<String> = owners.map(|e| format!("{}.{word}", e.name)).collect();
        match members.as_slice() {
            [] if expected.map(Ty::present) == Some(&Ty::Text) => error
                .help(format!("a text stands in quotes: `\"{word}\"`"))
                .help("a value is declared in `context`, or with `let` or `segment`"),
            [] => error.help(self.how_to_declare()),
            [one] => error
                .help(format!("a member goes with its enum's name here: `{one}`"))
                .suggest(name.at.0, one.clone()),
            several => error.help(format!(
                "a member goes with its enum's name here: {}",
                one_of(several)
            )),
        }
    }

    /// `{ field: …, other: … }` with the fields that a record of that type must have.
    fn record_form(&self, id: RecordId) -> String {
        let fields = self.records.get(id.index()).map(|r| &r.fields[..]);
        let fields = fields.unwrap_or_default().iter();
        let needed = fields.filter(|f| f.default.is_none() && !f.ty.is_optional());
        let needed: Vec<String> = needed
            .map(|f| format!("{}: …", f.name))
            .take(MOST_SHOWN + 1)
            .collect();
        match needed.as_slice() {
            [] => "{ … }".to_owned(),
            all if all.len() > MOST_SHOWN => {
                format!(
                    "{{ {}, … }}",
                    all.get(..MOST_SHOWN).unwrap_or(all).join(", ")
                )
            }
            some => format!("{{ {} }}", some.join(", ")),
        }
    }

    /// The same of a text in a file of data, where nothing but members has a name.
    pub(super) fn unknown_member_of_data(&self, name: &ast::Name, id: EnumId) -> Diagnostic {
        let error = self.no_member_called(name, id);
        let members = self.enums.get(id.index()).map(|e| &e.members[..]);
        let members = members.unwrap_or_default();
        let letters = |word: &str| -> String {
            let letters = word.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        // `pre-paid` is `pre_paid`.
        let wanted = letters(&name.text);
        let few = members.iter().take(self.names_to_look_at());
        let few = few.inspect(|_| self.look(1));
        let mut alike = few.filter(|member| letters(member) == wanted);
        let near = match alike.next() {
            Some(one) => vec![&**one],
            None => self.near(&name.text, members.iter().map(String::as_str)),
        };
        match near.as_slice() {
            [] => error.help(format!("its members are {}", listed(members))),
            near => meant(error, name.at.0, near),
        }
    }

    fn no_member_called(&self, name: &ast::Name, id: EnumId) -> Diagnostic {
        Diagnostic::error(
            Code::UnknownMember,
            name.at.0,
            format!("`{}` has no member `{}`", self.enum_name(id), name.text),
        )
        .label("not one of its members")
    }

    /// The report of a word that is no member of the enum expected.
    pub(super) fn unknown_member(&self, name: &ast::Name, id: EnumId) -> Diagnostic {
        let members = self.enums.get(id.index()).map(|e| &e.members[..]);
        let members = members.unwrap_or_default();
        let error = self.no_member_called(name, id);
        if self.is_crowded() {
            return error.help(format!("its members are {}", listed(members)));
        }
        let near = self.near(&name.text, members.iter().map(String::as_str));
        let day = || (id == super::types::WEEKDAY).then(|| day_meant(&name.text, members))?;
        // A name of some length that is nearly right says more than that it is no member.
        let names = || {
            let near = self.near(&name.text, self.names.values()).into_iter();
            near.filter(|n| n.len() > 3).collect::<Vec<_>>()
        };
        let near = match (near.is_empty(), day()) {
            (false, _) => near,
            (true, Some(day)) => vec![day],
            (true, None) => names(),
        };
        match near.as_slice() {
            [] => error.help(format!("its members are {}", listed(members))),
            near => meant(error, name.at.0, near),
        }
    }

    pub(super) fn definition(&mut self, id: DefId, name: &ast::Name) -> ExprId {
        let at = name.at.0;
        let params = self
            .drafts
            .get(id.index())
            .map(|d| super::functions::params_of(d.item));
        if let Some([_, ..]) = params {
            let values = vec!["…"; params.map_or(0, <[_]>::len).min(MOST_SHOWN)].join(", ");
            let help = format!("give it its values: `{}({values})`", name.text);
            return self.not_a_value(name, "a function", &help);
        }
        let draft = self.drafts.get(id.index());
        let of_action = draft.and_then(|d| match &d.item.kind {
            ast::ItemKind::Action(action) => Some(action),
            _ => None,
        });
        if of_action.is_some_and(|action| action.from.is_some()) {
            let help = "inside of its braces it is a row; elsewhere ask what was chosen, or look into the reference data";
            return self.not_a_value(name, "a catalogue of actions", help);
        }
        if of_action.is_some() {
            let help = format!(
                "ask what was chosen: `any a in home has (a.action == \"{}\")`",
                name.text
            );
            return self.not_a_value(name, "an action", &help);
        }
        if draft.is_some_and(|d| matches!(d.item.kind, ast::ItemKind::Policy(_))) {
            let help = "policies bind by themselves what next best actions choose";
            return self.not_a_value(name, "a policy", help);
        }
        let ty = self.drafts.get(id.index()).and_then(|d| d.ty.clone());
        let Some(ty) = ty else {
            // Only a `let` in a circle is mentioned before it is typed.
            let circle =
                super::order::circle_through(&self.needs, id.index(), &mut self.circle_effort);
            let error = self.definition_circle(&circle);
            self.report(error);
            return self.broken(at);
        };
        let value = self.push(ExprKind::Def(id), ty, at);
        self.narrow(value)
    }

    /// `Tier.gold`
    pub(super) fn qualified_member(&mut self, id: EnumId, member: &ast::Name, at: Span) -> ExprId {
        if let Some((_, index)) = self.member_of(&Ty::Enum(id), &member.text) {
            return self.push(ExprKind::Const(Value::Member(index)), Ty::Enum(id), at);
        }
        let error = self.unknown_member(member, id);
        self.report(error);
        self.broken(at)
    }
}

/// `monday`, `Tues` and the like as the member that is meant.
fn day_meant<'m>(word: &str, members: &'m [String]) -> Option<&'m str> {
    let word = word.to_ascii_lowercase();
    let days = members.iter().map(String::as_str);
    days.into_iter().find(|day| word.starts_with(day))
}

/// How words that mean something elsewhere are used.
fn usage(word: &str) -> Option<&'static str> {
    Some(match word {
        "it" => {
            "`it` is the item inside `list where (…)`; elsewhere name the item: `any x in list has (…)`"
        }
        "min" | "max" => "write `min(a, b)`, or of a list `min of (x.price for x in list)`",
        "abs" => "write `abs(a)`",
        "lower" => "write `lower(text)`",
        "geo" => "write `geo(51.5074, -0.1278)`: latitude and longitude",
        "empty" => "ask how many there are: `count of list == 0`; of a text: `text == \"\"`",
        "blank" => "ask for the text without characters: `text == \"\"`",
        "tomorrow" => "write `today + 1 day`",
        "yesterday" => "write `today - 1 day`",
        "weekend" => "ask for its days: `today.weekday in [sat, sun]`",
        _ => return None,
    })
}
