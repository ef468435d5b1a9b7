"""What the CMU Multimodal SDK makes of small cases: `python -B sdk.py` writes sdk.json beside it.

Made with Python 3.11.7, numpy 2.4.6, h5py 3.16.0, from the cases in sdk_cases.py, by the transcription
benches/peer/sdk.py. Run by hand; the tests read the file. Before it writes, it holds the transcription against what the
SDK itself made of CMU-MOSI's words and labels (`words_aligned_by_mmsdk.json`), where these lie in ../shared/real/mosi.

The file is {"cases": [case..]}. A case:

    name     unique
    about    what it shows
    bug      in some cases: what the SDK does there that nobody can want; ours may differ, and must say so
    given    [sequence..], in an order that matters
    steps    one after the other on these sequences:
               {"do": "unify" or "hard_unify", "active": bool}
               {"do": "align", "reference": name, "collapse": null or a list of "mean", "max", "last"}
               {"do": "impute", "reference": name}       zeros
               {"do": "sort"}, {"do": "revert"}
               {"do": "add", "sequence": sequence}       one more, last in order
               {"do": "get_tensors", "seq_len", "non_sequences": [name..], "direction": bool,
                                     "folds": null or [[video..]..]}
    result   one of
               {"sequences": [sequence..]}               as they are in the end
               {"tensors": [[tensor..]..]}               of each fold, those of each sequence
               {"error": type, "step": index}            Python's exception, and the step that raised it

    sequence {"name", "entries": [entry..]}
    entry    {"id", "times": type of the intervals, "intervals": [[start, end]..],
                    "dtype": type of the features, "shape": [N, D..], "features": [value..]}
    tensor   {"name", "dtype", "shape", "values": [value..]}

Entries are in the SDK's order, that of its dictionaries. Features and values are flat, the last axis fastest. Types are
"f32", "f64", "i64" and "text". Numbers are exact: an f32 is written as the f64 of the same value; what is not finite is
one of the texts "nan", "inf", "-inf".
"""

import importlib.util
import json
import math
from pathlib import Path

import numpy as np
from sdk_cases import CASES

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[3]
TYPES = {"f4": "f32", "f8": "f64", "i8": "i64"}


def transcription():
    path = REPOSITORY / "benches/peer/sdk.py"
    spec = importlib.util.spec_from_file_location("peer_sdk", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sdk = transcription()


def made(sequence):
    name, entries = sequence
    return sdk.Sequence(name, {"root name": name}, dict(entries))


def obey(dataset, step):
    match step["do"]:
        case "unify" | "hard_unify":
            getattr(dataset, step["do"])(step["active"])
        case "align":
            collapse = step["collapse"]
            dataset.align(step["reference"], collapse and [sdk.COLLAPSE[name] for name in collapse])
        case "impute":
            dataset.impute(step["reference"])
        case "sort":
            dataset.sort()
        case "revert":
            dataset.revert()
        case "add":
            added = made(step["sequence"])
            dataset.sequences[added.root] = added
        case "get_tensors":
            return dataset.get_tensors(**{key: value for key, value in step.items() if key != "do"})


def result(given, steps):
    dataset = sdk.Dataset((name, made((name, entries))) for name, entries in given)
    tensors = None
    for index, step in enumerate(steps):
        try:
            tensors = obey(dataset, step)
        except Exception as error:  # noqa: BLE001: which one is the result
            return {"error": type(error).__name__, "step": index}
    if tensors is not None:
        return {"tensors": [[tensor(name, values) for name, values in fold.items()] for fold in tensors]}
    return {"sequences": [written((name, sequence.entries)) for name, sequence in dataset.sequences.items()]}


def number(value):
    value = value.item()
    return value if isinstance(value, int) or math.isfinite(value) else str(value)


def values(array):
    if array.dtype.kind == "S":
        return "text", [text.decode() for text in array.flatten()]
    return TYPES[array.dtype.str[1:]], [number(value) for value in array.flatten()]


def written(sequence):
    name, entries = sequence
    told = []
    for key, rows in entries.items():
        times, _ = values(rows.intervals)
        dtype, features = values(rows.features)
        intervals = [[number(time) for time in interval] for interval in rows.intervals]
        shape = list(rows.features.shape)
        told.append(
            {"id": key, "times": times, "intervals": intervals, "dtype": dtype, "shape": shape, "features": features}
        )
    return {"name": name, "entries": told}


def tensor(name, array):
    dtype, flat = values(array)
    return {"name": name, "dtype": dtype, "shape": list(array.shape), "values": flat}


def told(case):
    given, steps = case["given"], case["steps"]
    bug = {"bug": case["bug"]} if case["bug"] else {}
    return {
        "name": case["name"],
        "about": case["about"],
        **bug,
        "given": [written(sequence) for sequence in given],
        "steps": [step | {"sequence": written(step["sequence"])} if step["do"] == "add" else step for step in steps],
        "result": result(given, steps),
    }


def genuine():
    """Holds the transcription against the SDK on genuine data: words to labels, without collapsing."""
    folder = REPOSITORY.parent / "shared/real/mosi"
    if not folder.exists():
        return f"not held against the SDK: {folder} is absent"
    words = sdk.load(folder / "CMU_MOSI_ModifiedTimestampedWords.csd")
    labels = sdk.load(folder / "CMU_MOSI_Opinion_Labels.csd")
    dataset = sdk.Dataset({"words": words, "labels": labels})
    dataset.align("labels")
    expected = json.loads((folder / "words_aligned_by_mmsdk.json").read_text())
    videos = {sdk.video(key) for key in expected}
    aligned = {name: sequence.entries for name, sequence in dataset.sequences.items()}
    keys = {key for key in aligned["words"] if sdk.video(key) in videos}
    assert keys == set(expected), keys ^ set(expected)
    furthest, rows = 0.0, 0
    for key, told in expected.items():
        entry, label = aligned["words"][key], aligned["labels"][key]
        assert [word.decode() for word in entry.features[:, 0]] == told["words"], key
        pairs = [(entry.intervals, told["word_intervals"]), (label.intervals, [told["seg"]])]
        for got, wanted in [*pairs, (label.features, [[told["label"]]])]:
            furthest = max(furthest, np.abs(np.asarray(got, float) - wanted).max())
        rows += len(entry.intervals)
    assert furthest <= 1e-9, furthest
    return f"as the SDK has it: {len(videos)} videos, {len(keys)} segments, {rows} words, within {furthest:g}"


def main():
    print(genuine())
    np.seterr(invalid="ignore")  # NaN and infinities are among the cases.
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
    lines = ",\n".join(json.dumps(told(case), allow_nan=False) for case in CASES)
    path = HERE / "sdk.json"
    path.write_text(f'{{"cases": [\n{lines}\n]}}\n')
    print(f"{len(CASES)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
