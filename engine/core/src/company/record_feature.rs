//! A number or a name that a model reads of a company's public record, or of an order placed by it.

use std::collections::BTreeMap;

use encours_domain::Bilingual;
use encours_models::{Card, Column, Direction, FeatureSpec, ModelError, Table, Value};
use sha2::{Digest, Sha256};

use super::record_view::RecordView;

/// A feature: what it is called, what it reads, and how that is said.
#[derive(Debug)]
pub(crate) struct RecordFeature {
    pub(crate) name: &'static str,
    pub(crate) reads: Reads,
    pub(crate) unit: Unit,
    pub(crate) fr: &'static str,
    pub(crate) en: &'static str,
}

/// What is read; of a number, how risk is expected to move when it grows.
#[derive(Debug)]
pub(crate) enum Reads {
    Number(fn(&RecordView<'_>) -> Option<f64>, Direction),
    Name(for<'v, 'f> fn(&'v RecordView<'f>) -> Option<&'f str>),
    /// A number of an order, or of an order beside the record.
    Order(fn(&Order, &RecordView<'_>) -> Option<f64>, Direction),
}

/// An order as a card reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Order {
    /// Amount incl. VAT, euros.
    pub(crate) amount: f64,
    /// From the day of the invoice to its due date, days.
    pub(crate) terms_days: f64,
}

/// How a number is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    PerCent,
    Days,
    Years,
    Count,
    Euros,
    Name,
}

/// What is read of one company; a missing number is NaN, as in a table.
enum Read<'f> {
    Number(f64),
    Name(Option<&'f str>),
}

impl RecordFeature {
    /// As a card names it.
    pub(crate) fn spec(&self) -> FeatureSpec {
        match self.reads {
            Reads::Number(_, direction) | Reads::Order(_, direction) => FeatureSpec::numeric(self.name, direction),
            Reads::Name(_) => FeatureSpec::category(self.name),
        }
    }

    fn read<'f>(&self, record: &RecordView<'f>, order: Option<&Order>) -> Read<'f> {
        match self.reads {
            Reads::Number(read, _) => Read::Number(read(record).unwrap_or(f64::NAN)),
            Reads::Order(read, _) => Read::Number(order.and_then(|order| read(order, record)).unwrap_or(f64::NAN)),
            Reads::Name(read) => Read::Name(read(record)),
        }
    }

    /// The number that it reads of a record; nothing where it is a name or not known.
    pub(crate) fn number(&self, record: &RecordView<'_>) -> Option<f64> {
        match self.read(record, None) {
            Read::Number(number) => Some(number).filter(|number| !number.is_nan()),
            Read::Name(_) => None,
        }
    }

    /// What a card reads.
    pub(crate) fn value<'f>(&self, record: &RecordView<'f>, order: Option<&Order>) -> Value<'f> {
        match self.read(record, order) {
            Read::Number(number) => Some(number).filter(|number| !number.is_nan()).into(),
            Read::Name(name) => name.into(),
        }
    }

    /// In words, with its value.
    pub(crate) fn says(&self, record: &RecordView<'_>, order: Option<&Order>) -> Bilingual {
        let (fr, en) = match self.read(record, order) {
            Read::Name(Some(name)) => (name.to_owned(), name.to_owned()),
            Read::Number(number) if !number.is_nan() => self.unit.written(number),
            Read::Number(_) | Read::Name(None) => ("non connu".to_owned(), "not known".to_owned()),
        };
        Bilingual::new(format!("{} : {fr}", self.fr), format!("{}: {en}", self.en))
    }
}

/// Hash of a list: a model learnt from another list is refused.
pub(crate) fn hash_of(features: &[RecordFeature]) -> String {
    let mut hasher = Sha256::new();
    for feature in features {
        hasher.update(format!("{:?}", feature.spec()).as_bytes());
        hasher.update([0]);
    }
    format!("sha256:{}", crate::text_hash::hex(&hasher.finalize()))
}

/// The features of a list that a card reads, in its order; nothing where it reads another.
pub(crate) fn features_of(list: &'static [RecordFeature], card: &Card) -> Option<Vec<&'static RecordFeature>> {
    let features = card.features();
    let of = |name: &str| list.iter().find(|feature| feature.name == name);
    features.iter().map(|feature| of(&feature.spec.name)).collect()
}

/// Rows of a list of features, to learn from.
#[derive(Debug)]
pub(crate) struct RecordRows {
    features: &'static [RecordFeature],
    columns: Vec<Kept>,
}

/// One column: numbers, or names as their positions in the list of those that were seen.
#[derive(Debug)]
enum Kept {
    Numbers(Vec<f64>),
    Names(Vec<u32>, BTreeMap<String, u32>),
}

impl RecordRows {
    pub(crate) fn new(features: &'static [RecordFeature]) -> Self {
        let column = |feature: &RecordFeature| match feature.reads {
            Reads::Name(_) => Kept::Names(Vec::new(), BTreeMap::new()),
            Reads::Number(..) | Reads::Order(..) => Kept::Numbers(Vec::new()),
        };
        Self { features, columns: features.iter().map(column).collect() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, record: &RecordView<'_>, order: Option<&Order>) {
        for (feature, column) in self.features.iter().zip(&mut self.columns) {
            match (column, feature.read(record, order)) {
                (Kept::Numbers(numbers), Read::Number(number)) => numbers.push(number),
                (Kept::Names(codes, levels), Read::Name(name)) => {
                    let next = u32::try_from(levels.len()).unwrap_or(Column::MISSING);
                    codes.push(name.map_or(Column::MISSING, |name| *levels.entry(name.to_owned()).or_insert(next)));
                }
                // A feature reads what its column holds.
                (Kept::Numbers(numbers), Read::Name(_)) => numbers.push(f64::NAN),
                (Kept::Names(codes, _), Read::Number(_)) => codes.push(Column::MISSING),
            }
        }
    }

    /// The table of the rows, with what came of each and its day.
    ///
    /// # Errors
    /// When there are not as many events or days as rows.
    pub(crate) fn into_table(self, events: Vec<bool>, days: Vec<i32>) -> Result<Table, ModelError> {
        let column = |kept: Kept| match kept {
            Kept::Numbers(numbers) => Column::Numeric(numbers),
            Kept::Names(codes, levels) => {
                let mut sorted: Vec<(String, u32)> = levels.into_iter().collect();
                sorted.sort_unstable_by_key(|(_, code)| *code);
                Column::Category { codes, levels: sorted.into_iter().map(|(name, _)| name).collect() }
            }
        };
        let specs = self.features.iter().map(RecordFeature::spec).collect();
        Table::new(specs, self.columns.into_iter().map(column).collect(), events, days)
    }
}

impl Unit {
    fn written(self, number: f64) -> (String, String) {
        let whole = format!("{:.0}", number + 0.0);
        match self {
            Self::PerCent => (format!("{whole} %"), format!("{whole}%")),
            Self::Days => (format!("{whole} jours"), format!("{whole} days")),
            Self::Years => (format!("{whole} ans"), format!("{whole} years")),
            Self::Euros => (format!("{whole} €"), format!("€{whole}")),
            Self::Count | Self::Name => (whole.clone(), whole),
        }
    }
}
