//! From the text of a law table to a [`LawTable`], or to every fault in it.

use encours_domain::{Bilingual, Currency, Money};

use super::claims::{BadDebtRule, InsolvencyRule, Prescription};
use super::clauses::ContractRule;
use super::{Fine, GeneralRule, GoodsRule, InterestRow, LateRule, LawTable, PublicBuyers, Span};
use crate::policy::error::PolicyError;
use crate::policy::file::ShippedLaw;
use crate::policy::file::reading::Reading;
use crate::policy::terms::EndOfMonth;

const SHIPPED: &str = include_str!("../law.toml");
const EUROPEAN: &str = include_str!("../law_eu.toml");
/// No terms that the law ever allowed are longer.
const LONGEST: u16 = 120;

impl LawTable {
    /// The text of the French table, comments and all.
    pub const DEFAULT_TEXT: &'static str = SHIPPED;

    /// The French table.
    ///
    /// # Errors
    /// Never with the shipped text, which the tests read.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::from_toml(SHIPPED)
    }

    /// The table that is shipped under a name.
    ///
    /// # Errors
    /// Never with the shipped texts, which the tests read.
    pub fn shipped_for(law: ShippedLaw) -> Result<Self, PolicyError> {
        match law {
            ShippedLaw::France => Self::from_toml(SHIPPED),
            ShippedLaw::Europe => Self::from_toml(EUROPEAN),
        }
    }

    /// Every text that is shipped.
    pub const TEXTS: [&'static str; 2] = [SHIPPED, EUROPEAN];

    /// Reads and checks a law table.
    ///
    /// # Errors
    /// [`PolicyError::Syntax`] when it is no TOML, else [`PolicyError::Faults`] with every fault.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let mut reading = Reading::of("the law table", text)?;
        let table = Self {
            version: reading.text("version"),
            text_hash: crate::text_hash::of(text),
            general: rows(&mut reading, "general", general_rule),
            goods: rows(&mut reading, "goods", goods_rule),
            public_buyers: any_rows(&mut reading, "public_buyers", public_buyers),
            interest: rows(&mut reading, "interest", interest_row),
            late: late_rule(&mut reading),
            prescriptions: any_rows(&mut reading, "prescription", prescription),
            insolvency: section(&mut reading, "insolvency", insolvency_rule),
            contract: section(&mut reading, "contract", contract_rule).unwrap_or_else(ContractRule::before_it_was_data),
            bad_debt: section(&mut reading, "bad_debt", bad_debt_rule),
        };
        listed_goods(&mut reading, &table);
        no_overlap(&mut reading, "general", table.general.iter().map(|rule| ("", rule.span)).collect());
        no_overlap(&mut reading, "goods", table.goods.iter().map(|rule| (rule.name.as_str(), rule.span)).collect());
        no_overlap(&mut reading, "interest", table.interest.iter().map(|row| ("", row.span)).collect());
        reading.done(table)
    }
}

fn rows<T>(reading: &mut Reading, name: &str, row: impl Fn(&mut Reading, &str) -> T) -> Vec<T> {
    let count = reading.count(name);
    if count == 0 {
        reading.fault(name, "nothing", format!("at least one table [[{name}]]"));
    }
    any_rows(reading, name, row)
}

/// As [`rows`], where the law may have none.
fn any_rows<T>(reading: &mut Reading, name: &str, row: impl Fn(&mut Reading, &str) -> T) -> Vec<T> {
    (0..reading.count(name)).map(|index| row(reading, &format!("{name}[{index}]"))).collect()
}

/// A section that a law may lack.
fn section<T>(reading: &mut Reading, name: &str, read: impl Fn(&mut Reading) -> T) -> Option<T> {
    reading.has(name).then(|| read(reading))
}

fn prescription(reading: &mut Reading, row: &str) -> Prescription {
    Prescription {
        against: reading.text(&format!("{row}.against")),
        years: reading.whole(&format!("{row}.years"), 1..=30),
        article: reading.text(&format!("{row}.article")),
        from_next_year: flag(reading, &format!("{row}.from_next_year")),
    }
}

fn insolvency_rule(reading: &mut Reading) -> InsolvencyRule {
    InsolvencyRule {
        claim_months: reading.whole("insolvency.claim_months", 1..=24),
        claim_months_abroad: reading.whole("insolvency.claim_months_abroad", 1..=24),
        claim_article: reading.text("insolvency.claim_article"),
        title_months: reading.whole("insolvency.title_months", 1..=24),
        title_article: reading.text("insolvency.title_article"),
        interest_article: reading.text("insolvency.interest_article"),
    }
}

fn contract_rule(reading: &mut Reading) -> ContractRule {
    let mut article = |name: &str| {
        let field = format!("contract.{name}_article");
        reading.has(&field).then(|| reading.text(&field))
    };
    ContractRule {
        deposit: article("deposit"),
        title: article("title"),
        no_discount: article("no_discount"),
        break_up: article("break_up"),
    }
}

fn bad_debt_rule(reading: &mut Reading) -> BadDebtRule {
    BadDebtRule { article: reading.text("bad_debt.article"), years: reading.whole("bad_debt.years", 0..=10) }
}

fn span(reading: &mut Reading, row: &str) -> Span {
    let (from, to) = (reading.day(&format!("{row}.from")), reading.day(&format!("{row}.to")));
    if to < from {
        reading.fault(&format!("{row}.to"), to.to_string(), format!("{from} or later"));
    }
    Span { from, to }
}

