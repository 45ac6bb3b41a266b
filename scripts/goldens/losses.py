#!/usr/bin/python3
"""Golden values and gradients of the losses, by PyTorch.

usage: scripts/goldens/losses.py        (Debian: python3-torch; written with 1.13)

For each case: outputs x, targets y, the mean loss, the gradient of 3 * loss, and the loss of each row, which is the
mean over its elements; then for weights w of the rows, one of them 0, the loss sum(w l) / sum(w c), where c is the
weight of a row's class or 1, and the gradient of 3 times it. Computed in double, since PyTorch's binary cross entropy loses digits of small losses in float.
"""

import torch
import torch.nn.functional as F

from goldens import Golden

torch.manual_seed(11)
weights = torch.Generator().manual_seed(12)
golden = Golden("losses", "scripts/goldens/losses.py, PyTorch " + torch.__version__)


def case(name, loss, x, y, **settings):
    x = x.double().requires_grad_()
    y = y.double() if y.is_floating_point() else y
    out = loss(x, y, **settings)
    (3 * out).backward()
    golden.add(name + ".x", x)
    golden.add(name + ".y", y.float())
    golden.add(name + ".loss", out)
    golden.add(name + ".grad", x.grad)
    rows = loss(x, y, reduction="none", **settings).reshape(len(x), -1).mean(1)
    golden.add(name + ".rows", rows)
    w = 3 * torch.rand(len(x), generator=weights, dtype=torch.double)
    w[1] = 0
    c = settings["weight"][y] if "weight" in settings else torch.ones_like(w)
    x.grad = None
    weighted = (w * rows).sum() / (w * c).sum()
    (3 * weighted).backward()
    golden.add(name + ".w", w)
    golden.add(name + ".weightedLoss", weighted)
    golden.add(name + ".weightedGrad", x.grad)


WEIGHTS = torch.tensor([0.5, 2.0, 1.0, 0.25, 3.0]).double()
x, y = torch.randn(7, 5), torch.randint(5, (7,))
case("crossEntropy", F.cross_entropy, x, y)
case("crossEntropyWeighted", F.cross_entropy, x, y, weight=WEIGHTS)
case("crossEntropySmoothed", F.cross_entropy, x, y, label_smoothing=0.1)
case("crossEntropyBoth", F.cross_entropy, x, y, weight=WEIGHTS, label_smoothing=0.2)
extreme = torch.tensor([[1000.0, -1000.0, 0.0, 1.0, 2.0], [1e30, 0.0, 0.0, -1e30, 1e30], [-700.0] * 5])
case("crossEntropyExtreme", F.cross_entropy, extreme, torch.tensor([0, 4, 2]))
finite = extreme.clamp(-2000, 2000)  # as infinite losses would say little
case("crossEntropyBothExtreme", F.cross_entropy, finite, torch.tensor([0, 4, 2]), weight=WEIGHTS, label_smoothing=0.2)
case("crossEntropyWide", F.cross_entropy, 5 * torch.randn(3, 37), torch.randint(37, (3,)))

x, y = 2 * torch.randn(6, 3), torch.randn(6, 3)
case("mse", F.mse_loss, x, y)
case("l1", F.l1_loss, x, y)
case("huber", F.huber_loss, x, y)
case("huberNarrow", F.huber_loss, x, y, delta=0.3)
case("mseVector", F.mse_loss, torch.randn(7), torch.randn(7))
case("mseDeep", F.mse_loss, torch.randn(3, 2, 5), torch.randn(3, 2, 5))
ties = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
distances = torch.tensor([[0.0, 1.0, -1.0], [2.0, -3.0, 0.5]])
case("l1Ties", F.l1_loss, ties + distances, ties)
case("huberTies", F.huber_loss, ties + distances, ties)
logits = torch.cat([3 * torch.randn(10), torch.tensor([0.0, 30.0, -30.0, 200.0, -200.0, 15.0])]).reshape(-1, 1)
case("bce", F.binary_cross_entropy_with_logits, logits, torch.randint(2, (16, 1)).float())
case("bceSoft", F.binary_cross_entropy_with_logits, logits, torch.rand(16, 1))
sure = torch.tensor([[8.0], [-9.0], [13.0], [-17.0], [20.0]])  # small losses, each of which counts
case("bceSure", F.binary_cross_entropy_with_logits, sure, (sure > 0).float())


def pinball(x, y, at, reduction="mean"):
    losses = at * F.relu(y - x) + (1 - at) * F.relu(x - y)
    return losses.mean() if reduction == "mean" else losses


x, y = 2 * torch.randn(6, 3), torch.randn(6, 3)
case("quantile", pinball, x, y, at=0.9)
case("quantileLow", pinball, x, y, at=0.05)
case("quantileTies", pinball, ties + distances, ties, at=0.25)
golden.write()
