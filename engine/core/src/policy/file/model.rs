//! A checked policy. Only the check in this folder makes one.

use encours_domain::{Currency, Day, DomainError, Money, Share, Verdict};

use crate::policy::first_invoice::FirstInvoiceRule;
use crate::policy::matrix::Matrix;
use crate::policy::quote::Stage;
use crate::solvency::FailureRule;

/// Which of the law tables that come with the program holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShippedLaw {
    /// French law.
    France,
    /// Directive 2011/7/EU, for sellers in other member states.
    Europe,
}

/// Whether public facts are read: the owner's explicit choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicRecord {
    /// Not fetched means that a person decides.
    Required,
    /// Never read, even when present.
    NotUsed,
}

/// Which of the two limits passes without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutomaticUpTo {
    /// The prudent one.
    Prudent,
    /// The bold one.
    Bold,
}

/// What an order may cost and must bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Appetite {
    /// Expected loss of the order, share of its amount excl. VAT, at most.
    pub loss_cap_share: Share,
    /// Expected loss excl. VAT of the order with all that is open, at most.
    pub loss_cap: Money,
    /// Worth of the order, share of its amount excl. VAT, at least.
    pub worth_floor_share: Share,
    /// Margin of a quote that states none, for a client whose own or whose segment's is not known.
    pub margin: Share,
    /// Cost of money a year.
    pub cost_of_money: f64,
    /// Handling, share of the amount excl. VAT.
    pub handling_share: Share,
    /// Share of what is never paid that is lost.
    pub loss_given_default: Share,
    /// The same of goods sold under retention of title; never more.
    pub loss_given_default_with_title: Share,
    /// Gross exposure with the order above which a second person approves.
    pub automatic_up_to: Money,
    /// Position of the failure class from which a person decides.
    pub refer_from_class: usize,
}

/// Terms that we work with.
#[derive(Clone, Debug, PartialEq)]
pub struct TermsRule {
    /// Days from the invoice at which chances are read, rising.
    pub steps: Vec<u16>,
    /// From the quote to the invoice when no delivery day is given.
    pub days_to_invoice: u16,
    /// What we sell unless the quote says otherwise.
    pub goods: String,
}

/// When overdue money closes the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct OverdueGate {
    /// At least this much overdue.
    pub min_amount: Money,
    /// And the oldest for at least this long.
    pub min_days: u16,
    /// What is said then.
    pub verdict: Verdict,
}

/// How much evidence an answer needs.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceRule {
    /// Below it the public record must carry the answer.
    pub min_own_history_weight: Share,
    /// Below that weight: exposure above which a person decides whatever the public record says.
    pub thin_up_to: Money,
    /// Without a trained model: exposure above which a person decides.
    pub prior_only_up_to: Money,
    /// Days after which a ledger's end is worth a word.
    pub ledger_max_age_days: u16,
}

/// What open proceedings mean.
#[derive(Clone, Debug, PartialEq)]
pub struct ProceedingsRule {
    /// Receivership.
    pub receivership: Verdict,
    /// Safeguard, plan, conciliation.
    pub safeguard: Verdict,
}

/// From very late to never paid.
#[derive(Clone, Debug, PartialEq)]
pub struct NeverPaid {
    /// Days late from which an invoice may never be paid.
    pub severe_after_days: u16,
    /// Share of those that are not.
    pub roll_rate: Share,
}

/// How the limit is made.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitRule {
    /// Which of the two passes without a person.
    pub automatic_up_to: AutomaticUpTo,
    /// What is said above it.
    pub over_limit: Verdict,
    /// Whether an offer's deposit is taken off the order in the test.
    pub deposit_counts: bool,
    /// Share of capacity and risk budget that the prudent figure counts.
    pub prudent_share: Share,
    /// Days of purchases needed when the ledger shows no usual terms.
    pub need_days: u16,
    /// How many times its rhythm a client may need.
    pub need_room: f64,
    /// One client at most, share of our yearly sales.
    pub concentration_share: Share,
    /// Yearly loss accepted from one client, excl. VAT.
    pub risk_budget_loss: Money,
}

/// What a failure class may owe, and when we look again.
#[derive(Clone, Debug, PartialEq)]
pub struct ByClass {
    /// Share of equity.
    pub equity_share: Share,
    /// Share of turnover.
    pub turnover_share: Share,
    /// Amount when accounts are confidential or do not exist yet.
    pub without_accounts: Money,
    /// Days until the next review.
    pub review_days: u16,
}

impl ByClass {
    /// A class that may owe nothing.
    pub(in crate::policy) fn nothing(currency: Currency) -> Self {
        let (equity_share, turnover_share) = (Share::NONE, Share::NONE);
        Self { equity_share, turnover_share, without_accounts: Money::zero(currency), review_days: 1 }
    }
}

/// By how much gross exposure may pass the limit when an order comes to a later stage: it was accepted once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageTolerance {
    /// Share of the limit, before the goods leave.
    pub delivery: Share,
    /// Share of the limit, before the invoice goes out; never less.
    pub invoice: Share,
}

