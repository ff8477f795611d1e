//! `pervade fix`: carries out the repairs that `pervade check` shows.
//!
//! `workspace` holds the texts and compiles them, `rounds` chooses repairs until there is nothing left to choose, and
//! `store` puts a text in the place of a file. Invariants: a repair is carried out whole or not at all; none is kept
//! that leaves a ruleset with more errors than before; nothing is written but the files that were named.

mod rounds;
mod store;
mod workspace;

use super::arguments::Fix;
use super::check::{self, mistakes};
use super::failure::{ERRORS, Failure, OK, Outcome};
use super::{Console, check::Checked};
use rounds::Done;
use std::path::Path;
use workspace::{Draft, Workspace};

/// Repairs the files and says what was done. The exit code is that of `check` afterwards.
pub(super) fn run(request: &Fix, console: &mut Console<'_>) -> Outcome<u8> {
    let checked = check::all(&request.files);
    let mut worst = OK;
    for one in &checked {
        if let (Err(error), None, None) = (&one.outcome, one.findings(), one.part_of) {
            console.note(&format!("error: {error}"));
            worst = worst.max(one.code());
        }
    }
    let readable = |one: &&Checked<'_>| one.part_of.is_some() || one.findings().is_some();
    let mut workspace = Workspace::default();
    for one in checked.iter().filter(readable) {
        workspace.add(one.file, one.part_of.is_none())?;
    }
    let done = rounds::repair(&mut workspace);
    let changed: Vec<&Draft> = match request.dry_run {
        true => Vec::new(),
        false => workspace.changed().collect(),
    };
    let mut kept: Vec<&Path> = Vec::new();
    for draft in changed {
        if let Err(failure) = store::replace(&draft.shown, &draft.original, &draft.text) {
            console.report(&failure);
            worst = worst.max(failure.code());
            kept.push(&draft.shown);
        }
    }
    let told = workspace
        .drafts()
        .filter(|draft| !kept.contains(&&*draft.shown));
    tell(&done, told, request.dry_run, console)?;
    Ok(worst.max(left(&workspace, &kept, console)))
}

/// What was done, file by file.
fn tell<'w>(
    done: &[Done],
    drafts: impl Iterator<Item = &'w Draft>,
    dry: bool,
    console: &mut Console<'_>,
) -> Outcome<()> {
    for draft in drafts {
        let here: Vec<&Done> = done.iter().filter(|d| d.file == draft.shown).collect();
        let file = draft.shown.display();
        let repairs = match here.len() {
            1 => "1 repair".to_owned(),
            count => format!("{count} repairs"),
        };
        match (here.is_empty(), dry) {
            (true, _) => console.print(&format!("{file}: nothing to repair\n"))?,
            (false, true) => console.print(&format!("{file}: {repairs} could be carried out\n"))?,
            (false, false) => console.print(&format!("{file}: {repairs}\n"))?,
        }
        for done in here {
            console.print(&done.to_string())?;
        }
    }
    Ok(())
}

/// Says what is left to people, and gives the exit code. Of files that could not be written enough is said.
fn left(workspace: &Workspace, kept: &[&Path], console: &mut Console<'_>) -> u8 {
    let mut code = OK;
    for left in workspace.left() {
        let file = left.file.display();
        for other in &left.elsewhere {
            let other = other.display();
            console.note(&format!(
                "{file}: there are repairs in {other} too; `pervade fix {file} {other}` carries them out"
            ));
        }
        if left.errors == 0 || kept.contains(&left.file) {
            continue;
        }
        let verb = if left.errors == 1 { "is" } else { "are" };
        let count = mistakes(left.errors);
        console.note(&format!(
            "{file}: {count} {verb} left; `pervade check {file}` shows what remains"
        ));
        code = ERRORS;
    }
    code
}

/// The file as text, without the byte order mark that some editors write.
fn read(path: &Path) -> Outcome<String> {
    let bytes = std::fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Input(format!("`{}` is not UTF-8", path.display())))?;
    Ok(match text.strip_prefix(store::MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}
