//! What a customer of a scenario did.

use super::{Facts, Scenario, stop};
use crate::engine::Observed;
use crate::error::Error;
use crate::value::{calendar, duration};
use serde::Serialize;

impl Scenario {
    /// An event: its type, when it was, and its fields, anything that serialises to an object; `()` where it has none.
    ///
    /// When it was is an instant in ISO 8601 with its offset, or how long before the scenario's instant, as a duration in
    /// ISO 8601: `PT2H`, `P7D`. The instant is the one that was given last before this. Among the fields may stand
    /// `channel`, `device`, `seq` and `id`; without an `id` the event gets one of its own.
    ///
    /// # Panics
    /// It does not fit the declaration of its type, another event has its `id`, or the scenario has no instant yet.
    ///
    /// ```
    /// use serde_json::json;
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo
    /// #      event visit { page: string }
    /// #      event order { paid: money<GBP> }
    /// #      behaviour regular = count visit in last 7 days >= 2
    /// #      behaviour spent = sum paid of order in last 30 days",
    /// # )?;
    /// #[derive(serde::Serialize)]
    /// struct Order { paid: &'static str }
    ///
    /// let ann = pervade::testing::scenario(&rules)
    ///     .now("2026-03-08T10:00:00Z")
    ///     .event("visit", "P3D", json!({ "page": "home" }))
    ///     .event("visit", "2026-03-08T09:00:00Z", json!({ "page": "cart" }))
    ///     .event("order", "PT5M", Order { paid: "12.50" })
    ///     .decides("regular", true)
    ///     .decides("spent", 12.5);
    /// ann.now("2026-03-20T10:00:00Z").decides("regular", false);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn event(mut self, ty: &str, when: &str, fields: impl Serialize) -> Self {
        let text = serde_json::to_string(&fields);
        let fields = match text.and_then(|text| Facts::read(&text)) {
            Ok(fields @ Facts::Object(_)) => fields,
            Ok(Facts::Text(raw)) if raw.get() == "null" => Facts::default(),
            Ok(Facts::Text(_)) => stop(&format!("the fields of `{ty}` are no object")),
            Err(error) => stop(&format!("the fields of `{ty}` can't be written: {error}")),
        };
        if let Facts::Object(fields) = &fields
            && let Some(name) = ["type", "at"].into_iter().find(|n| fields.contains_key(*n))
        {
            stop(&format!(
                "`{name}` stands before the fields of `{ty}`: leave it out there"
            ))
        }
        let at = self.instant_of(ty, when);
        let own = [
            ("id", format!("event {:04}", self.history.len() + 1)),
            ("type", ty.to_owned()),
            ("at", at),
        ];
        let mut event = Facts::default();
        for (name, value) in own {
            let value = serde_json::Value::from(value).to_string();
            if let Ok(value) = Facts::read(&value) {
                event.put(Facts::at(name, value));
            }
        }
        event.put(fields);
        let mut json = String::new();
        event.write(&mut json);
        let observed = self.history.add_json(&json);
        self.added(&json, observed);
        self
    }

    /// Events as JSON, one object a line, as [`History::add_json_lines`](crate::History::add_json_lines) takes them.
    ///
    /// # Panics
    /// One of them does not fit the declaration of its type, or two have one `id`.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo event visit { page: string } behaviour regular = count visit in last 7 days >= 2",
    /// # )?;
    /// pervade::testing::scenario(&rules)
    ///     .now("2026-03-08T10:00:00Z")
    ///     .events(r#"
    ///         { "id": "a1", "type": "visit", "at": "2026-03-03T10:00:00Z", "page": "home" }
    ///         { "id": "a2", "type": "visit", "at": "2026-03-04T10:00:00Z", "page": "cart" }
    ///     "#)
    ///     .decides("regular", true);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn events(mut self, lines: &str) -> Self {
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let observed = self.history.add_json(line);
            self.added(line.trim(), observed);
        }
        self
    }

    /// When an event was, as data has it.
    #[track_caller]
    fn instant_of(&self, ty: &str, when: &str) -> String {
        let at = match (duration::parse_iso(when), calendar::parse_datetime(when)) {
            (Ok(age), _) => {
                let Some(now) = self.now else {
                    stop(&format!(
                        "when the event `{ty}` was is not known: give the scenario its instant first, `.now(\"2026-03-06T18:00:00Z\")`"
                    ))
                };
                now.checked_sub(age)
            }
            (_, Ok(at)) => Some(at),
            _ => None,
        };
        match at.filter(|at| calendar::is_instant(*at)) {
            Some(at) => calendar::ShowDatetime(at).to_string(),
            None => stop(&format!(
                "`{when}` says not when the event `{ty}` was: write an instant, `2026-03-06T18:00:00Z`, or how long ago, `PT2H`"
            )),
        }
    }

    #[track_caller]
    fn added(&self, json: &str, observed: Result<Observed, Error>) {
        match observed {
            Ok(Observed::Conflict { .. }) => stop(&format!(
                "another event of the scenario has this id: {json}"
            )),
            Ok(_) => {}
            Err(error) => stop(&format!("{error}\n{json}")),
        }
    }
}
