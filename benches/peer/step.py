"""Training steps and evaluation in PyTorch: what `cargo xtask bench --peer` holds ours against.

For torch 2.15.0, safetensors 0.8.0 and blake3 1.0.11; nothing else is needed. `python -B step.py VARIANT THREADS FOLDER`:
VARIANT is `eager` (attention as two products and a softmax), `sdpa` (scaled_dot_product_attention), `compile` (that,
compiled) or `floor` (as many operations as eager's products have, done as plain products of f32). Says who it is, then answers requests, each one line on stdin and one line of JSON on stdout:

    step L=2 B=64 T=50 dropout=on losses=distance repeat=3      {"seconds": [..]}
    evaluate L=2 B=64 T=50 repeat=10                            {"seconds": [..]}
    step method=cubemlp B=128 T=50 repeat=3                     {"seconds": [..]}
    check L=2 B=64 T=50 losses=all steps=3                      {"terms": {"task": [..], .., "norm": [..]}}

T is one number, or that of language, audio and vision: T=50,375,500.

A check takes weights and inputs from FOLDER/check.safetensors, which our side writes, and gives each term of the loss and
the gradient's norm at each step, without dropout. What cannot be done is answered by {"error": ".."}.

Of the other methods the networks are those whose values and gradients the golden files hold ours to, and a step is what
the script of those files, or the second trainer, has as `step`. CorrKD's is written for speed, where there was a choice by measuring: all sequences are full, so no masks; one projection for queries,
keys and values; the statistics network's first layer once for each sample, not for each pair; fused Adam. The teacher is
asked before the first step, and no more, as ours is; evaluation is under inference_mode. Random numbers are PyTorch's own.
"""

import importlib.util
import json
import math
import struct
import sys
import time
from pathlib import Path

try:
    import blake3  # noqa: F401: the other methods' scripts need it, and so it is missed at once
    import safetensors  # noqa: F401
    import torch
    import torch.nn.functional as F
    from torch import nn
except ModuleNotFoundError as error:
    print(f"{sys.executable}: {error}", file=sys.stderr)
    sys.exit(2)

WIDTHS = {"language": 300, "audio": 74, "vision": 35}
WIDTH, HEADS, FEED_FORWARD, KERNEL, CATEGORIES, HIDDEN = 40, 10, 160, 3, 2, 64
LANGUAGE_DROPOUT, DROPOUT = 0.25, 0.1
MARGIN, LEARNING_RATE, CLIP_NORM = 1.2, 1e-3, 0.8
WARM_UP = 2
SIDE = 384  # Of the floor's products: three such matrices stay in the cache, and are large enough to be fast.
WORKS = {"step": "train", "evaluate": "evaluate"}


