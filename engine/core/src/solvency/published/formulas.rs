//! Altman Z″ and Z′, Conan-Holder, and the rule on lost capital.

use encours_domain::fact::FactKind;
use serde::Serialize;

use super::{Lacking, PublishedScore, Reader, Used};
use crate::company::AccountLines;

/// Where the authors of a score put a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Most firms here went on.
    Safe,
    /// Nobody can tell.
    Grey,
    /// Most firms here failed.
    Distress,
}

impl Zone {
    fn of(value: f64, distress_below: f64, safe_above: f64) -> Self {
        if value < distress_below {
            Self::Distress
        } else if value > safe_above {
            Self::Safe
        } else {
            Self::Grey
        }
    }
}

/// The four ratios that both of Altman's scores for private firms share, and the turnover to total assets.
struct Altman {
    working_capital: f64,
    retained: f64,
    operating: f64,
    equity: f64,
}

impl Altman {
    fn read(reader: &mut Reader<'_>) -> Self {
        let assets = reader.stock(FactKind::TotalAssets);
        let current = reader.stock(FactKind::CurrentAssets) - reader.stock(FactKind::DebtsWithinYear);
        Self {
            working_capital: current / assets,
            retained: reader.stock(FactKind::RetainedEarnings) / assets,
            operating: reader.flow(FactKind::OperatingResult) / assets,
            equity: reader.stock(FactKind::Equity) / reader.stock(FactKind::TotalDebts),
        }
    }

    fn used(&self) -> Vec<Used> {
        vec![
            Used { what: "working capital / total assets", value: self.working_capital },
            Used { what: "retained earnings / total assets", value: self.retained },
            Used { what: "operating result / total assets", value: self.operating },
            Used { what: "equity / total debts", value: self.equity },
        ]
    }
}

/// Altman's Z″ for firms that make nothing (1995): 6.56 WC/TA + 3.26 RE/TA + 6.72 EBIT/TA + 1.05 equity/TL. Safe above
/// 2.6, distress below 1.1.
///
/// Copies of the formula disagree on the first weight (6.5, 6.56); 6.56 is used, as Altman's own later papers have it.
///
/// # Errors
/// What is lacking.
pub fn altman_z2(lines: &AccountLines) -> Result<PublishedScore, Lacking> {
    let mut reader = Reader::new(lines);
    let x = Altman::read(&mut reader);
    reader.whole(&[FactKind::TotalAssets, FactKind::TotalDebts])?;
    let value = 6.56 * x.working_capital + 3.26 * x.retained + 6.72 * x.operating + 1.05 * x.equity;
    Ok(PublishedScore {
        name: "Altman Z″ (1995)",
        value,
        zone: Zone::of(value, 1.1, 2.6),
        outside: None,
        used: x.used(),
    })
}

/// Altman's Z′ for private manufacturers (1983): 0.717 WC/TA + 0.847 RE/TA + 3.107 EBIT/TA + 0.420 equity/TL + 0.998
/// sales/TA. Safe above 2.9, distress below 1.23. `sector` is the NAF code, where it is known.
///
/// # Errors
/// What is lacking.
pub fn altman_z1(lines: &AccountLines, sector: Option<&str>) -> Result<PublishedScore, Lacking> {
    let mut reader = Reader::new(lines);
    let x = Altman::read(&mut reader);
    let turnover = reader.flow(FactKind::Turnover) / reader.stock(FactKind::TotalAssets);
    reader.whole(&[FactKind::TotalAssets, FactKind::TotalDebts])?;
    let value =
        0.717 * x.working_capital + 0.847 * x.retained + 3.107 * x.operating + 0.420 * x.equity + 0.998 * turnover;
    let mut used = x.used();
    used.push(Used { what: "turnover / total assets", value: turnover });
    let outside = not_manufacturing(sector);
    Ok(PublishedScore { name: "Altman Z′ (1983)", value, zone: Zone::of(value, 1.23, 2.9), outside, used })
}

/// Conan and Holder's score for industrial firms with a turnover of 1.5 to 75 million euros (1979): 24 EBE/debts + 22
/// permanent capital/total assets + 16 (receivables + securities + cash)/total assets − 87 financial charges/turnover −
/// 10 staff costs/value added. Soundest above 16.4, riskiest below 6.8. Permanent capital is equity, provisions and
/// debts due after a year.
///
/// # Errors
/// What is lacking.
pub fn conan_holder(lines: &AccountLines, sector: Option<&str>) -> Result<PublishedScore, Lacking> {
    use FactKind as Kind;
    let mut reader = Reader::new(lines);
    let (assets, debts) = (reader.stock(Kind::TotalAssets), reader.stock(Kind::TotalDebts));
    let long_term = debts - reader.stock(Kind::DebtsWithinYear);
    // A form without these lines has none: they are never the whole of a total.
    let securities = lines.get(Kind::Securities).map_or(0.0, |amount| amount.major());
    let provisions = lines.get(Kind::Provisions).map_or(0.0, |amount| amount.major());
    let permanent = reader.stock(Kind::Equity) + provisions + long_term;
    let liquid = reader.stock(Kind::Receivables) + securities + reader.stock(Kind::Cash);
    let used = vec![
        Used { what: "gross operating surplus / total debts", value: reader.flow(Kind::GrossOperatingSurplus) / debts },
        Used { what: "permanent capital / total assets", value: permanent / assets },
        Used { what: "receivables and cash / total assets", value: liquid / assets },
        Used {
            what: "financial charges / turnover",
            value: reader.flow(Kind::FinancialCharges) / reader.flow(Kind::Turnover),
        },
        Used {
            what: "staff costs / value added",
            value: reader.flow(Kind::StaffCosts) / reader.flow(Kind::ValueAdded),
        },
    ];
    let turnover = reader.flow(Kind::Turnover);
    reader.whole(&[Kind::TotalAssets, Kind::TotalDebts, Kind::Turnover, Kind::ValueAdded])?;
    let value =
        used.iter().zip([24.0, 22.0, 16.0, -87.0, -10.0]).fold(0.0, |sum, (used, weight)| sum + weight * used.value);
    let size = (!(1.5e6..=75e6).contains(&turnover)).then_some("made for a turnover of 1.5 to 75 million euros");
    let outside = not_manufacturing(sector).or(size);
    Ok(PublishedScore { name: "Conan-Holder (1979)", value, zone: Zone::of(value, 6.8, 16.4), outside, used })
}

/// Divisions 10 to 33 of the NAF are manufacturing.
fn not_manufacturing(sector: Option<&str>) -> Option<&'static str> {
    let division = sector.and_then(|code| code.get(..2)?.parse::<u8>().ok());
    match division {
        Some(10..=33) => None,
        Some(_) => Some("made for manufacturers"),
        None => Some("made for manufacturers; the sector is not known"),
    }
}

/// Whether equity has fallen below half of the capital: the shareholders must then be asked whether to go on, and the
/// loss be made good within two years (Code de commerce L223-42 for a SARL, L225-248 for a SA, SAS and the like).
/// Nothing for legal forms without the rule, or where a line is not known.
pub fn capital_below_half(lines: &AccountLines, legal_form: Option<&str>) -> Option<bool> {
    // 54 SARL, 55 and 56 SA, 57 SAS, 53 commandite par actions.
    let bound =
        legal_form.is_some_and(|form| ["53", "54", "55", "56", "57"].iter().any(|prefix| form.starts_with(prefix)));
    let (equity, capital) = (lines.get(FactKind::Equity)?, lines.get(FactKind::PaidUpCapital)?);
    bound.then(|| i128::from(equity.minor()) * 2 < i128::from(capital.minor()))
}
