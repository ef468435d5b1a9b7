"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402


def settings(nodes, width=2, window=2):
    return {"network": {"nodes": nodes, "width": width, "window": window}}


cases = {
    "score": ("score", "gcnet", settings("frames"), True, "vision"),
    "targets": ("pairs", "gcnet", settings("frames", 3, 1), False, "language"),
    "utterances": ("score", "gcnet", settings("utterances"), False, "audio"),
}
write(__file__, [], 3, cases)
