//! `ClientState`: the fold over one client's events.
//!
//! It eats events in their total order and never looks ahead; features read it and never write it, so a later event
//! cannot leak into an earlier feature. Here is the life of each invoice (issued, overdue, known late, paid, bounced,
//! disputed, written off); what is counted of it lives with the families, in [`super::families`].

use encours_domain::ledger::{InvoiceKind, PaymentKind};

mod measured;

use super::decay::{HalfLives, Weights};
use super::event::{Cut, Event, EventKind, MOST_HORIZONS, MOST_OF_ONE_CLIENT};
use super::families::{
    days::DaysTally,
    lateness::{LatenessTally, Outcome},
    open::OpenTally,
    payday::PaydayTally,
    rhythm::RhythmTally,
    similar::{Likeness, TermsSeen},
};
use super::horizons::Horizons;
use super::priors::PayingWeek;
use crate::CoreError;
use crate::ledger::{ClientView, InvoiceRecord};

/// How much of a history is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All that features read.
    Everything,
    /// Outcomes, open claims and measures; pay days, likenesses and logarithms of amounts stay uncounted. For models
    /// that read nothing of them: what is counted is the same to the bit.
    Outcomes,
    /// The lives of invoices, how many outcomes are known and late, and the last day of money: all that is left when
    /// nothing counts that depends on the order in which the events of *different* invoices come.
    Measures,
}

/// A day on which something became known, and what it weighs.
#[derive(Clone, Copy)]
struct Known {
    day: i32,
    weights: Weights,
}

/// No day.
pub(crate) const NEVER: i32 = i32::MIN;

/// Where one invoice stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// Still to pay, minor units of the invoice's currency.
    pub(crate) left: i64,
    /// Day of the last money received on it, or [`NEVER`].
    pub(crate) last_money: i32,
    /// Day of the payment that closed it, or [`NEVER`].
    pub(crate) settled: i32,
    /// Day in whose weights that payment was counted, or [`NEVER`] when nothing is learnt from it.
    learnt_on: i32,
    /// In the books by now.
    pub(crate) issued: bool,
    /// Nothing is left to pay, or it was given up or credited.
    pub(crate) closed: bool,
    /// Unpaid past its due date.
    pub(crate) overdue: bool,
    /// Disputed at some time: its lateness is not counted against the client.
    pub(crate) disputed: bool,
    /// Disputed now: it is not overdue, however long it is due.
    in_dispute: bool,
    /// A credit note of some day points at it.
    credited: bool,
    /// Horizons (bits) at which the outcome is known.
    observed: u8,
    /// Horizons (bits) at which it is known to be late.
    late: u8,
}

impl Life {
    /// Whether the invoice was late at a horizon; `None` while that is not known.
    pub(crate) fn outcome(&self, horizon: usize) -> Option<bool> {
        let bit = 1_u8 << horizon.min(MOST_HORIZONS - 1);
        (self.observed & bit != 0).then_some(self.late & bit != 0)
    }

    /// Takes note of an outcome: whether it was known before the other way round; `None` when it is nothing new.
    fn now_known(&mut self, horizon: usize, late: bool) -> Option<bool> {
        let bit = 1_u8 << horizon.min(MOST_HORIZONS - 1);
        let (corrected, was_late) = (self.observed & bit != 0, self.late & bit != 0);
        if corrected && was_late == late {
            return None;
        }
        self.observed |= bit;
        self.late = if late { self.late | bit } else { self.late & !bit };
        Some(corrected)
    }
}

const UNBORN: Life = Life {
    left: 0,
    last_money: NEVER,
    settled: NEVER,
    learnt_on: NEVER,
    issued: false,
    closed: false,
    overdue: false,
    disputed: false,
    in_dispute: false,
    credited: false,
    observed: 0,
    late: 0,
};

/// One client's history as far as it has been eaten. Scratch: one a worker, used again for every client.
#[derive(Debug)]
pub struct ClientState {
    pub(crate) horizons: Horizons,
    events: Vec<Event>,
    eaten: usize,
    /// For each of the client's payments, the position of its invoice.
    invoice_of_payment: Vec<u32>,
    pub(crate) lives: Vec<Life>,
    pub(crate) lateness: Vec<LatenessTally>,
    pub(crate) days: DaysTally,
    pub(crate) payday: PaydayTally,
    pub(crate) open: OpenTally,
    pub(crate) rhythm: RhythmTally,
    pub(crate) terms_seen: TermsSeen,
    /// For each invoice and horizon, the day in whose weights its outcome was counted; said only where the outcome is.
    counted_on: Vec<i32>,
    detail: Detail,
    half_lives: HalfLives,
    /// Day of the first event: where fading weights are counted from.
    origin: i32,
}

