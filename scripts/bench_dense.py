#!/usr/bin/python3
"""The peer of the dense table of scripts/bench: pandas, and a network of 64 and 32 hidden units in PyTorch.

usage: scripts/bench_dense.py TRAIN_CSV TEST_CSV EPOCHS

Prints the seconds of each stage and the peak of the process, and in a last line, for scripts/bench: the median of the
seconds of the epochs after the first, and the accuracy and the log loss on the rows of TEST_CSV. Batches of 100 are
slices of one tensor, which is put into random order before each epoch; the number of threads is the one that takes
less time for the first batches. Needs python3-pandas and python3-torch.
"""

import os
import resource
import sys
import time

import pandas
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as loss_of

BATCH = 100
TRIAL = 300


def table(path):
    rows = pandas.read_csv(path, dtype="float32")
    label = torch.from_numpy(rows.pop("label").to_numpy())
    return torch.from_numpy(rows.to_numpy()), label


def network(width):
    layers = torch.nn.Linear(width, 64), torch.nn.ReLU(), torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1)
    model = torch.nn.Sequential(*layers)
    return model, torch.optim.Adam(model.parameters(), lr=0.001)


def train(model, optimizer, x, y):
    """Trains on rows in their order, and gives the seconds."""
    start = time.perf_counter()
    for i in range(0, len(y), BATCH):
        loss = loss_of(model(x[i : i + BATCH]).squeeze(1), y[i : i + BATCH])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return time.perf_counter() - start


def seconds_with(threads, x, y):
    torch.set_num_threads(threads)
    model, optimizer = network(x.shape[1])
    train(model, optimizer, x[: 20 * BATCH], y[: 20 * BATCH])
    return train(model, optimizer, x[: TRIAL * BATCH], y[: TRIAL * BATCH])


def main(train_csv, test_csv, epochs):
    start = time.perf_counter()
    (x, y), (test_x, test_y) = table(train_csv), table(test_csv)
    read = time.perf_counter()
    mean, deviation = x.mean(0), x.std(0)
    x.sub_(mean).div_(deviation)
    test_x.sub_(mean).div_(deviation)
    torch.manual_seed(1)
    threads = min({1, os.cpu_count()}, key=lambda count: seconds_with(count, x, y))
    torch.set_num_threads(threads)
    model, optimizer = network(x.shape[1])
    seconds = []
    for _ in range(epochs):
        shuffling = time.perf_counter()
        order = torch.randperm(len(y))
        shuffled = x[order], y[order]
        shuffling = time.perf_counter() - shuffling
        seconds.append(shuffling + train(model, optimizer, *shuffled))
    trained = time.perf_counter()
    with torch.no_grad():
        logits = model(test_x).squeeze(1)
        loss = float(loss_of(logits, test_y))
        accuracy = float(((logits > 0) == (test_y > 0.5)).float().mean())
    print("read %.2f s, trained %.2f s by %d threads," % (read - start, trained - read, threads), end=" ")
    print("total %.2f s," % (time.perf_counter() - start), end=" ")
    print("peak %.0f MB" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    later = sorted(seconds[1:] or seconds)
    print("%.4f %.6f %.6f" % (later[len(later) // 2], accuracy, loss))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
