//! The other ways in which hosts ask: a frame that is filled again and again, a watch over all that can be decided; traces,
//! witnesses and budgets.

use super::check::{Customer, Said, Source, instant};
use pervade::internals::eval::{Counting, Scratch, decide};
use pervade::{Budget, Context, Decision, Frame, Ruleset, Watch};
use serde_json::Value as Json;

pub struct Hosts<'r> {
    rules: &'r Ruleset,
    frame: Frame,
    watch: Watch,
    budget: Budget,
    scratch: Scratch,
}

impl<'r> Hosts<'r> {
    pub fn new(rules: &'r Ruleset) -> Self {
        Hosts {
            rules,
            frame: rules.frame(),
            watch: rules.watch(),
            budget: rules.budget(),
            scratch: Scratch::new(rules.decision_graph()),
        }
    }

    /// All of them say what a decision said.
    pub fn agree(
        &mut self,
        customer: &Customer<'_>,
        (name, source): (&str, Source<'_>),
        at: (i64, Option<&str>),
        (decision, said): (&Decision<Json>, &Said),
    ) -> Result<(), String> {
        let wrong =
            |what: String| Err(format!("{what}, not {said:?}\n{}", customer.told(name, at)));
        let got = self.of_frame(customer, (name, source), at)?;
        if got != said.value {
            return wrong(format!("of the frame {got}"));
        }
        let context = customer.context(source, at)?;
        let look = self.watch.look(&context).map_err(|e| e.to_string())?;
        let standing = look.standing(name).map_err(|e| e.to_string())?;
        let until = standing.valid_until().map(|at| at.timestamp_millis());
        let got = standing.value::<Json>().map_err(|e| e.to_string())?;
        if (&got, until) != (&said.value, said.until) {
            return wrong(format!("of the watch {got} until {until:?}"));
        }
        if let Some((steps, most)) = self.exceeds(name, &context) {
            return wrong(format!("{steps} steps of {most}"));
        }
        let story = decision.trace().to_string();
        if said.labels.iter().any(|label| !story.contains(label)) {
            return wrong(story);
        }
        for witness in decision.witnesses() {
            for event in witness.events {
                let known = customer.events.iter().any(|e| e.id == event.id);
                if !known || event.at > instant(at.0) {
                    return wrong(format!("{} witnesses it", event.id));
                }
            }
        }
        Ok(())
    }

    fn of_frame(
        &mut self,
        customer: &Customer<'_>,
        (name, source): (&str, Source<'_>),
        (now, channel): (i64, Option<&str>),
    ) -> Result<Json, String> {
        let frame = &mut self.frame;
        frame.clear();
        let fill = |frame: &mut Frame| {
            frame.facts(customer.context)?;
            frame.touchpoint(&customer.on(channel))?;
            frame.set_now(instant(now))?;
            match source {
                Source::History(history) => frame.set_history(history),
                Source::Profile(profile) => frame.set_profile(profile),
            }
        };
        fill(frame).map_err(|e| e.to_string())?;
        let decider = self.rules.decision::<Json>(name);
        let decider = decider.map_err(|e| e.to_string())?;
        let outcome = decider.decide_in(frame).map_err(|e| e.to_string())?;
        outcome.value().map_err(|e| e.to_string())
    }

    /// The steps of a decision, where they are more than was promised.
    fn exceeds(&mut self, name: &str, context: &Context) -> Option<(u64, u64)> {
        let mut promised = self.budget.decisions.iter();
        let promised = promised.find(|d| d.name == name).expect("a budget");
        let def = self.rules.program().find(name).expect("a definition");
        let mut counting = Counting::default();
        let graph = self.rules.decision_graph();
        let decided = decide(
            graph,
            context.slots(),
            &mut self.scratch,
            def,
            &mut counting,
        );
        decided.expect("no overflow");
        let most = promised.steps.for_lists_of(0);
        (counting.steps > most).then_some((counting.steps, most))
    }
}