/// The day from which an unpaid invoice is overdue: the one after its due date, but not before anybody knew of it.
fn overdue_from(record: &InvoiceRecord, known: i32) -> i32 {
    (record.due + 1).max(known + 1)
}

/// A credit note is known with the invoice that it corrects, never before it.
fn credited(client: ClientView<'_>, position: usize, note: &InvoiceRecord) -> Event {
    let target = client.corrects(position);
    let issued = target.and_then(|target| client.records().get(target)).map_or(note.issued, |target| target.issued);
    let known = target.map_or(i32::MIN, |target| client.known(target)).max(client.known(position));
    Event::new(known, note.issued.max(issued), EventKind::Credited, position)
}

impl ClientState {
    /// An empty state that follows these horizons, in a week with these paying days.
    pub fn new(horizons: &Horizons, paying_week: PayingWeek) -> Self {
        Self::with_detail(horizons, paying_week, Detail::Everything)
    }

    /// As [`ClientState::new`], counting no more than `detail`.
    pub fn with_detail(horizons: &Horizons, paying_week: PayingWeek, detail: Detail) -> Self {
        Self {
            detail,
            horizons: *horizons,
            events: Vec::new(),
            eaten: 0,
            invoice_of_payment: Vec::new(),
            lives: Vec::new(),
            lateness: vec![LatenessTally::default(); horizons.days().len()],
            days: DaysTally::default(),
            payday: PaydayTally::new(paying_week),
            open: OpenTally::default(),
            rhythm: RhythmTally::default(),
            terms_seen: TermsSeen::default(),
            counted_on: Vec::new(),
            half_lives: HalfLives::new(),
            origin: 0,
        }
    }

    /// Forgets everything and lines up the events of a client.
    ///
    /// # Errors
    /// When the client has more invoices or payments than can be told apart.
    pub fn load(&mut self, client: ClientView<'_>) -> Result<(), CoreError> {
        self.reset(client)?;
        if client.has_corrections() {
            for position in 0..client.records().len() {
                let target = client.corrects(position).and_then(|target| self.lives.get_mut(target));
                if let Some(target) = target {
                    target.credited = true;
                }
            }
        }
        for (position, record) in client.records().iter().enumerate() {
            self.line_up(client, position, record);
        }
        self.events.sort_unstable();
        self.origin = self.events.first().map_or(0, |event| event.known());
        Ok(())
    }

    fn reset(&mut self, client: ClientView<'_>) -> Result<(), CoreError> {
        self.eaten = 0;
        self.events.clear();
        self.invoice_of_payment.clear();
        self.lives.clear();
        self.lives.resize(client.records().len(), UNBORN);
        if self.detail != Detail::Measures {
            let counted = client.records().len() * self.lateness.len();
            self.counted_on.resize(counted.max(self.counted_on.len()), NEVER);
        }
        self.lateness.iter_mut().for_each(LatenessTally::reset);
        self.days.reset();
        self.payday.reset();
        self.open.reset();
        self.rhythm.reset();
        self.terms_seen.reset();
        let found = client.records().len().max(client.payment_range().len());
        if found > MOST_OF_ONE_CLIENT {
            let what = "invoices or payments of one client";
            return Err(CoreError::TooLarge { what, found, most: MOST_OF_ONE_CLIENT });
        }
        Ok(())
    }

