#!/usr/bin/python3
"""Golden values and gradients of the tensor operations, by PyTorch.

usage: scripts/goldens/ops.py        (Debian: python3-torch; written with 1.13)

For each case: the inputs in0, in1, ...; the output out; weights w of out's shape; and the gradients grad0, grad1, ...
of sum(out * w). The names of the cases are those of the Java test.
"""

import torch

from goldens import Golden

torch.manual_seed(7)
golden = Golden("ops", "scripts/goldens/ops.py, PyTorch " + torch.__version__)


def case(name, op, *inputs, differentiable=True):
    inputs = [i.clone().requires_grad_(differentiable) for i in inputs]
    out = op(*inputs)
    for i, tensor in enumerate(inputs):
        golden.add("%s.in%d" % (name, i), tensor)
    golden.add(name + ".out", out.float())
    if differentiable:
        w = torch.randn(out.shape)
        golden.add(name + ".w", w)
        (out * w).sum().backward()
        for i, tensor in enumerate(inputs):
            golden.add("%s.grad%d" % (name, i), tensor.grad)


def normal(*shape):
    return torch.randn(shape)


def positive(*shape):
    return torch.rand(shape) + 0.5


def spread(*shape):
    """Distinct numbers at least 0.1 apart and as far from 0, in random order."""
    size = torch.Size(shape).numel()
    return ((torch.randperm(size) - size // 2 + 0.5) / 5).reshape(shape)


ARITHMETIC = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div}
for name, op in ARITHMETIC.items():
    case(name, op, normal(3, 5), positive(3, 5))
    case(name + "Scalar", op, normal(3, 5), positive())
    case(name + "Row", op, normal(3, 5), positive(5))
    case(name + "Column", op, normal(3, 5), positive(3, 1))
    case(name + "BothWays", op, normal(3, 1, 4), positive(2, 1))
    case(name + "Inner", op, normal(2, 3, 1, 2), positive(1, 3, 5, 2))
    case(name + "Number", lambda x: op(x, 2.5), normal(3, 5))
case("neg", torch.neg, normal(3, 5))
INF, NAN = float("inf"), float("nan")
case("divExtreme", torch.div, torch.tensor([1.0, -1.0, 0.0, 1e30, 1.0]), torch.tensor([0.0, 0.0, 0.0, 1e-30, INF]))
case("eq", torch.eq, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([[1.0, 0.0, 3.0], [4.0, 2.0, 3.0]]), differentiable=False)

case("square", lambda x: x**2, normal(7))
case("cube", lambda x: x**3, normal(7))
case("root", lambda x: x**0.5, positive(7))
case("inverse", lambda x: x**-1, positive(7))
case("powZero", lambda x: x**0, normal(7))
case("powOne", lambda x: x**1, normal(7))
case("rootExtreme", lambda x: x**0.5, torch.tensor([0.0, 4.0, -1.0, INF]))
case("exp", torch.exp, normal(37))
case("log", torch.log, positive(37))
case("abs", torch.abs, spread(7))
case("relu", torch.relu, spread(37))
case("sigmoid", torch.sigmoid, 3 * normal(37))
case("tanh", torch.tanh, 2 * normal(37))
SPECIAL = torch.tensor([0.0, -0.0, 1e-30, 80.0, -80.0, 100.0, -100.0])
case("expExtreme", torch.exp, torch.tensor([-200.0, -87.0, 0.0, 88.0]))
case("logExtreme", torch.log, torch.tensor([0.0, -0.0, 1e-30, 3e38, INF, -1.0, NAN]))
case("absTies", torch.abs, torch.tensor([0.0, -0.0, 2.0, -3.0]))
case("reluExtreme", torch.relu, SPECIAL)
case("sigmoidExtreme", torch.sigmoid, SPECIAL)
case("tanhExtreme", torch.tanh, SPECIAL)

case("matmul", torch.matmul, normal(5, 7), normal(7, 3))
case("matmulWide", torch.matmul, normal(9, 33), normal(33, 35))
case("matmulTiny", torch.matmul, normal(1, 1), normal(1, 1))
case("matmulOdd", torch.matmul, normal(17, 65), normal(65, 47))
case("linear", torch.nn.functional.linear, normal(9, 33), normal(10, 33), normal(10))

case("linearOdd", torch.nn.functional.linear, normal(13, 5), normal(21, 5), normal(21))

case("sum", torch.sum, normal(5, 7))
case("sumLong", torch.sum, 3 + normal(1003))
case("sumFirst", lambda x: x.sum(-3), normal(3, 4, 5))
case("mean", torch.mean, normal(5, 7))
for dim in range(3):
    case("sum%d" % dim, lambda x: x.sum(dim), normal(3, 4, 5))
    case("mean%d" % dim, lambda x: x.mean(dim), normal(3, 4, 5))
    case("max%d" % dim, lambda x: x.max(dim).values, spread(3, 4, 5))
    case("softmax%d" % dim, lambda x: x.softmax(dim), normal(3, 4, 5))
    case("logSoftmax%d" % dim, lambda x: x.log_softmax(dim), normal(3, 4, 5))
case("sumKept", lambda x: x.sum(1, keepdim=True), normal(3, 4, 5))
case("meanKept", lambda x: x.mean(-1, keepdim=True), normal(3, 4, 5))
case("max", torch.max, spread(5, 7))
case("softmaxWhole", lambda x: x.reshape(-1).softmax(0).reshape(x.shape), normal(3, 4))
case("logSoftmaxWhole", lambda x: x.reshape(-1).log_softmax(0).reshape(x.shape), normal(3, 4))

WITH_NAN = torch.tensor([[1.0, NAN, 2.0], [3.0, 1.0, 2.0], [NAN, NAN, 7.0]])
case("maxNanExtreme", torch.max, WITH_NAN)
case("max1NanExtreme", lambda x: x.max(1).values, WITH_NAN)
case("argmax1NanExtreme", lambda x: x.max(1).indices, WITH_NAN, differentiable=False)
TIES = torch.tensor([[1.0, 3.0, 3.0, 2.0], [5.0, 5.0, 5.0, 5.0], [-1.0, -2.0, -1.0, -3.0]])
case("maxTies", torch.max, TIES)
case("max1Ties", lambda x: x.max(1).values, TIES)
case("max0Ties", lambda x: x.max(0).values, TIES)
case("argmax1Ties", lambda x: x.max(1).indices, TIES, differentiable=False)
case("argmax0", lambda x: x.argmax(0), spread(4, 5), differentiable=False)
case("argmaxWhole", lambda x: x.argmax(), normal(4, 5), differentiable=False)
EXTREME = torch.tensor([[1000.0, -1000.0, 0.0], [1e30, 1e30, -1e30], [-500.0, -500.0, -501.0], [80.0, 81.0, 82.0]])
case("softmax1Extreme", lambda x: x.softmax(1), EXTREME)
case("logSoftmax1Extreme", lambda x: x.log_softmax(1), EXTREME)
INFINITE = torch.tensor([[-INF, 0.0, 1.0], [-INF, -INF, -INF], [INF, 0.0, 1.0], [NAN, 0.0, 1.0]])
case("softmax1InfiniteExtreme", lambda x: x.softmax(1), INFINITE)
case("logSoftmax1InfiniteExtreme", lambda x: x.log_softmax(1), INFINITE)
case("softmax0Extreme", lambda x: x.softmax(0), EXTREME)
case("logSoftmax0Extreme", lambda x: x.log_softmax(0), EXTREME)

case("reshape", lambda x: x.reshape(4, -1), normal(2, 2, 3))
case("flatten", lambda x: x.flatten(1), normal(3, 2, 2))
case("flattenScalar", lambda x: x.flatten(), normal())
case("unsqueeze", lambda x: x.unsqueeze(-1), normal(3, 2))
case("squeeze", lambda x: x.squeeze(1), normal(3, 1, 2))
case("squeezeNothing", lambda x: x.squeeze(0), normal(3, 1, 2))
case("squeezeAll", lambda x: x.squeeze(), normal(1, 3, 1, 2))
case("t", lambda x: x.t(), normal(3, 5))
case("tVector", lambda x: x.t(), normal(5))
case("slice", lambda x: x[1:3], normal(4, 3))
case("select", lambda x: x[2], normal(4, 3))
case("indexSelect", lambda x: x[torch.tensor([2, 0, 2])], normal(4, 3))

# A composition: a value is used twice, and a leaf at two depths.
case("composed", lambda x, y: (x @ y).tanh() * x.sum() + (x @ y).exp().mean(0), normal(3, 4), normal(4, 2))

F = torch.nn.functional
WIDE = torch.tensor([0.0, -0.0, 1e-30, -1e-4, 12.0, -12.0, 25.0, 80.0, -80.0, 100.0, -100.0, 1e30, -1e30])
for name, op in {
    "selu": F.selu,
    "mish": F.mish,
    "silu": F.silu,
    "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x.double(), approximate="tanh").float(),  # in float32 its gradient has few digits
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
}.items():
    case(name, op, spread(37))
    case(name + "Extreme", op, WIDE)
case("linearFactor", lambda x, w, b: torch.addmm(b, x, w.T, alpha=0.3), normal(9, 33), normal(10, 33), normal(10))
golden.write()
