//! From the text of a policy file to a [`Policy`], or to every fault in it.

use encours_domain::{Currency, Money, Probability, Share, Verdict};

use super::model::{
    Appetite, AutomaticUpTo, ByClass, CoverRule, EvidenceRule, FormsRule, HabitRule, LimitRule, NeverPaid, OrdersRule,
    OrdersUse, OverdueGate, Policy, ProceedingsRule, PublicRecord, RetentionRule, Role, ShippedLaw, SignalRule,
    StageTolerance, TermsRule,
};
use super::reading::Reading;
use crate::policy::error::PolicyError;
use crate::policy::first_invoice::FirstInvoiceRule;
use crate::policy::law::{GENERAL, LawTable};
use crate::policy::matrix::Matrix;
use crate::solvency::{ClassBound, FailureRule, Moves};

/// The policy that is shipped.
pub(in crate::policy) const DEFAULT_POLICY: &str = include_str!("../default.toml");

const ADVERSE: &[(&str, Verdict)] = &[("refer", Verdict::Refer), ("decline", Verdict::Decline)];

impl Policy {
    /// The text of the policy that is shipped, comments and all.
    pub const DEFAULT_TEXT: &'static str = DEFAULT_POLICY;

    /// The policy that is shipped.
    ///
    /// # Errors
    /// Never with the shipped text, which the tests read.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::from_toml(DEFAULT_POLICY)
    }

    /// Reads and checks a policy file.
    ///
    /// # Errors
    /// [`PolicyError::Syntax`] when it is no TOML, else [`PolicyError::Faults`] with every fault: each with the field, what
    /// was found and what is allowed.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let mut reading = Reading::of("the policy", text)?;
        reading.currency = currency(&mut reading);
        let failure = failure_rule(&mut reading);
        let policy = Self {
            version: version(&mut reading),
            text_hash: crate::text_hash::of(text),
            valid_from: reading.day("valid_from"),
            law: reading.word("law", &[("fr", ShippedLaw::France), ("eu", ShippedLaw::Europe)], ShippedLaw::France),
            currency: reading.currency,
            public_record: public_record(&mut reading),
            record_max_age_days: reading.whole("public_record.max_age_days", 0..=3_650),
            appetite: appetite(&mut reading, &failure),
            deposit_steps: deposit_steps(&mut reading),
            terms: terms_rule(&mut reading),
            entry_amount: reading.money("entry.amount"),
            overdue_gate: overdue_gate(&mut reading),
            evidence: evidence_rule(&mut reading),
            proceedings: proceedings_rule(&mut reading),
            full_grant_alone: reading.flag("natural_persons.full_grant_alone"),
            second_person_for_models: reading.flag("models.second_person"),
            second_person_for_policies: reading.flag("policies.second_person"),
            roles: roles(&mut reading),
            forms: forms_rule(&mut reading),
            matrix: matrix(&mut reading, &failure),
            never_paid: never_paid(&mut reading),
            habit: habit_rule(&mut reading),
            signals: signal_rule(&mut reading),
            first_invoice: first_invoice_rule(&mut reading),
            limit: limit_rule(&mut reading),
            cover: cover_rule(&mut reading),
            orders: orders_rule(&mut reading),
            margins: margins(&mut reading),
            tolerance: stage_tolerance(&mut reading),
            established_from: established_from(&mut reading),
            exploration: exploration(&mut reading),
            retention: retention(&mut reading),
            answers_valid_days: answers_valid_days(&mut reading),
            by_class: by_class(&mut reading, failure.classes.len()),
            failure,
        };
        known_goods(&mut reading, &policy);
        reading.done(policy)
    }
}

/// What we usually sell must stand in the law table that the policy names.
fn known_goods(reading: &mut Reading, policy: &Policy) {
    let goods = &policy.terms.goods;
    if let Ok(law) = LawTable::shipped_for(policy.law)
        && !goods.is_empty()
        && !law.knows_goods(goods)
    {
        let mut names: Vec<&str> = law.goods().map(|(name, _)| name).collect();
        names.push(GENERAL);
        names.sort_unstable();
        names.dedup();
        reading.fault("terms.goods", format!("\"{goods}\""), format!("a name of the law table: {}", names.join(", ")));
    }
}

/// A name that stands in answers and is typed by people: what cannot be seen would make another of it.
fn version(reading: &mut Reading) -> String {
    let version = reading.text("version");
    let is_seen = |letter: char| letter.is_alphanumeric() || letter.is_ascii_punctuation() || letter == ' ';
    if version.trim() != version || !version.chars().all(is_seen) {
        let found = format!("\"{}\"", version.escape_debug());
        reading.fault("version", found, "letters, digits and signs that can be seen, no blank around them");
    }
    version
}

