//! What one offer costs and brings.
//!
//! The two tests are taken on rates, not on cents: apart from the cap in euros and from cover, which look at this order
//! together with all that is open, neither depends on the size of the order. A larger order never passes where a smaller one
//! fails.

use encours_domain::{Day, Money, Probability, Share, calendar};

use super::candidates::steps;
use super::chances::{self, Chances};
use super::forms::Form;
use crate::policy::error::PolicyError;
use crate::policy::evidence::Evidence;
use crate::policy::file::Policy;
use crate::policy::law::Ceiling;
use crate::policy::terms::Terms;

const DAYS_A_YEAR: f64 = 365.0;

/// An order, with all that does not depend on the offer.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Order<'a> {
    pub(in crate::policy) invoice: Day,
    pub(in crate::policy) as_of: Day,
    pub(in crate::policy) amount: Money,
    pub(in crate::policy) amount_incl_vat: Money,
    vat_factor: f64,
    margin: Share,
    /// Open already, incl. VAT.
    gross: Money,
    /// Share of an invoice never paid that is lost.
    loss_given_default: Share,
    /// Share of such a loss that no cover pays, all that is open with this order.
    own_share: f64,
    p_fail_12_months: Probability,
    curve: Vec<Chances>,
    form: Form,
    /// Whether the buyer is one under public law: terms run from the receipt of the invoice.
    pub(super) public_buyer: bool,
    policy: &'a Policy,
}

/// One offer, priced.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::policy) struct Priced {
    pub(in crate::policy) terms: Terms,
    pub(in crate::policy) deposit: Share,
    pub(in crate::policy) due: Day,
    days_late: f64,
    range_80: Option<(Day, Day)>,
    pub(in crate::policy) p_late_over_30: Probability,
    pub(in crate::policy) p_never_paid: Probability,
    pub(in crate::policy) expected_loss: Money,
    pub(in crate::policy) cost_of_waiting: Money,
    pub(in crate::policy) worth: Money,
    pub(in crate::policy) loss_under_cap: bool,
    pub(in crate::policy) worth_above_floor: bool,
    /// Days of credit weighed by the share of the price that is on credit: what the client gets.
    pub(in crate::policy) lightness: f64,
}

impl Priced {
    pub(in crate::policy) fn passes(&self) -> bool {
        self.loss_under_cap && self.worth_above_floor
    }

    /// The business day on which we expect the money: the due day, rolled, then the expected lateness, rolled again.
    pub(in crate::policy) fn cash(&self) -> Day {
        let whole_days = self.days_late.ceil().clamp(0.0, 36_500.0);
        #[expect(clippy::cast_possible_truncation, reason = "whole and held between 0 and 36,500")]
        let days = whole_days as i32;
        calendar::next_business_day(calendar::next_business_day(self.due).plus_clamped(days))
    }

    /// The business days between which the money comes four times in five, where the model tells days.
    pub(in crate::policy) fn cash_range_80(&self) -> Option<[Day; 2]> {
        let (from, to) = self.range_80?;
        Some([calendar::next_business_day(from), calendar::next_business_day(to)])
    }
}

impl<'a> Order<'a> {
    pub(in crate::policy) fn of(
        policy: &'a Policy,
        evidence: &Evidence<'_>,
        ceiling: &Ceiling,
        gross: Money,
        p_fail_12_months: Probability,
    ) -> Result<Self, PolicyError> {
        let quote = evidence.quote;
        let invoice = quote.invoice_date(policy, evidence.as_of);
        let severe_after = policy.never_paid.severe_after_days;
        Ok(Self {
            invoice,
            as_of: evidence.as_of,
            amount: quote.amount(),
            amount_incl_vat: quote.amount_incl_vat(),
            vat_factor: 1.0 + quote.vat_rate().value(),
            margin: quote.margin(policy),
            gross,
            loss_given_default: policy.loss_given_default(quote.retention_of_title()),
            own_share: own_share(evidence, gross, invoice),
            p_fail_12_months,
            curve: chances::curve(&steps(policy, ceiling), evidence.late, invoice, severe_after)?,
            form: Form::Plain,
            public_buyer: false,
            policy,
        })
    }

    /// The same order for a buyer under public law, or for another.
    pub(in crate::policy) fn for_public_buyer(self, public_buyer: bool) -> Self {
        Self { public_buyer, ..self }
    }

    /// The same order in another form.
    pub(super) fn in_form(&self, form: Form) -> Self {
        Self { form, ..self.clone() }
    }

    /// Prices terms with a deposit below the whole.
    pub(in crate::policy) fn price(&self, terms: Terms, deposit: Share) -> Priced {
        let due = terms.due(self.invoice);
        let chances = chances::at(&self.curve, due);
        // Without any chances nothing is known: the worst stands in.
        let (p_over_30, p_severe, days_late) =
            chances.map_or((1.0, 1.0, 0.0), |it| (it.p_over_30.value(), it.p_severe.value(), it.days_late));
        let horizon = f64::from(due.days_since(self.as_of)) + days_late;
        let p_never_paid = self.never_paid(p_severe, horizon);
        let days_out = self.form.mean_days(f64::from(due.days_since(self.invoice).max(0))) + days_late;
        let range_80 = chances.and_then(|chances| chances.range_80);
        self.priced(Promise { terms, deposit, due, days_late, range_80, p_over_30, p_never_paid, days_out })
    }

