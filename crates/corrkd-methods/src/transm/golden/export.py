"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file,
and fails where a part of the module has changed since. exported.py says what the file holds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from exported import write  # noqa: E402

SIZE = {"width": 4, "kernel": 3, "heads": 2, "encoder_layers": 1, "decoder_layers": 1, "feed_forward": 5}


def settings(audio_vision, **other):
    return {"network": SIZE | {"audio_vision": audio_vision} | other}


cases = {
    "score": ("score", "transm", settings(False, encoder_layers=2), True, "vision"),
    "targets": ("pairs", "transm", settings(True, decoder_layers=2), False, "language"),
}
write(__file__, ["sinusoid"], 5, cases)