fn currency(reading: &mut Reading) -> Currency {
    let code = reading.text("currency");
    code.parse().unwrap_or_else(|_| {
        if !code.is_empty() {
            reading.fault("currency", format!("\"{code}\""), "a three-letter ISO 4217 code such as \"EUR\"");
        }
        Currency::EUR
    })
}

fn public_record(reading: &mut Reading) -> PublicRecord {
    let words = [("required", PublicRecord::Required), ("not_used", PublicRecord::NotUsed)];
    reading.word("public_record.use", &words, PublicRecord::Required)
}

fn appetite(reading: &mut Reading, failure: &FailureRule) -> Appetite {
    let names: Vec<(&str, usize)> =
        failure.classes.iter().enumerate().map(|(index, class)| (class.name.as_str(), index)).collect();
    let loss_given_default = reading.share("appetite.loss_given_default");
    Appetite {
        loss_cap_share: reading.share("appetite.loss_cap_share"),
        loss_cap: reading.money("appetite.loss_cap"),
        worth_floor_share: reading.share("appetite.worth_floor_share"),
        margin: reading.share("appetite.margin"),
        cost_of_money: reading.number("appetite.cost_of_money", 0.0..=1.0),
        handling_share: reading.share("appetite.handling_share"),
        loss_given_default,
        loss_given_default_with_title: with_title(reading, loss_given_default),
        automatic_up_to: reading.money("appetite.automatic_up_to"),
        refer_from_class: reading.word("appetite.refer_from_class", &names, 0),
    }
}

/// As without retention of title where the file says nothing.
fn with_title(reading: &mut Reading, without: Share) -> Share {
    const FIELD: &str = "appetite.loss_given_default_with_title";
    if !reading.has(FIELD) {
        return without;
    }
    let with = reading.share(FIELD);
    if with > without {
        reading.fault(FIELD, with.to_string(), format!("at most `loss_given_default`, {without}"));
    }
    with
}

fn deposit_steps(reading: &mut Reading) -> Vec<Share> {
    let steps = reading.shares("deposit.steps");
    let rising = steps.windows(2).all(|pair| pair[0] < pair[1]);
    let whole = steps.first() == Some(&Share::NONE) && steps.last() == Some(&Share::WHOLE);
    if !(steps.is_empty() || rising && whole) {
        let found: Vec<String> = steps.iter().map(Share::to_string).collect();
        reading.fault("deposit.steps", found.join(", "), "rising shares from 0 (none) to 1 (payment in advance)");
    }
    steps
}

fn terms_rule(reading: &mut Reading) -> TermsRule {
    let steps = reading.wholes("terms.steps", 0..=365);
    let rising = steps.windows(2).all(|pair| pair[0] < pair[1]);
    if !(steps.is_empty() || rising && steps.first() == Some(&0)) {
        let found: Vec<String> = steps.iter().map(u16::to_string).collect();
        reading.fault("terms.steps", found.join(", "), "rising days, the first 0 (on delivery)");
    }
    let days_to_invoice = reading.whole("terms.days_to_invoice", 0..=365);
    TermsRule { steps, days_to_invoice, goods: reading.text("terms.goods") }
}

fn overdue_gate(reading: &mut Reading) -> OverdueGate {
    OverdueGate {
        min_amount: reading.money("overdue_gate.min_amount"),
        min_days: reading.whole("overdue_gate.min_days", 0..=365),
        verdict: reading.word("overdue_gate.verdict", ADVERSE, Verdict::Refer),
    }
}

fn evidence_rule(reading: &mut Reading) -> EvidenceRule {
    EvidenceRule {
        min_own_history_weight: reading.share("evidence.min_own_history_weight"),
        thin_up_to: reading.money("evidence.thin_up_to"),
        prior_only_up_to: reading.money("evidence.prior_only_up_to"),
        ledger_max_age_days: reading.whole("evidence.ledger_max_age_days", 0..=3_650),
    }
}

fn proceedings_rule(reading: &mut Reading) -> ProceedingsRule {
    ProceedingsRule {
        receivership: reading.word("proceedings.receivership", ADVERSE, Verdict::Refer),
        safeguard: reading.word("proceedings.safeguard", ADVERSE, Verdict::Refer),
    }
}

