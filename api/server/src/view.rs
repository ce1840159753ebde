//! An assessment as a person reads it: every figure written out in one language, every code in words. Page and terminal
//! both show this, each in its own way.

mod deadlines;
mod group;
mod limit;
mod record;

use encours_domain::reason::Reason;

use crate::answer::{Answer, ChangeTo, Counterfactual, Exposure, Late, MadeWith, Offer};
use crate::labels::{self, capital};
use crate::words::Lang;

pub use record::{AccountsView, KnownView, ScoreView, SignalView};

/// Joins name and id where a client is chosen: `Crêperie Sédépage · C-0012`.
pub const BETWEEN: &str = " · ";

/// The whole answer.
#[derive(Clone, Debug)]
pub struct View {
    /// Id of the assessment.
    pub id: String,
    /// Day of the quote.
    pub as_of: String,
    /// When to look again.
    pub review: String,
    /// Name of the client, else its id or SIREN.
    pub name: String,
    /// What to ask for to get this client again: name and id, or SIREN.
    pub subject: String,
    /// Id, SIREN, what kind of client.
    pub identity: Vec<String>,
    /// `green`, `amber` or `red`.
    pub light_code: &'static str,
    /// The light in words.
    pub light: &'static str,
    /// The verdict in words.
    pub verdict: &'static str,
    /// The answer in one sentence.
    pub sentence: String,
    /// Up to three offers.
    pub offers: Vec<OfferView>,
    /// The same order in other forms, a line each.
    pub alternatives: Vec<Line>,
    /// How the client pays.
    pub late: LateView,
    /// Chance of failure.
    pub failure: FailureView,
    /// Rules that hold the quote back.
    pub rules: Vec<String>,
    /// Signals of identity and fraud.
    pub signals: Vec<SignalView>,
    /// The features that weigh most, with their points.
    pub points: Vec<PointsView>,
    /// The other ones.
    pub further_points: Vec<PointsView>,
    /// What could be changed.
    pub changes: Vec<String>,
    /// The limit with its working.
    pub limit: LimitView,
    /// What is open before this order.
    pub gross: String,
    /// What the limit leaves.
    pub available: String,
    /// The exposure, line by line; lines of nought besides the first are left out.
    pub exposure: Vec<Line>,
    /// The group: what all owe, then each other member; none where the client stands alone.
    pub group: Vec<Line>,
    /// What the law says: article, sentence.
    pub law: Vec<Line>,
    /// Days that must not be missed: day, what.
    pub deadlines: Vec<Line>,
    /// What the public record says.
    pub known: Vec<KnownView>,
    /// The last accounts.
    pub accounts: Option<AccountsView>,
    /// What providers said last.
    pub outside: Vec<Line>,
    /// Registers that were asked for this answer, and how that ended.
    pub registers: Vec<String>,
    /// What is not known, and why.
    pub missing: Vec<Line>,
    /// Where public facts come from.
    pub sources: Vec<Line>,
    /// Versions and hashes.
    pub made_with: Vec<Line>,
}

/// Reasons that are shown at once; the others are opened.
const WEIGHTIEST: usize = 6;

/// A label and what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Line {
    /// Pairs the two.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// One offer.
#[derive(Clone, Debug)]
pub struct OfferView {
    /// Its name.
    pub name: String,
    /// Terms of payment.
    pub terms: String,
    /// Deposit: share and amount, or none.
    pub deposit: String,
    /// Whether both tests pass.
    pub passes: bool,
    /// Figures, each with its label.
    pub figures: Vec<Line>,
    /// To paste into the quote.
    pub wording: String,
}

/// How the client pays.
#[derive(Clone, Debug)]
pub struct LateView {
    /// The headline chance.
    pub headline: String,
    /// Where it lies with nine chances in ten: `11 % à 35 %`.
    pub interval: String,
    /// The score to which points add.
    pub base_points: String,
    /// The client's own past rate.
    pub baseline: String,
    /// What the baseline is: the client's own past rate, or the base rate where it has none.
    pub baseline_of: String,
    /// What it rests on.
    pub evidence: String,
    /// The other horizons and the expected days.
    pub lines: Vec<Line>,
}

