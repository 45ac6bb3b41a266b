"""Modules that PyTorch has not, in its words."""

import torch
from torch import nn


class Scale(nn.Module):
    """A factor for each input."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return x * self.weight


class NTKLinear(nn.Module):
    """A linear layer in the NTK form (arXiv 1806.07572)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(outputs))

    def forward(self, x):
        return x @ self.weight.T / self.weight.shape[1] ** 0.5 + self.bias
