//! The language reference: what a ruleset can say and what it means.
//!
//! Rules live in `.pvd` files, UTF-8. A ruleset says what is known of a customer, names what matters, and decides. The main
//! file begins with `ruleset` and a name; the examples below leave that line out.
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
//! | `timezone` | once, where rules ask for days: in which zone a day begins and ends |
//! | `week starts` | once, where weeks do not begin on Monday |
//! | `enum`, `ordered enum` | for a closed set of words: tiers, channels, moods; ordered where one is more than another |
//! | `record` | for things with fields that occur more than once |
//! | `reference` | for constant tables that are looked up: shops, price lists |
//! | `context` | for what the host knows of the customer, the same on every touchpoint |
//! | `touchpoint` | for where this interaction happens: its channel, its device |
//! | `event` | for what a customer may do |
//! | `behaviour` | for what a customer's events say: how often, in what order, how recently, and what did not follow |
//! | `journey` | for a way of several stages: where on it a customer is, whatever channel they come back on |
//! | `let` | for a value that deserves a name; with parameters, for a formula |
//! | `segment` | for a condition that deserves a name: who belongs to it; with parameters, for a question |
//! | `classify` | to put every customer into exactly one of several classes |
//! | `decision` | for an answer by rules: the first that fits |
//! | `table` | for an answer by columns: when the same questions are asked in every row |
//! | `score` | for points that add up: each rule that holds gives its own |
//! | `feature` | for what a product switches on |
//! | `issue`, `group` | to order actions: what they are about, and how much they count |
//! | `action` | for what the business could do for a customer |
//! | `actions` | for many of them that differ in their data: one for each row of a `reference` |
//! | `policy` | for how often and when customers are contacted at most |
//! | `next_best_action` | to choose the best of the actions for a customer now |
//! | `experiment` | to give each unit a variant, or none |
//! | `customer`, `test` | for examples beside the rules, run by `pervade test` and from `cargo test` |
//!
//! # What `days` means
//!
//! A day has 24 hours where an instant is involved, and is a day of the calendar where a date is:
//!
//! | written | means |
//! |---|---|
//! | `7 days` alone, a `duration` | exactly 168 hours |
//! | `now + 7 days`, of a `datetime` | the instant 168 hours later, whatever the clocks do meanwhile |
//! | `today + 7 days`, of a `date` | the same day of the next week; `today + 1 months` is clamped to the end of the month |
//! | `days between a and b`, of two dates | days of the calendar |
//! | `days between a and b`, of two instants | how many times 24 hours fit between them |
//! | `whole days of d`, of a duration | how many times 24 hours fit into it |
//! | `in last 7 days`, `between 7 and 30 days ago`, of events | so many times 24 hours before the instant |
//! | `today`, `in previous 7 days`, of events | days of the calendar; `previous` ones without today |
//! | `calendar days since last e` | days of the calendar between its date and today |
//!
//! Months and years have no fixed length: only dates know them.
//!
//! # Meaning, in five promises
//!
//! **Total.** A ruleset that compiles can't meet a missing field, a wrong type or an uncovered case when it decides.
//! The one thing that can fail is arithmetic that overflows, on numbers or on the calendar; it is reported with its place.
//! **Deterministic.** The answer depends on the ruleset and the context alone, the instant `now` in it included: no clock,
//! no randomness, no binary floating point. **Two-valued.** A condition is true or false; data that may be missing has an optional type and is
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
//! | `money<GBP>` | `12.50 GBP` | the currency (ISO 4217) is part of the type; see [money](#money) |
//! | `string` | `"text"` | compared by code point; escapes `\" \\ \n \t \r \u{…}`; braces are doubled: `{{` |
//! | `date` | `2026-03-01` | a day of the calendar, years 1 to 9999 |
//! | `time` | `18:30`, `18:30:05` | a time of day |
//! | `datetime` | `2026-03-01T18:30:00Z` | an instant, in milliseconds; an offset (`Z`, `+01:00`) is part of it |
//! | `duration` | `30 minutes`, `7 days` | exact; milliseconds to weeks |
//! | `elapsed` | `never` | what `time since …` gives: a duration, or `never`, which is longer than every duration |
//! | `timezone` | `"Europe/London"` | a name of the IANA database, which is bundled |
//! | `geo` | `geo(51.5074, -0.1278)` | latitude and longitude, to 1e-7 degrees |
//! | `distance` | `5 km`, `300 m` | whole metres |
//! | `enum { a, b }` | `a` | named by `enum`, or in place: then its name is its path (`touchpoint.channel`) |
//! | `ordered enum { a, b }` | `a` | the same, and `a < b`; `Weekday { mon, tue, wed, thu, fri, sat, sun }` is built in |
//! | `{ a: int, b: string }` | `{ a: 1, b: "x" }` | named by `record`, or in place; equality is by fields |
//! | `list<T>` | `[a, b]` | |
//! | `T?` | `missing` | may be missing |
//!
//! A field of a context, touchpoint or record may carry a range (`int 0..=120`, `decimal 0..1`), checked when the
//! context is built, and a default (`= 0`), taken when the host gives nothing. `a..b` is without `b`, `a..=b` with it: a score
//! from 0 to 100 is `0..=100`, and `mon..fri` is without Friday. Only an `int` or a `decimal` has a range. A touchpoint has a
//! `channel`, which is an enum.
//! Behind these a field may be marked: `sensitive` data is decided by but never shown; `fixed` data will be left alone by
//! advice on what would change a decision (advice is of a later version).
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
//! `a div b` and `a mod b` of ints are whole and floored: `-7 div 2` is `-4` and `-7 mod 2` is `1`. `abs(a)`, `min(a, b)`
//! and `max(a, b)` take what has a size; `round a to 0.05` gives the nearest multiple of a step, half to even, or
//! `round a up to …`, `down`, `half up`, `half even` (`up` is towards the greater number, also below zero).
//!
//! # Money
//!
//! Amounts of one currency are added, compared and divided by one another (which gives a decimal), multiplied and
//! divided by numbers. Currencies never mix. Inside an expression nothing is rounded; an amount is rounded once, half to
//! even, to the minor unit of its currency, where it leaves through a decision or table. A rule that reads a decision
//! reads the rounded amount. `round price up to 0.05 GBP` is for where a policy says otherwise.
//!
//! ```pvd
//! context { price: money<GBP>, rate: decimal, budget: money<GBP>? }
//!
//! let net(p: money<GBP>): money<GBP> = p * 80%
//! let share = price / 3
//! segment affordable = budget is present and net(price) <= budget
//!
//! decision to_pay -> money<GBP> {
//!     when affordable => net(price)
//!     otherwise       => round price up to 0.05 GBP
//! }
//! ```
//!
//! # Time
//!
//! `now` is the instant for which a decision is made; the host gives it, always. `today` is its date in the ruleset's
//! zone, which `timezone` declares: a constant, or an expression over the customer. `date of t` and `time of t` take an
//! instant apart there. Dates have `.year .month .day .weekday`, times of day `.hour .minute .second`, instants all of
//! them. Within 24 hours a zone may skip an hour or have one twice; an instant is never ambiguous, and a local time is
//! never asked for.
//!
//! A `datetime` moves by durations; a `date` moves by days, weeks, months and years that are written out, clamped to the
//! end of the month. `years between a and b`, `months`, `weeks`, `days` count whole steps from one date to another
//! (negative if `b` lies before `a`): someone born on 29 February is a year older on 28 February. Between instants there
//! are `weeks` down to `seconds`, all exact. A range of times may go over midnight: `time of now in 22:00..06:00`.
//!
//! `time since t` is an `elapsed`: `never` where `t` is missing. It is compared with durations as it is; to calculate
//! with it, say what `never` is: `time since t else 30 days`.
//!
//! ```pvd
//! timezone customer.timezone else "Europe/London"
//! week starts sunday
//! context {
//!     customer: { timezone: timezone?, birth_date: date?, last_visit: datetime? }
//!     delivery: time
//! }
//!
//! segment weekend     = today.weekday in [sat, sun]
//! segment birthday    = customer.birth_date is present
//!     and customer.birth_date.month == today.month and customer.birth_date.day == today.day
//! segment adult       = customer.birth_date is present and years between customer.birth_date and today >= 18
//! segment lapsed      = time since customer.last_visit > 90 days
//! segment night       = time of now in 22:00..06:00
//! segment soon        = delivery < 12:00
//! let days_away       = whole days of (time since customer.last_visit else 365 days)
//! let trial_ends      = today + 1 months
//! ```
//!
//! # Places
//!
//! `distance between a and b` is measured on a sphere, in whole metres, by integers alone: the same everywhere.
//! `nearest place of shops to p` is the item of a list whose place lies nearest, of two alike the first; missing of none.
//!
//! ```pvd
//! record Shop { id: string, place: geo, open: bool = true }
//! reference shops: Shop key id = [
//!     { id: "soho", place: geo(51.5136, -0.1365) },
//!     { id: "bath", place: geo(51.3811, -2.3590), open: false },
//! ]
//! context { home: geo?, favourite: string }
//!
//! let open_shops = shops where (open)
//! let nearest_shop: Shop? = nearest place of open_shops to home if home is present otherwise missing
//! segment close_by = nearest_shop is present and home is present
//!     and distance between nearest_shop.place and home < 5 km
//! segment favourite_open = shops[favourite] is present and shops[favourite].open
//! ```
//!
//! # Lists
//!
//! | written | gives |
//! |---|---|
//! | `any x in xs has (…)`, `every x in xs has (…)` | whether the condition holds for one, for all; of none: false, true |
//! | `xs where (…)` | the items for which it holds; `it` is the item, whose fields may be written bare |
//! | `count of xs` | how many there are |
//! | `sum of (x.price for x in xs)` | the sum, from left to right; 0 of none |
//! | `min of (…)`, `max of (…)` | the least, the greatest; missing of none |
//! | `x in xs`, `xs contains x` | whether it is there |
//!
//! ```pvd
//! record Order { price: money<EUR>, items: int, late: bool }
//! context { orders: list<Order> }
//!
//! let late_orders = orders where (late)
//! let spent       = sum of (o.price for o in orders)
//! let dearest     = max of (o.price for o in orders) else 0 EUR
//! segment unlucky = count of late_orders >= 2 or any o in orders has (o.late and o.items > 10)
//! ```
//!
//! # Texts
//!
//! `contains`, `starts with`, `ends with` ask about parts; `matches "…"` asks whether a pattern fits the whole text,
//! `contains match "…"` whether it fits a part. Patterns are regular expressions that take linear time; `\\d \\w \\s` mean
//! ASCII characters, and `\\p` is refused. `ignoring case` behind any of them makes ASCII letters alike.
//! `length of` counts characters; `lower` makes ASCII letters small. In a string `{value}` stands for a value, told in one
//! neutral format: `2026-03-01`, `12.50 GBP`, `30 minutes`.
//!
//! ```pvd
//! context { name: string, email: string?, visits: int }
//!
//! segment staff   = email is present and email ends with "@cinema.example" ignoring case
//! segment coded   = name matches "[A-Z]{{2}}\\d+"
//! let greeting    = "Welcome back, {name}: visit {visits + 1}"
//! ```
//!
//! # Parameters
//!
//! A `let` or `segment` may have parameters with types. Arguments are evaluated from left to right, then the body; there
//! is no recursion.
//!
//! ```pvd
//! context { visits: int, spend: decimal }
//!
//! let capped(value: decimal, most: decimal) = min(value, most)
//! segment at_least(n: int) = visits >= n
//!
//! let bonus = capped(spend * 5%, 10)
//! segment regular = at_least(6)
//! ```
//!
//! # Operators, tightest first
//!
//! `.field` `[key]` `where (…)` · `-a` · `* / div mod` · `+ -` · `else` · `..` `..=` · `== != < <= > >= in is contains starts with
//! ends with matches` (none chains) · `not` · `and` · `or` · `a if c otherwise b`. `+ - * /` to the right of an `else` want brackets. `and`, `or`, `else` and conditionals are
//! evaluated from left to right, and only as far as the answer needs; that decides which overflow is reported.
//! `<` and its kin order numbers, amounts, strings, dates, times, durations, distances and ordered enums. `x in [a, b]` looks
//! into a list, `x in 1..=5` into a range.
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
//! A reason may tell values: `because "{visits} visits this year"`. It may not tell sensitive ones. `valid from … until …`
//! before `when` bounds a rule in time, by days of the ruleset's zone or by instants; `until` is the first day, or instant,
//! at which the rule no longer holds.
//!
//! ```pvd
//! timezone "Europe/London"
//! context { visits: int 0..=366 }
//!
//! decision offer -> string {
//!     spring: valid from 2026-04-01 until 2026-05-01 when visits >= 2 => "two for one"
//!         because "{visits} visits, and it is April"
//!     otherwise => "popcorn"
//! }
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
//! # Scores and features
//!
//! A `score` begins at zero and adds the points of every rule that holds; a type with a range keeps it within bounds.
//! Points may be signed, may be any expression, and have reasons; `always` needs no condition. Without a type it is an int. Levels are a classification
//! of the score. A `feature` is what a product switches on: a condition that hosts ask for by name.
//!
//! ```pvd
//! context { visits: int 0..=366, complaints: int 0..=99, saved_card: bool }
//!
//! score loyalty -> int 0..=100 {
//!     always               => 10
//!     when visits >= 6     => +40 because "comes often"
//!     when complaints > 0  => -10 * complaints because "{complaints} complaints"
//! }
//! classify level { star when loyalty >= 50 regular when loyalty >= 10 otherwise guest }
//! feature one_tap_checkout when saved_card and loyalty > 20
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
//! | `any` | rows may overlap where they give the same; another overlap is an error |
//! | `priority` | of all rows that fit, the most important result |
//! | `collect`, `rule_order` | the results of all rows that fit, in order, as a list |
//! | `output_order` | the same, the most important first |
//! | `collect sum`, `min`, `max`, `count` | one number of all results; of no row 0, missing, missing, 0 |
//!
//! What is more important says an `ordered enum` (the greatest member is) or a list: `priority by [gold, member, guest]`.
//!
//! When no row fits, `otherwise => …` gives the value. Without it a table that gives the result of one row must cover
//! every customer, or its result is optional.
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
//! ordered enum Urgency { low, high }
//! table urgency(priority) -> Urgency {
//!     | age     | tier => urgency
//!     | >= 80   | -    => high
//!     | -       | gold => high
//!     | -       | -    => low
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
//! # Reference data
//!
//! `reference shops: Shop key id = [ … ]` is a constant list of records, told apart by a field; `shops[id]` is the row
//! with that key, and missing where there is none. `reference shops: Shop key id from "shops.csv"` takes the rows from a
//! file: its header names fields, its cells are written as in rules (an amount may leave its currency away, an empty cell
//! is a default or missing). Blanks around a cell are cut. In a field of type `string` a cell is the literal, braces and all;
//! `missing` is none, where the field is a `string?`, and a cell that is in quotes once more is a text as in rules. From a file whose
//! name ends with `.jsonl` it takes one JSON object a line, with values as contexts have them.
//! A host may give such rows itself (`Compiler::rows`). Ranges of fields hold for rows: `propensity: decimal 0..=1`.
//! The data is part of the ruleset and of its fingerprint.
//!
//! ```pvd
//! record Price { film: string, price: money<GBP> }
//! reference prices: Price key film = [ { film: "Dune", price: 12.50 GBP }, { film: "Alien", price: 9 GBP } ]
//! context { film: string }
//!
//! let price = prices[film].price else 10 GBP
//! ```
//!
//! # Events
//!
//! ```pvd
//! event film_viewed      { film: string, genre: enum { family, drama } }
//! event ticket_purchased { film: string, seats: int 1..=20, paid: money<GBP> }
//! ```
//!
//! What a customer did is a history of events. Besides what is declared, every event has an `id`, an `at`, and perhaps a
//! `channel` (one of `touchpoint.channel`), a `device` and a producer's counter `seq`; `day` is its date in the ruleset's zone.
//! Events stand in one order: by `at`, then `seq`, then their types as declared, then `id`. It does not matter in which order they come
//! in. An event whose id is known is the same event; of two with one id and different contents that one stays whose
//! encoding is greater, whichever came first, and the host is told. What lies behind the instant of a decision is not seen.
//!
//! # Behaviours
//!
//! A behaviour says something of a customer's events: it reads events, constants and its parameters, and nothing else. So it
//! is the same on every touchpoint. What joins events with the context is a segment:
//!
//! ```pvd
//! timezone "Europe/London"
//! touchpoint { channel: enum { web, mobile, kiosk } }
//! context { showing: { film: string }? }
//! event film_viewed      { film: string, genre: enum { family, drama } }
//! event checkout_started { film: string, seats: int }
//! event ticket_purchased { film: string, seats: int, paid: money<GBP> }
//!
//! behaviour regular         = count ticket_purchased in last 90 days >= 4
//! behaviour abandoned       = (checkout_started then no ticket_purchased within 30 minutes) in last 1 day
//!                             and no ticket_purchased after last checkout_started
//! behaviour seen(f: string) = ever film_viewed where (film == f)
//!
//! segment saw_this = showing is present and seen(showing.film)
//! segment remind   = abandoned and not regular
//! ```
//!
//! **Distances.** *Within D* and *in last D* mean a distance less than D; *at least D* one of D or more. So they are exact
//! complements, and windows lie beside one another without gap or overlap. A length of time is a constant, or a parameter that is
//! given a constant: how far back rules look is known when they are compiled.
//!
//! **Events of types** are `film_viewed`, `(film_viewed or ticket_purchased)`, `any event`; `where (…)` asks about the fields
//! of each of them, by their names, or as `event.film` where the name means something else too.
//!
//! **Windows** stand behind events and let some of them count:
//!
//! | written | counts |
//! |---|---|
//! | `e in last 90 days` | less than 90 times 24 hours ago |
//! | `e between 30 and 90 days ago` | 30 days ago or longer, and less than 90 |
//! | `e at least 90 days ago` | 90 days ago or longer |
//! | `e today`, `e this week` | since the day, the week began (`hour`, `month`, `year` too) |
//! | `e in previous 3 weeks` | in the three full weeks before this one |
//! | `e in today and previous 2 days` | today and in the two days before |
//! | `e from 2026-01-01 to 2026-02-01` | from the beginning of the first day to that of the second; instants too |
//! | `e after last f`, `e before first f` | behind, or before, that event; none where there is no such event |
//!
//! A day begins at the first instant whose local time is midnight or later, so a day may have 23 or 25 hours, or none.
//!
//! **One of them**: `first e`, `last e`, `3rd e`, within its window; missing where there is none. It has the fields of the
//! event: `(last e).film`. `last 5 e` are the five newest. In brackets it is
//! events again: `(first e) in last 7 days` is the first ever, if it was lately.
//!
//! **All of them**: `count e`, `sum f of e`, `avg`, `min`, `max`, `median`, `distinct f of e` (how many different ones), `list f of e`
//! (the different ones in order), `most frequent f of e` (of several the one that came last). Missing fields do not count. Of no event
//! the count and the sum are 0, the list is empty, all else is missing. Sums are exact whatever the order: numbers of events
//! have at most 9 decimal places and are less than 10^19; `avg` and `median` divide once.
//!
//! **How long ago**: `time since last e` is an elapsed time, `never` where there is none; `time from first e to last f`;
//! `calendar days since last e`.
//!
//! **Chains**, `a then b`: it happened if some events, in the order of all events, are its steps. Behind a step stand
//! `within 1 hour` and `at least 10 minutes later` (after the step before), `without c` (none between), `same film` and
//! `different channel` (as the step before, where both have it), `as v`, so that a later step can ask `where (price < v.price)`.
//! `then immediately b`: no event of any step of the chain between. `then no b within 30 minutes` happens at the end of
//! that time if no such event came, before what else happens at that instant; each `a` has a deadline of its own. `, all within 1 day` bounds the whole. No
//! event is two steps of one match. As events there is one match for each event (or deadline) that completes one, the
//! one that began last; its `at` is when it is complete, its other fields those of its last event, and `start` is when it began. A window behind a chain asks about
//! the match; one for a step goes in brackets: `(a in last 7 days) then b`.
//!
//! `times of (a then b)`: how many matches follow one another without overlapping. `stage of (…)`: how many steps happened at
//! most. `open (…)`: whether it has begun and waits: some beginning of it has not been gone on with, and still can be.
//!
//! **Together**: `all of (a, b) within 2 hours`, different events in any order.
//!
//! **Sessions**: `sessions of e by gap 30 minutes` are runs of events with shorter gaps; they have `start` (which is where
//! they stand), `end`, `length`, `count`, `entry`, `exit`, and are `closed` once the gap has passed.
//!
//! **By key**: `some film of (e) has (count it >= 2)`, `every film of (e) has (…)`; `it` are the events of one film.
//!
//! **Period by period**: `count e per week for previous 8 weeks` is a list, the oldest week first, zeros too, this week left out; `sum f of` and `distinct f of`
//! likewise. `count of (…) where (it >= 1)` says in how many, `streak (…)` how many of the newest in a row are not 0, `trend (…)`
//! the slope of the line of least squares as a share of the mean (missing of fewer than three, or where all are 0).
//!
//! **What fades**: `score paid of e halving every 30 days`: in steps of a 256th of that time, by a table of whole numbers; nothing is
//! left after 64 halvings.
//!
//! **What was**: `(count e in last 30 days) as of first f`: the value at that instant, with what was known then; missing
//! without it.
//!
//! **What proves it.** Every answer names its *witness*, the events that prove it: `Decision::witnesses`, and traces, tell them
//! by id, type, instant and channel, never what is in them.
//!
//! | asked | witness |
//! |---|---|
//! | `e` as a condition | the newest event; of a chain all events of the match that was complete last; of a deadline those before it; of `all of` all that match; of a session the first and the last |
//! | `first e`, `last e`, `time since …` | that one |
//! | `count e`, `sum f of e` and other folds, series, what fades | the events that count, the newest first |
//! | `min`, `max`, `most frequent` | of these the ones with that value |
//! | `times of`, `stage of`, `open` | the events of the matches that are counted, of the longest beginning, of the beginning that waits |
//! | `some film of …` | those of the first film for which it holds; `every` of all films |
//! | `… as of …` | the witness at that instant |
//! | a journey | the events that led to the stage, in their order |
//!
//! Eight are named, and how many more there are. Nothing proves that there is nothing: a question that finds no
//! event has no witness.
//!
//! Events where a condition is needed mean that there is one; `no e` is the opposite. A condition that can never become
//! false again says so: `ever e`; without that word, a window or an anchor it is an error. (A behaviour with parameters may be
//! used as a condition elsewhere: what it asks about ends with its argument.)
//!
//! ```pvd
//! timezone "Europe/London"
//! touchpoint { channel: enum { web, mobile, kiosk } }
//! event visit { page: string }
//! event order { sku: string, paid: money<GBP>, items: int }
//!
//! behaviour spend_year      = sum paid of order in last 365 days
//! behaviour away            = time since last visit
//! behaviour favourite       = most frequent sku of order in last 90 days
//! behaviour hopping         = (visit then visit same page different channel within 1 day) in last 7 days
//! behaviour upgraded        = (order as small then order where (items > small.items)) in last 30 days
//! behaviour hesitant        = (visit then visit then no order within 2 hours, all within 1 day) in last 3 days
//! behaviour in_checkout     = open (visit where (page == "checkout") then order within 30 minutes)
//! behaviour browsed         = count (sessions of visit by gap 30 minutes) today
//! behaviour compared        = some page of (visit in last 7 days) has (distinct channel of it >= 2)
//! behaviour habit           = count of (count visit per week for previous 6 weeks) where (it >= 1) >= 5
//! behaviour warmth          = score items of order halving every 14 days
//! behaviour first_month     = (count visit in last 30 days) as of first order
//! behaviour quiet(d: duration) = no visit in last d
//! segment lapsed = quiet(60 days) and not quiet(365 days)
//! ```
//!
//! # Journeys
//!
//! A journey says where a customer is on a way of several stages. Its entries lead into it (`starts choosing on visit`), from
//! one stage to another (`choosing -> paying on checkout`) and out of it (`paying ends on refund`); inside, `starts` entries
//! are not looked at. The stages are those that entries lead to; they are an enum of their own, `purchase.stage`, in the
//! order in which they first stand.
//!
//! *On events*: an event type, `any event`, `(a or b)`, `all of (…) within d`, these with `where (…)`, a chain with its
//! limits, or a behaviour that is one of these. A window, `last e`, a count, or whatever else depends on the instant of asking,
//! is an error. Events are looked at in the order of all events; of the entries from the stage the first one written whose
//! events hold it is taken, and an event is taken at most once. A match of a chain happens where it becomes known.
//!
//! *After a time*: `paying -> abandoned after 30 minutes` happens exactly so long after the stage was entered, whoever
//! looks and when, before what else happens at that instant; it is seen from that instant on. One may follow another. A
//! stage has at most one such entry, and they form no circle.
//!
//! A customer who does nothing more does not stay in a stage for ever: every stage has an entry after a time, or `starts in
//! last 90 days` behind the name says how far back the journey looks. Then what is older than that at the instant of asking
//! is not looked at, as if it had not happened.
//!
//! The value is a record, missing for whom the journey has not begun or is over:
//!
//! | field | is |
//! |---|---|
//! | `stage` | the stage |
//! | `since` | the instant at which it was entered |
//! | `started` | the instant at which the journey began |
//! | `entered_on` | where the ruleset has channels: the channel of the last event that led on, if it had one; what happens after a time keeps it |
//! | `path` | the list of the stages since the start, the current one last |
//!
//! A journey reads events and constants alone, as behaviours do, and is used wherever they are; in behaviours too: `purchase.stage as of
//! last refund`.
//!
//! ```pvd
//! touchpoint { channel: enum { web, mobile, kiosk } }
//! event visit    { film: string, seats: int }
//! event checkout { film: string }
//! event bought   { film: string }
//!
//! journey purchase {
//!     starts choosing     on visit where (seats > 0)
//!     choosing -> paying  on checkout
//!     choosing ends       after 1 day
//!     paying -> bought    on bought
//!     paying -> abandoned after 30 minutes
//!     abandoned -> paying on checkout
//!     abandoned ends      after 7 days
//!     bought ends         after 1 hour
//! }
//!
//! journey loyalty starts in last 90 days {
//!     starts curious   on visit
//!     curious -> loyal on (bought then bought within 30 days)
//! }
//!
//! segment pays_on_mobile = purchase is present and purchase.stage == paying and purchase.entered_on is mobile
//! segment hesitates      = purchase is present and purchase.stage == choosing and now - purchase.since > 10 minutes
//! segment came_back      = loyalty.stage is loyal
//! ```
//!
//! # Actions and the next best of them
//!
//! An `action` is something the business could do for a customer. It belongs to a `group`, a group to an `issue`:
//! `sales.tickets`. Its clauses stand in any order; each may be left out.
//!
//! | clause | says | asked |
//! |---|---|---|
//! | `eligible when c` | may they have it at all? | first |
//! | `applicable when c` | does it make sense now? | then |
//! | `suitable when c` | is it right for them? | then |
//! | `valid from d until d` | from when on, and until when (excluded): days or instants | then |
//! | `transactional` | no policy binds it | |
//! | `only on web, mobile` | the channels it is for; a pervasive choice refuses it | last |
//! | `propensity n`, `value n` | how likely they accept, what it is worth: decimals | of those that qualify |
//! | `lever +25%` | by how much more it counts | |
//! | `gives { … }` | what the customer gets: a record, each field of the type of its value | of those that are chosen |
//! | `treatment for c { … }`, `treatment otherwise { … }` | how it is shown: the first whose condition holds | |
//!
//! An action *qualifies* if all its conditions hold. What one of them proves holds in all that is asked behind it, and in what
//! the action gives and shows. In the condition of a treatment fields of the touchpoint are written bare: `channel == kiosk`.
//! An action with treatments has one for every channel: they name all of them, or end with `otherwise`.
//!
//! A `next_best_action` chooses. `choose from` names issues (`sales.*`), groups, actions or `all`; `rank by` is any
//! decimal, in which `propensity`, `value`, `weight` and `lever` are the numbers of the action (where another value has that
//! name too, it is an error):
//!
//! * `lever` is 1 and what issue, group and action add: +10%, +20% and +25% make 1.55;
//! * `weight` is 1 and what the `weight` clauses add that name the action and whose condition holds.
//!
//! So percentages of one kind add up, and kinds multiply if the ranking multiplies them; one that the ranking leaves out does
//! not count. What the ranking reads every action has. Actions that qualify are taken in the order of their rank, the greatest first; of two
//! alike the one of the greater value (0 where none is written), then the one whose name comes first. `limit 3` takes at
//! most three, `at most 1 per group` (or `issue`) passes over those beyond that.
//!
//! The value is the list of what was chosen, the best first: records with `action` and `group` as texts and, where actions
//! give something, `gives`, whose fields are those of all actions chosen from. A field that some do not give is
//! optional; one of two types is an error. Treatments take no part in the value, so they may depend on the touchpoint where
//! the choice must not.
//!
//! Tests expect `home chooses a, b` (in this order, and no others), `home chooses nothing`; `home withholds a` of the chosen on the
//! channel of the test, and no others, or `home withholds nothing`; `home rejects a`, or `home rejects a by suitable`: where it fell out, which is `eligible`, `applicable`, `suitable`, `valid`, `touchpoint`,
//! `hold_out`, `policy` or `rank`. What a policy binds by what happened before is rejected by `policy` wherever it ranks.
//! Where rows are chosen from, a name that no row has is an expectation that is not met.
//!
//! **Catalogues.** Many actions that differ in their data are rows of reference data: `actions offer from offers in sales.tickets { … }`
//! makes an action of each row of `reference offers: …`. The clauses are written once; `offer` stands for the row in them, and the key
//! of the row, a text, is the name of the action. Where each row names its group, as a text (`"sales.tickets"`), the head says so:
//! `actions offer from offers in offer.group`. A `lever` may be a field of the row (`0.25` adds a quarter; CSV and rules take
//! `25%` too, JSON lines and rows of the host do not). All else is as
//! for actions written one by one: what is missing in a row is missing in its action, `choose from`, policies and
//! tests name its actions by group or, where the key is a plain word, by name, and a row more is an action more. The rows come from a file, or from the host
//! (`Compiler::rows`).
//!
//! **Outcomes.** What became of an action is an event: every ruleset with actions has the event types `offered`, `accepted`,
//! `declined` and `ignored`, with the fields `action` and `group` (`"sales.tickets"`, as texts, so that the past stays valid when
//! actions go), `transactional: bool = false` and `offer: string?`. Behaviours ask about them as about other events; `any event` does
//! not mean them. `Decision::outcome` makes them.
//!
//! **Policies** say how often and when customers are contacted at most. They hold for every next best action.
//!
//! | clause | binds |
//! |---|---|
//! | `at most 2 of sales.tickets per 7 days` | actions of these once so many offers of them are less than 7 days old |
//! | `at most 1 per calendar day` | all actions, by the offers of this day in the ruleset's zone (`hour`, `day`, `week`, `month`, `year`) |
//! | `at most 1 of each action in sales.* per 30 days` | each action (`group`, `issue`) apart, by its offers among these |
//! | `at most 3 accepted of sales.* per 30 days` | by another outcome than `offered` |
//! | `pause the same action for 90 days after declined` | an action (`group`, `issue`) after an outcome of its own |
//! | `pause sales.* for 60 days after 3 ignored in last 14 days` | these, after so many within a time, the first and the last less than that apart; outcomes are those of the actions that pause |
//! | `pause sales.* for 14 days after wrong_order where (…)` | these, after any events that a behaviour could ask about; of outcomes among them those of the actions that pause |
//! | `… on email`, `withhold on push when c`, `withhold on email unless c` | deliveries on these channels |
//!
//! Distances are as in behaviours: an offer of exactly 7 days ago does not count. Actions are taken in the order of their rank, and each that
//! is taken counts as offered for those behind it, in caps and in pauses after so many offers; one that a policy binds is passed over. A clause that names a channel, and every `withhold`,
//! never changes what is chosen: the action stays, keeps its place, and is *withheld* on that channel, until when and by
//! which clauses the arbitration says. In a condition of `withhold`, `time` is the time of day. An action that says `transactional` is bound by no policy, and its
//! outcomes are not counted.
//!
//! **Experiments.** An `experiment` gives each unit a variant, or none: `by customer.id salt "…"` says who is a unit (a text or a whole
//! number, never missing) and what tells this experiment from others; `variants` how large they are. Its name is an optional enum:
//! `copy_test is short`. It is missing for whom `when` does not hold, outside of its validity, and for those who belong to no variant. Which slot a unit has
//! is a function of salt and unit alone, in whole numbers, by one of three algorithms: `using md5` (10,000 slots, those of Eppo; where nothing is
//! written), `fnv1a_v2` (10,000, GrowthBook), `murmur3` (1,000 for variants and 100 for hold-outs, Unleash). So a team that comes from one
//! of these keeps every customer's variant: it writes the salt it had, and the stretches of slots (`short: 0%..25%`, several joined by `and`).
//!
//! A share (`short: 25%`) needs no stretch. Of *k* variants each has a home, the *k*-th part of the slots, and takes them from its beginning on;
//! what does not fit there takes what is free at the ends of the homes. So a variant that grows within its home moves nobody
//! but those it takes from what belonged to nobody, or to a variant beyond its home.
//!
//! Experiments of one `layer checkout 0%..50%` have stretches of it that do not meet, and so no unit in common.
//! `Ruleset::assignment` tells the variant of a unit without a context.
//!
//! **Hold-outs.** `hold out 5% by customer.id salt "2026-q1"` in a next best action keeps a control group: for those who are held out nothing is
//! chosen, with the reason. `hold out 5% of retention.* …` holds them out of these actions alone, behind their own conditions; `of all` is
//! the whole choice. A hold-out, or a weight, that names none of the actions chosen from is an error.
//!
//! A cap holds where what is offered is recorded before the next decision is made on the same events. Who decides on events that do not
//! know of one another (two devices without a connection) can together offer more; when their events come together, the cap counts all of them.
//!
//! ```pvd
//! context {
//!     customer: { id: string, tier: enum { guest, member, gold } }
//!     mood:     enum { calm, frustrated, angry } = calm
//!     seats:    int 0..=20 = 0
//! }
//! timezone "Europe/London"
//! touchpoint { channel: enum { web, mobile, kiosk, push } }
//! event wrong_order { film: string }
//! behaviour let_down = wrong_order in last 7 days
//!
//! issue sales { lever +10% }
//! issue service
//! group sales.tickets { lever +20% }
//! group service.recovery
//!
//! action family_ticket in sales.tickets {
//!     eligible   when customer.tier != guest
//!     applicable when seats >= 4
//!     suitable   when mood not in [frustrated, angry]
//!     propensity 0.20
//!     value      8.00
//!     lever      +25%
//!     gives      { discount: 20% }
//!     treatment for channel in [web, mobile] { headline: "Bring everyone", cta: "Book four" }
//!     treatment otherwise                    { headline: "Family ticket" }
//! }
//! record Offer { id: string, min_seats: int, worth: decimal, headline: string }
//! reference offers: Offer key id = [
//!     { id: "matinee", min_seats: 10, worth: 3, headline: "Half price before five" },
//!     { id: "late_show", min_seats: 15, worth: 2.50, headline: "The late show is still free" },
//! ]
//! actions offer from offers in sales.tickets {
//!     applicable when seats >= offer.min_seats
//!     propensity 0.10
//!     value      offer.worth
//!     treatment otherwise { headline: offer.headline }
//! }
//! action call_back in service.recovery {
//!     applicable when let_down
//!     propensity 0.9
//!     value      2.00
//!     treatment otherwise { headline: "We call you" }
//! }
//!
//! policy gentle {
//!     at most 2 of sales.tickets per 7 days
//!     at most 1 per calendar day on push
//!     pause the same action for 90 days after declined
//!     pause sales.* for 60 days after 3 ignored in last 14 days
//!     withhold on push when time in 21:00..08:00
//! }
//!
//! pervasive next_best_action home {
//!     choose from sales.*, service.recovery
//!     rank by propensity * weight * value * lever
//!     weight +100% for service.* when let_down
//!     limit 2, at most 1 per group
//!     hold out 5% by customer.id salt "2026-q1"
//! }
//!
//! experiment copy_test {
//!     by customer.id salt "copy-2026"
//!     variants { control: 50%, short: 25%, long: 25% }
//!     when customer.tier != guest
//! }
//! let headline = "Family ticket" if copy_test is short otherwise "Bring everyone for the price of three"
//!
//! segment offered_discount = any a in home has (a.gives.discount is present)
//!
//! test "the angry are called back, and sold nothing" {
//!     now 2026-03-06T18:00:00Z
//!     given customer.id: "c1", customer.tier: gold, seats: 4, mood: angry
//!     event wrong_order { film: "Dune" } 2 hours ago
//!     expect home chooses call_back
//!     expect home rejects family_ticket by suitable
//!     expect home same on every channel
//! }
//!
//! test "who declines is left alone" {
//!     now 2026-03-06T18:00:00Z
//!     given customer.id: "c1", customer.tier: gold, seats: 4
//!     event declined { action: "family_ticket", group: "sales.tickets" } 89 days ago
//!     expect home chooses nothing
//!     expect home rejects family_ticket by policy
//! }
//! ```
//!
//! # Tests
//!
//! A `customer` is a named context; a `test` gives one, changed with `but`, at an instant and on a channel, and says what
//! is expected: any condition, the rule that decides (`by` its label, or `by otherwise`), its reason (`because`), or that a
//! decision is the same on every channel. `now` is needed only by what asks for the time. Lines of a table are a case each; `-` leaves a column out. `pervade test` runs them and says which rules
//! no test reaches. Tests take no part in decisions nor in the fingerprint. They may fill files of their own: the main file says
//! `use "cinema_tests.pvd"`.
//!
//! ```pvd
//! enum Mood { calm, angry }
//! context { mood: Mood = calm, visits: int 0..=366 = 0 }
//! touchpoint { channel: enum { web, kiosk } }
//!
//! pervasive decision help -> enum { person, chat } {
//!     upset: when mood == angry => person because "an upset customer talks to a person"
//!     otherwise => chat
//! }
//!
//! customer ann { visits: 4 }
//!
//! test "an angry customer reaches a person" {
//!     now 2026-03-03T18:00:00Z
//!     given ann but mood: angry
//!     on kiosk
//!     expect help == person
//!     expect help by upset
//!     expect help because "an upset customer talks to a person"
//!     expect help same on every channel
//! }
//!
//! test "help by mood" {
//!     given ann
//!     on web
//!     | mood, visits => help
//!     | angry, 0     => person
//!     | calm, -      => chat
//! }
//! ```
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
//! Sensitive fields are kept by the compiler: a decision, score or text made of one is an error; a condition about one is
//! not. Traces, logs and errors show `‹hidden›` in its place.
//!
//! ```pvd
//! timezone "Europe/London"
//! context { customer: { birth_date: date? sensitive, tier: enum { guest, gold } fixed } }
//!
//! segment adult = customer.birth_date is present and years between customer.birth_date and today >= 18
//! decision horror -> bool { when adult => true otherwise => false }
//! ```
//!
//! # Data in and out
//!
//! Contexts come from serde, JSON, CSV or slots. A decimal is a number or a string of digits, read from its text, and
//! leaves as a string; money is its amount, or `{amount, currency}`, which is checked; dates, times and instants are
//! ISO 8601, an instant with its offset, finer than a millisecond floored; durations are ISO 8601 (`PT30M`, `P7D`); a time
//! zone is its name, a place `{lat, lon}` or `[lat, lon]`, a distance its metres, `never` the text. An enum is the name of
//! its member; missing is absent or null. The instant `now` is given beside the context, or as `now` in its JSON. Nothing is
//! coerced: `"5"` is no int. Unknown fields are errors unless the host asks for leniency. In CSV the header has dotted paths, an empty cell
//! is missing, and only there `0` and `1` are bools.
//!
//! # Limits
//!
//! See [`Limits`](crate::Limits): brackets and types nest at most 64 deep, a name has at most 255 letters, fields of context
//! and touchpoint are at most 10,000, a chain of definitions is bounded by the depth of the decision graph. What lies beyond a limit is an error
//! that names it.
