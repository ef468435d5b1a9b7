"""The CMU Multimodal SDK's operations in NumPy: what ours must give, and what its speed is held against.

For numpy 2.4.6 and h5py 3.16.0 (`pip install numpy==2.4.6 h5py==3.16.0`); nothing else is needed. Two uses:

- as a module, by crates/corrkd-data/tests/golden/sdk.py;
- as a program: `python -B sdk.py align --reference glove_vectors --collapse mean FILE.. [--out DIR]` loads, aligns and
  writes computational sequences, and prints one line of JSON with the seconds that each part took. `--videos N` keeps
  the first N videos after opening. The SDK reads the other sequences whole while it gathers their rows by video, and
  the reference's rows one at a time while it cuts; `--preload` reads everything before.

What is computed, in which order, in which types, and how often, is as in the SDK (mmsdk/mmdatasdk, 4f2eadc:
`dataset.py`, `computational_sequence.py`, `file_ops.py`, `integrity_check.py`), its errors included: `SDK:` marks where
a result is hardly meant to be so. Left out is what gives no result: downloads, questions on the terminal, messages,
progress bars, and `replace=False`, with which the SDK always fails.

Shapes: an entry has N rows, intervals (N, 2) in seconds and features (N, D) or (N, D, ..).
"""

import argparse
import json
import sys
import time
import uuid
from pathlib import Path
from typing import NamedTuple

try:
    import h5py
    import numpy as np
except ModuleNotFoundError as error:
    print(f"{sys.executable}: {error}", file=sys.stderr)
    sys.exit(2)

# In seconds: shorter segments and overlaps do not count.
EPSILON = 10e-6

# The SDK has no collapse functions of its own; its examples bring the mean.
COLLAPSE = {
    "mean": lambda intervals, features: np.average(features, axis=0),
    "max": lambda intervals, features: features.max(axis=0),
    "last": lambda intervals, features: features[-1],
}


class Rows(NamedTuple):
    """An entry in memory."""

    intervals: np.ndarray
    features: np.ndarray


class Stored:
    """An entry in a file. The dataset is opened anew each time it is asked for, as the SDK does."""

    def __init__(self, group):
        self.group = group

    @property
    def intervals(self):
        return self.group["intervals"]

    @property
    def features(self):
        return self.group["features"]


class Sequence:
    """A computational sequence: entries by id, in order."""

    def __init__(self, root, metadata, entries):
        self.root, self.metadata, self.entries = root, metadata, entries

    def check(self):
        """Ranks, and as many intervals as features; the width, the order and the values of rows are not looked at."""
        sound = True
        for entry in self.entries.values():
            intervals, features = entry.intervals.shape, entry.features.shape
            sound &= len(intervals) == 2 and len(features) >= 2 and intervals[0] == features[0]
        if not sound:
            raise RuntimeError(f"{self.root}: intervals and features do not go together")


def load(path):
    """A file's sequence; rows stay in the file."""
    file = h5py.File(path, "r")
    group = file[list(file.keys())[0]]
    metadata = {key: decoded(group["metadata"][key][0]) for key in group["metadata"]}
    entries = {key: Stored(entry) for key, entry in dict(group["data"]).items()}
    sequence = Sequence(metadata["root name"], metadata, entries)
    try:
        sequence.check()
    except KeyError:
        # SDK: a missing dataset ends the check, and the entries behind it are never looked at.
        pass
    return sequence


def decoded(text):
    """A metadata value."""
    try:
        return json.loads(text)
    except ValueError:
        # SDK: text of the first generation, which is not JSON, comes out as "b'..'".
        return str(text)


def write(path, sequence):
    """Writes a sequence, gzipped as hard as can be."""
    with h5py.File(path, "w") as file:
        root = file.create_group(sequence.root)
        data = root.create_group("data")
        for key, entry in sequence.entries.items():
            group = data.create_group(key)
            for part in ("features", "intervals"):
                group.create_dataset(part, data=getattr(entry, part), compression="gzip", compression_opts=9)
        metadata = root.create_group("metadata")
        for key, value in (sequence.metadata | {"uuid": str(uuid.uuid4()), "md5": None}).items():
            metadata.create_dataset(key, (1,), dtype=h5py.string_dtype())[0] = json.dumps(value)


