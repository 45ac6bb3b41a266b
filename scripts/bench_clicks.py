#!/usr/bin/python3
"""The peer of the clicks of scripts/bench: pandas, hashed categories, and scikit-learn's SGDClassifier.

usage: scripts/bench_clicks.py TRAIN_CSV TEST_CSV PASSES

Prints the seconds of each stage and the peak of the process, and in a last line, for scripts/bench: the seconds of a
pass, the AUC and the log loss on the rows of TEST_CSV. Counts go as scaled logarithms (of 1 + count), their holes as
the mean; each category is one of 65,536 columns of its own, by pandas' hash. Needs python3-pandas and python3-sklearn.
"""

import resource
import sys
import time

import numpy
import pandas
from scipy import sparse
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss, roc_auc_score

SLOTS = 1 << 16
COUNTS = ["i%d" % i for i in range(1, 14)]
CATEGORIES = ["c%d" % i for i in range(1, 27)]


def read(path):
    return pandas.read_csv(path, dtype={name: str for name in CATEGORIES})


def features(table, mean, deviation):
    counts = ((numpy.log1p(table[COUNTS]) - mean) / deviation).fillna(0).to_numpy(numpy.float32)
    rows, width = len(table), len(COUNTS) + len(CATEGORIES)
    # All rows have as many values, so the matrix is made at once, which is faster than a stack of one a column.
    columns = numpy.empty((rows, width), numpy.int32)
    columns[:, : len(COUNTS)] = numpy.arange(len(COUNTS))
    for i, name in enumerate(CATEGORIES):
        slots = pandas.util.hash_array(table[name].to_numpy(dtype=object)) % numpy.uint64(SLOTS)
        columns[:, len(COUNTS) + i] = slots.astype(numpy.int32) + (len(COUNTS) + i * SLOTS)
    values = numpy.ones((rows, width), numpy.float32)
    values[:, : len(COUNTS)] = counts
    starts = numpy.arange(rows + 1, dtype=numpy.int64) * width
    shape = (rows, len(COUNTS) + len(CATEGORIES) * SLOTS)
    return sparse.csr_matrix((values.reshape(-1), columns.reshape(-1), starts), shape=shape)


def main(train_csv, test_csv, passes):
    times = [time.perf_counter()]
    train, test = read(train_csv), read(test_csv)
    times.append(time.perf_counter())
    logarithms = numpy.log1p(train[COUNTS])
    mean, deviation = logarithms.mean(), logarithms.std()
    x, test_x = features(train, mean, deviation), features(test, mean, deviation)
    times.append(time.perf_counter())
    model = SGDClassifier(
        loss="log_loss", alpha=1e-7, learning_rate="constant", eta0=0.01, max_iter=passes, tol=None, random_state=1
    )
    model.fit(x, train["label"])
    times.append(time.perf_counter())
    p = model.predict_proba(test_x)[:, 1]
    auc, loss = roc_auc_score(test["label"], p), log_loss(test["label"], p)
    stages = [after - before for before, after in zip(times, times[1:])]
    print("read %.2f s, features %.2f s, fit %.2f s," % tuple(stages), end=" ")
    print("total %.2f s," % (time.perf_counter() - times[0]), end=" ")
    print("peak %.0f MB" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    print("%.4f %.6f %.6f" % (stages[2] / passes, auc, loss))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