fn never_paid(reading: &mut Reading) -> NeverPaid {
    NeverPaid {
        severe_after_days: reading.whole("never_paid.severe_after_days", 30..=365),
        roll_rate: reading.share("never_paid.roll_rate"),
    }
}

fn limit_rule(reading: &mut Reading) -> LimitRule {
    let which = [("prudent", AutomaticUpTo::Prudent), ("bold", AutomaticUpTo::Bold)];
    LimitRule {
        automatic_up_to: reading.word("limit.automatic_up_to", &which, AutomaticUpTo::Prudent),
        over_limit: reading.word("limit.over_limit", ADVERSE, Verdict::Refer),
        deposit_counts: reading.flag("limit.deposit_counts"),
        prudent_share: reading.share("limit.prudent_share"),
        need_days: reading.whole("limit.need_days", 1..=365),
        need_room: reading.number("limit.need_room", 1.0..=10.0),
        concentration_share: reading.share("limit.concentration_share"),
        risk_budget_loss: reading.money("limit.risk_budget_loss"),
    }
}

fn cover_rule(reading: &mut Reading) -> CoverRule {
    const DECLARE: &str = "cover.declare_overdue_days";
    const UNNAMED: &str = "cover.unnamed_up_to";
    CoverRule {
        insured_share: reading.share("cover.insured_share"),
        declare_overdue_days: reading.has(DECLARE).then(|| reading.whole(DECLARE, 1..=365)),
        unnamed_up_to: if reading.has(UNNAMED) { reading.money(UNNAMED) } else { Money::zero(reading.currency) },
    }
}

fn orders_rule(reading: &mut Reading) -> OrdersRule {
    if !reading.has("orders") {
        return OrdersRule::UNASKED;
    }
    let words =
        [("required", OrdersUse::Required), ("kept_up", OrdersUse::KeptUp), ("when_given", OrdersUse::WhenGiven)];
    OrdersRule {
        needed: reading.word("orders.use", &words, OrdersUse::KeptUp),
        max_age_days: reading.whole("orders.max_age_days", 0..=3_650),
    }
}

/// None where the file has no such section.
fn margins(reading: &mut Reading) -> Vec<(String, Share)> {
    if !reading.has("margins") {
        return Vec::new();
    }
    let (segments, shares) = (reading.texts("margins.segments"), reading.shares("margins.shares"));
    if segments.len() != shares.len() {
        let found = format!("{} shares", shares.len());
        reading.fault("margins.shares", found, format!("{}, one for each of `segments`", segments.len()));
    }
    each_once(reading, "margins.segments", &segments, "each segment once");
    segments.into_iter().zip(shares).collect()
}

fn stage_tolerance(reading: &mut Reading) -> StageTolerance {
    if !reading.has("stages") {
        return StageTolerance::NONE;
    }
    let (delivery, invoice) = (reading.share("stages.delivery"), reading.share("stages.invoice"));
    if invoice < delivery {
        reading.fault("stages.invoice", invoice.to_string(), format!("at least `delivery`, {delivery}"));
    }
    StageTolerance { delivery, invoice }
}

fn established_from(reading: &mut Reading) -> Option<u16> {
    reading.has("established").then(|| reading.whole("established.invoices", 1..=1_000))
}

fn exploration(reading: &mut Reading) -> Share {
    if reading.has("exploration") { reading.share("exploration.share") } else { Share::NONE }
}

fn answers_valid_days(reading: &mut Reading) -> Option<u16> {
    reading.has("answers").then(|| reading.whole("answers.valid_days", 1..=365))
}

fn retention(reading: &mut Reading) -> Option<RetentionRule> {
    let rule = |reading: &mut Reading| RetentionRule {
        client_days: reading.whole("retention.client_days", 1..=7_300),
        prospect_days: reading.whole("retention.prospect_days", 1..=7_300),
    };
    reading.has("retention").then(|| rule(reading))
}

fn habit_rule(reading: &mut Reading) -> HabitRule {
    HabitRule {
        times_largest: reading.number("habit.times_largest", 1.0..=1000.0),
        times_median: reading.number("habit.times_median", 1.0..=1000.0),
    }
}

fn signal_rule(reading: &mut Reading) -> SignalRule {
    SignalRule {
        just_days: reading.whole("signals.just_days", 0..=730),
        changed_days: reading.whole("signals.changed_days", 0..=730),
        shared_by: reading.whole("signals.shared_by", 1..=1_000),
        first_order_share: reading.share("signals.first_order_share"),
    }
}

