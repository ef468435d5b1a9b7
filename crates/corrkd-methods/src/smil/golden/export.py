"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402

PRETRAINED = {"network": {"width": 4, "heads": 2, "layers": 1, "feed_forward": 5, "kernel": 3, "hidden": 5}}
SMIL = PRETRAINED | {"reconstruction": {"priors": 3, "iterations": 25, "hidden": 6}}
cases = {
    "score": ("score", "smil", SMIL, True, "vision"),
    "targets": ("pairs", "smil", SMIL, False, "language"),
    "pretrained": ("score", "smil-pretrained", PRETRAINED, True, "audio"),
}
write(__file__, ["sinusoid", "encoder"], 4, cases)