impl StageTolerance {
    /// Where the policy says nothing.
    pub(super) const NONE: Self = Self { delivery: Share::NONE, invoice: Share::NONE };

    /// Share of the limit that a stage tolerates; an order that is not accepted yet none.
    pub(in crate::policy) fn at(&self, stage: Stage) -> Share {
        match stage {
            Stage::Order => Share::NONE,
            Stage::Delivery => self.delivery,
            Stage::Invoice => self.invoice,
        }
    }
}

/// What an insurer's contract asks of us.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoverRule {
    /// Share of a loss that credit insurance pays, up to the insured amount.
    pub insured_share: Share,
    /// Days after the due date within which an overdue invoice of an insured client must be declared.
    pub declare_overdue_days: Option<u16>,
    /// Cover of a client whom the insurer does not know by name, and whom no insurer refuses.
    pub unnamed_up_to: Money,
}

/// Whether a decision needs the list of open orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrdersUse {
    /// Always.
    Required,
    /// Once one was given.
    KeptUp,
    /// Never: what the last list says counts, however old it is.
    WhenGiven,
}

/// What is asked of the list of open orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrdersRule {
    /// Whether a decision needs it.
    pub needed: OrdersUse,
    /// Days after which a list no longer tells what is open.
    pub max_age_days: u16,
}

impl OrdersRule {
    /// Of a policy that says nothing of it.
    pub const UNASKED: Self = Self { needed: OrdersUse::WhenGiven, max_age_days: u16::MAX };
}

/// How long what is kept of a natural person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionRule {
    /// Days since the last that happened with a client.
    pub client_days: u16,
    /// Days since the last answer about somebody who never became one.
    pub prospect_days: u16,
}

/// A role that decides, and how far alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Gross exposure with the order, incl. VAT, up to which it needs no second person.
    pub up_to: Money,
}

/// Other forms than days and a deposit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FormsRule {
    /// Share of a loss that a guarantee must pay; 0 when none is asked for.
    pub guarantee_share: Share,
    /// What it costs us, share of the amount excl. VAT.
    pub guarantee_cost: Share,
    /// Parts of the balance; 1 when it is not parted.
    pub instalments: u16,
    /// Discount for early payment, share of the price; 0 when there is none.
    pub early_discount: Share,
    /// Days from the invoice within which it is given.
    pub early_days: u16,
    /// Share of clients who take it.
    pub early_taken: Share,
}

/// When an order is too unlike the client's habit to pass without a person.
#[derive(Clone, Debug, PartialEq)]
pub struct HabitRule {
    /// Orders together above this many times the largest invoice of the year.
    pub times_largest: f64,
    /// Or above this many times the median one, where they are also above the largest.
    pub times_median: f64,
}

/// From where on signals of identity and fraud are told.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRule {
    /// Founded at most so many days ago.
    pub just_days: u16,
    /// Revived or changed at most so many days ago.
    pub changed_days: u16,
    /// So many other companies at one address.
    pub shared_by: u16,
    /// Share of the yearly turnover above which a first order is large.
    pub first_order_share: Share,
}

/// A checked policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(in crate::policy) version: String,
    pub(in crate::policy) text_hash: String,
    pub(in crate::policy) valid_from: Day,
    pub(in crate::policy) currency: Currency,
    pub(in crate::policy) law: ShippedLaw,
    pub(in crate::policy) public_record: PublicRecord,
    pub(in crate::policy) record_max_age_days: u16,
    pub(in crate::policy) appetite: Appetite,
    pub(in crate::policy) deposit_steps: Vec<Share>,
    pub(in crate::policy) terms: TermsRule,
    pub(in crate::policy) entry_amount: Money,
    pub(in crate::policy) overdue_gate: OverdueGate,
    pub(in crate::policy) evidence: EvidenceRule,
    pub(in crate::policy) proceedings: ProceedingsRule,
    pub(in crate::policy) full_grant_alone: bool,
    pub(in crate::policy) second_person_for_models: bool,
    pub(in crate::policy) second_person_for_policies: bool,
    pub(in crate::policy) roles: Vec<Role>,
    pub(in crate::policy) forms: FormsRule,
    pub(in crate::policy) matrix: Matrix,
    pub(in crate::policy) never_paid: NeverPaid,
    pub(in crate::policy) habit: HabitRule,
    pub(in crate::policy) signals: SignalRule,
    pub(in crate::policy) first_invoice: FirstInvoiceRule,
    pub(in crate::policy) limit: LimitRule,
    pub(in crate::policy) cover: CoverRule,
    pub(in crate::policy) orders: OrdersRule,
    /// Margins by segment.
    pub(in crate::policy) margins: Vec<(String, Share)>,
    pub(in crate::policy) tolerance: StageTolerance,
    /// Settled invoices from which a client is established; nothing where nobody is.
    pub(in crate::policy) established_from: Option<u16>,
    /// Share of answers in which the balanced offer is put forward in the place of the lightest.
    pub(in crate::policy) exploration: Share,
    pub(in crate::policy) retention: Option<RetentionRule>,
    pub(in crate::policy) answers_valid_days: Option<u16>,
    pub(in crate::policy) failure: FailureRule,
    pub(in crate::policy) by_class: Vec<ByClass>,
}

