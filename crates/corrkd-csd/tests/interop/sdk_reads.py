"""Holds `.csd` files to what the CMU Multimodal SDK asks of them: `python -B sdk_reads.py FILE..`.

For h5py 3.16.0 and numpy 2.4.6. Run by hand on files that the writer made; says what is in each file, and ends with 1 if
the SDK could not use one of them. Files to try it on:

    cargo run -p corrkd -- prepare --dataset synthetic --size small --cache target/interop
    python -B crates/corrkd-csd/tests/interop/sdk_reads.py target/interop/synthetic-small-*/*.csd

The SDK (`file_ops.py`, `integrity_check.py`) takes the first child of the file, by name, as the root, and of it `data`
and `metadata`. It needs a `root name`, and entries of `intervals` (N, 2) and `features` (N, D, ..). This also asks
that the root is called so in the metadata, that these are JSON in the SDK's form, one Unicode text each, that
each entry has the two datasets and nothing else, and that all can be read to the end. Then it aligns the file, by the
transcription benches/peer/sdk.py, to one segment for each video, as long as the video: all rows of a length come back.
"""

import importlib.util
import json
import sys
from pathlib import Path

import h5py
import numpy as np

REPOSITORY = Path(__file__).resolve().parents[4]
SPEC = importlib.util.spec_from_file_location("peer_sdk", REPOSITORY / "benches/peer/sdk.py")
sdk = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(sdk)


class Unusable(Exception):
    pass


def ask(holds, what):
    if not holds:
        raise Unusable(what)


def metadata(group):
    """The values by key."""
    values = {}
    for key, dataset in group.items():
        ask(dataset.shape == (1,), f"metadata {key}: shape {dataset.shape}")
        text = h5py.check_string_dtype(dataset.dtype)
        ask(text is not None and text.length is None, f"metadata {key}: {dataset.dtype} is no text of variable length")
        ask(text.encoding == "utf-8", f"metadata {key}: {text.encoding}")
        try:
            values[key] = json.loads(dataset[0])
        except ValueError:
            raise Unusable(f"metadata {key}: not JSON: {dataset[0]!r}") from None
    ask("root name" in values, "no `root name`")
    return values


def entry(key, group):
    """Intervals and features."""
    ask(isinstance(group, h5py.Group), f"{key}: not a group")
    ask(set(group) == {"intervals", "features"}, f"{key}: {sorted(group)}")
    intervals, features = group["intervals"], group["features"]
    ask(intervals.ndim == 2 and intervals.shape[1] == 2, f"{key}: intervals {intervals.shape}")
    ask(features.ndim >= 2, f"{key}: features {features.shape}")
    ask(len(intervals) == len(features), f"{key}: {len(intervals)} intervals, {len(features)} rows of features")
    ask(intervals.dtype.kind in "fiu", f"{key}: intervals are {intervals.dtype}")
    ask(features.dtype.kind in "fiuSO", f"{key}: features are {features.dtype}")
    return intervals[()], features[()]


def aligned(path, whole):
    """The number of rows that come back from aligning to whole videos."""
    sequence = sdk.load(path)
    sequence.entries = {key: entry for key, entry in sequence.entries.items() if sdk.video(key) in whole}
    segments = {video: sdk.Rows(np.array([bounds]), np.zeros((1, 1))) for video, bounds in whole.items()}
    dataset = sdk.Dataset({"whole": sdk.Sequence("whole", {}, segments), "file": sequence})
    dataset.align("whole")
    return sum(len(entry.intervals) for entry in dataset.sequences["file"].entries.values())


def check(path):
    """What is in the file, in a line."""
    with h5py.File(path, "r") as file:
        ask(list(file.keys()), "no root")
        root = list(file.keys())[0]
        ask(set(file[root]) == {"data", "metadata"}, f"{root}: {sorted(file[root])}")
        told = metadata(file[root]["metadata"])
        ask(told["root name"] == root, f"root {root!r}, `root name` {told['root name']!r}")
        rows, long, types, shapes, whole = 0, 0, set(), set(), {}
        entries = dict(file[root]["data"])
        for key, group in entries.items():
            intervals, features = entry(key, group)
            rows += len(intervals)
            types.add(str(features.dtype))
            shapes.add(features.shape[1:])
            if len(intervals):
                long += np.sum(abs(intervals[:, 0] - intervals[:, 1]) > sdk.EPSILON)
                first, last = whole.get(sdk.video(key), (np.inf, -np.inf))
                whole[sdk.video(key)] = (min(first, intervals.min()), max(last, intervals.max()))
    got = aligned(path, whole)
    ask(got == long, f"{long} rows are longer than epsilon, {got} came back aligned")
    content = f"{len(entries)} entries, {rows} rows of {sorted(types)} {sorted(shapes)}, {got} aligned"
    return f"`{root}`, {len(told)} metadata, {content}"


def main():
    unusable = 0
    for path in map(Path, sys.argv[1:]):
        try:
            print(f"{path.name}: {check(path)}")
        except Exception as error:  # noqa: BLE001: what h5py raises for damaged files is not listed anywhere
            unusable += 1
            print(f"{path.name}: UNUSABLE: {type(error).__name__}: {error}")
    sys.exit(1 if unusable or len(sys.argv) < 2 else 0)


if __name__ == "__main__":
    main()
