//! The files under repair: their texts as they are by now, and what the compiler says of them.

use super::read;
use crate::cli::failure::{Failure, Outcome};
use crate::{Compiler, Diagnostic, FileSources, Limits, Severity, SourceMap, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The most mistakes of a ruleset that are looked at.
const MOST: usize = 10_000;

/// A file that may be changed.
#[derive(Debug)]
pub(super) struct Draft {
    /// As it was named.
    pub(super) shown: PathBuf,
    /// As it was read.
    pub(super) original: String,
    /// As it is by now.
    pub(super) text: String,
}

/// The drafts, by the path that is the same however a file is named.
pub(super) type Texts = BTreeMap<PathBuf, String>;

/// The files that were named, and the rulesets among them.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    drafts: BTreeMap<PathBuf, Draft>,
    mains: Vec<Main>,
}

/// The main file of a ruleset.
#[derive(Debug)]
struct Main {
    shown: PathBuf,
    directory: PathBuf,
    name: String,
}

/// What a ruleset is like in the end.
pub(super) struct Left<'w> {
    pub(super) file: &'w Path,
    pub(super) errors: usize,
    /// Files that were not named and could be repaired.
    pub(super) elsewhere: BTreeSet<PathBuf>,
}

/// What is said of one ruleset.
pub(super) struct Said {
    pub(super) errors: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) sources: SourceMap,
    directory: PathBuf,
}

impl Said {
    /// The path of a source, the same however it is named.
    pub(super) fn path(&self, source: &str) -> Option<PathBuf> {
        std::fs::canonicalize(self.directory.join(source)).ok()
    }
}

impl Workspace {
    /// Takes a file in; one that is named twice is there once.
    pub(super) fn add(&mut self, file: &Path, is_main: bool) -> Outcome<()> {
        let failed = |error| Failure::reading(file, &error);
        let path = std::fs::canonicalize(file).map_err(failed)?;
        if self.drafts.contains_key(&path) {
            return Ok(());
        }
        let original = read(file)?;
        if let (true, Some(name)) = (is_main, file.file_name().and_then(|name| name.to_str())) {
            self.mains.push(Main {
                shown: file.to_owned(),
                directory: file.parent().unwrap_or(Path::new("")).to_owned(),
                name: name.to_owned(),
            });
        }
        let draft = Draft {
            shown: file.to_owned(),
            text: original.clone(),
            original,
        };
        self.drafts.insert(path, draft);
        Ok(())
    }

    /// What is said of each ruleset, with other texts in the place of some drafts.
    pub(super) fn compile(&self, changed: &Texts) -> Vec<Said> {
        let compile = |main: &Main| self.said(main, changed);
        self.mains.iter().map(compile).collect()
    }

    fn said(&self, main: &Main, changed: &Texts) -> Said {
        let sources = Overlay {
            files: FileSources::new(&main.directory),
            directory: &main.directory,
            drafts: &self.drafts,
            changed,
        };
        // All of them: to compare numbers that a limit has cut would say nothing.
        let limits = Limits {
            diagnostics: MOST,
            ..Limits::default()
        };
        let (diagnostics, sources) =
            match Compiler::new().limits(limits).compile(&sources, &main.name) {
                Ok(rules) => (rules.warnings().to_vec(), rules.sources().clone()),
                Err(error) => (
                    error.diagnostics().to_vec(),
                    error.sources().cloned().unwrap_or_default(),
                ),
            };
        let errors = diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .count();
        Said {
            errors,
            diagnostics,
            sources,
            directory: main.directory.clone(),
        }
    }

    pub(super) fn text(&self, path: &Path) -> Option<&str> {
        self.drafts.get(path).map(|draft| draft.text.as_str())
    }

    /// All texts as they are by now.
    pub(super) fn texts(&self) -> Texts {
        let drafts = self.drafts.iter();
        drafts
            .map(|(path, draft)| (path.clone(), draft.text.clone()))
            .collect()
    }

    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        let draft = self.drafts.get(path);
        draft.map_or_else(|| path.to_owned(), |draft| draft.shown.clone())
    }

    /// Keeps the texts of a repair.
    pub(super) fn keep(&mut self, changed: Texts) {
        for (path, text) in changed {
            if let Some(draft) = self.drafts.get_mut(&path) {
                draft.text = text;
            }
        }
    }

    pub(super) fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.values()
    }

    pub(super) fn changed(&self) -> impl Iterator<Item = &Draft> {
        self.drafts().filter(|draft| draft.text != draft.original)
    }

    /// What is left of each ruleset by now.
    pub(super) fn left(&self) -> Vec<Left<'_>> {
        let said = self.compile(&Texts::new());
        let together = self.mains.iter().zip(&said);
        let left = together.map(|(main, said)| Left {
            file: &main.shown,
            errors: said.errors,
            elsewhere: self.elsewhere(main, said),
        });
        left.collect()
    }

    /// The files that were not named and have repairs.
    fn elsewhere(&self, main: &Main, said: &Said) -> BTreeSet<PathBuf> {
        let edits = said.diagnostics.iter().flat_map(|d| &d.suggestions);
        let names = edits.map(|edit| said.sources.name(edit.span.source));
        let other = |name: &&str| {
            let path = said.path(name);
            path.is_some_and(|path| !self.drafts.contains_key(&path))
        };
        let others = names.filter(other);
        others.map(|name| main.directory.join(name)).collect()
    }
}

/// The files of a directory, drafts in the place of those under repair.
struct Overlay<'w> {
    files: FileSources,
    directory: &'w Path,
    drafts: &'w BTreeMap<PathBuf, Draft>,
    changed: &'w Texts,
}

impl Sources for Overlay<'_> {
    fn read(&self, name: &str) -> Result<String, String> {
        // The file is asked first: what may not be read stays so.
        let text = self.files.read(name)?;
        let Ok(path) = std::fs::canonicalize(self.directory.join(name)) else {
            return Ok(text);
        };
        let draft = || self.drafts.get(&path).map(|draft| &draft.text);
        Ok(match self.changed.get(&path).or_else(draft) {
            Some(changed) => changed.clone(),
            None => text,
        })
    }
}
