//! SIREN numbers of companies that don't exist.
//!
//! A SIREN is nine digits, the last one a Luhn check digit. Public bodies have been numbered from
//! 1 and 2, private units from 3 upwards; INSEE assigns none that begins with 0. All numbers here
//! begin with `000`: they pass every check of form, can't belong to anybody, and are recognised at
//! sight. They are text: a program that reads them as numbers loses the zeros, as it would lose
//! those of a postal code.

use std::collections::BTreeSet;

use crate::draw::chance::Chance;

/// What every number of the sample begins with: a range that isn't assigned.
pub const UNASSIGNED_PREFIX: &str = "000";

/// Whether a text is nine digits of which the last is the right check digit.
///
/// ```
/// use encours_datasets::has_check_digit;
/// assert!(has_check_digit("000000018"));
/// assert!(!has_check_digit("000000019"));
/// assert!(!has_check_digit("18"));
/// ```
#[must_use]
pub fn has_check_digit(siren: &str) -> bool {
    let digits: Option<Vec<u32>> = siren.chars().map(|digit| digit.to_digit(10)).collect();
    digits.is_some_and(|digits| digits.len() == 9 && luhn_sum(&digits).is_multiple_of(10))
}

/// The Luhn sum: from the right, every second digit counts double, less nine when above nine.
fn luhn_sum(digits: &[u32]) -> u32 {
    let weigh = |(place, digit): (usize, &u32)| match (place % 2, 2 * digit) {
        (0, _) => *digit,
        (_, double) if double > 9 => double - 9,
        (_, double) => double,
    };
    digits.iter().rev().enumerate().map(weigh).sum()
}

/// Hands out numbers of the unassigned range, each once.
#[derive(Default)]
pub(crate) struct SirenIssuer(BTreeSet<String>);

impl SirenIssuer {
    /// A number that wasn't handed out before.
    pub(crate) fn issue(&mut self, chance: &mut Chance) -> String {
        loop {
            let siren = with_check_digit(chance.between(1, 99_999));
            if self.0.insert(siren.clone()) {
                return siren;
            }
        }
    }
}

/// Prefix, five free digits and the digit that makes the Luhn sum a multiple of ten.
fn with_check_digit(free: i64) -> String {
    let body = format!("{UNASSIGNED_PREFIX}{free:05}");
    (0..10).map(|check| format!("{body}{check}")).find(|siren| has_check_digit(siren)).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_check() {
        // The statistics office (INSEE) and the power company (EDF), both public knowledge.
        assert!(has_check_digit("120027016") && has_check_digit("552081317"));
        assert!(!has_check_digit("120027061") && !has_check_digit("12002701x"));
    }

    #[test]
    fn issued_numbers_are_valid_and_differ() {
        let (mut issuer, mut chance) = (SirenIssuer::default(), Chance::new(1, 0));
        let issued: BTreeSet<String> = (0..500).map(|_| issuer.issue(&mut chance)).collect();
        assert_eq!(issued.len(), 500);
        assert!(issued.iter().all(|siren| has_check_digit(siren) && siren.starts_with("000")));
    }
}
