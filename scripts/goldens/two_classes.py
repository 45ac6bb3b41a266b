#!/usr/bin/python3
"""Golden scores of two classes at all thresholds, and of baselines, by scikit-learn.

usage: scripts/goldens/two_classes.py        (Debian: python3-sklearn; written with 1.2)
"""

import numpy as np
import sklearn
import sklearn.calibration
import sklearn.dummy
import sklearn.metrics as m

from goldens import Golden

random = np.random.default_rng(31)
golden = Golden("two-classes", "scripts/goldens/two_classes.py, scikit-learn " + sklearn.__version__)


def add(name, value):
    golden.add(name, np.asarray(value, dtype=np.float64))


def rounded(values, digits=2):
    """As float32 has them, so that Java reads the very numbers."""
    return values.round(digits).astype(np.float32).astype(np.float64)


def curves(name, w):
    # One logit, in tenths, so that there are ties.
    labels = (random.random(120) < 0.3).astype(int)
    logits = rounded(2 * random.normal(size=120) + 2 * labels - 1, 1)
    p = 1 / (1 + np.exp(-logits))
    add(name + ".logits", logits.reshape(-1, 1))
    add(name + ".labels", labels)
    add(name + ".weights", w)
    fpr, tpr, at = m.roc_curve(labels, logits, sample_weight=w, drop_intermediate=False)
    add(name + ".falsePositiveRate", fpr)
    add(name + ".recall", tpr)
    add(name + ".precision", [m.precision_score(labels, logits >= t, sample_weight=w, zero_division=1) for t in at])
    add(name + ".averagePrecision", m.average_precision_score(labels, logits, sample_weight=w))
    tenths = np.arange(1, 10) / 10
    add(name + ".atTenths", [
        (np.average(p > t, weights=w), m.recall_score(labels, p > t, sample_weight=w),
         1 - m.recall_score(labels, p > t, pos_label=0, sample_weight=w),
         m.precision_score(labels, p > t, sample_weight=w, zero_division=1)) for t in tenths])
    add(name + ".bestF1", max(m.f1_score(labels, logits >= t, sample_weight=w) for t in at))
    add(name + ".balancedAccuracy", m.balanced_accuracy_score(labels, logits > 0, sample_weight=w))
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)  # as calibration_curve, which takes no weights
    used = [b for b in range(10) if w[bins == b].sum() > 0]
    shares = [np.average(labels[bins == b], weights=w[bins == b]) for b in used]
    means = [np.average(p[bins == b], weights=w[bins == b]) for b in used]
    if (w == 1).all():
        by_sklearn = sklearn.calibration.calibration_curve(labels, p, n_bins=10)
        assert np.allclose(by_sklearn[0], shares) and np.allclose(by_sklearn[1], means)
    add(name + ".calibration", np.array([[w[bins == b].sum() for b in used], means, shares]).T)


curves("plain", np.ones(120))
weights = rounded(10 ** random.uniform(-3, 3, 120), 4)
weights[::7] = 0
curves("weighted", weights)

for name, w, v in (("plain", np.ones(50), np.ones(30)), ("weighted", weights[:50], weights[50:80])):
    train, test = random.integers(0, 4, 50), random.integers(0, 4, 30)
    most = sklearn.dummy.DummyClassifier(strategy="most_frequent").fit(np.zeros((50, 1)), train, sample_weight=w)
    add(name + ".class.train", train)
    add(name + ".class.trainWeights", w)
    add(name + ".class.test", test)
    add(name + ".class.testWeights", v)
    add(name + ".class.label", most.predict([[0]])[0])
    add(name + ".class.accuracy", most.score(np.zeros((30, 1)), test, sample_weight=v))
    train, test = rounded(random.normal(size=(50, 2)) + [3, 100]), rounded(random.normal(size=(30, 2)) + [3, 101])
    mean = sklearn.dummy.DummyRegressor().fit(np.zeros((50, 1)), train, sample_weight=w).predict(np.zeros((30, 1)))
    add(name + ".number.train", train)
    add(name + ".number.test", test)
    add(name + ".number.means", mean[0])
    add(name + ".number.mse", m.mean_squared_error(test, mean, sample_weight=v))
    add(name + ".number.mae", m.mean_absolute_error(test, mean, sample_weight=v))
golden.write()
