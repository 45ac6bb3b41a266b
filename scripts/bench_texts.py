#!/usr/bin/python3
"""The peer of the texts of scripts/bench: pandas, and scikit-learn's HashingVectorizer and SGDClassifier.

usage: scripts/bench_texts.py TRAIN_CSV TEST_CSV PASSES

Prints the seconds of each stage and the peak of the process, and in a last line, for scripts/bench: the seconds of a
pass, the accuracy and the log loss on the rows of TEST_CSV. Words and pairs of words are hashed into 65,536 columns; all
else is as scikit-learn has it, but for the penalty, of which the better one for accuracy is taken. Needs
python3-pandas and python3-sklearn.
"""

import resource
import sys
import time

import pandas
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score, log_loss


def main(train_csv, test_csv, passes):
    times = [time.perf_counter()]
    train, test = pandas.read_csv(train_csv), pandas.read_csv(test_csv)
    times.append(time.perf_counter())
    words = HashingVectorizer(n_features=1 << 16, ngram_range=(1, 2))
    x, test_x = words.transform(train["review"]), words.transform(test["review"])
    times.append(time.perf_counter())
    model = SGDClassifier(loss="log_loss", alpha=ALPHA, max_iter=passes, tol=None, random_state=1)
    model.fit(x, train["label"])
    times.append(time.perf_counter())
    p = model.predict_proba(test_x)[:, 1]
    accuracy, loss = accuracy_score(test["label"], p > 0.5), log_loss(test["label"], p)
    stages = [after - before for before, after in zip(times, times[1:])]
    print("read %.2f s, features %.2f s, fit %.2f s," % tuple(stages), end=" ")
    print("total %.2f s," % (time.perf_counter() - times[0]), end=" ")
    print("peak %.0f MB" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    print("%.4f %.6f %.6f" % (stages[2] / passes, accuracy, loss))


ALPHA = 1e-5  # of 1e-3 to 1e-7 that of the best accuracy; scikit-learn's default is 1e-4

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
