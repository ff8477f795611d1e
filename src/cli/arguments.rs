//! The arguments of the command, as clap reads them. What each option means is said here once: the help
//! text is the reference.

use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Write customers' decisions once, get the same answer, with its reason, on every channel.
#[derive(Debug, Parser)]
#[command(
    name = "pervade",
    version,
    after_help = "Exit codes: 0 ok, 1 the rules or the inputs have errors, 2 usage, 3 input/output."
)]
pub(super) struct Arguments {
    /// Colours in diagnostics
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub(super) color: Colour,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// When diagnostics are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Compile rulesets and report every mistake
    Check(Check),
    /// Carry out the repairs that `check` shows
    Fix(Fix),
    /// Tell what the code of a mistake means, with an example and its repair
    ExplainCode {
        /// Codes, like `E0101`; without any, all of them in one line each
        #[arg(value_name = "CODE")]
        codes: Vec<String>,
    },
    /// Bring rule files into their one layout, comments kept
    Fmt {
        /// Change nothing; list the files that are not in the layout, exit code 1 if there are any
        #[arg(long)]
        check: bool,
        /// Files to format in place; `-` formats the standard input to the standard output
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Decide for each record of a file: one JSON record a line
    Decide(Decide),
    /// Tell how decisions about one customer come about
    Explain(Explain),
    /// Run the tests beside the rules
    Test(Test),
    /// Print the decision graph
    Graph {
        /// The ruleset (.pvd)
        rules: PathBuf,
        /// What to print
        #[arg(long, value_enum, default_value_t = GraphFormat::Dot)]
        format: GraphFormat,
    },
    /// Print what rulesets take and give as types of another language
    Types(Types),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("language").required(true))]
