use super::super::tests::{lines, read, values};
use super::*;
use encours_domain::fact::{FactKind, MissingKind};

fn answer(text: &str) -> Reading {
    read(&SPEC, text)
}

#[test]
fn a_company_as_the_search_tells_it() {
    let reading = answer(include_str!("fixtures/company.json"));
    assert_eq!(
        lines(&reading),
        [
            "000200006 name=LES MEUNIERS DU VAL 2026-04-10 2026-04-10",
            "000200006 legal_form=5710 2026-04-10 2026-04-10",
            "000200006 state=active 2026-04-10 2026-04-10",
            "000200006 created_on=2011-04-01 2011-04-01 2026-04-10",
            "000200006 sector=10.61A 2026-04-10 2026-04-10",
            "000200006 size=12 2023-12-31 2026-04-10",
            "000200006 diffusion=full 2026-04-10 2026-04-10",
            "000200006 category=PME 2023-12-31 2026-04-10",
            "000200006 address=4 RUE DU MOULIN 00000 NULLE-PART 2026-04-10 2026-04-10",
            "000200006 establishments=2 2026-04-10 2026-04-10",
            "000200006 registered_on=2011-04-20 2011-04-20 2026-04-10",
            "000200006 share_capital=50000.50 2026-04-10 2026-04-10",
            "000200006 vat_number=FR85000200006 2026-04-10 2026-04-10",
            "000200006 company_director=000300004 Commissaire aux comptes titulaire 2026-04-10 2026-04-10",
            // Whose figures they are the answer does not say, and a nought is an absence.
            "000200006 stated_turnover=4200000.00 2024-12-31 2026-05-31",
        ]
    );
    assert!(reading.facts.iter().all(|fact| fact.answer.is_some() && fact.source == "recherche-entreprises"));
}

#[test]
fn a_ghost_number_is_not_found() {
    let reading = answer(include_str!("fixtures/ghost.json"));
    assert_eq!((reading.facts.len(), reading.not_found), (0, vec!["123456789".to_owned()]));
}

#[test]
fn odd_results_are_noted_and_an_answer_about_another_company_is_none() {
    let odd =
        answer(r#"{"results": [null, {"siren": null}, [], 3, {"siren": "99999999999999999999999999999999999"}]}"#);
    assert_eq!((odd.facts.len(), odd.not_found.len()), (0, 0), "{odd:?}");
    let company = include_str!("fixtures/company.json");
    let marked = format!("\u{feff}{company}");
    assert_eq!(answer(&marked).facts.len(), answer(company).facts.len(), "a mark before the text");
    let (asked, fetched_on) = (Subject::Siren("000300004".parse().unwrap()), "2026-05-31".parse().unwrap());
    let raw = super::super::reading::Raw { bytes: company.as_bytes(), fetched_on, asked: Some(&asked) };
    let error = convert::parse_about(&raw, &asked).unwrap_err().to_string();
    assert!(error.contains("is about 000200006, and 000300004 was asked for"), "{error}");
}

#[test]
fn a_groups_turnover_is_not_taken_for_the_companys() {
    let reading = answer(include_str!("fixtures/group.json"));
    for kind in [FactKind::Turnover, FactKind::StatedTurnover, FactKind::StatedNetResult, FactKind::NetResult] {
        assert_eq!(values(&reading, kind), [], "{kind:?}");
    }
    assert!(reading.notes.iter().any(|note| note.text.contains("27000000000")), "{:?}", reading.notes);
}

#[test]
fn a_masked_person_stays_masked() {
    let text = include_str!("fixtures/masked_person.json");
    let reading = answer(text);
    let told = format!("{reading:?}");
    for secret in ["SECRET", "PRENOM", "NON-DIFFUSIBLE", "MOULIN"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert_eq!(values(&reading, FactKind::Diffusion)[0].0, "partial");
    let masked: Vec<&str> =
        reading.missing.iter().filter(|one| one.kind == MissingKind::Confidential).map(|one| one.what).collect();
    assert_eq!(masked, ["address", "name"]);
    // Even where the answer prints the name beside the objection.
    let printed = answer(&text.replacen("[NON-DIFFUSIBLE]", "SECRET PRENOM", 1));
    assert!(!format!("{printed:?}").contains("SECRET"), "{printed:?}");
}

#[test]
fn a_ceased_company_has_ceased_on_its_day() {
    let reading = answer(include_str!("fixtures/ceased.json"));
    assert_eq!(values(&reading, FactKind::State), [("ceased".to_owned(), "2022-10-22".to_owned())]);
}

#[test]
fn an_error_inside_is_told() {
    let error = super::super::tests::try_read(&SPEC, "{\"erreur\": \"3 caractères\"}".as_bytes(), None).unwrap_err();
    assert_eq!(error.to_string(), "recherche-entreprises answers `answer` with an error: 3 caractères");
}