    /// P(late over 30 days) at terms that fall due on a day; certain where nothing is known.
    pub(in crate::policy) fn p_over_30_at(&self, due: Day) -> Probability {
        chances::at(&self.curve, due).map_or(Probability::clamped(1.0, Probability::ZERO), |chances| chances.p_over_30)
    }

    /// Payment in advance: nothing is at risk and nothing is waited for.
    pub(in crate::policy) fn prepaid(&self) -> Priced {
        let (terms, due) = (Terms::net(0), self.invoice);
        let nothing = (0.0, 0.0, 0.0, 0.0);
        let (days_late, p_over_30, p_never_paid, days_out) = nothing;
        let (deposit, range_80) = (Share::WHOLE, None);
        self.priced(Promise { terms, deposit, due, days_late, range_80, p_over_30, p_never_paid, days_out })
    }

    fn priced(&self, promise: Promise) -> Priced {
        let appetite = &self.policy.appetite;
        let at_risk = 1.0 - promise.deposit.value();
        let loss_given_never_paid = promise.p_never_paid * self.loss_given_default.value() * self.own_share;
        let own_at_risk = at_risk * self.form.loss_kept();
        let loss_rate = loss_given_never_paid * own_at_risk;
        let waiting_rate = self.vat_factor * at_risk * promise.days_out / DAYS_A_YEAR * appetite.cost_of_money;
        let handling_rate = appetite.handling_share.value() + self.form.cost(at_risk);
        let worth_rate = self.margin.value() - loss_rate - waiting_rate - handling_rate;
        let expected_loss = self.amount.times(loss_rate);
        let cost_of_waiting = self.amount.times(waiting_rate);
        let costs = expected_loss.minor() + cost_of_waiting.minor() + self.amount.times(handling_rate).minor();
        let worth = Money::from_minor(self.amount.times(self.margin.value()).minor() - costs, self.amount.currency());
        let all_at_risk = self.amount.major() * own_at_risk + self.gross.major() / self.vat_factor;
        let loss_of_all = loss_given_never_paid * all_at_risk;
        Priced {
            terms: promise.terms,
            deposit: promise.deposit,
            due: promise.due,
            days_late: promise.days_late,
            range_80: promise.range_80,
            p_late_over_30: Probability::clamped(promise.p_over_30, Probability::ZERO),
            p_never_paid: Probability::clamped(promise.p_never_paid, Probability::ZERO),
            expected_loss,
            cost_of_waiting,
            worth,
            loss_under_cap: loss_rate <= appetite.loss_cap_share.value() && loss_of_all <= appetite.loss_cap.major(),
            worth_above_floor: worth_rate >= appetite.worth_floor_share.value(),
            lightness: self.form.credit_kept() * at_risk * (f64::from(promise.due.days_since(self.invoice)) + 1.0),
        }
    }

    /// Never paid within the order's own horizon: so late that it rolls into a loss, or failed on the way.
    fn never_paid(&self, p_severe: f64, horizon_days: f64) -> f64 {
        let years = horizon_days.max(1.0) / DAYS_A_YEAR;
        let p_fail = -libm::expm1(years * libm::log1p(-self.p_fail_12_months.value()));
        let p_rolls = p_severe * self.policy.never_paid.roll_rate.value();
        1.0 - (1.0 - p_rolls) * (1.0 - p_fail)
    }

    /// A deposit, incl. VAT.
    pub(in crate::policy) fn deposit_amount(&self, deposit: Share) -> Money {
        self.amount_incl_vat.times(deposit.value())
    }

    /// Sales at this margin that would make up for the loss of what is on credit.
    pub(in crate::policy) fn sales_to_recover(&self, deposit: Share) -> Option<Money> {
        let kept = (1.0 - deposit.value()) * self.form.loss_kept();
        let lost = kept * self.loss_given_default.value() * self.own_share;
        (self.margin.value() > 0.0).then(|| self.amount.times(lost / self.margin.value()))
    }
}

/// Cover pays its share of what is lost up to its amount, whichever of the invoices is not paid: a larger order has less of it
/// for each euro, so that none looks better than the same in parts.
fn own_share(evidence: &Evidence<'_>, gross: Money, invoice: Day) -> f64 {
    // What no longer holds when the invoice goes out does not pay for it.
    if evidence.insured.and_then(|cover| cover.until).is_some_and(|until| until < invoice) {
        return 1.0;
    }
    let (exposure, total) = (evidence.exposure, gross.major() + evidence.quote.amount_incl_vat().major());
    let covered = (exposure.cover.major() / total).clamp(0.0, 1.0);
    if covered.is_finite() { 1.0 - exposure.insured_share.value() * covered } else { 1.0 }
}

/// Terms and deposit with the chances that go with them.
struct Promise {
    terms: Terms,
    deposit: Share,
    due: Day,
    days_late: f64,
    range_80: Option<(Day, Day)>,
    p_over_30: f64,
    p_never_paid: f64,
    days_out: f64,
}
