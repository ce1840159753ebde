//! Client files and open orders.

use super::told;
use crate::client::ClientRow;
use crate::order::OrderRow;
use crate::reader::{ColumnMap, read_clients, read_orders};

fn client(row: &ClientRow) -> String {
    let mut text = format!("{}: {}", row.place.line, row.client_id);
    let cover = |cover: &Option<crate::client::Cover>| {
        cover.as_ref().map(|cover| {
            let day = |day: Option<crate::Day>| day.map_or("…".to_owned(), |day| day.to_string());
            let by = cover.by.as_deref().unwrap_or("?");
            format!("{} by {by} {} to {}", cover.amount, day(cover.from), day(cover.until))
        })
    };
    let further = [
        row.name.clone(),
        row.siren.as_ref().map(|siren| format!("siren {siren}")),
        row.vat_number.as_ref().map(|number| format!("vat {number}")),
        row.sector.clone().map(|sector| format!("sector {sector}")),
        row.terms.map(|terms| format!("terms {terms}")),
        row.group.clone().map(|group| format!("group {group}")),
        row.margin.map(|margin| format!("margin {}", margin.value())),
        cover(&row.insured).map(|cover| format!("insured {cover}")),
        cover(&row.guaranteed).map(|cover| format!("guaranteed {cover}")),
        row.owner.clone().map(|owner| format!("owner {owner}")),
        row.postcode.clone(),
        row.city.clone(),
        row.credit_limit.map(|limit| format!("limit {limit}")),
        row.email.clone(),
    ];
    for further in further.into_iter().flatten() {
        text.push_str(&format!(", {further}"));
    }
    text
}

fn check_clients(input: &str, expected: &[&str]) {
    let (clients, report) = read_clients("f", input.as_bytes(), &ColumnMap::plain());
    let mut lines: Vec<String> = clients.iter().map(client).collect();
    lines.extend(told(&report));
    assert_eq!(lines, expected, "{input}");
}

#[test]
fn whole_clients() {
    check_clients(
        "client_id;name;siren;vat_number;sector;terms;group;margin;insured_amount;insurer;insured_from;insured_until;\
         guaranteed_amount;guaranteed_until;owner;city;postcode;credit_limit;email\n\
         C1;Dupont SARL;000 500 967 00013;FR92000500967;25.62B;45 jours fin de mois;Groupe D;25 %;50 000 €;Assureur;2026-01-01;\
         2026-12-31;10000;2027-06-30;Mme Petit;Lyon;69003;80000;compta@example.org\n\
         C2;Zed Ltd;;DE136695976;;30;;0,3;;;;;;;;;;;\n",
        &[
            "2: C1, Dupont SARL, siren 000500967, vat FR92000500967, sector 25.62B, terms 45 eom, group Groupe D, margin 0.25, \
             insured 50000.00 EUR by Assureur 2026-01-01 to 2026-12-31, guaranteed 10000.00 EUR by ? … to 2027-06-30, \
             owner Mme Petit, 69003, Lyon, limit 80000.00 EUR, compta@example.org",
            "3: C2, Zed Ltd, vat DE136695976, terms 30, margin 0.3",
            "note: f, line 2: terms of 1 clients, here and below, are read as days, then month end; hint: write `fin de mois + \
             45 jours` where the days run from the month's end",
        ],
    );
}

#[test]
fn what_is_wrong_with_a_client() {
    let header = "client_id,name,siren,vat_number,terms,margin,insured_amount,insured_from,insured_until,email\n";
    for (row, fault) in [
        (",A,,,,,,,,", "column `client_id`, value ``: the value is missing"),
        (
            "C,A,00050096,,,,,,,",
            "column `siren`, value `00050096`: expected nine digits; hint: a leading nought may be lost",
        ),
        (
            "C,A,,FR45000500967,,,,,,",
            "column `vat_number`, value `FR45000500967`: expected the key `92` before this SIREN",
        ),
        (
            "C,A,000100008,FR92000500967,,,,,,",
            "column `vat_number`, value `FR92000500967`: holds another SIREN than the row's, `000100008`",
        ),
        (
            "C,A,,,30/60/90,,,,,",
            "column `terms`, value `30/60/90`: expected terms such as `30`, `30 jours`, `45 jours fin de mois`, `fin de mois + \
             45 jours`, `30 jours fin de mois le 10`, `comptant` or `net 30`",
        ),
        ("C,A,,,,1,,,,", "column `margin`, value `1`: may be the whole or a hundredth, expected `100 %` or `1 %`"),
        ("C,A,,,,,-5,,,", "column `insured_amount`, value `-5`: expected no negative amount"),
        ("C,A,,,,,,2026-01-01,,", "column `insured_from`, value `2026-01-01`: expected a `insured_amount` beside it"),
        (
            "C,A,,,,,5,2026-01-02,2026-01-01,",
            "column `insured_until`, value `2026-01-01`: expected a day from the first one on, `2026-01-02`",
        ),
        ("C,A,,,,,,,,nobody", "column `email`, value `nobody`: expected one address such as `name@example.org`"),
    ] {
        check_clients(&format!("{header}{row}\n"), &[&format!("f, line 2, {fault}")]);
    }
}