def video(key):
    """The id of the video that an entry is of or from: `video` or `video[i]`."""
    return key.split("[")[0]


def by_start(intervals):
    """The rows' order by start. Rows of equal start keep theirs."""
    # SDK: a start that is NaN compares as neither less nor greater, and leaves the rows around it unsorted.
    return sorted(range(intervals.shape[0]), key=lambda row: intervals[row, 0])


class Dataset:
    """Sequences by name, in order."""

    def __init__(self, sequences):
        self.sequences = dict(sequences)

    def unify(self, active=True):
        """Removes the videos that some sequence lacks."""
        ids = [{video(key) for key in sequence.entries} for sequence in self.sequences.values()]
        strays = set.union(*ids) - set.intersection(*ids)
        if strays and not active:
            raise RuntimeError(f"{len(strays)} videos are not in all sequences")
        for stray in strays:
            for sequence in self.sequences.values():
                # SDK: takes everything that begins like the id, and so other videos too: `25522` takes `255224`.
                for key in [key for key in sequence.entries if key.startswith(stray)]:
                    del sequence.entries[key]

    def hard_unify(self, active=True):
        """Removes the entries that some sequence lacks."""
        shared = set.intersection(*[set(sequence.entries) for sequence in self.sequences.values()])
        for name, sequence in self.sequences.items():
            # SDK: a sequence that is not aligned gets a warning, and is treated alike.
            strays = set(sequence.entries) - shared
            if strays and not active:
                raise RuntimeError(f"{name}: {len(strays)} entries are not in all sequences")
            for stray in strays:
                del sequence.entries[stray]

    def align(self, reference, collapse=None):
        """Cuts all sequences into the segments that are the reference's rows: entries `video[row]`.

        With a list of functions of (intervals, features), the rows in a segment become one: their outer bounds, and
        what the functions give, side by side. SDK: this is done to the reference's own row, too, which for k functions
        gets k times as wide; functions in anything else than a list, a tuple say, are not called.
        """
        if reference not in self.sequences:
            raise RuntimeError(f"no sequence {reference}")
        self.unify()
        self.put(self.cut(reference, self.gather(reference), collapse))

    def gather(self, reference):
        """The rows of each video, of all its entries by start, by video, by name; not those of the reference."""
        gathered = {}
        for name, sequence in self.sequences.items():
            if name == reference:
                continue
            parts = {}
            for key, entry in sequence.entries.items():
                parts.setdefault(video(key), []).append((entry.intervals, entry.features))
            gathered[name] = {}
            for key, pairs in parts.items():
                intervals = np.concatenate([intervals for intervals, _ in pairs], axis=0)
                features = np.concatenate([features for _, features in pairs], axis=0)
                order = by_start(intervals)
                gathered[name][key] = Rows(intervals[order, :], features[order, :])
        return gathered

    def cut(self, reference, gathered, collapse):
        """The aligned entries by key, by name."""
        aligned = {name: {} for name in self.sequences}
        segments = self.sequences[reference].entries
        for key in segments:
            for row in range(segments[key].intervals.shape[0]):
                segment = segments[key].intervals[row, :]
                # Not so where a bound is NaN: then the reference has an entry that no other sequence has.
                if abs(segment[0] - segment[1]) < EPSILON:
                    continue
                for name in self.sequences:
                    if name == reference:
                        here = Rows(segments[key].intervals[row, :][None, :], segments[key].features[row, :][None, :])
                    else:
                        # SDK: rows are gathered by video, so a reference that is itself aligned (`video[i]`) has none.
                        here = inside(segment, gathered[name][key])
                    if here.intervals.shape[0] == 0:
                        continue
                    if type(collapse) is list:
                        here = collapsed(here, collapse)
                    if here.intervals.shape[0] != here.features.shape[0]:
                        raise RuntimeError(f"{name}: {key}[{row}]: {here.features.shape[0]} rows of features")
                    aligned[name][f"{key}[{row}]"] = here
        return aligned

    def put(self, entries):
        """Replaces what the sequences hold. Metadata stay; SDK: also where they now say what is not so."""
        sequences = {name: Sequence(name, self.sequences[name].metadata, new) for name, new in entries.items()}
        for sequence in sequences.values():
            sequence.check()
        self.sequences = sequences

    def impute(self, reference, fill=np.zeros):
        """Gives each sequence the entries that the reference has and it lacks: its intervals, and f64 zeros.

        SDK: the width is that of the sequence's first entry, and a sequence without entries is an error. New entries
        come last, so those of a video are no longer together.
        """
        others = [sequence for name, sequence in self.sequences.items() if name != reference]
        widths = [list(list(sequence.entries.values())[0].features.shape[1:]) for sequence in others]
        for key, entry in self.sequences[reference].entries.items():
            for sequence, width in zip(others, widths):
                if key not in sequence.entries:
                    rows = entry.intervals.shape[0]
                    sequence.entries[key] = Rows(entry.intervals, fill([rows, *width]))

    def sort(self):
        """Sorts each entry's rows by start."""
        for sequence in self.sequences.values():
            for key, entry in sequence.entries.items():
                intervals, features = np.array(entry.intervals), np.array(entry.features)
                order = by_start(intervals)
                sequence.entries[key] = Rows(intervals[order, :], features[order, :])

    def revert(self):
        """Puts the entries `video[i]` together again, by i. Rows that were in two segments stay twice."""
        self.hard_unify()
        parts = {}
        for key in next(iter(self.sequences.values())).entries:
            parts.setdefault(video(key), []).append(int(key.split("[")[1][:-1]))
        reverted = {name: {} for name in self.sequences}
        for key, numbers in parts.items():
            numbers.sort()
            for name, sequence in self.sequences.items():
                entries = [sequence.entries[f"{key}[{number}]"] for number in numbers]
                intervals = np.concatenate([entry.intervals for entry in entries], axis=0)
                reverted[name][key] = Rows(intervals, np.concatenate([entry.features for entry in entries], axis=0))
        self.put(reverted)

    def get_tensors(self, seq_len, non_sequences=(), direction=False, folds=None):
        """For each fold, by name, the features of all entries, stacked in the order of the first sequence's entries.

        f64 (entries, seq_len, D): if `direction`, zeros behind, and the first rows kept; else zeros in front, and the
        last rows kept. Those of `non_sequences` as they are. A fold is a list of videos; None is one fold of all.

        SDK: the first fold that has a video gets it; an entry in no fold is left out with a warning.
        """
        first = next(iter(self.sequences.values()))
        if folds is None:
            folds = [list({video(key): None for key in first.entries})]
        self.hard_unify()
        stacks = [{name: [] for name in self.sequences} for _ in folds]
        for key in list(first.entries):
            fold = next((stack for stack, videos in zip(stacks, folds) if video(key) in videos), None)
            if fold is None:
                continue
            for name, sequence in self.sequences.items():
                features = sequence.entries[key].features
                if name not in non_sequences:
                    zeros = np.zeros([seq_len, *features.shape[1:]])
                    if direction:
                        features = np.concatenate([features, zeros], axis=0)[:seq_len, ...]
                    else:
                        features = np.concatenate([zeros, features], axis=0)[-seq_len:, ...]
                fold[name].append(features)
        return [{name: np.array(entries) for name, entries in stack.items()} for stack in stacks]

    def deploy(self, folder):
        """Writes each sequence to NAME.csd."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, sequence in self.sequences.items():
            write(folder / f"{name}.csd", sequence)


def inside(segment, rows):
    """The rows that overlap a segment by more than epsilon, cut to it. All rows are looked at, as in the SDK."""
    # -start > -end of the segment, and end > start of the segment: one comparison for both. No NaN passes it.
    # A view that runs backwards, as in the SDK: NumPy subtracts it in two thirds of the time.
    limits = np.array([segment[0], -segment[1]])[::-1]
    reach = rows.intervals.copy()
    reach[:, 0] = -reach[:, 0]
    near = np.all((reach - limits) > -EPSILON, axis=1)
    intervals = rows.intervals[near, :]
    starts, ends = np.maximum(intervals[:, 0], segment[0]), np.minimum(intervals[:, 1], segment[1])
    intervals = np.concatenate([starts[:, None], ends[:, None]], axis=1)
    features = rows.features[near, :]
    # SDK: the amount counts, so a row that ends before it starts is kept as such.
    long = np.where(abs(intervals[:, 0] - intervals[:, 1]) > EPSILON)
    return Rows(intervals[long], features[long])


def collapsed(rows, functions):
    """One row instead of several. SDK: features of a higher rank stay what the functions make of them, (D, ..)."""
    interval = np.array([[rows.intervals.min(), rows.intervals.max()]])
    try:
        features = np.concatenate([function(rows.intervals, rows.features) for function in functions], axis=0)
    except Exception as error:  # noqa: BLE001: as in the SDK
        raise RuntimeError(f"cannot collapse: {error}") from error
    return Rows(interval, features[None, :] if features.ndim == 1 else features)


def first_videos(dataset, count):
    """Keeps the first videos of those that are in all sequences."""
    shared = set.intersection(*[set(map(video, sequence.entries)) for sequence in dataset.sequences.values()])
    kept = sorted(shared)[:count]
    for sequence in dataset.sequences.values():
        sequence.entries = {key: entry for key, entry in sequence.entries.items() if video(key) in kept}


def preload(dataset):
    """Reads all rows."""
    for sequence in dataset.sequences.values():
        sequence.entries = {
            key: Rows(entry.intervals[()], entry.features[()]) for key, entry in sequence.entries.items()
        }


def align(options):
    """Does what the command line says, and says how long it took."""
    seconds = {}

    def timed(part, work):
        start = time.perf_counter()
        result = work()
        seconds[part] = time.perf_counter() - start
        return result

    dataset = timed("open", lambda: Dataset((sequence.root, sequence) for sequence in map(load, options.files)))
    if options.reference not in dataset.sequences:
        sys.exit(f"no sequence `{options.reference}`; there are: {', '.join(dataset.sequences)}")
    opened = max(len(sequence.entries) for sequence in dataset.sequences.values())
    if options.videos is not None:
        first_videos(dataset, options.videos)
    if options.preload:
        timed("read", lambda: preload(dataset))
    timed("unify", dataset.unify)
    rows = {
        name: sum(entry.intervals.shape[0] for entry in sequence.entries.values())
        for name, sequence in dataset.sequences.items()
    }
    videos = len(dataset.sequences[options.reference].entries)
    collapse = [COLLAPSE[name] for name in options.collapse] if options.collapse else None
    gathered = timed("gather", lambda: dataset.gather(options.reference))
    timed("cut", lambda: dataset.put(dataset.cut(options.reference, gathered, collapse)))
    if options.out:
        timed("write", lambda: dataset.deploy(options.out))
    program = f"NumPy {np.__version__}, h5py {h5py.__version__}"
    per_video = {part: value / max(opened if part == "open" else videos, 1) for part, value in seconds.items()}
    print(json.dumps({"program": program, "videos": videos, "rows": rows, "seconds": seconds, "per_video": per_video}))


def main():
    parser = argparse.ArgumentParser(description="The CMU Multimodal SDK's alignment in NumPy.")
    verb = parser.add_subparsers(required=True).add_parser("align", help="align sequences to the rows of one of them")
    verb.add_argument("--reference", required=True, help="name of the sequence whose rows are the segments")
    verb.add_argument("--collapse", action="append", choices=COLLAPSE, help="may be given several times; default: none")
    verb.add_argument("--videos", type=int, help="the first N only")
    verb.add_argument("--preload", action="store_true", help="read all rows before aligning")
    verb.add_argument("--out", type=Path, metavar="DIR", help="folder to write to; default: nothing is written")
    verb.add_argument("files", nargs="+", type=Path, metavar="FILE")
    align(parser.parse_args())


if __name__ == "__main__":
    main()
