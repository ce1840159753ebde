//! Companies that nobody has asked about yet: what a register would answer, whole.
//!
//! A few of them are there to be noticed: one that objects to being shown, one just founded, one just revived, one that
//! has just moved and changed its directors, some behind one domiciliation address, some behind one director that failed.

use chrono::NaiveDate;

use super::accounts::{Statement, statements};
use super::facts::{CompanyFact, facts};
use super::fate::Fate;
use super::identity::{Company, LegalForm, Registry, Wanted};
use super::sector::Sector;
use crate::draw::calendar::{business_on_or_after, plus};
use crate::draw::chance::Chance;
use crate::draw::number::{decimal, float, whole};

/// How many there are.
const STRANGERS: usize = 48;
/// Closings of which every line is told; of older ones the three figures that any register gives.
const WHOLE_CLOSINGS: usize = 2;
/// An address that many share: a domiciliation company lets it.
const DOMICILIATION: &str = "8 PLACE DES ACACIAS, 00310 VALBREON";
/// Invented towns under postal codes that aren't given out.
const TOWNS: [&str; 6] = [
    "00110 MONTREVEL-LE-NEUF",
    "00120 SAINT-ARDAL",
    "00140 LES HAUTES-VERNES",
    "00210 PONT-D'ESTRAC",
    "00230 BRIELLE-SUR-LOVE",
    "00310 VALBREON",
];
const STREETS: [&str; 6] = [
    "RUE DES TANNEURS",
    "CHEMIN DU LAVOIR",
    "AVENUE DE LA GARE HAUTE",
    "RUE DE LA FORGE",
    "IMPASSE DES SAULES",
    "QUAI DU PORT SEC",
];

/// What is peculiar about a company.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Peculiar {
    Nothing,
    /// A natural person who objects to being shown.
    Masked,
    /// Founded some weeks ago.
    JustFounded,
    /// Struck off, and back a few weeks ago.
    JustRevived,
    /// Moved and changed its directors a few weeks ago.
    JustChanged,
    /// Behind the shared address.
    Domiciled,
    /// A holding that directs others, in liquidation itself.
    FailedDirector,
    /// Directed by that holding, and failed.
    FailedBehindDirector,
    /// Directed by that holding, and still going.
    BehindDirector,
}

/// The first few, one after the other; the rest are ordinary.
const PECULIAR: [Peculiar; 14] = [
    Peculiar::Masked,
    Peculiar::JustFounded,
    Peculiar::JustRevived,
    Peculiar::JustChanged,
    Peculiar::Domiciled,
    Peculiar::Domiciled,
    Peculiar::Domiciled,
    Peculiar::Domiciled,
    Peculiar::Domiciled,
    Peculiar::Domiciled,
    Peculiar::FailedDirector,
    Peculiar::FailedBehindDirector,
    Peculiar::FailedBehindDirector,
    Peculiar::BehindDirector,
];

/// Founds companies of a register that nobody has read, and says all that it knows of them.
pub(crate) fn strangers(seed: u64, registry: &mut Registry, as_of: NaiveDate) -> Vec<CompanyFact> {
    let mut told = Vec::new();
    let mut director = None;
    for (place, stream) in (20_001_u64..).take(STRANGERS).enumerate() {
        let mut chance = Chance::new(seed, stream);
        let peculiar = PECULIAR.get(place).copied().unwrap_or(Peculiar::Nothing);
        let company = founded(&mut chance, registry, peculiar, as_of);
        if peculiar == Peculiar::FailedDirector {
            director = Some(company.siren.clone());
        }
        let fate = fate(&mut chance, peculiar);
        let mut sheet = Sheet { company: &company, peculiar, as_of, facts: Vec::new() };
        sheet.record(&mut chance, &fate, director.as_deref());
        told.extend(sheet.facts);
    }
    told.retain(|fact| fact.known_from <= as_of);
    told.sort_by(|left, right| (&left.subject, left.known_from).cmp(&(&right.subject, right.known_from)));
    told
}

