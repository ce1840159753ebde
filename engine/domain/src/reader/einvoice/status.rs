//! Statuses in the life of an invoice (CDAR; AFNOR XP Z12-012).

use serde::{Deserialize, Serialize};

use super::values::day_of;
use super::xml::{Document, Element};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;
use crate::ledger::Place;
use crate::money::{Currency, Money};
use crate::reader::cells::name_trouble;

/// What a status changes for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 207: the buyer disputes the invoice.
    Disputed,
    /// 205, 209: approved or completed, which ends a dispute.
    Settled,
    /// 210 refused by the buyer, 213 rejected by a platform, 501 not receivable.
    Refused,
    /// 212: money came in, says the seller.
    Paid,
    /// 211: money was sent, says the buyer. It changes nothing.
    SaidPaid,
    /// Any other: on its way, received, suspended.
    OnItsWay,
}

impl Status {
    fn of(code: u16) -> Option<Self> {
        match code {
            207 => Some(Status::Disputed),
            205 | 209 => Some(Status::Settled),
            210 | 213 | 501 => Some(Status::Refused),
            212 => Some(Status::Paid),
            211 => Some(Status::SaidPaid),
            200..=299 | 300 | 301 | 400 | 401 | 500 | 601 => Some(Status::OnItsWay),
            _ => None,
        }
    }
}

/// Money that came in, by VAT rate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The day, where it is stated; else that of the status.
    pub date: Option<Day>,
    /// Cents, or the currency's minor unit, all rates together.
    pub minor: i64,
    /// Its currency, where it is stated; else the invoice's.
    pub currency: Option<Currency>,
}

/// One status of one invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRow {
    /// Where it stood; not kept.
    #[serde(skip)]
    pub place: Place,
    /// The seller of the invoice, where it is stated.
    pub seller: Option<Siren>,
    /// Number of the invoice.
    pub invoice: String,
    /// Day of issue of the invoice, where it is stated.
    pub issued: Option<Day>,
    /// The code, 200 to 601.
    pub code: u16,
    /// What it changes.
    pub status: Status,
    /// Day of the status.
    pub day: Day,
    /// Its moment as written, by which statuses of one day are put in order.
    pub moment: String,
    /// Why, where it is stated (a code such as `DOUBLON`).
    pub reason: Option<String>,
    /// What came in (212).
    pub receipts: Vec<Receipt>,
}

/// Reads every status of a message.
pub(super) fn statuses(file: &str, document: &Document, report: &mut FaultReport) -> Vec<StatusRow> {
    let root = &document.element;
    let sent = root.filled(&["ExchangedDocument", "IssueDateTime", "DateTimeString"]);
    let mut found = Vec::new();
    for acknowledgement in root.children("AcknowledgementDocument") {
        let moment = acknowledgement.filled(&["IssueDateTime", "DateTimeString"]).or(sent);
        for reference in acknowledgement.children("ReferenceReferencedDocument") {
            let mut check = Check { file, document, report, is_sound: true };
            if let Some(row) = check.row(reference, moment).filter(|_| check.is_sound) {
                found.push(row);
            }
        }
    }
    if found.is_empty() && report.is_clean() {
        report.faults.push(Fault::of_file(file, "the message names no invoice, expected a status of at least one"));
    }
    found
}

struct Check<'c> {
    file: &'c str,
    document: &'c Document,
    report: &'c mut FaultReport,
    is_sound: bool,
}

