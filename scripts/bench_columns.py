"""Tables as a user of pandas sees them: for the peers of scripts/bench quality and for scripts/bench_recipe.py.

read(path, target) reads CSV, TSV, JSON lines, a JSON array or Parquet. kinds(train, target) says of each column whether it is
a number, a date or a category, by the training rows; a column of lists, and a text that is different in more than half
of the rows, is left out.
"""

import json
import pathlib
import warnings

import numpy
import pandas

DATE_PARTS = ["year", "month", "day", "dayofweek", "dayofyear"]


def read(path, target):
    """A table; texts of the target stay as they are, even NA."""
    path = pathlib.Path(path)
    if path.suffix in (".csv", ".tsv"):
        separator = "\t" if path.suffix == ".tsv" else ","
        table = pandas.read_csv(path, sep=separator)
        if not pandas.api.types.is_numeric_dtype(table[target]):
            texts = pandas.read_csv(path, sep=separator, usecols=[target], dtype=str, keep_default_na=False)
            table[target] = texts[target]
        return table
    if path.suffix == ".parquet":
        return pandas.read_parquet(path)
    text = path.read_text(encoding="utf-8").strip()
    records = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.split("\n") if line]
    return pandas.DataFrame(records)


def is_regression(target):
    """Whether a target is of numbers, more than 20 of them different."""
    return pandas.api.types.is_numeric_dtype(target) and target.nunique() > 20


def dates(column):
    """A column as dates; what is none is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pandas.to_datetime(column.astype("string"), errors="coerce", utc=True)


def kind(column):
    """number, date, category or None for a column that is left out."""
    values = column.dropna()
    if len(values) == 0 or pandas.api.types.is_numeric_dtype(column):
        return "number" if len(values) else None
    if all(isinstance(value, bool) for value in values):
        return "number"
    if any(isinstance(value, (list, dict)) for value in values):
        return None
    if dates(values).notna().mean() >= 0.95:
        return "date"
    different = values.astype(str).nunique()
    return "category" if 1 < different <= max(20, len(values) / 2) else None


def kinds(train, target):
    found = {name: kind(train[name]) for name in train.columns if name != target}
    return {name: kind for name, kind in found.items() if kind}


def numbers(table, kinds):
    """Numbers and dates as columns of float64, NaN where they are missing: a date as its day and its parts."""
    columns = {}
    for name, kind in kinds.items():
        if kind == "number":
            columns[name] = pandas.to_numeric(table[name], errors="coerce").astype("float64")
        elif kind == "date":
            moments = dates(table[name])
            columns[name] = moments_in_days(moments)
            for part in DATE_PARTS:
                columns[name + " " + part] = getattr(moments.dt, part).astype("float64")
    return pandas.DataFrame(columns, index=table.index)


def moments_in_days(moments):
    """Days since 1970, NaN where there is no date."""
    since = moments - pandas.Timestamp("1970-01-01", tz="UTC")
    return since.dt.total_seconds() / 86400


def categories(table, kinds):
    """Categories as texts, the empty one where they are missing."""
    names = [name for name, kind in kinds.items() if kind == "category"]
    return table[names].astype("string").fillna("").astype(object)


def label_numbers(train, test):
    """Classes from 0 on by the training rows; -1 for a class of test that they do not have."""
    labels = sorted(train.astype(str).unique())
    place = {label: i for i, label in enumerate(labels)}
    numbers = [column.astype(str).map(lambda label: place.get(label, -1)).to_numpy() for column in (train, test)]
    return len(labels), numbers[0], numbers[1]


def score(classes, predicted, truth):
    """Accuracy, or R2 of numbers."""
    if classes:
        return float(numpy.mean(predicted == truth))
    return float(1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())
