#!/usr/bin/python3
"""Golden temperatures, by PyTorch's L-BFGS in double, and expected calibration errors, by NumPy.

usage: scripts/goldens/calibration.py        (Debian: python3-torch; written with 1.13)

For each case: logits x, labels y and weights w of rows, one of them 0; the temperature that minimises the mean
cross-entropy, the error of 15 bins without and with it, and the same by the weights.
"""

import numpy
import torch
import torch.nn.functional as F

from goldens import Golden

torch.manual_seed(21)
golden = Golden("calibration", "scripts/goldens/calibration.py, PyTorch " + torch.__version__)


def losses(logits, labels):
    if logits.dim() == 1:
        return F.binary_cross_entropy_with_logits(logits, labels.double(), reduction="none")
    return F.cross_entropy(logits, labels, reduction="none")


def temperature(logits, labels, weights):
    inverse = torch.ones(1, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [inverse], max_iter=500, tolerance_grad=1e-14, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def loss():
        optimizer.zero_grad()
        mean = (weights * losses(logits * inverse, labels)).sum() / weights.sum()
        mean.backward()
        return mean

    optimizer.step(loss)
    return 1 / inverse.item()


def error(logits, labels, weights):
    logits = torch.stack([0 * logits, logits], 1) if logits.dim() == 1 else logits
    sure, label = (a.numpy() for a in torch.softmax(logits, 1).float().max(1))
    right = label == labels.numpy()
    bins = numpy.clip(numpy.ceil(sure.astype(float) * 15).astype(int) - 1, 0, 14)
    weights = weights.numpy()
    all = sum(abs((weights * (right - sure.astype(float)))[bins == b].sum()) for b in range(15))
    return all / weights.sum()


def case(name, logits, labels):
    logits = logits.double()
    w = (2 * torch.rand(len(labels))).double()
    w[1] = 0
    golden.add(name + ".x", logits.reshape(len(labels), -1))
    golden.add(name + ".y", labels.float())
    golden.add(name + ".w", w.float())
    found = []
    for weights in torch.ones_like(w), w.float().double():
        t = temperature(logits, labels, weights)
        found += [t, error(logits, labels, weights), error(logits / t, labels, weights)]
    golden.add(name + ".found", torch.tensor(found, dtype=torch.double))


def drawn(probabilities):
    return torch.multinomial(probabilities, 1).reshape(-1)


logits = 3 * torch.randn(120, 4)
case("overconfident", logits, drawn(torch.softmax(logits / 2.5, 1)))
logits = 0.7 * torch.randn(120, 5)
case("underconfident", logits, drawn(torch.softmax(logits * 3, 1)))
logits = 4 * torch.randn(90)
case("two", logits, torch.bernoulli(torch.sigmoid(logits / 2)).long())
golden.write()
