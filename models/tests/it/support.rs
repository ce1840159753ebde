//! Made-up tables with a fixed seed, and the models of them.

use std::collections::BTreeMap;

use encours_models::{
    AdditiveCard, AdditiveParams, Application, ApplicationMeasured, Artefact, ArtefactBody, BandEvidence, Bands, Card,
    Column, Derived, Direction, FeatureSpec, HazardParams, Hazards, HorizonCard, HorizonSpread, Metrics, ParamGuard,
    Scorecard, ScorecardParams, Seen, Spell, Spread, Table, Trained, Value,
};

/// A small generator of numbers (xorshift64*, Vigna 2016), so that the tests need no crate for it.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Uniform in 0..1.
    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The features of every made-up table.
pub fn specs() -> Vec<FeatureSpec> {
    vec![
        FeatureSpec::numeric("late_rate", Direction::RiskUp),
        FeatureSpec::numeric("tenure", Direction::RiskDown),
        FeatureSpec::numeric("amount", Direction::Free),
        FeatureSpec::category("sector"),
        FeatureSpec::numeric("noise", Direction::RiskUp),
    ]
}

pub const SECTORS: [&str; 4] = ["building", "food", "retail", "transport"];

/// One made-up row: values in the order of [`specs`], chance of being late.
pub fn row(chance: &mut Chance) -> (Vec<Value<'static>>, f64) {
    let risk = chance.next();
    let maybe = |missing: bool, value: f64| {
        if missing { Value::Missing } else { Value::Number(value) }
    };
    let sector = ((chance.next() + risk) * 2.0) as usize % SECTORS.len();
    let row = vec![
        maybe(chance.next() < 0.1, (risk * 0.7 + chance.next() * 0.3) * 0.9),
        maybe(chance.next() < 0.2, (1.0 - risk) * 1000.0 + chance.next() * 800.0),
        maybe(false, (chance.next() * 20.0).floor() * 50.0),
        Value::Category(SECTORS[sector]),
        maybe(false, chance.next()),
    ];
    (row, risk)
}

/// A table of `rows` rows over some 700 days, about `share` of them late.
pub fn table(seed: u64, rows: usize, share: f64) -> Table {
    let mut chance = Chance::new(seed);
    let (mut values, mut events, mut days) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..rows {
        let (row, risk) = row(&mut chance);
        events.push(chance.next() < share * (0.2 + 1.6 * risk));
        days.push((at * 700 / rows) as i32);
        values.push(row);
    }
    from_rows(&values, events, days)
}

/// A table of these rows.
pub fn from_rows(values: &[Vec<Value<'static>>], events: Vec<bool>, days: Vec<i32>) -> Table {
    let specs = specs();
    let columns = (0..specs.len()).map(|at| column(values, at)).collect();
    Table::new(specs, columns, events, days).unwrap()
}

fn column(values: &[Vec<Value<'static>>], at: usize) -> Column {
    let cells = values.iter().map(|row| row[at]);
    if matches!(values[0][at], Value::Category(_)) {
        let code = |cell| match cell {
            Value::Category(name) => SECTORS.iter().position(|sector| *sector == name).unwrap(),
            _ => unreachable!("sectors are never missing here"),
        };
        let codes = cells.map(|cell| code(cell) as u32).collect();
        let levels = SECTORS.map(str::to_owned).to_vec();
        return Column::Category { codes, levels };
    }
    Column::Numeric(
        cells
            .map(|cell| match cell {
                Value::Number(number) => number,
                _ => f64::NAN,
            })
            .collect(),
    )
}

pub fn card(table: &Table) -> Scorecard {
    ScorecardParams::default().check().unwrap().fit(table).unwrap()
}

pub fn additive(table: &Table) -> AdditiveCard {
    AdditiveParams::default().check().unwrap().fit(table).unwrap()
}

/// The values of `row` that a scorecard reads, in its order.
pub fn for_card<'a>(card: &Scorecard, row: &[Value<'a>]) -> Vec<Value<'a>> {
    picked(card.features().iter().map(|feature| &feature.spec), row)
}

