"""What h5py reads of `.csd` files, as JSON: `python -B h5py_reads.py FILE..`.

For h5py 3.16.0 and numpy 2.4.6. Roots, metadata and ids as the SDK finds them (`file_ops.py`). Numbers become f64 except
f32 and f16, as in `Features`; arrays of more than 10,000 values the CRC-32 of their little-endian bytes.
"""

import json
import math
import sys
import zlib

import h5py
import numpy as np


def sequence(file):
    group = file[list(file.keys())[0]]
    entries = {id: entry(group["data"][id]) for id in group["data"].keys()}
    return {"root": group.name[1:], "metadata": metadata(group.get("metadata", {})), "entries": entries}


def metadata(group):
    """SDK `metadata_to_dict`, with the text itself where it is not JSON."""
    found = {}
    for key in group.keys():
        if isinstance(group[key], h5py.Dataset) and h5py.check_string_dtype(group[key].dtype) and group[key].size:
            text = np.atleast_1d(group[key][()])[0]
            text = text.decode() if isinstance(text, bytes) else text
            try:
                found[key] = json.loads(text)
            except json.JSONDecodeError:
                found[key] = text
    return found


def entry(group):
    return {**values(group["features"]), "intervals": values(group["intervals"])["values"]}


def values(dataset):
    array = dataset[()]
    if h5py.check_string_dtype(dataset.dtype):
        kind, flat = "texts", [text.decode(errors="replace") for text in array.reshape(-1)]
    else:
        kind = "f32" if array.dtype.kind == "f" and array.dtype.itemsize <= 4 else "f64"
        if array.size > 10_000:
            flat = zlib.crc32(array.astype("<f4" if kind == "f32" else "<f8").tobytes())
        else:
            flat = [float(x) if math.isfinite(x) else str(float(x)) for x in array.reshape(-1)]
    return {"kind": kind, "shape": list(array.shape[1:]), "values": flat}


if __name__ == "__main__":
    for path in sys.argv[1:]:
        with h5py.File(path, "r") as file:
            print(json.dumps(sequence(file)))