fn founded(chance: &mut Chance, registry: &mut Registry, peculiar: Peculiar, as_of: NaiveDate) -> Company {
    let mut company = registry.found(chance, Wanted { private: true, modest: true, on: as_of });
    match peculiar {
        Peculiar::Masked => company.legal_form = LegalForm::SoleTrader,
        _ if company.legal_form == LegalForm::SoleTrader => company.legal_form = LegalForm::SinglePartner,
        _ => {}
    }
    match peculiar {
        Peculiar::Nothing => {}
        Peculiar::JustFounded => company.created_on = business_on_or_after(plus(as_of, -40)),
        _ => company.created_on = company.created_on.min(business_on_or_after(plus(as_of, -1_900))),
    }
    company
}

fn fate(chance: &mut Chance, peculiar: Peculiar) -> Fate {
    match peculiar {
        Peculiar::FailedDirector | Peculiar::FailedBehindDirector => Fate::failure(chance),
        Peculiar::Nothing if chance.happens(0.12) => Fate::failure(chance),
        _ => Fate::Steady,
    }
}

/// The facts of one company while they are written down.
struct Sheet<'a> {
    company: &'a Company,
    peculiar: Peculiar,
    as_of: NaiveDate,
    facts: Vec<CompanyFact>,
}

impl Sheet<'_> {
    fn add(&mut self, kind: &'static str, value: impl Into<String>, valid_from: NaiveDate, known_from: NaiveDate) {
        let (subject, value) = (self.company.siren.clone(), value.into());
        self.facts.push(CompanyFact { subject, kind, value, valid_from, known_from });
    }

    fn record(&mut self, chance: &mut Chance, fate: &Fate, director: Option<&str>) {
        let (company, since) = (self.company, self.company.created_on);
        let known = business_on_or_after(plus(since, 10));
        let mut books = chance.clone();
        self.facts = facts(chance, company, fate, self.as_of);
        for fact in self.facts.iter_mut().filter(|fact| fact.kind == "sector") {
            naf(company.sector).clone_into(&mut fact.value);
        }
        let address = self.address(chance);
        let capital: i64 = chance.pick(&[1_000_i64, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]);
        self.add("diffusion", if self.peculiar == Peculiar::Masked { "partial" } else { "full" }, since, known);
        self.add("establishments", chance.between(1, 3).to_string(), since, known);
        self.add("registered_on", since.to_string(), since, known);
        if self.peculiar == Peculiar::Masked {
            self.facts.retain(|fact| fact.kind != "name");
        } else {
            self.add("address", address, since, known);
            self.add("share_capital", decimal(capital.saturating_mul(100)), since, known);
            self.add("vat_number", vat_number(&company.siren), since, known);
        }
        self.peculiarities(director);
        let told = statements(&mut books, company, fate);
        let first = told.len().saturating_sub(WHOLE_CLOSINGS);
        for statement in told.iter().skip(first) {
            self.lines(chance, statement, capital);
        }
    }

    fn address(&self, chance: &mut Chance) -> String {
        let own = format!("{} {}, {}", chance.between(1, 98), chance.pick(&STREETS), chance.pick(&TOWNS));
        if self.peculiar == Peculiar::Domiciled { DOMICILIATION.to_owned() } else { own }
    }

    fn peculiarities(&mut self, director: Option<&str>) {
        let as_of = self.as_of;
        let weeks_ago = |days: i64| business_on_or_after(plus(as_of, -days));
        match self.peculiar {
            Peculiar::JustRevived => {
                self.add("state", "ceased", weeks_ago(400), weeks_ago(390));
                self.add("state", "active", weeks_ago(45), weeks_ago(38));
            }
            Peculiar::JustChanged => {
                self.add("change", "seat A202600990001", weeks_ago(60), weeks_ago(52));
                self.add("change", "directors A202600990001", weeks_ago(60), weeks_ago(52));
                self.add("address", "31 RUE DE LA FORGE, 00120 SAINT-ARDAL", weeks_ago(60), weeks_ago(52));
            }
            Peculiar::FailedBehindDirector | Peculiar::BehindDirector => {
                let since = self.company.created_on;
                let director = format!("{} Président", director.unwrap_or_default());
                self.add("company_director", director, since, business_on_or_after(plus(since, 10)));
            }
            _ => {}
        }
    }

    /// Every line of one closing; they add up.
    fn lines(&mut self, chance: &mut Chance, statement: &Statement, capital: i64) {
        let Some(published) = statement.published_on else { return };
        let closed = statement.closed_on;
        self.add("filing", format!("company C{}", closed.format("%Y%m%d")), closed, published);
        if self.company.confidential {
            return;
        }
        let Statement { turnover, net_result, equity, .. } = *statement;
        let share = |chance: &mut Chance, of: i64, low: f64, high: f64| whole(float(of) * chance.uniform(low, high));
        let debts = share(chance, turnover, 0.22, 0.42).max(2 * -equity).max(1_000);
        let assets = equity + debts;
        let current = share(chance, assets, 0.55, 0.85);
        let borrowings = share(chance, debts, 0.1, 0.35);
        let added = share(chance, turnover, 0.35, 0.55);
        let charges = whole(float(borrowings) * 0.035);
        let operating = net_result + charges + whole(float(net_result.max(0)) / 3.0);
        let surplus = operating + share(chance, turnover, 0.01, 0.03);
        for (kind, euros) in [
            ("total_assets", assets),
            ("current_assets", current),
            ("receivables", share(chance, current, 0.4, 0.7)),
            ("cash", share(chance, current, 0.05, 0.25)),
            ("paid_up_capital", capital),
            ("retained_earnings", equity - capital),
            ("total_debts", debts),
            ("debts_within_year", debts - share(chance, borrowings, 0.5, 0.8)),
            ("borrowings", borrowings),
            ("suppliers", share(chance, debts - borrowings, 0.4, 0.7)),
            ("operating_result", operating),
            ("gross_operating_surplus", surplus),
            ("value_added", added),
            ("staff_costs", added - surplus),
            ("financial_charges", charges),
        ] {
            self.add(kind, decimal(euros.saturating_mul(100)), closed, published);
        }
    }
}

