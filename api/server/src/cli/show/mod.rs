//! What a person reads on stdout, in 80 columns.

mod failure_model;
mod imports;
mod law;
mod models;
mod policies;
mod sectors;

pub use failure_model::failure_model;
pub use imports::{client_matches, duplicates, reconciliation, suggestion};
pub use law::{clauses, interest};
pub use models::{challenge, drift, later_lines, models, rehearsal, validation};
pub use policies::{
    audit, audit_log, limits, policies, policy_backtest, policy_backtest_markdown, policy_rehearsal, rulings, state_of,
    waiting,
};
pub use sectors::sectors;

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};
use encours_domain::Day;
use encours_domain::text::{on_one_line, printable};
use encours_services::{ClientLine, Delivery, KeyInfo, UserInfo, Webhook};

use crate::view::{Line, OfferView, SignalView, View};
use crate::words::Lang;

/// Width of everything that is printed.
const WIDTH: u16 = 80;

/// An assessment.
pub fn assessment(view: &View, lang: Lang, colours: bool) -> String {
    let parts = [
        head(view, lang, colours),
        section(lang.pick("Offres prêtes", "Ready offers"), &offers(view)),
        section(lang.pick("Autres formes", "Other forms"), &lines(&view.alternatives)),
        lateness(view, lang),
        section(lang.pick("Ce qui retient", "What holds it back"), &bullets(&view.rules)),
        section(lang.pick("À vérifier", "To be checked"), &signals(view)),
        section(lang.pick("Ce qui changerait la réponse", "What would change the answer"), &bullets(&view.changes)),
        section(lang.pick("Pourquoi ce risque de retard", "Why this chance of lateness"), &points(view)),
        section(lang.pick("Ce qui pèse sur la défaillance", "What weighs on failure"), &weighs(view)),
        section(lang.pick("Limite", "Limit"), &limit(view, lang)),
        section(lang.pick("Encours", "Exposure"), &lines(&view.exposure)),
        section(lang.pick("Son groupe chez nous", "Its group with us"), &lines(&view.group)),
        section(lang.pick("Ce que dit le registre", "What the record says"), &known(view)),
        section(lang.pick("Registres consultés", "Registers asked"), &bullets(&view.registers)),
        section(lang.pick("Derniers comptes", "Last accounts"), &accounts(view)),
        section(lang.pick("Scores de prestataires", "Providers’ scores"), &lines(&view.outside)),
        section(lang.pick("Ce qui manque", "What is missing"), &lines(&view.missing)),
        section(lang.pick("Dates à ne pas manquer", "Days not to be missed"), &lines(&view.deadlines)),
        section(lang.pick("Ce que dit la loi", "What the law says"), &lines(&view.law)),
        section(lang.pick("Fait avec", "Made with"), &made_with(view)),
    ];
    parts.concat()
}

fn head(view: &View, lang: Lang, colours: bool) -> String {
    let sign = match view.light_code {
        "green" => ("●", "32"),
        "red" => ("■", "31"),
        _ => ("▲", "33"),
    };
    let word = format!("{} {} · {}", sign.0, view.light, view.verdict);
    let word = if colours { format!("\u{1b}[1;{}m{word}\u{1b}[0m", sign.1) } else { word };
    let who: Vec<&str> = std::iter::once(view.name.as_str()).chain(view.identity.iter().map(String::as_str)).collect();
    let as_of = format!("{} {}", lang.pick("au", "as of"), view.as_of);
    format!("{}\n{word}\n{}\n", wrapped(&format!("{} · {as_of}", who.join(" · ")), 0), wrapped(&view.sentence, 0))
}

/// A title and what stands under it; nothing at all when that is empty.
fn section(title: &str, body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("\n{title}\n{}\n", body.trim_end()) }
}

fn offers(view: &View) -> String {
    if view.offers.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    let row = |label: &str, values: Vec<&str>| -> Vec<Cell> {
        std::iter::once(Cell::new(label)).chain(values.into_iter().map(right)).collect()
    };
    table.set_header(row("", view.offers.iter().map(|offer| offer.name.as_str()).collect()));
    table.add_row(row("", view.offers.iter().map(|offer| offer.terms.as_str()).collect()));
    table.add_row(row("", view.offers.iter().map(|offer| offer.deposit.as_str()).collect()));
    // Not every offer has every figure: what is paid in advance has no range of days.
    let mut labels: Vec<&str> = Vec::new();
    for line in view.offers.iter().flat_map(|offer| &offer.figures) {
        if !labels.contains(&line.label.as_str()) {
            labels.push(&line.label);
        }
    }
    for label in labels {
        let of =
            |offer: &'_ OfferView| offer.figures.iter().find(|line| line.label == label).map(|line| line.value.clone());
        let values: Vec<String> = view.offers.iter().map(|offer| of(offer).unwrap_or_default()).collect();
        table.add_row(row(label, values.iter().map(String::as_str).collect()));
    }
    table.to_string()
}

