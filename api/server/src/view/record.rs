//! What the public record says, as a person reads it.

use encours_core::signals;
use encours_domain::reason::{Reason, ReasonEvidence};

use super::Line;
use crate::answer::{AccountsReport, Answer, KnownFact, Lacking, PeerRatio, ScoreReport};
use crate::labels::{self, capital};
use crate::words::Lang;

/// A signal of identity or fraud with what stands behind it.
#[derive(Clone, Debug)]
pub struct SignalView {
    /// In words.
    pub says: String,
    /// Values, with their dates and sources.
    pub evidence: Vec<String>,
}

/// A known fact: what, the value, from whom and how old.
#[derive(Clone, Debug)]
pub struct KnownView {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Who says so.
    pub source: String,
    /// Since when it is public, and how old the look at it is.
    pub when: String,
}

/// The accounts with ratios and scores.
#[derive(Clone, Debug)]
pub struct AccountsView {
    /// Closing day, who says so, whether they were read.
    pub headline: String,
    /// Equity below half of the capital, in words.
    pub capital: Option<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// The ratios.
    pub ratios: Vec<Line>,
    /// Ratios among those of the sector.
    pub peers: Vec<Line>,
    /// Published scores: name, value with its zone and caveat, the numbers used.
    pub scores: Vec<ScoreView>,
    /// The years, the newest first.
    pub years: Vec<Line>,
}

/// A published score.
#[derive(Clone, Debug)]
pub struct ScoreView {
    /// Its name.
    pub name: String,
    /// Value and zone, or why there is none.
    pub value: String,
    /// For whom it was made, when this company is none of them.
    pub outside: Option<String>,
    /// The numbers used.
    pub used: Vec<Line>,
}

/// Whether a reason is a signal of identity or fraud.
pub(super) fn is_signal(reason: &Reason) -> bool {
    signals::codes().any(|code| code == reason.code)
}

pub(super) fn signals_of(answer: &Answer, lang: Lang) -> Vec<SignalView> {
    let of = |reason: &Reason| SignalView {
        says: capital(lang.pick(&reason.fr, &reason.en)),
        evidence: reason.evidence.iter().map(|evidence| evidence_of(evidence, lang)).collect(),
    };
    answer.reasons.iter().filter(|reason| is_signal(reason)).map(of).collect()
}

fn evidence_of(evidence: &ReasonEvidence, lang: Lang) -> String {
    let ReasonEvidence { what, value, known_from, source } = evidence;
    let since = known_from.map(|day| format!("{} {}", lang.pick("publié le", "published"), lang.date(day)));
    let source = source.as_deref().map(|source| labels::source(source, lang));
    let from: Vec<String> = [source, since].into_iter().flatten().collect();
    let value = labels::fact_value(what, value, lang);
    let label = labels::word(what, lang);
    let colon = lang.pick("\u{a0}:", ":");
    if from.is_empty() {
        format!("{label}{colon} {value}")
    } else {
        format!("{label}{colon} {value} ({})", from.join(", "))
    }
}

pub(super) fn known_of(answer: &Answer, lang: Lang) -> Vec<KnownView> {
    let of = |fact: &KnownFact| KnownView {
        label: capital(&labels::word(&fact.what, lang)),
        value: labels::fact_value(&fact.what, &fact.value, lang),
        source: labels::source(&fact.source, lang),
        when: when(fact, answer, lang),
    };
    answer.known.iter().map(of).collect()
}

fn when(fact: &KnownFact, answer: &Answer, lang: Lang) -> String {
    let looked = fact.fetched_at.unwrap_or(fact.known_from).max(fact.known_from);
    let days = u64::try_from(answer.as_of.days_since(looked).max(0)).unwrap_or(0);
    let age = match days {
        0 => lang.pick("vu ce jour", "seen today").to_owned(),
        1 => lang.pick("vu il y a 1 jour", "seen 1 day ago").to_owned(),
        days => lang.pick("vu il y a % jours", "seen % days ago").replace('%', &lang.count(days)),
    };
    // That there are no proceedings nobody publishes: it was looked for.
    if fact.what == "proceedings" && fact.value == "none" {
        return age;
    }
    let published = format!("{} {}", lang.pick("publié le", "published"), lang.date(fact.known_from));
    format!("{published}, {age}")
}

/// What providers said last, a line each.
pub(super) fn outside_of(answer: &Answer, lang: Lang) -> Vec<Line> {
    let of = |said: &crate::answer::OutsideReport| {
        let axis = said.axis.map_or_else(String::new, |axis| format!(" ({axis}/100)"));
        let score = said.score.as_ref().map(|score| format!("{score}{axis}"));
        let amount = |what, amount: Option<encours_domain::Money>| {
            amount.map(|amount| format!("{} {}", labels::word(what, lang), lang.rounded(amount)))
        };
        let limit = amount("outside_limit", said.limit);
        let parts: Vec<String> = [score, limit, amount("cover", said.cover)].into_iter().flatten().collect();
        Line::new(format!("{}, {}", said.title, lang.date(said.date)), parts.join(", "))
    };
    answer.outside.iter().map(of).collect()
}