/// Chance of failure.
#[derive(Clone, Debug)]
pub struct FailureView {
    /// Chance and class.
    pub headline: String,
    /// Where the figure comes from.
    pub basis: String,
    /// What moved it.
    pub moves: Vec<String>,
    /// Chance that the first invoice is never paid, and what moved that.
    pub first_invoice: Option<Line>,
}

/// A reason of the model.
#[derive(Clone, Debug)]
pub struct PointsView {
    /// In words.
    pub says: String,
    /// Points, signed.
    pub points: String,
    /// Whether they speak against the client.
    pub against: bool,
    /// Length of the bar, of 100.
    pub length: u32,
    /// What it does to the chance of lateness.
    pub effect: Option<String>,
}

/// The limit with its working.
#[derive(Clone, Debug)]
pub struct LimitView {
    /// The prudent figure.
    pub prudent: String,
    /// The bold figure.
    pub bold: String,
    /// Which candidate makes each of the two, where they are not the same.
    pub makers: Option<(String, String)>,
    /// The four candidates, and what a person set.
    pub candidates: Vec<CandidateView>,
}

/// One candidate of the limit.
#[derive(Clone, Debug)]
pub struct CandidateView {
    /// What it is.
    pub label: String,
    /// Its value, or why there is none.
    pub value: String,
    /// Whether it is the least.
    pub binds: bool,
}

impl View {
    /// Writes an answer out.
    pub fn of(answer: &Answer, lang: Lang) -> Self {
        let (scored, rules) = answer.reasons.iter().partition::<Vec<&Reason>, _>(|reason| reason.points.is_some());
        let mut points = points_of(&scored, lang);
        let further_points = points.split_off(points.len().min(WEIGHTIEST));
        Self {
            id: answer.id.clone(),
            as_of: lang.date(answer.as_of),
            review: lang.date(answer.review_date),
            name: name(answer),
            subject: subject(answer),
            identity: identity(answer, lang),
            light_code: labels::light_code(answer.light),
            light: labels::light(answer.light, lang),
            verdict: labels::verdict(answer.verdict, lang),
            sentence: lang.of(&answer.sentence).to_owned(),
            alternatives: answer.alternatives.iter().map(|other| limit::alternative(other, lang)).collect(),
            offers: answer.offers.iter().map(|offer| OfferView::of(offer, lang)).collect(),
            late: LateView::of(answer, lang),
            failure: FailureView::of(answer, lang),
            rules: rules
                .into_iter()
                .filter(|rule| !record::is_signal(rule))
                .map(|rule| capital(lang.pick(&rule.fr, &rule.en)))
                .collect(),
            signals: record::signals_of(answer, lang),
            points,
            further_points,
            changes: answer.counterfactuals.iter().map(|change| change_of(change, lang)).collect(),
            limit: LimitView::of(&answer.limit, answer.matrix, lang),
            gross: lang.rounded(answer.exposure.gross),
            available: lang.rounded(answer.exposure.available),
            exposure: exposure_of(&answer.exposure, lang),
            group: group::group_of(answer, lang),
            deadlines: deadlines::deadlines(answer, lang),
            law: answer.law.iter().map(|note| Line::new(&note.article, lang.of(&note.says))).collect(),
            known: record::known_of(answer, lang),
            accounts: record::accounts_of(answer, lang),
            outside: record::outside_of(answer, lang),
            registers: record::registers_of(answer, lang),
            missing: missing_of(answer, lang),
            sources: sources_of(answer, lang),
            made_with: made_with_of(answer, lang),
        }
    }
}

