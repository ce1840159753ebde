//! The last annual accounts, or the reason why there are none to read.

use encours_domain::fact::{Fact, FactKind, Known, MissingKind};
use encours_domain::{Currency, Day, Money};
use serde::{Deserialize, Serialize};

use super::pick::{latest, latest_period};
use super::words::AccountsStatus;

/// Accounts closed longer ago than 24 months count as overdue.
const STALE_AFTER_DAYS: i32 = 731;
/// A company younger than 18 months has not had to file any.
const FIRST_ACCOUNTS_AFTER_DAYS: i32 = 548;

/// Figures of one closing day. The income statement may lawfully be kept confidential; equity is missing where only ratios
/// were published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// Equity.
    pub equity: Known<Money>,
    /// Turnover, excl. VAT.
    pub turnover: Known<Money>,
    /// Net result.
    pub net_result: Known<Money>,
    /// Closing day.
    pub closed_on: Day,
}

/// Who has to file accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filing {
    /// Natural persons and public bodies.
    Never,
    /// Companies with limited liability (Code de commerce L232-21 to L232-23): categories 53 to 57.
    Always,
    /// Of others nobody can tell from the category alone.
    Perhaps,
}

/// What is known of the accounts on a day.
pub(super) fn accounts_on(facts: &[Fact], created_on: Known<Day>, filing: Filing, day: Day) -> Known<Accounts> {
    let files_none = filing == Filing::Never;
    if filing == Filing::Always && !nothing_due(facts, created_on, files_none, day) && nothing_filed(facts, day) {
        return Known::Missing(MissingKind::Overdue);
    }
    let status = latest(facts, FactKind::AccountsStatus, day).map(|fact| AccountsStatus::read(&fact.value));
    match status {
        None if nothing_due(facts, created_on, files_none, day) => Known::Missing(MissingKind::NotApplicable),
        Some(Some(AccountsStatus::Overdue)) if nothing_due(facts, created_on, files_none, day) => {
            Known::Missing(MissingKind::NotApplicable)
        }
        // Figures alone are not enough: without a status that we can read nobody knows whether later accounts are due.
        None | Some(None) => Known::Missing(MissingKind::NotFetched),
        Some(Some(AccountsStatus::Confidential)) => Known::Missing(MissingKind::Confidential),
        Some(Some(AccountsStatus::Overdue)) => Known::Missing(MissingKind::Overdue),
        Some(Some(AccountsStatus::PartlyConfidential)) => figures(facts, MissingKind::Confidential, day),
        Some(Some(AccountsStatus::Public)) => figures(facts, MissingKind::NotFetched, day),
    }
}

/// The bulletin in which every filing is published.
const BULLETIN: &str = "bodacc";
/// Twelve months to the next closing, eight to file it (articles L223-26, L225-100, R123-111), and six weeks until it is
/// published.
const NEXT_FILING_AFTER_DAYS: i32 = 365 + 243 + 42;

/// Whether the bulletin was read when the next accounts should have stood in it, and they do not: filings that nobody
/// made are overdue, which is another thing than filings that nobody looked for.
fn nothing_filed(facts: &[Fact], day: Day) -> bool {
    let read = facts.iter().filter(|fact| fact.source == BULLETIN && fact.known_from <= day);
    let Some(read) = read.map(Fact::looked_on).max() else { return false };
    // A slip in one source must not hide what another has: any closing that is known counts.
    let closings = facts.iter().filter(|fact| {
        matches!(fact.kind, FactKind::AccountsClosedOn | FactKind::Filing | FactKind::AccountsStatus | FactKind::Equity)
            && fact.known_from <= day
    });
    let due = closings.map(|fact| fact.valid_from.plus_clamped(NEXT_FILING_AFTER_DAYS)).max();
    due.is_none_or(|due| due < read.min(day))
}

/// Whether there are no figures and none can be late: a sole trader or a public body files none, and a young company has
/// none yet. For these alone an absence is a value, so their accounts must be fetched as a whole: somebody who fetches a
/// part and drops the rest would turn what they had into *not applicable*.
fn nothing_due(facts: &[Fact], created_on: Known<Day>, files_none: bool, day: Day) -> bool {
    let no_figures = latest(facts, FactKind::Equity, day).or(latest(facts, FactKind::AccountsClosedOn, day)).is_none();
    let young = created_on.present().is_some_and(|created| day.days_since(*created) < FIRST_ACCOUNTS_AFTER_DAYS);
    no_figures && (young || files_none)
}

fn figures(facts: &[Fact], when_absent: MissingKind, day: Day) -> Known<Accounts> {
    let latest = |kind| latest_period(facts, kind, day);
    // The balance sheet tells whose closing is read; without one, what there is of the income statement.
    let income =
        || latest(FactKind::NetResult).into_iter().chain(latest(FactKind::Turnover)).max_by_key(|fact| fact.valid_from);
    let Some(anchor) = latest(FactKind::Equity).or_else(income) else { return Known::Missing(MissingKind::NotFetched) };
    // Later accounts may be known to be filed without anybody having read them: these figures keep their own age.
    let closing = facts.iter().filter(|fact| fact.valid_from == anchor.valid_from);
    let closing: Vec<Fact> = closing.filter(|fact| fact.kind == FactKind::AccountsClosedOn).cloned().collect();
    let Some(closed) = latest_period(&closing, FactKind::AccountsClosedOn, day) else {
        return Known::Missing(MissingKind::NotFetched);
    };
    let same_period = |kind| latest_period(facts, kind, day).filter(|fact| fact.valid_from == anchor.valid_from);
    let figure = |kind| same_period(kind).map_or(Known::Missing(when_absent), |fact| euros(&fact.value));
    let Ok(closed_on) = closed.value.parse::<Day>() else { return Known::Missing(MissingKind::NotFetched) };
    let equity = same_period(FactKind::Equity);
    let equity = equity.map_or(Known::Missing(MissingKind::NotFetched), |fact| euros(&fact.value));
    if day.days_since(closed_on) > STALE_AFTER_DAYS {
        return Known::Missing(MissingKind::Overdue);
    }
    let (turnover, net_result) = (figure(FactKind::Turnover), figure(FactKind::NetResult));
    Known::Present(Accounts { equity, turnover, net_result, closed_on })
}

/// Public accounts are in euros.
fn euros(text: &str) -> Known<Money> {
    Money::parse(text.trim(), Currency::EUR).map_or(Known::Missing(MissingKind::NotFetched), Known::Present)
}

impl Accounts {
    /// Whether a figure that should be there is not: such accounts cannot carry an approval by themselves.
    pub fn lack_evidence(&self) -> bool {
        let figures = [self.equity.missing(), self.turnover.missing(), self.net_result.missing()];
        figures.into_iter().flatten().any(MissingKind::lacks_evidence)
    }
}
