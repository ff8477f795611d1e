//! From a [`Sources`] and the name of the main text to all texts of a ruleset, parsed.
//!
//! Follows `use "…"` and reads what `from "…"` names. In: names to texts. Out: [`Loaded`], with every
//! mistake of reading and parsing. Invariants: each text is read once; names are normalised before they
//! are asked for, so `./a.pvd` and `a.pvd` are one; the walk is a work list, bounded by
//! [`Limits::sources`], so no chain of files can exhaust the stack.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::source::{SourceId, SourceMap, Sources, Span};
use crate::syntax::{self, ast};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// All texts of one compilation.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Every text, rules and CSV.
    pub(crate) sources: SourceMap,
    /// The rule files: the main one first, then in the order in which `use` names them.
    pub(crate) files: Vec<ast::File>,
    /// The CSV text that each `from "…"` means, by the place of its file name.
    pub(crate) csv: HashMap<Span, SourceId>,
    /// What is wrong so far.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads and parses everything that belongs to `main`. `shown` stands before each name in diagnostics.
pub(crate) fn load(
    sources: &dyn Sources,
    main: &str,
    shown: &str,
    limits: &Limits,
) -> Result<Loaded, Error> {
    let unreadable = |message: String| {
        Error::from(ErrorKind::Io {
            path: format!("{shown}{main}"),
            message,
        })
    };
    let name = normalise("", main).map_err(|m| unreadable(m.to_owned()))?;
    let text = sources.read(&name).map_err(unreadable)?;
    let mut loader = Loader {
        sources,
        shown,
        limits,
        out: Loaded::default(),
        rules: Vec::new(),
        places: BTreeMap::new(),
        tables: BTreeMap::new(),
        full: false,
    };
    let Some(id) = loader.add(&name, text, None) else {
        return Err(unreadable(format!(
            "it is larger than {} bytes",
            limits.source_bytes
        )));
    };
    loader.parse(id, name, None);
    loader.run();
    Ok(loader.out)
}

/// Of a longer circle of files so many links are shown at each end.
const MOST_LINKS: usize = 8;

/// A rule file, and the `use` that brought it in.
struct RuleFile {
    name: String,
    used: Option<(Span, usize)>,
}

struct Loader<'a> {
    sources: &'a dyn Sources,
    shown: &'a str,
    limits: &'a Limits,
    out: Loaded,
    /// Beside `out.files`.
    rules: Vec<RuleFile>,
    /// The place of each among them, by name.
    places: BTreeMap<String, usize>,
    /// CSV texts by name; `None` for one that could not be read.
    tables: BTreeMap<String, Option<SourceId>>,
    /// The limit of sources has been reported.
    full: bool,
}

