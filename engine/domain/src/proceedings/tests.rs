use super::*;
use crate::Day;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A notice by number, publication, judgment (empty: none) and nature.
fn notice(id: &str, published: &str, judged: &str, nature: &str) -> Notice {
    Notice {
        id: id.to_owned(),
        number: id.get(9..).unwrap_or_default().to_owned(),
        published: day(published),
        judged: judged.parse().ok(),
        step: read_nature(nature, ""),
        correction: Correction::None,
    }
}

const OPENED: &str = "Jugement d'ouverture d'une procédure de redressement judiciaire";
const PLAN: &str = "Jugement de plan de redressement";
const RESOLVED: &str = "Jugement prononçant la résolution du plan de redressement et la liquidation judiciaire";
const LIQUIDATED: &str = "Jugement d'ouverture de liquidation judiciaire";
const CLOSED: &str = "Jugement de clôture pour insuffisance d'actif";

#[test]
fn natures_are_told_by_their_words() {
    use Procedure::{CrisisExit, DebtRelief, Liquidation, Receivership, Safeguard};
    for (nature, step) in [
        (LIQUIDATED, Step::Into(Liquidation, How::Opened)),
        ("Jugement d'ouverture de liquidation judiciaire simplifiée", Step::Into(Liquidation, How::Opened)),
        ("Jugement d'extension de liquidation judiciaire", Step::Into(Liquidation, How::Extended)),
        ("Jugement de conversion en liquidation judiciaire", Step::Into(Liquidation, How::Converted)),
        (
            "Jugement de conversion en redressement judiciaire de la procédure de sauvegarde",
            Step::Into(Receivership, How::Converted),
        ),
        (RESOLVED, Step::Into(Liquidation, How::PlanResolved)),
        (
            "Jugement prononçant la résolution du plan de sauvegarde et la liquidation judiciaire",
            Step::Into(Liquidation, How::PlanResolved),
        ),
        (
            "Jugement prononçant la résolution du plan de cession et la liquidation judiciaire",
            Step::Into(Liquidation, How::PlanResolved),
        ),
        ("Jugement prononçant la résolution du plan de redressement", Step::PlanFailed),
        ("Jugement de reprise de la procédure de liquidation judiciaire", Step::Into(Liquidation, How::Resumed)),
        (OPENED, Step::Into(Receivership, How::Opened)),
        ("Jugement d'extension d'une procédure de redressement judiciaire", Step::Into(Receivership, How::Extended)),
        ("Jugement d'ouverture d'une procédure de sauvegarde", Step::Into(Safeguard, How::Opened)),
        ("Jugement d'ouverture d'une procédure de sauvegarde accélérée", Step::Into(Safeguard, How::Opened)),
        ("Jugement d'ouverture d'une procédure de traitement de sortie de crise", Step::Into(CrisisExit, How::Opened)),
        ("Jugement d'ouverture d'une procédure de rétablissement professionnel", Step::Into(DebtRelief, How::Opened)),
        (PLAN, Step::Plan(Plan::Recovery)),
        ("Jugement arrêtant le plan de sauvegarde", Step::Plan(Plan::Safeguard)),
        ("Jugement arrêtant un plan de cession", Step::Plan(Plan::Sale)),
        ("Jugement modifiant le plan de continuation", Step::PlanChanged),
        ("Jugement modifiant le plan de redressement", Step::PlanChanged),
        (CLOSED, Step::Ended(Ending::TooFewAssets, None)),
        ("Jugement de clôture pour extinction du passif", Step::Ended(Ending::DebtsPaid, None)),
        ("Jugement mettant fin à la procédure de sauvegarde", Step::Ended(Ending::Other, Some(Safeguard))),
        ("Jugement d'homologation de l'accord", Step::Conciliation),
        ("Jugement d'interdiction de gérer Loi de 1985", Step::Sanction),
        ("Jugement de faillite personnelle", Step::Sanction),
        ("Dépôt de l'état des créances", Step::Formality),
        ("Dépôt de l'état de collocation", Step::Formality),
        (
            "Liste des créances nées après le jugement d'ouverture d'une procédure de liquidation judiciaire",
            Step::Formality,
        ),
        ("Dépôt du projet de répartition", Step::Formality),
        ("Jugement modifiant la date de cessation des paiements", Step::Formality),
        ("Jugement de désignation des organes de la procédure", Step::Formality),
        ("Jugement accordant un délai pour déposer la liste des créances", Step::Formality),
        ("Autre jugement et ordonnance", Step::Unread),
        ("", Step::Unread),
    ] {
        assert_eq!(read_nature(nature, ""), step, "{nature}");
    }
}

