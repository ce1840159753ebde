//! The horizons of lateness that are followed at once.

use encours_domain::DomainError;

use super::event::MOST_HORIZONS;

/// Days beyond terms at which an invoice counts as late (`late over 30 days`): ascending, no repeats, one to eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizons {
    days: [u16; MOST_HORIZONS],
    count: usize,
}

impl Horizons {
    /// The horizons of an assessment.
    pub fn standard() -> Self {
        Self { days: [0, 30, 60, 90, 0, 0, 0, 0], count: 4 }
    }

    /// Sorts and checks horizons.
    ///
    /// # Errors
    /// When there are none, more than eight, or one beyond 3,650 days.
    pub fn new(mut days: Vec<u16>) -> Result<Self, DomainError> {
        days.sort_unstable();
        days.dedup();
        if days.is_empty() || days.len() > MOST_HORIZONS {
            return Err(DomainError::out_of_range("number of horizons", days.len(), format!("1 to {MOST_HORIZONS}")));
        }
        match days.iter().find(|&&day| day > 3_650) {
            Some(day) => Err(DomainError::out_of_range("days late over", day, "0 to 3650")),
            None => {
                let mut horizons = Self { days: [0; MOST_HORIZONS], count: days.len() };
                for (slot, day) in horizons.days.iter_mut().zip(days) {
                    *slot = day;
                }
                Ok(horizons)
            }
        }
    }

    /// The days, ascending.
    pub fn days(&self) -> &[u16] {
        self.days.get(..self.count).unwrap_or(&[])
    }
}
