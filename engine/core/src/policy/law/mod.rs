//! The law on terms of payment, as dated data ([`LawTable`], from `law.toml`) and the questions asked of it.
//!
//! A day or a kind of goods that the table does not hold is answered with [`Ceiling::Unknown`]: it is said, not guessed,
//! and nothing longer than payment on delivery is lawful for certain.

mod check;
mod claims;
mod clauses;
mod notes;
#[cfg(test)]
mod tests;

pub use claims::{Deadline, InterestRun, LateInterestOwed, LateInvoice};
pub use clauses::Clause;
pub use notes::LawNote;
pub(in crate::policy) use notes::{Subject, late_interest_sentence, notes};

use encours_domain::{Bilingual, Day, Money};

use super::terms::{EndOfMonth, Terms};
use super::words::date;
use claims::{BadDebtRule, InsolvencyRule, Prescription};
use clauses::ContractRule;

/// Goods under the general rule.
pub const GENERAL: &str = "general";
/// A month end is at most this far away.
const LONGEST_WAY_TO_MONTH_END: u16 = 30;

/// The law table, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct LawTable {
    version: String,
    text_hash: String,
    general: Vec<GeneralRule>,
    goods: Vec<GoodsRule>,
    public_buyers: Vec<PublicBuyers>,
    interest: Vec<InterestRow>,
    late: LateRule,
    prescriptions: Vec<Prescription>,
    insolvency: Option<InsolvencyRule>,
    contract: ContractRule,
    bad_debt: Option<BadDebtRule>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: Day,
    to: Day,
}

impl Span {
    fn holds(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

#[derive(Clone, Debug, PartialEq)]
struct GeneralRule {
    span: Span,
    article: String,
    days: u16,
    end_of_month_days: Option<u16>,
    nothing_agreed_days: u16,
}

#[derive(Clone, Debug, PartialEq)]
struct GoodsRule {
    name: String,
    says: Bilingual,
    article: String,
    span: Span,
    /// Absent: the exception exists, its length is to be checked.
    days: Option<u16>,
    end_of_month_days: Option<u16>,
    end_of_month_counts: Vec<EndOfMonth>,
    /// The code of public procurement holds, not the commercial code.
    public: bool,
}

/// Legal categories that buy under public law.
#[derive(Clone, Debug, PartialEq)]
struct PublicBuyers {
    /// The name among the goods under which their ceiling stands.
    goods: String,
    /// First digits of INSEE legal categories.
    legal_forms: Vec<String>,
}

/// The European Central Bank's rate of a half-year, with what follows from it.
#[derive(Clone, Debug, PartialEq)]
struct InterestRow {
    span: Span,
    /// Hundredths of a per cent.
    ecb: i64,
    /// Hundredths of a per cent.
    legal_rate: Option<i64>,
    sources: u16,
}

#[derive(Clone, Debug, PartialEq)]
struct LateRule {
    article: String,
    points_above_ecb: u16,
    public_points_above_ecb: u16,
    public_article: String,
    public_fixed_fee_article: String,
    fixed_fee: Money,
    fixed_fee_article: String,
    fine: Option<Fine>,
}

/// What terms above the ceiling cost whoever imposes them, at most.
#[derive(Clone, Debug, PartialEq)]
struct Fine {
    person: Money,
    company: Money,
    article: String,
}

/// The longest terms that may be agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ceiling {
    /// The table knows.
    Known {
        /// Days from the invoice.
        days: u16,
        /// Days end of month, where the law allows such terms.
        end_of_month_days: Option<u16>,
        /// In these counts.
        end_of_month_counts: Vec<EndOfMonth>,
        /// Where it stands.
        article: String,
    },
    /// The table does not know: a person must check.
    Unknown {
        /// Where it would stand, or the general article.
        article: String,
        /// Why.
        why: Bilingual,
    },
}

impl Ceiling {
    /// Whether terms stay under the ceiling for every invoice date. When the ceiling is unknown only payment on delivery
    /// is lawful for certain.
    pub fn allows(&self, terms: Terms) -> bool {
        let Ceiling::Known { days, end_of_month_days, end_of_month_counts, .. } = self else {
            return terms == Terms::net(0);
        };
        let Some(count) = terms.end_of_month else { return terms.days <= *days };
        let by_name = end_of_month_counts.contains(&count) && end_of_month_days.is_some_and(|most| terms.days <= most);
        by_name || terms.days.saturating_add(LONGEST_WAY_TO_MONTH_END) <= *days
    }

    /// Days from the invoice, when known.
    pub fn days(&self) -> Option<u16> {
        match self {
            Ceiling::Known { days, .. } => Some(*days),
            Ceiling::Unknown { .. } => None,
        }
    }
}

/// Late interest of a half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateInterest {
    /// First day of the half-year.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The rate when the contract says nothing else, in hundredths of a per cent.
    pub rate: i64,
    /// The least rate that a contract may fix (three times the legal rate), in hundredths of a per cent; absent where the law
    /// sets none.
    pub floor: Option<i64>,
    /// Independent sources read for it; one is not enough to be sure.
    pub sources: u16,
}

