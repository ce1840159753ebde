//! What a notice about proceedings says.

use crate::day::Day;

/// A kind of proceedings (Code de commerce, book VI).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Procedure {
    /// Sauvegarde, accelerated ones among them (L620-1, L628-1).
    Safeguard,
    /// Redressement judiciaire (L631-1).
    Receivership,
    /// Traitement de sortie de crise (law 2021-689, article 13): a short receivership for small companies.
    CrisisExit,
    /// Rétablissement professionnel (L645-1): a natural person's debts are wiped out.
    DebtRelief,
    /// Liquidation judiciaire, simplified ones among them (L640-1).
    Liquidation,
}

impl Procedure {
    /// Its word in a notice's code.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Safeguard => "safeguard",
            Self::Receivership => "receivership",
            Self::CrisisExit => "crisis_exit",
            Self::DebtRelief => "debt_relief",
            Self::Liquidation => "liquidation",
        }
    }
}

/// How a company comes into proceedings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Opened against it.
    Opened,
    /// Extended to it from another company.
    Extended,
    /// Out of proceedings of another kind.
    Converted,
    /// Because a plan failed.
    PlanResolved,
    /// Closed proceedings go on.
    Resumed,
}

/// What a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Out of safeguard.
    Safeguard,
    /// Out of receivership: plan de redressement, plan de continuation before 2006.
    Recovery,
    /// The business is sold. The debtor stays in the proceedings it is in, and its creditors share the price.
    Sale,
}

/// Why proceedings ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Too few assets: the creditors have lost.
    TooFewAssets,
    /// The debts are paid.
    DebtsPaid,
    /// For another reason.
    Other,
}

/// What a notice does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The company is in proceedings from now on.
    Into(Procedure, How),
    /// A plan was adopted.
    Plan(Plan),
    /// A plan that runs was changed.
    PlanChanged,
    /// A plan failed, and the notice does not say what follows.
    PlanFailed,
    /// A conciliation agreement was made public (L611-8 II).
    Conciliation,
    /// Proceedings ended; of which kind, if the notice says so.
    Ended(Ending, Option<Procedure>),
    /// An earlier decision is undone, by retraction or on appeal.
    Undone {
        /// The proceedings that it had opened, if the notice says so.
        target: Option<Procedure>,
        /// The day of the decision, if the notice says so.
        decided_on: Option<Day>,
        /// The proceedings that the company is put back into, if the notice says so.
        back_to: Option<Procedure>,
    },
    /// A director is punished, not the company.
    Sanction,
    /// Lists are filed, bodies named, days moved: the state stays.
    Formality,
    /// Words that nobody could read.
    Unread,
}

impl Step {
    /// A stable code for what it does.
    pub fn code(self) -> String {
        match self {
            Self::Into(procedure, How::Opened) => format!("{}_opened", procedure.word()),
            Self::Into(procedure, How::Extended) => format!("{}_extended", procedure.word()),
            Self::Into(procedure, How::Converted) => format!("converted_to_{}", procedure.word()),
            Self::Into(procedure, How::PlanResolved) => format!("plan_resolved_into_{}", procedure.word()),
            Self::Into(procedure, How::Resumed) => format!("{}_resumed", procedure.word()),
            Self::Plan(Plan::Safeguard) => "safeguard_plan_adopted".to_owned(),
            Self::Plan(Plan::Recovery) => "recovery_plan_adopted".to_owned(),
            Self::Plan(Plan::Sale) => "sale_plan_adopted".to_owned(),
            Self::PlanChanged => "plan_changed".to_owned(),
            Self::PlanFailed => "plan_resolved".to_owned(),
            Self::Conciliation => "conciliation_approved".to_owned(),
            Self::Ended(Ending::TooFewAssets, _) => "closed_too_few_assets".to_owned(),
            Self::Ended(Ending::DebtsPaid, _) => "closed_debts_paid".to_owned(),
            Self::Ended(Ending::Other, _) => "closed".to_owned(),
            Self::Undone { .. } => "decision_undone".to_owned(),
            Self::Sanction => "director_sanctioned".to_owned(),
            Self::Formality => "formality".to_owned(),
            Self::Unread => "unread".to_owned(),
        }
    }
}

/// Where a company stands, in the words of the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// In no proceedings, and never was.
    None,
    /// All that were opened have ended.
    Closed,
    /// A conciliation agreement is public.
    Conciliation,
    /// A plan runs.
    Plan,
    /// Safeguard.
    Safeguard,
    /// Receivership.
    Receivership,
    /// Liquidation.
    Liquidation,
}

impl Standing {
    /// The word that stands in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Closed => "closed",
            Self::Conciliation => "conciliation",
            Self::Plan => "plan",
            Self::Safeguard => "safeguard",
            Self::Receivership => "receivership",
            Self::Liquidation => "liquidation",
        }
    }
}

impl From<Procedure> for Standing {
    /// Debt relief counts as liquidation: what was owed is lost.
    fn from(procedure: Procedure) -> Self {
        match procedure {
            Procedure::Safeguard => Self::Safeguard,
            Procedure::Receivership | Procedure::CrisisExit => Self::Receivership,
            Procedure::DebtRelief | Procedure::Liquidation => Self::Liquidation,
        }
    }
}

/// The earlier notice that a correction speaks of, as far as it names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Its number, when one can be made of what is given.
    pub id: Option<String>,
    /// Its number within the issue.
    pub number: Option<String>,
    /// The day of its publication.
    pub published: Option<Day>,
}

/// What a notice is in relation to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// It stands for itself.
    None,
    /// It stands in the place of an earlier one (avis rectificatif).
    Replaces(Earlier),
    /// An earlier one counts no more (avis d'annulation).
    Annuls(Earlier),
}

/// A notice about one company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number, such as `A202601765232`.
    pub id: String,
    /// Its number within the issue, such as `5232`.
    pub number: String,
    /// Day of publication: from then on it is known.
    pub published: Day,
    /// Day of the judgment, when the notice gives one that can be true.
    pub judged: Option<Day>,
    /// What it does.
    pub step: Step,
    /// What it corrects.
    pub correction: Correction,
}

/// A judgment published later than this is a slip of the pen: ten years.
const LONGEST_DELAY: i32 = 3653;

impl Notice {
    /// The day from which it holds: that of the judgment where it can be true, else that of the publication.
    pub fn holds_from(&self) -> Day {
        let plausible = |judged: &Day| (0..=LONGEST_DELAY).contains(&self.published.days_since(*judged));
        self.judged.filter(plausible).unwrap_or(self.published)
    }
}
