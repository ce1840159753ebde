//! When an invoice is paid: what the hazards read of a client and an invoice, and the spells that they learn from.
//!
//! Days are counted from the due date. Of each band of days the hazards read how the client's earlier invoices did in it,
//! their delays laid on this due date in paying days, as the pay-day features do; what the cards say of the stretch between
//! two horizons that holds the band; and on how many of its days money comes in.

use encours_models::{
    BandEvidence, Bands, DayEvidence, FIRST_BAND_DAYS, HazardParams, Hazards, MOST_BANDS, ModelError, ParamGuard, Seen,
    Spell,
};

use super::rows::each_client;
use super::scoring::{Case, ScoringModel};
use crate::CoreError;
use crate::features::reading::{float, weekday};
use crate::features::{ClientState, Cut, Horizons, NEVER, PayingWeek, Shape};
use crate::ledger::{Book, InvoiceRecord};

/// Mean further wait of an invoice that is past the last band, days; an expert figure.
pub(crate) const TAIL_DAYS: f64 = 60.0;

/// Last days of bands in every model; its horizons are added. Narrow where most invoices are paid.
const BANDS: [i32; 16] = [-30, -20, -14, -7, -4, -1, 0, 2, 5, 10, 15, 22, 30, 45, 60, 90];

/// Most invoices that hazards are learnt from, spread evenly over the ledger.
const MOST_SPELLS: usize = 20_000;

/// What a day on which money rarely comes in counts of a day on which it does.
const CLOSED_DAY: f64 = 0.05;

/// The bands of a model: what the cards say weighs apart up to the first horizon, up to the headline, and beyond.
fn bands(horizons: &Horizons, headline_over: u16) -> Result<Bands, ModelError> {
    let mut edges: Vec<i32> = BANDS.into_iter().chain(horizons.days().iter().copied().map(i32::from)).collect();
    edges.sort_unstable();
    edges.dedup();
    let first = horizons.days().first().copied().unwrap_or(headline_over);
    Bands::new(edges, [i32::from(first), i32::from(headline_over)])
}

