#!/usr/bin/python3
"""Golden outputs and gradients of the layers, by PyTorch.

usage: scripts/goldens/layers.py        (Debian: python3-torch; written with 1.13)

For each case: the input x; the parameters by their names; the output out; weights w of out's shape; and the gradients
of sum(out * w), of the input as grad and of a parameter as its name with .grad; buffers before and after as their names with .before
and .after. The names of the cases are those of
the Java test.
"""

import torch
from torch import nn

from goldens import Golden
from modules import NTKLinear, Scale

torch.manual_seed(25)  # with no input of a ReLU near 0, where there are no finite differences
golden = Golden("layers", "scripts/goldens/layers.py, PyTorch " + torch.__version__)


def case(name, layer, *shape):
    x = torch.randn(shape, requires_grad=True)
    for buffer, tensor in layer.named_buffers():
        golden.add("%s.%s.before" % (name, buffer), tensor.float())
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
    for buffer, tensor in layer.named_buffers():
        golden.add("%s.%s.after" % (name, buffer), tensor.float())


case("linear", nn.Linear(7, 5), 3, 7)
case("linearOne", nn.Linear(1, 1), 5, 1)
case("flatten", nn.Flatten(), 3, 2, 5)
case("relu", nn.ReLU(), 3, 2, 5)
case("sigmoid", nn.Sigmoid(), 3, 2, 5)
case("tanh", nn.Tanh(), 3, 2, 5)
case("dropout", nn.Dropout(0.4).eval(), 3, 7)
layers = [nn.Flatten(), nn.Linear(8, 6), nn.Tanh(), nn.Linear(6, 5), nn.Sigmoid(), nn.Linear(5, 9), nn.ReLU()]
case("sequential", nn.Sequential(*layers, nn.Sequential(nn.Linear(9, 3))), 4, 2, 4)

def shaken(layer):
    """With parameters and running statistics that are not those of the start."""
    for p in layer.parameters():
        p.data += 0.3 * torch.randn(p.shape)
    for name, buffer in layer.named_buffers():
        if name.startswith("running"):
            buffer += torch.rand(buffer.shape)
    return layer


case("selu", nn.SELU(), 3, 2, 5)
case("mish", nn.Mish(), 3, 2, 5)
case("silu", nn.SiLU(), 3, 2, 5)
case("gelu", nn.GELU(), 3, 2, 5)
case("geluTanh", nn.GELU(approximate="tanh"), 3, 2, 5)
case("leakyRelu", nn.LeakyReLU(), 3, 2, 5)
case("leakyReluSteep", nn.LeakyReLU(-1.5), 3, 2, 5)
case("scale", shaken(Scale(7)), 4, 7)
case("ntk", NTKLinear(7, 5), 3, 7)
case("batchNorm", shaken(nn.BatchNorm1d(5)), 6, 5)
case("batchNormSet", shaken(nn.BatchNorm1d(5, eps=0.1, momentum=0.4)), 4, 5)
case("batchNormEval", shaken(nn.BatchNorm1d(5)).eval(), 6, 5)
case("layerNorm", shaken(nn.LayerNorm(7)), 4, 7)
case("layerNormSet", shaken(nn.LayerNorm(7, eps=0.1)), 4, 7)
golden.write()
