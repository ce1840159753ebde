use super::super::tests::{lines, read, try_read, values};
use super::*;
use encours_domain::fact::{FactKind, MissingKind};

#[test]
fn names_and_states_stand_in_the_periods() {
    let reading = read(&SPEC, include_str!("fixtures/company.json"));
    assert_eq!(
        lines(&reading),
        [
            "000200006 name=LES MEUNIERS DU VAL 2020-03-01 2026-04-10",
            "000200006 name=MOULIN DU VAL 2011-04-01 2026-04-10",
            "000200006 legal_form=5710 2011-04-01 2026-04-10",
            "000200006 state=active 2011-04-01 2026-04-10",
            "000200006 created_on=2011-04-01 2011-04-01 2026-04-10",
            "000200006 sector=10.61A 2011-04-01 2026-04-10",
            "000200006 size=12 2023-12-31 2026-04-10",
            "000200006 diffusion=full 2026-04-10 2026-04-10",
            "000200006 category=PME 2023-12-31 2026-04-10",
        ]
    );
}

#[test]
fn an_establishment_carries_its_unit_flat() {
    let reading = read(&SPEC, include_str!("fixtures/establishment.json"));
    assert_eq!(values(&reading, FactKind::State)[0].0, "ceased");
    assert_eq!(values(&reading, FactKind::Address)[0].0, "4 RUE DU MOULIN 00000 NULLE-PART");
    assert_eq!(values(&reading, FactKind::Name)[0].0, "LES MEUNIERS DU VAL");
}

#[test]
fn a_masked_person_stays_masked() {
    let text = include_str!("fixtures/masked_person.json");
    for text in [text.to_owned(), text.replace("[ND]", "SECRET")] {
        let reading = read(&SPEC, &text);
        let told = format!("{reading:?}");
        assert!(!told.contains("[ND]") && !told.contains("SECRET"), "{told}");
        assert_eq!(values(&reading, FactKind::Name), []);
        assert_eq!(values(&reading, FactKind::State)[0].0, "active", "what may be shown is told");
        assert!(reading.missing.iter().any(|one| one.what == "name" && one.kind == MissingKind::Confidential));
    }
}

#[test]
fn statuses_inside_the_answer() {
    let asked = Subject::Siren("000700005".parse().unwrap());
    let unknown = try_read(&SPEC, include_bytes!("fixtures/unknown.json"), Some(&asked)).unwrap();
    assert_eq!((unknown.facts.len(), unknown.not_found), (0, vec!["000700005".to_owned()]));
    let hidden = try_read(&SPEC, br#"{"header":{"statut":403,"message":"Non diffusible"}}"#, Some(&asked)).unwrap();
    assert_eq!(lines(&hidden), ["000700005 diffusion=none 2026-05-31 2026-05-31"]);
    assert_eq!(hidden.missing[0].kind, MissingKind::Confidential);
    let refused = try_read(&SPEC, br#"{"message":"Unauthorized","http_status_code":401}"#, Some(&asked)).unwrap_err();
    assert!(refused.to_string().ends_with("status 401: Unauthorized"), "{refused}");
}
