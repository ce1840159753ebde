#!/usr/bin/env python3
"""The additive card beside logistic regression and LightGBM on two public tables of failed companies.

    cargo build --release -p encours-models --example foretell
    python3 benches/failure.py FOLDER [BINARY]

FOLDER holds `american_bankruptcy/*.csv` (18 lines a company and year, 1999-2018, CC BY 4.0, github.com/sowide) and
`polish_bankruptcy/5year.arff` (64 ratios, UCI 365, CC BY 4.0). Neither is part of this repository.

American: the last year of each company; those whose last year is 2011 or before are learnt from, those of 2015-18 foretold.
The label is whether the company failed. Features: each line to total assets, and seven usual ratios. Polish: five folds.

Every setting of the additive card is chosen by log-loss on folds of the learning rows alone, and printed. The failure rate of
the American test years is a third of the learning years' (the table ends in 2018 with all who are still alive): no model can
know, so Brier and ECE stand a second time with every model's intercept moved to the test years' rate, which compares what is
left.

Needs numpy, pandas, scikit-learn and lightgbm (tried with 2.4.6, 3.1.1, 1.9.1 and 4.7.0).
"""

import glob
import subprocess
import sys
import tempfile
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

# What is tried for the additive card. Pairs are looked for among all features: the tables are small.
SETTINGS = [
    {"from_plain": from_plain, "most_pairs": pairs, "pair_features": 64}
    for from_plain in ("true", "false")
    for pairs in (0, 5, 10)
]


def american(folder):
    (path,) = glob.glob(str(folder / "american_bankruptcy" / "*.csv"))
    lines = pd.read_csv(path).sort_values(["company_name", "year"]).groupby("company_name").tail(1)

    def positive(name):
        return lines[name].where(lines[name] > 0)

    assets = positive("X10")
    features = pd.DataFrame({f"X{line}_to_assets": lines[f"X{line}"] / assets for line in range(1, 19) if line != 10})
    features["log_assets"] = np.log(assets)
    features["log_market_value"] = np.log(positive("X8"))
    features["working_capital_to_assets"] = (lines.X1 - lines.X14) / assets
    features["current_ratio"] = lines.X1 / positive("X14")
    features["net_margin"] = lines.X6 / positive("X9")
    features["market_value_to_liabilities"] = lines.X8 / positive("X17")
    features["ebitda_to_liabilities"] = lines.X4 / positive("X17")
    failed = (lines.status_label == "failed").astype(int).to_numpy()
    return features, failed, lines.year.to_numpy()


def polish(folder):
    text = (folder / "polish_bankruptcy" / "5year.arff").read_text()
    rows = [line.split(",") for line in text.splitlines() if line and not line.startswith("@")]
    table = pd.DataFrame(rows).replace("?", np.nan).astype(float)
    return table.iloc[:, :-1].add_prefix("ratio_"), table.iloc[:, -1].astype(int).to_numpy()


def logistic(learn, events, asked):
    """Ranks into normal scores first: raw ratios have extremes that ruin a regression."""
    ranks = QuantileTransformer(output_distribution="normal", n_quantiles=200, random_state=0)
    steps = make_pipeline(SimpleImputer(strategy="median"), ranks, LogisticRegression(max_iter=2000))
    return steps.fit(learn, events).predict_proba(asked)[:, 1]


def boosted(learn, events, asked, **settings):
    model = lightgbm.LGBMClassifier(verbosity=-1, random_state=1, deterministic=True, **settings)
    return model.fit(learn.to_numpy(), events).predict_proba(asked.to_numpy())[:, 1]


REGULARISED = {
    "n_estimators": 300, "learning_rate": 0.02, "num_leaves": 8, "min_child_samples": 40, "reg_lambda": 10.0,
    "subsample": 0.7, "subsample_freq": 1, "colsample_bytree": 0.5,
}  # fmt: skip


def additive(binary, learn, events, days, asked, settings):
    with tempfile.TemporaryDirectory() as made:
        rows, probabilities = Path(made) / "rows.csv", Path(made) / "probabilities.csv"
        known = learn.assign(event=events, day=days, part="learn")
        unknown = asked.assign(event=0, day=0, part="foretell")
        pd.concat([known, unknown]).to_csv(rows, index=False)
        arguments = [f"{name}={value}" for name, value in settings.items()]
        subprocess.run([binary, rows, probabilities, *arguments], check=True, stdout=subprocess.DEVNULL)
        return pd.read_csv(probabilities).probability.to_numpy()


