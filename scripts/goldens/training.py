#!/usr/bin/python3
"""Five epochs of training small networks by PyTorch, from its initial weights and with its order of rows.

usage: scripts/goldens/training.py        (Debian: python3-torch; written with 1.13)

plain: momentum and cross entropy. full: Tanh, AdamW, a schedule by steps, class weights, label smoothing, penalties and
clipped gradients; the loss is reported without the penalties.
"""

import torch
from torch import nn

from goldens import Golden

torch.manual_seed(19)
golden = Golden("training", "scripts/goldens/training.py, PyTorch " + torch.__version__)
ROWS, BATCH, EPOCHS = 230, 32, 5
x = torch.randn(ROWS, 12)
y = (x @ torch.randn(12, 4) + 0.5 * torch.randn(ROWS, 4)).argmax(1)
golden.add("data.x", x)
golden.add("data.y", y.float())


def train(name, model, optimizer, criterion, scheduler=None, penalty=None, max_norm=None):
    for parameter, p in model.named_parameters():
        golden.add("%s.start.%s" % (name, parameter), p)
    for epoch in range(1, EPOCHS + 1):
        order = torch.randperm(ROWS)
        golden.add("%s.order.%d" % (name, epoch), order.float())
        total = 0.0
        for i in range(0, ROWS, BATCH):
            rows = order[i : i + BATCH]
            loss = criterion(model(x[rows]), y[rows])
            optimizer.zero_grad()
            (loss + penalty(model) if penalty else loss).backward()
            if max_norm:
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            if scheduler:
                scheduler.step()
            total += loss.item() * len(rows)
        golden.add("%s.loss.%d" % (name, epoch), torch.tensor(total / ROWS))
    for parameter, p in model.named_parameters():
        golden.add("%s.end.%s" % (name, parameter), p)


model = nn.Sequential(nn.Linear(12, 9), nn.ReLU(), nn.Linear(9, 4))
train("plain", model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), nn.CrossEntropyLoss())

model = nn.Sequential(nn.Linear(12, 9), nn.Tanh(), nn.Linear(9, 4))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
S = torch.optim.lr_scheduler
train(
    "full",
    model,
    optimizer,
    nn.CrossEntropyLoss(weight=torch.tensor([0.5, 2.0, 1.0, 0.25]), label_smoothing=0.1),
    S.SequentialLR(optimizer, [S.LinearLR(optimizer, 0.1, 1.0, 6), S.CosineAnnealingLR(optimizer, 40, 0.001)], [6]),
    lambda model: sum(0.002 * p.abs().sum() + 0.01 / 2 * (p**2).sum() for p in model.parameters()),
    0.5,
)
golden.write()
