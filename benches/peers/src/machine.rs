//! Where and with what the figures came about.

use std::process::Command;

pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    /// What else the machine was doing when the run began: the load average of a minute.
    pub load: String,
    pub rustc: String,
    /// The version of pervade, and the commit where it is known.
    pub pervade: String,
}

impl Machine {
    pub fn look() -> Machine {
        let cpu = read("/proc/cpuinfo");
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
        let load = read("/proc/loadavg");
        let unknown = || "unknown".to_owned();
        let commit = said("git", &["describe", "--always", "--dirty"]);
        Machine {
            cpu: model.map_or_else(unknown, |m| m.trim_matches([' ', '\t', ':']).to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            rustc: said("rustc", &["--version"]).unwrap_or_else(unknown),
            pervade: match commit {
                Some(commit) => format!("{} ({commit})", version("pervade")),
                None => version("pervade"),
            },
        }
    }
}

/// The version of a package in this crate's lock file.
pub fn version(package: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    let entry = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) = lock
        .split_once(&entry)
        .unwrap_or_else(|| panic!("{package} is in the lock file"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// What a command says, if there is one.
fn said(command: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(command);
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments);
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
