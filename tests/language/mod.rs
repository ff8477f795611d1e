//! Every `pvd` example in the documentation compiles.

use pervade::Ruleset;

/// The `pvd` blocks of a text; in Rust sources those of `//!` and `///` comments.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let line = ["//! ", "/// ", "//!", "///"]
            .iter()
            .find_map(|p| line.strip_prefix(p))
            .unwrap_or(line);
        match &mut open {
            None if line.trim() == "```pvd" => open = Some(String::new()),
            None => {}
            Some(_) if line.trim() == "```" => blocks.extend(open.take()),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    blocks
}

fn compile(block: &str) {
    let named = block.lines().any(|l| l.starts_with("ruleset "));
    let text = if named {
        block.to_owned()
    } else {
        format!("ruleset example\n{block}")
    };
    if let Err(error) = Ruleset::from_text(&text) {
        panic!("{text}\n{error}");
    }
}

#[test]
fn examples_of_the_reference_compile() {
    let blocks = blocks(include_str!("../../src/language.rs"));
    assert!(blocks.len() >= 9, "the reference has lost its examples");
    blocks.iter().for_each(|b| compile(b));
}

#[test]
fn examples_of_the_readme_compile() {
    blocks(include_str!("../../README.md"))
        .iter()
        .for_each(|b| compile(b));
}
