//! Repairs, round by round: what the compiler suggests is carried out together where it does not meet, and compiled
//! again, until it suggests nothing more.
//!
//! A round is kept if no ruleset has more errors after it; otherwise its repairs are tried in halves, so that a bad one
//! among many costs few compilations. There are [`ROUNDS`] at the most, and none that comes back to texts seen before.

use super::workspace::{Said, Texts, Workspace};
use crate::diagnostic::visible;
use crate::{Code, Diagnostic, Span, Suggestion, apply};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// The most rounds; repairs that touch one another need one each.
const ROUNDS: usize = 100;

/// Bytes of changed lines that are shown.
const SHOWN: usize = 2_000;

/// What a repair has done to a file.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) file: PathBuf,
    code: Code,
    message: String,
    line: u32,
    before: Vec<String>,
    after: Vec<String>,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.as_str();
        let message = visible(&self.message);
        writeln!(f, "  line {}: {code} {message}", self.line)?;
        let before = self.before.iter().map(|line| ('-', line));
        let after = self.after.iter().map(|line| ('+', line));
        for (sign, line) in before.chain(after) {
            writeln!(f, "{}", format!("    {sign} {}", visible(line)).trim_end())?;
        }
        Ok(())
    }
}

/// All replacements of one diagnostic, by the file they change.
struct Repair {
    edits: BTreeMap<PathBuf, Vec<Suggestion>>,
    done: Vec<Done>,
}

/// Repairs the texts and gives what was done.
pub(super) fn repair(workspace: &mut Workspace) -> Vec<Done> {
    let mut done = Vec::new();
    let mut seen = HashSet::from([hash(&workspace.texts())]);
    for _ in 0..ROUNDS {
        let said = workspace.compile(&Texts::new());
        let chosen = choose(workspace, &said);
        let mut round = Round {
            workspace,
            kept: Vec::new(),
            errors: said.iter().map(|said| said.errors).collect(),
        };
        round.settle(&chosen);
        let kept = round.kept;
        let changed = carried_out(workspace, &kept);
        let mut next = workspace.texts();
        next.extend(changed.clone());
        if kept.is_empty() || !seen.insert(hash(&next)) {
            break;
        }
        workspace.keep(changed);
        done.extend(kept.into_iter().flat_map(|repair| repair.done.clone()));
    }
    done
}

/// Tells texts apart; two that it does not would only end the repairs early.
fn hash(texts: &Texts) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    hasher.finish()
}

/// The repairs of a round: whole, within the files that may be changed, and none touching another.
fn choose(workspace: &Workspace, said: &[Said]) -> Vec<Repair> {
    let mut taken: BTreeMap<PathBuf, Taken> = BTreeMap::new();
    let mut chosen = Vec::new();
    for said in said {
        for diagnostic in &said.diagnostics {
            let repair = whole(workspace, said, diagnostic);
            let Some(repair) = repair.filter(|repair| is_free(repair, &taken)) else {
                continue;
            };
            for (path, edits) in &repair.edits {
                let taken = taken.entry(path.clone()).or_default();
                edits.iter().for_each(|edit| taken.take(edit.span));
            }
            chosen.push(repair);
        }
    }
    chosen
}

fn is_free(repair: &Repair, taken: &BTreeMap<PathBuf, Taken>) -> bool {
    repair.edits.iter().all(|(path, edits)| {
        let Some(taken) = taken.get(path) else {
            return true;
        };
        edits.iter().all(|edit| taken.is_free(edit.span))
    })
}

/// A diagnostic's repair, if all of it lies in files that may be changed and no part meets another.
fn whole(workspace: &Workspace, said: &Said, diagnostic: &Diagnostic) -> Option<Repair> {
    let mut edits: BTreeMap<PathBuf, Vec<Suggestion>> = BTreeMap::new();
    for suggestion in &diagnostic.suggestions {
        let path = said.path(said.sources.name(suggestion.span.source))?;
        workspace.text(&path)?;
        edits.entry(path).or_default().push(suggestion.clone());
    }
    let mut done = Vec::new();
    for (path, edits) in &edits {
        let mut taken = Taken::default();
        for edit in edits {
            if !taken.is_free(edit.span) {
                return None;
            }
            taken.take(edit.span);
        }
        done.push(told(workspace, path, diagnostic, said, edits)?);
    }
    (!edits.is_empty()).then_some(Repair { edits, done })
}

