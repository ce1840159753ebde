//! What a claim that is late is owed and how long it lives: interest day by day, prescription, the deadline of an insolvency,
//! VAT on what is lost.

use encours_domain::{Bilingual, Day, DomainError, Money};
use serde::Serialize;

use super::{LawTable, outside};
use crate::policy::words::{amount, say};

/// Hundredths of a per cent times days of a year: what an amount times rate times days is divided by.
const PARTS: i128 = 10_000 * 365;

/// An invoice that was paid late, or is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateInvoice {
    /// What was left to pay all the while, incl. VAT.
    pub amount: Money,
    /// The day on which it fell due.
    pub due: Day,
    /// The last day that bears interest: that of the payment, or today.
    pub until: Day,
    /// Rate of the contract, hundredths of a per cent; the statutory one where it has none.
    pub contract_rate: Option<i64>,
    /// Whether the buyer is one under public law.
    pub public_buyer: bool,
    /// Day of the judgment that opened insolvency proceedings: nothing runs from it on.
    pub opened_on: Option<Day>,
}

/// A run of days at one rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InterestRun {
    /// First day that bears interest.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// How many.
    pub days: i32,
    /// A year, hundredths of a per cent.
    pub rate: i64,
    /// Interest of this run by itself, rounded; the whole is rounded once.
    pub interest: Money,
    /// The least rate that a contract may fix then, where the contract's is below it, hundredths of a per cent.
    pub below_floor: Option<i64>,
    /// Whether only one source was read for the rate.
    pub to_be_checked: bool,
}

/// What a late invoice is owed besides its amount.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LateInterestOwed {
    /// Runs of days, oldest first.
    pub runs: Vec<InterestRun>,
    /// Simple interest on the amount incl. VAT, days over 365, rounded once.
    pub interest: Money,
    /// The fixed fee for recovery; nought where nothing was late.
    pub fixed_fee: Money,
    /// Where it stands.
    pub articles: Vec<String>,
}

/// A day by which something must be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The last day.
    pub on: Day,
    /// Where it stands.
    pub article: String,
}

/// Whom a claim is against, for how long it lives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prescription {
    pub(super) against: String,
    pub(super) years: u16,
    pub(super) article: String,
    /// Whether the years run from the first day of the year after that in which it fell due.
    pub(super) from_next_year: bool,
}

/// What an insolvency asks of a creditor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InsolvencyRule {
    pub(super) claim_months: u16,
    pub(super) claim_months_abroad: u16,
    pub(super) claim_article: String,
    pub(super) title_months: u16,
    pub(super) title_article: String,
    pub(super) interest_article: String,
}

/// How VAT on a bad debt comes back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BadDebtRule {
    pub(super) article: String,
    /// To be claimed by the end of so many years after that of the loss.
    pub(super) years: u16,
}

impl LawTable {
    /// Interest and fee of a late invoice, from the day after it fell due. The statutory rate is that of each half-year; a
    /// contract's stays as agreed and is only held against each half-year's floor; a public buyer's stays that of the
    /// half-year in which interest began (R2192-31 CCP). From the opening of insolvency proceedings nothing runs (L622-28).
    ///
    /// # Errors
    /// When the amount is below nought, the rate is no rate, or the table lacks a half-year that is needed.
    pub fn late_interest_owed(&self, invoice: &LateInvoice) -> Result<LateInterestOwed, DomainError> {
        let LateInvoice { amount, due, until, contract_rate, public_buyer, opened_on } = *invoice;
        if amount.minor() <= 0 {
            return Err(DomainError::out_of_range(
                "amount",
                amount,
                "above 0: on nothing there is neither interest nor fee",
            ));
        }
        if let Some(rate) = contract_rate.filter(|rate| !(0..=10_000).contains(rate)) {
            return Err(DomainError::out_of_range("rate", format!("{rate} hundredths of a per cent"), "0 to 100 %"));
        }
        let first = due.plus(1)?;
        let last = opened_on.map_or(until, |opened| until.min(opened.plus_clamped(-1)));
        let mut runs = Vec::new();
        let (mut from, mut exact, mut sources_at_first) = (first, 0_i128, None);
        while from <= last {
            let row = self.interest.iter().find(|row| row.span.holds(from));
            let row = row.ok_or_else(|| self.unknown_half_year(from))?;
            // A public buyer's rate stays that of the half-year in which interest began, and so does what it rests on.
            let begun = *sources_at_first.get_or_insert(row.sources);
            let sources = if public_buyer { begun } else { row.sources };
            let to = last.min(row.span.to);
            let frozen = runs.first().map(|run: &InterestRun| run.rate).filter(|_| public_buyer);
            let points = if public_buyer { self.late.public_points_above_ecb } else { self.late.points_above_ecb };
            let statutory = frozen.unwrap_or(row.ecb + 100 * i64::from(points));
            let rate = contract_rate.filter(|_| !public_buyer).unwrap_or(statutory);
            let days = to.days_since(from) + 1;
            let parts = i128::from(amount.minor()) * i128::from(rate) * i128::from(days);
            exact += parts;
            let floor = row.legal_rate.map(|legal| 3 * legal);
            runs.push(InterestRun {
                from,
                to,
                days,
                rate,
                interest: rounded(parts, amount)?,
                below_floor: floor.filter(|floor| contract_rate.is_some() && !public_buyer && rate < *floor),
                to_be_checked: sources < 2 && (contract_rate.is_none() || public_buyer),
            });
            from = to.plus(1)?;
        }
        let (interest_article, fee_article) = if public_buyer {
            (&self.late.public_article, &self.late.public_fixed_fee_article)
        } else {
            (&self.late.article, &self.late.fixed_fee_article)
        };
        let is_late = first <= until;
        let fixed_fee = if is_late { self.late.fixed_fee } else { Money::zero(self.late.fixed_fee.currency()) };
        let mut articles = vec![interest_article.clone(), fee_article.clone()];
        let stops = opened_on.is_some_and(|opened| opened <= until);
        articles.extend(self.interest_stops_article().filter(|_| stops).map(str::to_owned));
        Ok(LateInterestOwed { runs, interest: rounded(exact, amount)?, fixed_fee, articles })
    }

