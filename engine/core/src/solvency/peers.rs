//! Where a company's ratios stand among those of its sector: quartiles of whole registers.

use std::collections::BTreeMap;

use encours_domain::fact::Fact;
use encours_domain::{Bilingual, Day};
use serde::{Deserialize, Serialize};

use super::learnt::features as accounts;
use crate::company::{RecordFeature, RecordView, dated};

/// Ratios that are compared.
const COMPARED: &[RecordFeature] = &[
    accounts::EQUITY_SHARE,
    accounts::LIQUIDITY,
    accounts::DEBT_RATIO,
    accounts::GROSS_OPERATING_MARGIN,
    accounts::NET_MARGIN,
    accounts::CASH_FLOW_MARGIN,
    accounts::INTEREST_BURDEN,
    accounts::REPAYMENT_YEARS,
    accounts::CUSTOMER_DAYS,
    accounts::SUPPLIER_DAYS,
    accounts::STOCK_DAYS,
    accounts::WORKING_CAPITAL_DAYS,
];

/// Fewer companies of a division than this are no sector: all companies stand in.
const LEAST_PEERS: u32 = 30;

/// The name under which all companies stand.
const ALL: &str = "";

/// Quartiles of one ratio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quartiles {
    /// Companies.
    pub companies: u32,
    /// A quarter of them lies below.
    pub lower: f64,
    /// Half of them.
    pub median: f64,
    /// Three quarters of them.
    pub upper: f64,
}

impl Quartiles {
    /// Quartiles by linear interpolation (Hyndman and Fan 1996, type 7, that of R and NumPy); nothing of nothing.
    ///
    /// ```
    /// use encours_core::solvency::Quartiles;
    /// let found = Quartiles::of(vec![9.0, 1.0, 4.0, 2.0]).unwrap();
    /// assert_eq!((found.lower, found.median, found.upper), (1.75, 3.0, 5.25));
    /// ```
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.retain(|value| value.is_finite());
        values.sort_unstable_by(f64::total_cmp);
        let companies = u32::try_from(values.len()).unwrap_or(u32::MAX);
        let last = values.len().checked_sub(1)?;
        let at = |quarter: usize| {
            let (whole, rest) = (last * quarter / 4, last * quarter % 4);
            let (low, high) = (*values.get(whole)?, *values.get(whole + usize::from(rest > 0))?);
            Some(low + (high - low) * crate::features::reading::count(rest) / 4.0)
        };
        Some(Self { companies, lower: at(1)?, median: at(2)?, upper: at(3)? })
    }
}

/// Ratios of many companies, still to be put in order.
#[derive(Debug, Default)]
pub struct Gathered {
    /// By division of the sector, then by ratio.
    values: BTreeMap<String, Vec<Vec<f64>>>,
}

impl Gathered {
    /// Takes the last closing of a company, as it was known on a day.
    pub fn push(&mut self, facts: &[Fact], day: Day) {
        let dated = dated(facts);
        let Some(record) = RecordView::as_known_on(&dated, day).filter(RecordView::has_closing) else { return };
        let values: Vec<Option<f64>> = COMPARED.iter().map(|ratio| ratio.number(&record)).collect();
        for division in [Some(ALL), record.division()].into_iter().flatten() {
            let columns = self.values.entry(division.to_owned()).or_insert_with(|| vec![Vec::new(); COMPARED.len()]);
            for (column, value) in columns.iter_mut().zip(&values) {
                column.extend(*value);
            }
        }
    }

    /// The quartiles of every division, as of a day.
    pub fn quartiles(self, day: Day) -> SectorQuartiles {
        let of = |columns: Vec<Vec<f64>>| {
            let names = COMPARED.iter().map(|ratio| ratio.name.to_owned());
            names.zip(columns).filter_map(|(name, column)| Some((name, Quartiles::of(column)?))).collect()
        };
        SectorQuartiles { day, divisions: self.values.into_iter().map(|(name, columns)| (name, of(columns))).collect() }
    }
}

/// Quartiles by division of the NAF and by ratio, as of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectorQuartiles {
    day: Day,
    divisions: BTreeMap<String, BTreeMap<String, Quartiles>>,
}

/// One ratio among those of its sector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeerRatio {
    /// Its name.
    pub ratio: &'static str,
    /// Its name for people.
    #[serde(flatten)]
    pub label: Bilingual,
    /// Its value: per cent, days or years, as the name says; rounded to six decimals on the wire only.
    #[serde(serialize_with = "super::six_decimals_of")]
    pub value: f64,
    /// In which quarter of them it lies: 1 the lowest, 4 the highest.
    pub quarter: u8,
    /// The division of the NAF whose companies these are; absent where they are all companies.
    pub division: Option<String>,
    /// The quartiles.
    #[serde(flatten)]
    pub quartiles: Quartiles,
}

