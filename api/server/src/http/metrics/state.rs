//! What is measured at the moment of asking: how old ledger and model are, and whether the model still holds.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, Utc};
use encours_core::portfolio::drift::{Drift, DriftKind};
use encours_domain::{Day, ErrorClass};
use encours_models::drift::DriftLevel;
use encours_services::{Moment, Services, ServicesError, Work};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::{Labels, PREFIX};
use crate::http::App;

/// For so long an answer waits for the drift to be measured; what takes longer is there the next time.
const PATIENCE: Duration = Duration::from_secs(5);

/// A measure that need not be whole.
type Real = Gauge<f64, AtomicU64>;

/// What there is, as a registry of its own: what is no longer so leaves no series behind.
pub(super) async fn registry(app: &App) -> Registry {
    let mut registry = Registry::with_prefix(PREFIX);
    if let Err(error) = read(app, &mut registry).await {
        // The rest is told all the same; that these are absent is what an alarm can be set on.
        tracing::warn!(code = error.code(), "the state could not be measured");
    }
    registry
}

async fn read(app: &App, registry: &mut Registry) -> Result<(), ServicesError> {
    let now = app.clock.now();
    let status = app.services.status().await?;
    if let Some(last) = status.last_day {
        let age = i64::from(now.today.days_since(last)).max(0);
        gauge(registry, "ledger_age_days", "Days since the last that anything in the ledger is dated", age);
    }
    gauge(registry, "ledger_clients", "Clients in the ledger", whole(status.clients));
    gauge(registry, "ledger_invoices", "Invoices and instalments in the ledger", whole(status.invoices));
    tell_work(registry, app.services.work().await?);
    let (Some(ledger), true) = (status.ledger, status.model_is_trained) else { return Ok(()) };
    let seen = Seen { ledger, model: status.model, today: now.today };
    let held = app.metrics.0.drift.clone();
    let services = app.services.clone();
    // Goes on when nobody waits any more, so that the next who asks finds it.
    let measured = tokio::spawn(async move { held.of(seen, &services, now).await });
    match timeout(PATIENCE, measured).await {
        Ok(Ok(measured)) => measured?.tell(registry, now),
        Ok(Err(source)) => return Err(ServicesError::Stopped { source }),
        Err(_) => tracing::info!("the drift of the model is still being measured"),
    }
    Ok(())
}

/// Jobs and messages: what waits for long, and what failed, is what an alarm can be set on.
fn tell_work(registry: &mut Registry, work: Work) {
    let (jobs, messages): (Family<Labels<2>, Gauge>, Family<Labels<1>, Gauge>) = (Family::default(), Family::default());
    for (kind, state, count) in work.jobs {
        jobs.get_or_create(&[("kind", Cow::Borrowed(kind)), ("state", Cow::Borrowed(state))]).set(count);
    }
    for (state, count) in work.messages {
        messages.get_or_create(&[("state", Cow::Borrowed(state))]).set(count);
    }
    registry.register("jobs", "Jobs that are remembered", jobs);
    registry.register(
        "webhook_messages",
        "Messages to webhooks that are remembered; dead ones were given up",
        messages,
    );
}

/// The drift as it was measured last: it is measured anew for another ledger, another model and another day.
#[derive(Clone, Debug, Default)]
pub(super) struct DriftSeen(Arc<Mutex<Option<Last>>>);

/// A measure, and what it is of.
type Last = (Seen, Arc<Measured>);

/// What a measure is of.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    ledger: String,
    model: String,
    today: Day,
}

/// The model in force, measured.
#[derive(Debug)]
struct Measured {
    model: String,
    registered_at: Option<DateTime<Utc>>,
    drift: Option<Drift>,
}

impl DriftSeen {
    async fn of(&self, seen: Seen, services: &Services, now: Moment) -> Result<Arc<Measured>, ServicesError> {
        let mut held = self.0.lock().await;
        if let Some((_, measured)) = held.as_ref().filter(|(of, _)| *of == seen) {
            return Ok(Arc::clone(measured));
        }
        let info = services.model(&seen.model).await?;
        let registered_at = DateTime::parse_from_rfc3339(&info.registered_at).ok().map(|at| at.to_utc());
        let drift = match services.drift(&seen.model, None, now).await {
            Ok(drift) => Some(drift),
            // One that was never measured, or is of another engine, has no drift.
            Err(error) if error.class() == ErrorClass::Conflict => None,
            Err(error) => return Err(error),
        };
        let measured = Arc::new(Measured { model: info.id, registered_at, drift });
        *held = Some((seen, Arc::clone(&measured)));
        Ok(measured)
    }
}

