#!/usr/bin/python3
"""Golden outputs and gradients of the layers, by PyTorch.

usage: scripts/goldens/layers.py        (Debian: python3-torch; written with 1.13)

For each case: the input x; the parameters by their names; the output out; weights w of out's shape; and the gradients
of sum(out * w), of the input as grad and of a parameter as its name with .grad. The names of the cases are those of
the Java test.
"""

import torch
from torch import nn

from goldens import Golden

torch.manual_seed(25)  # with no input of a ReLU near 0, where there are no finite differences
golden = Golden("layers", "scripts/goldens/layers.py, PyTorch " + torch.__version__)


def case(name, layer, *shape):
    x = torch.randn(shape, requires_grad=True)
    out = layer(x)
    w = torch.randn(out.shape)
    (out * w).sum().backward()
    golden.add(name + ".x", x)
    golden.add(name + ".out", out)
    golden.add(name + ".w", w)
    golden.add(name + ".grad", x.grad)
    for parameter, tensor in layer.named_parameters():
        golden.add("%s.%s" % (name, parameter), tensor)
        golden.add("%s.%s.grad" % (name, parameter), tensor.grad)


case("linear", nn.Linear(7, 5), 3, 7)
case("linearOne", nn.Linear(1, 1), 5, 1)
case("flatten", nn.Flatten(), 3, 2, 5)
case("relu", nn.ReLU(), 3, 2, 5)
case("sigmoid", nn.Sigmoid(), 3, 2, 5)
case("tanh", nn.Tanh(), 3, 2, 5)
case("dropout", nn.Dropout(0.4).eval(), 3, 7)
layers = [nn.Flatten(), nn.Linear(8, 6), nn.Tanh(), nn.Linear(6, 5), nn.Sigmoid(), nn.Linear(5, 9), nn.ReLU()]
case("sequential", nn.Sequential(*layers, nn.Sequential(nn.Linear(9, 3))), 4, 2, 4)
golden.write()
