//! `pervasive` and `independent of`, by dependency: whether a decision reads an input, through any chain of
//! definitions. The report shows the chain.

use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{DefId, ExprId, ExprKind, InputId, Program, Root, operands, roots};
use crate::source::Span;
use std::collections::{HashMap, HashSet, VecDeque};

/// The inputs that a definition reads itself, and the definitions it mentions.
type Direct = (Vec<Read>, Vec<(DefId, Span)>);

/// Judges promises. What each definition reads is found once for a kind of promise, for all definitions together.
pub(super) struct Promises<'p> {
    program: &'p Program,
    /// The direct reads and the direct needs of each definition; empty until a promise is made.
    direct: Vec<Direct>,
    /// For the touchpoint (`None`) and each field promised: which definitions depend on it.
    dependent: HashMap<Option<InputId>, Vec<bool>>,
}

impl<'p> Promises<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Promises {
            program,
            direct: Vec::new(),
            dependent: HashMap::new(),
        }
    }

    /// Reports each promise of one definition that its dependencies break.
    pub(super) fn check(&mut self, index: usize, found: &mut Vec<Diagnostic>) {
        let program = self.program;
        let Some(def) = program.defs().get(index) else {
            return;
        };
        if let Some(word) = def.pervasive
            && self.depends(index, None)
            && let Some((reads, read)) = self.first(index, None)
        {
            let path = &program.input(read.input).path;
            let error = Diagnostic::error(
                Code::NotPervasive,
                word,
                format!("`{}` is pervasive, but depends on `{path}`", def.name),
            )
            .label("promises the same answer on every touchpoint")
            .help("decide by fields of `context` alone, or leave out `pervasive`");
            found.push(reads.with_chain(error, &read));
        }
        for (promised, span) in &def.independent {
            if self.depends(index, Some(*promised))
                && let Some((reads, read)) = self.first(index, Some(*promised))
            {
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
                .help(
                    "take the field out of these conditions and values, or leave out the promise",
                );
                found.push(reads.with_chain(error, &read));
            }
        }
    }

    /// Whether a definition reads what was promised not to matter, through any chain.
    fn depends(&mut self, index: usize, promised: Option<InputId>) -> bool {
        let program = self.program;
        if self.direct.is_empty() {
            let ids = (0..).take(program.defs().len()).map(DefId);
            self.direct = ids.map(|id| direct(program, id)).collect();
        }
        let direct = &self.direct;
        let dependent = self.dependent.entry(promised).or_insert_with(|| {
            let mut dependent = vec![false; program.defs().len()];
            for id in program.order() {
                let Some((reads, needs)) = direct.get(id.index()) else {
                    continue;
                };
                let depends = reads.iter().any(|read| concerns(program, promised, read))
                    || needs
                        .iter()
                        .any(|(n, _)| dependent.get(n.index()) == Some(&true));
                if let Some(slot) = dependent.get_mut(id.index()) {
                    *slot = depends;
                }
            }
            dependent
        });
        dependent.get(index) == Some(&true)
    }

    /// The nearest read that breaks a promise, with the way to it.
    fn first(&self, index: usize, promised: Option<InputId>) -> Option<(Reads<'p>, Read)> {
        let reads = Reads::of(self.program, index);
        let concerns = |read: &&Read| concerns(self.program, promised, read);
        let read = reads.found.iter().find(concerns).copied()?;
        Some((reads, read))
    }
}

/// The inputs that a definition reads itself, and the definitions it mentions, in the order of its text.
fn direct(program: &Program, by: DefId) -> Direct {
    let (mut reads, mut needs) = (Vec::new(), Vec::new());
    // The cells of a column share its expression.
    let mut seen = HashSet::new();
    let roots = roots(&program.def(by).kind);
    let mut open: Vec<(ExprId, bool)> = roots.into_iter().rev().map(|e| (e, false)).collect();
    while let Some((id, presence)) = open.pop() {
        if !seen.insert((id, presence)) {
            continue;
        }
        crate::work::steps(1);
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Input(input) => reads.push(Read {
                input: *input,
                presence,
                at: expr.span,
                by,
            }),
            ExprKind::Def(next) => needs.push((*next, expr.span)),
            kind => {
                if let ExprKind::Apply(next, _) | ExprKind::Lookup(next, _) = kind {
                    needs.push((*next, expr.span));
                }
                let presence = matches!(kind, ExprKind::IsPresent(_));
                let from = open.len();
                operands(kind, |child| open.push((child, presence)));
                if let Some(new) = open.get_mut(from..) {
                    new.reverse();
                }
            }
        }
    }
    (reads, needs)
}

/// Whether a read is one of the touchpoint (`None`), or touches a field.
fn concerns(program: &Program, promised: Option<InputId>, read: &Read) -> bool {
    match promised {
        None => program.input(read.input).root == Root::Touchpoint,
        Some(input) => overlaps(program, input, read),
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
        let (found, needs) = direct(self.program, def);
        self.found.extend(found);
        for (next, span) in needs {
            if next != start && !self.through.contains_key(&next) {
                self.through.insert(next, (def, span));
                queue.push_back(next);
            }
        }
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
        if chain.len() > 2 * MOST_LINKS {
            chain.drain(MOST_LINKS..chain.len() - MOST_LINKS);
        }
        chain
            .into_iter()
            .fold(error, |error, (span, text)| error.also(span, text))
    }
}

/// Of a longer chain of definitions so many links are shown at each end.
const MOST_LINKS: usize = 8;

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
