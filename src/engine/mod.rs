//! The host API: rules in, contexts in, decisions out.
//!
//! In: [`Sources`](crate::Sources) and the host's data. Out: [`Ruleset`], from it typed [`Decider`]s, and
//! from them a [`Decision`] (for a validated [`Context`]) or an [`Outcome`] (in a reusable [`Frame`]). Both
//! forms of data go through `bind` into one kind of slots, so they are checked by one code.
//!
//! `load` follows `use` and `from`; `compile` runs the stages; `schema` makes names quick to find; `bind`
//! takes data in, `output` gives values out; `fingerprint` says what a ruleset means; `live` puts one ruleset in
//! the place of another; `watch` says what changes, and when. Start with `ruleset`.

mod arbitration;
mod assignment;
pub(crate) mod bind;
mod compile;
mod context;
mod csv;
mod decide;
mod decision;
mod describe;
mod files;
mod fingerprint;
mod frame;
mod given;
mod history;
mod lease;
mod live;
mod load;
mod outcomes;
pub(crate) mod output;
pub(crate) mod profile;
mod retention;
mod ruleset;
pub(crate) mod schema;
mod slot;
mod watch;
pub(crate) mod witness;

pub use arbitration::{Arbitration, Chosen, Factors, Rejected, Withheld};
pub(crate) use arbitration::{arbitrate, channel, reads_of_delivery};
pub use compile::{Compiler, format};
pub use context::{Context, ContextBuilder};
pub use csv::{Columns, ColumnsBuilder};
pub use decide::Decider;
pub(crate) use decide::fault_text;
pub use decision::{Decision, Outcome};
pub(crate) use decision::{is_single, label};
pub(crate) use describe::kind_word;
pub use describe::{DefinitionInfo, GraphFormat, InputInfo};
pub use files::FileSources;
pub use fingerprint::Fingerprint;
pub use frame::Frame;
pub(crate) use history::inputs_of_nobody;
pub use history::{Aside, History, Observed};
pub use live::{LiveDecider, LiveRuleset};
pub use outcomes::{OutcomeEvent, OutcomeKind};
pub use profile::{Profile, ProfileSize};
pub use retention::{EventRetention, Retention};
pub(crate) use ruleset::Inner;
pub use ruleset::Ruleset;
pub use slot::{Anything, Member, Slot, SlotType};
pub use watch::{Look, Standing, Watch};
pub use witness::{Witness, WitnessEvent};
