"""Has onnxruntime answer what a folder's list.json asks, and compares: `python judge.py FOLDER`."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

FOLDER = Path(sys.argv[1])
TYPES = {"F32": np.float32, "I64": np.int64, "Bool": np.bool_}
asked = json.loads((FOLDER / "list.json").read_text())
sessions = {}
for one in asked:
    path = FOLDER / one["graph"]
    if path not in sessions:
        onnx.checker.check_model(onnx.load(path), full_check=True)
        sessions[path] = onnxruntime.InferenceSession(path)
    session = sessions[path]
    arrays = [np.fromfile(FOLDER / of["file"], TYPES[of["type"]]).reshape(of["shape"]) for of in one["inputs"]]
    feed = {given.name: array for given, array in zip(session.get_inputs(), arrays, strict=True)}
    said, expected = session.run(None, feed)[0].reshape(-1), np.array(one["expected"], np.float32)
    apart = np.abs(said - expected) / np.maximum(np.abs(expected), 1)
    assert said.shape == expected.shape and apart.max() < 1e-5, (one["graph"], said, expected)
print(f"{len(asked)} answers of {len(sessions)} graphs")
