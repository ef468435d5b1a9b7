"""Holds what the module reads to what the program wrote, and TensorBoard's reading of event files to the runs' events.

Run in the folder in which the quick start, with ``--tensorboard board``, and the notebook were run.
"""

import csv
import json
from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import corrkd

runs, protocol = corrkd.Runs("runs"), corrkd.Protocol("protocol")

# The runs' records.
sweep = runs.sweep("own")
assert list(sweep["failure"].isna()) == [True] * 6, sweep
full = sweep[sweep["row"] == "full"]
results = runs.results().set_index("id")
assert set(results["fingerprint"]) == {protocol.about["fingerprint"]}
assert set(sweep["id"]) <= set(results.index)
for run in full["id"]:
    lines = [json.loads(line) for line in Path("runs", run, "events.jsonl").read_text().splitlines()]
    epochs = [line for line in lines if line["event"] == "epoch"]
    events = runs.events(run)
    assert list(events["loss/total"]) == [epoch["losses"]["total"] for epoch in epochs]
    assert list(events.index) == list(range(1, len(epochs) + 1))

# The export and the cache hold the same samples; predictions are of the export's test samples, in its order.
(cache,) = Path("runs/cache").glob("synthetic-small-*.safetensors")
data = corrkd.Dataset(cache)
assert data.modalities == protocol.modalities
for fold in ("train", "valid", "test"):
    own, exported = data.samples(fold), protocol.samples(fold)
    assert (own.ids == exported.ids).all() and (own.labels == exported.labels).all()
    for m in data.modalities:
        assert (own.lengths[m] == exported.lengths[m]).all()
        assert (own.present[m] == exported.present[m]).all()
        assert (own.features[m] == exported.features[m]).all()
test = protocol.samples("test")
for run in full["id"]:
    predictions = runs.predictions(run)
    assert list(dict.fromkeys(predictions["condition"])) == protocol.conditions
    of = predictions[predictions["condition"] == "lav@0.5"]
    assert list(of["id"]) == list(test.ids) and np.allclose(of["label"], test.labels)

# Masks nest as the ratio grows, and noise takes no frame away but alters them.
for m in protocol.modalities:
    some, more = protocol.masks(1, "lav@0.3")[m], protocol.masks(1, "lav@0.6")[m]
    assert (more <= some).all() and more.sum() < some.sum() < test.present[m].sum()
noisy = protocol.features(1, "lav@noise-a:0.5")
assert (noisy["language"] == test.features["language"]).all()
assert (noisy["audio"] != test.features["audio"]).any()
assert (protocol.masks(1, "lav@noise-a:0.5")["audio"] == test.present["audio"]).all()
assert sorted(protocol.order(2)[3]) == list(range(len(protocol.samples("train").ids)))

# What was answered is what the program read.
with open("mine/seed1.csv", newline="") as file:
    answers = {(row["condition"], row["id"]): float(row["r1"]) for row in csv.DictReader(file)}
mine = sweep[(sweep["row"] == "mine") & (sweep["seed"] == 1)]["id"].item()
read = runs.predictions(mine)
assert np.allclose([answers[key] for key in zip(read["condition"], read["id"])], read["r1"], atol=1e-6)

# What is refused says what there is.
for wrong in (lambda: protocol.masks(1, "lav@0.55"), lambda: protocol.law("nobody"), lambda: corrkd.Dataset("mine/seed1.csv")):
    try:
        wrong()
    except ValueError as error:
        assert "expected" in str(error), error
    else:
        raise AssertionError("not refused")

# TensorBoard reads each run's scalars as the run said them.
checked = 0
for run in runs.sweep("quickstart").to_dict("records"):
    row = run["stage"] if run["row"] is None or run["row"] != run["row"] else run["row"]
    board = EventAccumulator(str(Path("board", "quickstart", row, f"seed{run['seed']}")), size_guidance={"scalars": 0})
    board.Reload()
    events = runs.events(run["id"])
    tags = [tag for tag in events.columns if tag != "best"]
    assert sorted(board.Tags()["scalars"]) == sorted(tags), row
    for tag in tags:
        said = events[tag].dropna()
        seen = board.Scalars(tag)
        assert [scalar.step for scalar in seen] == list(said.index), (row, tag)
        assert np.array_equal(np.float32([scalar.value for scalar in seen]), np.float32(said)), (row, tag)
        checked += 1
assert checked > 100, checked
print(f"{checked} series of scalars")
