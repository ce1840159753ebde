//! The form of the prospect check: what was typed, and the quote that it says.

use encours_core::policy::EndOfMonth;
use encours_domain::{Day, DomainError, Share};
use encours_services::{Asked, AssessRequest};
use serde::Deserialize;

use super::typed;
use crate::labels::capital;
use crate::view::BETWEEN;
use crate::words::Lang;

/// The form as it was sent; every field is a text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Name, id or SIREN; or name and id.
    pub q: String,
    /// Amount excl. VAT.
    pub amount: String,
    /// Days of credit.
    pub terms: String,
    /// `days_then_month_end`, `month_end_then_days`, or nothing.
    pub end_of_month: String,
    /// Hundredths.
    pub margin: String,
    /// Hundredths.
    pub deposit: String,
    /// Hundredths.
    pub vat: String,
    /// ISO.
    pub delivery: String,
    /// A name of the law table, or nothing.
    pub goods: String,
}

/// What is wrong with a field, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<(&'static str, String)>);

impl Faults {
    /// The sentence under a field, if there is one.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, says)| says.as_str())
    }

    fn keep<T>(&mut self, field: &'static str, read: Result<T, String>) -> Option<T> {
        read.map_err(|says| self.0.push((field, capital(&says)))).ok()
    }
}

/// A quote whose fields were all understood.
#[derive(Clone, Debug)]
pub struct Asking {
    amount: String,
    vat_rate: Option<f64>,
    margin: Option<f64>,
    terms_days: Option<u16>,
    end_of_month: Option<EndOfMonth>,
    deposit: Option<f64>,
    delivery_date: Option<Day>,
    goods: Option<String>,
}

impl Typed {
    /// Nothing was typed yet.
    pub fn is_empty(&self) -> bool {
        self.q.trim().is_empty() && self.amount.trim().is_empty()
    }

    /// A client was chosen and nothing else said yet, as the lists on the first page do.
    pub fn names_only_a_client(&self) -> bool {
        matches!(self.fields().as_slice(), [("q", _)])
    }

    /// Id or SIREN of a client that was chosen from the list, else what was typed.
    pub fn subject(&self) -> &str {
        self.q.rsplit(BETWEEN).next().unwrap_or(&self.q).trim()
    }

    /// Whether a field of the second row was filled in.
    pub fn has_more(&self) -> bool {
        [&self.end_of_month, &self.deposit, &self.vat, &self.delivery, &self.goods]
            .into_iter()
            .any(|field| !field.trim().is_empty())
    }

    /// Every field that was filled in, with its name.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        let Self { q, amount, terms, end_of_month, margin, deposit, vat, delivery, goods } = self;
        let fields = [
            ("q", q),
            ("amount", amount),
            ("terms", terms),
            ("end_of_month", end_of_month),
            ("margin", margin),
            ("deposit", deposit),
            ("vat", vat),
            ("delivery", delivery),
            ("goods", goods),
        ];
        fields.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same form for another client, as the query of an address.
    pub fn query_for(&self, client: &str) -> String {
        let typed = Self { q: client.to_owned(), ..self.clone() };
        let pairs: Vec<String> =
            typed.fields().into_iter().map(|(name, value)| format!("{name}={}", super::escaped(value))).collect();
        pairs.join("&")
    }