    fn unknown_half_year(&self, day: Day) -> DomainError {
        let known = self.interest.iter().map(|row| row.span);
        let (first, last) = (known.clone().map(|span| span.from).min(), known.map(|span| span.to).max());
        let bounds = first.zip(last).map_or_else(String::new, |(first, last)| format!("{first} to {last}"));
        DomainError::out_of_range("the half-year of interest", day, format!("a day of the law table, {bounds}"))
    }

    /// The years of a prescription and their article.
    pub(super) fn prescription_rule(&self, against: &str) -> Option<(u16, &str)> {
        let rule = self.prescriptions.iter().find(|rule| rule.against == against)?;
        Some((rule.years, &rule.article))
    }

    /// The last day on which a claim can be brought to court, against `traders`, `consumers`, `public` bodies or for
    /// `transport`, from the day on which it fell due (for transport: on which the goods were delivered).
    /// A formal notice does not lengthen it; acknowledgement (a part payment is one) and a court action do.
    pub fn prescription(&self, against: &str, due: Day) -> Option<Deadline> {
        let rule = self.prescriptions.iter().find(|rule| rule.against == against)?;
        let from = if rule.from_next_year { due.end_of_year() } else { due };
        let on = from.plus_months(u32::from(rule.years) * 12).ok()?;
        Some(Deadline { on, article: rule.article.clone() })
    }

    /// By when a claim of before the opening must be declared, from the day on which the opening was published.
    pub fn claim_deadline(&self, published: Day, creditor_is_abroad: bool) -> Option<Deadline> {
        let rule = self.insolvency.as_ref()?;
        let months = if creditor_is_abroad { rule.claim_months_abroad } else { rule.claim_months };
        Some(Deadline { on: published.plus_months(u32::from(months)).ok()?, article: rule.claim_article.clone() })
    }

    /// By when goods sold under retention of title must be claimed, from the day on which the opening was published.
    pub fn title_deadline(&self, published: Day) -> Option<Deadline> {
        let rule = self.insolvency.as_ref()?;
        Some(Deadline {
            on: published.plus_months(u32::from(rule.title_months)).ok()?,
            article: rule.title_article.clone(),
        })
    }

    /// Under which article interest stops at the opening.
    pub(super) fn interest_stops_article(&self) -> Option<&str> {
        self.insolvency.as_ref().map(|rule| rule.interest_article.as_str())
    }

    /// What the duplicate of an invoice that will never be paid must say for its VAT to come back, and by when that must be
    /// claimed; `lost_on` is the day from which the claim is finally lost.
    pub fn bad_debt_wording(&self, net: Money, vat: Money, lost_on: Day) -> Option<(Bilingual, Deadline)> {
        let rule = self.bad_debt.as_ref()?;
        let (net, vat) = (amount(net), amount(vat));
        let wording = say(
            format!(
                "Facture demeurée impayée pour la somme de {} (prix net) et pour la somme de {} (taxe sur la valeur \
                    ajoutée correspondante), qui ne peut faire l’objet d’une déduction (article 272 du code général des impôts).",
                net.fr, vat.fr
            ),
            format!(
                "Invoice that remained unpaid for the sum of {} (net price) and for the sum of {} (the VAT on it), which may \
                    not be deducted (article 272 of the general tax code); the French wording is the one that counts.",
                net.en, vat.en
            ),
        );
        let on = lost_on.end_of_year().plus_months(u32::from(rule.years) * 12).ok()?;
        Some((wording, Deadline { on, article: rule.article.clone() }))
    }

    /// The table's word for a day that it does not hold.
    pub(super) fn outside(&self, invoice: Day) -> super::Ceiling {
        outside(&self.late.article, invoice)
    }
}

/// Half away from nought.
fn rounded(parts: i128, amount: Money) -> Result<Money, DomainError> {
    let minor = (parts + PARTS / 2) / PARTS;
    let minor = i64::try_from(minor);
    let minor = minor.map_err(|_| DomainError::out_of_range("interest", parts / PARTS, "an amount of 64 bits"))?;
    Ok(Money::from_minor(minor, amount.currency()))
}

