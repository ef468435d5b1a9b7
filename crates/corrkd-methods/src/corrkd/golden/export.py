"""What the module that is written beside exported weights answers: `python -B export.py` writes export.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, blake3 1.0.11. Run by hand; tests/export.rs reads the file, and
fails where pytorch.py has changed since.
"""

import importlib.util
import json
from pathlib import Path

import torch
from blake3 import blake3
from safetensors.torch import save_file

HERE = Path(__file__).resolve().parent
MODULE = HERE.parent / "pytorch.py"
WIDTHS = {"language": 5, "audio": 3, "vision": 4}
SIZE = {"width": 8, "heads": 2, "layers": 2, "feed_forward": 12, "kernel": 3}


def module():
    spec = importlib.util.spec_from_file_location("model", MODULE)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def config(answers, aligned, attend_missing, pre_norm):
    scaling = {m: {"mean": torch.randn(w).double().tolist(), "deviation": torch.rand(w).double().tolist()} for m, w in WIDTHS.items()}
    scaling["audio"]["deviation"][1] = 0.0  # a constant column
    return {
        "settings": {"network": SIZE | {"attend_missing": attend_missing, "pre_norm": pre_norm}},
        "widths": WIDTHS,
        "numbers": 1 if answers == "score" else 3,
        "answers": answers,
        "neutral": 4.0 if answers == "score" else 0.0,
        "aligned": aligned,
        "scaling": scaling,
    }


def main():
    torch.manual_seed(18)
    tensors, configs = {}, {}
    for case, answers, aligned, attend, pre_norm, without in [
        ("categories", "categories", True, True, True, ()),
        ("score", "score", True, False, True, ()),
        ("unaligned", "categories", False, False, False, ()),
        ("without_vision", "score", True, True, True, ("vision",)),
    ]:
        configs[case] = config(answers, aligned, attend, pre_norm)
        network = module().Network(configs[case]).eval()
        samples, time = 4, {"language": 6, "audio": 6 if aligned else 9, "vision": 6 if aligned else 2}
        own = {m: torch.tensor([time[m], 1, time[m] - 1, time[m]]) for m in WIDTHS}
        features, present, lengths = {}, {}, {}
        for m in (m for m in WIDTHS if m not in without):
            features[m] = torch.randn(samples, time[m], WIDTHS[m])
            present[m] = torch.rand(samples, time[m]) > 0.3
            present[m][3] = m != "audio"  # one sample has no audio
            lengths[m] = own[m]
            for name, tensor in (("features", features), ("present", present), ("lengths", lengths)):
                tensors[f"{case}/{name}/{m}"] = tensor[m].to(torch.float32)
        with torch.no_grad():
            said = network(features, present, lengths)
        tensors |= {f"{case}/said/{name}": value for name, value in said.items()}
        tensors |= {f"{case}/weights/{name}": value.detach() for name, value in network.state_dict().items()}
    metadata = {"configs": json.dumps(configs), "module": blake3(MODULE.read_bytes()).hexdigest()}
    save_file({name: value.contiguous() for name, value in tensors.items()}, HERE / "export.safetensors", metadata)


main()
