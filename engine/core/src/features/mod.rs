//! Features as a fold over a client's events.
//!
//! [`state::ClientState`] eats events in the total order of [`event`]; the families of [`families`] count what is worth
//! counting and read it back as features; [`registry`] lists them. The same fold serves training (read at each
//! invoice's issue date), one assessment, the whole portfolio and every back-test: one code path, equal bit for bit.
//!
//! To add a feature, write it in its family's file with name, unit, direction, what missing means and the sentence that
//! explains it, and list the family (if new) in [`registry::FAMILIES`].

mod decay;
mod event;
pub mod families;
mod horizons;
mod priors;
pub mod reading;
pub mod registry;
mod says;
mod state;

pub use event::{Cut, MOST_HORIZONS, MOST_OF_ONE_CLIENT};
pub use horizons::Horizons;
pub use priors::{HorizonPriors, PayingWeek, Priors};
pub(crate) use reading::share_of;
pub use reading::{Reading, Shape};
pub use registry::{Feature, FeatureFamily, Unit};
pub use says::{Said, Tone};
pub(crate) use state::NEVER;
pub use state::{ClientState, Detail};
