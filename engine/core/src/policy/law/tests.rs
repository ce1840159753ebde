use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn law() -> LawTable {
    LawTable::shipped().unwrap()
}

#[test]
fn ceilings_by_goods_and_day() {
    let (first, second) = (EndOfMonth::DaysThenMonthEnd, EndOfMonth::MonthEndThenDays);
    for (goods, invoice, terms, lawful) in [
        (GENERAL, "2026-05-31", Terms::net(60), true),
        (GENERAL, "2026-05-31", Terms::net(61), false),
        (GENERAL, "2026-05-31", Terms::end_of_month(45, first), true),
        (GENERAL, "2026-05-31", Terms::end_of_month(45, second), true),
        (GENERAL, "2026-05-31", Terms::end_of_month(46, second), false),
        (GENERAL, "2027-02-01", Terms::net(60), true),
        ("perishable_food", "2026-05-31", Terms::net(30), true),
        ("perishable_food", "2026-05-31", Terms::net(31), false),
        // End of month may add 30 days, which only very short terms can bear.
        ("perishable_food", "2026-05-31", Terms::end_of_month(15, first), false),
        ("perishable_food", "2026-05-31", Terms::end_of_month(0, first), true),
        ("livestock_fresh_meat", "2026-05-31", Terms::net(20), true),
        ("livestock_fresh_meat", "2026-05-31", Terms::net(30), false),
        ("road_freight", "2026-05-31", Terms::net(45), false),
        ("spirits", "2026-05-31", Terms::end_of_month(30, second), true),
        ("spirits", "2026-05-31", Terms::end_of_month(30, first), false),
        ("wine_must", "2026-05-31", Terms::end_of_month(45, first), true),
        ("periodic_invoice", "2026-05-31", Terms::net(60), false),
    ] {
        assert_eq!(law().ceiling(goods, day(invoice)).allows(terms), lawful, "{goods} {invoice} {terms}");
    }
}

#[test]
fn what_the_table_does_not_hold_is_said() {
    for (goods, invoice, said) in [
        ("cement", "2026-05-31", "not in the law table"),
        ("export_outside_eu", "2026-05-31", "must be checked"),
        ("public_buyer", "2026-05-31", "must be checked"),
        (GENERAL, "2015-01-01", "does not cover"),
        (GENERAL, "2031-01-01", "does not cover"),
        ("road_freight", "2023-12-31", "does not cover"),
    ] {
        let ceiling = law().ceiling(goods, day(invoice));
        let Ceiling::Unknown { why, .. } = &ceiling else { panic!("{goods} {invoice}: {ceiling:?}") };
        assert!(why.en.contains(said), "{}", why.en);
        assert!(ceiling.allows(Terms::net(0)) && !ceiling.allows(Terms::net(1)));
    }
}

#[test]
fn nothing_agreed_is_thirty_days_or_the_ceiling() {
    assert_eq!(law().when_nothing_agreed(GENERAL, day("2026-05-31")), Terms::net(30));
    assert_eq!(law().when_nothing_agreed("livestock_fresh_meat", day("2026-05-31")), Terms::net(20));
}

#[test]
fn late_interest_of_each_half_year() {
    for (on, rate, floor) in [
        ("2025-03-01", 1_315, 1_113),
        ("2025-12-31", 1_215, 828),
        ("2026-06-30", 1_215, 786),
        ("2026-07-01", 1_240, 825),
    ] {
        let interest = law().late_interest(day(on)).unwrap();
        assert_eq!((interest.rate, interest.floor), (rate, Some(floor)), "{on}");
    }
    assert_eq!(law().late_interest(day("2027-01-01")), None);
    assert_eq!(law().fixed_fee().minor(), 4_000);
}

#[test]
fn all_faults_of_a_table_at_once() {
    let broken = LawTable::DEFAULT_TEXT
        .replace("ecb = \"3.15\"", "ecb = 3.15")
        .replace("fixed_fee = 40 ", "fixed_fee = -40 ")
        .replace("[\"month_end_then_days\"]", "[\"whenever\"]")
        .replacen("to = 2026-12-31", "to = 2027-12-31", 1);
    let error = LawTable::from_toml(&broken).unwrap_err();
    let fields: Vec<&str> = error.faults().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["general[1].from", "goods[2].end_of_month_counts", "interest[0].ecb", "late.fixed_fee"]);
}