    /// The events of one invoice. Whether it will fall overdue is only asked when its own payments leave it open then,
    /// which saves most events; the event itself looks at the state again.
    fn line_up(&mut self, client: ClientView<'_>, position: usize, record: &InvoiceRecord) {
        let known = client.known(position);
        if record.kind == InvoiceKind::CreditNote {
            self.events.push(credited(client, position, record));
        } else {
            self.events.push(Event::new(known, record.issued, EventKind::Issued, position));
        }
        let mut left = record.amount;
        let (mut paid_up, mut latest) = (None, i32::MIN);
        let mut bounced = false;
        for payment in client.payments_of(position) {
            let payments = client.payments();
            let (known, day) = (payments.known(payment), payments.days.get(payment).copied().unwrap_or(NEVER));
            let amount = payments.amounts.get(payment).copied().unwrap_or(0);
            let place = self.invoice_of_payment.len();
            // Money that comes before the invoice waits for it.
            let (known_with, not_before) = (known.max(client.known(position)), day.max(record.issued));
            self.events.push(Event::new(known_with, not_before, EventKind::Paid, place));
            self.invoice_of_payment.push(u32::try_from(position).unwrap_or(u32::MAX));
            left = left.saturating_sub(amount);
            bounced |= amount < 0;
            // Payments stand by their own days, and one may have become known before the one it stands behind.
            latest = latest.max(known);
            if left <= 0 && paid_up.is_none() {
                paid_up = Some(latest);
            }
        }
        let (disputed, dispute_closed) = client.dispute(position);
        if let Some(day) = disputed {
            self.events.push(Event::new(day.max(known), day, EventKind::Disputed, position));
        }
        if let Some(day) = dispute_closed {
            self.events.push(Event::new(day.max(known), day, EventKind::DisputeClosed, position));
        }
        if !record.is_claim() {
            return;
        }
        let credited = self.lives.get(position).is_some_and(|life| life.credited);
        let certain = paid_up.filter(|_| !bounced && !credited);
        let open_on = |day: i32| certain.is_none_or(|paid_up| paid_up >= day);
        let overdue = overdue_from(record, known);
        if self.detail != Detail::Measures && open_on(overdue) {
            self.events.push(Event::new(overdue, overdue, EventKind::FellOverdue, position));
        }
        for (number, &horizon) in self.horizons.days().iter().enumerate() {
            let late = (record.due + i32::from(horizon) + 1).max(known + 1);
            if open_on(late) {
                let number = u8::try_from(number).unwrap_or(0);
                self.events.push(Event::new(late, late, EventKind::KnownLate(number), position));
            }
        }
    }

    /// Eats every event before the cut.
    pub fn advance(&mut self, client: ClientView<'_>, cut: Cut) {
        while let Some(&event) = self.events.get(self.eaten).filter(|event| event.before(cut)) {
            self.eat(client, event);
            self.eaten += 1;
        }
        self.open.tidy(&self.lives);
    }

    /// Gives back what only [`ClientState::advance`] needs: from now on the state is read and no longer advanced.
    pub(crate) fn shed(&mut self) {
        (self.events, self.invoice_of_payment, self.counted_on) = (Vec::new(), Vec::new(), Vec::new());
        self.eaten = 0;
    }

    /// What brings fading sums to a day.
    pub(crate) fn scale(&self, half_life: usize, today: i32) -> f64 {
        self.half_lives.scale(half_life, today - self.origin)
    }

    /// Due date of the claim that is overdue for longest.
    pub(crate) fn oldest_overdue_due(&self) -> Option<i32> {
        self.open.oldest_due(&self.lives)
    }

    fn weights(&self, day: i32) -> Weights {
        self.half_lives.weights(day - self.origin)
    }

    fn known_on(&self, day: i32) -> Known {
        Known { day, weights: self.weights(day) }
    }

    fn eat(&mut self, client: ClientView<'_>, event: Event) {
        let day = event.known();
        match event.kind() {
            EventKind::Issued => self.issued(client, event.place()),
            EventKind::Credited => self.credited(client, event.place()),
            EventKind::Paid => self.paid(client, event.place(), day),
            EventKind::FellOverdue => self.fell_overdue(client, event.place()),
            EventKind::KnownLate(horizon) => self.known_late(client, event.place(), usize::from(horizon), day),
            EventKind::Disputed => self.disputed(client, event.place()),
            EventKind::DisputeClosed => self.dispute_closed(client, event.place(), day),
        }
    }

    fn issued(&mut self, client: ClientView<'_>, position: usize) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        life.issued = true;
        life.left = record.amount;
        life.closed = record.amount <= 0;
        let open = !life.closed;
        if self.detail == Detail::Measures {
            return;
        }
        self.rhythm.issued(record, self.detail == Detail::Everything);
        if open {
            self.open.opened(record.own_amount());
        }
    }

    fn credited(&mut self, client: ClientView<'_>, position: usize) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        (life.issued, life.closed) = (true, true);
        if let Some(target) = client.corrects(position) {
            self.credit(client, target, record.amount.saturating_neg());
        }
    }

