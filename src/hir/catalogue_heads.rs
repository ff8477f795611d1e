//! Heads of catalogues: of which rows they are made, to which group these belong, and by which field their levers differ.

use super::catalogues::GroupOf;
use super::lower::Lowering;
use super::names::Named;
use super::{DefId, ExprId, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast;

impl Lowering<'_> {
    /// The reference data of a name, the type of its rows, and the place of its key, which is a text.
    pub(super) fn rows_from(&mut self, from: &ast::Name) -> Option<(DefId, RecordId, u32)> {
        let known = match self.names.get(&from.text) {
            Some(Named::Def(id)) => self.drafts.get(id.index()).map(|draft| (id, draft)),
            _ => None,
        };
        let is_data = |item: &ast::Item| matches!(item.kind, ast::ItemKind::Reference(_));
        let Some((id, draft)) = known.filter(|(_, draft)| is_data(draft.item)) else {
            let error = Diagnostic::error(
                Code::UnknownName,
                from.at.0,
                format!("there is no reference data `{}`", from.text),
            )
            .label("the name of reference data goes here");
            let data = self.drafts.iter().filter(|draft| is_data(draft.item));
            let near = self.near(&from.text, data.map(|draft| &*draft.name.text));
            self.report(match near.as_slice() {
                [] => error.help(format!(
                    "declare it: `reference {}: Offer key id from \"offers.csv\"`, for example",
                    from.text
                )),
                near => super::slips::meant(error, from.at.0, near),
            });
            return None;
        };
        let (record, key) = draft.reference?;
        // Rows that could not be read are reported.
        draft.kind.as_ref()?;
        let field = self.records.get(record.index())?.fields.get(key as usize)?;
        if field.ty != Ty::Text {
            let found = super::expr::a_type(&self.type_name(&field.ty));
            let message = format!("the key of `{}` is {found}", from.text);
            let at = field.span;
            self.report(
                Diagnostic::error(Code::TypeMismatch, from.at.0, message)
                    .label("rows whose key is a text go here")
                    .also(at, "the key is declared here")
                    .help(
                        "the key is the name of the action: give the rows a key of type `string`",
                    ),
            );
            return None;
        }
        Some((id, record, key))
    }

    /// The group that all rows belong to, or the place of the field that names it.
    pub(super) fn group_of_rows(
        &mut self,
        written: &ast::Action,
        record: RecordId,
    ) -> Option<GroupOf> {
        if written.issue.text != written.name.text {
            if self.is_field_of_another(written, record) {
                return None;
            }
            let group = self.group_named(&written.issue, &written.group);
            return group.map(GroupOf::All);
        }
        let field = &written.group;
        let Some(place) = self.field_place(record, &field.text) else {
            self.no_such_field(&Ty::Record(record), field, field.at.0);
            return None;
        };
        let declared = self.records.get(record.index())?.fields.get(place)?;
        if declared.ty != Ty::Text {
            let found = super::expr::a_type(&self.type_name(&declared.ty));
            let at = declared.span;
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    field.at.0,
                    format!("`{}` is {found}, which names no group", field.text),
                )
                .label("a field of type `string` goes here")
                .also(at, "declared here")
                .help("each row names its group by its path: `sales.tickets`"),
            );
            return None;
        }
        Some(GroupOf::Each(self.count(place)))
    }

    /// The lever of a catalogue that rows differ in: a number that each row says.
    pub(super) fn lever_of_rows(&mut self, lever: &ast::Expr, row: &ast::Name) -> Option<ExprId> {
        let mut base = lever;
        while let ast::ExprKind::Field(inner, _) = &base.kind {
            base = inner;
        }
        if !matches!(&base.kind, ast::ExprKind::Name(name) if name.text == row.text) {
            let row = &row.text;
            self.report(
                Diagnostic::error(Code::TypeMismatch, lever.at.0, "this is no field of the row")
                    .label("a percentage with its sign, or a field of the row, goes here")
                    .help(format!("write `lever +25%`, or `lever {row}.lever`, for example; what depends on the customer goes into `weight`")),
            );
            return None;
        }
        let reported = self.reported();
        let id = self.infer(lever);
        if self.reported() > reported {
            return None;
        }
        if self.expr(id).ty.is_optional() {
            let field = match &lever.kind {
                ast::ExprKind::Field(_, field) => &field.text,
                _ => "lever",
            };
            self.report(
                Diagnostic::error(Code::MaybeMissing, lever.at.0, "this lever may be missing")
                    .label("a `decimal` is needed here")
                    .help(format!(
                        "give the field a default instead of `?`: `{field}: decimal = 0`"
                    )),
            );
            return None;
        }
        Some(self.check(lever, &Ty::Decimal))
    }

    /// Whether no other catalogue is made of the same rows; otherwise a report, instead of one for each row.
    pub(super) fn are_rows_of_one(
        &mut self,
        data: DefId,
        from: &ast::Name,
        written: &ast::Action,
    ) -> bool {
        let Some((other, first)) = self.rows_taken.get(&data).cloned() else {
            let taken = (written.name.text.to_string(), from.at.0);
            self.rows_taken.insert(data, taken);
            return true;
        };
        let message = format!(
            "the rows of `{}` are the actions of `{other}` already",
            from.text
        );
        self.report(
            Diagnostic::error(Code::DuplicateName, from.at.0, message)
                .label("these rows would be two actions each")
                .also(first, "taken here")
                .help("an action has a name of its own, in all catalogues: give each catalogue rows of its own, or say all in one"),
        );
        false
    }

    /// Whether what should be a group is a field of the rows under another name than theirs, which is reported.
    fn is_field_of_another(&mut self, written: &ast::Action, record: RecordId) -> bool {
        let (issue, field, row) = (&written.issue, &written.group.text, &written.name.text);
        let known = matches!(self.names.get(&issue.text), Some(Named::Issue(_)));
        if known || self.field_place(record, field).is_none() {
            return false;
        }
        let repair = format!("{row}.{field}");
        self.report(
            Diagnostic::error(
                Code::UnknownGroup,
                issue.at.0,
                format!("there is no issue `{}`", issue.text),
            )
            .label("an issue, or the name of the row, goes here")
            .help(format!("the row is called `{row}` here: write `{repair}`"))
            .suggest(issue.at.0.to(written.group.at.0), repair),
        );
        true
    }
}
