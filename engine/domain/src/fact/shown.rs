//! What may be shown to anybody: a unit that objects to diffusion stays masked.

use super::{Fact, FactKind};
use crate::identity::NATURAL_PERSON_LEGAL_FORM;

/// Whether these facts (all of one company) say that its name and address may not be shown: the register last said
/// that the unit objects to diffusion, and it is a natural person or not known to be anything else. A legal person that
/// objects hides its address alone (décret 2022-1014).
///
/// The last word counts, whatever day is asked about: who has objected since is masked in the past, too.
pub fn hides_name(facts: &[Fact]) -> bool {
    let last = |kind: FactKind| {
        let facts = facts.iter().filter(|fact| fact.kind == kind);
        facts.max_by_key(|fact| (fact.looked_on(), fact.known_from, &fact.value)).map(|fact| fact.value.as_str())
    };
    let objects = last(FactKind::Diffusion).is_some_and(|word| word != "full");
    objects && last(FactKind::LegalForm).is_none_or(|form| form == NATURAL_PERSON_LEGAL_FORM)
}

/// Whether these facts say that the address may not be shown.
pub fn hides_address(facts: &[Fact]) -> bool {
    let diffusion = facts.iter().filter(|fact| fact.kind == FactKind::Diffusion);
    diffusion
        .max_by_key(|fact| (fact.looked_on(), fact.known_from, &fact.value))
        .is_some_and(|fact| fact.value != "full")
}

/// The facts (all of one company) that may be shown to anybody.
pub fn shown(facts: &[Fact]) -> impl Iterator<Item = &Fact> {
    let (name, address) = (hides_name(facts), hides_address(facts));
    facts.iter().filter(move |fact| match fact.kind {
        FactKind::Name => !name,
        FactKind::Address => !address,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::AnswerHash;
    use super::*;
    use crate::day::Day;

    fn fact(kind: FactKind, value: &str, known: &str) -> Fact {
        let known_from: Day = known.parse().unwrap();
        Fact {
            subject: "000100008".parse().unwrap(),
            kind,
            value: value.to_owned(),
            valid_from: known_from,
            known_from,
            source: "register".to_owned(),
            fetched_on: None,
            answer: None,
        }
    }

    #[test]
    fn kinds_have_one_word_each_and_json_uses_it() {
        for (kind, word) in FactKind::ALL {
            assert_eq!(FactKind::parse(word).unwrap(), *kind);
            let value = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word);
            assert_eq!(FactKind::deserialize(value).unwrap(), *kind, "{word}");
        }
    }

    #[test]
    fn hashes_read_back() {
        let hash = AnswerHash::new(std::array::from_fn(|at| u8::try_from(at * 7).unwrap()));
        assert_eq!(hash.to_string().parse::<AnswerHash>().unwrap(), hash);
        for text in [
            "",
            "sha256:",
            "sha256:zz",
            &hash.to_string()[7..],
            &format!("{hash}0"),
            &format!("sha256:{}", "é".repeat(32)),
        ] {
            assert!(text.parse::<AnswerHash>().is_err(), "{text}");
        }
    }

    #[test]
    fn who_objects_is_masked_and_a_company_keeps_its_name() {
        let name = fact(FactKind::Name, "Nom d'une personne", "2015-01-01");
        let address = fact(FactKind::Address, "1 rue du Bois, 00000 Nulle-Part", "2015-01-01");
        let person = fact(FactKind::LegalForm, "1000", "2015-01-01");
        let company = fact(FactKind::LegalForm, "5710", "2015-01-01");
        let objects = fact(FactKind::Diffusion, "partial", "2024-06-01");
        let kinds = |facts: &[Fact]| shown(facts).map(|fact| fact.kind).collect::<Vec<_>>();
        let all = |form: &Fact, diffusion: &[Fact]| {
            [vec![name.clone(), address.clone(), form.clone()], diffusion.to_vec()].concat()
        };
        let masked = std::slice::from_ref(&objects);
        assert_eq!(kinds(&all(&person, masked)), [FactKind::LegalForm, FactKind::Diffusion]);
        assert_eq!(kinds(&all(&company, masked)), [FactKind::Name, FactKind::LegalForm, FactKind::Diffusion]);
        // Of whom nobody knows that it is a company is masked, too.
        assert!(hides_name(&[name.clone(), objects.clone()]));
        // Who takes the objection back is shown again; who never objected always was.
        let back = fact(FactKind::Diffusion, "full", "2025-01-01");
        assert_eq!(kinds(&all(&person, &[objects, back])).len(), 5);
        assert_eq!(kinds(&all(&person, &[])).len(), 3);
    }
}
