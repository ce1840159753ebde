//! A company's accounts as the public record has them, year by year, with published scores and ratios.

use encours_core::company::{AccountLines, CompanyView};
use encours_core::solvency::published::{
    Lacking, PublishedScore, Ratio, altman_z1, altman_z2, capital_below_half, conan_holder, ratios,
};
use encours_domain::{Day, Siren};
use serde::Serialize;

use crate::portfolio::registered_name;
use crate::{Services, ServicesError};

/// What the accounts of a company say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompanyAccounts {
    /// Its number.
    pub siren: Siren,
    /// The name under which it was last published, unless it may not be shown.
    pub name: Option<String>,
    /// Only what was known on this day is read.
    pub as_of: Day,
    /// The closings, the newest first.
    pub closings: Vec<Closing>,
}

/// One closing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Closing {
    /// Closing day.
    pub closed_on: Day,
    /// Length of the year in months.
    pub months: u8,
    /// Whether equity has fallen below half of the capital; absent where the rule is not for it, or nobody can tell.
    pub capital_below_half: Option<bool>,
    /// Ratios of which both lines are known.
    pub ratios: Vec<Ratio>,
    /// Published scores that can be computed.
    pub scores: Vec<PublishedScore>,
    /// Those that cannot, and why.
    pub not_computed: Vec<NotComputed>,
}

/// A score that cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotComputed {
    /// Which.
    pub name: &'static str,
    /// What is lacking.
    pub lacking: Lacking,
}

impl Services {
    /// The accounts of a company as they were known on a day.
    ///
    /// # Errors
    /// When the database fails, or nothing is known of the company.
    pub async fn company_accounts(&self, siren: &Siren, as_of: Day) -> Result<CompanyAccounts, ServicesError> {
        let portfolio = self.portfolio().await?;
        let facts = portfolio.facts.of(siren);
        if facts.is_empty() {
            return Err(ServicesError::NotFound { what: "company", id: siren.to_string() });
        }
        let view = CompanyView::as_known_on(facts, as_of, u16::MAX);
        let (sector, form) = (view.sector.present(), view.legal_form.present());
        let closing = |lines: &AccountLines| closing(lines, sector.map(String::as_str), form.map(String::as_str));
        let history = AccountLines::history(facts, as_of);
        let closings = history.iter().rev().map(closing).collect();
        let name = registered_name(facts).map(str::to_owned);
        Ok(CompanyAccounts { siren: siren.clone(), name, as_of, closings })
    }
}

fn closing(lines: &AccountLines, sector: Option<&str>, form: Option<&str>) -> Closing {
    let all = [
        ("Altman Z″ (1995)", altman_z2(lines)),
        ("Altman Z′ (1983)", altman_z1(lines, sector)),
        ("Conan-Holder (1979)", conan_holder(lines, sector)),
    ];
    let (mut scores, mut not_computed) = (Vec::new(), Vec::new());
    for (name, score) in all {
        match score {
            Ok(score) => scores.push(score),
            Err(lacking) => not_computed.push(NotComputed { name, lacking }),
        }
    }
    Closing {
        closed_on: lines.closed_on,
        months: lines.months,
        capital_below_half: capital_below_half(lines, form),
        ratios: ratios(lines),
        scores,
        not_computed,
    }
}