fn general_rule(reading: &mut Reading, row: &str) -> GeneralRule {
    GeneralRule {
        span: span(reading, row),
        article: reading.text(&format!("{row}.article")),
        days: reading.whole(&format!("{row}.days"), 1..=LONGEST),
        end_of_month_days: optional_days(reading, &format!("{row}.end_of_month_days")),
        nothing_agreed_days: reading.whole(&format!("{row}.nothing_agreed_days"), 1..=LONGEST),
    }
}

fn goods_rule(reading: &mut Reading, row: &str) -> GoodsRule {
    let says = Bilingual::new(reading.text(&format!("{row}.fr")), reading.text(&format!("{row}.en")));
    GoodsRule {
        name: reading.text(&format!("{row}.name")),
        says,
        article: reading.text(&format!("{row}.article")),
        span: span(reading, row),
        days: optional_days(reading, &format!("{row}.days")),
        end_of_month_days: optional_days(reading, &format!("{row}.end_of_month_days")),
        end_of_month_counts: counts(reading, &format!("{row}.end_of_month_counts")),
        public: flag(reading, &format!("{row}.public")),
    }
}

/// `false` where the file says nothing.
fn flag(reading: &mut Reading, field: &str) -> bool {
    reading.has(field) && reading.flag(field)
}

fn public_buyers(reading: &mut Reading, row: &str) -> PublicBuyers {
    let field = format!("{row}.legal_forms");
    let legal_forms = reading.texts(&field);
    let digits = |form: &String| (1..=4).contains(&form.len()) && form.bytes().all(|byte| byte.is_ascii_digit());
    if !legal_forms.iter().all(digits) {
        reading.fault(&field, legal_forms.join(", "), "the first one to four digits of legal categories");
    }
    PublicBuyers { goods: reading.text(&format!("{row}.goods")), legal_forms }
}

/// A public buyer's ceiling must stand among the goods, and each beginning in one row only.
fn listed_goods(reading: &mut Reading, table: &LawTable) {
    let mut seen: Vec<&String> = Vec::new();
    for (index, row) in table.public_buyers.iter().enumerate() {
        if !table.is_public(&row.goods) {
            let allowed = "the name of a table [[goods]] with `public = true`";
            reading.fault(&format!("public_buyers[{index}].goods"), format!("\"{}\"", row.goods), allowed);
        }
        for form in &row.legal_forms {
            if seen.contains(&form) {
                let field = format!("public_buyers[{index}].legal_forms");
                reading.fault(&field, format!("\"{form}\""), "each beginning once");
            }
            seen.push(form);
        }
    }
}

fn optional_days(reading: &mut Reading, field: &str) -> Option<u16> {
    reading.has(field).then(|| reading.whole(field, 0..=LONGEST))
}

fn counts(reading: &mut Reading, field: &str) -> Vec<EndOfMonth> {
    if !reading.has(field) {
        return EndOfMonth::BOTH.to_vec();
    }
    let words = reading.texts(field);
    let known: Vec<EndOfMonth> =
        EndOfMonth::BOTH.into_iter().filter(|count| words.iter().any(|word| word == count.code())).collect();
    if known.len() != words.len() {
        let allowed = EndOfMonth::BOTH.map(EndOfMonth::code).join(", ");
        reading.fault(field, words.join(", "), format!("each once of: {allowed}"));
    }
    known
}

fn interest_row(reading: &mut Reading, row: &str) -> InterestRow {
    let legal_rate = format!("{row}.legal_rate");
    InterestRow {
        span: span(reading, row),
        ecb: per_cent(reading, &format!("{row}.ecb")),
        legal_rate: reading.has(&legal_rate).then(|| per_cent(reading, &legal_rate)),
        sources: reading.whole(&format!("{row}.sources"), 1..=99),
    }
}

/// A rate such as `"3.15"`, in hundredths: read like an amount, so that no float comes in.
fn per_cent(reading: &mut Reading, field: &str) -> i64 {
    let text = reading.text(field);
    let hundredths =
        Money::parse(&text, Currency::EUR).map(Money::minor).ok().filter(|rate| (0..=10_000).contains(rate));
    hundredths.unwrap_or_else(|| {
        if !text.is_empty() {
            reading.fault(field, format!("\"{text}\""), "a text from \"0.00\" to \"100.00\", two decimals at most");
        }
        0
    })
}

fn late_rule(reading: &mut Reading) -> LateRule {
    LateRule {
        article: reading.text("late.article"),
        points_above_ecb: reading.whole("late.points_above_ecb", 0..=50),
        public_points_above_ecb: reading.whole("late.public_points_above_ecb", 0..=50),
        public_article: reading.text("late.public_article"),
        public_fixed_fee_article: reading.text("late.public_fixed_fee_article"),
        fixed_fee: reading.money("late.fixed_fee"),
        fixed_fee_article: reading.text("late.fixed_fee_article"),
        fine: reading.has("late.fine_article").then(|| Fine {
            person: reading.money("late.fine_person"),
            company: reading.money("late.fine_company"),
            article: reading.text("late.fine_article"),
        }),
    }
}

/// Two rows for the same thing on the same day would make the answer depend on their order.
fn no_overlap(reading: &mut Reading, name: &str, rows: Vec<(&str, Span)>) {
    for (later, (thing, span)) in rows.iter().enumerate() {
        let clash = rows
            .iter()
            .take(later)
            .position(|(other, held)| other == thing && held.from <= span.to && span.from <= held.to);
        if let Some(earlier) = clash {
            let found = format!("{} to {}", span.from, span.to);
            reading.fault(
                &format!("{name}[{later}].from"),
                found,
                format!("days that {name}[{earlier}] does not hold"),
            );
        }
    }
}
