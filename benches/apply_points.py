"""Apply a points table (`encours models export ID --out card.csv --clients clients.csv`) and compare the scores.
usage: apply_points.py card.csv clients.csv"""
import csv, math, sys
def number(text):
    try: return float(text) if math.isfinite(float(text)) else None
    except ValueError: return None
def within(value, above, up_to):
    return value is not None and (above == "" or float(above) < value) and (up_to == "" or value <= float(up_to))
def points(line, row, names):
    part, text = line["part"], row.get(line["feature"], "")
    value = None if line["feature"] in names else number(text)
    holds = (part == "base" or part == "number" and within(value, line["above"], line["up_to"])
        or part == "name" and text == line["name"] or part == "other" and text not in ("", *names[line["feature"]])
        or part == "missing" and (text == "" if line["feature"] in names else value is None)
        or part == "pair" and within(value, line["above"], line["up_to"])
        and within(number(row[line["second"]]), line["second_above"], line["second_up_to"]))
    return int(line["points"]) if holds else 0
card, rows = (list(csv.DictReader(open(path, encoding="utf-8", newline=""))) for path in sys.argv[1:3])
names = {line["feature"]: {one["name"] for one in card if one["part"] == "name" and one["feature"] == line["feature"]} for line in card if line["part"] == "other"}
same = sum(sum(points(line, row, names) for line in card) == int(row["score"]) for row in rows)
print(f"{same} of {len(rows)} clients have the same score"); sys.exit(same != len(rows))
