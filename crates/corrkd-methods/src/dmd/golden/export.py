"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402


def settings(layers, positions, *kernels):
    kernels = dict(zip(("language", "audio", "vision"), kernels))
    return {"network": {"width": 4, "heads": 2, "layers": layers, "kernels": kernels, "positions": positions}}


cases = {
    "score": ("score", "dmd", settings(1, "non-zero", 3, 1, 2), True, "vision"),
    "targets": ("pairs", "dmd", settings(1, "all", 5, 2, 4), False, "language"),
}
write(__file__, ["sinusoid"], 6, cases)
