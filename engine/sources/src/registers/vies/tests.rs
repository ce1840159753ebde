use super::super::tests::{lines, read};
use super::*;
use encours_domain::fact::MissingKind;

#[test]
fn both_answers_give_the_verdict() {
    assert_eq!(
        lines(&read(&SPEC, include_str!("fixtures/valid.json"))),
        [
            "vat:ATU00000024 name=Erfundene Mühle GmbH 2026-05-31 2026-05-31",
            "vat:ATU00000024 address=Am Bach 1, AT-0000 Nirgends 2026-05-31 2026-05-31",
            "vat:ATU00000024 vat_number=ATU00000024 2026-05-31 2026-05-31",
            "vat:ATU00000024 vat_registration=valid 2026-05-31 2026-05-31",
            "vat:ATU00000024 country=AT 2026-05-31 2026-05-31",
        ]
    );
    let german = read(&SPEC, include_str!("fixtures/valid_by_state.json"));
    assert_eq!(german.facts.len(), 3, "{german:?}");
    assert_eq!(german.missing.len(), 2, "Germany gives no name: {german:?}");
    // A French number is about its unit.
    let invalid = read(&SPEC, include_str!("fixtures/invalid.json"));
    assert_eq!(lines(&invalid), ["000200006 vat_registration=invalid 2026-05-31 2026-05-31"]);
}

#[test]
fn an_outage_is_not_invalid() {
    for text in [include_str!("fixtures/outage.json"), include_str!("fixtures/outage_by_state.json")] {
        let reading = read(&SPEC, text);
        assert_eq!(reading.facts, []);
        assert_eq!(reading.missing[0].kind, MissingKind::NotFetched);
    }
}

#[test]
fn the_number_of_a_unit() {
    // The key of the worked example in BOFiP's rule: (12 + 3 × (404833048 mod 97)) mod 97 = 83.
    assert_eq!(french_number(&"404833048".parse().unwrap()).unwrap().as_str(), "FR83404833048");
}
