//! The tree of inputs that `context` and `touchpoint` span.

use super::lower::Lowering;
use super::names::Named;
use super::{Input, InputId, RecordField, RecordId, Root, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// Spans the inputs of `context` or `touchpoint`.
    pub(super) fn add_inputs(&mut self, root: Root, fields: &[ast::Field]) {
        let record = match root {
            Root::Context => "context",
            Root::Touchpoint | Root::Now => "touchpoint",
        };
        let id = self.root_record(root, record, fields);
        self.record_defaults(id, fields);
        let made = self.records.get(id.index()).map(|r| r.fields.clone());
        for field in made.unwrap_or_default() {
            let path = match root {
                Root::Context => field.name.clone(),
                Root::Touchpoint | Root::Now => format!("touchpoint.{}", field.name),
            };
            let name = field.name.clone();
            let span = field.span;
            let Some(input) = self.add_input(field, path, root, None) else {
                return;
            };
            if root == Root::Touchpoint {
                self.touchpoint.insert(name.as_str().into(), input);
            }
            if root == Root::Context
                && let Err(error) = self.names.declare(&name, span, Named::Input(input))
            {
                self.report(error);
            }
        }
    }

    /// The record type of a root. Inline types in a context are named by their path without the root's name.
    pub(super) fn root_record(
        &mut self,
        root: Root,
        name: &str,
        fields: &[ast::Field],
    ) -> RecordId {
        let id = self.declare_record(
            if root == Root::Context {
                String::new()
            } else {
                name.to_owned()
            },
            Span::default(),
        );
        self.fill_record(id, fields);
        id
    }

    pub(super) fn add_input(
        &mut self,
        field: RecordField,
        path: String,
        root: Root,
        parent: Option<InputId>,
    ) -> Option<InputId> {
        if self.inputs.len() >= self.limits.inputs {
            let message = format!(
                "context and touchpoint have more than {} fields",
                self.limits.inputs
            );
            self.report(
                Diagnostic::error(Code::TooLarge, field.span, message)
                    .label("one more than the limit")
                    .help("fields of records count too: use smaller records, or lists of them; or raise the limit `inputs`"),
            );
            return None;
        }
        let id = InputId(self.count(self.inputs.len()));
        let record = match field.ty.present() {
            Ty::Record(record) => Some(*record),
            _ => None,
        };
        self.keys.declare_input(id);
        let around = parent.map(|p| self.input(p));
        let sensitive = field.sensitive || around.is_some_and(|p| p.sensitive);
        let fixed = field.fixed || around.is_some_and(|p| p.fixed);
        self.inputs.push(Input {
            name: field.name,
            path: path.clone(),
            root,
            parent,
            ty: field.ty,
            range: field.range,
            default: field.default,
            sensitive,
            fixed,
            children: Vec::new(),
            docs: field.docs,
            span: field.span,
        });
        let fields = record.and_then(|r| self.records.get(r.index()));
        let mut children = Vec::new();
        for child in fields.map(|r| r.fields.clone()).unwrap_or_default() {
            let path = format!("{path}.{}", child.name);
            children.push(self.add_input(child, path, root, Some(id))?);
        }
        if let Some(input) = self.inputs.get_mut(id.index()) {
            input.children = children;
        }
        Some(id)
    }

    /// The touchpoint has a `channel` that is an enum.
    pub(super) fn check_channel(&mut self, at: Span) {
        let channel = self
            .inputs
            .iter()
            .find(|i| i.path == "touchpoint.channel")
            .map(|i| (i.ty.clone(), i.span));
        let error = match channel {
            Some((Ty::Enum(_) | Ty::Error, _)) => return,
            Some((_, span)) => Diagnostic::error(
                Code::TouchpointChannel,
                span,
                "the touchpoint's `channel` is not an enum",
            )
            .label("an enum goes here"),
            None => Diagnostic::error(
                Code::TouchpointChannel,
                at,
                "the touchpoint has no `channel`",
            )
            .label("a field `channel` goes in here"),
        };
        self.report(error.help("declare it, for example `channel: enum { web, mobile, kiosk }`"));
    }
}