/// A repair in words, with the lines it changes before and after if they are not too long to be read.
fn told(
    workspace: &Workspace,
    path: &Path,
    diagnostic: &Diagnostic,
    said: &Said,
    edits: &[Suggestion],
) -> Option<Done> {
    let first = edits.iter().min_by_key(|edit| edit.span.start)?;
    let (before, after) = lines(workspace.text(path)?, edits, first.span.start)?;
    Some(Done {
        file: workspace.shown(path),
        code: diagnostic.code,
        message: diagnostic.message.clone(),
        line: said.sources.position(first.span).line,
        before,
        after,
    })
}

/// The lines that edits change, before and after.
fn lines(text: &str, edits: &[Suggestion], first: u32) -> Option<(Vec<String>, Vec<String>)> {
    let end = edits.iter().map(|edit| edit.span.end as usize).max()?;
    let start = text
        .get(..first as usize)?
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let end = text
        .get(end..)?
        .find('\n')
        .map_or(text.len(), |at| end + at);
    let before = text.get(start..end)?;
    if before.len() > SHOWN {
        return Some((Vec::new(), Vec::new()));
    }
    let offset = u32::try_from(start).ok()?;
    let moved = edits.iter().map(|edit| {
        let mut edit = edit.clone();
        edit.span.start -= offset;
        edit.span.end -= offset;
        edit
    });
    let after = apply(before, &moved.collect::<Vec<_>>());
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    Some((lines(before), lines(&after)))
}

/// The stretches of a text that repairs change. Those that touch count as meeting: which of two insertions at one
/// place comes first, nobody can say.
#[derive(Debug, Default)]
struct Taken(BTreeMap<u32, u32>);

impl Taken {
    fn is_free(&self, span: Span) -> bool {
        let before = self.0.range(..=span.end).next_back();
        before.is_none_or(|(_, end)| *end < span.start)
    }

    fn take(&mut self, span: Span) {
        self.0.insert(span.start, span.end);
    }
}

/// The texts with some repairs carried out.
fn carried_out<'r>(
    workspace: &Workspace,
    repairs: impl IntoIterator<Item = &'r &'r Repair>,
) -> Texts {
    let mut edits: BTreeMap<&Path, Vec<Suggestion>> = BTreeMap::new();
    for repair in repairs {
        for (path, own) in &repair.edits {
            edits.entry(path).or_default().extend_from_slice(own);
        }
    }
    let texts = edits.into_iter().filter_map(|(path, edits)| {
        let text = workspace.text(path)?;
        Some((path.to_owned(), apply(text, &edits)))
    });
    texts.collect()
}

/// One round: which of the repairs leave no ruleset worse.
struct Round<'w, 'r> {
    workspace: &'w Workspace,
    kept: Vec<&'r Repair>,
    /// The errors of each ruleset with what is kept.
    errors: Vec<usize>,
}

impl<'r> Round<'_, 'r> {
    /// Keeps as many as do no harm: all, or those of one half and then of the other.
    fn settle(&mut self, repairs: &'r [Repair]) {
        if repairs.is_empty() {
            return;
        }
        let tried = self.kept.iter().copied().chain(repairs);
        let tried: Vec<&Repair> = tried.collect();
        let said = self.workspace.compile(&carried_out(self.workspace, &tried));
        let errors: Vec<usize> = said.iter().map(|said| said.errors).collect();
        if errors.iter().zip(&self.errors).all(|(new, old)| new <= old) {
            self.kept = tried;
            self.errors = errors;
        } else if repairs.len() > 1 {
            let (left, right) = repairs.split_at(repairs.len() / 2);
            self.settle(left);
            self.settle(right);
        }
    }
}
