//! Several texts in one input, as in `tests/cases/diagnostics`: a line `+++ name` begins another source.

use pervade::MemorySources;

/// The text of `main.pvd`, and the other sources by name.
pub fn split(text: &str) -> (String, Vec<(&str, String)>) {
    let mut main = String::new();
    let mut others: Vec<(&str, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("+++ ") {
            others.push((name.trim_end(), String::new()));
        } else {
            let current = others.last_mut().map_or(&mut main, |(_, text)| text);
            current.push_str(line);
        }
    }
    (main, others)
}

pub fn memory(main: &str, others: &[(&str, String)]) -> MemorySources {
    let sources = MemorySources::new().with("main.pvd", main);
    let add = |all: MemorySources, (name, text): &(&str, String)| all.with(*name, text);
    others.iter().fold(sources, add)
}