    /// A credit note takes something off an invoice; one credited in full was never late.
    fn credit(&mut self, client: ClientView<'_>, position: usize, amount: i64) {
        let Some(life) = self.lives.get(position) else { return };
        if life.closed || !life.issued {
            return;
        }
        let by_money = life.last_money;
        self.reduce(client, position, amount);
        let closed = self.lives.get(position).is_some_and(|life| life.left <= 0);
        if closed && by_money != NEVER {
            self.settle(client, position, by_money, by_money);
        } else if closed {
            self.close(client, position);
        }
    }

    fn reduce(&mut self, client: ClientView<'_>, position: usize, amount: i64) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        let before = life.left.max(0);
        life.left = life.left.saturating_sub(amount);
        let change = life.left.max(0) - before;
        if !life.closed && record.flags & InvoiceRecord::FOREIGN == 0 {
            self.open.changed(change, life.overdue);
        }
    }

    fn paid(&mut self, client: ClientView<'_>, place: usize, known: i32) {
        let Some(position) = self.invoice_of_payment.get(place).and_then(|&at| usize::try_from(at).ok()) else {
            return;
        };
        let payment = client.payment_range().start + place;
        let payments = client.payments();
        let (Some(&day), Some(&amount)) = (payments.days.get(payment), payments.amounts.get(payment)) else { return };
        let kind = payments.kind(payment);
        if amount < 0 {
            match kind {
                // Money back on a credit note is what we owed: a refund, and no sign of distress.
                _ if !client.is_claim(position) => {}
                // A factor gave the claim back: no payment of the client's came back.
                PaymentKind::Assigned => self.reopened(client, position, -amount, known),
                _ => {
                    self.open.bounced(known);
                    self.reopened(client, position, -amount, known);
                }
            }
            return;
        }
        if kind.is_money() {
            self.payday.money_in(day);
            if let Some(life) = self.lives.get_mut(position) {
                life.last_money = life.last_money.max(day);
            }
        }
        self.reduce(client, position, amount);
        let Some(life) = self.lives.get(position) else { return };
        if life.closed || life.left > 0 {
            return;
        }
        match (kind, life.last_money) {
            (PaymentKind::WriteOff, _) => self.given_up(client, position, known),
            // It is owed to the factor now, and nobody tells us when that was paid.
            (PaymentKind::Assigned, _) | (_, NEVER) => self.close(client, position),
            (_, last_money) => self.settle(client, position, last_money, known),
        }
    }

    /// The claim is paid: what it teaches goes to the families.
    fn settle(&mut self, client: ClientView<'_>, position: usize, day: i32, known: i32) {
        self.close(client, position);
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        life.settled = day;
        if !record.teaches_lateness() || life.disputed {
            return;
        }
        life.learnt_on = known;
        let beyond_terms = day - record.due;
        if self.detail == Detail::Measures {
            self.count_outcomes(position, beyond_terms);
            return;
        }
        let known = Known { day: known, weights: self.half_lives.weights(known - self.origin) };
        self.days.settled(record, day, &known.weights);
        let likeness = self.likeness(record);
        if likeness.is_some() {
            self.payday.settled(record, beyond_terms, &known.weights);
        }
        let horizons = self.horizons;
        for (number, &horizon) in horizons.days().iter().enumerate() {
            self.observe(position, number, beyond_terms > i32::from(horizon), likeness.as_ref(), &known);
        }
    }