/// Learns the hazards of a model from what was known on the morning of `cutoff`; nothing where there is too little.
///
/// # Errors
/// When a client is too large to be folded, or the regression fails.
pub(crate) fn learnt(book: &Book, model: &ScoringModel, cutoff: i32) -> Result<Option<Hazards>, CoreError> {
    let bands = bands(model.horizons(), model.headline_over())?;
    let spells = spells(book, model, &bands, cutoff)?;
    match HazardParams::default().check_ref()?.fit(&bands, &spells) {
        Ok(hazards) => Ok(Some(hazards)),
        Err(ModelError::TooFewRows { .. } | ModelError::TooFewEvents { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Invoices from their issue to their payment, as known on the morning of `cutoff`.
fn spells(book: &Book, model: &ScoringModel, bands: &Bands, cutoff: i32) -> Result<Vec<Spell>, CoreError> {
    // Every so manyth record in the order of the book, which no order of rows or files changes.
    let step = book.invoices().div_ceil(MOST_SPELLS).max(1);
    let parts = each_client(book, model.horizons(), model.priors().paying_week, |client, state| {
        let wanted = |(position, record): &(usize, &InvoiceRecord)| {
            client.record_number(*position).is_multiple_of(step) && record.issued < cutoff && record.teaches_lateness()
        };
        let mut found = Vec::new();
        let mut told = Vec::new();
        for (position, record) in client.records().iter().enumerate().filter(wanted) {
            state.advance(client, Cut::start_of(record.issued));
            let shape = Shape { issued: record.issued, due: record.due, amount: record.own_amount() };
            let attribute = |name: &str| book.attribute_of(name, client.record_number(position));
            model.by_cards(
                &Case { state, shape, today: record.issued, attribute: &attribute, applicant: None },
                &mut told,
            )?;
            let foreseen = Foreseen::of(bands.edges(), state, shape, record.issued);
            let told = Told::by(bands.edges(), model.horizons().days(), &told);
            let bands = (0..bands.edges().len()).map(|band| foreseen.band(band, &told)).collect();
            found.push((position, record, bands));
        }
        if !found.is_empty() {
            state.advance(client, Cut::start_of(cutoff));
        }
        let spell = |(position, record, bands): (usize, &InvoiceRecord, Vec<BandEvidence>)| {
            let seen = seen(state, record, position, cutoff)?;
            Some(Spell { starts: record.issued - record.due, seen, bands })
        };
        Ok(found.into_iter().filter_map(spell).collect::<Vec<Spell>>())
    })?;
    Ok(parts.into_iter().flatten().collect())
}

/// How far an invoice was seen by the morning of `cutoff`, in days beyond terms. One given up is known to have been open at
/// the horizons that it outlasted; one disputed or credited says nothing.
pub(crate) fn seen(state: &ClientState, record: &InvoiceRecord, position: usize, cutoff: i32) -> Option<Seen> {
    let life = state.lives.get(position).filter(|life| life.issued && !life.disputed)?;
    let until = cutoff - 1 - record.due;
    let ended = (life.settled != NEVER).then(|| life.settled - record.due);
    if ended.is_some() || !life.closed {
        return Some(Seen { until, ended });
    }
    let mut outlasted =
        state.horizons.days().iter().enumerate().filter(|(place, _)| life.outcome(*place) == Some(true));
    outlasted.next_back().map(|(_, &days)| Seen { until: i32::from(days).min(until), ended: None })
}

/// Cells of a habit: one a band, one for what came later.
const CELLS: usize = MOST_BANDS + 1;

/// Chance, by the cards, of being paid between the two horizons that hold each band, once the first is outlasted.
pub(crate) struct Told(Vec<f64>);

impl Told {
    /// `told` holds P(late over k) for each of the horizons. For a band beyond the last of them the last stretch stands in.
    pub(crate) fn by(edges: &[i32], horizons: &[u16], told: &[f64]) -> Self {
        let last = horizons.len().saturating_sub(1);
        let over = |place: usize| told.get(place).copied().unwrap_or(0.0);
        let of = |edge: &i32| {
            let place = horizons.iter().position(|&horizon| i32::from(horizon) >= *edge).unwrap_or(last);
            let before = place.checked_sub(1).map_or(1.0, over);
            if before > 0.0 { 1.0 - over(place) / before } else { 1.0 }
        };
        Self(edges.iter().map(of).collect())
    }

    /// Of one band.
    pub(crate) fn of(&self, band: usize) -> f64 {
        self.0.get(band).copied().unwrap_or(1.0)
    }
}

/// What is known of one invoice's days before it is issued.
pub(crate) struct Foreseen<'a> {
    edges: &'a [i32],
    state: &'a ClientState,
    shape: Shape,
    /// Earlier payments that entered each band, laid on this due date; all, and fading.
    entered: [f64; CELLS],
    recently_entered: [f64; CELLS],
}

impl<'a> Foreseen<'a> {
    /// Reads `state` on `today`.
    pub(crate) fn of(edges: &'a [i32], state: &'a ClientState, shape: Shape, today: i32) -> Self {
        let (mut entered, mut recently_entered) = ([0.0; CELLS], [0.0; CELLS]);
        let scale = state.scale(1, today);
        for (day, count, recent) in state.payday.laid_on(shape.due) {
            let band = edges.partition_point(|edge| *edge < day);
            if let Some((all, fading)) = entered.get_mut(band).zip(recently_entered.get_mut(band)) {
                *all += f64::from(count);
                *fading += recent * scale;
            }
        }
        // Who ends in a later band has entered every earlier one.
        for cells in [&mut entered, &mut recently_entered] {
            let mut later = 0.0;
            for cell in cells.iter_mut().take(edges.len() + 1).rev() {
                later += *cell;
                *cell = later;
            }
        }
        Self { edges, state, shape, entered, recently_entered }
    }

    /// The evidence of one band, with what the cards say of it.
    pub(crate) fn band(&self, band: usize, told: &Told) -> BandEvidence {
        let edge = self.edges.get(band).copied().unwrap_or(i32::MAX);
        let cell = |cells: &[f64; CELLS], place: usize| cells.get(place).copied().unwrap_or(0.0);
        let (entered, recently) = (cell(&self.entered, band), cell(&self.recently_entered, band));
        let open = self.open_after(edge);
        BandEvidence {
            ended: entered - cell(&self.entered, band + 1),
            at_risk: entered + open,
            // What was taken away again leaves a hair of rounding.
            recent_ended: (recently - cell(&self.recently_entered, band + 1)).max(0.0),
            recent_at_risk: recently.max(0.0) + open,
            told: told.of(band),
            days: self.days_of(band),
        }
    }

    /// Claims known to be open beyond a day: those late over the nearest horizon from it on.
    fn open_after(&self, day: i32) -> f64 {
        let horizons = self.state.horizons.days();
        let place = horizons.iter().position(|&horizon| i32::from(horizon) >= day);
        place.and_then(|place| self.state.lateness.get(place)).map_or(0.0, |tally| float(tally.open_late))
    }

    fn first_day(&self, band: usize) -> i32 {
        let first = || self.edges.first().map_or(0, |edge| edge - FIRST_BAND_DAYS);
        band.checked_sub(1).and_then(|before| self.edges.get(before)).map_or_else(first, |edge| edge + 1)
    }

    /// What a day counts: nothing before the issue, a little where money rarely comes in.
    fn counts(&self, day: i32) -> f64 {
        let on = self.shape.due.saturating_add(day);
        match self.week().pays.get(weekday(on)) {
            _ if on < self.shape.issued => 0.0,
            Some(false) => CLOSED_DAY,
            _ => 1.0,
        }
    }

    fn week(&self) -> PayingWeek {
        self.state.payday.week()
    }

    fn days_of(&self, band: usize) -> f64 {
        let last = self.edges.get(band).copied().unwrap_or(0);
        (self.first_day(band)..=last).fold(0.0, |sum, day| sum + self.counts(day))
    }

    /// The evidence of every day, from the first of the first band on.
    pub(crate) fn days(&self) -> DayEvidence {
        let (first, last) = (self.first_day(0), self.edges.last().copied().unwrap_or(0));
        let can_end: Vec<f64> = (first..=last).map(|day| self.counts(day)).collect();
        let mut ended_on = vec![0.0; can_end.len()];
        for (day, count, _) in self.state.payday.laid_on(self.shape.due) {
            let place = usize::try_from(day.max(first) - first).unwrap_or(usize::MAX);
            if let Some(slot) = ended_on.get_mut(place) {
                *slot += f64::from(count);
            }
        }
        DayEvidence { ended_on, can_end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_horizon_ends_a_band() {
        let horizons = Horizons::new(vec![0, 7, 30, 365]).unwrap();
        let bands = bands(&horizons, 30).unwrap();
        assert_eq!(bands.edges().last(), Some(&365));
        for day in [0, 7, 30, 365] {
            assert!(bands.edges().contains(&day));
        }
        assert!(bands.edges().is_sorted_by(|one, next| one < next));
    }
}