    /// Reads every field.
    ///
    /// # Errors
    /// Every field that was not understood.
    pub fn read(&self, lang: Lang) -> Result<Asking, Faults> {
        let mut faults = Faults::default();
        let nobody = lang.pick("indiquez un client, un prospect ou un SIREN", "name a client, a prospect or a SIREN");
        let subject = if self.q.trim().is_empty() { Err(nobody.to_owned()) } else { Ok(()) };
        faults.keep("q", subject);
        let amount = faults.keep("amount", typed::amount(&self.amount, lang).map_err(said));
        let terms = faults.keep("terms", self.read_terms(lang));
        let [margin, deposit, vat] = [("margin", &self.margin), ("deposit", &self.deposit), ("vat", &self.vat)]
            .map(|(name, text)| faults.keep(name, optional(text, |text| typed::hundredths(text, lang).map_err(said))));
        let delivery = faults.keep("delivery", optional(&self.delivery, |text| text.parse::<Day>().map_err(said)));
        let (Some(amount), Some((terms_days, end_of_month)), Some(delivery_date)) = (amount, terms, delivery) else {
            return Err(faults);
        };
        if faults != Faults::default() {
            return Err(faults);
        }
        let share = |read: Option<Option<Share>>| read.flatten().map(Share::value);
        let (margin, deposit, vat_rate) = (share(margin), share(deposit), share(vat));
        let goods = Some(self.goods.trim()).filter(|goods| !goods.is_empty()).map(str::to_owned);
        let amount = amount.decimal();
        Ok(Asking { amount, vat_rate, margin, terms_days, end_of_month, deposit, delivery_date, goods })
    }

    fn read_terms(&self, lang: Lang) -> Result<(Option<u16>, Option<EndOfMonth>), String> {
        let days = optional(&self.terms, |text| {
            let days = text.parse::<u16>().ok().filter(|days| *days <= 365);
            days.ok_or_else(|| lang.pick("un nombre de jours, de 0 à 365", "a number of days, 0 to 365").to_owned())
        })?;
        let count = EndOfMonth::BOTH.into_iter().find(|count| count.code() == self.end_of_month);
        if count.is_some() && days.is_none() {
            return Err(lang.pick("indiquez aussi le nombre de jours", "give the number of days as well").to_owned());
        }
        Ok((days, count))
    }
}

impl Asking {
    /// The question put to the engine. A page looks; it stores only when told to.
    pub fn request(&self, subject: &str, store: bool) -> AssessRequest {
        let Self { amount, vat_rate, margin, terms_days, end_of_month, deposit, delivery_date, goods } = self.clone();
        let request = AssessRequest::new(Asked::Either(subject.to_owned()), amount);
        AssessRequest { vat_rate, margin, terms_days, end_of_month, deposit, delivery_date, goods, store, ..request }
    }
}

fn said(error: DomainError) -> String {
    match error {
        DomainError::Unreadable { expected, .. } => expected,
        DomainError::OutOfRange { allowed, .. } => allowed,
        mismatch @ DomainError::CurrencyMismatch { .. } => mismatch.to_string(),
    }
}

fn optional<T>(text: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(q: &str, amount: &str) -> Typed {
        Typed { q: q.to_owned(), amount: amount.to_owned(), ..Typed::default() }
    }

    #[test]
    fn a_chosen_client_is_known_by_its_id() {
        assert_eq!(typed("Crêperie · du port · C-0012", "1").subject(), "C-0012");
        assert_eq!(typed(" C-0012 ", "1").subject(), "C-0012");
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let form = Typed { terms: "soon".to_owned(), margin: "200".to_owned(), ..typed("", "x") };
        let faults = form.read(Lang::Fr).unwrap_err();
        for field in ["q", "amount", "terms", "margin"] {
            assert!(faults.of(field).is_some(), "{field}");
        }
        assert!(faults.of("vat").is_none());
        let lone = Typed { end_of_month: "month_end_then_days".to_owned(), ..typed("C-1", "5") };
        assert!(lone.read(Lang::Fr).unwrap_err().of("terms").is_some());
    }

    #[test]
    fn a_full_form_is_the_quote_it_says() {
        let form =
            Typed { terms: "45".to_owned(), margin: "25 %".to_owned(), vat: "20".to_owned(), ..typed("C-1", "18 000") };
        let request = form.read(Lang::Fr).unwrap().request("C-1", false);
        assert_eq!((request.amount.as_str(), request.terms_days, request.margin), ("18000.00", Some(45), Some(0.25)));
        assert_eq!((request.vat_rate, request.store), (Some(0.2), false));
        assert_eq!(form.query_for("C 2&x"), "q=C%202%26x&amount=18%20000&terms=45&margin=25%20%25&vat=20");
    }
}
