"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402

SIZE = {"width": 8, "heads": 2, "layers": 2, "feed_forward": 12, "kernel": 3}


def settings(attend_missing, pre_norm):
    return {"network": SIZE | {"attend_missing": attend_missing, "pre_norm": pre_norm}}


cases = {
    "categories": ("categories", "teacher", settings(True, True), True, "vision"),
    "score": ("score", "student", settings(False, True), True, "audio"),
    "unaligned": ("categories", "student", settings(False, False), False, "language"),
}
write(__file__, ["sinusoid", "encoder"], 18, cases)
