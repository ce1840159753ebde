//! An e-invoice, checked.

use serde::{Deserialize, Serialize};

use super::party::Party;
use super::raw::{RawInvoice, raw_invoice};
use super::terms::days_after_issue;
use super::values::{day_of, means_in_words};
use super::xml::{Document, Element};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::{DueDateOrigin, InvoiceKind, Place};
use crate::money::{Currency, Money};
use crate::reader::cells::name_trouble;

/// Days after which an invoice falls due that states nothing: Code de commerce, L441-10.
pub(super) const LEGAL_DAYS: i32 = 30;

/// A part of an invoice that falls due on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// The day.
    pub date: Day,
    /// Where the day comes from.
    pub origin: DueDateOrigin,
    /// How much, VAT included; negative for a credit note.
    pub amount: Money,
}

/// One e-invoice, whatever its syntax. Numbers are those of EN 16931.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EInvoice {
    /// Where its number stands; not kept.
    #[serde(skip)]
    pub place: Place,
    /// Its number (BT-1).
    pub number: String,
    /// Day of issue (BT-2).
    pub issued: Day,
    /// What it is, by its type (BT-3) and sign.
    pub kind: InvoiceKind,
    /// Whether it takes the place of the earlier invoice (types 384, 471 to 473).
    pub replaces: bool,
    /// The earlier invoice (BT-25).
    pub earlier: Option<String>,
    /// What is left to pay (BT-115) and when (BT-9, else BT-20, else the law).
    pub due: Vec<Due>,
    /// Business process (BT-23).
    pub process: Option<String>,
    /// Means of payment (BT-81), in words.
    pub means_of_payment: Option<String>,
    /// Who sells.
    pub seller: Party,
    /// Who buys.
    pub buyer: Party,
}

/// What the type of document (BT-3, UNTDID 1001) says of the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Invoice,
    Replacing,
    Deposit,
    Credit,
}

fn claim_of(code: &str) -> Option<Claim> {
    match code {
        "80" | "82" | "84" | "326" | "380" | "383" | "385" | "388" | "389" | "393" | "395" | "501" | "575" | "623"
        | "780" | "875" | "876" | "877" => Some(Claim::Invoice),
        "384" | "471" | "472" | "473" => Some(Claim::Replacing),
        "386" | "500" => Some(Claim::Deposit),
        "81" | "83" | "261" | "262" | "296" | "308" | "381" | "396" | "420" | "458" | "502" | "503" | "532" => {
            Some(Claim::Credit)
        }
        _ => None,
    }
}

/// Reads an invoice; absent when it has no claim (already paid when issued) or cannot be read, which is told.
pub(super) fn invoice(file: &str, document: &Document, report: &mut FaultReport) -> Option<EInvoice> {
    let raw = raw_invoice(document)?;
    let mut check = Check { file, document, report, is_sound: true };
    let invoice = check.invoice(&raw);
    invoice.filter(|_| check.is_sound)
}

struct Check<'c> {
    file: &'c str,
    document: &'c Document,
    report: &'c mut FaultReport,
    is_sound: bool,
}

impl<'c> Check<'c> {
    fn fault(&self, element: &Element, term: &str, reason: impl Into<String>) -> Fault {
        Fault::of_value(self.file, self.document.line_of(element), term, &element.text, reason)
    }

    fn tell(&mut self, element: &Element, term: &str, reason: impl Into<String>) {
        let fault = self.fault(element, term, reason);
        self.report.faults.push(fault);
        self.is_sound = false;
    }

    fn note(&mut self, element: &Element, term: &str, reason: impl Into<String>) {
        let note = self.fault(element, term, reason);
        self.report.notes.push(note);
    }

