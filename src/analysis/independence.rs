//! `pervasive` and `independent of`, by dependency: whether a decision reads an input, through any chain of
//! definitions. The report shows the chain.

use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{DefId, ExprId, ExprKind, InputId, Program, Root, operands, roots};
use crate::source::Span;
use std::collections::{HashMap, VecDeque};

/// Reports each promise of one definition that its dependencies break.
pub(super) fn check(program: &Program, index: usize, found: &mut Vec<Diagnostic>) {
    let Some(def) = program.defs().get(index) else {
        return;
    };
    if def.pervasive.is_none() && def.independent.is_empty() {
        return;
    }
    let reads = Reads::of(program, index);
    if let Some(word) = def.pervasive {
        let touchpoint = |id: InputId| program.input(id).root == Root::Touchpoint;
        if let Some(read) = reads.first(|read| touchpoint(read.input)) {
            let path = &program.input(read.input).path;
            let error = Diagnostic::error(
                Code::NotPervasive,
                word,
                format!("`{}` is pervasive, but depends on `{path}`", def.name),
            )
            .label("promises the same answer on every touchpoint")
            .help("decide by fields of `context` alone, or leave out `pervasive`");
            found.push(reads.with_chain(error, read));
        }
    }
    for (promised, span) in &def.independent {
        if let Some(read) = reads.first(|read| overlaps(program, *promised, read)) {
            let path = &program.input(*promised).path;
            let error = Diagnostic::error(
                Code::NotIndependent,
                *span,
                format!(
                    "`{}` promises to be independent of `{path}`, but depends on it",
                    def.name
                ),
            )
            .label("promised not to matter")
            .help("take the field out of these conditions and values, or leave out the promise");
            found.push(reads.with_chain(error, read));
        }
    }
}

/// A place that reads an input.
#[derive(Clone, Copy)]
struct Read {
    input: InputId,
    /// Only whether the record is present.
    presence: bool,
    at: Span,
    by: DefId,
}

/// All reads that a definition depends on, nearest first, and how each definition was reached.
struct Reads<'p> {
    program: &'p Program,
    found: Vec<Read>,
    /// For each definition the one that mentions it, and where.
    through: HashMap<DefId, (DefId, Span)>,
}

impl<'p> Reads<'p> {
    fn of(program: &'p Program, index: usize) -> Self {
        let mut reads = Reads {
            program,
            found: Vec::new(),
            through: HashMap::new(),
        };
        let Ok(start) = u32::try_from(index).map(DefId) else {
            return reads;
        };
        let mut queue = VecDeque::from([start]);
        while let Some(def) = queue.pop_front() {
            reads.visit(def, start, &mut queue);
        }
        reads
    }

    fn visit(&mut self, def: DefId, start: DefId, queue: &mut VecDeque<DefId>) {
        let mut open: Vec<(ExprId, bool)> = roots(&self.program.def(def).kind)
            .into_iter()
            .rev()
            .map(|e| (e, false))
            .collect();
        while let Some((id, presence)) = open.pop() {
            let expr = self.program.expr(id);
            match &expr.kind {
                ExprKind::Input(input) => self.found.push(Read {
                    input: *input,
                    presence,
                    at: expr.span,
                    by: def,
                }),
                ExprKind::Def(next) if *next != start && !self.through.contains_key(next) => {
                    self.through.insert(*next, (def, expr.span));
                    queue.push_back(*next);
                }
                kind => {
                    let presence = matches!(kind, ExprKind::IsPresent(_));
                    let from = open.len();
                    operands(kind, |child| open.push((child, presence)));
                    if let Some(new) = open.get_mut(from..) {
                        new.reverse();
                    }
                }
            }
        }
    }

    fn first(&self, matches: impl Fn(&Read) -> bool) -> Option<&Read> {
        self.found.iter().find(|r| matches(r))
    }

    /// Labels from the reading place back to the promise.
    fn with_chain(&self, error: Diagnostic, read: &Read) -> Diagnostic {
        let path = &self.program.input(read.input).path;
        let reader = &self.program.def(read.by).name;
        let mut chain = vec![(read.at, format!("`{reader}` reads `{path}` here"))];
        let mut at = read.by;
        while let Some((by, span)) = self.through.get(&at) {
            let text = format!(
                "`{}` needs `{}`",
                self.program.def(*by).name,
                self.program.def(at).name
            );
            chain.push((*span, text));
            at = *by;
        }
        chain.reverse();
        chain
            .into_iter()
            .fold(error, |error, (span, text)| error.also(span, text))
    }
}

/// Whether a read touches an input: the same, a field of it, or a record around it that is read as a whole.
fn overlaps(program: &Program, promised: InputId, read: &Read) -> bool {
    let within = |inner: InputId, outer: InputId| {
        let mut next = Some(inner);
        while let Some(id) = next {
            if id == outer {
                return true;
            }
            next = program.input(id).parent;
        }
        false
    };
    within(read.input, promised) || (!read.presence && within(promised, read.input))
}
