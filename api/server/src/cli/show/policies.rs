//! Policies, who moves under them, what they would have earned; decisions of persons, limits, the audit chain.

use comfy_table::Cell;
use encours_domain::text::on_one_line;
use encours_domain::{Money, Verdict};
use encours_services::store::AuditLink;
use encours_services::{
    Answered, AuditReport, ClientLimit, Deed, PolicyBacktest, PolicyInfo, PolicyRehearsal, Ruling, RulingStanding,
    Rulings, TacticLine,
};
use serde::Serialize;

use super::{keep_whole, plain_table, printed, right, wrapped};
use crate::words::Lang;

/// Clients listed by a rehearsal; JSON has them all.
const MOVES_SHOWN: usize = 20;

/// Digits of a hash that are shown.
const HASH_DIGITS: usize = 12;

fn code(word: &impl Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approve",
        Verdict::ApproveWithConditions => "conditions",
        Verdict::Refer => "refer",
        Verdict::Decline => "decline",
    }
}

fn euros(amount: Money) -> String {
    Lang::En.rounded(amount)
}

fn one_line(text: &str) -> String {
    on_one_line(text).into_owned()
}

fn short(hash: &str) -> String {
    hash.trim_start_matches("sha256:").chars().take(HASH_DIGITS).collect()
}

/// Where a policy stands, in a word.
pub fn state_of(info: &PolicyInfo) -> String {
    code(&info.state)
}

/// Policies on a line each.
pub fn policies(policies: &[PolicyInfo]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["version", "hash", "state", "added", "by", "in force since"]);
    keep_whole(&mut table, 1);
    for info in policies {
        let text = &info.text;
        let day = |stamp: &str| stamp.chars().take(10).collect::<String>();
        table.add_row(vec![
            one_line(&text.version),
            short(&text.hash),
            state_of(info),
            day(&text.added_at),
            one_line(&text.added_by),
            text.activated_at.as_deref().map(day).unwrap_or_default(),
        ]);
    }
    printed(&table)
}

/// Who moves under a policy.
pub fn policy_rehearsal(found: &PolicyRehearsal) -> String {
    let moved = found.moves.len();
    let head = format!(
        "Policy {} in the place of {}, as of {}: of {} clients with a usual order {} move.\n\
         Usual orders together {} excl. VAT; limits that need no person {} before, {} after.",
        found.after,
        found.before,
        found.as_of,
        Lang::En.count(found.clients),
        Lang::En.count(u64::try_from(moved).unwrap_or(u64::MAX)),
        euros(found.orders),
        euros(found.limits_before),
        euros(found.limits_after),
    );
    let head = match found.ledger_ended {
        Some(ended) => format!(
            "{head}\nThe ledger ends on {ended}: everybody looks worse than they are. `--as-of {ended}` judges them as of then.\n"
        ),
        None => head,
    };
    let mut cells = plain_table();
    cells.set_header(
        ["before", "after"]
            .map(Cell::new)
            .into_iter()
            .chain(["clients", "usual orders", "bought in 12 months"].map(right)),
    );
    for cell in &found.verdicts {
        cells.add_row(vec![
            Cell::new(verdict(cell.before)),
            Cell::new(verdict(cell.after)),
            right(Lang::En.count(cell.clients)),
            right(euros(cell.orders)),
            right(euros(cell.yearly_purchases)),
        ]);
    }
    let mut told = format!("{}\n\n{}", wrapped(&head, 0), printed(&cells)).replace("\\\n", "\n");
    if moved == 0 {
        return told;
    }
    let mut table = plain_table();
    table.set_header(
        ["client"].map(Cell::new).into_iter().chain([right("order")]).chain(["before", "after"].map(Cell::new)),
    );
    for one in found.moves.iter().take(MOVES_SHOWN) {
        let name = one.name.as_deref().map_or_else(String::new, |name| format!(" {}", one_line(name)));
        table.add_row(vec![
            Cell::new(format!("{}{name}", one_line(&one.client))),
            right(euros(one.order)),
            Cell::new(answered(&one.before, one.before.limit != one.after.limit)),
            Cell::new(answered(&one.after, one.before.limit != one.after.limit)),
        ]);
    }
    told.push('\n');
    told.push_str(&printed(&table));
    if moved > MOVES_SHOWN {
        told.push_str(&format!("and {} more: --json has them all\n", moved - MOVES_SHOWN));
    }
    told
}

/// What a policy answers; the limit only where it moves.
fn answered(answer: &Answered, with_limit: bool) -> String {
    let offer = match (answer.terms_days, answer.deposit_share) {
        (Some(days), Some(share)) if share > 0.0 => format!(", {days} d, deposit {:.0} %", share * 100.0),
        (Some(days), _) => format!(", {days} d"),
        (None, _) => String::new(),
    };
    let limit = if with_limit { format!("; limit {}", euros(answer.limit)) } else { String::new() };
    format!("{}{offer}{limit}", verdict(answer.verdict))
}

