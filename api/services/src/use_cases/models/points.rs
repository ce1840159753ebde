//! A card as a table of points, which any program can apply; and clients as the card read them, to try it on.

use std::io::Write;
use std::path::Path;

use csv::QuoteStyle;
use encours_core::portfolio::ScoringModel;
use encours_core::portfolio::inputs::{CardInput, card_inputs};
use encours_domain::Day;
use encours_models::{Artefact, BinLabel, PairFeature};
use rust_xlsxwriter::Workbook;

use crate::folder::{expect_folder_for, write_atomically_with};
use crate::portfolio::last_day;
use crate::services::blocking;
use crate::{Moment, Services, ServicesError};

/// Columns of the table.
const COLUMNS: [&str; 9] =
    ["part", "feature", "above", "up_to", "name", "second", "second_above", "second_up_to", "points"];

/// How to apply it, in the table itself.
const RULES: [&str; 6] = [
    "score = points of base + points of one line of each feature + points of one line of each pair",
    "number: above < value <= up_to; an edge belongs to the line below it; an empty edge is without bound",
    "name: the very same text; other: any other text",
    "missing: no value, or one that is no finite number",
    "pair: both values within their bounds, edges as above; where either is missing the pair has no points",
    "numbers are written in the shortest form that reads back as the same double; compare them as doubles",
];

type Line = [String; COLUMNS.len()];

/// The lines of a model's headline card: rules, model and horizon, base, each bin of each feature, each cell of each pair.
fn lines(artefact: &Artefact) -> Vec<Line> {
    let headline = artefact.headline();
    let said = |part: &str, name: String| named(part, "", name, String::new());
    let mut lines: Vec<Line> = RULES.iter().map(|rule| said("rule", (*rule).to_owned())).collect();
    lines.push(said("model", artefact.model_id().to_owned()));
    lines.push(said("late_over_days", headline.late_over_days.to_string()));
    lines.push(named("base", "", String::new(), headline.card.base_points().to_string()));
    let features = headline.card.features();
    for feature in &features {
        for (bin, points) in feature.points.iter().enumerate() {
            let Some(label) = feature.bins.label(bin) else { continue };
            lines.push(of_bin(&feature.spec.name, label, *points));
        }
    }
    let name = |position: usize| features.get(position).map_or("", |feature| feature.spec.name.as_str());
    lines.extend(headline.card.pairs().iter().flat_map(|pair| of_pair(pair, name(pair.first), name(pair.second))));
    lines
}

fn named(part: &str, feature: &str, name: String, points: String) -> Line {
    let nothing = String::new;
    [part.to_owned(), feature.to_owned(), nothing(), nothing(), name, nothing(), nothing(), nothing(), points]
}

fn edge(edge: Option<f64>) -> String {
    edge.map_or_else(String::new, |edge| edge.to_string())
}

fn of_bin(feature: &str, label: BinLabel<'_>, points: i32) -> Line {
    let points = points.to_string();
    match label {
        BinLabel::Range { above, up_to } => {
            let nothing = String::new;
            let (part, feature) = ("number".to_owned(), feature.to_owned());
            [part, feature, edge(above), edge(up_to), nothing(), nothing(), nothing(), nothing(), points]
        }
        BinLabel::Level(name) => named("name", feature, name.to_owned(), points),
        BinLabel::Other => named("other", feature, String::new(), points),
        BinLabel::Missing => named("missing", feature, String::new(), points),
    }
}

fn of_pair(pair: &PairFeature, first: &str, second: &str) -> Vec<Line> {
    let bounds = |edges: &[f64], bin: usize| {
        let above = bin.checked_sub(1).and_then(|below| edges.get(below).copied());
        (edge(above), edge(edges.get(bin).copied()))
    };
    let mut lines = Vec::new();
    for (row, cells) in pair.points.iter().enumerate() {
        let (above, up_to) = bounds(&pair.first_edges, row);
        for (column, points) in cells.iter().enumerate() {
            let (second_above, second_up_to) = bounds(&pair.second_edges, column);
            lines.push([
                "pair".to_owned(),
                first.to_owned(),
                above.clone(),
                up_to.clone(),
                String::new(),
                second.to_owned(),
                second_above,
                second_up_to,
                points.to_string(),
            ]);
        }
    }
    lines
}

