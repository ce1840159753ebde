//! A client without a number, and the entries of a register that may be it: proposed, never decided.

use serde::{Deserialize, Serialize};

use super::names::{comparable_name, likeness};
use super::{ClientRow, PlaceLikeness};
use crate::identity::Siren;
use crate::text::Bilingual;

/// An entry of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its number.
    pub siren: Siren,
    /// Its names: legal, trade, acronym.
    pub names: Vec<String>,
    /// Postcode of its seat or of an establishment.
    pub postcode: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Whether it is active.
    pub active: bool,
}

/// What speaks for a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchEvidence {
    /// The register's name that is nearest.
    pub name: String,
    /// How alike the names are, in hundredths, legal forms left out.
    pub name_likeness: u8,
    /// How the places agree.
    pub place: PlaceLikeness,
    /// Whether the number in the client's own file is this one.
    pub same_number: bool,
    /// In words.
    pub says: Bilingual,
}

/// A register's entry that may be the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number.
    pub siren: Siren,
    /// 0 to 100. A rank for a person's eye, not a probability.
    pub score: u8,
    /// What speaks for it.
    pub evidence: MatchEvidence,
}

/// Names less alike than this, in hundredths, are not proposed.
const LEAST_LIKENESS: u8 = 40;

/// Ranks the register's entries that may be a client, best first, the same ones in any order of candidates.
///
/// The score is seven tenths of the names' likeness, and up to thirty for the place: the same postcode 30, the same city
/// or department 18, unknown 9, elsewhere none. A ceased company loses twenty. Two equals stay two: a person decides.
pub fn propose_matches(client: &ClientRow, candidates: &[Candidate]) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = candidates.iter().filter_map(|candidate| proposal(client, candidate)).collect();
    proposals.sort_by(|left, right| right.score.cmp(&left.score).then_with(|| left.siren.cmp(&right.siren)));
    proposals.dedup_by(|later, first| later.siren == first.siren);
    proposals
}

fn proposal(client: &ClientRow, candidate: &Candidate) -> Option<Proposal> {
    let same_number = client.siren.as_ref() == Some(&candidate.siren);
    let own = comparable_name(client.shown_name());
    let compared = candidate.names.iter().map(|name| (likeness(&own, &comparable_name(name)), name));
    let (name_likeness, name) = compared.max_by_key(|(likeness, _)| *likeness)?;
    if name_likeness < LEAST_LIKENESS && !same_number {
        return None;
    }
    let place = super::likeness(
        (client.postcode.as_deref(), client.city.as_deref()),
        (candidate.postcode.as_deref(), candidate.city.as_deref()),
    );
    let by_place: u32 = match place {
        PlaceLikeness::SamePostcode => 30,
        PlaceLikeness::Near => 18,
        PlaceLikeness::Unknown => 9,
        PlaceLikeness::Elsewhere => 0,
    };
    let ceased: u32 = if candidate.active { 0 } else { 20 };
    let score = if same_number { 100 } else { (u32::from(name_likeness) * 7 / 10 + by_place).saturating_sub(ceased) };
    let says = says(name, name_likeness, place, same_number, candidate.active);
    let evidence = MatchEvidence { name: name.clone(), name_likeness, place, same_number, says };
    Some(Proposal { siren: candidate.siren.clone(), score: u8::try_from(score.min(100)).unwrap_or(100), evidence })
}

fn says(name: &str, likeness: u8, place: PlaceLikeness, same_number: bool, active: bool) -> Bilingual {
    let (place_fr, place_en) = match place {
        PlaceLikeness::SamePostcode => ("même code postal", "same postcode"),
        PlaceLikeness::Near => ("même ville ou département", "same city or department"),
        PlaceLikeness::Elsewhere => ("autre lieu", "another place"),
        PlaceLikeness::Unknown => ("lieu inconnu", "place unknown"),
    };
    let mut fr = format!("« {name} », noms semblables à {likeness} %, {place_fr}");
    let mut en = format!("“{name}”, names {likeness}% alike, {place_en}");
    if same_number {
        fr.push_str(", même SIREN");
        en.push_str(", same SIREN");
    }
    if !active {
        fr.push_str(", radiée");
        en.push_str(", ceased");
    }
    Bilingual::new(fr, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{DuplicateEvidence, likely_duplicates};
    use crate::ledger::Place;

    fn client(id: &str, name: &str, siren: &str, postcode: &str, city: &str) -> ClientRow {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ClientRow {
            place: Place { file: 0, line: 0 },
            client_id: id.to_owned(),
            name: text(name),
            siren: siren.parse().ok(),
            vat_number: None,
            sector: None,
            terms: None,
            group: None,
            margin: None,
            insured: None,
            guaranteed: None,
            owner: None,
            city: text(city),
            postcode: text(postcode),
            credit_limit: None,
            email: None,
        }
    }

    fn candidate(siren: &str, name: &str, postcode: &str, city: &str) -> Candidate {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Candidate {
            siren: siren.parse().unwrap(),
            names: vec![name.to_owned()],
            postcode: text(postcode),
            city: text(city),
            active: true,
        }
    }

    #[test]
    fn one_company_under_several_accounts() {
        let clients = [
            client("C1", "Dupont & Fils SARL", "000500967", "69003", "Lyon"),
            client("C2", "DUPONT ET FILS", "", "69003", "LYON 3E"),
            client("C3", "Dupont et Fils", "000500967", "75001", "Paris"),
            client("C4", "Dupont et Fils", "", "33000", "Bordeaux"),
            client("C5", "Martin", "", "33000", "Bordeaux"),
        ];
        let found = likely_duplicates(&clients);
        let shown: Vec<(DuplicateEvidence, Vec<&str>)> =
            found.iter().map(|found| (found.evidence, found.client_ids.iter().map(String::as_str).collect())).collect();
        assert_eq!(
            shown,
            [
                (DuplicateEvidence::SameSiren, vec!["C1", "C3"]),
                (DuplicateEvidence::SameNameAndPostcode, vec!["C1", "C2"]),
            ]
        );
        // Two numbers are two companies, however alike their names.
        let twins = [
            client("C1", "Transports Nord", "000500967", "59000", "Lille"),
            client("C2", "Transports Nord", "000000000", "59000", "Lille"),
        ];
        assert_eq!(likely_duplicates(&twins), []);
    }

    #[test]
    fn proposals_are_ranked() {
        let register = [
            candidate("000500967", "DUPONT ET FILS", "69003", "LYON"),
            candidate("000000000", "DUPONT", "75001", "PARIS"),
            candidate("000100008", "GARAGE DU CENTRE", "69003", "LYON"),
        ];
        let found = propose_matches(&client("C1", "S.A.R.L. Dupont & Fils", "", "69003", "Lyon"), &register);
        let shown: Vec<(&str, u8)> = found.iter().map(|found| (found.siren.as_str(), found.score)).collect();
        assert_eq!(shown, [("000500967", 100), ("000000000", 35)]);
        assert_eq!(found[0].evidence.says.fr, "« DUPONT ET FILS », noms semblables à 100 %, même code postal");
        assert_eq!(propose_matches(&client("C1", "", "", "69003", "Lyon"), &register), []);
        let mut reversed = register.to_vec();
        reversed.reverse();
        assert_eq!(propose_matches(&client("C1", "S.A.R.L. Dupont & Fils", "", "69003", "Lyon"), &reversed), found);
    }
}
