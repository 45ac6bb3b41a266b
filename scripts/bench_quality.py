#!/usr/bin/python3
"""The peers of scripts/bench quality: scikit-learn's linear model, MLP and gradient boosting, and XGBoost.

usage: scripts/bench_quality.py peers            prints the names of those that are installed
       scripts/bench_quality.py FOLDER TARGET accuracy|r2 PEER,... SPLIT,...
                                                 prints "split peer value seconds" for each, of FOLDER/SPLIT/train.*
                                                 and test.*

Numbers and parts of dates (the day since 1970 too), of which holes are filled by the median and marked, are
standardised for the linear model and the MLP; boosting takes them as they are. Categories are one-hot. What an MLP
predicts is standardised. The linear model is Ridge with the penalty of 13 that leaves one out best, or
LogisticRegression. All else is by the libraries' defaults. Seconds are of encoding, training and predicting. Needs
python3-pandas and python3-sklearn, and python3-xgboost for that one.
"""

import pathlib
import sys
import time
import warnings

import numpy

try:
    from xgboost import XGBClassifier, XGBRegressor
except ImportError:
    XGBClassifier = XGBRegressor = None

from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import bench_columns as tables

LINEAR, MLP, BOOSTING, XGBOOST = "linear", "MLP", "HistGB", "XGBoost"
ITERATIONS = 1000


def peers():
    return [LINEAR, MLP, BOOSTING] + ([XGBOOST] if XGBClassifier else [])


def model(peer, classes):
    if peer == LINEAR:
        return LogisticRegression(max_iter=ITERATIONS) if classes else RidgeCV(numpy.logspace(-3, 3, 13))
    if peer == MLP:
        if classes:
            return MLPClassifier(max_iter=ITERATIONS, random_state=1)
        regressor = MLPRegressor(max_iter=ITERATIONS, random_state=1)
        return TransformedTargetRegressor(regressor, transformer=StandardScaler())
    if peer == BOOSTING:
        return (HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor)(random_state=1)
    return (XGBClassifier if classes else XGBRegressor)(random_state=1)


def encoder(peer, numbers, categories):
    filled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [("numbers", filled if peer in (LINEAR, MLP) else "passthrough", numbers), ("categories", hot, categories)]
    )


def run(peer, train, test, target, classes):
    start = time.perf_counter()
    kinds = tables.kinds(train, target)
    frames = []
    for table in (train, test):
        numbers, texts = tables.numbers(table, kinds), tables.categories(table, kinds)
        frames.append(numbers.join(texts))
    encoding = encoder(peer, list(numbers.columns), list(texts.columns))
    x, test_x = encoding.fit_transform(frames[0]), encoding.transform(frames[1])
    if classes:
        _, y, test_y = tables.label_numbers(train[target], test[target])
    else:
        y, test_y = (table[target].to_numpy("float64") for table in (train, test))
    predicted = model(peer, classes).fit(x, y).predict(test_x)
    return tables.score(classes, predicted, test_y), time.perf_counter() - start


def main(folder, target, metric, names, splits):
    warnings.simplefilter("ignore")
    for split in splits.split(","):
        paths = [next(pathlib.Path(folder, split).glob(part + ".*")) for part in ("train", "test")]
        train, test = (tables.read(path, target) for path in paths)
        for peer in names.split(","):
            try:
                print("%s %s %.6f %.3f" % (split, peer, *run(peer, train, test, target, metric == "accuracy")), flush=True)
            except ValueError as error:
                print("%s of split %s: %s" % (peer, split, str(error).split("\n")[0]), file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1] == "peers":
        print(" ".join(peers()))
    else:
        main(*sys.argv[1:])