    fn required<'x>(&mut self, element: Option<&'x Element>, term: &str) -> Option<&'x Element> {
        if element.is_none() {
            let fault = Fault { column: Some(term.to_owned()), ..Fault::of_file(self.file, "the value is missing") };
            self.report.faults.push(fault);
            self.is_sound = false;
        }
        element
    }

    fn invoice(&mut self, raw: &RawInvoice<'_>) -> Option<EInvoice> {
        let number = self.required(raw.number, "BT-1 number");
        let issued =
            self.required(raw.issued, "BT-2 date of issue").and_then(|date| self.day(date, "BT-2 date of issue"));
        let code = self.required(raw.type_code, "BT-3 type");
        let claim = code.and_then(|code| self.claim(code));
        let currency = self.required(raw.currency, "BT-5 currency").and_then(|currency| self.currency(currency));
        let (seller, buyer) = (Party::of(&raw.seller), Party::of(&raw.buyer));
        self.parties(&seller, &buyer);
        if let Some(number) = number {
            self.name(number, "BT-1 number");
        }
        if let Some(earlier) = raw.earlier {
            self.name(earlier, "BT-25 earlier invoice");
        }
        let (number, issued, claim, currency) = (number?, issued?, claim?, currency?);
        let payable = self.payable(raw, claim, currency)?;
        let kind = match claim {
            _ if payable.minor() < 0 => InvoiceKind::CreditNote,
            Claim::Deposit => InvoiceKind::Deposit,
            _ => InvoiceKind::Invoice,
        };
        let due = self.due(raw, issued, payable)?;
        let file = 0;
        Some(EInvoice {
            place: Place { file, line: self.document.line_of(number) },
            number: number.text.clone(),
            issued,
            kind,
            replaces: claim == Claim::Replacing,
            earlier: raw.earlier.map(|earlier| earlier.text.clone()),
            due,
            process: raw.process.map(|process| process.text.clone()).filter(|text| name_trouble(text).is_none()),
            means_of_payment: raw.means.map(|means| means_in_words(&means.text)),
            seller,
            buyer,
        })
    }

    fn name(&mut self, element: &Element, term: &str) {
        if let Some(trouble) = name_trouble(&element.text) {
            self.tell(element, term, trouble);
        }
    }

    fn parties(&mut self, seller: &Party, buyer: &Party) {
        for (party, term) in [(seller, "BT-27 seller"), (buyer, "BT-44 buyer")] {
            let trouble = match party.key() {
                None => Some("neither SIREN, VAT number, electronic address nor name"),
                Some(key) => name_trouble(key).or_else(|| party.name.as_deref().and_then(name_trouble)),
            };
            if let Some(trouble) = trouble {
                let fault = Fault { column: Some(term.to_owned()), ..Fault::of_file(self.file, trouble) };
                self.report.faults.push(fault);
                self.is_sound = false;
            }
        }
    }

    fn claim(&mut self, code: &Element) -> Option<Claim> {
        let claim = claim_of(&code.text);
        if claim.is_none() {
            self.tell(code, "BT-3 type", "no claim that is known, expected such as `380`, `381`, `384` or `386`");
        }
        claim
    }

    fn currency(&mut self, element: &Element) -> Option<Currency> {
        let currency = element.text.parse().ok();
        if currency.is_none() {
            self.tell(element, "BT-5 currency", "expected a three-letter ISO 4217 code such as `EUR`");
        }
        currency
    }

    fn day(&mut self, element: &Element, term: &str) -> Option<Day> {
        match day_of(element) {
            Ok(day) => Some(day),
            Err(reason) => {
                self.tell(element, term, reason);
                None
            }
        }
    }

    fn money(&mut self, element: &Element, term: &str, currency: Currency) -> Option<Money> {
        if let Some(other) = element.attribute("currencyID").filter(|other| *other != currency.code()) {
            let reason = format!("the amount is in `{other}`, expected `{currency}` as BT-5 says");
            self.tell(element, term, reason);
            return None;
        }
        let amount = Money::parse(&element.text, currency).ok();
        if amount.is_none() {
            let example = if currency.decimals() == 0 { "1234" } else { "1234.50" };
            let expected = crate::money::allowed_decimals(currency);
            self.tell(element, term, format!("expected {expected} such as `{example}`"));
        }
        amount
    }

    /// What is left to pay, negative for a credit note. What was paid before is not of a known day: it lowers the claim
    /// and is no payment.
    fn payable(&mut self, raw: &RawInvoice<'_>, claim: Claim, currency: Currency) -> Option<Money> {
        let element = self.required(raw.payable, "BT-115 amount due")?;
        let payable = self.money(element, "BT-115 amount due", currency)?;
        let gross = match raw.gross {
            Some(gross) => Some((gross, self.money(gross, "BT-112 total with VAT", currency)?)),
            None => None,
        };
        if let Some(prepaid) = raw.prepaid {
            let amount = self.money(prepaid, "BT-113 paid before", currency)?;
            if amount.minor() != 0 {
                let reason = format!("paid before on a day that is not stated: the claim is the rest, {payable}");
                self.note(prepaid, "BT-113 paid before", reason);
            }
        }
        if let Some((element, gross)) = gross {
            self.compare_total(raw, element, gross);
            self.compare_due(raw, element, gross, payable);
        }
        if payable.minor() == 0 {
            self.note(element, "BT-115 amount due", "nothing is left to pay: no claim, and no payment to learn from");
            return None;
        }
        match claim {
            Claim::Credit if payable.minor() < 0 => {
                self.tell(
                    element,
                    "BT-115 amount due",
                    "expected a positive amount: a credit note is negative by itself",
                );
                None
            }
            Claim::Credit => Some(Money::from_minor(-payable.minor(), currency)),
            _ => Some(payable),
        }
    }

    /// Notes where net amount (BT-109) and VAT (BT-110) do not make the total.
    fn compare_total(&mut self, raw: &RawInvoice<'_>, element: &Element, gross: Money) {
        let currency = gross.currency();
        let read = |part: Option<&Element>| {
            let part = part?;
            // VAT may stand there a second time, in the currency of the books.
            let is_same = part.attribute("currencyID").is_none_or(|other| other == currency.code());
            Money::parse(&part.text, currency).ok().filter(|_| is_same)
        };
        let (Some(net), Some(vat)) = (read(raw.net), read(raw.vat)) else { return };
        if net.plus(vat).is_ok_and(|sum| sum != gross) {
            self.note(element, "BT-112 total with VAT", format!("net {net} and VAT {vat} do not make it"));
        }
    }

    /// Notes where the amount due is not the total less what was paid before, with its rounding (EN 16931, BR-CO-16).
    fn compare_due(&mut self, raw: &RawInvoice<'_>, element: &Element, gross: Money, payable: Money) {
        let currency = gross.currency();
        let read =
            |part: Option<&Element>| part.map_or(Ok(0), |part| Money::parse(&part.text, currency).map(Money::minor));
        let (Ok(prepaid), Ok(rounding)) = (read(raw.prepaid), read(raw.rounding)) else { return };
        let expected = i128::from(gross.minor()) - i128::from(prepaid) + i128::from(rounding);
        if expected != i128::from(payable.minor()) {
            let reason = format!(
                "with what was paid before (BT-113) and the rounding (BT-114) it doesn't make the amount due (BT-115), \
                 {payable}, which was taken"
            );
            self.note(element, "BT-112 total with VAT", reason);
        }
    }

    fn due(&mut self, raw: &RawInvoice<'_>, issued: Day, payable: Money) -> Option<Vec<Due>> {
        let parts = match raw.due.as_slice() {
            [] => vec![self.inferred(raw, issued, payable)?],
            [only] => {
                let date = self.day(only.date, "BT-9 due date")?;
                vec![Due { date, origin: DueDateOrigin::Stated, amount: payable }]
            }
            several => self.instalments(several, payable)?,
        };
        let early = raw.due.iter().zip(&parts).find(|(_, part)| part.date < issued);
        if let Some((due, _)) = early {
            let (date, reason) = (due.date, format!("before the day of issue, {issued}"));
            self.tell(date, "BT-9 due date", reason);
            return None;
        }
        Some(parts)
    }

    /// A due date that the invoice does not state: from its terms where they are plain, else by law.
    fn inferred(&mut self, raw: &RawInvoice<'_>, issued: Day, payable: Money) -> Option<Due> {
        let read = raw.terms.and_then(|terms| Some((terms, days_after_issue(&terms.text)?)));
        let (days, origin) = match read {
            Some((_, days)) => (days, DueDateOrigin::Stated),
            None => (LEGAL_DAYS, DueDateOrigin::LegalDefault),
        };
        let Ok(date) = issued.plus(days) else {
            self.report.faults.push(Fault::of_file(self.file, "the due date leaves the years that are accepted"));
            return None;
        };
        let basis = raw.terms.or(raw.number);
        match (read, basis) {
            (Some((terms, _)), _) => self.note(terms, "BT-20 terms", format!("no BT-9; read as due on {date}")),
            (None, Some(element)) if payable.minor() > 0 => {
                let term = if raw.terms.is_some() { "BT-20 terms" } else { "BT-1 number" };
                let reason = format!(
                    "no due date (BT-9); agreed or usual terms give one, else {date}, the legal default, which nothing is learnt from"
                );
                self.note(element, term, reason);
            }
            _ => {}
        }
        Some(Due { date, origin, amount: payable })
    }

    fn instalments(&mut self, several: &[super::raw::RawDue<'_>], payable: Money) -> Option<Vec<Due>> {
        let mut parts = Vec::new();
        for due in several {
            let date = self.day(due.date, "BT-9 due date")?;
            let amount = match due.amount {
                Some(amount) => self.money(amount, "amount of an instalment", payable.currency())?,
                None => payable,
            };
            let sign = payable.minor().signum();
            let amount = Money::from_minor(sign * amount.minor().abs(), payable.currency());
            parts.push(Due { date, origin: DueDateOrigin::Stated, amount });
        }
        let first = several.first()?;
        let alike = parts.windows(2).all(|pair| matches!(pair, [left, right] if left.date == right.date));
        if alike && several.iter().all(|due| due.amount.is_none()) {
            parts.truncate(1);
            return Some(parts);
        }
        let sum = parts.iter().map(|part| i128::from(part.amount.minor())).sum::<i128>();
        if sum != i128::from(payable.minor()) || several.iter().any(|due| due.amount.is_none()) {
            let reason = format!("several due dates whose amounts do not make {payable}, expected one or instalments");
            self.tell(first.date, "BT-9 due date", reason);
            return None;
        }
        Some(parts)
    }
}