fn name(answer: &Answer) -> String {
    let client = &answer.client;
    let names = [&client.name, &client.id, &client.siren];
    names.into_iter().flatten().next().cloned().unwrap_or_default()
}

fn subject(answer: &Answer) -> String {
    let client = &answer.client;
    let id = client.id.as_ref().or(client.siren.as_ref()).map_or("", String::as_str);
    client.name.as_ref().map_or_else(|| id.to_owned(), |name| format!("{name}{BETWEEN}{id}"))
}

fn identity(answer: &Answer, lang: Lang) -> Vec<String> {
    let client = &answer.client;
    let prospect = client.id.is_none().then(|| lang.pick("prospect", "prospect").to_owned());
    let person = match client.natural_person {
        Some(true) => Some(lang.pick("personne physique", "natural person").to_owned()),
        Some(false) | None => None,
    };
    let siren = client.siren.as_ref().map(|siren| format!("SIREN {}", grouped_siren(siren)));
    [client.id.clone(), prospect, siren, person].into_iter().flatten().collect()
}

/// `000 000 216`, with no-break spaces.
fn grouped_siren(siren: &str) -> String {
    let digits: Vec<char> = siren.chars().collect();
    let groups: Vec<String> = digits.chunks(3).map(|group| group.iter().collect()).collect();
    groups.join("\u{a0}")
}

impl OfferView {
    fn of(offer: &Offer, lang: Lang) -> Self {
        let figures =
            [(lang.pick("Encaissement moyen attendu", "Cash expected, mean"), lang.date(offer.expected_cash_date))];
        let range = offer.cash_date_range_80.map(|[from, to]| {
            // A line may break between the two days, not within one.
            let [from, to] = [from, to].map(|day| lang.date(day).replace(' ', "\u{a0}"));
            let range = format!("{from} – {to}");
            (lang.pick("Quatre fois sur cinq", "Four times in five"), range)
        });
        let others = [
            (lang.pick("Retard > 30 jours", "Late > 30 days"), lang.per_cent(offer.p_late_over_30)),
            (lang.pick("Jamais payé", "Never paid"), lang.per_cent(offer.p_never_paid)),
            (lang.pick("Perte attendue HT", "Expected loss"), lang.rounded(offer.expected_loss)),
            (lang.pick("Coût de l’attente", "Cost of waiting"), lang.rounded(offer.cost_of_waiting)),
            (lang.pick("Gain net HT", "Worth to us"), lang.rounded(offer.worth)),
        ];
        let recover = offer.sales_to_recover_a_loss.filter(|sales| sales.minor() > 0);
        let recover = recover.map(|sales| {
            Line::new(lang.pick("Ventes pour effacer la perte", "Sales to make up for a loss"), lang.rounded(sales))
        });
        let prepaid = offer.deposit_share >= 1.0;
        let terms = labels::terms(offer.terms_days, offer.end_of_month.as_deref(), lang);
        Self {
            name: labels::word(&offer.name, lang),
            terms: if prepaid { lang.pick("paiement d’avance", "in advance").to_owned() } else { terms },
            deposit: deposit(offer, lang),
            passes: offer.passes,
            figures: figures
                .into_iter()
                .chain(range)
                .chain(others)
                .map(|(label, value)| Line::new(label, value))
                .chain(recover)
                .collect(),
            wording: lang.of(&offer.wording).to_owned(),
        }
    }
}

fn deposit(offer: &Offer, lang: Lang) -> String {
    if offer.deposit.minor() == 0 {
        return lang.pick("sans acompte", "no deposit").to_owned();
    }
    let amount = lang.amount(offer.deposit);
    if offer.deposit_share >= 1.0 {
        return format!("{amount} {}", lang.pick("TTC avant livraison", "before delivery"));
    }
    format!("{} {} ({amount})", lang.pick("acompte", "deposit"), lang.per_cent(offer.deposit_share))
}

