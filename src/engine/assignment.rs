//! Which variant of an experiment a unit is given, without a context.

use super::ruleset::Ruleset;
use crate::diagnostic::nearest;
use crate::error::Error;
use crate::hir::{DefKind, Ty};

impl Ruleset {
    /// The variant of an experiment that a unit is given by its slot, whoever it is and whenever: conditions (`when`) and
    /// validity are not asked, the layer is. `None` where the unit belongs to no variant.
    ///
    /// It is a pure function of salt, algorithm and unit, the same on every host and channel, with integer arithmetic alone.
    ///
    /// # Errors
    /// There is no experiment of that name.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      context { customer: { id: string } }
    ///      experiment copy_test {
    ///          by customer.id salt \"copy-2026\"
    ///          variants { control: 50%, short: 25%, long: 25% }
    ///      }",
    /// )?;
    /// let variant = rules.assignment("copy_test", "c1")?;
    /// let context = rules.context().json(r#"{ "customer": { "id": "c1" } }"#)?.build()?;
    /// let decided = rules.decision::<Option<String>>("copy_test")?.decide(&context)?;
    /// assert_eq!(decided.value().as_deref(), variant);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn assignment(&self, experiment: &str, unit: &str) -> Result<Option<&str>, Error> {
        let program = &self.inner().schema.program;
        let def = program.find(experiment).map(|id| program.def(id));
        let known = def.and_then(|def| match (&def.kind, def.ty.present()) {
            (DefKind::Experiment(known), Ty::Enum(id)) => Some((known, program.enumeration(*id))),
            _ => None,
        });
        let Some((known, variants)) = known else {
            let declared = program.declared().iter();
            let names = declared.filter(|d| matches!(d.kind, DefKind::Experiment(_)));
            let names: Vec<&str> = names.map(|d| d.name.as_str()).collect();
            let none = format!("there is no experiment `{experiment}`");
            let message = match (nearest(experiment, names.iter().copied()), names.as_slice()) {
                (_, []) => format!("{none}: the ruleset declares no experiments"),
                (Some(near), _) => format!("{none}; did you mean `{near}`?"),
                (None, names) => format!("{none}: there is {}", names.join(", ")),
            };
            return Err(Error::handle(experiment, message));
        };
        let outside = known
            .layer
            .as_ref()
            .is_some_and(|layer| !layer.slots.contains(&layer.bucketing.slot(unit)));
        if outside {
            return Ok(None);
        }
        let slot = known.bucketing.slot(unit);
        let holds = |ranges: &Vec<std::ops::Range<u32>>| ranges.iter().any(|r| r.contains(&slot));
        let place = known.variants.iter().position(holds);
        Ok(place.and_then(|place| variants.members.get(place).map(String::as_str)))
    }
}