    /// Takes the claim out of what is open.
    fn close(&mut self, client: ClientView<'_>, position: usize) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        if life.closed {
            return;
        }
        life.closed = true;
        let left = record.own(life.left.max(0));
        self.open.closed(left, life.overdue);
        for (tally, bit) in self.lateness.iter_mut().zip(0..MOST_HORIZONS) {
            if life.late & (1 << bit) != 0 {
                tally.late_one_closed();
            }
        }
        life.overdue = false;
    }

    /// Written off: known late at every horizon, and never a payment.
    fn given_up(&mut self, client: ClientView<'_>, position: usize, known: i32) {
        for horizon in 0..self.horizons.days().len() {
            self.known_late(client, position, horizon, known);
        }
        self.open.written_off();
        self.close(client, position);
    }

    /// A payment came back, or a factor gave the claim back: it is open again.
    fn reopened(&mut self, client: ClientView<'_>, position: usize, amount: i64, known: i32) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        let was_closed = life.closed;
        let (settled, learnt_on) = (life.settled, life.learnt_on);
        life.left = life.left.saturating_add(amount);
        if !was_closed {
            if record.flags & InvoiceRecord::FOREIGN == 0 {
                self.open.changed(amount, life.overdue);
            }
            return;
        }
        if life.left <= 0 {
            return;
        }
        life.closed = false;
        (life.settled, life.learnt_on, life.last_money) = (NEVER, NEVER, NEVER);
        let left = life.left;
        self.open.opened(record.own(left));
        if learnt_on != NEVER {
            self.unlearn(record, settled, learnt_on);
        }
        if record.due < known {
            self.fell_overdue(client, position);
        }
        let horizons = self.horizons;
        for (number, &horizon) in horizons.days().iter().enumerate() {
            let bit = 1 << number;
            let was_late = self.lives.get(position).is_some_and(|life| life.late & bit != 0);
            if was_late && let Some(tally) = self.lateness.get_mut(number) {
                tally.late_one_reopened();
            } else if record.due + i32::from(horizon) < known {
                self.known_late(client, position, number, known);
            }
        }
    }

    /// What a payment had taught is taken back, with the weight it was counted with.
    fn unlearn(&mut self, record: &InvoiceRecord, day: i32, learnt_on: i32) {
        if self.detail == Detail::Measures {
            return;
        }
        let weights = self.weights(learnt_on);
        self.days.unsettled(record, day, &weights);
        if self.detail == Detail::Everything {
            self.payday.unsettled(record, day - record.due, &weights);
        }
    }

    fn fell_overdue(&mut self, client: ClientView<'_>, position: usize) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        if life.closed || !life.issued || life.overdue || life.in_dispute {
            return;
        }
        life.overdue = true;
        let left = record.own(life.left.max(0));
        self.open.fell_overdue(left, record.due, position);
    }

    fn known_late(&mut self, client: ClientView<'_>, position: usize, horizon: usize, known: i32) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get(position)) else { return };
        // What is open and known to be late is counted already.
        let counted = life.late & (1 << horizon.min(MOST_HORIZONS - 1)) != 0;
        if life.closed || !life.issued || life.disputed || counted || !record.teaches_lateness() {
            return;
        }
        if let Some(tally) = self.lateness.get_mut(horizon) {
            tally.late_one_opened();
        }
        if self.detail == Detail::Measures {
            self.count_outcome(position, horizon, true);
            return;
        }
        let likeness = self.likeness(record);
        let known = self.known_on(known);
        self.observe(position, horizon, true, likeness.as_ref(), &known);
    }

    /// What an invoice is like, where likenesses are counted.
    fn likeness(&mut self, record: &InvoiceRecord) -> Option<Likeness> {
        (self.detail == Detail::Everything).then(|| self.terms_seen.likeness(record))
    }

    /// The outcome of an invoice at a horizon is known, or known better than before. A correction moves exactly the
    /// weight with which the outcome was counted at first, so that rates stay rates.
    fn observe(&mut self, position: usize, horizon: usize, late: bool, likeness: Option<&Likeness>, known: &Known) {
        let counted = self.counted_on.get_mut(position * self.lateness.len() + horizon);
        let Some(((life, tally), counted)) =
            self.lives.get_mut(position).zip(self.lateness.get_mut(horizon)).zip(counted)
        else {
            return;
        };
        let Some(corrected) = life.now_known(horizon, late) else { return };
        // No client has more than fits; see `MOST_OF_ONE_CLIENT`.
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        let outcome = Outcome { position, late, corrected, likeness };
        if corrected {
            let weights = self.half_lives.weights(*counted - self.origin);
            tally.observed(&outcome, &weights);
        } else {
            *counted = known.day;
            tally.observed(&outcome, &known.weights);
        }
    }

    /// Whose fault the wait is isn't known while an invoice is disputed: it is open, but not overdue.
    fn disputed(&mut self, client: ClientView<'_>, position: usize) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        (life.disputed, life.in_dispute) = (true, true);
        if std::mem::take(&mut life.overdue) {
            self.open.left_overdue(record.own(life.left.max(0)));
        }
        self.open.disputed();
    }

    /// The dispute ended: what is past its due date by then is overdue again; the rest falls overdue in its time.
    fn dispute_closed(&mut self, client: ClientView<'_>, position: usize, day: i32) {
        let Some((record, life)) = client.records().get(position).zip(self.lives.get_mut(position)) else { return };
        life.in_dispute = false;
        if day >= overdue_from(record, client.known(position)) {
            self.fell_overdue(client, position);
        }
    }
}
