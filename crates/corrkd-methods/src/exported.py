"""What the scripts share that write what an exported module answers, golden/export.py in the methods' folders.

`write` leaves in export.safetensors, for each case and its two batches, one of all modalities and one without one,

    CASE/weights/NAME                                                            all that the module's state has
    CASE/BATCH/features/MODALITY, .../present/MODALITY, .../lengths/MODALITY     four samples, as the files have them
    CASE/BATCH/said/NAME                                                         its answers and its representation

and in its metadata the cases' configurations, and the digest of the module, which exported.rs asks for.
"""

import json
import types
from pathlib import Path

import torch
from blake3 import blake3
from safetensors.torch import save_file

HERE = Path(__file__).resolve().parent
torch.set_num_threads(1)

WIDTHS = {"language": 5, "audio": 3, "vision": 4}
NUMBERS = {"score": 1, "categories": 3, "targets": 4, "pairs": 8}
SAMPLES = 4


def read(folder, parts):
    """The module's text, which `PYTORCH` of the method's pytorch.rs puts together of the same parts."""
    files = [HERE / "pytorch.py", *(HERE / f"pytorch_{part}.py" for part in parts), folder / "pytorch.py"]
    return "".join(file.read_text() for file in files)


def run(text):
    module = types.ModuleType("model")
    module.__file__ = str(HERE / "model.py")
    exec(compile(text, module.__file__, "exec"), module.__dict__)
    return module


def config(answers, stage, settings, aligned):
    columns = {m: {"mean": torch.randn(width), "deviation": torch.rand(width)} for m, width in WIDTHS.items()}
    columns["audio"]["deviation"][1] = 0.0  # a constant column
    scaling = {m: {name: column.double().tolist() for name, column in of.items()} for m, of in columns.items()}
    alone = answers == "score"  # so that both ways of scaling are held
    return {
        "stage": stage,
        "settings": settings,
        "widths": WIDTHS,
        "time": dict.fromkeys(WIDTHS, 7) if aligned else {"language": 7, "audio": 9, "vision": 3},
        "numbers": NUMBERS[answers],
        "answers": answers,
        "neutral": 4.0 if answers == "score" else 0.0,
        "aligned": aligned,
        "standardise": "utterance" if alone else "train",
        "scaling": {} if alone else scaling,
    }


def samples(aligned, without):
    """Features, which frames hold data, and lengths, by modality; of one sample there is no audio."""
    time = {"language": 6, "audio": 6 if aligned else 9, "vision": 6 if aligned else 2}
    features, present, lengths = {}, {}, {}
    for m in (m for m in WIDTHS if m not in without):
        features[m] = torch.randn(SAMPLES, time[m], WIDTHS[m])
        present[m] = torch.rand(SAMPLES, time[m]) > 0.3
        present[m][3] = m != "audio"
        lengths[m] = torch.tensor([time[m], 1, time[m] - 1, time[m]])
    return features, present, lengths


def write(script, parts, seed, cases):
    """Cases by name: answers, stage, settings, whether frames are aligned, which modality a batch is without."""
    torch.manual_seed(seed)
    folder = Path(script).resolve().parent
    text = read(folder.parent, parts)
    tensors, configs = {}, {}
    for case, (answers, stage, settings, aligned, without) in cases.items():
        configs[case] = config(answers, stage, settings, aligned)
        network = run(text).Network(configs[case]).eval()
        with torch.no_grad():
            for value in network.state_dict().values():
                value += 0.3 * torch.randn(value.shape)  # off zeros and ones, which are the same whatever their names
            for batch, lacking in (("all", ()), (f"without_{without}", (without,))):
                features, present, lengths = given = samples(aligned, lacking)
                groups = {"features": features, "present": present, "lengths": lengths, "said": network(*given)}
                for name, of in groups.items():
                    tensors |= {f"{case}/{batch}/{name}/{key}": value.float() for key, value in of.items()}
                whole = {m: torch.ones_like(x[..., 0]) for m, x in features.items()}
                every = {m: torch.full((SAMPLES,), x.shape[1]) for m, x in features.items()}
                said = network(features, whole, every)
                assert all(torch.equal(value, said[name]) for name, value in network(features).items())
        tensors |= {f"{case}/weights/{name}": value for name, value in network.state_dict().items()}
    about = json.dumps({"configs": configs, "module": blake3(text.encode()).hexdigest()})
    tensors = {name: value.contiguous() for name, value in tensors.items()}
    save_file(tensors, folder / "export.safetensors", {"about": about})
