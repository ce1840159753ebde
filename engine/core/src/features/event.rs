//! A client's history as dated events in one total order.
//!
//! The order is (day known, start of day before the day itself, day of the event, kind, invoice), where the invoice
//! stands for its place in the book's content order. An event is one `u64`, so that sorting is sorting numbers.
//!
//! Two things happen at the *start* of a day, because they follow from what was known the evening before: an unpaid
//! invoice falls overdue the day after its due date, and it is known to be late over `k` days the day after that.

use encours_domain::Day;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EventKind {
    /// Start of day: unpaid the day after `due + k`, for the horizon of this number.
    KnownLate(u8),
    /// Start of day: unpaid the day after it fell due.
    FellOverdue,
    /// An invoice entered the books.
    Issued,
    /// A credit note entered the books, and the invoice that it corrects is in them.
    Credited,
    /// Money, a set-off, a discount or a write-off came in, or a payment bounced.
    Paid,
    /// The client disputed an invoice.
    Disputed,
    /// The dispute ended.
    DisputeClosed,
}

impl EventKind {
    const HORIZONS: u8 = 8;

    fn code(self) -> u64 {
        match self {
            EventKind::KnownLate(horizon) => u64::from(horizon),
            EventKind::FellOverdue => u64::from(Self::HORIZONS),
            EventKind::Issued => 0,
            EventKind::Credited => 1,
            EventKind::Paid => 2,
            EventKind::Disputed => 3,
            EventKind::DisputeClosed => 4,
        }
    }

    const fn at_start_of_day(self) -> bool {
        matches!(self, EventKind::KnownLate(_) | EventKind::FellOverdue)
    }

    fn of(code: u64, start_of_day: bool) -> Self {
        match (start_of_day, code) {
            (true, code) if code >= u64::from(Self::HORIZONS) => EventKind::FellOverdue,
            (true, code) => EventKind::KnownLate(u8::try_from(code).unwrap_or(0)),
            (false, 0) => EventKind::Issued,
            (false, 1) => EventKind::Credited,
            (false, 2) => EventKind::Paid,
            (false, 3) => EventKind::Disputed,
            (false, _) => EventKind::DisputeClosed,
        }
    }
}

/// At most this many horizons can be followed at once.
pub const MOST_HORIZONS: usize = 8;

/// At most this many invoices or payments can one client have.
pub const MOST_OF_ONE_CLIENT: usize = (1 << PLACE_BITS) - 1;

const PLACE_BITS: u32 = 24;
const KIND_BITS: u32 = 4;
const DAY_BITS: u32 = 17;

/// One event, packed so that the total order is the order of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event(u64);

impl Event {
    /// Packs an event; `place` is the invoice's or payment's place among the client's own.
    pub(crate) fn new(known: i32, day: i32, kind: EventKind, place: usize) -> Self {
        let phase = u64::from(!kind.at_start_of_day());
        let place = u64::try_from(place).unwrap_or(0);
        let packed = (packed_day(known) << 1) | phase;
        let packed = (packed << DAY_BITS) | packed_day(day);
        let packed = (packed << KIND_BITS) | kind.code();
        Self((packed << PLACE_BITS) | place)
    }

    /// Whether the event is seen by somebody who looks at the given moment.
    pub(crate) const fn before(self, cut: Cut) -> bool {
        self.0 < cut.0
    }

    pub(crate) fn kind(self) -> EventKind {
        let code = (self.0 >> PLACE_BITS) & ((1 << KIND_BITS) - 1);
        let phase = (self.0 >> (PLACE_BITS + KIND_BITS + DAY_BITS)) & 1;
        EventKind::of(code, phase == 0)
    }

    pub(crate) fn place(self) -> usize {
        usize::try_from(self.0 & ((1 << PLACE_BITS) - 1)).unwrap_or(0)
    }

    /// The day on which the event became known.
    pub(crate) fn known(self) -> i32 {
        let days = self.0 >> (PLACE_BITS + KIND_BITS + DAY_BITS + 1);
        i32::try_from(days).map_or(Day::FIRST.number(), |days| days + Day::FIRST.number())
    }
}

/// Days counted from the first accepted day, so that they are never negative.
fn packed_day(day: i32) -> u64 {
    let held = day.clamp(Day::FIRST.number(), Day::LAST.number());
    u64::try_from(held - Day::FIRST.number()).unwrap_or(0)
}

/// The moment at which somebody looks at a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut(u64);

impl Cut {
    /// At the start of a day: what was dated strictly before it. A quote and a training row look so.
    pub fn start_of(day: i32) -> Self {
        Self(((packed_day(day) << 1) | 1) << (DAY_BITS + KIND_BITS + PLACE_BITS))
    }

    /// In the evening of a day: what was dated up to and including it. The nightly run looks so.
    pub fn end_of(day: i32) -> Self {
        Self((packed_day(day) + 1) << Self::WITHIN_A_DAY)
    }

    /// The day in the evening of which somebody looks; `None` in its course.
    pub(crate) fn evening(self) -> Option<i32> {
        let days = i32::try_from(self.0 >> Self::WITHIN_A_DAY).ok()?;
        let between_days = self.0.trailing_zeros() >= Self::WITHIN_A_DAY;
        between_days.then_some(days - 1 + Day::FIRST.number())
    }

    /// Bits below those of the day.
    const WITHIN_A_DAY: u32 = 1 + DAY_BITS + KIND_BITS + PLACE_BITS;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_what_was_packed() {
        let kinds = [
            EventKind::KnownLate(3),
            EventKind::FellOverdue,
            EventKind::Issued,
            EventKind::Credited,
            EventKind::Paid,
            EventKind::Disputed,
            EventKind::DisputeClosed,
        ];
        for kind in kinds {
            for day in [Day::FIRST.number(), -1, 0, 20_604, Day::LAST.number() - 1] {
                let event = Event::new(day, day, kind, 77);
                assert_eq!((event.kind(), event.place(), event.known()), (kind, 77, day));
            }
        }
    }

    #[test]
    fn orders_as_documented() {
        let ordered = [
            Event::new(10, 10, EventKind::KnownLate(0), 9),
            Event::new(10, 10, EventKind::FellOverdue, 1),
            Event::new(10, 8, EventKind::Paid, 4),
            Event::new(10, 10, EventKind::Issued, 7),
            Event::new(10, 10, EventKind::Paid, 2),
            Event::new(11, 9, EventKind::Issued, 0),
        ];
        assert!(ordered.is_sorted());
    }

    #[test]
    fn a_morning_sees_the_evening_before_and_what_follows_from_it() {
        let paid = Event::new(10, 10, EventKind::Paid, 0);
        let overdue = Event::new(10, 10, EventKind::FellOverdue, 0);
        assert!(!paid.before(Cut::start_of(10)) && overdue.before(Cut::start_of(10)));
        assert!(paid.before(Cut::end_of(10)) && paid.before(Cut::start_of(11)));
        let tomorrow = Event::new(11, 11, EventKind::FellOverdue, 0);
        assert!(!tomorrow.before(Cut::end_of(10)) && tomorrow.before(Cut::start_of(11)));
    }
}