impl SectorQuartiles {
    /// The day as of which accounts were read.
    pub fn day(&self) -> Day {
        self.day
    }

    /// Divisions with as many companies as a comparison needs.
    pub fn divisions(&self) -> usize {
        self.divisions.iter().filter(|(name, ratios)| *name != ALL && ratios.values().any(is_enough)).count()
    }

    /// Companies in all, of any ratio.
    pub fn companies(&self) -> u32 {
        let all = self.divisions.get(ALL).into_iter().flat_map(BTreeMap::values);
        all.map(|found| found.companies).max().unwrap_or(0)
    }

    /// The ratios of a company's last accounts as they were known on a day, among those of its sector.
    pub fn among(&self, facts: &[Fact], day: Day) -> Vec<PeerRatio> {
        let Some(record) = RecordView::as_known_on(facts, day) else { return Vec::new() };
        COMPARED.iter().filter_map(|ratio| self.of(ratio, &record)).collect()
    }

    fn of(&self, ratio: &RecordFeature, record: &RecordView<'_>) -> Option<PeerRatio> {
        let value = ratio.number(record)?;
        let find = |division: &str| self.divisions.get(division)?.get(ratio.name).filter(|found| is_enough(found));
        let sector = record.division().and_then(|division| Some((division, find(division)?)));
        let (division, quartiles) = match sector {
            Some((division, quartiles)) => (Some(division.to_owned()), *quartiles),
            None => (None, *find(ALL)?),
        };
        let passed = [quartiles.lower, quartiles.median, quartiles.upper].iter().filter(|edge| value > **edge).count();
        let quarter = u8::try_from(passed).unwrap_or(3) + 1;
        let label = Bilingual::new(ratio.fr, ratio.en);
        Some(PeerRatio { ratio: ratio.name, label, value, quarter, division, quartiles })
    }
}

fn is_enough(found: &Quartiles) -> bool {
    found.companies >= LEAST_PEERS
}

#[cfg(test)]
mod tests {
    use encours_domain::fact::FactKind;

    use super::*;

    fn fact(siren: &str, kind: FactKind, value: &str, valid_from: &str) -> Fact {
        Fact {
            subject: siren.parse().unwrap(),
            kind,
            value: value.to_owned(),
            valid_from: valid_from.parse().unwrap(),
            known_from: "2026-05-20".parse().unwrap(),
            source: "ratios_inpi_bce".to_owned(),
            fetched_on: None,
            answer: None,
        }
    }

    fn company(equity: i32, sector: Option<&str>) -> Vec<Fact> {
        let siren = "000100008";
        let mut facts = vec![
            fact(siren, FactKind::AccountsClosedOn, "2025-12-31", "2025-12-31"),
            fact(siren, FactKind::AutonomyRatio, &equity.to_string(), "2025-12-31"),
        ];
        facts.extend(sector.map(|sector| fact(siren, FactKind::Sector, sector, "2010-01-01")));
        facts
    }

    #[test]
    fn a_company_stands_among_those_of_its_division() {
        let day: Day = "2026-08-31".parse().unwrap();
        let mut gathered = Gathered::default();
        // Builders with 1 to 40 % of equity, 20 shops with 61 to 80 %.
        (1..=40).for_each(|equity| gathered.push(&company(equity, Some("43.21A")), day));
        (61..=80).for_each(|equity| gathered.push(&company(equity, Some("47.11F")), day));
        let quartiles = gathered.quartiles(day);
        assert_eq!((quartiles.companies(), quartiles.divisions()), (60, 1));
        let among = |equity, sector| quartiles.among(&company(equity, sector), day);
        let [found] = <[PeerRatio; 1]>::try_from(among(5, Some("43.99C"))).unwrap();
        assert_eq!((found.ratio, found.quarter, found.division.as_deref()), ("equity_share", 1, Some("43")));
        // Type 7 over 1..40: 1 + 39/4, 1 + 39/2, 1 + 117/4.
        let Quartiles { companies, lower, median, upper } = found.quartiles;
        assert_eq!((companies, lower, median, upper), (40, 10.75, 20.5, 30.25));
        // Too few shops, and a sector that is not known: among all.
        for sector in [Some("47.11F"), None] {
            let [found] = <[PeerRatio; 1]>::try_from(among(70, sector)).unwrap();
            assert_eq!((found.quarter, found.division, found.quartiles.companies), (4, None, 60));
        }
        assert_eq!(quartiles.among(&[], day), []);
    }
}