fn forms_rule(reading: &mut Reading) -> FormsRule {
    FormsRule {
        guarantee_share: reading.share("forms.guarantee_share"),
        guarantee_cost: reading.share("forms.guarantee_cost"),
        instalments: reading.whole("forms.instalments", 1..=12),
        early_discount: reading.share("forms.early_discount"),
        early_days: reading.whole("forms.early_days", 0..=60),
        early_taken: reading.share("forms.early_taken"),
    }
}

fn matrix(reading: &mut Reading, failure: &FailureRule) -> Matrix {
    let late_up_to = reading.shares("matrix.late_up_to");
    let rising = late_up_to.windows(2).all(|pair| pair[0] < pair[1]) && late_up_to.last() == Some(&Share::WHOLE);
    if !late_up_to.is_empty() && !rising {
        let found: Vec<String> = late_up_to.iter().map(Share::to_string).collect();
        reading.fault("matrix.late_up_to", found.join(", "), "rising bounds, the last 1");
    }
    let names = reading.texts("matrix.class_up_to");
    let place = |name: &String| failure.classes.iter().position(|class| class.name == *name);
    let class_up_to: Vec<usize> = names.iter().filter_map(place).collect();
    let rising = class_up_to.windows(2).all(|pair| pair[0] < pair[1]);
    let whole =
        class_up_to.len() == names.len() && class_up_to.last().map(|last| last + 1) == Some(failure.classes.len());
    if !names.is_empty() && (!rising || !whole) {
        let allowed = "failure classes, each later than the one before, the last the last of all";
        reading.fault("matrix.class_up_to", names.join(", "), allowed);
    }
    let (rows, columns) = (late_up_to.len(), names.len());
    let days = cells(reading, "matrix.most_days", (rows, columns), |reading, field| {
        reading.wholes(field, 0..=crate::policy::LONGEST_TERMS)
    });
    let shares = cells(reading, "matrix.limit_share", (rows, columns), Reading::shares);
    Matrix { late_up_to, class_up_to, cells: days.into_iter().zip(shares).collect() }
}

/// Cells row by row, none greater than the one before it in its row or in its column.
fn cells<T: PartialOrd>(
    reading: &mut Reading,
    field: &str,
    (rows, columns): (usize, usize),
    take: impl Fn(&mut Reading, &str) -> Vec<T>,
) -> Vec<T> {
    let values = take(reading, field);
    let falls_in_rows = values.chunks(columns.max(1)).all(|row| row.windows(2).all(|pair| pair[0] >= pair[1]));
    let falls_down = values.iter().zip(values.iter().skip(columns)).all(|(above, below)| above >= below);
    if !values.is_empty() && (values.len() != rows * columns || !falls_in_rows || !falls_down) {
        let rising = if falls_in_rows && falls_down { "" } else { ", some rising" };
        let found = format!("{} values{rising}", values.len());
        let allowed = format!("{rows} rows of {columns} values, never rising along a row or down a column");
        reading.fault(field, found, allowed);
    }
    values
}

fn roles(reading: &mut Reading) -> Vec<Role> {
    let (names, up_to) = (reading.texts("roles.names"), reading.moneys("roles.up_to"));
    if names.len() != up_to.len() {
        let found = format!("{} amounts", up_to.len());
        reading.fault("roles.up_to", found, format!("{}, one for each of `names`", names.len()));
    }
    each_once(reading, "roles.names", &names, "each role once");
    let is_word = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if let Some(name) = names.iter().find(|name| !is_word(name)) {
        // Two roles may not look alike.
        reading.fault(
            "roles.names",
            format!("\"{}\"", name.escape_debug()),
            "words of lower-case letters a to z and `_`",
        );
    }
    names.into_iter().zip(up_to).map(|(name, up_to)| Role { name, up_to }).collect()
}

fn each_once(reading: &mut Reading, field: &str, names: &[String], allowed: &str) {
    let twice = names.iter().enumerate().find(|(place, name)| names.iter().take(*place).any(|one| one == *name));
    if let Some((_, name)) = twice {
        reading.fault(field, format!("\"{name}\" twice"), allowed);
    }
}

fn first_invoice_rule(reading: &mut Reading) -> FirstInvoiceRule {
    let base_rate = reading.inner_probability("first_invoice.base_rate");
    let refer_from = reading.inner_probability("first_invoice.refer_from");
    let mut step = |name: &str| reading.number(&format!("first_invoice.moves.{name}"), 0.0..=20.0);
    FirstInvoiceRule {
        base_rate,
        refer_from,
        not_looked_up: step("not_looked_up"),
        young: step("young"),
        grave_signal: step("grave_signal"),
        light_signal: step("light_signal"),
    }
}