impl Services {
    /// Writes the points of a model's headline card to `out`, as CSV or as XLSX by its ending; and, where asked for, every
    /// client's next usual invoice as the card read it with the score that it gave, as CSV, as of an evening (the last day
    /// of the ledger, or today, when absent).
    ///
    /// # Errors
    /// When there is no such model, `out` ends otherwise, there is no ledger to read clients from, or a file cannot be
    /// written.
    pub async fn export_points(
        &self,
        id: &str,
        out: &Path,
        clients: Option<&Path>,
        as_of: Option<Day>,
        now: Moment,
    ) -> Result<(), ServicesError> {
        for out in std::iter::once(out).chain(clients) {
            self.data_folder().expect_outside(out)?;
        }
        let model = self.registered(id).await?;
        let lines = lines(&model.artefact);
        match out.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => write_csv(out, &COLUMNS.map(str::to_owned), lines.iter().map(|line| line.to_vec()))?,
            Some("xlsx") => write_xlsx(out, &lines)?,
            _ => {
                let (what, expected) = ("points table", "a file that ends in .csv or .xlsx".to_owned());
                return Err(ServicesError::UnknownWord { what, found: out.display().to_string(), expected });
            }
        }
        let Some(clients) = clients.map(Path::to_path_buf) else { return Ok(()) };
        let (scoring, portfolio) = (model.scoring()?, self.portfolio().await?);
        blocking(move || {
            let book = portfolio.ledger()?;
            let as_of = as_of.or_else(|| last_day(book)).unwrap_or(now.today);
            let inputs = card_inputs(book, &scoring, as_of)?;
            let record = |input: CardInput| {
                let client = std::iter::once(book.clients().text(input.client).to_owned());
                let values = input.values.into_iter().map(Option::unwrap_or_default);
                client.chain(values).chain([input.score.to_string()]).collect()
            };
            write_csv(&clients, &header(&scoring), inputs.into_iter().map(record))
        })
        .await
    }
}

/// `client_id`, the features of the card, `score`.
fn header(model: &ScoringModel) -> Vec<String> {
    let features = model.artefact().map(|artefact| artefact.headline().card.features()).unwrap_or_default();
    let names = features.into_iter().map(|feature| feature.spec.name.clone());
    std::iter::once("client_id".to_owned()).chain(names).chain(["score".to_owned()]).collect()
}

/// Texts stand in quotation marks, so that a reader can tell them from numbers.
fn write_csv(out: &Path, header: &[String], records: impl Iterator<Item = Vec<String>>) -> Result<(), ServicesError> {
    expect_folder_for(out)?;
    let failed = |source| ServicesError::Csv { path: out.to_path_buf(), source };
    write_atomically_with(out, |file| {
        let writer = std::io::BufWriter::new(file);
        let mut writer = csv::WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(writer);
        writer.write_record(header).map_err(failed)?;
        for record in records {
            writer.write_record(record).map_err(failed)?;
        }
        writer.flush().map_err(ServicesError::file("writing", out))
    })
}

/// The same table on one sheet: edges and points as numbers, everything else as text.
fn write_xlsx(out: &Path, lines: &[Line]) -> Result<(), ServicesError> {
    expect_folder_for(out)?;
    let failed =
        |source: rust_xlsxwriter::XlsxError| ServicesError::file("writing", out)(std::io::Error::other(source));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_string(0, column, name).map_err(failed)?;
    }
    for (row, line) in (1..).zip(lines) {
        for ((column, name), value) in (0..).zip(COLUMNS).zip(line).filter(|(_, value)| !value.is_empty()) {
            let is_text = matches!(name, "part" | "feature" | "name" | "second");
            let number: Option<f64> = if is_text { None } else { value.parse().ok() };
            match number {
                Some(number) => sheet.write_number(row, column, number),
                None => sheet.write_string(row, column, value),
            }
            .map_err(failed)?;
        }
    }
    let bytes = book.save_to_buffer().map_err(failed)?;
    write_atomically_with(out, |file| file.write_all(&bytes).map_err(ServicesError::file("writing", out)))
}
