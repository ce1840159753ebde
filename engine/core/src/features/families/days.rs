//! Days beyond terms: how late (or early) the client pays when it pays.
//!
//! Days are held to -60..180 so that one forgotten invoice does not drown a habit.

use encours_models::Direction;
use encours_models::prior::smoothed_rate;

use crate::features::decay::{Faded, Weights};
use crate::features::reading::{Reading, float};
use crate::features::registry::{Feature, FeatureFamily, Unit};
use crate::features::says::{NOTHING_RECENT, Phrase, Said, Tone};
use crate::ledger::InvoiceRecord;

const LEAST: i32 = -60;
const MOST: i32 = 180;

/// What is counted of paid invoices.
#[derive(Clone, Debug, Default)]
pub(crate) struct DaysTally {
    pub(crate) count: i64,
    /// Paid after the due date at all.
    pub(crate) late: i64,
    /// Paid before the due date.
    early: i64,
    sum: i64,
    squares: i64,
    worst: Option<i64>,
    /// The last three, the newest first.
    last: [Option<i64>; 3],
    /// Amounts of paid invoices, and amount times days.
    amount: i128,
    amount_days: i128,
    /// Days from issue to payment.
    to_settle: i64,
    faded: Faded,
}

impl DaysTally {
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn settled(&mut self, record: &InvoiceRecord, day: i32, weights: &Weights) {
        self.count_one(record, day, 1);
        let days = held(day - record.due);
        self.worst = self.worst.max(Some(days));
        self.last = [Some(days), self.last[0], self.last[1]];
        self.faded.add(weights, 1.0, float(days));
    }

    /// A payment bounced: what its settlement had added is taken back, `weights` being those it was added with. The worst
    /// and the last keep it: it was seen.
    pub(crate) fn unsettled(&mut self, record: &InvoiceRecord, day: i32, weights: &Weights) {
        self.count_one(record, day, -1);
        self.faded.add(weights, -1.0, -float(held(day - record.due)));
    }

    fn count_one(&mut self, record: &InvoiceRecord, day: i32, sign: i64) {
        let days = held(day - record.due);
        self.count += sign;
        self.late += sign * i64::from(days > 0);
        self.early += sign * i64::from(days < 0);
        self.sum += sign * days;
        self.squares += sign * days * days;
        let amount = i128::from(sign) * i128::from(record.own_amount().max(0));
        self.amount += amount;
        self.amount_days += amount * i128::from(days);
        self.to_settle += sign * i64::from(day - record.issued);
    }
}

fn held(days: i32) -> i64 {
    i64::from(days.clamp(LEAST, MOST))
}

/// Mean days beyond terms, drawn to the base mean by two; what has no history is taken to be.
pub(crate) fn mean(reading: &Reading<'_>) -> f64 {
    let days = &reading.state.days;
    smoothed_rate(float(days.sum), float(days.count), reading.priors.mean_days_beyond_terms, 2.0)
}

fn recent(reading: &Reading<'_>, half_life: usize) -> f64 {
    let (count, sum) = reading.state.days.faded.scaled(half_life, reading.scale(half_life));
    smoothed_rate(sum, count, mean(reading), 1.0)
}

/// A value that needs at least `least` paid invoices.
fn when_paid(reading: &Reading<'_>, least: i64, value: impl Fn(&DaysTally) -> f64) -> f64 {
    let days = &reading.state.days;
    if days.count < least { f64::NAN } else { value(days) }
}

fn spread(days: &DaysTally) -> f64 {
    let mean = float(days.sum) / float(days.count);
    libm::sqrt((float(days.squares) / float(days.count) - mean * mean).max(0.0))
}

fn last_three(days: &DaysTally) -> f64 {
    let known = days.last.iter().flatten();
    let (sum, count) = known.fold((0, 0), |(sum, count), days| (sum + days, count + 1));
    float(sum) / float(count.max(1))
}

fn amount_weighted(days: &DaysTally) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a mean of days needs no more than 53 bits")]
    let (days, amount) = (days.amount_days as f64, days.amount as f64);
    if amount > 0.0 { days / amount } else { f64::NAN }
}

fn recent_count(reading: &Reading<'_>, half_life: usize) -> f64 {
    reading.state.days.faded.scaled(half_life, reading.scale(half_life)).0
}

/// What the days of a recent time say, when there is anything recent.
fn recently(reading: &Reading<'_>, half_life: usize, phrases: [Phrase; 3]) -> Said {
    let (count, sum) = reading.state.days.faded.scaled(half_life, reading.scale(half_life));
    if count < 0.5 { Said::of(Tone::Neither, NOTHING_RECENT) } else { Said::level(sum / count, 0.0, 5.0, phrases) }
}

fn plain_mean(days: &DaysTally) -> f64 {
    float(days.sum) / float(days.count.max(1))
}

