#!/usr/bin/python3
"""The PyTorch twin of the jobs mnist and mnist-mlp, for scripts/bench to run beside them.

usage: scripts/bench.py epochs MNIST_FOLDER     prints lines of "model-threads seconds": the median of the epochs
                                                after the first, without evaluation, batches sliced from one tensor
       scripts/bench.py program KIND MNIST_FOLDER
                                                trains mnist for 5 epochs with an evaluation after each, as a program;
                                                KIND is dataset (row by row, as torchvision's MNIST with ToTensor
                                                does it), tensors (TensorDataset) or sliced

Needs python3-torch; "program dataset" makes its images by python3-pil, as torchvision does, where that is installed.
"""

import gzip
import os
import pathlib
import sys
import time

import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

ROWS, BATCH, EPOCHS = 48_000, 100, 6


def read(path, header):
    return torch.frombuffer(bytearray(gzip.open(path).read()[header:]), dtype=torch.uint8)


def files(folder, name):
    images = read(folder / (name + "-images-idx3-ubyte.gz"), 16).reshape(-1, 28, 28)
    return images, read(folder / (name + "-labels-idx1-ubyte.gz"), 8).long()


def softmax():
    model = torch.nn.Linear(784, 10)
    return model, torch.optim.SGD(model.parameters(), lr=0.001)


def mlp():
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def step(model, optimizer, x, y):
    loss = cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def epoch(model, optimizer, x, y):
    start = time.perf_counter()
    order = torch.randperm(ROWS)
    for i in range(0, ROWS, BATCH):
        rows = order[i : i + BATCH]
        step(model, optimizer, x[rows], y[rows])
    return time.perf_counter() - start


def epochs(folder):
    images, y = files(folder, "train")
    x = images.reshape(-1, 784).float() / 255
    for make in (softmax, mlp):
        for threads in sorted({1, os.cpu_count()}):
            torch.set_num_threads(threads)
            torch.manual_seed(42)
            model, optimizer = make()
            seconds = sorted([epoch(model, optimizer, x, y) for _ in range(EPOCHS)][1:])
            print("%s-%d %.4f" % (make.__name__, threads, seconds[len(seconds) // 2]), flush=True)


class Images(Dataset):
    """Rows one by one, as torchvision's MNIST and ToTensor make them."""

    def __init__(self, folder, name):
        self.images, self.labels = files(folder, name)
        try:
            import numpy
            from PIL import Image

            self.image = lambda pixels: numpy.array(Image.fromarray(pixels.numpy(), mode="L"), numpy.uint8, copy=True)
        except ImportError:
            self.image = lambda pixels: pixels.numpy().copy()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = torch.from_numpy(self.image(self.images[i])).view(28, 28, 1).permute(2, 0, 1).contiguous()
        return image.to(torch.get_default_dtype()).div(255), int(self.labels[i])


class Slices:
    """Batches sliced from one tensor."""

    def __init__(self, rows, batch, shuffle=False):
        self.x, self.y = rows.dataset.tensors
        self.rows, self.batch, self.shuffle = torch.tensor(rows.indices), batch, shuffle

    def __iter__(self):
        order = self.rows[torch.randperm(len(self.rows))] if self.shuffle else self.rows
        for i in range(0, len(order), self.batch):
            rows = order[i : i + self.batch]
            yield self.x[rows], self.y[rows]


def evaluate(model, loader):
    loss = correct = count = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x.reshape(-1, 784))
            loss += float(cross_entropy(out, y)) * len(y)
            correct += int((out.argmax(1) == y).sum())
            count += len(y)
    return loss / count, correct / count


def program(kind, folder):
    torch.manual_seed(42)
    sets = []
    for name in ("train", "t10k"):
        if kind == "dataset":
            sets.append(Images(folder, name))
        else:
            images, y = files(folder, name)
            sets.append(TensorDataset(images.reshape(-1, 784).float() / 255, y))
    training, validation = random_split(sets[0], [ROWS, len(sets[0]) - ROWS])
    loader = Slices if kind == "sliced" else DataLoader
    test = torch.utils.data.Subset(sets[1], range(len(sets[1])))
    model, optimizer = softmax()
    for i in range(5):
        for x, y in loader(training, BATCH, shuffle=True):
            step(model, optimizer, x.reshape(-1, 784), y)
        print("epoch %d: validation loss %.4f, accuracy %.4f" % (i + 1, *evaluate(model, loader(validation, 500))))
    loss, accuracy = evaluate(model, loader(test, 500))
    print("%.4f %.4f" % (loss, accuracy))


if sys.argv[1] == "epochs":
    epochs(pathlib.Path(sys.argv[2]))
else:
    program(sys.argv[2], pathlib.Path(sys.argv[3]))