impl Measured {
    fn tell(&self, registry: &mut Registry, now: Moment) {
        let model = || ("model", Cow::Owned(self.model.clone()));
        if let Some(at) = self.registered_at {
            let age: Family<Labels<1>, Gauge> = Family::default();
            age.get_or_create(&[model()]).set((now.at - at).num_seconds().max(0));
            registry.register_with_unit("model_age", "Time since the model in force was trained", Unit::Seconds, age);
        }
        let Some(drift) = &self.drift else { return };
        let alerts: Family<Labels<3>, Gauge> = Family::default();
        for (what, word) in KINDS {
            for (level, asks) in LEVELS {
                let of = drift.alerts.iter().filter(|alert| alert.what == what && alert.level == level).count();
                let labels = [model(), ("what", Cow::Borrowed(word)), ("level", Cow::Borrowed(asks))];
                alerts.get_or_create(&labels).set(i64::try_from(of).unwrap_or(i64::MAX));
            }
        }
        registry.register("model_drift_alerts", "What of the model in force somebody should look at or act on", alerts);
        self.tell_stability(drift, registry);
        let told = drift.months.iter().rev().find_map(|month| month.calibration.as_ref());
        if let Some(calibration) = told {
            let gap: Family<Labels<1>, Real> = Family::default();
            gap.get_or_create(&[model()]).set(calibration.rate - calibration.mean_prediction);
            let help = "Late share less the mean prediction, in the last month whose outcomes are known";
            registry.register("model_calibration_gap", help, gap);
        }
    }

    /// The last month that holds enough invoices to say something.
    fn tell_stability(&self, drift: &Drift, registry: &mut Registry) {
        let enough = drift.months.iter().rev().find(|month| month.score.level != DriftLevel::TooFew);
        let Some(month) = enough else { return };
        let model = || ("model", Cow::Owned(self.model.clone()));
        let (psi, csi): (Family<Labels<1>, Real>, Family<Labels<2>, Real>) = (Family::default(), Family::default());
        psi.get_or_create(&[model()]).set(month.score.index);
        for feature in month.features.iter().filter(|feature| feature.stability.level != DriftLevel::TooFew) {
            let labels = [model(), ("feature", Cow::Owned(feature.name.clone()))];
            csi.get_or_create(&labels).set(feature.stability.index);
        }
        let help = "PSI of the score in the last month with enough invoices: look from 0.10, act from 0.25";
        registry.register("model_score_psi", help, psi);
        registry.register("model_feature_csi", "The same of each feature", csi);
    }
}

/// What may move, each with its word.
const KINDS: [(DriftKind, &str); 3] =
    [(DriftKind::Score, "score"), (DriftKind::Feature, "feature"), (DriftKind::Calibration, "calibration")];

/// What it may ask for, each with its word.
const LEVELS: [(DriftLevel, &str); 2] = [(DriftLevel::Look, "look"), (DriftLevel::Act, "act")];

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use encours_core::portfolio::drift::{DriftAlert, FeatureDrift, MonthCalibration, MonthDrift};
    use encours_models::drift::Stability;

    use super::*;

    fn month(name: &str, level: DriftLevel, index: f64, gap: Option<f64>) -> MonthDrift {
        let stability = Stability { rows: 1_000, index, level };
        let calibration = gap.map(|gap| MonthCalibration {
            rows: 1_000,
            late: 200,
            mean_prediction: 0.2 - gap,
            rate: 0.2,
            calibration_error: 0.01,
            deviations: 1.0,
            level: DriftLevel::Fine,
        });
        let features = vec![FeatureDrift { name: "late_rate".to_owned(), stability }];
        MonthDrift { month: name.to_owned(), score: stability, features, calibration }
    }

    #[test]
    fn the_last_month_that_says_something_is_told() {
        let months = vec![
            month("2026-01", DriftLevel::Fine, 0.01, Some(0.05)),
            month("2026-02", DriftLevel::Look, 0.125, None),
            month("2026-03", DriftLevel::TooFew, 0.9, None),
        ];
        let (what, level) = (DriftKind::Score, DriftLevel::Look);
        let alerts = vec![DriftAlert { what, feature: None, month: "2026-02".to_owned(), value: 0.125, level }];
        let drift = Drift {
            headline_over: 30,
            validated_calibration_error: None,
            as_of: "2026-03-31".to_owned(),
            months,
            alerts,
        };
        let at = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let measured = Measured { model: "m".to_owned(), registered_at: Some(at), drift: Some(drift) };
        let mut registry = Registry::with_prefix(PREFIX);
        measured.tell(&mut registry, Moment::utc(at + chrono::TimeDelta::seconds(90)));
        let text = super::super::written(&registry);
        for line in [
            "encours_model_age_seconds{model=\"m\"} 90",
            "encours_model_score_psi{model=\"m\"} 0.125",
            "encours_model_feature_csi{model=\"m\",feature=\"late_rate\"} 0.125",
            "encours_model_drift_alerts{model=\"m\",what=\"score\",level=\"look\"} 1",
            "encours_model_drift_alerts{model=\"m\",what=\"score\",level=\"act\"} 0",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        assert!(text.contains("encours_model_calibration_gap{model=\"m\"} 0.0"), "{text}");
    }
}
