//! The catalogue of diagnostics: every code with what it means in one line.
//!
//! Codes are stable: a number is never given to another mistake. `E00…` text, `E01…` names and files,
//! `E02…` types, `E03…` rules and tables, `E04…` promises, `E05…` actions, `E09…` limits. Each has a page in `pages/`, which is its
//! documentation here too; its examples are compiled by the tests.

macro_rules! codes {
    ($($name:ident = $text:literal, $title:literal;)*) => {
        /// The stable code of a diagnostic. Each variant says what it means, with an example and its repair; on a terminal
        /// `pervade explain-code E0101` does.
        ///
        /// ```
        /// use pervade::Code;
        /// assert!(Code::ALL.iter().all(|code| code.as_str().len() == 5));
        /// assert_eq!(Code::UnknownName.title(), "a name that nothing declares");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = include_str!(concat!("pages/", $text, ".md"))] $name,)*
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is printed, `E0101` for example.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// What kind of mistake it is, in one line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// All there is to say of it, as Markdown: what it means, an example that gives it, and the repair.
            ///
            /// ```
            /// use pervade::Code;
            /// assert!(Code::UnknownName.page().starts_with("# E0101: a name that nothing declares\n"));
            /// ```
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Code::$name => include_str!(concat!("pages/", $text, ".md")),)* }
            }

            /// Where [`Code::page`] can be read in a browser: in the documentation of this version.
            ///
            /// ```
            /// use pervade::Code;
            /// assert!(Code::UnknownName.url().ends_with("/pervade/enum.Code.html#variant.UnknownName"));
            /// ```
            #[must_use]
            pub fn url(self) -> &'static str {
                match self {
                    $(Code::$name => concat!(
                        "https://docs.rs/pervade/", env!("CARGO_PKG_VERSION"),
                        "/pervade/enum.Code.html#variant.", stringify!($name)
                    ),)*
                }
            }
        }
    };
}

