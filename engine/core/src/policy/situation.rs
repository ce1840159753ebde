//! Everything that the rules look at, worked out once.

use encours_domain::fact::{Known, MissingKind};
use encours_domain::{Bilingual, DomainError, Money, Share};

use super::error::PolicyError;
use super::evidence::Evidence;
use super::file::{ByClass, Policy, PublicRecord};
use super::first_invoice::{FirstInvoice, first_invoice};
use super::law::{Ceiling, LawTable};
use super::limit::{Basis, Limit};
use super::matrix::MatrixCell;
use super::offers::{Alternative, Choice, Chosen, Order, Priced, PutForward, alternatives, candidate_terms, choose};
use super::quote::Stage;
use super::terms::Terms;
use crate::company::CompanyView;
use crate::solvency::{Failure, LedgerDistress, failure};

/// Overdue for longer than this with us is distress.
const LONG_OVERDUE_DAYS: u32 = 90;

/// A quote with what is known, priced and limited, before anything is judged.
pub(in crate::policy) struct Situation<'a> {
    pub(in crate::policy) policy: &'a Policy,
    pub(in crate::policy) evidence: &'a Evidence<'a>,
    /// The company as far as the policy lets us read it.
    pub(in crate::policy) company: CompanyView,
    pub(in crate::policy) natural_person: Known<bool>,
    pub(in crate::policy) failure: Failure,
    /// How likely the first invoice goes unpaid, while none was ever settled.
    pub(in crate::policy) first_invoice: Option<FirstInvoice>,
    pub(in crate::policy) ceiling: Ceiling,
    /// Whether the buyer is one under public law.
    pub(in crate::policy) public_buyer: bool,
    pub(in crate::policy) asked: Terms,
    pub(in crate::policy) gross: Money,
    /// Gross exposure with this order in full: what limit, entry amount and thresholds test.
    pub(in crate::policy) total: Money,
    /// Open orders with this one.
    pub(in crate::policy) ordered: Money,
    pub(in crate::policy) below_entry: bool,
    /// Where the client stands between paying late and failing.
    pub(in crate::policy) cell: MatrixCell,
    pub(in crate::policy) limit: Limit,
    /// Up to so much gross exposure with this order passes at this stage.
    pub(in crate::policy) most: Money,
    pub(in crate::policy) order: Order<'a>,
    pub(in crate::policy) chosen: Chosen,
}

impl<'a> Situation<'a> {
    pub(in crate::policy) fn of(
        policy: &'a Policy,
        law: &LawTable,
        evidence: &'a Evidence<'a>,
    ) -> Result<Self, PolicyError> {
        let (quote, as_of) = (evidence.quote, evidence.as_of);
        same_currency(policy, quote.amount())?;
        let gross = evidence.exposure.gross()?;
        let total = gross.plus(quote.amount_incl_vat())?;
        let ordered = evidence.exposure.orders.plus(quote.amount_incl_vat())?;
        let below_entry = total.minor() <= policy.entry_amount.minor();
        let company = readable(policy, evidence, below_entry);
        // Read at every amount: were it only above the entry amount, a larger order could be approved where a smaller is not.
        let estimate = evidence.failure.filter(|_| policy.public_record == PublicRecord::Required);
        let failure = failure(&policy.failure, &company, distress(policy, evidence)?, estimate);
        let class_row = class_row(policy, &failure);
        let p_fail = failure.p_12_months;
        let invoice = quote.invoice_date(policy, as_of);
        let ceiling = law.ceiling(quote.goods(policy), invoice);
        let public_buyer = law.is_public(quote.goods(policy));
        let order = Order::of(policy, evidence, &ceiling, gross, p_fail)?.for_public_buyer(public_buyer);
        let asked = quote.asked_terms(policy, law, as_of);
        let cell = policy.matrix.cell(order.p_over_30_at(asked.due(invoice)), failure.class_index);
        let limit_share = cell.limit_share;
        let basis = Basis { company: &company, class_row: &class_row, p_fail, below_entry, limit_share };
        let limit = Limit::of(policy, evidence, &basis)?;
        let terms = lawful_terms(policy, law, evidence, asked);
        let deposit_steps = deposit_steps(policy, public_buyer);
        let choice = Choice { asked, offered_deposit: quote.deposit(), terms: &terms, deposit_steps };
        let stage = if evidence.is_ordered { quote.stage() } else { Stage::Order };
        let most = most(policy, &limit, stage);
        let bounds = Bounds { policy, gross, most, most_days: cell.most_days };
        let chosen = chosen(&order, &choice, &bounds);
        let natural_person = natural_person(&company, evidence);
        let reads_record = policy.public_record == PublicRecord::Required;
        let is_first = evidence.history.settled == 0;
        let judged = || first_invoice(&policy.first_invoice, &company, evidence.signals, reads_record);
        let first_invoice = is_first.then(judged);
        Ok(Self {
            policy,
            evidence,
            company,
            natural_person,
            failure,
            first_invoice,
            ceiling,
            public_buyer,
            asked,
            gross,
            total,
            ordered,
            below_entry,
            cell,
            limit,
            most,
            order,
            chosen,
        })
    }