/// The values of `row` that a card of any kind reads, in its order.
pub fn for_any<'a>(card: &Card, row: &[Value<'a>]) -> Vec<Value<'a>> {
    picked(card.features().into_iter().map(|feature| feature.spec), row)
}

fn picked<'a, 'b>(read: impl Iterator<Item = &'b FeatureSpec>, row: &[Value<'a>]) -> Vec<Value<'a>> {
    let specs = specs();
    let position = |name: &str| specs.iter().position(|spec| spec.name == name).unwrap();
    read.map(|spec| row[position(&spec.name)]).collect()
}

pub fn horizon(late_over_days: u16, card: impl Into<Card>) -> HorizonCard {
    HorizonCard::new(late_over_days, card)
}

/// A body of two scorecards, an additive card and one derived horizon.
pub fn body() -> ArtefactBody {
    let headline = horizon(30, card(&table(1, 1500, 0.3)));
    let trained = Trained {
        ledger: "sha256:00".into(),
        cutoff: "2026-05-31".into(),
        lateness_rule: "calendar days, no grace".into(),
        rows: headline.card.learned_from().rows,
        late: headline.card.learned_from().late,
    };
    ArtefactBody {
        kind: "behavioural".into(),
        headline,
        others: vec![horizon(0, additive(&table(2, 1500, 0.6))), horizon(60, card(&table(3, 1500, 0.15)))],
        derived: vec![Derived { late_over_days: 90, ratio: 0.25 }],
        trained,
        registry_hash: "sha256:01".into(),
        baselines: BTreeMap::from([("base_rate".to_owned(), 0.3), ("mean_days".to_owned(), 12.5)]),
        hazards: Some(hazards()),
        spreads: vec![HorizonSpread {
            late_over_days: 30,
            spread: Spread { strength: 20.5, clients: 60, outcomes: 900 },
        }],
        application: Some(application()),
    }
}

/// An application card of another made-up table, at the headline's horizon.
pub fn application() -> Application {
    let card = horizon(30, card(&table(4, 600, 0.4)));
    let events = [true, false, true, false];
    let metrics = |foretold: [f64; 4]| Metrics::measure(&events, &foretold).unwrap();
    let measured = ApplicationMeasured { card: metrics([0.8, 0.3, 0.6, 0.4]), without: metrics([0.5, 0.5, 0.5, 0.4]) };
    Application { card, registry_hash: "sha256:02".into(), strength: 4.0, measured }
}

/// Hazards of made-up spells, a band for each horizon of [`body`].
pub fn hazards() -> Hazards {
    let bands = Bands::new(vec![-1, 0, 5, 15, 30, 60, 90], [0, 30]).unwrap();
    let mut chance = Chance::new(6);
    let spell = |_| {
        let slow = chance.next();
        let evidence = |band: usize| BandEvidence {
            ended: (6.0 * (1.0 - slow)).floor(),
            at_risk: 6.0,
            recent_ended: 3.0 * (1.0 - slow),
            recent_at_risk: 3.0,
            told: 0.2 + 0.6 * (1.0 - slow),
            days: f64::from(bands.edges()[band] - bands.first_day(band) + 1),
        };
        let day = (chance.next() * 110.0 * slow).floor() as i32 - 10;
        let until = if chance.next() < 0.2 { 20 } else { 200 };
        let seen = Seen { until, ended: Some(day).filter(|day| *day <= until) };
        Spell { starts: -30, seen, bands: (0..bands.edges().len()).map(evidence).collect() }
    };
    let spells: Vec<Spell> = (0..1_500).map(spell).collect();
    HazardParams::default().check().unwrap().fit(&bands, &spells).unwrap()
}

pub fn artefact() -> Artefact {
    Artefact::seal(body()).unwrap()
}