#[test]
fn another_judgment_is_read_from_the_text_beside_it() {
    let text = "Jugement prononçant la liquidation judiciaire désignant liquidateur Maître X.";
    assert_eq!(read_nature("Autre jugement", text), Step::Into(Procedure::Liquidation, How::Opened));
    assert_eq!(read_nature("Autre jugement", "Ordonnance du juge-commissaire."), Step::Unread);
    // What the nature says counts, whatever the text beside it speaks of.
    assert_eq!(read_nature(PLAN, text), Step::Plan(Plan::Recovery));
}

#[test]
fn decisions_that_are_undone_name_what_they_undo() {
    let text = "Rétractation de la décision rendue par le tribunal en date du 22 janvier 2008 ayant prononcé une \
                liquidation judiciaire et remettant le débiteur en redressement judiciaire, jusqu'au 22 octobre 2008.";
    assert_eq!(
        read_nature("Rétractation de prononcé de liquidation judiciaire sur tierce opposition", text),
        Step::Undone {
            target: Some(Procedure::Liquidation),
            decided_on: Some(day("2008-01-22")),
            back_to: Some(Procedure::Receivership),
        }
    );
    let text =
        "Arrêt de la cour d'appel infirmant la décision rendue par le tribunal de commerce en date du 06/09/2006";
    assert_eq!(
        read_nature("Arrêt de la cour d'appel infirmant une décision soumise à publicité", text),
        Step::Undone { target: None, decided_on: Some(day("2006-09-06")), back_to: None }
    );
}

/// The word of the state on a day, as known that day.
fn word(notices: &[Notice], on: &str) -> &'static str {
    stand(notices, day(on), day(on)).map_or("none", |stand| stand.standing.word())
}

#[test]
fn a_plan_that_is_resolved_into_liquidation_ends_in_liquidation() {
    let notices = [
        notice("A202000100001", "2020-01-15", "2020-01-05", OPENED),
        notice("A202101000002", "2021-01-20", "2021-01-10", PLAN),
        notice("A202302000003", "2023-05-20", "2023-05-10", RESOLVED),
    ];
    for (on, state) in [
        ("2020-01-14", "none"),
        ("2020-01-15", "receivership"),
        ("2021-01-19", "receivership"),
        ("2021-01-20", "plan"),
        ("2023-05-19", "plan"),
        ("2023-05-20", "liquidation"),
        ("2026-01-01", "liquidation"),
    ] {
        assert_eq!(word(&notices, on), state, "{on}");
    }
    // The judgment holds from its day, once known.
    let later = stand(&notices, day("2023-05-15"), day("2026-01-01")).unwrap();
    assert_eq!((later.standing, later.since), (Standing::Liquidation, day("2023-05-10")));
    // The order of the list is of no matter.
    let mut turned = notices.to_vec();
    turned.reverse();
    assert_eq!(changes(&turned), changes(&notices));
    let told: Vec<(String, &str)> =
        changes(&notices).iter().map(|one| (one.known_from.to_string(), one.stand.standing.word())).collect();
    let expected = [("2020-01-15", "receivership"), ("2021-01-20", "plan"), ("2023-05-20", "liquidation")];
    assert_eq!(told, expected.map(|(on, state)| (on.to_owned(), state)));
}

#[test]
fn a_corrected_notice_takes_the_place_of_the_earlier_one() {
    let wrong = notice("A202400100007", "2024-01-10", "2024-01-02", LIQUIDATED);
    let by_id = Earlier { id: Some(wrong.id.clone()), ..Earlier::default() };
    let by_old_number =
        Earlier { id: Some("A000002340040".to_owned()), published: Some(wrong.published), number: None };
    let by_year = Earlier { published: Some(day("2024-06-30")), ..Earlier::default() };
    for earlier in [by_id, by_old_number, by_year] {
        let right = Notice {
            correction: Correction::Replaces(earlier.clone()),
            ..notice("A202400500009", "2024-03-10", "2024-01-02", LIQUIDATED)
        };
        let right =
            Notice { step: Step::Into(Procedure::Liquidation, How::Opened), judged: Some(day("2024-01-03")), ..right };
        let notices = [wrong.clone(), right];
        assert_eq!(stand(&notices, day("2024-02-01"), day("2024-02-01")).unwrap().since, day("2024-01-02"));
        let known = stand(&notices, day("2024-04-01"), day("2024-04-01")).unwrap();
        assert_eq!((known.since, known.notice.as_str()), (day("2024-01-03"), "A202400500009"), "{earlier:?}");
    }
}