impl Check<'_> {
    fn tell(&mut self, element: &Element, column: &str, reason: impl Into<String>) {
        let line = self.document.line_of(element);
        self.report.faults.push(Fault::of_value(self.file, line, column, &element.text, reason));
        self.is_sound = false;
    }

    fn missing(&mut self, reference: &Element, column: &str) {
        let fault = Fault::of_line(self.file, self.document.line_of(reference), "the value is missing");
        self.report.faults.push(Fault { column: Some(column.to_owned()), ..fault });
        self.is_sound = false;
    }

    fn row(&mut self, reference: &Element, moment: Option<&Element>) -> Option<StatusRow> {
        let number = reference.filled(&["IssuerAssignedID"]);
        let code = reference.filled(&["ProcessConditionCode"]);
        match number {
            None => self.missing(reference, "MDT-87 invoice"),
            Some(number) => {
                if let Some(trouble) = name_trouble(&number.text) {
                    self.tell(number, "MDT-87 invoice", trouble);
                }
            }
        }
        let status = match code {
            None => {
                self.missing(reference, "MDT-105 status");
                None
            }
            Some(code) => self.status(code),
        };
        let day = match moment {
            None => {
                self.missing(reference, "MDT-78 moment of the status");
                None
            }
            Some(moment) => self.day(moment, "MDT-78 moment of the status"),
        };
        let issued = reference.filled(&["FormattedIssueDateTime", "DateTimeString"]);
        let issued = issued.and_then(|issued| self.day(issued, "MDT-100 date of the invoice"));
        let (number, (code, status), day) = (number?, status?, day?);
        let receipts = if status == Status::Paid { self.receipts(reference) } else { Vec::new() };
        Some(StatusRow {
            place: Place { file: 0, line: self.document.line_of(number) },
            seller: reference
                .child("IssuerTradeParty")
                .into_iter()
                .flat_map(|party| party.children("GlobalID"))
                .filter(|id| id.attribute("schemeID").is_none_or(|scheme| scheme == "0002"))
                .find_map(|id| id.text.parse().ok()),
            invoice: number.text.clone(),
            issued,
            code,
            status,
            day,
            moment: moment.map(|moment| moment.text.clone()).unwrap_or_default(),
            reason: reference.filled(&["SpecifiedDocumentStatus", "ReasonCode"]).map(|reason| reason.text.clone()),
            receipts,
        })
    }

    fn status(&mut self, element: &Element) -> Option<(u16, Status)> {
        let code = element.text.parse::<u16>().ok();
        let known = code.and_then(|code| Some((code, Status::of(code)?)));
        if known.is_none() {
            self.tell(element, "MDT-105 status", "expected a status of an invoice such as `212`");
        }
        known
    }

    fn day(&mut self, element: &Element, column: &str) -> Option<Day> {
        match day_of(element) {
            Ok(day) => Some(day),
            Err(reason) => {
                self.tell(element, column, reason);
                None
            }
        }
    }

    /// Amounts of kind MEN, one a VAT rate; those of one day and currency are one receipt.
    fn receipts(&mut self, reference: &Element) -> Vec<Receipt> {
        let amounts = reference
            .children("SpecifiedDocumentStatus")
            .flat_map(|status| status.children("SpecifiedDocumentCharacteristic"))
            .filter(|characteristic| characteristic.child("TypeCode").is_some_and(|code| code.text == "MEN"));
        let mut receipts: Vec<Receipt> = Vec::new();
        for characteristic in amounts {
            let Some(amount) = characteristic.filled(&["ValueAmount"]) else {
                self.missing(characteristic, "MDT-215 amount");
                continue;
            };
            let currency = amount.attribute("currencyID").map(str::parse::<Currency>);
            let money = Money::parse(&amount.text, currency.clone().and_then(Result::ok).unwrap_or(Currency::EUR));
            let (Ok(money), Ok(currency)) = (money, currency.transpose()) else {
                self.tell(amount, "MDT-215 amount", "expected an amount such as `1234.50` in a known currency");
                continue;
            };
            let date = characteristic.filled(&["ValueDateTime", "DateTimeString"]);
            let date = date.and_then(|date| self.day(date, "MDT-219 day of the payment"));
            let same = receipts.iter_mut().find(|receipt| (receipt.date, receipt.currency) == (date, currency));
            match same {
                Some(receipt) => receipt.minor = receipt.minor.saturating_add(money.minor()),
                None => receipts.push(Receipt { date, minor: money.minor(), currency }),
            }
        }
        if receipts.is_empty() && self.is_sound {
            self.missing(reference, "MDT-207 amounts of kind `MEN`");
        }
        receipts
    }
}
