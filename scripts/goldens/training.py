#!/usr/bin/python3
"""Five epochs of training small networks by PyTorch, from its initial weights and with its order of rows.

usage: scripts/goldens/training.py        (Debian: python3-torch; written with 1.13)

plain: momentum and cross entropy. full: Tanh, AdamW, a schedule by steps, class weights, label smoothing, penalties and
clipped gradients; the loss is reported without the penalties. recipe: scale, NTK form, SELU and Mish, Adam with a beta2 of
0.95. norms: batch and layer normalisation, GELU, SiLU and LeakyReLU.
"""

import torch
from torch import nn

from goldens import Golden
from modules import NTKLinear, Scale

torch.manual_seed(19)
golden = Golden("training", "scripts/goldens/training.py, PyTorch " + torch.__version__)
ROWS, BATCH, EPOCHS = 230, 32, 5
x = torch.randn(ROWS, 12)
y = (x @ torch.randn(12, 4) + 0.5 * torch.randn(ROWS, 4)).argmax(1)
golden.add("data.x", x)
golden.add("data.y", y.float())


def train(name, model, optimizer, criterion, scheduler=None, penalty=None, max_norm=None):
    for parameter, p in model.state_dict().items():
        golden.add("%s.start.%s" % (name, parameter), p.float())
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
    for parameter, p in model.state_dict().items():
        golden.add("%s.end.%s" % (name, parameter), p.float())


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

model = nn.Sequential(Scale(12), NTKLinear(12, 9), nn.SELU(), NTKLinear(9, 6), nn.Mish(), NTKLinear(6, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=0.04, betas=(0.9, 0.95))
train("recipe", model, optimizer, nn.CrossEntropyLoss(label_smoothing=0.1))

layers = [nn.BatchNorm1d(12, momentum=0.3), nn.Linear(12, 9), nn.GELU(), nn.LayerNorm(9), nn.Linear(9, 8), nn.SiLU()]
model = nn.Sequential(*layers, nn.BatchNorm1d(8), nn.LeakyReLU(0.2), nn.Linear(8, 4))
train("norms", model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), nn.CrossEntropyLoss())
golden.write()
