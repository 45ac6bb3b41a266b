#!/usr/bin/python3
"""The recipe of the preset tabular-1 in PyTorch: the reference of scripts/bench quality, the peer of scripts/bench curve.

usage: scripts/bench_recipe.py TRAIN TEST TARGET [--numbers | --classes] [--members N] [--refit] [--epochs N] [--batch N]
                               [--seed N] [--threads N] [--validation SHARE] [--curve] [--dropout P] [--decay W]
                               [--drop-last] [--dates day|parts|circle] [--embeddings]

Trains on a table and prints, in a last line, the seconds of training, accuracy or R2 on the rows of TEST, and the best
epoch of the first member. With --curve a line before it for each epoch of the first member: the epoch, the seconds so
far, accuracy or R2 on the validation rows. Without --threads it is the number that takes less time for some batches.

RealMLP-TD-S of arXiv 2407.04491: a learned scale for each input, three hidden layers of 256 in the neural tangent form,
SELU or Mish, the last layer from zero; Adam (0.9, 0.95); the rate 0.04 or 0.07, times 6 for scales and 0.1 for biases,
in four waves; label smoothing 0.1 of classes, dropout 0.15 of numbers; inputs by quantiles and smoothly clipped; the
weights of the best validation epoch. Left out unless asked for: decay (held for half of the steps, then down to 0 by a
cosine), dropping the last batch that is not full, and periodic embeddings of numbers (16 frequencies, 4 values each).
Needs python3-torch and python3-pandas.
"""

import argparse
import copy
import math
import os
import time

import numpy
import torch

import bench_columns as tables

WIDTH, LAYERS, EPOCHS, BATCH, DROPOUT = 256, 3, 256, 256, 0.15
TRIAL = 20


