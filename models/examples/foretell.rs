//! Learns from some rows of a CSV and foretells the others: how any table is tried on the cards of this crate.
//!
//! `foretell IN.csv OUT.csv [NAME=VALUE...]`. Columns of IN: `event` (0 or 1), `day` (a whole number: learning stops on the
//! latest), `part` (`learn` or `foretell`), and any number of features, empty where missing. A feature whose name ends in
//! `:up` or `:down` is held to that direction of risk. OUT gets one probability for each row to foretell, in their order.
//! `card=scorecard` fits the plain card; the other names are those of [`AdditiveParams`] (`from_plain`, `seed`, `most_pairs`,
//! `pair_features`, `pair_bins`, `learning_rate`, `rounds`, `patience`, `ridge`) and, of its bins, of [`BinningParams`]
//! (`quantiles`, `rare_quantiles`, `minimum_rows`).
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example reads files and prints; the crate itself does neither"
)]

use std::error::Error;

use encours_models::{
    AdditiveParams, BinningParams, Card, Column, Direction, FeatureSpec, ParamGuard, ScorecardParams, Table, Value,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, settings @ ..] = arguments.as_slice() else {
        return Err("usage: foretell IN.csv OUT.csv [NAME=VALUE...]".into());
    };
    let rows = Rows::read(input)?;
    let card = settings.iter().try_fold(Recipe::default(), Recipe::with)?.fit(&rows.table()?)?;
    let mut writer = csv::Writer::from_path(output)?;
    writer.write_record(["probability"])?;
    let places = rows.places(&card);
    for row in rows.asked(&places) {
        writer.write_record([card.score_row(&row)?.probability.to_string()])?;
    }
    writer.flush()?;
    for pair in card.pairs() {
        let features = card.features();
        println!("pair {} x {}", features[pair.first].spec.name, features[pair.second].spec.name);
    }
    Ok(())
}

/// What to fit, and how.
#[derive(Default)]
struct Recipe {
    scorecard: bool,
    additive: AdditiveParams,
    binning: Option<BinningParams>,
}

impl Recipe {
    fn with(mut self, setting: &String) -> Outcome<Self> {
        let (name, value) = setting.split_once('=').ok_or_else(|| format!("found {setting}, allowed NAME=VALUE"))?;
        let binning = || self.binning.clone().unwrap_or_else(AdditiveParams::fine_bins);
        match name {
            "card" => self.scorecard = value == "scorecard",
            "from_plain" => self.additive = self.additive.from_plain(value.parse()?),
            "seed" => self.additive = self.additive.seed(value.parse()?),
            "most_pairs" => self.additive = self.additive.most_pairs(value.parse()?),
            "pair_features" => self.additive = self.additive.pair_features(value.parse()?),
            "pair_bins" => self.additive = self.additive.pair_bins(value.parse()?),
            "learning_rate" => self.additive = self.additive.learning_rate(value.parse()?),
            "patience" => self.additive = self.additive.patience(value.parse()?),
            "rounds" => self.additive = self.additive.rounds(value.parse()?),
            "ridge" => self.additive = self.additive.ridge(value.parse()?),
            "quantiles" => self.binning = Some(binning().quantiles(value.parse()?)),
            "rare_quantiles" => self.binning = Some(binning().rare_quantiles(value.parse()?)),
            "minimum_rows" => self.binning = Some(binning().minimum_rows(value.parse()?)),
            other => return Err(format!("found the setting {other}, which isn't one").into()),
        }
        Ok(self)
    }

    fn fit(self, table: &Table) -> Outcome<Card> {
        if self.scorecard {
            return Ok(ScorecardParams::default().check()?.fit(table)?.into());
        }
        let params = match self.binning {
            Some(binning) => self.additive.binning(binning),
            None => self.additive,
        };
        Ok(params.check()?.fit(table)?.into())
    }
}

/// The rows of a file, feature by feature.
struct Rows {
    specs: Vec<FeatureSpec>,
    /// One list a feature, one entry a row; NaN is missing.
    values: Vec<Vec<f64>>,
    events: Vec<bool>,
    days: Vec<i32>,
    learn: Vec<bool>,
}

impl Rows {
    fn read(path: &str) -> Outcome<Self> {
        let mut reader = csv::Reader::from_path(path)?;
        let header = reader.headers()?.clone();
        let features: Vec<usize> =
            (0..header.len()).filter(|at| !matches!(&header[*at], "event" | "day" | "part")).collect();
        let place = |name: &str| {
            header.iter().position(|found| found == name).ok_or_else(|| format!("{path} has no column {name}"))
        };
        let (event, day, part) = (place("event")?, place("day")?, place("part")?);
        let specs = features.iter().map(|at| spec(&header[*at])).collect();
        let mut rows = Self {
            specs,
            values: vec![Vec::new(); features.len()],
            events: Vec::new(),
            days: Vec::new(),
            learn: Vec::new(),
        };
        for record in reader.records() {
            let record = record?;
            rows.events.push(&record[event] == "1");
            rows.days.push(record[day].parse()?);
            rows.learn.push(&record[part] == "learn");
            for (values, at) in rows.values.iter_mut().zip(&features) {
                let found = &record[*at];
                values.push(if found.is_empty() { f64::NAN } else { found.parse()? });
            }
        }
        Ok(rows)
    }

    /// The rows to learn from.
    fn table(&self) -> Outcome<Table> {
        let kept = |values: &Vec<f64>| Column::Numeric(self.taught(values));
        let columns = self.values.iter().map(kept).collect();
        Ok(Table::new(self.specs.clone(), columns, self.taught(&self.events), self.taught(&self.days))?)
    }

    fn taught<T: Copy>(&self, values: &[T]) -> Vec<T> {
        values.iter().zip(&self.learn).filter_map(|(value, learn)| learn.then_some(*value)).collect()
    }

    /// Where the features that a card reads stand.
    fn places(&self, card: &Card) -> Vec<usize> {
        let place = |name: &str| self.specs.iter().position(|spec| spec.name == name);
        card.features().iter().filter_map(|feature| place(&feature.spec.name)).collect()
    }

    /// The rows to foretell, the values at `places` of each.
    fn asked<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = Vec<Value<'a>>> {
        let rows = (0..self.learn.len()).filter(|row| !self.learn[*row]);
        rows.map(|row| places.iter().map(|at| number(self.values[*at][row])).collect())
    }
}

fn number(value: f64) -> Value<'static> {
    if value.is_nan() { Value::Missing } else { Value::Number(value) }
}

fn spec(name: &str) -> FeatureSpec {
    match name.rsplit_once(':') {
        Some((name, "up")) => FeatureSpec::numeric(name, Direction::RiskUp),
        Some((name, "down")) => FeatureSpec::numeric(name, Direction::RiskDown),
        _ => FeatureSpec::numeric(name, Direction::Free),
    }
}
