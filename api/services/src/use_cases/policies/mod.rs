//! Policies: checked, rehearsed, replayed over the past, put in force.

mod backtest;
mod rehearse;

pub use backtest::{PolicyBacktest, PolicyBacktestOptions, TacticLine};
pub use rehearse::{Answered, PolicyMove, PolicyRehearsal, VerdictChange};

use encours_core::CoreError;
use encours_core::policy::Policy;
use serde::Serialize;

use crate::store::{NewRuleText, RuleKind, RuleText};
use crate::{Moment, Services, ServicesError};

/// Where a policy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyState {
    /// Never in force.
    Candidate,
    /// In force.
    Active,
    /// Was in force.
    Retired,
}

/// A policy, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyInfo {
    /// Where it stands.
    pub state: PolicyState,
    /// Its text's hash, version, and when and by whom it was brought, rehearsed and put in force.
    #[serde(flatten)]
    pub text: RuleText,
}

/// Which policy is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyChoice {
    /// This text.
    Text(String),
    /// One that was kept: the beginning of its hash, or its version where only one has it.
    Kept(String),
}

impl Services {
    /// Every policy that was ever kept, newest first; the one that comes with the program among them.
    ///
    /// # Errors
    /// When the database fails, or it can only be read and was never written since policies are kept.
    pub async fn policies(&self, now: Moment) -> Result<Vec<PolicyInfo>, ServicesError> {
        self.keep_shipped_rules(now).await?;
        let active = self.in_force().await?.policy;
        let texts = self.store().rule_texts(RuleKind::Policy).await?;
        let mut policies: Vec<PolicyInfo> = texts.into_iter().map(|text| info(text, active.as_deref())).collect();
        // The shipped one is in force from the start, without anybody putting it there.
        for one in policies.iter_mut().filter(|one| one.state == PolicyState::Candidate) {
            if self.is_shipped(&one.text.hash) {
                one.state = PolicyState::Retired;
            }
        }
        Ok(policies)
    }

    /// One policy and its text, word for word; the one in force when none is named.
    ///
    /// # Errors
    /// When there is none of that name, or several.
    pub async fn policy_text(&self, id: Option<&str>, now: Moment) -> Result<(PolicyInfo, String), ServicesError> {
        let policies = self.policies(now).await?;
        let found = match id {
            None => policies.into_iter().find(|one| one.state == PolicyState::Active),
            Some(id) => Some(named(policies, id)?),
        };
        let unknown = || ServicesError::NotFound { what: "policy", id: id.unwrap_or("active").to_owned() };
        let found = found.ok_or_else(unknown)?;
        let body = found.text.body.clone();
        Ok((found, body))
    }

    /// Keeps a policy as a candidate, and gives it read. A text that is known already stays where it stands.
    ///
    /// # Errors
    /// When the text is no policy: every fault of it.
    pub async fn add_policy(&self, text: &str, now: Moment) -> Result<PolicyInfo, ServicesError> {
        let policy = Policy::from_toml(text).map_err(CoreError::from)?;
        let (kind, hash, version) = (RuleKind::Policy, policy.hash(), policy.version());
        self.keep_shipped_rules(now).await?;
        let kept = self.store().rule_texts(kind).await?;
        if kept.iter().any(|one| one.version == version && one.hash != hash) {
            let reason =
                "another text carries this version already: give a changed text a version of its own".to_owned();
            return Err(ServicesError::Ruling { what: format!("policy `{version}`"), reason });
        }
        self.store().keep_rule_text(NewRuleText { kind, hash, version, body: text }, &self.act(now)).await?;
        let active = self.in_force().await?.policy;
        Ok(info(self.store().rule_text(kind, hash).await?, active.as_deref()))
    }

    /// A policy that is meant, kept and read.
    async fn chosen_policy(&self, choice: &PolicyChoice, now: Moment) -> Result<(PolicyInfo, Policy), ServicesError> {
        let info = match choice {
            PolicyChoice::Text(text) => self.add_policy(text, now).await?,
            PolicyChoice::Kept(id) => self.policy_text(Some(id), now).await?.0,
        };
        let policy = Policy::from_toml(&info.text.body).map_err(CoreError::from)?;
        Ok((info, policy))
    }

    /// Puts a policy in force. Where there is a ledger, somebody must have looked at who would move from the policy in force;
    /// where the policy in force asks for a second person, `by` must be another than who brought it.
    ///
    /// # Errors
    /// When the text is no policy, it was not rehearsed, the second person is missing, or another policy was put in force
    /// meanwhile. What was in force stays so.
    pub async fn activate_policy(
        &self,
        choice: &PolicyChoice,
        by: Option<&str>,
        now: Moment,
    ) -> Result<PolicyInfo, ServicesError> {
        // Who puts a new text in force has brought it.
        let services = by.map_or_else(|| self.clone(), |by| self.acting_as(by));
        let (found, policy) = services.chosen_policy(choice, now).await?;
        let old = self.store().current().await?;
        let active = self.in_force().await?;
        let hash = found.text.hash.as_str();
        if found.state == PolicyState::Active {
            return Ok(found);
        }
        match self.portfolio().await {
            // One in force that this version cannot read judges nobody and asks for nothing: replacing it is the way out.
            Err(ServicesError::StoredRules { .. }) => {}
            Err(error) => return Err(error),
            Ok(portfolio) => {
                if old.ledger.is_some() && found.text.rehearsed_against != active.policy {
                    return Err(ServicesError::NotRehearsed { id: policy.version().to_owned() });
                }
                if portfolio.policy.policies_need_second_person() {
                    self.expect_other_person("policy", policy.version(), by, Some(&found.text.added_by)).await?;
                }
            }
        }
        self.store().activate_policy(hash, old.policy.as_deref(), &services.act(now)).await?;
        self.doubt_portfolio();
        tracing::info!(policy = policy.version(), "policy put in force");
        Ok(info(self.store().rule_text(RuleKind::Policy, hash).await?, Some(hash)))
    }
}

fn info(text: RuleText, active: Option<&str>) -> PolicyInfo {
    let state = match (active == Some(text.hash.as_str()), text.activated_at.is_some()) {
        (true, _) => PolicyState::Active,
        (false, true) => PolicyState::Retired,
        (false, false) => PolicyState::Candidate,
    };
    PolicyInfo { state, text }
}

/// The policy of this version or whose hash begins so, where there is one alone.
fn named(policies: Vec<PolicyInfo>, id: &str) -> Result<PolicyInfo, ServicesError> {
    const FEWEST_DIGITS: usize = 6;
    let is_meant =
        |one: &PolicyInfo| one.text.version == id || (id.len() >= FEWEST_DIGITS && one.text.hash.starts_with(id));
    let mut found: Vec<PolicyInfo> = policies.into_iter().filter(is_meant).collect();
    match (found.pop(), found.as_slice()) {
        (None, _) => Err(ServicesError::NotFound { what: "policy", id: id.to_owned() }),
        (Some(one), []) => Ok(one),
        (Some(one), others) => {
            let hashes: Vec<&str> = others.iter().chain([&one]).map(|one| one.text.hash.as_str()).collect();
            let expected = format!("the beginning of one of the hashes {}", hashes.join(", "));
            Err(ServicesError::UnknownWord { what: "policy", found: id.to_owned(), expected })
        }
    }
}
