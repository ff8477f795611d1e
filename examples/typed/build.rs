//! Writes the types of the cinema's rules. Rules with mistakes don't build, and the build says where they are.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../rules");
    let rules = pervade::Ruleset::from_file("../rules/cinema.pvd")?;
    let out = env::var("OUT_DIR")?;
    fs::write(
        Path::new(&out).join("cinema.rs"),
        pervade::types::rust(&rules),
    )?;
    Ok(())
}
