"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402

SETTINGS = {
    "network": {
        "hidden": {"language": 4, "audio": 3, "vision": 5},
        "encoded": {"language": 4, "audio": 2, "vision": 3},
        "fused": 6,
    }
}
cases = {
    "score": ("score", "selfmm", SETTINGS, True, "vision"),
    "targets": ("targets", "selfmm", SETTINGS, False, "language"),
}
write(__file__, [], 2, cases)
