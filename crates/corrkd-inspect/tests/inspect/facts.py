"""The facts that genuine.rs expects of the genuine CMU-MOSI files, by the SDK's rules written out plainly.

    python facts.py FOLDER

FOLDER holds CMU_MOSI_ModifiedTimestampedWords.csd and CMU_MOSI_Opinion_Labels.csd. Made with h5py 3.16, NumPy 2.4.
"""

import sys

import h5py
import numpy as np

EPSILON = 10e-6


def entries(name):
    file = h5py.File(f"{sys.argv[1]}/{name}")
    data = file[next(iter(file))]["data"]
    return {id: (data[id]["intervals"][:].astype("f8"), data[id]["features"][:]) for id in data}


def spread(numbers):
    quantiles = np.quantile(numbers, [0, 0.05, 0.5, 0.95, 1]).round(4).tolist()
    return len(numbers), *quantiles, float(np.mean(numbers).round(4))


words = entries("CMU_MOSI_ModifiedTimestampedWords.csd")
labels = entries("CMU_MOSI_Opinion_Labels.csd")
for name, sequence in [("words", words), ("labels", labels)]:
    rows = [len(times) for times, _ in sequence.values()]
    seconds = [times[:, 1].max() - times[:, 0].min() for times, _ in sequence.values()]
    print(name, "rows", sum(rows), spread(rows))
    print(name, "seconds", spread(seconds))
    print(name, "rows per second", spread(np.array(rows) / seconds))
    between = []
    for times, _ in sequence.values():
        times = times[np.argsort(times[:, 0], kind="stable")]
        between.extend(times[1:, 0] - np.maximum.accumulate(times[:, 1])[:-1])
    between = np.array(between)
    gaps = between[between > EPSILON]
    print(name, "gaps", len(gaps), gaps.sum(), gaps.max(), "overlaps", (between < -EPSILON).sum())

texts = np.concatenate([texts[:, 0] for _, texts in words.values()])
print("texts", len(texts), "pauses", (texts == b"sp").sum(), "distinct", len(set(texts)))
values = np.concatenate([values[:, 0] for _, values in labels.values()]).astype("f8")
print("labels", values.min(), values.mean(), values.max(), (values < 0).sum(), (values == 0).sum(), (values > 0).sum())
print("nearest", *zip(*np.unique(np.round(values), return_counts=True)))

frames, spoken = [], []
for id, (segments, _) in labels.items():
    times, texts = words[id]
    for row, (start, end) in enumerate(segments):
        if end - start < 0.5:
            print("short", f"{id}[{row}]", end - start)
        if abs(start - end) < EPSILON:
            continue
        within = (times[:, 0] < end + EPSILON) & (times[:, 1] > start - EPSILON)
        within &= abs(np.maximum(times[:, 0], start) - np.minimum(times[:, 1], end)) > EPSILON
        frames.append(within.sum())
        spoken.append((within & (texts[:, 0] != b"sp")).sum())
print("rows in a segment", spread(frames))
print("words in a segment", spread(spoken))