class Attention(nn.Module):
    """Of all heads, (B, T, d) to (B, T, d)."""

    def __init__(self, sdpa, dropout):
        super().__init__()
        self.sdpa, self.dropout = sdpa, dropout
        self.project, self.join = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        batch, frames, _ = x.shape
        all_three = self.project(x).view(batch, frames, 3, HEADS, WIDTH // HEADS)
        queries, keys, values = all_three.permute(2, 0, 3, 1, 4)  # each (B, H, T, d / H)
        if self.sdpa:
            dropout = self.dropout if self.training else 0.0
            joined = F.scaled_dot_product_attention(queries, keys, values, dropout_p=dropout)
        else:
            weights = (queries * queries.shape[3] ** -0.5 @ keys.transpose(2, 3)).softmax(3)  # (B, H, T, T)
            joined = F.dropout(weights, self.dropout, self.training) @ values
        return self.join(joined.transpose(1, 2).reshape(batch, frames, WIDTH))


class Layer(nn.Module):
    """Pre-norm: x + A(LN(x)), then x + F(LN(x))."""

    def __init__(self, sdpa, dropout):
        super().__init__()
        self.dropout = dropout
        self.attention_norm, self.attention = nn.LayerNorm(WIDTH), Attention(sdpa, dropout)
        self.forward_norm = nn.LayerNorm(WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)

    def drop(self, x):
        return F.dropout(x, self.dropout, self.training)

    def forward(self, x):
        x = x + self.drop(self.attention(self.attention_norm(x)))
        return x + self.drop(self.narrow(self.drop(self.widen(self.forward_norm(x)).relu())))


class Encoder(nn.Module):
    """Raw features (B, T, D) to (B, d): dropout, convolution, position, layers, norm, the mean over time."""

    def __init__(self, inputs, frames, layers, sdpa, on_features, dropout):
        super().__init__()
        self.layers, self.on_features = layers, on_features
        self.convolution = nn.Conv1d(inputs, WIDTH, KERNEL, padding=KERNEL // 2)
        for i in range(layers):
            self.add_module(f"layer{i}", Layer(sdpa, dropout))
        self.norm = nn.LayerNorm(WIDTH)
        angle = torch.arange(frames)[:, None].double() / 10000.0 ** (torch.arange(0, WIDTH, 2).double() / WIDTH)
        position = torch.stack([angle.sin(), angle.cos()], dim=2).reshape(frames, WIDTH)
        self.register_buffer("position", position.float(), persistent=False)

    def forward(self, x):
        x = F.dropout(x, self.on_features, self.training)
        x = self.convolution(x.transpose(1, 2)).transpose(1, 2) + self.position
        for i in range(self.layers):
            x = getattr(self, f"layer{i}")(x)
        return self.norm(x).mean(1)


class Network(nn.Module):
    """Features by modality to the representation (B, 3d) and the logits (B, K)."""

    def __init__(self, frames, layers, sdpa, dropout):
        super().__init__()
        self.dropout = DROPOUT if dropout else 0.0
        for m, width in WIDTHS.items():
            on_features = LANGUAGE_DROPOUT if dropout and m == "language" else 0.0
            self.add_module(m, Encoder(width, frames[m], layers, sdpa, on_features, self.dropout))
        self.classifier = nn.Linear(3 * WIDTH, CATEGORIES)

    def forward(self, features):
        representation = torch.cat([getattr(self, m)(features[m]) for m in WIDTHS], dim=1)
        return representation, self.classifier(F.dropout(representation, self.dropout, self.training))


class Statistics(nn.Module):
    """The scores of all pairs, (N, N), of x and y (N, P)."""

    def __init__(self, inputs):
        super().__init__()
        self.first, self.second = nn.Linear(2 * inputs, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.score = nn.Linear(HIDDEN, 1)

    def forward(self, x, y):
        for_x, for_y = self.first.weight.chunk(2, dim=1)
        pairs = F.linear(x, for_x)[:, None] + F.linear(y, for_y, self.first.bias)  # (N, N, hidden)
        return self.score(self.second(pairs.relu()).relu()).squeeze(2)


def scd(s, t):
    """The mean over i of |s_i - t_i|^2 plus the mean over j != i of max(0, margin - |s_i - t_j|)^2, of unit vectors."""
    n, s, t = len(s), F.normalize(s), F.normalize(t)
    # Not by way of a matrix product, which cancels where vectors are close.
    pushes = F.relu(MARGIN - torch.cdist(s, t, compute_mode="donot_use_mm_for_euclid_dist")).square()
    return ((s - t).square().sum() + (pushes.sum() - pushes.diagonal().sum()) / (n - 1)) / n


def cpd(s, t, averages):
    """The mean over i and k of |cos(s_i, c_k of s) - cos(t_i, c_k of t)|, for the (K, N) that average categories."""

    def similarities(h):
        return F.normalize(h) @ F.normalize(averages @ h).T

    return (similarities(s) - similarities(t)).abs().mean()


def jensen_shannon(scores):
    """E over the diagonal of -sp(-F), minus E over all other pairs of sp(F)."""
    n, joint = len(scores), scores.diagonal()
    marginals = (F.softplus(scores).sum() - F.softplus(joint).sum()) / (n * (n - 1))
    return -F.softplus(-joint).mean() - marginals


class Step:
    """Teacher, student, data and optimizer of one kind of work."""

    def __init__(self, variant, request):
        batch, layers = request["B"], request["L"]
        frames = [int(time) for time in str(request["T"]).split(",")]
        frames = dict(zip(WIDTHS, frames if len(frames) == len(WIDTHS) else frames * len(WIDTHS)))
        torch.manual_seed(1)
        sdpa = variant in ("sdpa", "compile")
        self.teacher = Network(frames, layers, sdpa, dropout=False).eval().requires_grad_(False)
        self.student = Network(frames, layers, sdpa, dropout=request.get("dropout") == "on").train()
        self.whole = request.get("losses") == "all"
        self.statistics = nn.ModuleDict({"target": Statistics(1), "others": Statistics(CATEGORIES - 1)})
        self.learn = [*self.student.parameters(), *(self.statistics.parameters() if self.whole else [])]
        self.adam = torch.optim.Adam(self.learn, lr=LEARNING_RATE, fused=True)
        self.features = {m: torch.randn(batch, frames[m], width) for m, width in WIDTHS.items()}
        self.categories = torch.arange(batch) % CATEGORIES
        compiled = torch.compile(dynamic=False) if variant == "compile" else lambda function: function
        self.terms, self.answer = compiled(self.terms), compiled(self.answer)
        self.ask()

    def ask(self):
        """The teacher's representations and logits, which never change."""
        with torch.no_grad():
            self.taught = self.teacher(self.features)

    def load(self, path):
        """Takes weights and features from a safetensors file: header's length, header, values."""
        raw = bytearray(path.read_bytes())
        (length,) = struct.unpack("<Q", raw[:8])
        header, start = json.loads(raw[8 : 8 + length]), 8 + length
        header.pop("__metadata__", None)
        tensors = {}
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            values = torch.frombuffer(raw[start + first : start + last], dtype=torch.float32)
            tensors[name] = values.reshape(entry["shape"])
        for role in ("teacher", "student", "statistics"):
            own = {name.removeprefix(f"{role}."): x for name, x in tensors.items() if name.startswith(f"{role}.")}
            if own or role != "statistics":
                getattr(self, role).load_state_dict(own)
        self.features = {m: tensors[m] for m in WIDTHS}
        self.categories = tensors["categories"].long()
        self.ask()

    def terms(self):
        """The loss by term."""
        ht, teacher_logits = self.taught
        hs, logits = self.student(self.features)
        terms = {"task": F.cross_entropy(logits, self.categories)}
        if not self.whole:
            return terms | {"distance": (hs - ht).square().sum(1).mean()}
        mine = F.one_hot(self.categories, CATEGORIES).bool()
        averages = mine.T / mine.sum(0)[:, None]
        rs, rt = logits.softmax(1), teacher_logits.softmax(1)
        target, others = [
            jensen_shannon(self.statistics[part](rt[at].view(len(rt), -1), rs[at].view(len(rs), -1)))
            for part, at in [("target", mine), ("others", ~mine)]
        ]
        return terms | {"scd": scd(hs, ht), "cpd": cpd(hs, ht, averages), "rcd": -(target + others)}

    def train(self):
        """One step: the terms and the gradient's norm before clipping."""
        terms = self.terms()
        sum(terms.values()).backward()
        norm = nn.utils.clip_grad_norm_(self.learn, CLIP_NORM)
        self.adam.step()
        self.adam.zero_grad()
        return terms | {"norm": norm}

    def answer(self):
        return self.teacher(self.features)[1]

    def evaluate(self):
        """One forward pass."""
        with torch.inference_mode():
            return self.answer()


def method_step(request):
    """A step of another method."""
    name = request["method"]
    folder = Path(__file__).resolve().parents[2] / "crates/corrkd-methods/src" / name
    for path in (folder / "golden" / f"{name}.py", folder / "reference/train.py"):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        if hasattr(script, "step"):
            return script.step(WIDTHS, request["T"], request["B"])
    raise ValueError(f"no step of {name}")


class Floor:
    """Plain products with as many operations as a work's products have, which no program can do the work without: so many
    whole ones as hold them, of whose time a share counts."""

    def __init__(self, work):
        from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415: in the others' memory it has no place

        work()
        torch.backends.mkldnn.set_flags(False)  # Within its recurrent layers nothing is counted.
        with FlopCounterMode(display=False) as counter:
            work()
        torch.backends.mkldnn.set_flags(True)
        products = counter.get_total_flops() / (2 * SIDE**3)
        self.rounds = math.ceil(products)
        self.share = products / self.rounds
        self.factor, self.product = torch.ones(SIDE, SIDE), torch.empty(SIDE, SIDE)

    def __call__(self):
        for _ in range(self.rounds):
            torch.mm(self.factor, self.factor, out=self.product)


def timed(work, repeat):
    """The seconds of each repetition."""
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append((time.perf_counter() - start) * getattr(work, "share", 1.0))
    return {"seconds": seconds}


def main():
    variant, threads, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    torch.set_num_threads(threads)
    steps = {}  # What was asked for before, warm.

    def answer(line):
        kind, *fields = line.split()
        request = dict(field.split("=") for field in fields)
        request |= {name: int(value) for name, value in request.items() if value.isdigit()}
        if kind == "check":
            step = Step(variant, request)
            step.load(folder / "check.safetensors")
            told = [step.train() for _ in range(request["steps"])]
            return {"terms": {name: [terms[name].item() for terms in told] for name in told[0]}}
        repeat = request.pop("repeat")
        key = (kind, *sorted(request.items()))
        fresh = key not in steps
        if fresh:
            work = method_step(request) if "method" in request else getattr(Step(variant, request), WORKS[kind])
            steps[key] = Floor(work) if variant == "floor" else work
        work = steps[key]
        if fresh:
            timed(work, WARM_UP)
        return timed(work, repeat)

    print(json.dumps({"program": f"PyTorch {torch.__version__}, {variant}"}), flush=True)
    for line in sys.stdin:
        try:
            said = answer(line)
        except Exception as error:  # noqa: BLE001: whatever it is, the other side must hear of it
            said = {"error": f"{type(error).__name__}: {error}".partition("\n")[0]}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