/// Mean days from issue to payment, less the terms of this invoice.
fn beyond_these_terms(reading: &Reading<'_>) -> f64 {
    let days = &reading.state.days;
    let terms = f64::from(reading.shape.due - reading.shape.issued);
    float(days.to_settle) / float(days.count) - terms
}

/// A feature of this family: days, risk up.
const fn in_days(
    name: &'static str,
    missing: &'static str,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        unit: Unit::Days,
        direction: Direction::RiskUp,
        missing,
        reads,
        code,
        says,
        offered: true,
        of_amount: false,
        value,
    }
}

const NONE_PAID: &str = "no invoice paid yet";

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "days",
    features: &[
        in_days(
            "days_mean",
            "never missing: the base mean when nothing is paid",
            "mean days beyond terms, drawn to the base mean by two",
            "DAYS_MEAN",
            |reading| {
                Said::once_paid(reading, || {
                    Said::level(
                        plain_mean(&reading.state.days),
                        0.0,
                        5.0,
                        [
                            ("paie en moyenne à l’échéance ou avant", "pays on or before the due date on average"),
                            ("paie en moyenne peu après l’échéance", "pays soon after the due date on average"),
                            ("paie en moyenne bien après l’échéance", "pays well after the due date on average"),
                        ],
                    )
                })
            },
            mean,
        ),
        in_days(
            "days_30",
            "never missing: the mean when nothing is recent",
            "mean days beyond terms fading with a half-life of 30 days, drawn to days_mean by one",
            "DAYS_LAST_MONTH",
            |reading| {
                Said::once_paid(reading, || {
                    recently(
                        reading,
                        0,
                        [
                            ("paie à l’heure ces dernières semaines", "has paid on time in recent weeks"),
                            (
                                "paie un peu après l’échéance ces dernières semaines",
                                "has paid a little after the due date in recent weeks",
                            ),
                            (
                                "paie bien après l’échéance ces dernières semaines",
                                "has paid well after the due date in recent weeks",
                            ),
                        ],
                    )
                })
            },
            |reading| recent(reading, 0),
        ),
        in_days(
            "days_90",
            "never missing: the mean when nothing is recent",
            "mean days beyond terms fading with a half-life of 90 days, drawn to days_mean by one",
            "DAYS_LAST_QUARTER",
            |reading| {
                Said::once_paid(reading, || {
                    recently(
                        reading,
                        1,
                        [
                            ("paie à l’heure ces derniers mois", "has paid on time in recent months"),
                            (
                                "paie un peu après l’échéance ces derniers mois",
                                "has paid a little after the due date in recent months",
                            ),
                            (
                                "paie bien après l’échéance ces derniers mois",
                                "has paid well after the due date in recent months",
                            ),
                        ],
                    )
                })
            },
            |reading| recent(reading, 1),
        ),
        in_days(
            "days_365",
            "never missing: the mean when nothing is recent",
            "mean days beyond terms fading with a half-life of 365 days, drawn to days_mean by one",
            "DAYS_LAST_YEAR",
            |reading| {
                Said::once_paid(reading, || {
                    recently(
                        reading,
                        2,
                        [
                            ("paie à l’heure sur l’année écoulée", "has paid on time over the past year"),
                            (
                                "paie un peu après l’échéance sur l’année écoulée",
                                "has paid a little after the due date over the past year",
                            ),
                            (
                                "paie bien après l’échéance sur l’année écoulée",
                                "has paid well after the due date over the past year",
                            ),
                        ],
                    )
                })
            },
            |reading| recent(reading, 2),
        ),
        in_days(
            "days_trend",
            NONE_PAID,
            "days_30 less days_365",
            "DAYS_TREND",
            |reading| {
                Said::once_paid(reading, || {
                    // Where payments merely stopped, nothing shrinks.
                    if recent_count(reading, 0) < 0.5 {
                        return Said::of(Tone::Neither, NOTHING_RECENT);
                    }
                    Said::level(
                        recent(reading, 0) - recent(reading, 2),
                        -3.0,
                        3.0,
                        [
                            ("ses délais se raccourcissent", "its delays are shrinking"),
                            ("ses délais sont stables", "its delays are steady"),
                            ("ses délais s’allongent", "its delays are growing"),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 1, |_| recent(reading, 0) - recent(reading, 2)),
        ),
        in_days(
            "days_spread",
            "fewer than two invoices paid",
            "standard deviation of days beyond terms",
            "DAYS_SPREAD",
            |reading| {
                Said::once_paid(reading, || {
                    if reading.state.days.count < 2 {
                        let alone = (
                            "une seule facture payée, aucune régularité à lire",
                            "one invoice paid, no regularity to read",
                        );
                        return Said::of(Tone::Neither, alone);
                    }
                    Said::level(
                        spread(&reading.state.days),
                        5.0,
                        10.0,
                        [
                            ("ses dates de paiement sont régulières", "its payment dates are regular"),
                            ("ses dates de paiement varient un peu", "its payment dates vary a little"),
                            ("ses dates de paiement sont irrégulières", "its payment dates are irregular"),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 2, spread),
        ),
        in_days(
            "days_worst",
            NONE_PAID,
            "most days beyond terms of a paid invoice",
            "DAYS_WORST",
            |reading| {
                Said::once_paid(reading, || {
                    Said::level(
                        reading.state.days.worst.map_or(0.0, float),
                        15.0,
                        30.0,
                        [
                            ("aucune des factures payées n’a traîné", "no invoice that was paid dragged on"),
                            (
                                "une facture a été payée quelques semaines après l’échéance",
                                "an invoice was paid some weeks after its due date",
                            ),
                            ("a déjà laissé traîner une facture", "has let an invoice drag on before"),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 1, |days| days.worst.map_or(f64::NAN, float)),
        ),
        in_days(
            "days_last",
            NONE_PAID,
            "days beyond terms of the invoice paid last",
            "DAYS_LAST",
            |reading| {
                Said::once_paid(reading, || {
                    Said::level(
                        reading.state.days.last[0].map_or(0.0, float),
                        0.0,
                        5.0,
                        [
                            ("dernier paiement à l’échéance ou avant", "last payment on or before the due date"),
                            ("dernier paiement peu après l’échéance", "last payment soon after the due date"),
                            ("dernier paiement bien après l’échéance", "last payment well after the due date"),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 1, |days| days.last[0].map_or(f64::NAN, float)),
        ),
        in_days(
            "days_last_three",
            NONE_PAID,
            "mean days beyond terms of the three invoices paid last",
            "DAYS_LAST_THREE",
            |reading| {
                Said::once_paid(reading, || {
                    Said::level(
                        last_three(&reading.state.days),
                        0.0,
                        5.0,
                        [
                            ("ses derniers paiements étaient à l’heure", "its last payments were on time"),
                            ("ses derniers paiements ont un peu tardé", "its last payments were a little slow"),
                            ("ses derniers paiements ont tardé", "its last payments were slow"),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 1, last_three),
        ),
        in_days(
            "days_amount_weighted",
            NONE_PAID,
            "mean days beyond terms, each invoice weighing by its amount",
            "DAYS_AMOUNT_WEIGHTED",
            |reading| {
                Said::once_paid(reading, || {
                    Said::level(
                        amount_weighted(&reading.state.days),
                        0.0,
                        5.0,
                        [
                            (
                                "en moyenne par euro, paie à l’échéance ou avant",
                                "weighed by amounts, pays on or before the due date",
                            ),
                            (
                                "en moyenne par euro, paie peu après l’échéance",
                                "weighed by amounts, pays soon after the due date",
                            ),
                            (
                                "en moyenne par euro, paie bien après l’échéance",
                                "weighed by amounts, pays well after the due date",
                            ),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 1, amount_weighted),
        ),
        Feature {
            name: "early_share",
            unit: Unit::Share,
            direction: Direction::RiskDown,
            missing: NONE_PAID,
            reads: "share of paid invoices paid before their due date, one of two added",
            code: "EARLY_SHARE",
            says: |reading| {
                Said::once_paid(reading, || {
                    let days = &reading.state.days;
                    match float(days.early) / float(days.count) {
                        none if none <= 0.0 => {
                            Said::of(Tone::Against, ("ne paie jamais en avance", "never pays early"))
                        }
                        half if half >= 0.5 => Said::of(Tone::For, ("paie souvent en avance", "often pays early")),
                        _ => Said::of(Tone::Neither, ("paie parfois en avance", "sometimes pays early")),
                    }
                })
            },
            offered: true,
            of_amount: false,

            value: |reading| when_paid(reading, 1, |days| (float(days.early) + 1.0) / (float(days.count) + 2.0)),
        },
        in_days(
            "settle_less_terms",
            NONE_PAID,
            "mean days from issue to payment, less the terms of this invoice",
            "SETTLES_AFTER_TERMS",
            |reading| {
                Said::once_paid(reading, || {
                    Said::level(
                        beyond_these_terms(reading),
                        0.0,
                        5.0,
                        [
                            (
                                "ne met pas plus de temps à payer que le délai accordé",
                                "takes no longer to pay than the terms given",
                            ),
                            (
                                "met un peu plus de temps à payer que le délai accordé",
                                "takes a little longer to pay than the terms given",
                            ),
                            (
                                "met bien plus de temps à payer que le délai accordé",
                                "takes much longer to pay than the terms given",
                            ),
                        ],
                    )
                })
            },
            |reading| when_paid(reading, 1, |_| beyond_these_terms(reading)),
        ),
    ],
};
