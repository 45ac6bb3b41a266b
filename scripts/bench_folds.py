#!/usr/bin/python3
"""Cross validation beside scikit-learn's cross_val_score of the same kind of model, on the same folds of real tables.

usage: scripts/bench_folds.py [FOLDER]      of the tables; default ../shared/data/tables

For each table beamgrad trains a linear model with folds: 5, by scripts/beamgrad or what the environment's variable
BEAMGRAD names. The folds are then those of its out-of-fold.avro, where each prediction says which model made it.
scikit-learn has LogisticRegression or Ridge on the same columns: numbers standardised, categories one-hot, learned of the
training rows of each fold. Prints of both the mean over the folds (accuracy, or R2 of numbers) and the standard deviation, and how many standard
errors of scikit-learn's mean they are apart; ends with 1 where that is more than two. Needs python3-pandas and python3-sklearn.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import PredefinedSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import bench_columns as tables

FOLDS = 5
PENALTY = 0.01  # times half the squared weights, beside the mean loss of a row
TABLES = {
    "breast_cancer.csv": ("target", None, []),
    "wine.csv": ("target", None, []),
    "seattle.csv": ("weather", ["precipitation", "temp_max", "temp_min", "wind"], []),
    "penguins.jsonl": (
        "Species",
        ["Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"],
        ["Island"],
    ),
    "diabetes.csv": ("target", None, []),
    "cars.jsonl": (
        "Miles_per_Gallon",
        ["Cylinders", "Displacement", "Horsepower", "Weight_in_lbs", "Acceleration"],
        ["Origin"],
    ),
}


def spec(path, target, numbers, categories, is_class, rows):
    """A job whose few large batches and falling rate come close to the least loss."""
    data = {"dir": str(path.parent), "train": path.name, "features": numbers + categories, "scale": "standard"}
    data["columns"] = {name: {"category": {"binary": "own"}} for name in categories}
    data["target"] = target if is_class else {"columns": target, "scale": "standard"}
    data["maxRejects"] = 0.2
    return {
        "seed": 1,
        "data": data,
        "folds": FOLDS,
        "model": [{"linear": {"out": "classes" if is_class else "numbers"}}],
        "loss": "cross_entropy" if is_class else "mse",
        "penalty": {"l2": PENALTY if is_class else 2 * PENALTY},
        "optimizer": {"adam": {"lr": 0.05}},
        "schedule": {"cosine": {}},
        "batch": rows,
        "epochs": 500,
    }


def read_predictions(path):
    """The number of each row and the model that predicted it, of a file of Prediction."""
    raw = path.read_bytes()
    at = 4

    def number():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = raw[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return (value >> 1) ^ -(value & 1)

    def skip(count):
        nonlocal at
        at += count

    def text():
        nonlocal at
        size = number()
        at += size
        return raw[at - size : at].decode()

    def entries(of):
        count = number()
        while count:
            for _ in range(count):
                text()
                of()
            count = number()

    entries(text)  # the header
    skip(16)
    rows = {}
    while at < len(raw):
        count = number()
        number()
        for _ in range(count):
            row = int(text())
            if number():
                text()
            entries(lambda: skip(4))
            entries(lambda: skip(4))
            rows[row] = text()
        skip(16)
    return rows


def trained(path, job, folder):
    file = folder / (path.stem + ".yaml")
    file.write_text(json.dumps(job))
    out = folder / path.stem
    command = os.environ.get("BEAMGRAD", "scripts/beamgrad").split()
    subprocess.run(command + ["train", str(file), "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    run = json.loads((out / "run.json").read_text())
    return run["folds"], read_predictions(out / "out-of-fold.avro")


def peer(is_class, numbers, categories, rows):
    columns = [("numbers", StandardScaler(), numbers)]
    if categories:
        columns.append(("categories", OneHotEncoder(handle_unknown="ignore"), categories))
    strength = PENALTY * rows * (FOLDS - 1) / FOLDS
    model = LogisticRegression(C=1 / strength, max_iter=10000) if is_class else Ridge(alpha=strength)
    return make_pipeline(ColumnTransformer(columns), model)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/tables").resolve()
    print("%-14s  %-8s  %5s  %18s  %18s  %9s" % ("table", "score", "rows", "beamgrad", "scikit-learn", "apart"))
    worst = 0
    with tempfile.TemporaryDirectory() as work:
        for name, (target, numbers, categories) in TABLES.items():
            table = tables.read(folder / name, target)
            is_class = not tables.is_regression(table[target])
            numbers = numbers or [column for column in table.columns if column != target]
            job = spec(folder / name, target, numbers, categories, is_class, len(table))
            folds, models = trained(folder / name, job, pathlib.Path(work))
            rows = sorted(models)
            used = table.iloc[[row - 1 for row in rows]]
            order = {fold["weightsSha256"][:12]: i for i, fold in enumerate(folds["each"])}
            of_row = [order[models[row].split("@")[1]] for row in rows]
            scores = cross_val_score(
                peer(is_class, numbers, categories, len(rows)),
                used[numbers + categories],
                used[target].astype(str) if is_class else used[target].astype(float),
                cv=PredefinedSplit(of_row),
                scoring="accuracy" if is_class else "r2",
            )
            score = "accuracy" if is_class else "r2"
            ours = next(one for one in folds["scores"] if one["metric"] == score)
            error = scores.std(ddof=1) / numpy.sqrt(FOLDS)
            apart = abs(ours["mean"] - scores.mean()) / error
            worst = max(worst, apart)
            print(
                "%-14s  %-8s  %5d  %8.4f ± %7.4f  %8.4f ± %7.4f  %5.2f errors"
                % (path_stem(name), score, len(rows), ours["mean"], ours["deviation"], scores.mean(), scores.std(), apart)
            )
    sys.exit(1 if worst > 2 else 0)


def path_stem(name):
    return pathlib.Path(name).stem


if __name__ == "__main__":
    main()