codes! {
    Unexpected = "E0001", "text that does not fit here";
    Unbalanced = "E0002", "a bracket without its partner";
    UnclosedString = "E0003", "a string without its closing quote";
    UnknownDeclaration = "E0004", "a declaration that does not exist";
    NotYet = "E0005", "a part of the language that this version does not have yet";
    BadNumber = "E0006", "a number that can't be held exactly";
    BadEscape = "E0007", "an escape or brace in a string that means nothing";
    ReservedWord = "E0008", "a reserved word used as a name";
    AssignForEquals = "E0009", "`=` where `==` is meant";
    SymbolForWord = "E0010", "`&&`, `||` or `!` where a word is meant";
    NullForMissing = "E0011", "`null` where `missing` is meant";
    IfThen = "E0012", "`if … then`, which this language writes the other way round";
    SingleQuotes = "E0013", "single quotes around a string";
    ChainedComparison = "E0014", "a comparison of a comparison";
    AmbiguousElse = "E0015", "arithmetic beside `else` without brackets";
    OtherwiseNotLast = "E0016", "an entry behind `otherwise`";
    BadCharacter = "E0017", "a character the language does not use";
    BadMoment = "E0018", "a date, time or instant that does not exist or is written another way";
    OutsideBehaviour = "E0019", "a question about events outside a behaviour";

    UnknownName = "E0101", "a name that nothing declares";
    UnknownType = "E0102", "a type that nothing declares";
    UnknownField = "E0103", "a field that the record does not have";
    UnknownMember = "E0104", "a member that the enum does not have";
    DuplicateName = "E0105", "a name declared twice";
    DuplicateEntry = "E0106", "a field, member or label written twice";
    AmbiguousName = "E0107", "a word that may be a member or a name";
    Cycle = "E0108", "definitions that need one another in a circle";
    UseCycle = "E0109", "files that use one another in a circle";
    UseTwice = "E0110", "a file used twice";
    UnreadableSource = "E0111", "a file that can't be read";
    MissingRuleset = "E0112", "a main file that does not begin with `ruleset`";
    SecondRuleset = "E0113", "`ruleset`, `context` or `touchpoint` declared more than once";
    TouchpointChannel = "E0114", "a touchpoint without a channel";
    NotAValue = "E0115", "a type or a part of the context used as a value";
    NoTimezone = "E0116", "a question about days in a ruleset without a time zone";
    UnknownTimezone = "E0117", "a time zone that does not exist";
    UnknownCurrency = "E0118", "a currency that does not exist";
    UnknownCustomer = "E0119", "a customer that no declaration names";
    FactNotConstant = "E0120", "a fact of a customer or test that is not a constant";
    UnknownLabel = "E0121", "a label that no rule of the decision has";
    NothingDecided = "E0122", "an expectation about something that is not decided";
    NothingExpected = "E0123", "a test that expects nothing";
    ContextInBehaviour = "E0124", "a behaviour that reads something else than events";
    UnknownStage = "E0125", "a stage of a journey that nothing leads to";
    MomentInJourney = "E0126", "an entry of a journey that depends on when it is asked";

    TypeMismatch = "E0201", "a value of another type than the place takes";
    MaybeMissing = "E0202", "a value that may be missing where one is needed";
    NeverMissing = "E0203", "a question about missing of what never is";
    NotComparable = "E0204", "a comparison that its operands do not have";
    NeedsType = "E0205", "a value whose type can't be told";
    MissingField = "E0206", "a record without one of its fields";
    Division = "E0207", "a division that may be by zero where a number is needed";
    BadRange = "E0208", "a range that is empty, or on a type that has none";
    OutOfRange = "E0209", "a value outside the field's range";
    BadDefault = "E0210", "a default that is not a constant of the field's type";
    ConstantOverflow = "E0211", "arithmetic on constants that overflows";
    WrongArguments = "E0212", "a function with other values than it takes";
    BadPattern = "E0213", "a pattern that can't be used";
    LengthNotConstant = "E0214", "a length of time that is not constant";

    NotExhaustive = "E0301", "customers for whom no rule fits";
    NotShownExhaustive = "E0302", "rules that can't be shown to cover every customer";
    Overlap = "E0303", "two rows of a `unique` table that fit one customer";
    NotShownDisjoint = "E0304", "rows of a `unique` table that can't be shown to exclude one another";
    UnknownPolicy = "E0305", "a hit policy that does not exist";
    CellCount = "E0306", "a row with more or fewer cells than the table has columns";
    CollectResult = "E0307", "a `collect` table whose result is not a list";
    NoRules = "E0308", "a declaration without a rule";
    BadCsv = "E0309", "a file of rows that can't be read";
    BadCell = "E0310", "a cell that does not fit its column";
    Disagreement = "E0311", "two rows of an `any` table that fit one customer and give different results";
    Everlasting = "E0312", "a behaviour that stays true for ever once it is";
    EndlessStage = "E0313", "a stage of a journey that a customer may never leave";
    TimedEntries = "E0314", "entries of a journey after a time that never happen, or without end";

    NotPervasive = "E0401", "a `pervasive` decision that depends on the touchpoint";
    NotIndependent = "E0402", "a decision that depends on what it is declared independent of";
    GivesAway = "E0403", "a decision or text that would show sensitive data";

    UnknownGroup = "E0501", "an issue, a group or an action that nothing declares";
    IncompleteAction = "E0502", "an action without a number by which it is ranked";
    Undressed = "E0503", "an action without a treatment for every channel";
    GivesDiffer = "E0504", "actions whose fields have one name and different types";
    IncompleteChoice = "E0505", "a next best action with nothing to choose from, to rank by or to bind";
    IncompleteExperiment = "E0506", "an experiment that can't put every unit into one place";

    TooLarge = "E0901", "more than a limit allows";
    TooDeep = "E0902", "nesting beyond the limit";
}
