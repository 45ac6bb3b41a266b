#!/usr/bin/python3
"""Golden metrics of rows with weights, by scikit-learn's sample_weight.

usage: scripts/goldens/weighted_metrics.py        (Debian: python3-sklearn; written with 1.2)
"""

import numpy as np
import sklearn
import sklearn.metrics as m

from goldens import Golden

random = np.random.default_rng(29)
golden = Golden("weighted-metrics", "scripts/goldens/weighted_metrics.py, scikit-learn " + sklearn.__version__)


def add(name, value):
    golden.add(name, np.asarray(value, dtype=np.float64))


def rounded(values, digits=2):
    """As float32 has them, so that Java reads the very numbers."""
    return values.round(digits).astype(np.float32).astype(np.float64)


def weights(rows):
    """From 0 to 1,000, most of them small; each seventh row counts nothing."""
    found = rounded(10 ** random.uniform(-3, 3, rows), 4)
    found[::7] = 0
    return found


# Four classes; the last is never predicted.
labels, w = random.integers(0, 4, 60), weights(60)
logits = random.normal(size=(60, 4))
logits[np.arange(60), labels] += 1
logits[:, 3] -= 9
logits = rounded(logits)
predicted = logits.argmax(1)
add("classes.logits", logits)
add("classes.labels", labels)
add("classes.weights", w)
add("classes.counts", m.confusion_matrix(labels, predicted))
add("classes.confusion", m.confusion_matrix(labels, predicted, sample_weight=w))
precision, recall, f1, _ = m.precision_recall_fscore_support(labels, predicted, zero_division=0, sample_weight=w)
add("classes.precision", precision)
add("classes.recall", recall)
add("classes.f1", f1)
add("classes.accuracy", m.accuracy_score(labels, predicted, sample_weight=w))
add("classes.topK", [m.top_k_accuracy_score(labels, logits, k=k, sample_weight=w) for k in (1, 2, 3)])
add("classes.logLoss", m.log_loss(labels, np.exp(logits) / np.exp(logits).sum(1, keepdims=True), sample_weight=w))

# One logit, in tenths, so that there are ties.
labels, w = random.integers(0, 2, 90), weights(90)
logits = rounded(random.normal(size=90) + labels, 1)
add("binary.logits", logits.reshape(-1, 1))
add("binary.labels", labels)
add("binary.weights", w)
add("binary.rocAuc", m.roc_auc_score(labels, logits, sample_weight=w))
add("binary.logLoss", m.log_loss(labels, 1 / (1 + np.exp(-logits)), sample_weight=w))
add("binary.accuracy", m.accuracy_score(labels, logits > 0, sample_weight=w))

targets, w = rounded(random.normal(size=(40, 3)) + 100), weights(40)
outputs = rounded((targets - 100) * [1.0, 0.5, 2.0] + 0.3 * random.normal(size=(40, 3)) + 100)
add("numbers.outputs", outputs)
add("numbers.targets", targets)
add("numbers.weights", w)
add("numbers.mse", m.mean_squared_error(targets, outputs, sample_weight=w))
add("numbers.mae", m.mean_absolute_error(targets, outputs, sample_weight=w))
add("numbers.r2", m.r2_score(targets, outputs, sample_weight=w))
golden.write()