class Scale(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * self.weight


class NtkLinear(torch.nn.Module):
    def __init__(self, inputs, outputs, zero=False):
        super().__init__()
        self.factor = 1 / math.sqrt(inputs)
        self.weight = torch.nn.Parameter(torch.zeros(outputs, inputs) if zero else torch.randn(outputs, inputs))
        self.bias = torch.nn.Parameter(torch.zeros(outputs) if zero else torch.randn(outputs))

    def forward(self, x):
        return torch.nn.functional.linear(x, self.weight * self.factor, self.bias)


class Periodic(torch.nn.Module):
    """Each of the first inputs as itself and a linear layer of cosines of it; the others stay."""

    def __init__(self, numbers, frequencies=16, out=4, sigma=0.1):
        super().__init__()
        self.numbers = numbers
        self.frequency = torch.nn.Parameter(sigma * torch.randn(numbers, frequencies))
        self.phase = torch.nn.Parameter(math.pi * (2 * torch.rand(numbers, frequencies) - 1))
        bound = 1 / math.sqrt(frequencies)
        self.mix = torch.nn.Parameter(bound * (2 * torch.rand(numbers, frequencies, out - 1) - 1))
        self.shift = torch.nn.Parameter(bound * (2 * torch.rand(numbers, out - 1) - 1))

    def forward(self, x):
        first, rest = x[:, : self.numbers], x[:, self.numbers :]
        waves = torch.cos(2 * math.pi * first[:, :, None] * self.frequency + self.phase)
        mixed = torch.einsum("bnf,nfo->bno", waves, self.mix) + self.shift
        return torch.cat([first, mixed.flatten(1), rest], dim=1)


class Recipe:
    """What is learned from training rows alone: the columns' inputs, and the target's mean and deviation."""

    def __init__(self, train, target, regression, dates="circle", scale_all=True, binary=True):
        self.kinds = tables.kinds(train, target)
        self.regression, self.dates, self.scale_all, self.binary = regression, dates, scale_all, binary
        numbers = self.numbers(train)
        self.medians = numbers.median()
        self.holes = [name for name in numbers if numbers[name].isna().any()]
        texts = tables.categories(train, self.kinds)
        self.categories = {name: sorted(texts[name].unique()) for name in texts}
        raw = self.raw(train)
        low, middle, high = numpy.percentile(raw, [25, 50, 75], axis=0)
        reach = (raw.max(0) - raw.min(0)) / 2
        spread = numpy.where(high > low, high - low, reach)
        self.middle, self.factor = middle, numpy.where(spread > 0, 1 / numpy.where(spread > 0, spread, 1), 0)
        self.count_of_numbers = len(numbers.columns)

    def numbers(self, table):
        columns = tables.numbers(table, self.kinds)
        days = [name for name, kind in self.kinds.items() if kind == "date"]
        for name in days:
            if self.dates != "parts":
                parts = {part: columns.pop(name + " " + part) for part in tables.DATE_PARTS}
            turns = {"circle": (("month", 12), ("day", 31), ("dayofweek", 7), ("dayofyear", 366)), "year": (("dayofyear", 366),)}
            if self.dates in turns:
                for part, turn in turns[self.dates]:
                    columns[name + " " + part + " sin"] = numpy.sin(2 * math.pi * parts[part] / turn)
                    columns[name + " " + part + " cos"] = numpy.cos(2 * math.pi * parts[part] / turn)
                if self.dates == "circle":
                    columns[name + " year"] = parts["year"]
        return columns

    def raw(self, table):
        numbers = self.numbers(table)
        inputs = [numbers.fillna(self.medians).to_numpy()]
        inputs += [numbers[name].isna().to_numpy(dtype="float64")[:, None] for name in self.holes]
        texts = tables.categories(table, self.kinds)
        for name, values in self.categories.items():
            column = texts[name].to_numpy()
            hot = numpy.stack([column == value for value in values], axis=1).astype("float64")
            inputs.append(hot[:, 1:] - hot[:, :1] if self.binary and len(values) == 2 else hot)
        return numpy.concatenate(inputs, axis=1)

    def inputs(self, table):
        raw = self.raw(table)
        x = (raw - self.middle) * self.factor
        x = x / numpy.sqrt(1 + (x / 3) ** 2)
        if not self.scale_all:
            rest = self.count_of_numbers
            x[:, rest:] = raw[:, rest:]
        return torch.from_numpy(x.astype("float32"))


class Settings:
    def __init__(self, **values):
        self.epochs, self.batch, self.dropout, self.decay, self.drop_last = EPOCHS, BATCH, None, 0, False
        self.embeddings, self.smoothing, self.rate, self.width = 0, 0.1, None, WIDTH
        self.__dict__.update(values)


def network(inputs, outputs, regression, settings):
    layers = [Periodic(settings.embeddings)] if settings.embeddings else []
    inputs += 3 * settings.embeddings
    layers.append(Scale(inputs))
    dropout = (DROPOUT if regression else 0) if settings.dropout is None else settings.dropout
    for i in range(LAYERS):
        layers += [NtkLinear(inputs if i == 0 else settings.width, settings.width)]
        layers += [torch.nn.Mish() if regression else torch.nn.SELU()]
        layers += [torch.nn.Dropout(dropout)] if dropout else []
    return torch.nn.Sequential(*layers, NtkLinear(settings.width, outputs, zero=True))


def adam(model, rate):
    """Groups of parameters and the factor of the rate of each: scales, weights, biases, embeddings."""
    factors = {"scale": 6, "weight": 1, "bias": 0.1, "periodic": 0.1}
    groups = {name: [] for name in factors}
    for layer in model:
        if isinstance(layer, Scale):
            groups["scale"].append(layer.weight)
        elif isinstance(layer, NtkLinear):
            groups["weight"].append(layer.weight)
            groups["bias"].append(layer.bias)
        elif isinstance(layer, Periodic):
            groups["periodic"] += list(layer.parameters())
    groups = [dict(params=params, factor=factors[name]) for name, params in groups.items() if params]
    return torch.optim.Adam(groups, lr=rate, betas=(0.9, 0.95), foreach=True)


def waves(t):
    return 0.5 - 0.5 * math.cos(2 * math.pi * math.log2(1 + 15 * t))


def flat_then_cosine(t):
    return 1 if t < 0.5 else 0.5 + 0.5 * math.cos(2 * math.pi * (t - 0.5))


def metric(out, y, regression):
    """Higher is better, of equal ones the last counts: the number of right ones, or the mean squared error below 0."""
    return -float(((out - y) ** 2).mean()) if regression else int((out.argmax(1) == y).sum())


def fit(x, y, outputs, regression, settings, seed, validation=None, until=None, each=None):
    """Trains one member; gives the model, of the best epoch where validation rows are given, and that epoch."""
    torch.manual_seed(seed)
    model = network(x.shape[1], outputs, regression, settings)
    rate = settings.rate or (0.07 if regression else 0.04)
    optimizer = adam(model, rate)
    if regression:
        loss_of = torch.nn.MSELoss()
    else:
        loss_of = torch.nn.CrossEntropyLoss(label_smoothing=settings.smoothing)
    rows = len(y)
    batch = min(settings.batch, rows)
    starts = range(0, rows - batch + 1 if settings.drop_last else rows, batch)
    steps, step = settings.epochs * len(starts), 0
    best, best_metric, best_epoch = None, -math.inf, until
    for epoch in range(1, (until or settings.epochs) + 1):
        order = torch.randperm(rows)
        for start in starts:
            t = step / steps
            for group in optimizer.param_groups:
                group["lr"] = rate * waves(t) * group["factor"]
            if settings.decay:
                with torch.no_grad():
                    for layer in model:
                        if isinstance(layer, NtkLinear):
                            layer.weight.mul_(1 - rate * waves(t) * settings.decay * flat_then_cosine(t))
            chosen = order[start : start + batch]
            loss = loss_of(model(x[chosen]), y[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
        if validation is not None:
            out = apply(model, validation[0])
            score = metric(out, validation[1], regression)
            if score >= best_metric:
                best, best_metric, best_epoch = copy.deepcopy(model.state_dict()), score, epoch
            if each:
                each(epoch, out)
    if best:
        model.load_state_dict(best)
    return model, best_epoch


def apply(model, x):
    model.eval()
    with torch.no_grad():
        out = torch.cat([model(x[i : i + 8192]) for i in range(0, len(x), 8192)])
    model.train()
    return out


def choose_threads(x, y, outputs, regression, settings):
    def seconds(threads):
        torch.set_num_threads(threads)
        some = slice(0, TRIAL * settings.batch)
        start = time.perf_counter()
        fit(x[some], y[some], outputs, regression, settings, 1, until=1)
        return time.perf_counter() - start

    torch.set_num_threads(min({1, os.cpu_count()}, key=lambda threads: (seconds(threads), seconds(threads))[1]))


class Trained:
    """Members that are trained on a table, with what they take."""

    def __init__(self, train, target, regression, members=1, refit=False, seed=1, threads=None, share=0.2,
                 columns=None, each=None, **settings):
        settings = Settings(**settings)
        columns = columns or {}
        random = numpy.random.default_rng(seed)
        order = random.permutation(len(train))
        held = order[: round(share * len(train))]
        kept = order[len(held) :]
        self.target, self.regression = target, regression
        self.models, self.epochs, self.before, self.seconds = [], [], [], 0
        self.prepare(train.iloc[kept], columns)
        x, y = self.rows(train.iloc[kept])
        held_rows = self.rows(train.iloc[held])
        if settings.embeddings:
            settings.embeddings = self.recipe.count_of_numbers
        if threads:
            torch.set_num_threads(threads)
        else:
            choose_threads(x, y, self.outputs, regression, settings)
        start = time.perf_counter()
        call = None
        if each:
            call = lambda epoch, out: each(epoch, time.perf_counter() - start, self.score(out, held_rows[1]))
        for i in range(members):
            model, epoch = fit(x, y, self.outputs, regression, settings, 1000 * seed + i, held_rows, each=call)
            call = None
            self.models.append(model)
            self.epochs.append(epoch)
        self.chosen_seconds = time.perf_counter() - start
        self.without_refit = self.recipe, self.models, self.mean, self.deviation, self.labels
        if refit:
            # What columns and target say is learned anew, too.
            self.prepare(train, columns)
            x, y = self.rows(train)
            self.models = [
                fit(x, y, self.outputs, regression, settings, 1000 * seed + i, until=epoch)[0]
                for i, epoch in enumerate(self.epochs)
            ]
        self.seconds = time.perf_counter() - start

    def prepare(self, train, columns):
        self.recipe = Recipe(train, self.target, self.regression, **columns)
        self.labels, self.outputs = None, 1
        self.mean = self.deviation = self.low = self.high = None
        if self.regression:
            y = train[self.target].to_numpy("float64")
            self.mean, self.deviation = y.mean(), y.std() or 1
            self.low, self.high = y.min(), y.max()
        else:
            self.labels = sorted(train[self.target].astype(str).unique())
            self.outputs = len(self.labels)

    def rows(self, table):
        x = self.recipe.inputs(table)
        if self.regression:
            y = (table[self.target].to_numpy("float64") - self.mean) / self.deviation
            return x, torch.from_numpy(y.astype("float32"))[:, None]
        place = {label: i for i, label in enumerate(self.labels)}
        return x, torch.tensor([place.get(label, -1) for label in table[self.target].astype(str)])

    def score(self, out, y):
        if self.regression:
            return tables.score(False, out[:, 0].numpy(), y[:, 0].numpy())
        return tables.score(True, out.argmax(1).numpy(), y.numpy())

    def test(self, table):
        """Accuracy, or R2 of the values that are kept within those of the training rows."""
        x, y = self.rows(table)
        outs = [apply(model, x) for model in self.models]
        if self.regression:
            values = numpy.mean([out[:, 0].numpy().astype("float64") for out in outs], axis=0)
            values = numpy.clip(values * self.deviation + self.mean, self.low, self.high)
            return tables.score(False, values, table[self.target].to_numpy("float64"))
        probabilities = sum(torch.softmax(out, dim=1) for out in outs)
        return tables.score(True, probabilities.argmax(1).numpy(), y.numpy())


def main():
    parser = argparse.ArgumentParser(usage="see the first lines of the file")
    for name in ("train", "test", "target"):
        parser.add_argument(name)
    for name in ("numbers", "classes", "refit", "curve", "drop-last", "embeddings"):
        parser.add_argument("--" + name, action="store_true")
    for name, value in (("members", 1), ("epochs", EPOCHS), ("batch", BATCH), ("seed", 1), ("threads", None)):
        parser.add_argument("--" + name, type=int, default=value)
    for name, value in (("validation", 0.2), ("dropout", None), ("decay", 0)):
        parser.add_argument("--" + name, type=float, default=value)
    parser.add_argument("--dates", default="circle", choices=["day", "year", "parts", "circle"])
    args = parser.parse_args()
    train, test = (tables.read(path, args.target) for path in (args.train, args.test))
    regression = args.numbers or (not args.classes and tables.is_regression(train[args.target]))
    each = (lambda *values: print("%d %.3f %.6f" % values, flush=True)) if args.curve else None
    trained = Trained(
        train, args.target, regression, args.members, args.refit, args.seed, args.threads, args.validation,
        columns=dict(dates=args.dates), each=each, epochs=args.epochs, batch=args.batch, dropout=args.dropout,
        decay=args.decay, drop_last=args.drop_last, embeddings=int(args.embeddings),
    )
    print("%.3f %.6f %d" % (trained.seconds, trained.test(test), trained.epochs[0]))


if __name__ == "__main__":
    main()