/// The number for VAT of a French unit: the key is (12 + 3 × (SIREN mod 97)) mod 97.
fn vat_number(siren: &str) -> String {
    let value: u64 = siren.parse().unwrap_or_default();
    format!("FR{:02}{siren}", (12 + 3 * (value % 97)) % 97)
}

/// A code of the French nomenclature of activities (NAF rev. 2) of the sector.
fn naf(sector: Sector) -> &'static str {
    match sector {
        Sector::Construction => "43.32A",
        Sector::Wholesale => "46.69B",
        Sector::Restaurants => "56.10A",
        Sector::Transport => "49.41B",
        Sector::Agencies => "73.11Z",
        Sector::PropertyDevelopment => "41.10A",
        Sector::Hairdressing => "96.02A",
        Sector::Manufacturing => "25.62B",
        Sector::ItServices => "62.02A",
        Sector::PublicBodies => "84.11Z",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::calendar::day;

    fn told() -> Vec<CompanyFact> {
        strangers(5, &mut Registry::default(), day(2026, 5, 31))
    }

    #[test]
    fn balance_sheets_add_up_and_nothing_is_known_too_early() {
        let told = told();
        assert!(told.iter().all(|fact| fact.valid_from <= fact.known_from && fact.known_from <= day(2026, 5, 31)));
        let figure = |of: &CompanyFact, kind: &str| -> f64 {
            let same = |fact: &&CompanyFact| {
                fact.subject == of.subject && fact.kind == kind && fact.valid_from == of.valid_from
            };
            told.iter().find(same).and_then(|fact| fact.value.parse().ok()).expect(kind)
        };
        let closings: Vec<&CompanyFact> = told.iter().filter(|fact| fact.kind == "total_assets").collect();
        assert!(closings.len() > 20, "{}", closings.len());
        for closing in closings {
            let assets = figure(closing, "equity") + figure(closing, "total_debts");
            assert!((assets - figure(closing, "total_assets")).abs() < 0.5);
            assert!(figure(closing, "total_assets") > 0.0);
        }
    }

    #[test]
    fn who_objects_is_not_named() {
        let told = told();
        let masked = told.iter().find(|fact| fact.value == "partial").map(|fact| &fact.subject).expect("one objects");
        assert!(!told.iter().any(|fact| fact.subject == *masked && matches!(fact.kind, "name" | "address")));
    }
}
