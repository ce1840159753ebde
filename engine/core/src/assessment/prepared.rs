//! One subject on one day, with everything that no quote moves: folded, read and hashed once, asked of as often as somebody
//! moves a slider.

use encours_domain::Day;
use encours_domain::fact::MissingKind;

use super::client::{Folded, Known};
use super::foretold::Foretellings;
use super::group::{self, MemberReport};
use super::made_with::Heard;
use super::{Context, Subject};
use crate::CoreError;
use crate::company::{CompanyView, looked_for_accounts};
use crate::solvency::FailureEstimate;

/// A client or a company as of the morning of a day. What it is made from is one [`Context`]; answers are asked of it with the
/// same one, in which only the limit that a person set, the registers that were asked and the order that is checked may
/// differ.
pub struct Prepared {
    pub(super) as_of: Day,
    pub(super) folded: Folded,
    pub(super) company: CompanyView,
    pub(super) failure: Option<FailureEstimate>,
    pub(super) members: Vec<MemberReport>,
    pub(super) heard: Heard,
    pub(super) foretold: Foretellings,
}

impl Prepared {
    /// Reads what was known of a subject strictly before a day.
    ///
    /// # Errors
    /// When the ledger does not know the client, or holds more of it than can be folded.
    pub fn read(context: &Context<'_>, subject: Subject<'_>, as_of: Day) -> Result<Self, CoreError> {
        let mut folded = Folded::read(context, subject, as_of)?;
        folded.state.shed();
        let company = if folded.siren.is_some() {
            CompanyView::as_known_on(context.facts, as_of, context.policy.record_max_age_days())
        } else {
            CompanyView::all_missing(as_of, MissingKind::NotFetched)
        };
        let view = Known::of(context, &folded, as_of)?.view;
        let heard = Heard::of(context, view, as_of);
        let failure = estimate(context, as_of)?;
        let members = group::members(context, as_of)?;
        Ok(Self { as_of, folded, company, failure, members, heard, foretold: Foretellings::default() })
    }

    /// Rows of the ledger that it was folded from: how much memory it takes, more or less.
    pub fn rows(&self) -> usize {
        self.folded.state.lives.len()
    }
}

/// What the model of failure says, where somebody looked for accounts lately.
fn estimate(context: &Context<'_>, as_of: Day) -> Result<Option<FailureEstimate>, CoreError> {
    let fresh = looked_for_accounts(context.facts, as_of, context.policy.record_max_age_days());
    let model = context.failure_model.filter(|_| fresh);
    Ok(model.map(|model| model.estimate(context.facts, as_of)).transpose()?.flatten())
}
