//! What the public record says, as an answer shows it: known facts, accounts, registers that were asked, and why the rest
//! is missing.

use encours_domain::fact::{Fact, FactKind, Known, MissingKind, shown};
use encours_domain::{Bilingual, Day, Money};
use serde::Serialize;

use super::Context;
use super::client;
use crate::company::{AccountLines, AskOutcome, AskedRegister, CompanyView, MissingNote, latest};
use crate::policy::words::{french, short_amount};
use crate::policy::{PublicRecord, Quote};
use crate::solvency::PeerRatio;
use crate::solvency::published::{Closing, NotComputed, PublishedScore, Ratio};

/// A fact that holds on the day of the quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownFact {
    /// What it is, in the words of the fact kinds.
    pub what: &'static str,
    /// Its value, in the words of the kind.
    pub value: String,
    /// From which day it holds.
    pub valid_from: Day,
    /// On which day it became public.
    pub known_from: Day,
    /// The last day on which the source was asked; absent where nobody noted it.
    pub fetched_at: Option<Day>,
    /// Who says so.
    pub source: String,
}

/// A register that was asked for this answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegisterReport {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// How the question ended.
    pub outcome: AskOutcome,
    /// In words.
    #[serde(flatten)]
    pub says: Bilingual,
}

/// One line of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineReport {
    /// What it is, in the words of the fact kinds.
    pub what: &'static str,
    /// The amount.
    pub amount: Money,
}

/// What a closing says in three figures: for the trend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearReport {
    /// Closing day.
    pub closed_on: Day,
    /// Turnover.
    pub turnover: Option<Money>,
    /// Net result.
    pub net_result: Option<Money>,
    /// Equity.
    pub equity: Option<Money>,
}

/// The last accounts that are known, with ratios and published scores. They are shown; what of them is judged, the rules
/// and the limit say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountsReport {
    /// Whether they were read for this answer: below the entry amount they are not.
    pub read: bool,
    /// Closing day.
    pub closed_on: Day,
    /// Length of the year in months.
    pub months: u8,
    /// On which day the last of them became public.
    pub known_from: Day,
    /// Who says so.
    pub source: String,
    /// The lines.
    pub lines: Vec<LineReport>,
    /// Whether equity has fallen below half of the capital; absent where the rule is not for it, or nobody can tell.
    pub capital_below_half: Option<bool>,
    /// Ratios of which both lines are known.
    pub ratios: Vec<Ratio>,
    /// Ratios of the last accounts among those of the sector; none where no whole register was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<PeerRatio>,
    /// Published scores that can be computed, each with its zone, the numbers used, and whom it was made for.
    pub scores: Vec<PublishedScore>,
    /// Those that cannot, and why.
    pub not_computed: Vec<NotComputed>,
    /// All closings that are known, the newest first.
    pub history: Vec<YearReport>,
}

/// What is told of a company, in this order.
const TOLD: &[FactKind] = &[
    FactKind::Name,
    FactKind::LegalForm,
    FactKind::State,
    FactKind::Proceedings,
    FactKind::CreatedOn,
    FactKind::Sector,
    FactKind::Size,
    FactKind::Category,
    FactKind::Address,
    FactKind::Establishments,
    FactKind::ShareCapital,
    FactKind::VatNumber,
    FactKind::VatRegistration,
    FactKind::AccountsStatus,
    FactKind::AccountsClosedOn,
    FactKind::GroupTurnover,
    FactKind::DirectParent,
    FactKind::UltimateParent,
    FactKind::Diffusion,
];

/// The record as the policy lets it be read.
pub(super) struct Record<'a> {
    context: &'a Context<'a>,
    /// The company on the day.
    pub(super) company: &'a CompanyView,
    as_of: Day,
    /// Whether accounts are asked for.
    reads_accounts: bool,
}

impl<'a> Record<'a> {
    pub(super) fn new(context: &'a Context<'a>, company: &'a CompanyView, as_of: Day, reads_accounts: bool) -> Self {
        Self { context, company, as_of, reads_accounts }
    }

