//! Rulesets of behaviours, written as text from the choices on a tape. Lengths come from a small set, and so do the
//! distances of events, so that boundaries are met often.

use crate::oracle::tape::Tape;

/// The zones of generated rulesets; some of their clocks change within the weeks that histories are about.
pub const ZONES: [&str; 6] = [
    "Europe/London",
    "UTC",
    "America/New_York",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
];

const SHORT: [&str; 5] = ["1 hour", "30 minutes", "2 hours", "6 hours", "12 hours"];
const LONG: [&str; 6] = ["1 day", "2 days", "3 days", "7 days", "36 hours", "2 weeks"];

/// The declarations that all behaviours are about.
pub fn head(tape: &Tape) -> String {
    let zone = tape.word(&ZONES);
    let week = tape.word(&["monday", "sunday", "wednesday"]);
    format!(
        "ruleset lives
timezone \"{zone}\"
week starts {week}
enum Kind {{ x, y, z }}
touchpoint {{ channel: enum {{ web, mobile, kiosk }} }}
event a {{ k: string, n: int?, p: money<GBP>, d: decimal?, g: Kind?, f: bool }}
event b {{ k: string, n: int? }}
event c {{ k: string, t: duration? }}
"
    )
}

/// A behaviour, and whether it is events that others may name.
pub struct Written {
    pub text: String,
    pub stream: bool,
    /// Events that are the same whenever they are asked about.
    pub happening: bool,
    /// Of a journey: the name of one of its stages.
    pub stage: Option<&'static str>,
}

/// Writes behaviours.
pub struct Writer<'a> {
    pub tape: &'a Tape<'a>,
    /// Names of behaviours that are events.
    pub streams: &'a [String],
    /// Names of behaviours that are events without windows.
    pub happenings: &'a [String],
    /// Names of journeys, each with one of its stages.
    pub journeys: &'a [(String, &'static str)],
}

const STAGES: [&str; 4] = ["one", "two", "three", "four"];

