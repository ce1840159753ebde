//! Public registers as they are asked: each question is counted by how it ended, also where nobody waited any more.

use std::borrow::Cow;
use std::sync::Arc;

use encours_core::company::AskOutcome;
use encours_domain::Siren;
use encours_services::outcome_of;
use encours_sources::{FoundCompanies, Pending, Reading, Register, SourceError};

use super::Metrics;

impl Metrics {
    /// The same register, its questions counted.
    pub fn counting(&self, register: Arc<dyn Register>) -> Arc<dyn Register> {
        Arc::new(Counting { register, metrics: self.clone() })
    }

    fn asked(&self, register: &'static str, outcome: AskOutcome) {
        let labels = [("register", Cow::Borrowed(register)), ("outcome", Cow::Borrowed(word(outcome)))];
        self.0.questions.get_or_create(&labels).inc();
    }
}

struct Counting {
    register: Arc<dyn Register>,
    metrics: Metrics,
}

impl Register for Counting {
    fn name(&self) -> &'static str {
        self.register.name()
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(async move {
            let answer = self.register.look_up(siren).await;
            let outcome = match &answer {
                Ok(reading) if reading.not_found.iter().any(|number| number == siren.as_str()) => AskOutcome::NotFound,
                Ok(_) => AskOutcome::Answered,
                Err(error) => outcome_of(error),
            };
            self.metrics.asked(self.name(), outcome);
            answer
        })
    }

    fn find<'r>(&'r self, text: &'r str) -> Option<Pending<'r, Result<FoundCompanies, SourceError>>> {
        let search = self.register.find(text)?;
        Some(Box::pin(async move {
            let answer = search.await;
            self.metrics.asked(self.name(), answer.as_ref().map_or_else(outcome_of, |_| AskOutcome::Answered));
            answer
        }))
    }
}

/// The word of an outcome, as answers tell it.
const fn word(outcome: AskOutcome) -> &'static str {
    match outcome {
        AskOutcome::Answered => "answered",
        AskOutcome::NotFound => "not_found",
        AskOutcome::Late => "late",
        AskOutcome::Limited => "limited",
        AskOutcome::Unreachable => "unreachable",
        AskOutcome::Unusable => "unusable",
        AskOutcome::Refused => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows one number, does not answer about another, and is searched in vain.
    struct Played;

    impl Register for Played {
        fn name(&self) -> &'static str {
            "played"
        }

        fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
            Box::pin(async move {
                match siren.as_str() {
                    "000100008" => Ok(Reading::default()),
                    "000000216" => Ok(Reading { not_found: vec![siren.as_str().to_owned()], ..Reading::default() }),
                    _ => Err(silent()),
                }
            })
        }

        fn find<'r>(&'r self, text: &'r str) -> Option<Pending<'r, Result<FoundCompanies, SourceError>>> {
            (!text.is_empty()).then(|| -> Pending<'r, _> { Box::pin(async { Err(silent()) }) })
        }
    }

    fn silent() -> SourceError {
        let (host, path, reason) = ("host".to_owned(), "/".to_owned(), "silence".to_owned());
        SourceError::Unavailable { host, path, attempts: 1, reason }
    }

    #[tokio::test]
    async fn each_question_is_counted_by_how_it_ended() {
        let metrics = Metrics::default();
        let register = metrics.counting(Arc::new(Played));
        for siren in ["000100008", "000100008", "000000216", "000500967"] {
            let _ = register.look_up(&siren.parse().unwrap()).await;
        }
        assert!(register.find("").is_none());
        assert!(register.find("dupont").unwrap().await.is_err());
        let text = metrics.text();
        for (outcome, times) in [("answered", 2), ("not_found", 1), ("unreachable", 2)] {
            let line = format!("encours_register_questions_total{{register=\"played\",outcome=\"{outcome}\"}} {times}");
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
    }
}