const COLUMNS: [&str; 11] = [
    "",
    "as asked",
    "conditions",
    "a person",
    "refused",
    "of these paid",
    "losses",
    "avoided",
    "waiting",
    "days to cash",
    "worth",
];

fn title(line: &TacticLine) -> String {
    match (line.tactic, &line.policy) {
        ("as_it_was", _) => "as it was".to_owned(),
        ("always_30_days", _) => "always 30 days".to_owned(),
        (tactic, Some(version)) => format!("{tactic} {version}"),
        (tactic, None) => tactic.to_owned(),
    }
}

/// A policy replayed over the past, in 80 columns: orders, then euros.
pub fn policy_backtest(found: &PolicyBacktest) -> String {
    let mut orders = plain_table();
    orders.set_header(
        [""].map(Cell::new)
            .into_iter()
            .chain(["as asked", "conditions", "a person", "refused", "of these paid"].map(right)),
    );
    let mut money = plain_table();
    money.set_header(
        [""].map(Cell::new).into_iter().chain(["losses", "avoided", "waiting", "days to cash", "worth"].map(right)),
    );
    for line in &found.lines {
        let result = &line.result;
        let tally = |tally: &encours_core::assessment::Tally| {
            right(format!("{}\n{}", Lang::En.count(tally.count), euros(tally.amount)))
        };
        orders.add_row(vec![
            Cell::new(title(line)),
            tally(&result.as_asked),
            tally(&result.with_conditions),
            tally(&result.referred),
            tally(&result.refused),
            tally(&result.refused_but_paid),
        ]);
        money.add_row(vec![
            Cell::new(title(line)),
            right(euros(result.losses)),
            right(euros(result.losses_avoided)),
            right(euros(result.cost_of_waiting)),
            right(format!("{:.1}", result.mean_days_to_cash)),
            right(euros(result.worth)),
        ]);
    }
    let (head, read_as) = (wrapped(&head(found), 0), wrapped(READ_AS, 0));
    format!("{head}\n\n{}\n{}\n{}{read_as}\n", printed(&orders), printed(&money), held_back(found))
}

fn head(found: &PolicyBacktest) -> String {
    let orders = found.lines.first().map(|line| line.result.orders);
    let (count, amount) = orders.map_or((0, String::new()), |orders| (orders.count, euros(orders.amount)));
    let stand_in = found.stand_in.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
    format!(
        "{} orders of {amount} excl. VAT, invoiced from {} to {}, each judged on its own day by model {}{stand_in}.",
        Lang::En.count(count),
        found.from,
        found.to,
        found.model
    )
}

const READ_AS: &str = "Euros excl. VAT. What a person would decide counts as the order was made. Under other terms a client is \
taken to be as late beyond them as it was beyond its own. Open for more than 180 days at the end counts as never paid; what \
may still be paid is left out.";

/// The rules that held orders back, a line each policy.
fn held_back(found: &PolicyBacktest) -> String {
    let lines = found.lines.iter().filter(|line| !line.result.held_back_by.is_empty());
    let lines = lines.map(|line| {
        let mut rules: Vec<(&String, &u64)> = line.result.held_back_by.iter().collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let rules: Vec<String> =
            rules.iter().map(|(code, count)| format!("{code} {}", Lang::En.count(**count))).collect();
        format!("{}\n", wrapped(&format!("held back by {}: {}", title(line), rules.join(", ")), 2))
    });
    let told: String = lines.collect();
    if told.is_empty() { told } else { format!("{told}\n") }
}

/// The same as Markdown.
pub fn policy_backtest_markdown(found: &PolicyBacktest) -> String {
    let mut told = format!("{}\n\n| {} |\n|{}\n", head(found), COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()));
    for line in &found.lines {
        let result = &line.result;
        let tally = |tally: &encours_core::assessment::Tally| {
            format!("{} ({})", Lang::En.count(tally.count), euros(tally.amount))
        };
        let cells = [
            title(line),
            tally(&result.as_asked),
            tally(&result.with_conditions),
            tally(&result.referred),
            tally(&result.refused),
            tally(&result.refused_but_paid),
            euros(result.losses),
            euros(result.losses_avoided),
            euros(result.cost_of_waiting),
            format!("{:.1}", result.mean_days_to_cash),
            euros(result.worth),
        ];
        told.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    format!("{told}\n{}{READ_AS}\n", held_back(found))
}

