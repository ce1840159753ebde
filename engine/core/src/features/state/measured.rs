//! The fold where only measures are wanted: nothing of them depends on the order between the events of different
//! invoices, so that invoices are taken one after another. Most are plain: issued, then paid. Their lives are told
//! without lining up any event; the rest goes through the events, and the tests hold both against each other.

use encours_domain::Day;
use encours_domain::ledger::InvoiceKind;

use super::{ClientState, Detail, Life, UNBORN};
use crate::CoreError;
use crate::features::event::Cut;
use crate::ledger::{ClientView, InvoiceRecord};

impl ClientState {
    /// Forgets everything and eats a client's events before the cut.
    ///
    /// # Errors
    /// As [`ClientState::load`].
    pub fn fold(&mut self, client: ClientView<'_>, cut: Cut) -> Result<(), CoreError> {
        // A credit note ties two invoices together.
        if self.detail != Detail::Measures || client.has_corrections() {
            self.load(client)?;
            self.advance(client, cut);
            return Ok(());
        }
        self.reset(client)?;
        let evening = cut.evening();
        for (position, record) in client.records().iter().enumerate() {
            if evening.is_some_and(|evening| self.plain(client, position, record, evening)) {
                continue;
            }
            self.events.clear();
            self.line_up(client, position, record);
            self.events.sort_unstable();
            self.eaten = 0;
            self.advance(client, cut);
        }
        Ok(())
    }

    /// Tells the life of an invoice that was issued, then paid or not, up to an evening. `false`, and nothing done, when
    /// there is more to it.
    fn plain(&mut self, client: ClientView<'_>, position: usize, record: &InvoiceRecord, evening: i32) -> bool {
        let known = client.known(position);
        if record.kind == InvoiceKind::CreditNote || client.dispute(position) != (None, None) {
            return false;
        }
        let own = client.payments_of(position);
        let payments = client.payments();
        let mut life = UNBORN;
        let mut last_money = self.payday.last_money;
        (life.issued, life.left, life.closed) = (true, record.amount, record.amount <= 0);
        let (days, amounts) = (payments.days.get(own.clone()), payments.amounts.get(own.clone()));
        for ((payment, &day), &amount) in own.clone().zip(days.unwrap_or(&[])).zip(amounts.unwrap_or(&[])) {
            let paid_known = payments.known(payment);
            // What bounced, came first, or is no money has a story.
            if amount < 0 || paid_known < known || !payments.kind(payment).is_money() {
                return false;
            }
            if paid_known > evening {
                continue;
            }
            life.last_money = life.last_money.max(day);
            last_money = last_money.max(Some(day));
            life.left = life.left.saturating_sub(amount);
            if !life.closed && life.left <= 0 {
                (life.closed, life.settled) = (true, life.last_money);
            }
        }
        let place = self.invoice_of_payment.len() + own.len();
        self.invoice_of_payment.resize(place, u32::try_from(position).unwrap_or(u32::MAX));
        if known > evening {
            return true;
        }
        self.payday.last_money = last_money;
        if record.teaches_lateness() {
            self.count_plain(record, known, &life, evening);
        }
        if let Some(slot) = self.lives.get_mut(position) {
            *slot = life;
        }
        true
    }

    /// Outcomes of a plain claim: those of its payment, else at every horizon that has passed.
    fn count_plain(&mut self, record: &InvoiceRecord, known: i32, life: &Life, evening: i32) {
        for (tally, &horizon) in self.lateness.iter_mut().zip(self.horizons.days()) {
            let late_from = record.due + i32::from(horizon) + 1;
            if life.closed {
                tally.count(life.settled >= late_from, false);
            } else if late_from.max(known + 1).min(Day::LAST.number()) <= evening {
                tally.count(true, false);
            }
        }
    }

    /// What a settled claim adds.
    pub(super) fn count_outcomes(&mut self, position: usize, beyond_terms: i32) {
        let horizons = self.horizons;
        for (number, &horizon) in horizons.days().iter().enumerate() {
            self.count_outcome(position, number, beyond_terms > i32::from(horizon));
        }
    }

    /// Takes note of an outcome, and counts it.
    pub(super) fn count_outcome(&mut self, position: usize, horizon: usize, late: bool) {
        let Some((life, tally)) = self.lives.get_mut(position).zip(self.lateness.get_mut(horizon)) else { return };
        if let Some(corrected) = life.now_known(horizon, late) {
            tally.count(late, corrected);
        }
    }
}