fn lateness(view: &View, lang: Lang) -> String {
    let late = &view.late;
    let headline = format!("{} ({})", late.headline, late.interval);
    let mut body = vec![Line::new(lang.pick("Retard > 30 jours", "Late > 30 days"), headline)];
    body.push(Line::new(late.baseline_of.as_str(), &late.baseline));
    body.push(Line::new(lang.pick("Repose sur", "Rests on"), &late.evidence));
    body.extend(late.lines.iter().cloned());
    let failure = format!("{} ({})", view.failure.headline, view.failure.basis);
    body.push(Line::new(lang.pick("Défaillance à 12 mois", "Failure in 12 months"), failure));
    body.extend(view.failure.first_invoice.clone());
    section(lang.pick("Paiera-t-il ?", "Will they pay?"), &lines(&body))
}

fn points(view: &View) -> String {
    let mut table = plain_table();
    for reason in view.points.iter().chain(&view.further_points) {
        let effect = reason.effect.as_deref().unwrap_or_default();
        let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row(vec![right(&reason.points), Cell::new(&reason.says), right(effect)]);
    }
    printed(&table)
}

fn signals(view: &View) -> String {
    let one = |signal: &SignalView| {
        let evidence: String = signal.evidence.iter().map(|text| format!("      {}\n", wrapped(text, 6))).collect();
        format!("  • {}\n{evidence}", wrapped(&signal.says, 4))
    };
    view.signals.iter().map(one).collect()
}

fn known(view: &View) -> String {
    let mut text = String::new();
    // One table for each source, in the order in which they first speak.
    let mut sources: Vec<&str> = Vec::new();
    for fact in view.known.iter().filter(|fact| !fact.source.is_empty()) {
        if !sources.contains(&fact.source.as_str()) {
            sources.push(&fact.source);
        }
    }
    for source in sources {
        let mut table = plain_table();
        for fact in view.known.iter().filter(|fact| fact.source == source) {
            table.add_row(vec![&fact.label, &fact.value, &fact.when]);
        }
        text.push_str(&format!("  {}\n{}", wrapped(source, 2), printed(&table)));
    }
    text
}

fn accounts(view: &View) -> String {
    let Some(accounts) = &view.accounts else { return String::new() };
    let scores: Vec<Line> = accounts
        .scores
        .iter()
        .map(|score| {
            let outside = score.outside.as_ref().map_or_else(String::new, |outside| format!(" ({outside})"));
            Line::new(&score.name, format!("{}{outside}", score.value))
        })
        .collect();
    let capital: Vec<String> = accounts.capital.iter().cloned().collect();
    let parts =
        [lines(&accounts.years), bullets(&capital), lines(&accounts.ratios), lines(&accounts.peers), lines(&scores)];
    format!("  {}\n{}", wrapped(&accounts.headline, 2), parts.concat())
}

fn limit(view: &View, lang: Lang) -> String {
    let mut table = plain_table();
    let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    for one in &view.limit.candidates {
        let decides = if one.binds { lang.pick("← décide", "← decides") } else { "" };
        table.add_row(vec![Cell::new(&one.label), right(&one.value), Cell::new(decides)]);
    }
    let (prudent_by, bold_by) = view.limit.makers.clone().unwrap_or_default();
    table.add_row(vec![
        Cell::new(lang.pick("Limite prudente", "Prudent limit")),
        right(&view.limit.prudent),
        Cell::new(prudent_by),
    ]);
    table.add_row(vec![
        Cell::new(lang.pick("Limite audacieuse", "Bold limit")),
        right(&view.limit.bold),
        Cell::new(bold_by),
    ]);
    printed(&table)
}

/// Hashes by their beginning: the whole of them stands in the JSON.
fn made_with(view: &View) -> String {
    let short = |line: &Line| {
        let hash = line.value.strip_prefix("sha256:").and_then(|hash| hash.get(..12));
        hash.map_or_else(|| line.clone(), |hash| Line::new(&line.label, format!("sha256:{hash}…")))
    };
    lines(&view.made_with.iter().map(short).collect::<Vec<Line>>())
}

