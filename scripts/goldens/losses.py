#!/usr/bin/python3
"""Golden values and gradients of the losses, by PyTorch.

usage: scripts/goldens/losses.py        (Debian: python3-torch; written with 1.13)

For each case: outputs x, targets y, the mean loss and the gradient of 3 * loss.
"""

import torch
import torch.nn.functional as F

from goldens import Golden

torch.manual_seed(11)
golden = Golden("losses", "scripts/goldens/losses.py, PyTorch " + torch.__version__)


def case(name, loss, x, y):
    x = x.clone().requires_grad_()
    out = loss(x, y)
    (3 * out).backward()
    golden.add(name + ".x", x)
    golden.add(name + ".y", y.float())
    golden.add(name + ".loss", out)
    golden.add(name + ".grad", x.grad)


WEIGHTS = torch.tensor([0.5, 2.0, 1.0, 0.25, 3.0])
x, y = torch.randn(7, 5), torch.randint(5, (7,))
case("crossEntropy", F.cross_entropy, x, y)
case("crossEntropyWeighted", lambda x, y: F.cross_entropy(x, y, weight=WEIGHTS), x, y)
case("crossEntropySmoothed", lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1), x, y)
case("crossEntropyBoth", lambda x, y: F.cross_entropy(x, y, weight=WEIGHTS, label_smoothing=0.2), x, y)
extreme = torch.tensor([[1000.0, -1000.0, 0.0, 1.0, 2.0], [1e30, 0.0, 0.0, -1e30, 1e30], [-700.0] * 5])
case("crossEntropyExtreme", F.cross_entropy, extreme, torch.tensor([0, 4, 2]))
case("crossEntropyWide", F.cross_entropy, 5 * torch.randn(3, 37), torch.randint(37, (3,)))

x, y = 2 * torch.randn(6, 3), torch.randn(6, 3)
case("mse", F.mse_loss, x, y)
case("l1", F.l1_loss, x, y)
case("huber", F.huber_loss, x, y)
case("huberNarrow", lambda x, y: F.huber_loss(x, y, delta=0.3), x, y)
logits = torch.cat([3 * torch.randn(10), torch.tensor([0.0, 30.0, -30.0, 200.0, -200.0, 15.0])]).reshape(-1, 1)
case("bce", F.binary_cross_entropy_with_logits, logits, torch.randint(2, (16, 1)).float())
case("bceSoft", F.binary_cross_entropy_with_logits, logits, torch.rand(16, 1))
golden.write()
