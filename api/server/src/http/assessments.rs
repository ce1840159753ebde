//! `/v1/assessments`: one quote judged, and the stored answers.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use encours_core::CoreError;
use encours_core::policy::{EndOfMonth, LONGEST_TERMS, Stage, VatRate};
use encours_domain::{Currency, Day, DomainError, Money, Share, Siren};
use encours_services::{Asked, AssessRequest, ServicesError};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use utoipa::ToSchema;

use super::App;
use super::auth::Caller;
use super::body::{JsonBody, NoParameters, PathPart, object};
use super::problem::{FieldFault, Problem, Refusal};
use crate::answer::Answer;

/// Judge a quote.
///
/// `store: false` is a what-if and leaves no trace. Storing the same assessment twice stores it once.
#[utoipa::path(
    post,
    path = "/v1/assessments",
    operation_id = "createAssessment",
    tag = "assessments",
    request_body = AssessmentRequest,
    responses(
        (status = 200, description = "The assessment; nothing was stored", body = Answer),
        (status = 201, description = "The assessment, stored under its id", body = Answer,
         headers(("location" = String, description = "Where it can be read again"))),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn create(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(request): JsonBody<AssessmentRequest>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let store = request.store;
    let services = app.services.acting_as(&caller.name);
    let (id, answer) = services.assess_as_json(request.checked(now.today)?, now).await.map_err(placed)?;
    app.metrics.assessed(store);
    let answer = json(answer);
    if !store {
        return Ok(answer);
    }
    let location = HeaderValue::try_from(format!("/v1/assessments/{id}"));
    let location = location.unwrap_or(HeaderValue::from_static("/v1/assessments"));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], answer).into_response())
}

/// A stored assessment, byte for byte as it was given.
#[utoipa::path(
    get,
    path = "/v1/assessments/{id}",
    operation_id = "getAssessment",
    tag = "assessments",
    params(("id" = String, Path, description = "Id of the assessment")),
    responses(
        (status = 200, description = "The assessment", body = Answer),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Response, Problem> {
    let stored = app.services.assessment(&id).await?;
    Ok(json(stored.json))
}

fn json(bytes: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}

/// A quote to judge: for a client of the ledger or for a company, one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentRequest {
    /// Id of a client of the ledger.
    #[serde(default)]
    #[schema(example = "C-0012")]
    pub client: Option<String>,
    /// SIREN of a company, client or not.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub siren: Option<Siren>,
    /// The quote.
    #[serde(deserialize_with = "object")]
    pub quote: QuoteRequest,
    /// Day of the quote, today unless given; no later than today.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Day>,
    /// Whether to keep the answer; `false` is a what-if.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub store: bool,
}

const fn yes() -> bool {
    true
}

/// The quote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// Amount without VAT: a decimal, as text or number.
    #[schema(value_type = String, example = "18000.00")]
    pub amount: Decimal,
    /// 0.20 for 20 %, which is what it is unless given.
    #[serde(default)]
    pub vat_rate: Option<f64>,
    /// ISO 4217; `EUR` unless given.
    #[serde(default)]
    pub currency: Option<String>,
    /// Share of the amount without VAT; the policy's unless given.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub margin: Option<Share>,
    /// Days of credit asked for; what the law gives when nothing is agreed, unless given.
    #[serde(default, deserialize_with = "whole_days")]
    #[schema(value_type = Option<u16>, maximum = 365)]
    pub terms_days: Option<i64>,
    /// `days_then_month_end` or `month_end_then_days`, when the terms run to the end of a month.
    #[serde(default, deserialize_with = "month_end")]
    #[schema(value_type = Option<String>)]
    pub end_of_month: Option<EndOfMonth>,
    /// Share of the price that the client offers in advance; none unless given.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub deposit: Option<Share>,
    /// Day of delivery, when known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub delivery_date: Option<Day>,
    /// What is sold, a name of the law table such as `road_freight`; the policy's usual goods unless given.
    #[serde(default)]
    pub goods: Option<String>,
    /// `order` before it is accepted, `delivery` before the goods leave, `invoice` before the invoice goes out; `order` unless
    /// given.
    #[serde(default)]
    #[schema(value_type = Option<StageWord>)]
    pub stage: Option<Stage>,
    /// The open order that is delivered or invoiced, by its number: what the quote is for is not counted beside itself, the rest
    /// of it stays open.
    #[serde(default)]
    pub order: Option<String>,
    /// Whether the goods stay the seller's until they are paid; they don't unless given.
    #[serde(default)]
    pub retention_of_title: Option<bool>,
}

/// At which stage an order is checked.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of `Stage`")]
enum StageWord {
    /// Before it is accepted.
    Order,
    /// Before the goods leave.
    Delivery,
    /// Before the invoice goes out.
    Invoice,
}