impl LateView {
    fn of(answer: &Answer, lang: Lang) -> Self {
        let late = &answer.late;
        let [low, high] = late.interval_90_over_30;
        Self {
            headline: late.p_over_30.map_or_else(|| "?".to_owned(), |chance| lang.per_cent(chance)),
            interval: format!(
                "{} {} {}{}",
                lang.per_cent(low),
                lang.pick("à", "to"),
                lang.per_cent(high),
                next(late, lang)
            ),
            base_points: late.base_points.to_string(),
            baseline_of: if late.evidence.invoices == 0 {
                lang.pick("Taux de base, sans facture", "Base rate, no invoice").to_owned()
            } else {
                lang.pick("Taux passé du client", "The client’s past rate").to_owned()
            },
            baseline: lang.per_cent(late.baseline_past_rate_over_30),
            evidence: evidence(answer, lang),
            lines: late_lines(answer, lang),
        }
    }
}

/// ` of its next 10 invoices`: what the interval is about, where it is about the client's own invoices to come.
fn next(late: &Late, lang: Lang) -> String {
    let coming = late.coming_rate.as_ref().filter(|coming| coming.late_over_days == 30);
    coming.map_or_else(String::new, |coming| {
        let invoices = lang.count(coming.invoices);
        match lang {
            Lang::Fr => format!(" de ses {invoices} prochaines factures"),
            Lang::En => format!(" of its next {invoices} invoices"),
        }
    })
}

fn evidence(answer: &Answer, lang: Lang) -> String {
    let evidence = &answer.late.evidence;
    let invoices = u64::from(evidence.invoices);
    let counted = match invoices {
        0 => return lang.pick("aucune facture : taux de base seuls", "no invoice yet: base rates only").to_owned(),
        1 => lang.pick("1 facture", "1 invoice").to_owned(),
        _ => format!("{} {}", lang.count(invoices), lang.pick("factures", "invoices")),
    };
    let weight = lang.per_cent(evidence.own_history_weight);
    format!("{counted}, {weight} {}", lang.pick("d’histoire propre", "own history"))
}

fn late_lines(answer: &Answer, lang: Lang) -> Vec<Line> {
    let late = &answer.late;
    let days = format!("{} {}", lang.decimal(late.expected_days), lang.pick("jours", "days"));
    let score = Line::new(lang.pick("Score, note", "Score, grade"), format!("{}, {}", late.score, late.grade));
    let chances = [
        (lang.pick("Retard > 0 jour", "Late at all"), late.p_over_0),
        (lang.pick("Retard > 60 jours", "Late > 60 days"), late.p_over_60),
        (lang.pick("Retard > 90 jours", "Late > 90 days"), late.p_over_90),
    ];
    let known = chances.into_iter().filter_map(|(label, chance)| chance.map(|chance| (label, chance)));
    let chances = known.map(|(label, chance)| Line::new(label, lang.per_cent(chance)));
    let expected = Line::new(lang.pick("Retard attendu", "Expected delay"), days);
    std::iter::once(score).chain(chances).chain([expected]).chain(days_lines(answer, lang)).collect()
}

/// Median and range of the days, where the model tells them.
fn days_lines(answer: &Answer, lang: Lang) -> Vec<Line> {
    let late = &answer.late;
    let counted = |days: i32| match days {
        0 => lang.pick("à l’échéance", "on the due date").to_owned(),
        1.. => format!("{days} {}", lang.pick("j après", "d after")),
        _ => format!("{} {}", days.unsigned_abs(), lang.pick("j avant", "d before")),
    };
    let median = late.median_days.zip(late.median_cash_date).map(|(days, on)| {
        Line::new(
            lang.pick("Une fois sur deux payé", "Half the time paid"),
            format!("{}, {}", counted(days), lang.date(on)),
        )
    });
    let range = late.range_80_days.zip(late.cash_date_range_80).map(|([from, to], [first, last])| {
        let text = format!("{} – {} ({} – {})", counted(from), counted(to), lang.date(first), lang.date(last));
        Line::new(lang.pick("Quatre fois sur cinq", "Four times in five"), text)
    });
    median.into_iter().chain(range).collect()
}

