//! Fitting hazards: spells to rows, rows to a regression.

use linfa::ParamGuard;
use ndarray::{Array2, ShapeBuilder};

use super::{BandEvidence, Bands, COLUMNS, Hazards, Spell};
use crate::binning::{at_least_one, within};
use crate::error::ModelError;
use crate::logistic::fit_logistic;
use crate::number::{count, nine_decimals, real};
use crate::prior::log_odds;

/// Parameters of hazards, not yet checked.
///
/// ```
/// use encours_models::{Bands, BandEvidence, HazardParams, ParamGuard, Seen, Spell};
/// // Half end by day 5, half of the rest by day 10; some aren't seen beyond day 7.
/// let spell = |seen| Spell { starts: -30, seen, bands: vec![BandEvidence { told: 0.5, days: 5.0, ..BandEvidence::default() }; 2] };
/// let mut spells = vec![spell(Seen { until: 20, ended: Some(3) }); 400];
/// spells.extend(vec![spell(Seen { until: 20, ended: Some(8) }); 200]);
/// spells.extend(vec![spell(Seen { until: 20, ended: None }); 200]);
/// spells.extend(vec![spell(Seen { until: 7, ended: Some(3) }); 100]);
/// spells.extend(vec![spell(Seen { until: 7, ended: None }); 100]);
/// let hazards = HazardParams::default().check()?.fit(&Bands::new(vec![5, 10], [0, 0])?, &spells)?;
/// let told = BandEvidence { told: 0.5, days: 5.0, ..BandEvidence::default() };
/// let outlasted = hazards.survival(-30, &[told, told])?;
/// assert!((outlasted[0] - 0.5).abs() < 0.01 && (outlasted[1] - 0.25).abs() < 0.01);
/// # Ok::<(), encours_models::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HazardParams(HazardValidParams);

/// Parameters of hazards within their bounds. Made by [`ParamGuard::check`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct HazardValidParams {
    ridge: f64,
    past_strength: f64,
    minimum_spells: u64,
    minimum_endings: u64,
}

impl Default for HazardValidParams {
    fn default() -> Self {
        Self { ridge: 1.0, past_strength: 4.0, minimum_spells: 100, minimum_endings: 50 }
    }
}

impl HazardParams {
    /// L2 penalty beside the log-loss summed over rows, 0 to 1e6. Default 1.
    pub fn ridge(mut self, ridge: f64) -> Self {
        self.0.ridge = ridge;
        self
    }

    /// Spells of all kinds that a kind's own weigh against, 0.1 to 1,000. Default 4.
    pub fn past_strength(mut self, spells: f64) -> Self {
        self.0.past_strength = spells;
        self
    }

    /// Fewest spells to learn from, at least 1. Default 100.
    pub fn minimum_spells(mut self, spells: u64) -> Self {
        self.0.minimum_spells = spells;
        self
    }

    /// Fewest of them that were seen to end, at least 1. Default 50.
    pub fn minimum_endings(mut self, endings: u64) -> Self {
        self.0.minimum_endings = endings;
        self
    }
}

impl ParamGuard for HazardParams {
    type Checked = HazardValidParams;
    type Error = ModelError;

    fn check_ref(&self) -> Result<&Self::Checked, ModelError> {
        let found = &self.0;
        within("ridge", found.ridge, 0.0, 1e6, "0 to 1e6")?;
        within("past_strength", found.past_strength, 0.1, 1000.0, "0.1 to 1000")?;
        at_least_one("minimum_spells", found.minimum_spells)?;
        at_least_one("minimum_endings", found.minimum_endings)?;
        Ok(found)
    }

    fn check(self) -> Result<Self::Checked, ModelError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// One band that a spell entered and was seen through.
struct AtRisk<'a> {
    band: usize,
    evidence: &'a BandEvidence,
    ended: bool,
}

impl HazardValidParams {
    /// Fits hazards to spells.
    ///
    /// # Errors
    /// [`ModelError::TooFewRows`] or [`ModelError::TooFewEvents`] when there is too little to learn from; or when a spell
    /// has evidence for another number of bands, or evidence that is no number.
    pub fn fit(&self, bands: &Bands, spells: &[Spell]) -> Result<Hazards, ModelError> {
        let found = count(spells.len());
        if found < self.minimum_spells {
            return Err(ModelError::TooFewRows { found, needed: self.minimum_spells });
        }
        let mut rows = Vec::new();
        for spell in spells {
            ModelError::same_length("bands of evidence", spell.bands.len(), bands.edges.len())?;
            rows.extend(at_risk(bands, spell));
        }
        let endings = count(rows.iter().filter(|row| row.ended).count());
        let lasted = count(rows.len()) - endings;
        if endings.min(lasted) < self.minimum_endings {
            let needed = self.minimum_endings;
            return Err(ModelError::TooFewEvents { late: lasted, on_time: endings, needed });
        }
        let mut hazards = self.unfitted(bands, &rows, found, endings);
        let mut columns = Array2::zeros((rows.len(), COLUMNS).f());
        for (row, mut target) in rows.iter().zip(columns.rows_mut()) {
            for (slot, value) in target.iter_mut().zip(hazards.row(row.band, row.evidence)) {
                *slot = value;
            }
        }
        let ended: Vec<bool> = rows.iter().map(|row| row.ended).collect();
        let fitted = fit_logistic(&columns, &ended, self.ridge)?;
        hazards.intercept = fitted.intercept;
        for (slot, coefficient) in hazards.coefficients.iter_mut().zip(&fitted.coefficients) {
            *slot = *coefficient;
        }
        Ok(hazards)
    }

    /// What the columns are told against: the base and the usual days of each band.
    fn unfitted(&self, bands: &Bands, rows: &[AtRisk<'_>], spells: u64, endings: u64) -> Hazards {
        let mut sums = vec![(0_u64, 0_u64, 0.0); bands.edges.len()];
        for row in rows {
            if let Some((entered, ended, days)) = sums.get_mut(row.band) {
                *entered += 1;
                *ended += u64::from(row.ended);
                *days += row.evidence.days;
            }
        }
        // Half a spell of either kind, so that a band in which nothing ended has odds too.
        let base = |(entered, ended, _): &(u64, u64, f64)| log_odds((real(*ended) + 0.5) / (real(*entered) + 1.0));
        let usual = |(entered, _, days): &(u64, u64, f64)| if *entered > 0 { days / real(*entered) } else { 1.0 };
        Hazards {
            edges: bands.edges.clone(),
            told_until: bands.told_until,
            base: sums.iter().map(base).map(nine_decimals).collect(),
            usual_days: sums.iter().map(usual).map(nine_decimals).collect(),
            past_strength: self.past_strength,
            intercept: 0.0,
            coefficients: [0.0; COLUMNS],
            spells,
            endings,
        }
    }
}

/// The bands that a spell entered and was seen through.
fn at_risk<'a>(bands: &'a Bands, spell: &'a Spell) -> impl Iterator<Item = AtRisk<'a>> {
    let before = std::iter::once(None).chain(bands.edges.iter().copied().map(Some));
    let steps = before.zip(&bands.edges).zip(&spell.bands).enumerate();
    steps.filter_map(|(band, ((before, edge), evidence))| {
        let ended = spell.seen.in_band(spell.starts, before, *edge)?;
        Some(AtRisk { band, evidence, ended })
    })
}
