//! Insolvency proceedings as published: what each notice decides, and where a company stands on any day.
//!
//! Reading order: [`Step`] (what one notice can do), [`read_nature`] (from the notice's words to a step),
//! [`Notice`] (with its days and what it corrects), then [`stand`] and [`changes`], the state machine.
//!
//! Two days matter and are never mixed: a judgment *holds* from its own day and is *known* from its publication. A
//! correction changes what is known from its own publication on, and nothing before.

mod machine;
mod nature;
mod notice;
#[cfg(test)]
mod tests;

pub use machine::{Change, Stand, changes, stand};
pub use nature::read_nature;
pub use notice::{Correction, Earlier, Ending, How, Notice, Plan, Procedure, Standing, Step};