#[cfg(test)]
mod tests {
    use encours_domain::Currency;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn euros(whole: i64) -> Money {
        Money::from_minor(whole * 100, Currency::EUR)
    }

    fn late(due: &str, until: &str) -> LateInvoice {
        let (due, until) = (day(due), day(until));
        LateInvoice { amount: euros(12_000), due, until, contract_rate: None, public_buyer: false, opened_on: None }
    }

    fn owed(invoice: &LateInvoice) -> LateInterestOwed {
        LawTable::shipped().unwrap().late_interest_owed(invoice).unwrap()
    }

    /// 12,000 euros due on 15 May 2026 and paid on 31 August: 46 days at 12.15 % (183.75) and 62 at 12.40 % (252.76).
    #[test]
    fn interest_takes_the_rate_of_each_half_year() {
        let found = owed(&late("2026-05-15", "2026-08-31"));
        let runs: Vec<(i32, i64, i64)> =
            found.runs.iter().map(|run| (run.days, run.rate, run.interest.minor())).collect();
        assert_eq!(runs, [(46, 1_215, 18_375), (62, 1_240, 25_276)]);
        assert_eq!((found.interest.minor(), found.fixed_fee.minor()), (43_650, 4_000));
        assert_eq!(found.articles, ["L441-10", "D441-5"]);
        assert_eq!(found.runs.iter().map(|run| run.to_be_checked).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn contract_public_and_insolvency_have_rules_of_their_own() {
        // 8 % for 108 days is 284.05; three times the legal rate was 7.86 % and is 8.25 %.
        let contract = owed(&LateInvoice { contract_rate: Some(800), ..late("2026-05-15", "2026-08-31") });
        assert_eq!(contract.interest.minor(), 28_405);
        assert_eq!(contract.runs.iter().map(|run| run.below_floor).collect::<Vec<_>>(), [None, Some(825)]);
        // 2.15 + 8 = 10.15 % for 108 days is 360.39, whatever the bank does in July.
        let public = owed(&LateInvoice { public_buyer: true, ..late("2026-05-15", "2026-08-31") });
        assert_eq!((public.interest.minor(), public.articles[0].as_str()), (36_039, "R2192-31 CCP"));
        // Opened on 10 July: 46 days at 12.15 % and 9 at 12.40 %.
        let opened = owed(&LateInvoice { opened_on: Some(day("2026-07-10")), ..late("2026-05-15", "2026-08-31") });
        assert_eq!(opened.interest.minor(), 22_044);
        assert_eq!(opened.articles.last().map(String::as_str), Some("L622-28 C. com."));
        // Begun in the half-year that two sources tell, the frozen rate rests on them.
        assert!(public.runs.iter().all(|run| !run.to_be_checked));
        let on_time = owed(&late("2026-05-15", "2026-05-15"));
        assert_eq!((on_time.interest.minor(), on_time.fixed_fee.minor(), on_time.runs.len()), (0, 0, 0));
        let law = LawTable::shipped().unwrap();
        let error = law.late_interest_owed(&late("2026-12-15", "2027-02-01")).unwrap_err();
        assert!(error.to_string().contains("2027-01-01"), "{error}");
        assert!(
            law.late_interest_owed(&LateInvoice { contract_rate: Some(-1), ..late("2026-05-15", "2026-05-20") })
                .is_err()
        );
    }

    #[test]
    fn deadlines() {
        let law = LawTable::shipped().unwrap();
        let prescribed = |against: &str, due: &str| law.prescription(against, day(due)).map(|one| one.on.to_string());
        assert_eq!(prescribed("traders", "2026-05-15").as_deref(), Some("2031-05-15"));
        assert_eq!(prescribed("traders", "2024-02-29").as_deref(), Some("2029-02-28"));
        assert_eq!(prescribed("consumers", "2026-05-15").as_deref(), Some("2028-05-15"));
        assert_eq!(prescribed("transport", "2026-05-15").as_deref(), Some("2027-05-15"));
        assert_eq!(prescribed("public", "2025-06-27").as_deref(), Some("2029-12-31"));
        assert_eq!(prescribed("gods", "2026-05-15"), None);
        let claim = |published: &str, abroad| law.claim_deadline(day(published), abroad).unwrap().on.to_string();
        assert_eq!(claim("2026-03-31", false), "2026-05-31");
        assert_eq!(claim("2025-12-31", false), "2026-02-28");
        assert_eq!(claim("2026-03-31", true), "2026-07-31");
        assert_eq!(law.title_deadline(day("2026-03-31")).unwrap().on.to_string(), "2026-06-30");
        let (wording, until) = law.bad_debt_wording(euros(1_000), euros(200), day("2026-03-31")).unwrap();
        assert!(wording.fr.starts_with("Facture demeurée impayée pour la somme de 1\u{202f}000"), "{}", wording.fr);
        assert_eq!(until.on.to_string(), "2028-12-31");
    }
}