#[command(after_help = "\
Of several rulesets each has a module (Rust), a namespace (TypeScript) or a document (JSON Schema) of its own.
In a build script, `pervade::types::rust` gives the same text.")]
pub(super) struct Types {
    /// Structs and enums for serde, and a typed handle of each decision
    #[arg(long, group = "language")]
    pub(super) rust: bool,
    /// Interfaces and unions of literals
    #[arg(long, group = "language")]
    pub(super) ts: bool,
    /// What a context in JSON must be, in draft 2020-12
    #[arg(long, group = "language")]
    pub(super) json_schema: bool,
    /// Rulesets (.pvd)
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
`json` is one object; a span has byte offsets, and lines and columns from 1, its end behind the last character.
  {\"version\":1,\"tool\":{...},\"files\":[{\"path\":\"main.pvd\",\"status\":\"mistakes\",...,\"diagnostics\":[
    {\"code\":\"E0101\",\"title\":\"...\",\"severity\":\"error\",\"message\":\"...\",\"url\":\"...\",
     \"primary\":{\"span\":{\"file\":\"main.pvd\",\"start\":{\"byte\":53,\"line\":3,\"column\":17},\"end\":{...}},\"text\":\"...\"},
     \"secondary\":[...],\"help\":[\"...\"],\"suggestions\":[{\"span\":{...},\"replacement\":\"age\"}]}]}]}
`sarif` is SARIF 2.1.0 with a rule for each code, its page, and repairs as fixes.")]
pub(super) struct Check {
    /// Rulesets (.pvd); what they use is checked with them
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// How mistakes are told; json and sarif have the standard output to themselves
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(super) format: CheckFormat,
    /// Say what each decision costs at worst: steps, overflows, what it reads, what differs by touchpoint (text and json)
    #[arg(long)]
    pub(super) budget: bool,
}

/// How mistakes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// Drawn, with their places
    Text,
    /// For programs
    Json,
    /// For tools that review code
    Sarif,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Repairs that would meet are carried out one after the other. None is kept that leaves more mistakes than before, and
no file is changed that is not named here.")]
pub(super) struct Fix {
    /// Rulesets (.pvd), and files that they use
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Say what would be changed, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    /// Rulesets (.pvd) with their tests, and those of what they use
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Say which rules, rows and branches the tests reach; json and lcov have the standard output to themselves
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) coverage: Option<CoverageFormat>,
    /// How failures are told
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(super) format: ReportFormat,
}

/// How coverage is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CoverageFormat {
    /// What is left, by line
    Text,
    /// For programs; with `--format json` within the line of each file
    Json,
    /// For tools that read lcov's trace files
    Lcov,
}

/// How failures are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// With the explanation of each
    Text,
    /// One object a file and line
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
JSON input is one object: the context's fields, `touchpoint` with its own, and `now`.
  {\"customer\": {\"tier\": \"gold\"}, \"touchpoint\": {\"channel\": \"web\"}}
CSV input has dotted paths, and `now`, for its header; an empty cell is missing.
  customer.tier,touchpoint.channel
  gold,web
Each record gives one line, numbered from 1; a bad one says what is wrong and the rest goes on.
  {\"row\":1,\"decisions\":{\"discount\":{\"value\":\"0.15\",\"label\":\"loyal\",\"because\":null}}}
  {\"row\":2,\"error\":{\"message\":\"...\",\"line\":3,\"problems\":[{\"path\":\"customer.tier\",\"message\":\"...\"}]}}")]
pub(super) struct Decide {
    /// The ruleset (.pvd)
    pub(super) rules: PathBuf,
    /// What to decide; may be given several times. Without it every decision, table, score, feature and next best action
    #[arg(long, value_name = "NAME")]
    pub(super) decision: Vec<String>,
    /// The records; `-` is the standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(super) input: PathBuf,
    /// How the records are written; without it the file's ending tells (standard input: jsonl)
    #[arg(long, value_enum)]
    pub(super) format: Option<RecordFormat>,
    /// The column of a field whose header cell is not its path (CSV)
    #[arg(long, value_name = "PATH=COLUMN", value_parser = pair)]
    pub(super) map: Vec<(String, String)>,
    /// Let columns pass that the ruleset does not declare (CSV)
    #[arg(long)]
    pub(super) ignore_columns: bool,
    /// Let fields pass that the ruleset does not declare (JSON)
    #[arg(long)]
    pub(super) lenient: bool,
    /// The value of a field for every record, written as a CSV cell: `--set touchpoint.channel=web`
    #[arg(long, value_name = "PATH=VALUE", value_parser = pair)]
    pub(super) set: Vec<(String, String)>,
    /// The instant to decide for, where a record gives none as `now`: `2026-03-06T18:00:00Z`
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(super) now: Option<DateTime<Utc>>,
    /// The customer's events, one JSON object a line; the same for every record
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// Add to each decision the steps that led to it
    #[arg(long)]
    pub(super) trace: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The input is one JSON object: the context's fields, `touchpoint` with its own, and `now` where the rules ask for the time.
  {\"customer\": {\"tier\": \"gold\"}, \"touchpoint\": {\"channel\": \"web\"}, \"now\": \"2026-03-06T18:00:00Z\"}")]
pub(super) struct Explain {
    /// The ruleset (.pvd)
    pub(super) rules: PathBuf,
    /// What to explain; may be given several times. Without it every decision, table, score, feature and next best action
    #[arg(long, value_name = "NAME")]
    pub(super) decision: Vec<String>,
    /// The context; `-` is the standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(super) input: PathBuf,
    /// The instant to decide for, where the context gives none as `now`: `2026-03-06T18:00:00Z`
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(super) now: Option<DateTime<Utc>>,
    /// The customer's events, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// How to tell it
    #[arg(long, value_enum, default_value_t = StoryFormat::Text)]
    pub(super) format: StoryFormat,
}

/// How a story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StoryFormat {
    /// In sentences
    Text,
    /// For programs
    Json,
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RecordFormat {
    /// One object
    Json,
    /// One object a line
    Jsonl,
    /// A header line and one record a line
    Csv,
}

/// How the graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// For Graphviz
    Dot,
    /// For Markdown pages
    Mermaid,
    /// For programs
    Json,
}

/// An instant with its offset.
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => Ok(instant.to_utc()),
        Err(_) => Err("an instant is written like 2026-03-06T18:00:00Z".to_owned()),
    }
}

/// `left=right`, both not empty on the left.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() => Ok((left.to_owned(), right.to_owned())),
        _ => Err("two words with `=` between them are needed".to_owned()),
    }
}