impl AssessmentRequest {
    /// The request of the use case.
    ///
    /// # Errors
    /// When values contradict each other or cannot be, all named at once with their places.
    fn checked(self, today: Day) -> Result<AssessRequest, Problem> {
        let faults = self.faults(today);
        let Self { client, siren, quote, as_of, store } = self;
        let subject = match (client, siren) {
            (Some(client), None) if faults.is_empty() => Asked::Client(client),
            (None, Some(siren)) if faults.is_empty() => Asked::Siren(siren.to_string()),
            _ => return Err(refused(faults)),
        };
        let QuoteRequest {
            amount,
            vat_rate,
            currency,
            margin,
            terms_days,
            end_of_month,
            deposit,
            delivery_date,
            goods,
            stage,
            order,
            retention_of_title,
        } = quote;
        let (margin, deposit) = (margin.map(Share::value), deposit.map(Share::value));
        let terms_days = terms_days.and_then(|days| u16::try_from(days).ok());
        let request = AssessRequest::new(subject, amount.0);
        Ok(AssessRequest {
            currency,
            vat_rate,
            margin,
            terms_days,
            end_of_month,
            deposit,
            delivery_date,
            goods,
            stage: stage.unwrap_or_default(),
            order,
            retention_of_title: retention_of_title.unwrap_or(false),
            as_of,
            store,
            ..request
        })
    }

    fn faults(&self, today: Day) -> Vec<FieldFault> {
        let one_of_two = self.client.is_some() == self.siren.is_some();
        let subject = one_of_two.then(|| FieldFault::new("#", "expected `client` or `siren`, one of the two"));
        let later = self.as_of.filter(|day| *day > today);
        let later = later.map(|day| FieldFault::new("#/as_of", format!("found {day}, allowed up to today, {today}")));
        let as_of = self.as_of.unwrap_or(today);
        subject.into_iter().chain(later).chain(self.quote.faults(as_of)).collect()
    }
}

impl QuoteRequest {
    fn faults(&self, as_of: Day) -> Vec<FieldFault> {
        let fault = |pointer: &str, error: DomainError| FieldFault::new(pointer, error);
        let amount = match self.currency.as_deref().unwrap_or("EUR").parse::<Currency>() {
            Ok(currency) => amount_of(&self.amount, currency).err().map(|error| fault("#/quote/amount", error)),
            Err(error) => Some(fault("#/quote/currency", error)),
        };
        let vat_rate = self.vat_rate.and_then(|rate| VatRate::new(rate).err());
        let vat_rate = vat_rate.map(|error| fault("#/quote/vat_rate", error));
        let lone = self.end_of_month.is_some() && self.terms_days.is_none();
        let lone = lone.then(|| FieldFault::new("#/quote/end_of_month", "expected `terms_days` beside it"));
        let terms = self.terms_days.filter(|days| !(0..=i64::from(LONGEST_TERMS)).contains(days));
        let allowed = format!("0 to {LONGEST_TERMS}");
        let terms =
            terms.map(|days| fault("#/quote/terms_days", DomainError::out_of_range("terms_days", days, allowed)));
        let early = self.delivery_date.filter(|day| *day < as_of);
        let allowed = format!("from {as_of}, the day of the quote");
        let early =
            early.map(|day| fault("#/quote/delivery_date", DomainError::out_of_range("delivery_date", day, allowed)));
        [amount, vat_rate, lone, terms, early].into_iter().flatten().collect()
    }
}

/// What only the use case can tell of a field, with the place of that field.
fn placed(error: ServicesError) -> Problem {
    let what = match &error {
        // The quote's currency is not the policy's.
        ServicesError::Domain(DomainError::CurrencyMismatch { .. })
        | ServicesError::Core(CoreError::Domain(DomainError::CurrencyMismatch { .. })) => Some("currency"),
        ServicesError::Domain(error) | ServicesError::Core(CoreError::Domain(error)) => error.what(),
        _ => None,
    };
    let place = match what {
        Some("as_of") => Some("#/as_of".to_owned()),
        Some("VAT rate") => Some("#/quote/vat_rate".to_owned()),
        Some(
            what @ ("amount" | "currency" | "vat_rate" | "margin" | "terms_days" | "end_of_month" | "deposit"
            | "delivery_date" | "goods" | "order"),
        ) => Some(format!("#/quote/{what}")),
        _ => None,
    };
    let faults = place.map(|place| FieldFault::new(place, &error)).into_iter().collect();
    Problem::from(error).with(faults)
}

/// For `deserialize_with`: a number of days, whose bounds are told with every other fault.
fn whole_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_option(Optional(WholeDays))
}

/// For `deserialize_with`: one of the two counts. (serde takes a word that is none, such as `true`, for broken JSON.)
fn month_end<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EndOfMonth>, D::Error> {
    deserializer.deserialize_option(Optional(MonthEnd))
}

/// A value that may be left out or `null`.
struct Optional<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Optional<V> {
    type Value = Option<V::Value>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self.0).map(Some)
    }
}

struct WholeDays;

