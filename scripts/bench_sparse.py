#!/usr/bin/python3
"""The scikit-learn twin of the sparse rows of scripts/bench, to run beside them.

usage: scripts/bench_sparse.py ROWS_FILE     prints "first median accuracy peak": the seconds of the first call of
                                             SGDClassifier.partial_fit on all rows and the median of the five after it,
                                             the accuracy on the rows after the first, and the process's peak in MB

Logistic regression without a penalty, a row a step at a constant rate of 0.01. The rows are float64 CSR, which
scikit-learn would make of any other, so that no conversion is counted. Needs python3-sklearn.
"""

import resource
import sys
import time

import numpy
import scipy.sparse
from sklearn.linear_model import SGDClassifier

VALUES, WIDTH, EPOCHS = 40, 100_000, 6

records = numpy.fromfile(sys.argv[1], numpy.dtype([("label", "i1"), ("columns", ">i4", VALUES)]))
y = records["label"].astype(numpy.float64)
indices = records["columns"].astype(numpy.int32).reshape(-1)
del records
starts = numpy.arange(len(y) + 1, dtype=numpy.int32) * VALUES
x = scipy.sparse.csr_matrix((numpy.ones(len(indices)), indices, starts), shape=(len(y), WIDTH))
model = SGDClassifier(loss="log_loss", penalty=None, alpha=0, learning_rate="constant", eta0=0.01, random_state=1)
seconds = []
accuracy = None
for _ in range(EPOCHS):
    start = time.perf_counter()
    model.partial_fit(x, y, classes=[0, 1])
    seconds.append(time.perf_counter() - start)
    accuracy = accuracy or model.score(x, y)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("%.4f %.4f %.4f %.0f" % (seconds[0], sorted(seconds[1:])[2], accuracy, peak))
