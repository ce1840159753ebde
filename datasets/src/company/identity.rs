//! Who a company is.

use chrono::NaiveDate;

use super::names::{Kind, NameGiver};
use super::region::Region;
use super::sector::{Sector, Size};
use super::siren::SirenIssuer;
use crate::draw::calendar::{business_on_or_after, plus};
use crate::draw::chance::Chance;
use crate::draw::number::whole;

/// Legal category, as INSEE numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalForm {
    /// A natural person trading under their own responsibility.
    SoleTrader,
    /// Limited company with one partner (EURL): a legal person all the same.
    SinglePartner,
    /// Limited company (SARL).
    Limited,
    /// Simplified joint-stock company (SAS).
    Simplified,
    /// Simplified joint-stock company with one shareholder (SASU).
    SimplifiedSingle,
    /// Joint-stock company with a board (SA).
    JointStock,
    /// Commune.
    Commune,
    /// Department.
    Department,
    /// Region.
    Region,
}

impl LegalForm {
    /// The four digits in the files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SoleTrader => "1000",
            Self::SinglePartner => "5498",
            Self::Limited => "5499",
            Self::Simplified => "5710",
            Self::SimplifiedSingle => "5720",
            Self::JointStock => "5599",
            Self::Commune => "7210",
            Self::Department => "7220",
            Self::Region => "7230",
        }
    }

    /// Whether this form files yearly accounts with the register.
    #[must_use]
    pub fn files_accounts(self) -> bool {
        !self.is_public() && self != Self::SoleTrader
    }

    /// A body that can't fail.
    #[must_use]
    pub fn is_public(self) -> bool {
        matches!(self, Self::Commune | Self::Department | Self::Region)
    }

    fn draw(chance: &mut Chance, sector: Sector, size: Size) -> Self {
        match (sector, size) {
            (Sector::PublicBodies, Size::Above) => chance.weighted(&[(Self::Department, 2.0), (Self::Region, 1.0)]),
            (Sector::PublicBodies, _) => Self::Commune,
            (_, Size::UpTo2) => chance.weighted(&[
                (Self::SoleTrader, sole_traders(sector)),
                (Self::SinglePartner, 30.0),
                (Self::Limited, 22.0),
                (Self::SimplifiedSingle, 30.0),
            ]),
            (_, Size::UpTo9) => chance.weighted(&[
                (Self::SinglePartner, 18.0),
                (Self::Limited, 42.0),
                (Self::Simplified, 25.0),
                (Self::SimplifiedSingle, 15.0),
            ]),
            (_, Size::UpTo49) => chance.weighted(&[(Self::Limited, 40.0), (Self::Simplified, 60.0)]),
            _ => chance.weighted(&[(Self::Simplified, 72.0), (Self::JointStock, 28.0)]),
        }
    }
}

fn sole_traders(sector: Sector) -> f64 {
    match sector {
        Sector::Hairdressing | Sector::Restaurants | Sector::Construction => 26.0,
        Sector::PropertyDevelopment | Sector::Wholesale => 0.0,
        _ => 6.0,
    }
}

/// A company that doesn't exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Nine digits of the unassigned range.
    pub siren: String,
    /// Invented name.
    pub name: String,
    /// Legal category.
    pub legal_form: LegalForm,
    /// What it does.
    pub sector: Sector,
    /// Staff band.
    pub size: Size,
    /// Seat.
    pub region: Region,
    /// When it was founded.
    pub created_on: NaiveDate,
    /// Month in which its business year ends, 1 to 12.
    pub(crate) closing_month: u32,
    /// Whether it asks the register to keep its accounts confidential.
    pub(crate) confidential: bool,
    /// Hidden financial strength, normal around 0: drives equity, and pay habits a little.
    pub(crate) strength: f64,
}

impl Company {
    /// Factor on the usual delay.
    pub(crate) fn slowness(&self) -> f64 {
        let own = match self.legal_form {
            LegalForm::Commune => 0.95,
            LegalForm::Department => 1.5,
            LegalForm::Region => 1.8,
            _ => self.size.slowness() * self.region.slowness,
        };
        own * self.sector.slowness()
    }
}

/// What kind of company is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// No public body.
    pub private: bool,
    /// Fewer than 200 staff.
    pub modest: bool,
    /// It exists on this day.
    pub on: NaiveDate,
}

/// Founds companies; no number and no name twice.
#[derive(Default)]
pub(crate) struct Registry {
    issuer: SirenIssuer,
    names: NameGiver,
}

impl Registry {
    pub(crate) fn found(&mut self, chance: &mut Chance, wanted: Wanted) -> Company {
        let sector = Sector::draw(chance, wanted.private);
        let size = Size::draw(chance, sector, wanted.modest);
        let legal_form = LegalForm::draw(chance, sector, size);
        let kind = name_kind(chance, legal_form, size);
        Company {
            siren: self.issuer.issue(chance),
            name: self.names.name(chance, sector, kind),
            legal_form,
            sector,
            size,
            region: Region::draw(chance),
            created_on: founding_day(chance, wanted.on, size),
            closing_month: chance.weighted(&[(12, 66.0), (6, 12.0), (9, 12.0), (3, 10.0)]),
            confidential: chance.happens(confidentiality(size)),
            strength: chance.normal(),
        }
    }
}

fn name_kind(chance: &mut Chance, legal_form: LegalForm, size: Size) -> Kind {
    match (legal_form, size) {
        (LegalForm::SoleTrader, _) => Kind::Trade,
        (LegalForm::Commune, Size::UpTo999) => Kind::Public("Ville de {}"),
        (LegalForm::Commune, _) => Kind::Public(chance.pick(&[
            "Commune de {}",
            "Mairie de {}",
            "Commune de Saint-{}",
            "Mairie de {}-le-Grand",
        ])),
        (LegalForm::Department, _) => Kind::Public("Département de la Haute-{}"),
        (LegalForm::Region, _) => Kind::Public("Région {}"),
        _ => Kind::Company,
    }
}

/// Older when larger: a company of a thousand isn't two years old.
fn founding_day(chance: &mut Chance, on: NaiveDate, size: Size) -> NaiveDate {
    let (median, least) = match size {
        Size::UpTo2 => (6.0, 0.3),
        Size::UpTo9 => (9.0, 0.8),
        Size::UpTo49 => (15.0, 3.0),
        _ => (28.0, 8.0),
    };
    let years = chance.log_normal(median, 0.75).clamp(least, 70.0);
    business_on_or_after(plus(on, -whole(365.25 * years)))
}

/// Share of companies of this size that keep their accounts confidential.
fn confidentiality(size: Size) -> f64 {
    match size {
        Size::UpTo2 => 0.52,
        Size::UpTo9 => 0.47,
        Size::UpTo49 => 0.34,
        _ => 0.0,
    }
}