#[test]
fn one_client_on_two_lines() {
    check_clients(
        "client_id,name\nC1,A\nC1,A\nC1,B\n",
        &[
            "2: C1, A",
            "f, line 4: line 2 says something else of the same client, expected one row a client",
            "note: f, line 3: repeats line 2, taken once",
        ],
    );
    check_clients(
        "client_id,name,phone\nC1,A,1\nTotal,,\n",
        &[
            "2: C1, A",
            "note: f, line 1: a client table has no such columns, not read: `phone`",
            "note: f, line 3: a total `Total`, not taken",
        ],
    );
}

fn check_orders(input: &str, expected: &[&str]) {
    let (orders, report) = read_orders("f", input.as_bytes(), &ColumnMap::plain());
    let order = |row: &OrderRow| {
        let further = [
            row.delivery_date.map(|day| format!("delivery {day}")),
            row.amount_excl_vat.map(|net| format!("net {}", net.decimal())),
            row.terms.map(|terms| format!("terms {terms}")),
        ];
        let further: String = further.into_iter().flatten().map(|text| format!(", {text}")).collect();
        format!("{}: {} {} {} {}{further}", row.place.line, row.client_id, row.order_id, row.order_date, row.amount)
    };
    let mut lines: Vec<String> = orders.iter().map(order).collect();
    lines.extend(told(&report));
    assert_eq!(lines, expected, "{input}");
}

#[test]
fn orders() {
    check_orders(
        "client_id,order_id,order_date,delivery_date,amount,currency,terms\n\
         C1,O1,2026-01-05,2026-02-01,1200,,60 jours\nC1,O1,2026-01-05,2026-03-01,600,,\nC2,O2,2026-01-06,,50,USD,\n\
         C2,O2,2026-01-06,,50,USD,\nC2,O3,2026-01-06,2026-01-05,50,,\nC2,O4,2026-01-06,,-50,,\nTotal,,,,1850,,\n",
        &[
            "2: C1 O1 2026-01-05 1200.00 EUR, delivery 2026-02-01, terms 60",
            "3: C1 O1 2026-01-05 600.00 EUR, delivery 2026-03-01",
            "4: C2 O2 2026-01-06 50.00 USD",
            "f, line 5: repeats line 4: two lines of the order, or one typed twice? hint: drop it, or put both into one amount",
            "f, line 6, column `delivery_date`, value `2026-01-05`: expected a day from that of the order on, `2026-01-06`",
            "f, line 7, column `amount`, value `-50`: expected no negative amount",
            "note: f, line 8: a total `Total`, not taken; it says 1850.00 EUR, the rows above add up to 1800.00 EUR; rows that \
             cannot be taken are not in it",
        ],
    );
}

#[test]
fn orders_without_vat() {
    let header = "client_id,order_id,order_date,amount_excl_vat,vat_rate\n";
    for (net, rate, shown) in [
        ("1000", "20 %", "1200.00 EUR, net 1000.00"),
        ("1000", "0.2", "1200.00 EUR, net 1000.00"),
        ("1000", "5.5", "1055.00 EUR, net 1000.00"),
        // 10.10 and 5.5 % of it are 10.6555.
        ("10.10", "5.5 %", "10.66 EUR, net 10.10"),
        ("1000", "0", "1000.00 EUR, net 1000.00"),
    ] {
        check_orders(&format!("{header}C1,O1,2026-01-05,{net},{rate}\n"), &[&format!("2: C1 O1 2026-01-05 {shown}")]);
    }
    check_orders(
        &format!("{header}C1,O1,2026-01-05,1000,\n"),
        &["f, line 2, column `vat_rate`, value ``: the value is missing"],
    );
    // The map may say the rate of all; a column of the file goes before it.
    for (map, header, line, shown) in [
        ("vat_rate = \"20 %\"", "amount_excl_vat", "10.10", "12.12 EUR, net 10.10"),
        ("vat_rate = \"5,5%\"", "amount_excl_vat", "10.10", "10.66 EUR, net 10.10"),
        ("vat_rate = \"20 %\"", "amount_excl_vat,vat_rate", "10.10,10 %", "11.11 EUR, net 10.10"),
    ] {
        let map = ColumnMap::from_toml("m", &format!("[file]\ntable = \"orders\"\n{map}")).unwrap();
        let text = format!("client_id,order_id,order_date,{header}\nC1,O1,2026-01-05,{line}\n");
        let (orders, report) = read_orders("f", text.as_bytes(), &map);
        assert!(report.is_clean(), "{report:?}");
        let net = orders[0].amount_excl_vat.unwrap().decimal();
        assert_eq!(format!("{}, net {net}", orders[0].amount), shown);
    }
    let faults = ColumnMap::from_toml("m", "[file]\nvat_rate = \"0.2\"").unwrap_err();
    assert!(faults[0].to_string().contains("allowed: a rate such as `20 %`"), "{faults:?}");
    check_orders(
        "client_id,order_id,order_date\nC1,O1,2026-01-05\n",
        &["f, line 1: missing columns `amount`: found `client_id`, `order_id`, `order_date`"],
    );
}

#[test]
fn a_map_of_another_table_is_refused() {
    let map = ColumnMap::from_toml("m", "[file]\ntable = \"orders\"").unwrap();
    let (_, report) = read_clients("f", b"client_id,name\nC1,A\n", &map);
    assert_eq!(told(&report).collect::<Vec<_>>(), ["f: the map is of a table of orders, expected `clients`"]);
}