def chosen(binary, learn, events, days):
    """The setting with the least log-loss over four folds of the rows to learn from."""
    folds = list(StratifiedKFold(4, shuffle=True, random_state=7).split(learn, events))

    def loss(settings):
        foretold = np.zeros(len(events))
        for own, other in folds:
            foretold[other] = additive(
                binary, learn.iloc[own], events[own], days[own], learn.iloc[other], settings
            )
        return log_loss(events, foretold)

    return min(SETTINGS, key=loss)


def expected_calibration_error(events, probabilities):
    tenths = np.array_split(np.argsort(probabilities, kind="stable"), 10)
    return sum(len(rows) / len(events) * abs(probabilities[rows].mean() - events[rows].mean()) for rows in tenths)


def at_rate(probabilities, rate):
    """The same log-odds, moved until their mean probability is `rate`."""
    odds = np.log(probabilities / (1 - probabilities))
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-odds - middle))).mean() < rate else (low, middle)
    return 1 / (1 + np.exp(-odds - low))


def line(name, events, parts):
    """Mean of AUC over the folds; Brier and calibration over all rows."""
    rows, foretold = np.concatenate([rows for rows, _ in parts]), np.concatenate([p for _, p in parts])
    auc = np.mean([roc_auc_score(events[rows], p) for rows, p in parts])
    own = events[rows]
    moved = at_rate(foretold, own.mean())
    print(
        f"{name:<24}{auc:8.4f}{brier_score_loss(own, foretold):9.4f}{expected_calibration_error(own, foretold):8.4f}"
        f"{brier_score_loss(own, moved):12.4f}{expected_calibration_error(own, moved):8.4f}",
        flush=True,
    )


def table(title, binary, features, events, days, folds):
    models = {
        "logistic regression": lambda l, e, d, a: logistic(l, e, a),
        "LightGBM, defaults": lambda l, e, d, a: boosted(l, e, a),
        "LightGBM, regularised": lambda l, e, d, a: boosted(l, e, a, **REGULARISED),
        "plain scorecard": lambda l, e, d, a: additive(binary, l, e, d, a, {"card": "scorecard"}),
    }
    print(f"\n{title}")
    print(f"{'':<24}{'AUC':>8}{'Brier':>9}{'ECE':>8}{'at its rate: Brier':>12}{'ECE':>8}")
    for name, model in models.items():
        parts = [(a, model(features.iloc[l], events[l], days[l], features.iloc[a])) for l, a in folds]
        line(name, events, parts)
    settings = [chosen(binary, features.iloc[l], events[l], days[l]) for l, _ in folds]
    for name, seeds in {"additive card": (0,), "additive card, seed 1": (1,), "additive card, seed 2": (2,)}.items():
        parts = []
        for (learn, asked), found in zip(folds, settings):
            own = {**found, "seed": seeds[0]}
            foretold = additive(binary, features.iloc[learn], events[learn], days[learn], features.iloc[asked], own)
            parts.append((asked, foretold))
        line(name, events, parts)
    for found in settings:
        print("  chosen:", " ".join(f"{name}={value}" for name, value in found.items()))


def main(folder, binary="target/release/examples/foretell"):
    folder = Path(folder)
    features, events, years = american(folder)
    learn, asked = np.flatnonzero(years <= 2011), np.flatnonzero(years >= 2015)
    counts = f"{events[learn].sum()} of {len(learn)} to learn from failed, {events[asked].sum()} of {len(asked)} to foretell"
    table(f"American, by company and year: {counts}", binary, features, events, years, [(learn, asked)])
    features, events = polish(folder)
    # No dates: any order, drawn once, stands for one.
    days = np.random.RandomState(1).permutation(len(events))
    folds = list(StratifiedKFold(5, shuffle=True, random_state=0).split(features, events))
    table(f"Polish, five folds: {events.sum()} of {len(events)} failed", binary, features, events, days, folds)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