/// What persons decided about an answer.
pub fn rulings(found: &Rulings) -> String {
    let standing = match found.standing {
        RulingStanding::Open => "nobody has decided".to_owned(),
        RulingStanding::Decided => "decided".to_owned(),
        RulingStanding::AwaitsSecond => "waits for a second person".to_owned(),
        RulingStanding::Held | RulingStanding::Lapsed => held(found),
    };
    let lines: String = found.rulings.iter().map(|one| format!("{}\n", wrapped(&ruling(one), 2))).collect();
    format!("assessment {}: {}; verdict in force: {}\n{lines}", found.assessment, standing, verdict(found.verdict))
}

fn held(found: &Rulings) -> String {
    let owner = found.owner.as_deref().map(one_line).unwrap_or_default();
    let deadline = found.deadline.map_or_else(String::new, |day| day.to_string());
    let lapsed = if found.standing == RulingStanding::Lapsed { ", which has passed" } else { "" };
    format!("held by {owner} until {deadline}{lapsed}")
}

fn ruling(one: &Ruling) -> String {
    let deed = match &one.deed {
        Deed::Decide { verdict, conditions } => format!("{verdict}{}", if_any(conditions.as_deref())),
        Deed::Hold { owner, deadline, conditions } => {
            format!("held by {owner} until {deadline}{}", if_any(conditions.as_deref()))
        }
        Deed::Confirm => "confirmed".to_owned(),
    };
    let second = if one.needs_second { " (a second person must confirm it)" } else { "" };
    one_line(&format!("{} {} ({}): {deed}{second}: {}", one.at, one.by, one.role, one.reason))
}

fn if_any(conditions: Option<&str>) -> String {
    conditions.map_or_else(String::new, |conditions| format!(" if {conditions}"))
}

/// Answers that wait, on a line each.
pub fn waiting(found: &[Rulings]) -> String {
    let lines = found.iter().map(|one| {
        let what = if one.standing == RulingStanding::AwaitsSecond { "a second person".to_owned() } else { held(one) };
        format!("{}  {what}\n", one.assessment)
    });
    lines.collect()
}

/// Limits on a line each.
pub fn limits(limits: &[ClientLimit]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["client", "limit", "from", "until", "by", "reason"]);
    for (place, limit) in limits.iter().enumerate() {
        let is_last = limits.iter().rposition(|other| other.client == limit.client) == Some(place);
        let amount = limit.amount.as_deref().map(|amount| format!("{amount} {}", limit.currency));
        table.add_row(vec![
            one_line(&limit.client),
            amount.unwrap_or_else(|| "lifted".to_owned()),
            limit.from.to_string(),
            limit.until.map_or_else(String::new, |until| until.to_string()),
            who_set(limit, is_last),
            one_line(&limit.reason),
        ]);
    }
    printed(&table)
}

/// Only a client's last limit can still wait.
fn who_set(limit: &ClientLimit, is_last: bool) -> String {
    match &limit.confirmed_by {
        Some(second) => one_line(&format!("{} and {second}", limit.by)),
        None if limit.needs_second && is_last => one_line(&format!("{} (waits for a second person)", limit.by)),
        None => one_line(&limit.by),
    }
}

/// What walking the chain found.
pub fn audit(found: &AuditReport) -> String {
    let count = Lang::En.count(found.links);
    let mut told = format!(
        "{count} links; {} answers and {} decisions held against them\n",
        Lang::En.count(found.assessments),
        Lang::En.count(found.rulings)
    );
    told.push_str(&format!("{} files hold what their names say\n", Lang::En.count(found.files)));
    if found.erased > 0 {
        told.push_str(&format!("of {} links the documents were erased by right\n", Lang::En.count(found.erased)));
    }
    for fault in &found.faults {
        let line = format!("link {} ({}): {}", fault.link, one_line(&fault.action), one_line(&fault.reason));
        told.push_str(&format!("{}\n", wrapped(&line, 2)));
    }
    if found.is_sound() {
        told.push_str("the chain holds\n");
    }
    format!("{told}head: {} {}\n", found.head.links, found.head.hash)
}

/// Letters of a subject that the log shows; the export has it whole.
const SUBJECT: usize = 16;

/// Links on a line each, the newest first.
pub fn audit_log(links: &[AuditLink]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["link", "when", "who", "did", "to"]);
    for link in links {
        let subject = link.document.as_deref().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        let subject = subject.as_ref().and_then(|value| value.get("subject")?.as_str());
        table.add_row(vec![
            link.sequence.to_string(),
            link.at.replace('T', " ").trim_end_matches('Z').to_owned(),
            one_line(&link.actor),
            link.action.clone(),
            subject.map_or_else(|| "(erased)".to_owned(), |subject| one_line(subject).chars().take(SUBJECT).collect()),
        ]);
    }
    printed(&table)
}
