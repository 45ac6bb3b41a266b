#!/usr/bin/python3
"""Five epochs of training a small network by PyTorch, from its initial weights and with its order of rows.

usage: scripts/goldens/training.py        (Debian: python3-torch; written with 1.13)
"""

import torch

from goldens import Golden

torch.manual_seed(19)
golden = Golden("training", "scripts/goldens/training.py, PyTorch " + torch.__version__)
ROWS, BATCH, EPOCHS = 230, 32, 5
x = torch.randn(ROWS, 12)
y = (x @ torch.randn(12, 4) + 0.5 * torch.randn(ROWS, 4)).argmax(1)
golden.add("data.x", x)
golden.add("data.y", y.float())
model = torch.nn.Sequential(torch.nn.Linear(12, 9), torch.nn.ReLU(), torch.nn.Linear(9, 4))
for name, p in model.named_parameters():
    golden.add("start." + name, p)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(1, EPOCHS + 1):
    order = torch.randperm(ROWS)
    golden.add("order.%d" % epoch, order.float())
    total = 0.0
    for i in range(0, ROWS, BATCH):
        rows = order[i : i + BATCH]
        loss = torch.nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    golden.add("loss.%d" % epoch, torch.tensor(total / ROWS))
for name, p in model.named_parameters():
    golden.add("end." + name, p)
golden.write()