impl Visitor<'_> for WholeDays {
    type Value = i64;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a whole number from 0 to {LONGEST_TERMS}")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }
}

struct MonthEnd;

impl Visitor<'_> for MonthEnd {
    type Value = EndOfMonth;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [one, other] = EndOfMonth::BOTH.map(EndOfMonth::code);
        write!(formatter, "`{one}` or `{other}`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<EndOfMonth, E> {
        let found = EndOfMonth::BOTH.into_iter().find(|count| count.code() == text);
        found.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

fn amount_of(amount: &Decimal, currency: Currency) -> Result<Money, DomainError> {
    let money = Money::parse(&amount.0, currency)?;
    if money.minor() > 0 { Ok(money) } else { Err(DomainError::out_of_range("amount", money, "above 0")) }
}

fn refused(faults: Vec<FieldFault>) -> Problem {
    let sentences: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect();
    Refusal::InvalidBody.because(sentences.join("; ")).with(faults)
}

/// A decimal number as it was written, whether as text (`"18000.50"`) or as a JSON number.
#[derive(Debug)]
pub struct Decimal(pub String);

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor).map(Self)
    }
}

struct DecimalVisitor;

impl Visitor<'_> for DecimalVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a decimal such as \"18000.00\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str) -> Result<AssessRequest, Vec<String>> {
        let request: AssessmentRequest = serde_json::from_str(body).unwrap();
        let places = |problem: Problem| problem.errors.into_iter().map(|fault| fault.pointer).collect();
        request.checked("2026-05-31".parse().unwrap()).map_err(places)
    }

    #[test]
    fn every_fault_is_named_with_its_place() {
        for (body, places) in [
            (r##"{"quote":{"amount":"18000"}}"##, vec!["#"]),
            (r##"{"client":"C-1","siren":"000000216","quote":{"amount":"18000"}}"##, vec!["#"]),
            (r##"{"client":"C-1","quote":{"amount":"abc"}}"##, vec!["#/quote/amount"]),
            (r##"{"client":"C-1","quote":{"amount":"18 000,00"}}"##, vec!["#/quote/amount"]),
            (r##"{"client":"C-1","quote":{"amount":"0"}}"##, vec!["#/quote/amount"]),
            (r##"{"client":"C-1","quote":{"amount":-5}}"##, vec!["#/quote/amount"]),
            (r##"{"client":"C-1","quote":{"amount":0.001}}"##, vec!["#/quote/amount"]),
            (r##"{"client":"C-1","quote":{"amount":1e30}}"##, vec!["#/quote/amount"]),
            (r##"{"client":"C-1","quote":{"amount":"1","currency":"€"}}"##, vec!["#/quote/currency"]),
            (
                r##"{"client":"C-1","as_of":"2026-06-01","quote":{"amount":"1","vat_rate":20,"terms_days":400}}"##,
                vec!["#/as_of", "#/quote/vat_rate", "#/quote/terms_days"],
            ),
            (r##"{"client":"C-1","quote":{"amount":"1","terms_days":-1}}"##, vec!["#/quote/terms_days"]),
            (
                r##"{"client":"C-1","as_of":"2026-05-01","quote":{"amount":"1","delivery_date":"2026-04-30"}}"##,
                vec!["#/quote/delivery_date"],
            ),
            (
                r##"{"client":"C-1","quote":{"amount":"1","end_of_month":"month_end_then_days"}}"##,
                vec!["#/quote/end_of_month"],
            ),
        ] {
            assert_eq!(check(body).unwrap_err(), places, "{body}");
        }
    }

    #[test]
    fn amounts_may_be_text_or_number() {
        for (amount, read) in [(r#""18000.50""#, "18000.50"), ("18000.5", "18000.5"), ("18000", "18000")] {
            let body = format!(r#"{{"client":"C-1","quote":{{"amount":{amount}}}}}"#);
            assert_eq!(check(&body).unwrap().amount, read);
        }
        assert!(check(r#"{"client":"C-1","quote":{"amount":"1"}}"#).unwrap().store);
    }

    #[test]
    fn other_types_and_words_are_refused() {
        for body in [
            r#"{"client":"C-1"}"#,
            r#"{"client":"C-1","quote":{"amount":null}}"#,
            r#"{"client":"C-1","quote":{"amount":"1","colour":"red"}}"#,
            r#"{"client":"C-1","quote":{"amount":"1","end_of_month":"sometimes"}}"#,
            r#"{"client":"C-1","quote":{"amount":"1","margin":1.5}}"#,
            r#"{"client":"C-1","quote":{"amount":"1","goods":7}}"#,
            r#"{"client":"C-1","quote":{"amount":"1","delivery_date":"2026-06-31"}}"#,
            r#"{"siren":"123","quote":{"amount":"1"}}"#,
        ] {
            assert!(serde_json::from_str::<AssessmentRequest>(body).is_err(), "{body}");
        }
    }
}