    /// Other forms of the same order that give the client or us more.
    pub(in crate::policy) fn alternatives(&self, law: &LawTable, clause: &Bilingual) -> Vec<Alternative> {
        let Self { policy, gross, most, cell, .. } = self;
        let terms = lawful_terms(policy, law, self.evidence, self.asked);
        let bounds = Bounds { policy, gross: *gross, most: *most, most_days: cell.most_days };
        let choice = Choice {
            asked: self.asked,
            offered_deposit: self.evidence.quote.deposit(),
            terms: &terms,
            deposit_steps: deposit_steps(policy, self.public_buyer),
        };
        alternatives(&self.order, &policy.forms, &self.chosen, |order| chosen(order, &choice, &bounds), clause)
    }

    /// The offer that is put forward: the lightest, or for a share of the clients the balanced one where there is one.
    pub(in crate::policy) fn put_forward(&self) -> Option<(PutForward, &Priced)> {
        let light = self.chosen.light.as_ref()?;
        let share = self.policy.exploration.value();
        let Some(balanced) = self.chosen.balanced.as_ref() else {
            return Some((PutForward { offer: "lightest", propensity: Share::WHOLE }, light));
        };
        let rest = Share::new(1.0 - share).unwrap_or(Share::WHOLE);
        if self.evidence.draw < share {
            return Some((PutForward { offer: "balanced", propensity: self.policy.exploration }, balanced));
        }
        Some((PutForward { offer: "lightest", propensity: rest }, light))
    }

    /// Gross exposure with what the order adds to it in the test of the limit.
    pub(in crate::policy) fn tested_exposure(&self) -> Money {
        let counted = self.policy.limit.deposit_counts;
        let deposit = self.chosen.light.as_ref().map(|light| light.deposit).filter(|_| counted);
        let received = deposit.map_or(0, |deposit| self.order.deposit_amount(deposit).minor());
        Money::from_minor(self.total.minor() - received, self.total.currency())
    }

    /// Whether the very terms and deposit of the quote pass.
    pub(in crate::policy) fn asked_passes(&self) -> bool {
        let asked = |priced: &Priced| priced.terms == self.asked && priced.deposit == self.evidence.quote.deposit();
        self.chosen.light.as_ref().is_some_and(asked)
    }

    /// Whether the matrix allows the days asked for.
    pub(in crate::policy) fn asked_within_matrix(&self) -> bool {
        self.asked.due(self.order.invoice).days_since(self.order.invoice) <= i32::from(self.cell.most_days)
    }

    /// Whether the public record is there to be read.
    pub(in crate::policy) fn reads_public_record(&self) -> bool {
        self.policy.public_record == PublicRecord::Required
    }
}

