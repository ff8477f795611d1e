//! `pervade explain-code`: the page of a diagnostic's code, or the list of all codes.

use super::Console;
use super::failure::{Failure, OK, Outcome};
use crate::Code;

/// Prints the page of each code; without any, one line for every code there is.
pub(super) fn run(codes: &[String], console: &mut Console<'_>) -> Outcome<u8> {
    if codes.is_empty() {
        for code in Code::ALL {
            console.print(&format!("{} {}\n", code.as_str(), code.title()))?;
        }
        return Ok(OK);
    }
    // All are looked up first: an unknown one is not lost behind the page of another.
    let found: Outcome<Vec<Code>> = codes.iter().map(|text| find(text)).collect();
    for (i, code) in found?.into_iter().enumerate() {
        let space = if i == 0 { "" } else { "\n" };
        console.print(&format!(
            "{space}{}\n{}\n",
            readable(code.page()),
            code.url()
        ))?;
    }
    Ok(OK)
}

/// The code that is meant: as it is printed, in small letters, or its number alone.
fn find(text: &str) -> Outcome<Code> {
    let digits = text.strip_prefix(['E', 'e']).unwrap_or(text);
    let Some(number) = number(digits) else {
        let example = Code::UnknownName.as_str();
        return Err(Failure::Usage(format!(
            "`{text}` is no code: codes are written like `{example}`, and `pervade explain-code` lists them all"
        )));
    };
    let away = |code: &&Code| {
        let digits = code.as_str().trim_start_matches('E');
        digits.parse().unwrap_or(u32::MAX).abs_diff(number)
    };
    match Code::ALL.iter().min_by_key(away) {
        Some(code) if away(&code) == 0 => Ok(*code),
        Some(near) => Err(Failure::Usage(format!(
            "there is no code `{text}`; the nearest is `{}`: {}",
            near.as_str(),
            near.title()
        ))),
        None => Err(Failure::Usage(format!("there is no code `{text}`"))),
    }
}

/// Up to four digits.
fn number(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && digits.len() <= 4)
        .then(|| digits.parse().ok())
        .flatten()
}

/// A page without the marks of Markdown: examples are indented, below a word for what they are.
fn readable(page: &str) -> String {
    let mut text = String::with_capacity(page.len() + 256);
    let mut inside = false;
    for line in page.lines() {
        if let Some(head) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                let mut words = head.split(' ').skip(1);
                let title = match (words.next(), words.next()) {
                    (Some("in"), Some(name)) => format!("`{name}`:\n\n"),
                    (Some(verdict), _) => format!("{verdict}:\n\n"),
                    (None, _) => String::new(),
                };
                if !text.ends_with("\n\n") {
                    text.push('\n');
                }
                text.push_str(&title);
            }
            continue;
        }
        if inside && !line.is_empty() {
            text.push_str("    ");
        }
        text.push_str(line.strip_prefix("# ").filter(|_| !inside).unwrap_or(line));
        text.push('\n');
    }
    text
}
