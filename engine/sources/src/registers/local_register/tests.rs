use super::*;
use crate::tests::server::JumpingClock;

const FILE: &str = "subject,kind,value,valid_from,known_from,source\n\
    000100008,name,\"S.A.R.L. Crêperie de l'Œuf\",2015-01-01,2015-01-05,a file\n\
    000100008,address,\"1 RUE DU BOIS, 00100 NULLE-PART\",2015-01-01,2015-01-05,a file\n\
    000100008,company_director,000300004 Président,2015-01-01,2015-01-05,a file\n\
    000200006,name,Voisine,2015-01-01,2015-01-05,a file\n\
    000200006,address,\"1 rue du bois, 00100 Nulle-Part\",2015-01-01,2015-01-05,a file\n\
    000300004,name,Holding,2015-01-01,2015-01-05,a file\n\
    000400002,name,SECRET,2015-01-01,2015-01-05,a file\n\
    000400002,legal_form,1000,2015-01-01,2015-01-05,a file\n\
    000400002,diffusion,partial,2015-01-01,2015-01-05,a file\n";

fn register() -> LocalRegister {
    LocalRegister::read(FILE.as_bytes(), JumpingClock::new()).unwrap()
}

#[tokio::test]
async fn a_company_is_told_with_those_around_it_and_a_stranger_is_not_found() {
    let reading = register().look_up(&"000100008".parse().unwrap()).await.unwrap();
    let of: BTreeSet<String> = reading.facts.iter().map(|fact| fact.subject.to_string()).collect();
    assert_eq!(of.into_iter().collect::<Vec<_>>(), ["000100008", "000200006", "000300004"]);
    assert!(reading.facts.iter().all(|fact| fact.source == "a file" && fact.answer.is_some()));
    assert!(reading.facts.iter().all(|fact| fact.fetched_on == Some("2026-11-22".parse().unwrap())));
    let nobody = register().look_up(&"000500009".parse().unwrap()).await.unwrap();
    assert_eq!((nobody.facts.len(), nobody.not_found), (0, vec!["000500009".to_owned()]));
}

#[test]
fn companies_are_found_as_one_types() {
    for (text, found) in [
        ("creperie", &["000100008"][..]),
        ("sarl crep", &["000100008"]),
        ("OEUF", &["000100008"]),
        ("000 100 008", &["000100008"]),
        ("000 1", &["000100008"]),
        ("secret", &[]),
        ("  ", &[]),
        ("sarl", &[]),
    ] {
        let order: Vec<String> = register().search(text).order.iter().map(ToString::to_string).collect();
        assert_eq!(order, found, "{text}");
    }
}

#[test]
fn a_file_without_facts_is_an_error() {
    for text in ["", "subject,kind\n", "subject,kind,value,valid_from,known_from,source\n1,state,x,2015,2016,s\n"] {
        assert!(LocalRegister::read(text.as_bytes(), JumpingClock::new()).is_err(), "{text}");
    }
}