impl LawTable {
    /// Its name in every decision made with it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 of its text, 64 hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.text_hash
    }

    /// The ceiling for goods of this name invoiced on this day.
    pub fn ceiling(&self, goods: &str, invoice: Day) -> Ceiling {
        let Some(general) = self.general.iter().find(|rule| rule.span.holds(invoice)) else {
            return self.outside(invoice);
        };
        if goods == GENERAL {
            return Ceiling::Known {
                days: general.days,
                end_of_month_days: general.end_of_month_days,
                end_of_month_counts: general.end_of_month_days.map_or_else(Vec::new, |_| EndOfMonth::BOTH.to_vec()),
                article: general.article.clone(),
            };
        }
        let mut named = self.goods.iter().filter(|rule| rule.name == goods).peekable();
        if named.peek().is_none() {
            return not_listed(goods, &self.late.article);
        }
        let last_article =
            self.goods.iter().find(|rule| rule.name == goods).map_or("L441-11", |rule| rule.article.as_str());
        named.find(|rule| rule.span.holds(invoice)).map_or_else(|| outside(last_article, invoice), GoodsRule::ceiling)
    }

    /// What holds when nothing was agreed: 30 days, or the ceiling of the goods where it is shorter.
    pub fn when_nothing_agreed(&self, goods: &str, invoice: Day) -> Terms {
        let general =
            self.general.iter().find(|rule| rule.span.holds(invoice)).map_or(30, |rule| rule.nothing_agreed_days);
        Terms::net(self.ceiling(goods, invoice).days().map_or(general, |most| general.min(most)))
    }

    /// Late interest of the half-year of a day, when the table has it.
    pub fn late_interest(&self, day: Day) -> Option<LateInterest> {
        let row = self.interest.iter().find(|row| row.span.holds(day))?;
        let rate = row.ecb + 100 * i64::from(self.late.points_above_ecb);
        Some(LateInterest {
            from: row.span.from,
            to: row.span.to,
            rate,
            floor: row.legal_rate.map(|legal| 3 * legal),
            sources: row.sources,
        })
    }

    /// The European Central Bank's rate of the half-year of a day, hundredths of a per cent.
    fn ecb(&self, day: Day) -> Option<i64> {
        self.interest.iter().find(|row| row.span.holds(day)).map(|row| row.ecb)
    }

    /// The fixed fee for each late invoice.
    pub fn fixed_fee(&self) -> Money {
        self.late.fixed_fee
    }

    /// Under which name among the goods a public buyer's ceiling stands, by its INSEE legal category of four digits; absent
    /// for whoever buys under private law. The longest listed beginning decides.
    pub fn public_buyer(&self, legal_form: &str) -> Option<&str> {
        if legal_form.len() != 4 {
            return None;
        }
        let listed = self.public_buyers.iter().flat_map(|row| row.legal_forms.iter().map(|form| (form, &row.goods)));
        let fitting = listed.filter(|(form, _)| legal_form.starts_with(form.as_str()));
        fitting.max_by_key(|(form, _)| form.len()).map(|(_, goods)| goods.as_str())
    }

    /// Whether the code of public procurement holds for goods of this name.
    pub(in crate::policy) fn is_public(&self, goods: &str) -> bool {
        self.goods.iter().any(|rule| rule.name == goods && rule.public)
    }

    /// Whether a quote may name these goods.
    pub fn knows_goods(&self, name: &str) -> bool {
        name == GENERAL || self.goods.iter().any(|rule| rule.name == name)
    }

    /// Every kind of goods with a rule of its own, with its name in words.
    pub fn goods(&self) -> impl Iterator<Item = (&str, &Bilingual)> {
        self.goods.iter().map(|rule| (rule.name.as_str(), &rule.says))
    }
}

impl GoodsRule {
    fn ceiling(&self) -> Ceiling {
        let article = self.article.clone();
        let Some(days) = self.days else {
            let why = Bilingual::new(
                format!("une règle propre existe ({}) et sa durée est à vérifier", self.says.fr),
                format!("a rule of its own exists ({}) and its length must be checked", self.says.en),
            );
            return Ceiling::Unknown { article, why };
        };
        let (end_of_month_days, counts) = (self.end_of_month_days, self.end_of_month_counts.clone());
        Ceiling::Known { days, end_of_month_days, end_of_month_counts: counts, article }
    }
}

fn outside(article: &str, invoice: Day) -> Ceiling {
    let why = Bilingual::new(
        format!("la table de loi ne couvre pas une facture du {}", date(invoice).fr),
        format!("the law table does not cover an invoice of {}", date(invoice).en),
    );
    Ceiling::Unknown { article: article.to_owned(), why }
}

fn not_listed(goods: &str, article: &str) -> Ceiling {
    let why = Bilingual::new(
        format!("« {goods} » ne figure pas dans la table de loi"),
        format!("“{goods}” is not in the law table"),
    );
    Ceiling::Unknown { article: article.to_owned(), why }
}