#[test]
fn a_correction_to_another_kind_of_proceedings_leaves_no_trace_of_the_first() {
    let wrong = notice("A202400100007", "2024-01-10", "2024-01-02", LIQUIDATED);
    let right = Notice {
        correction: Correction::Replaces(Earlier { id: Some(wrong.id.clone()), ..Earlier::default() }),
        ..notice("A202400500009", "2024-03-10", "2024-01-02", OPENED)
    };
    let notices = [wrong, right];
    assert_eq!(word(&notices, "2024-02-01"), "liquidation");
    assert_eq!(word(&notices, "2024-03-10"), "receivership");
}

#[test]
fn an_annulled_notice_counts_no_more() {
    let opened = notice("A202400100007", "2024-01-10", "2024-01-02", LIQUIDATED);
    let annulment = Notice {
        correction: Correction::Annuls(Earlier { id: Some(opened.id.clone()), ..Earlier::default() }),
        ..notice("A202400300001", "2024-02-10", "", LIQUIDATED)
    };
    let notices = [opened, annulment];
    assert_eq!(word(&notices, "2024-02-09"), "liquidation");
    assert_eq!(word(&notices, "2024-02-10"), "none");
    let last = changes(&notices).pop().unwrap();
    assert_eq!((last.known_from, last.stand.standing), (day("2024-02-10"), Standing::None));
}

#[test]
fn endings_end_what_they_name() {
    let opened = notice("A1", "2020-01-15", "2020-01-05", OPENED);
    let converted = notice("A2", "2020-06-15", "2020-06-05", "Jugement de conversion en liquidation judiciaire");
    let no_end =
        notice("A3", "2020-06-20", "2020-06-10", "Jugement mettant fin à la procédure de redressement judiciaire");
    let closed = notice("A4", "2022-01-20", "2022-01-10", CLOSED);
    let resumed =
        notice("A5", "2023-01-20", "2023-01-10", "Jugement de reprise de la procédure de liquidation judiciaire");
    let notices = [opened, converted, no_end, closed, resumed];
    for (on, state) in [("2020-07-01", "liquidation"), ("2022-02-01", "closed"), ("2023-02-01", "liquidation")] {
        assert_eq!(word(&notices, on), state, "{on}");
    }
}

#[test]
fn a_retracted_liquidation_puts_the_company_back() {
    let opened = notice("A1", "2007-10-15", "2007-10-05", OPENED);
    let liquidated = notice("A2", "2008-02-01", "2008-01-22", "Jugement de conversion en liquidation judiciaire");
    let undone = |decided_on: Option<&str>, back_to| Notice {
        step: Step::Undone { target: Some(Procedure::Liquidation), decided_on: decided_on.map(day), back_to },
        ..notice("A3", "2008-05-21", "2008-04-22", "")
    };
    for (step, state) in [
        (undone(Some("2008-01-22"), Some(Procedure::Receivership)), "receivership"),
        (undone(Some("2008-01-22"), None), "receivership"),
        (undone(None, None), "receivership"),
        // Another decision than the one in force: nothing changes.
        (undone(Some("2007-10-05"), None), "liquidation"),
    ] {
        assert_eq!(word(&[opened.clone(), liquidated.clone(), step.clone()], "2008-06-01"), state, "{step:?}");
    }
}

#[test]
fn absurd_days_of_judgments_count_as_the_day_of_publication() {
    for judged in ["2030-01-01", "1908-01-01", ""] {
        assert_eq!(notice("A1", "2020-01-15", judged, OPENED).holds_from(), day("2020-01-15"), "{judged}");
    }
    assert_eq!(notice("A1", "2020-01-15", "2019-12-24", OPENED).holds_from(), day("2019-12-24"));
}

#[test]
fn what_leaves_the_state_leaves_it() {
    let liquidated = notice("A1", "2020-01-15", "2020-01-05", LIQUIDATED);
    for nature in [
        "Dépôt de l'état des créances",
        "Jugement de faillite personnelle",
        "Jugement arrêtant un plan de cession",
        PLAN,
        "Jugement modifiant le plan de redressement",
        "Jugement d'homologation de l'accord",
        "Autre jugement",
    ] {
        let notices = [liquidated.clone(), notice("A2", "2020-03-15", "2020-03-05", nature)];
        assert_eq!(word(&notices, "2021-01-01"), "liquidation", "{nature}");
    }
    assert_eq!(word(&[notice("A2", "2020-03-15", "2020-03-05", "Dépôt de l'état des créances")], "2021-01-01"), "none");
}
