#!/usr/bin/python3
"""Golden weights after 50 steps of each optimiser, schedules, clipped gradients, penalties and early stops, by PyTorch.

usage: scripts/goldens/optimizers.py        (Debian: python3-torch; written with 1.13)

The weights w begin at start.w; the gradient of step t is start.a * w + grads[t].
"""

import math

import torch

from goldens import Golden

torch.manual_seed(13)
golden = Golden("optimizers", "scripts/goldens/optimizers.py, PyTorch " + torch.__version__)
start, a, grads = torch.randn(11), torch.rand(11), 0.3 * torch.randn(50, 11)
golden.add("start.w", start)
golden.add("start.a", a)
golden.add("start.grads", grads)


def optimize(name, make):
    w = start.clone().requires_grad_()
    optimizer = make([w])
    for t in range(50):
        w.grad = a * w.detach() + grads[t]
        optimizer.step()
        if t in (0, 9, 49):
            golden.add("%s.%d" % (name, t + 1), w)


optimize("sgd", lambda p: torch.optim.SGD(p, lr=0.1))
optimize("sgdMomentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9))
optimize("sgdNesterov", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True))
optimize("sgdDecay", lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.05))
optimize("sgdMomentumDecay", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05))
optimize("sgdAll", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05))
optimize("adam", lambda p: torch.optim.Adam(p, lr=0.05))
optimize("adamAll", lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))
optimize("adamW", lambda p: torch.optim.AdamW(p, lr=0.05))
optimize("adamWAll", lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.8, 0.95), weight_decay=0.2))


def schedule(name, make, counts=25):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    scheduler = make(optimizer)
    rates = []
    for _ in range(counts):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    golden.add("schedule." + name, torch.tensor(rates, dtype=torch.float64))


S = torch.optim.lr_scheduler
schedule("step", lambda o: S.StepLR(o, 7, 0.1))
schedule("exponential", lambda o: S.ExponentialLR(o, 0.9))
schedule("cosine", lambda o: S.CosineAnnealingLR(o, 24, 0.01))
schedule("linearWarmUp", lambda o: S.LinearLR(o, 0.25, 1.0, 8))
schedule("both", lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.25, 1.0, 8), S.ExponentialLR(o, 0.9)], [8]), 20)
schedule("cosineLong", lambda o: S.CosineAnnealingLR(o, 11), 45)
schedule("warmUpThenCosine", lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, 1.0, 5), S.CosineAnnealingLR(o, 20, 0.02)], [5]))

for name, bound in (("clipped", 1.5), ("unclipped", 100.0)):
    w, v = torch.randn(5, requires_grad=True), torch.randn(2, 3, requires_grad=True)
    w.grad, v.grad = torch.randn(5), torch.randn(2, 3)
    golden.add(name + ".w", w.grad)
    golden.add(name + ".v", v.grad)
    golden.add(name + ".norm", torch.nn.utils.clip_grad_norm_([w, v], bound))
    golden.add(name + ".w2", w.grad)
    golden.add(name + ".v2", v.grad)

w = torch.randn(2, 5, requires_grad=True)
w.data[0, 0] = 0.0
(0.1 * w.abs().sum() + 0.5 / 2 * (w**2).sum()).backward()
golden.add("penalty.w", w)
golden.add("penalty.grad", w.grad)

# PyTorch stops no training, but lowers the rate by the same rule, after more than "patience" epochs.
for name, patience, delta in (("stopFirst", 1, 0.0), ("stopPatient", 4, 0.0), ("stopDelta", 3, 0.05)):
    losses = 2 * 0.93 ** torch.arange(60) + 0.1 * torch.randn(60)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    plateau = S.ReduceLROnPlateau(optimizer, patience=patience - 1, threshold=delta, threshold_mode="abs")
    epoch = 0
    while optimizer.param_groups[0]["lr"] == 1.0:
        plateau.step(losses[epoch].item())
        epoch += 1
    best = losses[:epoch].tolist().index(plateau.best) + 1
    golden.add(name + ".losses", losses)
    golden.add(name + ".rule", torch.tensor([patience, delta], dtype=torch.float64))
    golden.add(name + ".stopAndBest", torch.tensor([epoch, best]))

# Each kind of parameter has a learning rate of its own, as a group.
FACTORS = {"scale": 6.0, "weight": 1.0, "bias": 0.1}


def optimize_groups(name, make, lr):
    parameters = {kind: start.clone().requires_grad_() for kind in FACTORS}
    optimizer = make([{"params": [parameters[kind]], "lr": lr * factor} for kind, factor in FACTORS.items()])
    for t in range(50):
        for w in parameters.values():
            w.grad = a * w.detach() + grads[t]
        optimizer.step()
    for kind, w in parameters.items():
        golden.add("%s.%s" % (name, kind), w)


optimize_groups("groupsSgd", lambda p: torch.optim.SGD(p, lr=1), 0.03)
optimize_groups("groupsNesterov", lambda p: torch.optim.SGD(p, lr=1, momentum=0.8, nesterov=True, weight_decay=0.05), 0.01)
optimize_groups("groupsAdam", lambda p: torch.optim.Adam(p, lr=1, betas=(0.9, 0.95)), 0.02)
optimize_groups("groupsAdamW", lambda p: torch.optim.AdamW(p, lr=1, weight_decay=0.2), 0.02)

# coslog4 of RealMLP, arXiv 2407.04491, as pytabkit has it in CoslogFunc.
schedule("cosineLog", lambda o: S.LambdaLR(o, lambda c: 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * c / 37)))))

# The best of a metric of which equals are common; of equals the last is kept.
scores = torch.round(10 * (1 - 0.8 ** torch.arange(60)) + 0.8 * torch.randn(60)) / 10
optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
plateau = S.ReduceLROnPlateau(optimizer, mode="max", patience=6, threshold=0.0, threshold_mode="abs")
epoch = 0
while optimizer.param_groups[0]["lr"] == 1.0:
    plateau.step(scores[epoch].item())
    epoch += 1
golden.add("stopMetric.scores", scores)
golden.add("stopMetric.patience", torch.tensor([7]))
golden.add("stopMetric.stopAndBest", torch.tensor([epoch, max(i + 1 for i in range(epoch) if scores[i] == plateau.best)]))

golden.write()