impl Writer<'_> {
    /// One behaviour of that number.
    pub fn behaviour(&self, place: usize) -> Written {
        let name = format!("q{place}");
        if self.tape.chance(20) {
            return self.journey(&name);
        }
        if self.tape.chance(8) {
            return Written {
                text: format!("behaviour {name} = {}\n", self.happening()),
                stream: false,
                happening: true,
                stage: None,
            };
        }
        let (body, stream) = match self.tape.weighted(&[6, 12, 10, 2]) {
            0 => (self.stream(2), true),
            1 => (self.value(), false),
            2 => (self.condition(2), false),
            _ => (
                format!("({}) as of {}", self.question(), self.anchor()),
                false,
            ),
        };
        // A stream alone that stays in it for ever is no condition.
        let (body, stream) = match (stream, self.tape.chance(70)) {
            (true, true) => (format!("{body}{}", self.window(2)), true),
            (true, false) => (format!("ever {body}"), false),
            (false, _) => (body, false),
        };
        Written {
            text: format!("behaviour {name} = {body}\n"),
            stream,
            happening: false,
            stage: None,
        }
    }

    /// A journey: ways lead to all of its stages, and what time alone does leads to later ones.
    fn journey(&self, name: &str) -> Written {
        let stages = &STAGES[..1 + self.tape.below(4)];
        let within = self.tape.chance(30);
        let mut entries: Vec<String> = Vec::new();
        for (place, stage) in stages.iter().enumerate() {
            let from = match place > 0 && self.tape.chance(75) {
                true => format!("{} -> {stage}", self.tape.pick(&stages[..place])),
                false => format!("starts {stage}"),
            };
            entries.push(format!("{from} on {}", self.happening()));
            if !within || self.tape.chance(60) {
                let later = &stages[place + 1..];
                let to = match later.is_empty() || self.tape.chance(35) {
                    true => format!("{stage} ends"),
                    false => format!("{stage} -> {}", self.tape.pick(later)),
                };
                entries.push(format!("{to} after {}", self.length()));
            }
        }
        for _ in 0..self.tape.below(4) {
            let (from, to) = (self.tape.pick(stages), self.tape.pick(stages));
            let entry = match self.tape.weighted(&[5, 2, 2]) {
                0 => format!("{from} -> {to}"),
                1 => format!("{from} ends"),
                _ => format!("starts {to}"),
            };
            entries.push(format!("{entry} on {}", self.happening()));
        }
        let order = self.tape.shuffled(entries.len());
        let lines: Vec<String> = order
            .iter()
            .map(|at| format!("  {}\n", entries[*at]))
            .collect();
        let within = match within {
            true => format!(" starts in last {}", self.length()),
            false => String::new(),
        };
        Written {
            text: format!("journey {name}{within} {{\n{}}}\n", lines.concat()),
            stream: false,
            happening: false,
            stage: Some(self.tape.word(stages)),
        }
    }

    /// Events that happen at instants of their own.
    fn happening(&self) -> String {
        match self.tape.weighted(&[12, 5, 2, 2, 2]) {
            0 => self.select(),
            1 => self.happening_chain(),
            2 if !self.happenings.is_empty() => self.tape.pick(self.happenings).clone(),
            3 => format!("(({}) or {})", self.happening_chain(), self.select()),
            4 => format!(
                "all of ({}, {}) within {}",
                self.select(),
                self.select(),
                self.short()
            ),
            _ => self.select(),
        }
    }

    fn happening_chain(&self) -> String {
        let mut text = self.select();
        for _ in 0..1 + self.tape.weighted(&[4, 1]) {
            text += &match self.tape.weighted(&[6, 1, 4]) {
                0 => format!(" then {}", self.select()),
                1 => format!(" then immediately {}", self.select()),
                _ => format!(" then no {} within {}", self.select(), self.short()),
            };
            if self.tape.chance(20) && !text.contains("then no") {
                text += &format!(" without {}", self.tape.word(&["c", "b", "a"]));
            }
            text += &self.alike();
        }
        if self.tape.chance(40) {
            text += &format!(", all within {}", self.length());
        }
        text
    }

    /// What is asked of a journey.
    fn of_journey(&self) -> String {
        let (journey, stage) = self.tape.pick(self.journeys);
        match self.tape.below(7) {
            0 => format!("{journey}.stage"),
            1 => format!("{journey}.since"),
            2 => format!("{journey}.started"),
            3 => format!("{journey}.entered_on"),
            4 => format!("{journey}.path"),
            5 => format!("({journey} is present and {journey}.stage == {stage})"),
            _ => format!("({journey}.stage is {stage})"),
        }
    }

    fn short(&self) -> &'static str {
        self.tape.word(&SHORT)
    }

    fn length(&self) -> &'static str {
        match self.tape.chance(60) {
            true => self.tape.word(&LONG),
            false => self.tape.word(&SHORT),
        }
    }

    /// Events of a type that has numbers.
    fn numbered(&self) -> String {
        let plain = match self.tape.weighted(&[6, 2, 2, 1]) {
            0 => "a".to_owned(),
            1 => format!("a where ({})", self.about_a()),
            2 => "a where (f)".to_owned(),
            _ => "(last 3 a)".to_owned(),
        };
        match self.tape.chance(60) {
            true => format!("({plain}{})", self.window(1)),
            false => plain,
        }
    }

    fn about_a(&self) -> String {
        match self.tape.below(6) {
            0 => format!("k == \"{}\"", self.key()),
            1 => "n is present and n > 1".to_owned(),
            2 => "p >= 2.50 GBP".to_owned(),
            3 => "g is x".to_owned(),
            4 => "(d else 0) < 1.5".to_owned(),
            _ => "day == 2025-10-26".to_owned(),
        }
    }

    fn key(&self) -> &'static str {
        self.tape.word(&["u", "v"])
    }

    /// Events of one type or of several, without a window.
    fn select(&self) -> String {
        match self.tape.weighted(&[4, 3, 3, 2, 2, 2, 2, 1, 1]) {
            0 => "a".to_owned(),
            1 => "b".to_owned(),
            2 => "c".to_owned(),
            3 => "any event".to_owned(),
            4 => "(a or b)".to_owned(),
            5 => format!("b where (k == \"{}\")", self.key()),
            6 => "any event where (channel is web)".to_owned(),
            7 => "(b or c) where (channel is not mobile)".to_owned(),
            _ => format!("a where ({})", self.about_a()),
        }
    }

    /// A step of a chain: two of three without anything.
    fn step(&self, depth: usize) -> String {
        match self.tape.weighted(&[8, 2, 1]) {
            0 => self.select(),
            1 => format!("({}{})", self.select(), self.window(0)),
            _ if depth > 0 => self.stream(depth - 1),
            _ => self.select(),
        }
    }

    /// What can be followed by a window.
    fn stream(&self, depth: usize) -> String {
        let base = match self.tape.weighted(&[6, 6, 2, 2, 1, 2]) {
            0 => self.select(),
            1 => format!("({})", self.chain(depth)),
            2 => format!(
                "(all of ({}, {}) within {})",
                self.step(0),
                self.step(0),
                self.short()
            ),
            3 if !self.streams.is_empty() => self.tape.pick(self.streams).clone(),
            4 if self.tape.chance(50) => format!("({})", self.anchor()),
            4 => format!("(last {} {})", 1 + self.tape.below(3), self.select()),
            5 => format!("({} or {})", self.step(depth.min(1)), self.step(0)),
            _ => self.select(),
        };
        match self.tape.chance(55) {
            true => format!("({base}{})", self.window(depth)),
            false => base,
        }
    }

    fn window(&self, depth: usize) -> String {
        match self.tape.weighted(&[8, 4, 2, 3, 3, 4, 2, 2, 4, 3]) {
            0 => format!(" in last {}", self.length()),
            1 => {
                let (near, far) = *self.tape.pick(&[
                    ("1 hour", "1 day"),
                    ("1 day", "3 days"),
                    ("12 hours", "36 hours"),
                    ("2 days", "2 weeks"),
                ]);
                format!(" between {near} and {far} ago")
            }
            2 => format!(" at least {} ago", self.length()),
            3 => " today".to_owned(),
            4 => format!(" this {}", self.period()),
            5 => format!(" in previous {} {}s", 1 + self.tape.below(4), self.period()),
            6 => format!(" in today and previous {} days", 1 + self.tape.below(3)),
            7 => self
                .tape
                .word(&[
                    " from 2025-10-25 to 2025-10-27",
                    " from 2025-10-26",
                    " from 2025-10-26T01:00:00Z to 2025-10-28T00:00:00Z",
                ])
                .to_owned(),
            8 if depth < 2 => format!(" after {}", self.anchor()),
            9 if depth < 2 => format!(" before {}", self.anchor()),
            _ => format!(" in last {}", self.length()),
        }
    }

    fn period(&self) -> &'static str {
        self.tape.word(&["day", "week", "hour", "month", "year"])
    }

    fn anchor(&self) -> String {
        let word = self.tape.word(&["last", "first", "2nd"]);
        match self.tape.weighted(&[4, 2, 1]) {
            0 => format!("{word} {}", self.tape.word(&["a", "b", "c"])),
            1 => format!("{word} {}", self.select()),
            _ => format!("{word} ({}{})", self.select(), " in last 7 days"),
        }
    }

    fn chain(&self, depth: usize) -> String {
        let named = self.tape.chance(12);
        let first = match named {
            true => format!("{} as v{depth}", self.tape.word(&["a", "b"])),
            false => self.step(depth),
        };
        let mut text = first;
        let steps = 1 + self.tape.weighted(&[5, 4, 1]);
        for at in 0..steps {
            text += &match self.tape.weighted(&[10, 2, 4]) {
                0 => self.follows(depth, named),
                1 => format!(" then immediately {}", self.select()),
                _ => format!(
                    " then no {}{} within {}",
                    self.select(),
                    self.alike(),
                    self.short()
                ),
            };
            let _ = at;
        }
        if self.tape.chance(30) {
            text += &format!(", all within {}", self.length());
        }
        text
    }

    /// `then b` and what constrains it.
    fn follows(&self, depth: usize, named: bool) -> String {
        let mut text = match named && self.tape.chance(70) {
            true => format!(
                " then {} where ({})",
                self.tape.word(&["b", "a"]),
                self.tape
                    .word(&[
                        "(n else 0) > (v.n else 0)",
                        "k == v.k",
                        "at - v.at < 6 hours",
                        "(n else 0) < (v.n else 2) and k != v.k",
                    ])
                    .replace("v.", &format!("v{depth}."))
            ),
            false => format!(" then {}", self.step(depth.min(1))),
        };
        if self.tape.chance(35) {
            text += &format!(
                " within {}",
                self.tape.word(&["2 hours", "6 hours", "1 day", "12 hours"])
            );
        }
        if self.tape.chance(20) {
            text += &format!(
                " at least {} later",
                self.tape.word(&["30 minutes", "1 hour"])
            );
        }
        if self.tape.chance(25) {
            text += &format!(
                " without {}",
                self.tape
                    .word(&["c", "b", "a", "(a or c)", "(b in last 2 days)"])
            );
        }
        text + &self.alike()
    }

    fn alike(&self) -> String {
        match self.tape.weighted(&[12, 3, 1, 2]) {
            1 => " same k".to_owned(),
            2 => " same channel".to_owned(),
            3 => " different channel".to_owned(),
            _ => String::new(),
        }
    }

    /// A chain that is asked about as such.
    fn plain_chain(&self) -> String {
        self.chain(0)
    }

    /// Something that is asked of events and has a value.
    fn question(&self) -> String {
        if !self.journeys.is_empty() && self.tape.chance(25) {
            return self.of_journey();
        }
        match self
            .tape
            .weighted(&[6, 4, 2, 2, 2, 2, 3, 3, 3, 3, 4, 2, 3, 2, 2, 2])
        {
            0 => format!("count {}", self.stream(2)),
            1 => format!(
                "sum {} of {}",
                self.tape.word(&["p", "n", "d"]),
                self.numbered()
            ),
            2 => format!(
                "avg {} of {}",
                self.tape.word(&["p", "n", "d"]),
                self.numbered()
            ),
            3 => format!(
                "median {} of {}",
                self.tape.word(&["p", "n", "d"]),
                self.numbered()
            ),
            4 => format!(
                "min {} of {}",
                self.tape.word(&["n", "p", "d", "at"]),
                self.numbered()
            ),
            5 => format!(
                "max {} of {}",
                self.tape.word(&["n", "p", "d", "k"]),
                self.numbered()
            ),
            6 => format!("distinct {} of {}", self.field(), self.stream(1)),
            7 => format!("list {} of {}", self.field(), self.stream(1)),
            8 => format!("most frequent {} of {}", self.field(), self.stream(1)),
            9 => format!("times of ({})", self.plain_chain()),
            10 => format!("stage of ({})", self.plain_chain()),
            11 => format!(
                "score {} of {} halving every {}",
                self.tape.word(&["p", "n"]),
                self.numbered(),
                self.length()
            ),
            12 => format!(
                "(last {}).{}",
                self.stream(1),
                self.tape.word(&["k", "at", "id", "day", "channel"])
            ),
            13 => format!(
                "(first {}).{}",
                self.stream(1),
                self.tape.word(&["k", "at", "device", "day"])
            ),
            14 => format!("calendar days since {}", self.anchor()),
            _ => format!(
                "count (sessions of {} by gap {})",
                self.stream(0),
                self.short()
            ),
        }
    }

    fn field(&self) -> &'static str {
        self.tape.word(&["k", "channel", "day", "device", "at"])
    }

    /// A value, with what only values have.
    fn value(&self) -> String {
        match self.tape.weighted(&[12, 3, 2, 2, 2, 2]) {
            0 => self.question(),
            1 => self.series(),
            2 => format!("streak ({})", self.count_series()),
            3 => format!("trend ({})", self.count_series()),
            4 => format!(
                "(last (sessions of {} by gap {})).{}",
                self.stream(0),
                self.short(),
                self.tape
                    .word(&["length", "count", "closed", "start", "end"])
            ),
            _ => format!(
                "count of ({}) where (it >= {})",
                self.count_series(),
                1 + self.tape.below(2)
            ),
        }
    }

    fn count_series(&self) -> String {
        let period = self.tape.word(&["day", "week", "hour", "month"]);
        let count = 1 + self.tape.below(5);
        format!(
            "count {} per {period} for previous {count} {period}s",
            self.stream(0)
        )
    }

    fn series(&self) -> String {
        let period = self.tape.word(&["day", "week", "hour", "month"]);
        let count = 1 + self.tape.below(4);
        let fold = match self.tape.below(3) {
            0 => format!("count {}", self.stream(1)),
            1 => format!("sum {} of {}", self.tape.word(&["p", "n"]), self.numbered()),
            _ => format!(
                "distinct {} of {}",
                self.tape.word(&["k", "channel"]),
                self.stream(0)
            ),
        };
        format!("{fold} per {period} for previous {count} {period}s")
    }

    /// Something true or false.
    fn condition(&self, depth: usize) -> String {
        if !self.journeys.is_empty() && self.tape.chance(15) {
            let (journey, stage) = self.tape.pick(self.journeys);
            // Proves nothing, so that it may stand beside itself.
            let truth = self.tape.chance(50);
            return format!("({journey}.stage is {stage}) == {truth}");
        }
        match self.tape.weighted(&[5, 4, 4, 4, 3, 3, 3, 3]) {
            0 => format!(
                "count {} {} {}",
                self.stream(2),
                self.tape.word(&[">=", "<", "==", "<="]),
                self.tape.below(4)
            ),
            1 => format!("no {}", self.stream(2)),
            2 => format!("ever {}", self.stream(2)),
            3 => {
                let since = format!("time since {}", self.anchor());
                match self.tape.below(4) {
                    0 => format!("{since} < {}", self.length()),
                    1 => format!("{since} >= {}", self.length()),
                    2 => format!("{since} is never"),
                    _ => format!(
                        "time from {} to {} <= {}",
                        self.anchor(),
                        self.anchor(),
                        self.length()
                    ),
                }
            }
            4 => format!(
                "{} {} of ({}) has ({})",
                self.tape.word(&["some", "every"]),
                self.tape.word(&["k", "channel", "device"]),
                self.stream(1),
                self.of_group()
            ),
            5 => format!("open ({})", self.plain_chain()),
            6 if depth > 0 => format!(
                "({}) {} ({})",
                self.condition(depth - 1),
                self.tape.word(&["and", "or"]),
                self.condition(depth - 1)
            ),
            7 if depth > 0 => format!("not ({})", self.condition(depth - 1)),
            _ => format!("last {} is present", self.stream(1)),
        }
    }

    fn of_group(&self) -> String {
        match self.tape.below(5) {
            0 => "count it >= 2".to_owned(),
            1 => "distinct channel of it >= 2".to_owned(),
            2 => format!("it in last {}", self.length()),
            3 => "no (it today)".to_owned(),
            _ => format!("time since last it < {}", self.length()),
        }
    }
}
