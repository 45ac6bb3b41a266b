#!/usr/bin/python3
"""The peer of the models by key of scripts/bench: pandas, and scikit-learn's SGDRegressor for each key.

usage: scripts/bench_each.py TABLE_CSV ETA EPOCHS TEST_SHARE [--models N]

Prints the seconds of each stage, what a model takes in the loop over keys and with reading and grouping, and the peak
of the process, and in a last line, for scripts/bench: the seconds of the loop, and the mean squared error on the test
rows, which are the last TEST_SHARE of each key's. ETA is the constant rate of a step, which is that of a row here.
--models trains the first N keys alone. Needs python3-pandas and python3-sklearn.
"""

import argparse
import resource
import time

import numpy
import pandas
from sklearn.linear_model import SGDRegressor


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("table")
    parser.add_argument("eta", type=float)
    parser.add_argument("epochs", type=int)
    parser.add_argument("test_share", type=float)
    parser.add_argument("--models", type=int)
    return parser.parse_args()


def main(args):
    start = time.perf_counter()
    table = pandas.read_csv(args.table, dtype={"key": "category"})
    read = time.perf_counter()
    # Places of rows, as a group as a table of its own takes longer than its training.
    groups = list(table.groupby("key", observed=True).indices.values())[: args.models]
    y = table.pop("y").to_numpy()
    x = numpy.ascontiguousarray(table.drop(columns="key").to_numpy())
    del table
    grouped = time.perf_counter()
    weights = numpy.empty((len(groups), x.shape[1] + 1))
    for i, rows in enumerate(groups):
        train = rows[: len(rows) - int(len(rows) * args.test_share)]
        model = SGDRegressor(
            alpha=0, learning_rate="constant", eta0=args.eta, max_iter=args.epochs, tol=None, random_state=i
        )
        model.fit(x[train], y[train])
        weights[i, :-1] = model.coef_
        weights[i, -1] = model.intercept_[0]
    trained = time.perf_counter()
    squares = count = 0
    for rows, w in zip(groups, weights):
        test = rows[len(rows) - int(len(rows) * args.test_share) :]
        squares += numpy.square(x[test] @ w[:-1] + w[-1] - y[test]).sum()
        count += len(test)
    print("read %.2f s, grouped %.2f s, trained %.2f s," % (read - start, grouped - read, trained - grouped), end=" ")
    millis = 1e3 / len(groups)
    print("a model %.4f ms, all of it %.4f ms," % (millis * (trained - grouped), millis * (trained - start)), end=" ")
    print("peak %.0f MB" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    print("%.4f %.6f" % (trained - grouped, squares / count))


if __name__ == "__main__":
    main(arguments())
