//! The house is kept: every source file has its line on the map and says at its top what it is.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_source_file_is_on_the_map_and_explains_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let map = std::fs::read_to_string(root.join("README.md")).expect("the map");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files {
        let name = file
            .strip_prefix(&root)
            .expect("below the root")
            .display()
            .to_string();
        assert!(
            map.contains(&format!("`{name}`")),
            "{name} is not on the map (src/README.md)"
        );
        let text = std::fs::read_to_string(&file).expect("a readable source");
        assert!(text.starts_with("//!"), "{name} does not say what it is");
    }
}
