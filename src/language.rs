//! The language reference: what a ruleset can say and what it means.
//!
//! Rules live in `.pvd` files, UTF-8. A ruleset says what is known of a customer, names what matters, and decides:
//!
//! ```pvd
//! ruleset cinema
//!
//! enum Tier { guest, member, gold }
//!
//! context {
//!     tier:   Tier
//!     visits: int 0..=366 = 0
//! }
//!
//! segment regular = visits >= 4
//!
//! /// What this customer pays less.
//! decision discount -> decimal {
//!     gold: when tier == gold => 15% because "gold members always pay less"
//!     when regular            => 10%
//!     otherwise               => 0%
//! }
//! ```
//!
//! # Which declaration when
//!
//! | declaration | use it |
//! |---|---|
//! | `ruleset name` | once, at the beginning of the main file |
//! | `use "other.pvd"` | to bring in the declarations of another file |
//! | `enum` | for a closed set of words: tiers, channels, moods |
//! | `record` | for things with fields that occur more than once |
//! | `context` | for what the host knows of the customer, the same on every touchpoint |
//! | `touchpoint` | for where this interaction happens: its channel, its device |
//! | `let` | for a value that deserves a name |
//! | `segment` | for a condition that deserves a name: who belongs to it |
//! | `classify` | to put every customer into exactly one of several classes |
//! | `decision` | for an answer by rules: the first that fits |
//! | `table` | for an answer by columns: when the same questions are asked in every row |
//!
//! # Meaning, in five promises
//!
//! **Total.** A ruleset that compiles can't meet a missing field, a wrong type or an uncovered case when it decides.
//! The one thing that can fail is arithmetic that overflows; it is reported with its place.
//! **Deterministic.** The answer depends on the ruleset and the context alone: no clock, no randomness, no binary
//! floating point. **Two-valued.** A condition is true or false; data that may be missing has an optional type and is
//! handled before it is used. **Bounded.** No recursion and no loops. **Touchpoint-blind unless it says so.** A
//! `pervasive` decision is checked not to depend on the touchpoint.
//!
//! # Files, names, comments
//!
//! `//` begins a comment, `///` one that belongs to what follows it. Line breaks mean nothing. Names are ASCII letters,
//! digits and `_`, not beginning with a digit; they are unique in a ruleset, across its files, and may be used before
//! they are declared. A definition that needs itself, through whatever chain, is an error. These words are reserved:
//! `and or not in is if otherwise else then where within without immediately as of no never true false missing between
//! when because has`; a field, a member or a record's key may still be called so, and backquotes make a name of any
//! word: `` `when` ``.
//!
//! `use "shared/money.pvd"` is relative to the file it stands in. A file is used once; a circle of files is an error.
//! Only the main file begins with `ruleset`.
//!
//! # Types
//!
//! | type | literals | remarks |
//! |---|---|---|
//! | `bool` | `true`, `false` | |
//! | `int` | `42`, `1_000` | 64 bits, checked; becomes a `decimal` where one is needed, never back |
//! | `decimal` | `0.85`, `15%` | 96-bit coefficient, 0 to 28 places; see [arithmetic](#arithmetic) |
//! | `string` | `"text"` | compared by code point; escapes `\" \\ \n \t \r \u{…}`; braces are doubled: `{{` |
//! | `enum { a, b }` | `a` | named by `enum`, or in place: then its name is its path (`touchpoint.channel`) |
//! | `{ a: int, b: string }` | `{ a: 1, b: "x" }` | named by `record`, or in place; equality is by fields |
//! | `list<T>` | `[a, b]` | |
//! | `T?` | `missing` | may be missing |
//!
//! A field of a context, touchpoint or record may carry a range (`int 0..=120`, `decimal 0..1`), checked when the
//! context is built, and a default (`= 0`), taken when the host gives nothing. `a..b` is without `b`, `a..=b` with it.
//!
//! A bare word is a member of an enum where that enum is expected. If a value of the same name could stand there too,
//! that is an error; `Tier.gold` is always the member.
//!
//! ```pvd
//! enum Tier { guest, gold }
//! record Showing { film: string, price: decimal, seats_left: int 0..=2000 = 0 }
//! context {
//!     customer: { tier: Tier, age: int? 0..=120, consents: list<enum { email, sms }> = [] }
//!     showing: Showing?
//! }
//! touchpoint { channel: enum { web, kiosk } }
//!
//! segment at_kiosk = touchpoint.channel == kiosk
//! segment may_mail = email in customer.consents
//! let best = Tier.gold
//! let standard: Showing = { film: "any", price: 12.50 }
//! ```
//!
//! # Optional data
//!
//! A value of type `T?` can't be used where a `T` is needed. The ways out:
//!
//! * a default: `age else 18`;
//! * a guard: `age is present and age >= 18` — what a condition proves is known to what runs under it: the right side of
//!   `and`, the right side of `or` (where the left is false), the value of a rule, all later rules and `otherwise` (where
//!   all earlier conditions are false), the branches of a conditional, the result of a table's row, and whatever uses a
//!   `segment` that proves it;
//! * `is`, the equality that a missing value fails: `favourite is drama`; `is not` is its complement.
//!
//! A field of an optional record is optional. `is missing` and `is present` ask.
//!
//! ```pvd
//! enum Genre { drama, action }
//! context { age: int? 0..=120, favourite: Genre?, showing: { price: decimal, seats: int }? }
//!
//! segment adult   = age is present and age >= 18
//! segment unknown = age is missing or age < 18
//! segment dramas  = favourite is drama
//! let genre       = favourite else action
//!
//! decision price -> decimal? {
//!     when showing is missing => missing
//!     when showing.seats > 2  => showing.price * 90%
//!     otherwise               => showing.price
//! }
//! ```
//!
//! # Arithmetic
//!
//! `+ - *` of two ints is an int; with a decimal, or with `/`, it is a decimal. Overflow is an error, at compile time
//! where the operands are constants. On decimals `+` and `-` are exact or overflow; `*` and `/` are rounded once,
//! half-even, to the most places (at most 28) for which the coefficient fits 96 bits.
//!
//! `a / b` is a plain decimal where `b` is proven not to be zero: a literal, a field whose range leaves zero out, or a
//! guard (`visits > 0 and spend / visits > 10`). Otherwise it is optional: missing when `b` is zero.
//!
//! ```pvd
//! context { spend: decimal, visits: int 0..=1000, party: int 1..=20 }
//!
//! let per_head  = spend / party
//! let per_visit = spend / visits else 0
//! segment big   = visits > 0 and spend / visits >= 12.50
//! ```
//!
//! # Operators, tightest first
//!
//! `.field` · `-a` · `* /` · `+ -` · `else` · `..` `..=` · `== != < <= > >= in is` (none chains) · `not` · `and` · `or`
//! · `a if c otherwise b`. `+ - * /` to the right of an `else` want brackets. `and`, `or`, `else` and conditionals are
//! evaluated from left to right, and only as far as the answer needs; that decides which overflow is reported.
//! `<` and its kin order ints, decimals and strings. `x in [a, b]` looks into a list, `x in 1..=5` into a range.
//!
//! ```pvd
//! context { age: int 0..=120, tier: enum { guest, gold } }
//!
//! segment student = age in 16..=25 and not (tier == gold)
//! let fee: decimal = 0 if tier == gold otherwise 1.50 if age >= 18 otherwise 1
//! ```
//!
//! # Decisions
//!
//! The first rule whose condition holds gives the value. A rule may have a label, a stable name for reports, and a
//! reason. Without `otherwise` the compiler must be able to show that some rule always fits; it knows enums, bools,
//! texts and intervals of numbers exactly, through segments and classifications, and shows a customer who falls through.
//! A result that is a record is written with all its fields; those that are optional or have a default may be left away.
//!
//! ```pvd
//! enum Mood { calm, angry }
//! context { mood: Mood, wrong_orders: int 0..=99 = 0 }
//!
//! decision assistance -> { help: enum { agent, chat }, note: string? } {
//!     upset: when mood == angry or wrong_orders > 0 => { help: agent, note: "be kind" }
//!         because "something went wrong for this customer"
//!     calm: when mood == calm => { help: chat }
//! }
//!
//! segment needs_person = assistance.help == agent
//! ```
//!
//! # Classifications
//!
//! `classify` declares an enum and a value of it at once; the first rule that holds names the member.
//!
//! ```pvd
//! context { visits: int 0..=366 }
//! classify persona {
//!     loyalist when visits >= 6
//!     explorer when visits >= 2
//!     otherwise newcomer
//! }
//! segment new_here = persona == newcomer
//! ```
//!
//! # Tables
//!
//! Columns are expressions. A row opens with `|`; its result follows `=>`. A cell is `-` (any), a value, several values
//! with commas, a range, a comparison, `not (…)`, or `missing`. A cell other than `-` fits only a column that is present
//! (but for `missing`), so that the row's result may use the column as a plain value.
//!
//! | hit policy | meaning |
//! |---|---|
//! | `unique` | at most one row fits: an overlap is an error that shows a customer |
//! | `first` | the first row that fits |
//! | `collect` | all rows that fit, in order, as a list |
//!
//! When no row fits, `otherwise => …` gives the value. Without it a `unique` or `first` table must cover every customer,
//! or its result is optional; a `collect` table gives `[]`.
//!
//! ```pvd
//! enum Day { mon, tue, wed, thu, fri, sat, sun }
//! context { day: Day, age: int? 0..=120, tier: enum { guest, gold } }
//!
//! table discount(unique) -> decimal {
//!     | tier  | day           => result
//!     | gold  | -             => 15%
//!     | guest | mon, tue      => 10% because "quiet days"
//!     | guest | not (mon, tue) => 0%
//! }
//!
//! table offers(collect) -> list<string> {
//!     | age     | tier => offer
//!     | 16..=25 | -    => "student card"
//!     | >= 65   | -    => "matinee"
//!     | missing | -    => "tell us your birthday"
//!     | -       | gold => "lounge"
//! }
//! ```
//!
//! Rows may come from a CSV file: `table band(unique) -> string from "bands.csv"`, with `{ otherwise => … }` behind it
//! where wanted. The header has the column expressions and, last, a word for the result. Cells are written as in a table;
//! in a column of strings bare text is the literal, and `-`, `missing`, `not (…)` and quoted text keep their meaning.
//!
//! # Promises
//!
//! `pervasive decision` and `pervasive table` may not read the touchpoint, through any chain of definitions.
//! `independent of` says the same of any field, for fairness or privacy:
//!
//! ```pvd
//! context { customer: { age: int 0..=120, spend: decimal } }
//! touchpoint { channel: enum { web, kiosk } }
//!
//! pervasive decision credit -> bool independent of customer.age {
//!     when customer.spend >= 100 => true
//!     otherwise => false
//! }
//! ```
//!
//! # Data in and out
//!
//! Contexts come from serde, JSON, CSV or slots. A decimal is a number or a string of digits, read from its text, and
//! leaves as a string; an enum is the name of its member; missing is absent or null. Nothing is coerced: `"5"` is no
//! int. Unknown fields are errors unless the host asks for leniency. In CSV the header has dotted paths, an empty cell
//! is missing, and only there `0` and `1` are bools.
//!
//! # Limits
//!
//! See [`Limits`](crate::Limits): brackets and types nest at most 64 deep, fields of context and touchpoint are at most
//! 10,000, a chain of definitions is bounded by the depth of the decision graph. What lies beyond a limit is an error
//! that names it.