fn failure_rule(reading: &mut Reading) -> FailureRule {
    let base_rate = reading.inner_probability("failure.base_rate");
    FailureRule { base_rate, moves: moves(reading), classes: classes(reading) }
}

fn moves(reading: &mut Reading) -> Moves {
    let mut step = |name: &str| reading.number(&format!("failure.moves.{name}"), 0.0..=20.0);
    let moves = Moves {
        young: step("young"),
        settled: step("settled"),
        micro: step("micro"),
        small: step("small"),
        conciliation: step("conciliation"),
        closed: step("closed"),
        plan: step("plan"),
        safeguard: step("safeguard"),
        receivership: step("receivership"),
        liquidation: step("liquidation"),
        negative_equity: step("negative_equity"),
        net_loss: step("net_loss"),
        accounts_overdue: step("accounts_overdue"),
        accounts_not_fetched: step("accounts_not_fetched"),
        bounced: step("bounced"),
        long_overdue: step("long_overdue"),
    };
    graver_weighs_more(reading, &moves);
    moves
}

/// Graver news never moves less than lighter news of the same kind.
fn graver_weighs_more(reading: &mut Reading, moves: &Moves) {
    let ladder = [
        ("settled", moves.settled, "young", moves.young),
        ("small", moves.small, "micro", moves.micro),
        ("closed", moves.closed, "conciliation", moves.conciliation),
        ("conciliation", moves.conciliation, "plan", moves.plan),
        ("plan", moves.plan, "safeguard", moves.safeguard),
        ("safeguard", moves.safeguard, "receivership", moves.receivership),
        ("receivership", moves.receivership, "liquidation", moves.liquidation),
        ("accounts_not_fetched", moves.accounts_not_fetched, "accounts_overdue", moves.accounts_overdue),
    ];
    for (lighter, less, graver, more) in ladder {
        if less > more {
            let field = format!("failure.moves.{graver}");
            reading.fault(&field, more.to_string(), format!("at least `{lighter}`, {less}"));
        }
    }
}

fn classes(reading: &mut Reading) -> Vec<ClassBound> {
    let names = reading.texts("failure.classes");
    let bounds = reading.shares("failure.class_up_to");
    let rising = bounds.windows(2).all(|pair| pair[0] < pair[1]) && bounds.last() == Some(&Share::WHOLE);
    if !bounds.is_empty() && (!rising || bounds.len() != names.len()) {
        let found: Vec<String> = bounds.iter().map(Share::to_string).collect();
        let allowed = format!("{} rising bounds, one for each class, the last 1", names.len());
        reading.fault("failure.class_up_to", found.join(", "), allowed);
    }
    let bound = |share: Share| Probability::clamped(share.value(), Probability::ZERO);
    names.into_iter().zip(bounds).map(|(name, share)| ClassBound { name, up_to: bound(share) }).collect()
}

fn by_class(reading: &mut Reading, classes: usize) -> Vec<ByClass> {
    let equity = falling(reading, "by_class.equity_share", classes, Reading::shares);
    let turnover = falling(reading, "by_class.turnover_share", classes, Reading::shares);
    let without = falling(reading, "by_class.without_accounts", classes, |reading, field| {
        reading.moneys(field).into_iter().map(Money::minor).collect()
    });
    let review = falling(reading, "by_class.review_days", classes, |reading, field| reading.wholes(field, 1..=730));
    let currency = reading.currency;
    let rows = equity.into_iter().zip(turnover).zip(without).zip(review);
    rows.map(|(((equity_share, turnover_share), without), review_days)| {
        let without_accounts = Money::from_minor(without, currency);
        ByClass { equity_share, turnover_share, without_accounts, review_days }
    })
    .collect()
}

/// A list with one entry a class, in which a riskier class never has more.
fn falling<T: PartialOrd>(
    reading: &mut Reading,
    field: &str,
    classes: usize,
    take: impl Fn(&mut Reading, &str) -> Vec<T>,
) -> Vec<T> {
    let values = take(reading, field);
    let falls = values.windows(2).all(|pair| pair[0] >= pair[1]);
    if !values.is_empty() && (values.len() != classes || !falls) {
        let found = format!("{} values{}", values.len(), if falls { "" } else { ", some rising" });
        reading.fault(field, found, format!("{classes} values, one for each class, never rising"));
    }
    values
}
