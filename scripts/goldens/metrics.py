#!/usr/bin/python3
"""Golden metrics, by scikit-learn.

usage: scripts/goldens/metrics.py        (Debian: python3-torch, python3-sklearn; written with 1.13 and 1.2)
"""

import sklearn
import sklearn.metrics as m
import torch

from goldens import Golden

torch.manual_seed(17)
golden = Golden("metrics", "scripts/goldens/metrics.py, scikit-learn " + sklearn.__version__)


def add(name, value):
    golden.add(name, torch.as_tensor(value, dtype=torch.float64))


# Four classes; the last is never predicted.
logits, labels = torch.randn(60, 4), torch.randint(4, (60,))
logits[torch.arange(60), labels] += 1
logits[:, 3] -= 9
predicted = logits.argmax(1)
add("classes.logits", logits)
add("classes.labels", labels)
add("classes.confusion", m.confusion_matrix(labels, predicted))
precision, recall, f1, _ = m.precision_recall_fscore_support(labels, predicted, zero_division=0)
add("classes.precision", precision)
add("classes.recall", recall)
add("classes.f1", f1)
add("classes.accuracy", m.accuracy_score(labels, predicted))
add("classes.topK", [m.top_k_accuracy_score(labels, logits.numpy(), k=k) for k in (1, 2, 3)])

# One logit, in tenths, so that there are ties.
logits, labels = (10 * torch.randn(80)).round() / 10, torch.randint(2, (80,))
logits += labels.float()
add("binary.logits", logits.reshape(-1, 1))
add("binary.labels", labels)
add("binary.rocAuc", m.roc_auc_score(labels, logits))
add("binary.logLoss", m.log_loss(labels, torch.sigmoid(logits.double())))
add("binary.accuracy", m.accuracy_score(labels, logits > 0))

# Answers that are nearly all right, and nearly certain.
labels = torch.randint(2, (50,))
logits = (2.0 * labels - 1) * (9 + 8 * torch.rand(50))
add("sure.logits", logits.reshape(-1, 1))
add("sure.labels", labels)
add("sure.rocAuc", m.roc_auc_score(labels, logits))
add("sure.logLoss", m.log_loss(labels, torch.sigmoid(logits.double())))
add("sure.accuracy", m.accuracy_score(labels, logits > 0))

outputs, targets = torch.randn(40, 3), torch.randn(40, 3)
outputs = targets * torch.tensor([1.0, 0.5, 2.0]) + 0.3 * outputs + 100
targets = targets + 100
add("numbers.outputs", outputs)
add("numbers.targets", targets)
add("numbers.mse", m.mean_squared_error(targets, outputs))
add("numbers.mae", m.mean_absolute_error(targets, outputs))
add("numbers.r2", m.r2_score(targets, outputs))

# The first number is the same in all rows, and so is the second, which is always met.
targets = torch.stack([torch.full((20,), 3.0), torch.full((20,), -2.0), torch.randn(20)], 1)
outputs = targets + torch.tensor([0.5, 0.0, 0.25]) * torch.randn(20, 3)
add("constant.outputs", outputs)
add("constant.targets", targets)
for i in range(3):
    add("constant.r2of%d" % i, m.r2_score(targets[:, i], outputs[:, i]))
add("constant.r2", m.r2_score(targets, outputs))
golden.write()