fn lines(lines: &[Line]) -> String {
    let mut table = plain_table();
    for line in lines {
        table.add_row(vec![&line.label, &line.value]);
    }
    printed(&table)
}

/// What moved the chance of failure the most; JSON has all of it.
fn weighs(view: &View) -> String {
    const SHOWN: usize = 6;
    bullets(view.failure.moves.get(..SHOWN).unwrap_or(&view.failure.moves))
}

fn bullets(texts: &[String]) -> String {
    texts.iter().map(|text| format!("  • {}\n", wrapped(text, 4))).collect()
}

/// Clients on a line each.
pub fn clients(clients: &[ClientLine]) -> String {
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut table = plain_table();
    let words = ["Client", "Name", "Grade"].map(Cell::new);
    let figures = ["Late >30 d", "Past", "Open", "Overdue"].map(|title| right(title.to_owned()));
    table.set_header(words.into_iter().chain(figures));
    keep_whole(&mut table, 0);
    for client in clients {
        let chance = client.late_over(30).map_or_else(String::new, |chance| Lang::En.per_cent(chance));
        table.add_row(vec![
            Cell::new(&client.id),
            Cell::new(client.name.as_deref().unwrap_or_default()),
            Cell::new(&client.grade),
            right(chance),
            right(Lang::En.per_cent(client.past_rate)),
            right(Lang::En.rounded(client.open)),
            right(Lang::En.rounded(client.overdue)),
        ]);
    }
    printed(&table)
}

/// Keys on a line each.
pub fn keys(keys: &[KeyInfo]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["id", "name", "good for", "made", "last day", "revoked"]);
    keep_whole(&mut table, 0);
    for key in keys {
        let (made, ends, revoked) = (day_of(&key.created_at), key.expires_at.as_deref(), key.revoked_at.as_deref());
        let (last_day, revoked) = (ends.map_or_else(String::new, last_day_of), revoked.map_or("", day_of));
        table.add_row(vec![&key.id, &key.name, &key.scopes.to_string(), made, &last_day, revoked]);
    }
    printed(&table)
}

/// Users on a line each.
pub fn users(users: &[UserInfo]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["name", "role", "added", "shut out"]);
    keep_whole(&mut table, 0);
    for user in users {
        let shut_out = user.disabled_at.as_deref().map_or("", day_of);
        table.add_row(vec![&user.name, user.role.code(), day_of(&user.created_at), shut_out]);
    }
    printed(&table)
}

/// Webhooks on a line each.
pub fn webhooks(webhooks: &[Webhook]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["id", "told at", "of", "added"]);
    keep_whole(&mut table, 0);
    for webhook in webhooks {
        let events = webhook.events.join(", ");
        table.add_row(vec![&webhook.id, &webhook.url, &events, day_of(&webhook.created_at)]);
    }
    printed(&table)
}

/// Messages to a webhook on a line each.
pub fn deliveries(deliveries: &[Delivery]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["id", "event", "state", "tried", "what became of it"]);
    keep_whole(&mut table, 0);
    for one in deliveries {
        let (attempts, outcome) = (one.attempts.to_string(), one.outcome.as_deref().unwrap_or("not tried yet"));
        table.add_row(vec![&one.id, &one.event, one.state, &attempts, outcome]);
    }
    printed(&table)
}

/// The last day of what ends with the first moment of the next.
fn last_day_of(stamp: &str) -> String {
    let end = day_of(stamp).parse::<Day>();
    end.map_or_else(|_| stamp.to_owned(), |end| end.plus_clamped(-1).to_string())
}

/// The day of a time stamp.
fn day_of(stamp: &str) -> &str {
    stamp.split_once('T').map_or(stamp, |(day, _)| day)
}

/// A cell of figures.
fn right(text: impl Into<String>) -> Cell {
    Cell::new(text.into()).set_alignment(CellAlignment::Right)
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table
}

/// Makes a column as wide as it needs: an id that is cut names nothing.
fn keep_whole(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
}

/// A table without the blanks at its lines' ends, and without signs that a terminal would follow.
fn printed(table: &Table) -> String {
    if table.row_count() == 0 {
        return String::new();
    }
    table.lines().map(|line| format!(" {}\n", printable(line.trim_end()))).collect()
}

/// Words laid out in lines of the width; those after the first are set in.
pub fn wrapped(text: &str, indent: usize) -> String {
    let width = usize::from(WIDTH) - indent;
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in on_one_line(text).split(' ') {
        let longer = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && longer > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join(&format!("\n{}", " ".repeat(indent)))
}