impl FailureView {
    fn of(answer: &Answer, lang: Lang) -> Self {
        let failure = &answer.failure;
        let class = lang.pick("classe", "class");
        Self {
            headline: format!("{}, {class} {}", lang.per_cent(failure.p_12_months), failure.class),
            basis: labels::basis(&failure.basis, lang),
            moves: failure.moves.iter().map(|step| weighs(step, lang)).collect(),
            first_invoice: answer.first_invoice.as_ref().map(|found| first_invoice(found, lang)),
        }
    }
}

/// `0.5% (expert rule): age unknown, counted as young`.
fn first_invoice(found: &crate::answer::FirstInvoice, lang: Lang) -> Line {
    let moves: Vec<&str> = found.moves.iter().map(|step| lang.pick(&step.fr, &step.en)).collect();
    let (chance, basis) = (lang.per_cent(found.p_unpaid), labels::basis(&found.basis, lang));
    let colon = lang.pick("\u{a0}: ", ": ");
    let why =
        if moves.is_empty() { String::new() } else { format!("{colon}{}", moves.join(lang.pick("\u{a0}; ", "; "))) };
    let apart = lang.pick("hors prix", "not in the price");
    Line::new(
        lang.pick("Première facture impayée", "First invoice unpaid"),
        format!("{chance} ({basis}, {apart}){why}"),
    )
}

/// Bars are drawn against the longest.
fn points_of(reasons: &[&Reason], lang: Lang) -> Vec<PointsView> {
    let size = |reason: &Reason| reason.points.map_or(0, i32::unsigned_abs);
    let longest = reasons.iter().map(|reason| size(reason)).max().unwrap_or(0).max(1);
    let view = |reason: &&Reason| {
        let points = reason.points.unwrap_or(0);
        PointsView {
            says: capital(lang.pick(&reason.fr, &reason.en)),
            points: signed(points),
            against: points < 0,
            length: size(reason).saturating_mul(100) / longest,
            effect: reason.p_effect.map(|effect| effect_of(effect, lang)),
        }
    };
    reasons.iter().map(view).collect()
}

fn signed(points: i32) -> String {
    match points {
        0 => "0".to_owned(),
        below if below < 0 => format!("−{}", below.unsigned_abs()),
        above => format!("+{above}"),
    }
}

/// What a reason does to the chance of lateness, in hundredths.
fn effect_of(effect: f64, lang: Lang) -> String {
    let sign = if effect < 0.0 { "−" } else { "+" };
    let (risk, unit) = (lang.pick("risque", "risk"), lang.pick("pt", "pp"));
    format!("{risk} {sign}{}\u{a0}{unit}", lang.decimal(effect.abs() * 100.0))
}

fn change_of(change: &Counterfactual, lang: Lang) -> String {
    let then = format!("{} {}", colon(lang), labels::verdict(change.verdict, lang).to_lowercase());
    let what = match (change.change.as_str(), change.to) {
        ("overdue_paid", ChangeTo::Amount(amount)) => {
            let amount = lang.amount(amount);
            match lang {
                Lang::Fr => format!("Une fois payés les {amount} échus"),
                Lang::En => format!("Once the {amount} overdue are paid"),
            }
        }
        (_, ChangeTo::Amount(amount)) => {
            format!("{} {}", lang.pick("Avec une commande de", "With an order of"), lang.amount(amount))
        }
        ("deposit_share", ChangeTo::Number(share)) => {
            format!("{} {}", lang.pick("Avec un acompte de", "With a deposit of"), lang.per_cent(share))
        }
        (_, ChangeTo::Number(days)) => {
            #[expect(clippy::as_conversions, reason = "a saturating cast of whole days")]
            let terms = labels::terms(days as u16, change.end_of_month.as_deref(), lang);
            format!("{} {terms}", lang.pick("Avec un délai plus court,", "At shorter terms,"))
        }
    };
    format!("{what}{then}")
}

