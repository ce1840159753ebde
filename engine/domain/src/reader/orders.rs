//! Open orders: a row is an order, or a line of one.

use std::collections::BTreeMap;

use super::cells::{Cells, Told};
use super::field::{Field, TableKind};
use super::map::ColumnMap;
use super::reading::{Wanted, with_table};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::Place;
use crate::money::Money;
use crate::order::OrderRow;
use crate::probability::Share;
use crate::terms::Terms;

/// Reads open orders, as delimited text or workbook; sound rows are given beside the faults of the others.
///
/// The amount includes VAT; it is made of `amount_excl_vat` and `vat_amount`, or of `amount_excl_vat` and `vat_rate`
/// (or the map's) rounded half away from nought, where the file has no column for it.
///
/// ```
/// use encours_domain::reader::{ColumnMap, read_orders};
/// let text = "client_id,order_id,order_date,amount_excl_vat,vat_rate\nC1,O1,2026-01-05,1000.00,20 %\n";
/// let (orders, _) = read_orders("orders.csv", text.as_bytes(), &ColumnMap::plain());
/// assert_eq!(orders[0].amount.to_string(), "1200.00 EUR");
/// ```
pub fn read_orders(file_name: &str, bytes: &[u8], map: &ColumnMap) -> (Vec<OrderRow>, FaultReport) {
    let mut report = FaultReport::default();
    let wanted = Wanted::Kind(TableKind::Orders);
    let read = with_table(file_name, bytes, map, wanted, &mut report, |reading, report| {
        let read = reading.rows(report, |cells| order_row(cells, map.vat_rate), |order| Some(order.amount));
        report.faults.extend(read.doubts);
        once_each(reading.table.file, read.rows, report)
    });
    let orders = read.unwrap_or_else(|faults| {
        report.faults.extend(faults);
        Vec::new()
    });
    report.faults.sort_by_key(|fault| fault.line);
    report.notes.sort_by_key(|note| note.line);
    (orders, report)
}

fn order_row(cells: &mut Cells<'_>, vat_rate: Option<Share>) -> Result<OrderRow, Told> {
    let client_id = cells.name(Field::ClientId);
    let client_id = cells.required(Field::ClientId, client_id);
    let order_id = cells.name(Field::OrderId);
    let order_id = cells.required(Field::OrderId, order_id);
    let order_date = cells.day(Field::OrderDate);
    let order_date = cells.required(Field::OrderDate, order_date);
    let delivery_date = cells.day(Field::DeliveryDate);
    let terms = cells.word(Field::Terms, Terms::parse);
    let amounts = amounts(cells, vat_rate);
    let (order_date, delivery_date) = (order_date?, delivered(cells, order_date, delivery_date?)?);
    let (amount, amount_excl_vat) = amounts?;
    Ok(OrderRow {
        place: Place { file: 0, line: cells.line },
        client_id: client_id?,
        order_id: order_id?,
        order_date,
        delivery_date,
        amount,
        amount_excl_vat,
        terms: terms?,
    })
}

fn delivered(cells: &mut Cells<'_>, ordered: Result<Day, Told>, delivery: Option<Day>) -> Result<Option<Day>, Told> {
    match (ordered, delivery) {
        (Ok(ordered), Some(delivery)) if delivery < ordered => {
            Err(cells.tell(Field::DeliveryDate, format!("expected a day from that of the order on, `{ordered}`")))
        }
        (_, delivery) => Ok(delivery),
    }
}

/// With VAT, and without where the file says so; `vat_rate` is the map's.
fn amounts(cells: &mut Cells<'_>, vat_rate: Option<Share>) -> Result<(Money, Option<Money>), Told> {
    let currency = cells.currency()?;
    let net = cells.amount(Field::AmountExclVat, currency);
    let has = |cells: &Cells<'_>, field| cells.columns.position(field).is_some();
    let whole = if has(cells, Field::Amount) || has(cells, Field::VatAmount) {
        let claim = cells.claim(currency);
        cells.required(Field::Amount, claim)
    } else {
        let rate = match vat_rate.filter(|_| !has(cells, Field::VatRate)) {
            Some(rate) => Ok(rate),
            None => {
                let rate = cells.share(Field::VatRate);
                cells.required(Field::VatRate, rate)
            }
        };
        let net = cells.required(Field::AmountExclVat, net);
        net.and_then(|net| Ok(with_vat(net, rate?)))
    };
    let (whole, net) = (whole?, net?);
    let field = if has(cells, Field::Amount) { Field::Amount } else { Field::AmountExclVat };
    if whole.minor() < 0 {
        return Err(cells.tell(field, "expected no negative amount"));
    }
    if net.is_some_and(|net| net.minor() > whole.minor()) {
        return Err(
            cells.tell(Field::AmountExclVat, format!("expected at most the amount with VAT, `{}`", whole.decimal()))
        );
    }
    if whole.minor() == 0 {
        cells.note(field, "the amount is zero");
    }
    Ok((whole, net))
}

/// The amount and its VAT, in whole numbers: a rate has at most six decimals.
fn with_vat(net: Money, rate: Share) -> Money {
    const MILLION: i128 = 1_000_000;
    let millionths: i128 = format!("{:.6}", rate.value()).replace('.', "").parse().unwrap_or(0);
    let product = i128::from(net.minor()) * (MILLION + millionths);
    let rounded = (product.abs() * 2 + MILLION) / (MILLION * 2) * product.signum();
    Money::from_minor(i64::try_from(rounded).unwrap_or(i64::MAX), net.currency())
}

/// Lines of one order with different days or amounts are lines; one that repeats another word for word is asked.
fn once_each(file: &str, orders: Vec<OrderRow>, report: &mut FaultReport) -> Vec<OrderRow> {
    let mut seen: BTreeMap<(String, String), Vec<OrderRow>> = BTreeMap::new();
    let mut kept = Vec::with_capacity(orders.len());
    for order in orders {
        let line = order.place.line;
        let known = seen.entry((order.client_id.clone(), order.order_id.clone())).or_default();
        let same = known.iter().find(|other| OrderRow { place: order.place, ..(*other).clone() } == order);
        if let Some(same) = same {
            let before = same.place.line;
            let reason = format!(
                "repeats line {before}: two lines of the order, or one typed twice? hint: drop it, or put both into one amount"
            );
            report.faults.push(Fault::of_line(file, line, reason));
            continue;
        }
        known.push(order.clone());
        kept.push(order);
    }
    kept
}