pub(super) fn registers_of(answer: &Answer, lang: Lang) -> Vec<String> {
    answer.registers.iter().map(|register| lang.pick(&register.fr, &register.en).to_owned()).collect()
}

pub(super) fn accounts_of(answer: &Answer, lang: Lang) -> Option<AccountsView> {
    let accounts = answer.accounts.as_ref()?;
    let ratio = |name: &str, value: f64| Line::new(capital(&labels::word(name, lang)), two(value, lang));
    let amount = |line: &crate::answer::AccountLine| {
        Line::new(capital(&labels::word(&line.what, lang)), lang.rounded(line.amount))
    };
    let capital_below = accounts.capital_below_half == Some(true);
    Some(AccountsView {
        headline: headline(accounts, lang),
        capital: capital_below.then(|| {
            let (fr, en) = (
                "Capitaux propres inférieurs à la moitié du capital (C. com. L223-42, L225-248)",
                "Equity is below half of the capital (Code de commerce L223-42, L225-248)",
            );
            lang.pick(fr, en).to_owned()
        }),
        lines: accounts.lines.iter().map(amount).collect(),
        ratios: accounts.ratios.iter().map(|one| ratio(&one.name, one.value)).collect(),
        peers: accounts.peers.iter().map(|one| peer(one, lang)).collect(),
        scores: scores(accounts, lang),
        years: accounts.history.iter().map(|year| year_of(year, lang)).collect(),
    })
}

fn headline(accounts: &AccountsReport, lang: Lang) -> String {
    let months = match accounts.months {
        12 => String::new(),
        months => format!(" ({months} {})", lang.pick("mois", "months")),
    };
    let (closed, source) = (lang.date(accounts.closed_on), labels::source(&accounts.source, lang));
    let known = lang.date(accounts.known_from);
    let (at, by) = (lang.pick("Clos le", "Closed on"), lang.pick("publiés le", "published"));
    let unread = lang.pick(", non lus pour cette réponse", ", not read for this answer");
    format!("{at} {closed}{months}, {by} {known}, {source}{}", if accounts.read { "" } else { unread })
}

/// `78 (52 to 91 in division 43, 4,812 companies)`: half of the sector lies between the two.
fn peer(one: &PeerRatio, lang: Lang) -> Line {
    let whole = |value: f64| format!("{:.0}", value + 0.0).replace('-', "−");
    let (lower, upper, companies) = (whole(one.lower), whole(one.upper), lang.count(one.companies.into()));
    let among = match &one.division {
        Some(division) => lang.pick(&format!("division {division}"), &format!("division {division}")).to_owned(),
        None => lang.pick("tous secteurs", "all sectors").to_owned(),
    };
    let among = lang
        .pick(
            &format!("{among}, {companies} entreprises : la moitié entre {lower} et {upper}"),
            &format!("{among}, {companies} companies: half between {lower} and {upper}"),
        )
        .to_owned();
    Line::new(capital(lang.pick(&one.fr, &one.en)), format!("{} ({among})", whole(one.value)))
}

fn scores(accounts: &AccountsReport, lang: Lang) -> Vec<ScoreView> {
    let computed = accounts.scores.iter().map(|score| ScoreView {
        name: score.name.clone(),
        value: format!("{}, {}", two(score.value, lang), labels::word(&score.zone, lang)),
        outside: score.outside.as_deref().map(|outside| labels::word(outside, lang)),
        used: used(score, lang),
    });
    let lacking = accounts.not_computed.iter().map(|one| ScoreView {
        name: one.name.clone(),
        value: why_not(&one.lacking, lang),
        outside: None,
        used: Vec::new(),
    });
    computed.chain(lacking).collect()
}

fn used(score: &ScoreReport, lang: Lang) -> Vec<Line> {
    score.used.iter().map(|used| Line::new(labels::word(&used.what, lang), two(used.value, lang))).collect()
}

fn why_not(lacking: &Lacking, lang: Lang) -> String {
    match lacking {
        Lacking::Lines(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| labels::word(line, lang)).collect();
            format!("{} {}", lang.pick("non calculé, il manque\u{a0}:", "not computed, not known:"), lines.join(", "))
        }
        Lacking::NotPositive(line) => {
            let line = labels::word(line, lang);
            format!("{} {line}", lang.pick("non calculé, nul ou négatif\u{a0}:", "not computed, not above nought:"))
        }
    }
}

fn year_of(year: &crate::answer::Year, lang: Lang) -> Line {
    let figures = [("turnover", year.turnover), ("net_result", year.net_result), ("equity", year.equity)];
    let told: Vec<String> = figures
        .into_iter()
        .filter_map(|(what, amount)| Some(format!("{} {}", labels::word(what, lang), lang.rounded(amount?))))
        .collect();
    Line::new(lang.date(year.closed_on), told.join(", "))
}

fn two(value: f64, lang: Lang) -> String {
    let text = format!("{value:.2}");
    lang.pick(&text.replace('.', ","), &text).to_owned()
}