impl Policy {
    /// Its name in every decision made with it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 of its text, 64 hexadecimal digits: two texts may carry one version.
    pub fn hash(&self) -> &str {
        &self.text_hash
    }

    /// From which day it holds.
    pub fn valid_from(&self) -> Day {
        self.valid_from
    }

    /// The currency of every amount in it, and of every quote judged by it.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Which of the law tables that come with the program holds.
    pub fn shipped_law(&self) -> ShippedLaw {
        self.law
    }

    /// Whether public facts are read at all.
    pub fn public_record(&self) -> PublicRecord {
        self.public_record
    }

    /// Days after which a look at the public record no longer counts.
    pub fn record_max_age_days(&self) -> u16 {
        self.record_max_age_days
    }

    /// Days after which the end of the ledger is worth a word.
    pub fn ledger_max_age_days(&self) -> u16 {
        self.evidence.ledger_max_age_days
    }

    /// What an insurer's contract asks of us, and what it pays.
    pub fn cover(&self) -> CoverRule {
        self.cover
    }

    /// Margin of a quote that states none, for a client of a segment: its row in the policy, else the usual one.
    pub fn margin_of(&self, segment: Option<&str>) -> Share {
        let row = segment.and_then(|segment| self.margins.iter().find(|(name, _)| name == segment));
        row.map_or(self.appetite.margin, |(_, margin)| *margin)
    }

    /// For how many days a person may decide about an answer; nothing where the policy sets no end.
    pub fn answers_valid_days(&self) -> Option<u16> {
        self.answers_valid_days
    }

    /// The most that any role may grant without a second person.
    pub fn highest_role_limit(&self) -> Option<Money> {
        self.roles.iter().map(|role| role.up_to).max_by_key(|up_to| up_to.minor())
    }

    /// How long what is kept of a natural person is needed; nothing where the policy sets no period.
    pub fn retention(&self) -> Option<RetentionRule> {
        self.retention
    }

    /// Gross exposure with the order, incl. VAT, up to which no accounts are asked for nor read.
    pub fn entry_amount(&self) -> Money {
        self.entry_amount
    }

    /// What the quote is for where it does not say.
    pub fn usual_goods(&self) -> &str {
        &self.terms.goods
    }

    /// How likely a first invoice goes unpaid.
    pub fn first_invoice_rule(&self) -> &FirstInvoiceRule {
        &self.first_invoice
    }

    /// From where on signals of identity and fraud are told.
    pub fn signal_rule(&self) -> &SignalRule {
        &self.signals
    }

    /// The expert rule of failure risk.
    pub fn failure_rule(&self) -> &FailureRule {
        &self.failure
    }

    /// Whether a model is put in force by another person than who trained it, after a rehearsal.
    pub fn models_need_second_person(&self) -> bool {
        self.second_person_for_models
    }

    /// The roles that decide.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| role.name.as_str())
    }

    /// Gross exposure with the order, incl. VAT, up to which a role grants more than was answered without a second person;
    /// nothing for a role that the policy does not know.
    pub fn role_limit(&self, role: &str) -> Option<Money> {
        self.roles.iter().find(|known| known.name == role).map(|role| role.up_to)
    }

    /// Whether a policy is put in force by another person than who brought it.
    pub fn policies_need_second_person(&self) -> bool {
        self.second_person_for_policies
    }

    /// Margin of a quote that states none.
    pub fn default_margin(&self) -> Share {
        self.appetite.margin
    }

    /// What money that is out costs a year.
    pub fn cost_of_money(&self) -> f64 {
        self.appetite.cost_of_money
    }

    /// What is lost of an amount on credit that is never paid, without retention of title or cover.
    pub fn loss_of(&self, amount: Money) -> Money {
        amount.times(self.appetite.loss_given_default.value())
    }

    /// Share of an invoice never paid that is lost before any cover pays.
    pub(in crate::policy) fn loss_given_default(&self, retention_of_title: bool) -> Share {
        let Appetite { loss_given_default, loss_given_default_with_title, .. } = self.appetite;
        if retention_of_title { loss_given_default_with_title } else { loss_given_default }
    }

    /// Margin less handling of an order at this margin, excl. VAT.
    ///
    /// # Errors
    /// When the sum leaves 64 bits.
    pub fn earned_on(&self, amount: Money, margin: Share) -> Result<Money, DomainError> {
        amount.times(margin.value()).minus(amount.times(self.appetite.handling_share.value()))
    }

    /// The least overdue amount that counts as distress.
    pub fn overdue_minimum(&self) -> Money {
        self.overdue_gate.min_amount
    }

    /// The row of a failure class; a class without one gets the last, the strictest.
    pub(in crate::policy) fn class_row(&self, class_index: usize) -> Option<&ByClass> {
        self.by_class.get(class_index).or(self.by_class.last())
    }
}