const fn colon(lang: Lang) -> &'static str {
    lang.pick("\u{a0}:", ":")
}

fn exposure_of(exposure: &Exposure, lang: Lang) -> Vec<Line> {
    let always = [
        (lang.pick("Encours brut TTC", "Gross exposure incl. VAT"), exposure.gross),
        (lang.pick("Disponible", "Available"), exposure.available),
    ];
    let others = [
        (lang.pick("Factures ouvertes", "Open invoices"), exposure.invoices),
        (lang.pick("Effets à échoir", "Bills not matured"), exposure.bills),
        (lang.pick("Commandes en cours", "Open orders"), exposure.orders),
        (lang.pick("Acomptes reçus", "Deposits received"), exposure.deposits),
        (lang.pick("Couverture", "Cover"), exposure.cover),
        (lang.pick("Risque propre", "Own risk"), exposure.own_risk),
        (lang.pick("Avoir du client, non déduit", "Credit balance, not netted"), exposure.credit_balance),
    ];
    let others = others.into_iter().filter(|(_, amount)| amount.minor() != 0);
    always.into_iter().chain(others).map(|(label, amount)| Line::new(label, lang.rounded(amount))).collect()
}

fn missing_of(answer: &Answer, lang: Lang) -> Vec<Line> {
    let line = |missing: &crate::answer::Missing| {
        let why = match missing.since {
            Some(last) => format!("{} {}", lang.pick("connu jusqu’au", "known up to"), lang.date(last)),
            None => why(missing, lang),
        };
        Line::new(capital(&labels::word(&missing.what, lang)), why)
    };
    answer.missing.iter().map(line).collect()
}

/// The kind, and the reason in words where there is one.
fn why(missing: &crate::answer::Missing, lang: Lang) -> String {
    let kind = labels::missing(missing.kind, lang);
    missing.why.as_ref().map_or_else(|| kind.to_owned(), |why| format!("{kind}{} {}", colon(lang), lang.of(why)))
}

fn sources_of(answer: &Answer, lang: Lang) -> Vec<Line> {
    let known = lang.pick("publié jusqu’au", "published up to");
    let fetched = lang.pick("consulté le", "fetched on");
    let line = |source: &crate::answer::Source| {
        let asked = source.fetched_at.map_or_else(String::new, |day| format!(", {fetched} {}", lang.date(day)));
        Line::new(labels::source(&source.name, lang), format!("{known} {}{asked}", lang.date(source.known_from)))
    };
    answer.sources.iter().map(line).collect()
}

/// What moved the chance of failure; what speaks for the company says so.
fn weighs(step: &crate::answer::FailureMove, lang: Lang) -> String {
    let says = capital(lang.pick(&step.fr, &step.en));
    if step.log_odds < 0.0 { format!("{says} {}", lang.pick("(favorable)", "(in its favour)")) } else { says }
}

fn made_with_of(answer: &Answer, lang: Lang) -> Vec<Line> {
    let MadeWith { engine, evidence, ledger, facts, model, failure_model, quartiles, policy, law_table, calendar } =
        &answer.made_with;
    let none = String::new();
    let parts = [
        ("model", model),
        ("failure_model", failure_model.as_ref().unwrap_or(&none)),
        ("quartiles", quartiles.as_ref().unwrap_or(&none)),
        ("policy", policy),
        ("law_table", law_table),
        ("calendar", calendar),
        ("engine", engine),
        ("evidence", evidence),
        ("ledger", ledger),
        ("facts", facts),
    ];
    let present = parts.into_iter().filter(|(_, value)| !value.is_empty());
    let named = present.map(|(name, value)| Line::new(labels::word(name, lang), value));
    named.chain([Line::new("id", &answer.id)]).collect()
}