impl Loader<'_> {
    /// Follows every `use` and `from`, breadth first.
    fn run(&mut self) {
        let mut queue: VecDeque<usize> = VecDeque::from([0]);
        while let Some(current) = queue.pop_front() {
            for reference in self.references(current) {
                match reference {
                    Reference::Use(path, span) => {
                        if let Some(added) = self.follow_use(current, &path, span) {
                            queue.push_back(added);
                        }
                    }
                    Reference::Csv(path, span) => self.follow_csv(current, &path, span),
                }
            }
        }
    }

    /// What a file names, in its order.
    fn references(&self, file: usize) -> Vec<Reference> {
        let Some(file) = self.out.files.get(file) else {
            return Vec::new();
        };
        let named = |item: &ast::Item| match &item.kind {
            ast::ItemKind::Use(text) => Some(Reference::Use(text.value.clone(), text.at.0)),
            ast::ItemKind::Table(table) => match &table.body {
                ast::TableBody::Csv(text) => Some(Reference::Csv(text.value.clone(), text.at.0)),
                ast::TableBody::Inline { .. } => None,
            },
            ast::ItemKind::Reference(reference) => match &reference.rows {
                ast::ReferenceRows::File(text) => {
                    Some(Reference::Csv(text.value.clone(), text.at.0))
                }
                ast::ReferenceRows::Inline(_) => None,
            },
            _ => None,
        };
        file.items.iter().filter_map(named).collect()
    }

    fn follow_use(&mut self, user: usize, path: &str, span: Span) -> Option<usize> {
        let name = self.resolve(user, path, span)?;
        if let Some(seen) = self.places.get(&name).copied() {
            // Each tells a chain of files: beyond the limit nobody reads them.
            if self.out.diagnostics.len() < self.limits.diagnostics.max(1) {
                let repeated = self.repeated(user, seen, path, span);
                self.out.diagnostics.push(repeated);
            }
            return None;
        }
        let text = self.read(&name, path, span)?;
        let id = self.add(&name, text, Some((path, span)))?;
        Some(self.parse(id, name, Some((span, user))))
    }

    /// A file that is already there is used again: by one of those it uses, or by someone else.
    fn repeated(&self, user: usize, seen: usize, path: &str, span: Span) -> Diagnostic {
        let mut chain = Vec::new();
        let mut at = user;
        while at != seen {
            let Some((span, parent)) = self.rules.get(at).and_then(|f| f.used) else {
                break;
            };
            chain.push((span, at));
            // The middle of a long one is not told.
            if chain.len() > 2 * MOST_LINKS {
                chain.remove(MOST_LINKS);
            }
            at = parent;
        }
        if at == seen {
            let mut cycle = Diagnostic::error(
                Code::UseCycle,
                span,
                format!("`{path}` is used by a file that it uses itself"),
            )
            .label("this closes the circle")
            .help("remove this `use`: what a ruleset's files declare is visible in all of them");
            chain.reverse();
            for (place, file) in chain {
                let name = self.rules.get(file).map_or("", |f| f.name.as_str());
                cycle = cycle.also(place, format!("here it uses `{name}`"));
            }
            return cycle;
        }
        let twice = Diagnostic::error(Code::UseTwice, span, format!("`{path}` is used twice"))
            .label("used again here")
            .help("remove this `use`: what a file declares is visible in all files of the ruleset");
        match self.rules.get(seen).and_then(|f| f.used) {
            Some((first, _)) => twice.also(first, "used here first"),
            None => twice.help("it is the main file"),
        }
    }

    fn follow_csv(&mut self, user: usize, path: &str, span: Span) {
        let Some(name) = self.resolve(user, path, span) else {
            return;
        };
        let id = match self.tables.get(&name) {
            Some(known) => *known,
            None => {
                let text = self.read(&name, path, span);
                let id = text.and_then(|text| self.add(&name, text, Some((path, span))));
                self.tables.insert(name, id);
                id
            }
        };
        if let Some(id) = id {
            self.out.csv.insert(span, id);
        }
    }

    fn resolve(&mut self, user: usize, path: &str, span: Span) -> Option<String> {
        let base = self.rules.get(user).map_or("", |f| f.name.as_str());
        match normalise(base, path) {
            Ok(name) => Some(name),
            Err(why) => {
                self.unreadable(path, span, why);
                None
            }
        }
    }

    fn read(&mut self, name: &str, path: &str, span: Span) -> Option<String> {
        if self.out.sources.iter().count() >= self.limits.sources {
            if !self.full {
                let most = self.limits.sources;
                let message = format!("the ruleset has more than {most} files");
                self.too_large(span, message, "join files, or raise the limit `sources`");
            }
            self.full = true;
            return None;
        }
        match self.sources.read(name) {
            Ok(text) => Some(text),
            Err(why) => {
                self.unreadable(path, span, &why);
                None
            }
        }
    }

    fn unreadable(&mut self, path: &str, span: Span, why: &str) {
        let message = format!("`{path}` can't be read: {why}");
        self.out.diagnostics.push(
            Diagnostic::error(Code::UnreadableSource, span, message)
                .label("named here")
                .help("names are relative to the file that names them, with `/` between folders"),
        );
    }

    fn too_large(&mut self, span: Span, message: String, help: &str) {
        self.out.diagnostics.push(
            Diagnostic::error(Code::TooLarge, span, message)
                .label("named here")
                .help(help),
        );
    }

    /// Takes a text in. A byte order mark in front, which some editors write, is no part of it.
    fn add(&mut self, name: &str, text: String, named: Option<(&str, Span)>) -> Option<SourceId> {
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let most = self.limits.source_bytes;
        if text.len() <= most
            && let Some(id) = self.out.sources.add(&format!("{}{name}", self.shown), text)
        {
            return Some(id);
        }
        if let Some((path, span)) = named {
            let message = format!("`{path}` is larger than {most} bytes");
            self.too_large(
                span,
                message,
                "split the file, or raise the limit `source_bytes`",
            );
        }
        None
    }

    fn parse(&mut self, id: SourceId, name: String, used: Option<(Span, usize)>) -> usize {
        let (file, found) = syntax::parse(id, self.out.sources.text(id), self.limits);
        self.out.files.push(file);
        self.out.diagnostics.extend(found);
        self.places.insert(name.clone(), self.rules.len());
        self.rules.push(RuleFile { name, used });
        self.rules.len() - 1
    }
}

enum Reference {
    Use(Box<str>, Span),
    Csv(Box<str>, Span),
}

/// The name that `path` means in the text named `base`: joined, `.` and `..` carried out.
fn normalise(base: &str, path: &str) -> Result<String, &'static str> {
    if path.is_empty() {
        return Err("the name is empty");
    }
    if path.contains('\\') {
        return Err("folders are separated by `/`");
    }
    if path.starts_with('/') {
        return Err("the name must be relative");
    }
    if path.contains('\0') {
        return Err("the name holds a character that no file name has");
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySources;

    #[test]
    fn names_are_joined_and_normalised() {
        assert_eq!(normalise("", "main.pvd").unwrap(), "main.pvd");
        assert_eq!(normalise("a/main.pvd", "./b.pvd").unwrap(), "a/b.pvd");
        assert_eq!(normalise("a/b/main.pvd", "../c.pvd").unwrap(), "a/c.pvd");
        assert_eq!(normalise("main.pvd", "../c.pvd").unwrap(), "../c.pvd");
        assert_eq!(normalise("../main.pvd", "../c.pvd").unwrap(), "../../c.pvd");
        for wrong in ["", "/etc/x", "a\\b"] {
            assert!(normalise("main.pvd", wrong).is_err());
        }
    }

    #[test]
    fn a_missing_main_is_an_io_error() {
        let error = load(
            &MemorySources::new(),
            "main.pvd",
            "rules/",
            &Limits::default(),
        );
        let text = error.unwrap_err().to_string();
        assert_eq!(
            text,
            "can't read `rules/main.pvd`: there is no source of that name"
        );
    }
}