    /// The facts, or none where the policy does not read them.
    pub(super) fn facts(&self) -> &'a [Fact] {
        match self.context.policy.public_record() {
            PublicRecord::Required => self.context.facts,
            PublicRecord::NotUsed => &[],
        }
    }

    /// What holds on the day and may be shown, a line a kind.
    pub(super) fn known(&self) -> Vec<KnownFact> {
        let facts = self.facts();
        let may_be_shown = |fact: &Fact| shown(facts).any(|shown| shown == fact);
        let told = TOLD.iter().filter_map(|kind| latest(facts, *kind, self.as_of));
        let told = told.filter(|fact| may_be_shown(fact)).map(|fact| KnownFact {
            what: fact.kind.code(),
            value: fact.value.clone(),
            valid_from: fact.valid_from,
            known_from: fact.known_from,
            fetched_at: fact.fetched_on,
            source: fact.source.clone(),
        });
        told.collect()
    }

    /// The accounts, when any line of them is known.
    pub(super) fn accounts(&self) -> Option<AccountsReport> {
        let history = AccountLines::history(self.facts(), self.as_of);
        let last = history.last()?;
        let of_it = |fact: &&Fact| {
            fact.valid_from == last.closed_on && fact.known_from <= self.as_of && last.get(fact.kind).is_some()
        };
        let newest = self.facts().iter().filter(of_it).max_by_key(|fact| (fact.known_from, &fact.source))?;
        let text = |value: &'a Known<String>| value.present().map(String::as_str);
        let closing = Closing::of(last, text(&self.company.sector), text(&self.company.legal_form));
        let Closing { closed_on, months, capital_below_half, ratios, scores, not_computed } = closing;
        let year = |lines: &AccountLines| YearReport {
            closed_on: lines.closed_on,
            turnover: lines.get(FactKind::Turnover),
            net_result: lines.get(FactKind::NetResult),
            equity: lines.get(FactKind::Equity),
        };
        Some(AccountsReport {
            read: self.reads_accounts,
            closed_on,
            months,
            known_from: newest.known_from,
            source: newest.source.clone(),
            lines: last.all().map(|(kind, amount)| LineReport { what: kind.code(), amount }).collect(),
            capital_below_half,
            ratios,
            peers: self.context.quartiles.map_or_else(Vec::new, |(all, _)| all.among(self.facts(), self.as_of)),
            scores,
            not_computed,
            history: history.iter().rev().map(year).collect(),
        })
    }

    /// The registers that were asked, and how that ended.
    pub(super) fn registers(&self) -> Vec<RegisterReport> {
        let report = |asked: &AskedRegister| RegisterReport {
            name: asked.name.clone(),
            title: asked.title.clone(),
            outcome: asked.outcome,
            says: asked.says(),
        };
        self.context.beside.asked.iter().map(report).collect()
    }

    /// The notes, each with its reason in words, and what cannot exist or is not asked for beside them.
    pub(super) fn explained(&self, notes: Vec<MissingNote>) -> Vec<MissingNote> {
        let mut notes: Vec<MissingNote> = notes.into_iter().filter(|note| !self.is_idle(note)).collect();
        notes.extend(self.not_applicable());
        for note in &mut notes {
            if note.why.is_none() && note.since.is_none() {
                note.why = self.why(&note.what, note.kind).map(|why| Bilingual::new(french(&why.fr), why.en));
            }
        }
        notes
    }

    /// Accounts that are not asked for are not applicable, whatever became of them.
    fn is_idle(&self, note: &MissingNote) -> bool {
        note.what == "accounts" && !self.reads_accounts
    }

    fn not_applicable(&self) -> Vec<MissingNote> {
        if self.context.policy.public_record() == PublicRecord::NotUsed {
            return Vec::new();
        }
        let idle = MissingKind::NotApplicable;
        let mut notes = Vec::new();
        if self.company.proceedings.missing() == Some(idle) {
            notes.push(MissingNote::new(FactKind::Proceedings.code(), idle));
        }
        if !self.reads_accounts {
            let amount = short_amount(self.context.policy.entry_amount());
            let why = Bilingual::new(
                format!("non demandés jusqu’à {} d’encours", amount.fr),
                format!("not asked for up to an exposure of {}", amount.en),
            );
            notes.push(MissingNote { why: Some(why), ..MissingNote::new("accounts", idle) });
        } else if self.company.accounts.missing() == Some(idle) {
            notes.push(MissingNote::new("accounts", idle));
        }
        notes
    }

    fn why(&self, what: &str, kind: MissingKind) -> Option<Bilingual> {
        let (fr, en) = match (what, kind) {
            ("bills" | "orders" | "deposits" | "cover", MissingKind::NotFetched) => {
                ("aucun fichier importé ne le dit", "no file that was imported tells it")
            }
            (_, MissingKind::NotFetched) => return Some(self.not_fetched(what)),
            ("name", MissingKind::Confidential) => (
                "l’unité s’oppose à la diffusion (C. com. R123-232-1)",
                "the unit objects to being shown (Code de commerce R123-232-1)",
            ),
            (_, MissingKind::Confidential) => (
                "déposé et tenu confidentiel (C. com. L232-25)",
                "filed and kept confidential (Code de commerce L232-25)",
            ),
            ("accounts", MissingKind::Overdue) => (
                "les derniers comptes auraient dû être déposés, et aucun dépôt n’est connu",
                "the last accounts should have been filed, and no filing is known",
            ),
            (_, MissingKind::Overdue) => return None,
            ("proceedings", MissingKind::NotApplicable) => {
                ("un organisme public n’en connaît pas", "a public body can be in none")
            }
            (_, MissingKind::NotApplicable) => self.why_no_accounts(),
        };
        Some(Bilingual::new(fr, en))
    }

    fn why_no_accounts(&self) -> (&'static str, &'static str) {
        if self.company.natural_person == Known::Present(true) {
            return ("une personne physique n’en dépose pas", "a natural person files none");
        }
        let young = self.company.created_on.present().is_some_and(|created| self.as_of.days_since(*created) < 548);
        if young {
            ("l’entreprise est trop jeune pour en avoir déposé", "the company is too young to have filed any")
        } else {
            ("cette forme juridique n’en dépose pas", "this legal form files none")
        }
    }

    /// Which register did not tell, or that none was asked.
    fn not_fetched(&self, what: &str) -> Bilingual {
        let told_of = match what {
            "turnover" | "net_result" | "equity" => "accounts",
            other => other,
        };
        let asked = self.context.beside.asked;
        let failed: Vec<Bilingual> =
            asked.iter().filter(|asked| asked.failed() && asked.tells(told_of)).map(AskedRegister::says).collect();
        if failed.is_empty() {
            let tells = || asked.iter().filter(|asked| asked.tells(told_of));
            let (fr, en) = if tells().any(|asked| asked.outcome == AskOutcome::NotFound) {
                (
                    "les registres consultés ne connaissent pas ce numéro",
                    "the registers that were asked do not know this number",
                )
            } else if tells().next().is_some() {
                ("les registres consultés ne le disent pas", "the registers that were asked do not tell")
            } else {
                ("aucun registre n’a été consulté", "no register was asked")
            };
            return Bilingual::new(fr, en);
        }
        let all = |pick: fn(&Bilingual) -> &str| failed.iter().map(pick).collect::<Vec<_>>().join(" ; ");
        Bilingual::new(all(|says| &says.fr), all(|says| &says.en).replace(" ; ", "; "))
    }
}

/// Whether accounts are asked for: gross exposure with the order is above the entry amount.
pub(super) fn reads_accounts(
    context: &Context<'_>,
    known: &client::Known<'_>,
    quote: &Quote,
) -> Result<Option<Money>, encours_domain::DomainError> {
    let total = known.exposure.gross()?.plus(quote.amount_incl_vat())?;
    let entry = context.policy.entry_amount();
    Ok((total.currency() != entry.currency() || total.minor() > entry.minor()).then_some(total))
}
