#!/usr/bin/env python3
"""A black box on the same invoices as a model, for comparison only: it shadows and never decides.

    encours models rows ID --out rows.parquet
    python3 benches/challenger.py rows.parquet predictions.csv
    encours models challenge ID predictions.csv --name "LightGBM 4.7.0"

`rows.parquet` holds one row an invoice: the features as they were known on the morning of its issue, `part` (`earlier`: the
trial of the model's validation learnt from it; `later`: it was measured on it) and `late` (the outcome as known at the end
of that part; empty while it is not known). Only earlier rows are learnt from, only later ones predicted. The last quarter of
the earlier rows, by day of issue, decides how many trees there are.

Needs numpy, pyarrow and lightgbm (tried with 2.4.6, 26.0.1 and 4.7.0). Any program that writes `row,p_late` for the later rows
can take its place.
"""

import csv
import sys

import lightgbm
import numpy as np
import pyarrow.parquet as parquet

# Regularised: on ledgers of some thousand invoices the defaults learn the clients by heart.
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_child_samples": 60,
    "subsample": 0.8,
    "subsample_freq": 1,
    "colsample_bytree": 0.6,
    "reg_lambda": 10.0,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
MOST_TREES = 2000
PATIENCE = 100

NOT_FEATURES = {"row", "part", "issue_date", "late"}


def columns(table):
    """Features as numbers; words by their place in the order of words."""
    made, words = [], []
    for name in table.column_names:
        if name in NOT_FEATURES:
            continue
        column = table[name].to_pandas()
        if column.dtype == object or str(column.dtype).startswith("str"):
            levels = sorted({value for value in column if isinstance(value, str)})
            places = {level: place for place, level in enumerate(levels)}
            words.append(len(made))
            made.append(np.array([places.get(value, -1) for value in column], dtype=float))
        else:
            made.append(column.to_numpy(dtype=float, na_value=np.nan))
    return np.column_stack(made), words


def brier(predicted, late):
    return float(np.mean((predicted - late) ** 2))


def main(source, target):
    table = parquet.read_table(source)
    features, words = columns(table)
    part = np.array(table["part"].to_pylist())
    outcome = np.array([np.nan if late is None else float(late) for late in table["late"].to_pylist()])
    issued = np.array(table["issue_date"].to_pylist())
    known = ~np.isnan(outcome)
    earlier, later = (part == "earlier") & known, part == "later"

    days = np.sort(issued[earlier])
    turn = days[len(days) * 3 // 4]
    learn, judge = earlier & (issued < turn), earlier & (issued >= turn)
    data = lightgbm.Dataset(features[learn], outcome[learn], categorical_feature=words)
    judged = lightgbm.Dataset(features[judge], outcome[judge], categorical_feature=words, reference=data)
    stop = [lightgbm.early_stopping(PATIENCE, verbose=False)]
    trees = max(1, lightgbm.train(PARAMETERS, data, MOST_TREES, valid_sets=[judged], callbacks=stop).best_iteration)
    whole = lightgbm.Dataset(features[earlier], outcome[earlier], categorical_feature=words)
    model = lightgbm.train(PARAMETERS, whole, trees)
    predicted = model.predict(features[later])

    with open(target, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row", "p_late"])
        writer.writerows(zip(np.array(table["row"].to_pylist())[later], (repr(float(one)) for one in predicted)))
    told = known[later]
    print(
        f"{trees} trees learnt from {int(earlier.sum())} invoices; {int(later.sum())} predicted, "
        f"Brier {brier(predicted[told], outcome[later][told]):.4f} on {int(told.sum())} of known outcome",
        file=sys.stderr,
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
