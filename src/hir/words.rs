//! What a bare word stands for: a value, or a member of the enum that is expected.

use super::lower::Lowering;
use super::names::Named;
use super::{DefId, EnumId, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;

impl Lowering<'_> {
    /// A bare word: a value, or a member of the enum expected here.
    pub(super) fn name(&mut self, name: &ast::Name, expected: Option<&Ty>) -> ExprId {
        let at = name.at.0;
        let member = expected.and_then(|ty| self.member_of(ty, &name.text));
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
                    .help(format!("for the member write `{owner}.{}`", name.text))
                    .suggest(at, format!("{owner}.{}", name.text)),
                );
                self.broken(at)
            }
            (_, Some((id, index))) => {
                self.push(ExprKind::Const(Value::Member(index)), Ty::Enum(id), at)
            }
            (Some(Named::Input(id)), None) => self.input_value(id, at),
            (Some(Named::Def(id)), None) => self.definition(id, name),
            (Some(Named::Enum(_) | Named::Record(_)), None) => {
                self.not_a_value(name, "a type", "write one of its members: `Type.member`")
            }
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

    /// Whether a value of that name could stand where that enum is expected. A `let` without a written type always
    /// could, so that the answer does not depend on what it is.
    pub(super) fn may_fit(&self, value: Option<Named>, expected: EnumId) -> bool {
        let ty = match value {
            Some(Named::Input(id)) => Some(&self.input(id).ty),
            Some(Named::Def(id)) => {
                let draft = self.drafts.get(id.index());
                if draft.is_some_and(
                    |d| matches!(&d.item.kind, ast::ItemKind::Let(l) if l.ty.is_none()),
                ) {
                    return true;
                }
                draft.and_then(|d| d.ty.as_ref())
            }
            _ => None,
        };
        ty.is_some_and(|ty| *ty.present() == Ty::Enum(expected))
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
        if self.is_crowded() {
            return error.help("declare it in `context`, or with `let` or `segment`");
        }
        if let Some(near) = nearest(word, self.names.values()) {
            return error
                .help(format!("did you mean `{near}`?"))
                .suggest(name.at.0, near.to_owned());
        }
        let inputs = self.inputs.iter();
        let mut fields = inputs.filter(|i| i.name == word).map(|i| &i.path);
        if let Some(path) = fields.next() {
            return error
                .help(format!("did you mean `{path}`?"))
                .suggest(name.at.0, path.clone());
        }
        let owner = self
            .enums
            .iter()
            .find(|e| e.members.iter().any(|m| m == word));
        match owner {
            Some(owner) => error.help(format!(
                "`{word}` is a member of `{0}`, which is not expected here: write `{0}.{word}`",
                owner.name
            )),
            None => error.help("declare it in `context`, or with `let` or `segment`"),
        }
    }

    /// The report of a word that is no member of the enum expected.
    pub(super) fn unknown_member(&self, name: &ast::Name, id: EnumId) -> Diagnostic {
        let members = self.enums.get(id.index()).map(|e| &e.members[..]);
        let members = members.unwrap_or_default();
        let error = Diagnostic::error(
            Code::UnknownMember,
            name.at.0,
            format!("`{}` has no member `{}`", self.enum_name(id), name.text),
        )
        .label("not one of its members");
        let tried = if self.is_crowded() { 0 } else { members.len() };
        let candidates = members.iter().take(tried).map(String::as_str);
        match nearest(&name.text, candidates) {
            Some(near) => error
                .help(format!("did you mean `{near}`?"))
                .suggest(name.at.0, near),
            None => {
                let list: Vec<String> = members.iter().take(12).map(|m| format!("`{m}`")).collect();
                let more = if members.len() > 12 { ", …" } else { "" };
                error.help(format!("its members are {}{more}", list.join(", ")))
            }
        }
    }

    pub(super) fn definition(&mut self, id: DefId, name: &ast::Name) -> ExprId {
        let at = name.at.0;
        let ty = self.drafts.get(id.index()).and_then(|d| d.ty.clone());
        let Some(ty) = ty else {
            // Only a `let` in a circle is mentioned before it is typed.
            let circle = super::order::circle_through(&self.needs, id.index());
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
