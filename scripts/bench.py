#!/usr/bin/python3
"""PyTorch's times for the epochs that io.beamgrad.benchmarks.EpochTimes measures: lines of "name seconds".

usage: scripts/bench.py MNIST_FOLDER        (Debian: python3-torch)

Batches of 100 rows are sliced from one float tensor, with one thread and with all. The median of the epochs after the
first counts. Where the folder is missing, noise of the same size is trained on.
"""

import gzip
import os
import pathlib
import sys
import time

import torch

ROWS, BATCH, EPOCHS = 48_000, 100, 6


def read(path, header):
    return torch.frombuffer(bytearray(gzip.open(path).read()[header:]), dtype=torch.uint8)


def data(folder):
    if not folder.is_dir():
        return torch.rand(60_000, 784), torch.randint(10, (60_000,))
    images = read(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, 784).float() / 255
    return images, read(folder / "train-labels-idx1-ubyte.gz", 8).long()


def softmax():
    model = torch.nn.Linear(784, 10)
    return model, torch.optim.SGD(model.parameters(), lr=0.001)


def mlp():
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def epoch(x, y, model, optimizer):
    start = time.perf_counter()
    order = torch.randperm(60_000)[:ROWS]
    for i in range(0, ROWS, BATCH):
        rows = order[i : i + BATCH]
        loss = torch.nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.perf_counter() - start


x, y = data(pathlib.Path(sys.argv[1]))
print("version", torch.__version__)
for make in (softmax, mlp):
    for threads in sorted({1, os.cpu_count()}):
        torch.set_num_threads(threads)
        torch.manual_seed(42)
        model, optimizer = make()
        seconds = sorted([epoch(x, y, model, optimizer) for _ in range(EPOCHS)][1:])
        print("%s-%d-threads %.4f" % (make.__name__, threads, seconds[len(seconds) // 2]), flush=True)
