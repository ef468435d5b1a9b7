"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402


def settings(**network):
    return {"network": network}


cases = {
    "score": ("score", "cubemlp", settings(width=4, kernel=3, blocks=[[5, 3, 4], [3, 2, 3]]), True, "vision"),
    "targets": ("pairs", "cubemlp", settings(width=3, kernel=1, blocks=[[4, 2, 4]]), False, "language"),
}
write(__file__, [], 1, cases)