/// The lawful terms that are not longer than those asked for.
fn lawful_terms(policy: &Policy, law: &LawTable, evidence: &Evidence<'_>, asked: Terms) -> Vec<Terms> {
    let invoice = evidence.quote.invoice_date(policy, evidence.as_of);
    let mut terms = candidate_terms(policy, law, evidence.quote, evidence.as_of);
    terms.retain(|terms| terms.due(invoice) <= asked.due(invoice));
    terms
}

fn same_currency(policy: &Policy, amount: Money) -> Result<(), DomainError> {
    Money::zero(policy.currency).plus(amount).map(|_| ())
}

/// The company as far as the policy reads it: not at all, without accounts, or whole.
fn readable(policy: &Policy, evidence: &Evidence<'_>, below_entry: bool) -> CompanyView {
    match policy.public_record {
        PublicRecord::NotUsed => CompanyView::all_missing(evidence.as_of, MissingKind::NotApplicable),
        PublicRecord::Required if below_entry => evidence.company.clone().without_accounts(),
        PublicRecord::Required => evidence.company.clone(),
    }
}

fn distress(policy: &Policy, evidence: &Evidence<'_>) -> Result<LedgerDistress, DomainError> {
    let history = evidence.history;
    let least = policy.overdue_gate.min_amount;
    least.plus(history.overdue)?;
    let much = history.overdue.minor() > 0 && history.overdue.minor() >= least.minor();
    let long_overdue = much && history.worst_overdue_days > LONG_OVERDUE_DAYS;
    Ok(LedgerDistress { bounced: history.bounced_12_months, long_overdue })
}

fn class_row(policy: &Policy, failure: &Failure) -> ByClass {
    policy.class_row(failure.class_index).cloned().unwrap_or_else(|| ByClass::nothing(policy.currency))
}

/// A public buyer pays for what was delivered: an advance is the code of public procurement's to grant, not ours to ask for.
fn deposit_steps(policy: &Policy, public_buyer: bool) -> &[Share] {
    if public_buyer { &[] } else { &policy.deposit_steps }
}

/// The limit with what is tolerated at a stage.
fn most(policy: &Policy, limit: &Limit, stage: Stage) -> Money {
    let automatic = limit.automatic(policy);
    let more = automatic.times(policy.tolerance.at(stage).value());
    Money::from_minor(automatic.minor().saturating_add(more.minor()), automatic.currency())
}

/// What bounds an offer besides its price.
#[derive(Clone, Copy)]
struct Bounds<'a> {
    policy: &'a Policy,
    gross: Money,
    most: Money,
    most_days: u16,
}

/// What passes the tests of price, of the matrix and, where deposits count, of the limit; were the limit never met, price and
/// matrix decide and the rule of the limit speaks.
fn chosen(order: &Order<'_>, choice: &Choice<'_>, bounds: &Bounds<'_>) -> Chosen {
    let Bounds { policy, gross, most, most_days } = bounds;
    let short = |priced: &Priced| priced.due.days_since(order.invoice) <= i32::from(*most_days);
    let by_price = || choose(order, choice, short);
    if !policy.limit.deposit_counts {
        return by_price();
    }
    let rest = |deposit| order.amount_incl_vat.minor() - order.deposit_amount(deposit).minor();
    let within = choose(order, choice, |priced| {
        short(priced) && gross.minor().saturating_add(rest(priced.deposit)) <= most.minor()
    });
    if within.light.is_some() { within } else { by_price() }
}

/// The register first, then the client file. Either of them saying so is enough.
fn natural_person(company: &CompanyView, evidence: &Evidence<'_>) -> Known<bool> {
    match (company.natural_person, evidence.history.natural_person) {
        (_, Some(true)) => Known::Present(true),
        (Known::Missing(_), Some(false)) => Known::Present(false),
        (by_register, _) => by_register,
    }
}
