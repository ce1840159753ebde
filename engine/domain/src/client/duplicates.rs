//! One company under several accounts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ClientRow;
use super::names::comparable_name;

/// Why two accounts look like one company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateEvidence {
    /// The same SIREN: one legal person, perhaps several establishments.
    SameSiren,
    /// The same number for VAT.
    SameVatNumber,
    /// The same name without legal form, and the same postcode.
    SameNameAndPostcode,
}

/// Accounts that look like one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Why.
    pub evidence: DuplicateEvidence,
    /// What they have in common: the number, or the name and postcode as compared.
    pub common: String,
    /// The accounts, sorted, at least two.
    pub client_ids: Vec<String>,
}

/// Finds accounts that look like one company. Names are compared only where not both have a SIREN: two numbers are two
/// companies, however alike their names. A set of accounts is told once, with its strongest evidence.
pub fn likely_duplicates(clients: &[ClientRow]) -> Vec<Duplicate> {
    let mut found: Vec<Duplicate> = Vec::new();
    let mut tell = |evidence, groups: BTreeMap<String, Vec<String>>| {
        for (common, mut client_ids) in groups {
            client_ids.sort_unstable();
            client_ids.dedup();
            let told = found.iter().any(|known| client_ids.iter().all(|id| known.client_ids.contains(id)));
            if client_ids.len() > 1 && !told {
                found.push(Duplicate { evidence, common, client_ids });
            }
        }
    };
    tell(DuplicateEvidence::SameSiren, grouped(clients, |client| client.siren.as_ref().map(ToString::to_string)));
    tell(
        DuplicateEvidence::SameVatNumber,
        grouped(clients, |client| client.vat_number.as_ref().map(ToString::to_string)),
    );
    let by_name = grouped(clients, named_place);
    let sirens: BTreeMap<&str, &str> = clients
        .iter()
        .filter_map(|client| Some((client.client_id.as_str(), client.siren.as_ref()?.as_str())))
        .collect();
    let not_told_apart = |ids: &Vec<String>| {
        let mut numbers: Vec<&str> = ids.iter().filter_map(|id| sirens.get(id.as_str()).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len() < 2
    };
    let by_name = by_name.into_iter().filter(|(_, ids)| not_told_apart(ids)).collect();
    tell(DuplicateEvidence::SameNameAndPostcode, by_name);
    found
}

fn grouped(clients: &[ClientRow], key: impl Fn(&ClientRow) -> Option<String>) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for client in clients {
        if let Some(key) = key(client) {
            groups.entry(key).or_default().push(client.client_id.clone());
        }
    }
    groups
}

fn named_place(client: &ClientRow) -> Option<String> {
    let name = comparable_name(client.shown_name());
    let postcode: String = client.postcode.as_deref()?.chars().filter(|letter| letter.is_alphanumeric()).collect();
    (!name.is_empty() && !postcode.is_empty()).then(|| format!("{name}, {postcode}"))
}
