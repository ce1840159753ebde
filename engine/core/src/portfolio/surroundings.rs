//! What surrounds a client: how often invoices of its sector and of its country were late on the seller's own ledger.

use encours_domain::Day;
use serde::Serialize;

use super::rows::each_client;
use super::scoring::ScoringModel;
use crate::CoreError;
use crate::features::Cut;
use crate::features::reading::share_of;
use crate::group_rates::{Count, Counts, GroupRate, rates};
use crate::ledger::Book;

/// Where a client stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Division of the NAF, two digits.
    pub sector: Option<String>,
    /// Country, two letters.
    pub country: Option<String>,
}

/// Late rates by sector and country.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Surroundings {
    /// Late by more than so many days.
    pub late_over: u16,
    /// The overall late rate; absent where no outcome is known.
    pub overall: Option<f64>,
    /// By division of the NAF, the riskiest first.
    pub sectors: Vec<GroupRate>,
    /// By country, the riskiest first.
    pub countries: Vec<GroupRate>,
    /// Clients of whom neither is known.
    pub unplaced: u64,
}

/// Late rates of the surroundings by what was dated up to and including `as_of`, at the headline's horizon; `place_of` gives
/// where a client stands by its number in the book.
///
/// # Errors
/// When a client is too large to be folded.
pub fn surroundings(
    book: &Book,
    model: &ScoringModel,
    as_of: Day,
    place_of: &dyn Fn(usize) -> Place,
) -> Result<Surroundings, CoreError> {
    let headline = model.headline_place();
    let outcomes = each_client(book, model.horizons(), model.priors().paying_week, |client, state| {
        state.advance(client, Cut::end_of(as_of.number()));
        let tally = state.lateness.get(headline);
        let whole = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(tally.map_or((0, 0), |tally| (whole(tally.known), whole(tally.late))))
    })?;
    let (mut sectors, mut countries, mut unplaced) = (Counts::new(), Counts::new(), 0);
    let mut all = Count::default();
    for (number, (known, late)) in outcomes.into_iter().enumerate().filter(|(_, (known, _))| *known > 0) {
        let Place { sector, country } = place_of(number);
        let one = Count { members: 1, known, events: late };
        unplaced += u64::from(sector.is_none() && country.is_none());
        all.add(one);
        sector.into_iter().for_each(|name| sectors.entry(name).or_default().add(one));
        country.into_iter().for_each(|name| countries.entry(name).or_default().add(one));
    }
    Ok(Surroundings {
        late_over: model.headline_over(),
        overall: (all.known > 0).then(|| share_of(all.events, all.known)),
        sectors: rates(sectors),
        countries: rates(countries),
        unplaced,
    })
}
