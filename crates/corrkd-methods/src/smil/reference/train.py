"""SMIL a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` pretrains a network for each seed, trains
SMIL from it on the features in DATA and adds a line to the file OUT; a seed that has one is passed over.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0, blake3 1.0.11. Run by hand, on one
thread. The task is the score itself, whose sign is judged. It follows the method and the defaults of the Rust program,
with PyTorch's own random numbers, and scikit-learn's k-means: nothing is shared but the description. The networks and
the losses are those of the golden file's script. """

import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
from harness import MODALITIES, SETS, batches, condition, initialise, main, scores, train_mask  # noqa: E402
from smil import SMIL, Network, any_of, meta_gradients  # noqa: E402

SIZE = {"width": 40, "heads": 10, "layers": 2, "feed_forward": 160, "kernel": 3}
HIDDEN, PRIORS, ITERATIONS, WEIGHING, DROPOUT = 64, 10, 25, 64, (0.1, 0.5)
EPOCHS, RATE, DECAY, FALL = 50, 1e-3, 1e-4, 0.1
# Samples per step, and epochs between falls of the rate.
PRETRAINING, TRAINING = (32, 25), (64, 31)
INNER_RATE, INNER_EVERY = 1e-3, 6
# The frames that exist: no utterance is padded here.
ALL = dict.fromkeys(MODALITIES)


def optimizers(model, every, fused=False):
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, weight_decay=DECAY, fused=fused)
    return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, every, FALL)


def view(x):
    """Samples as SMIL takes them; a frame that is missing is zero."""
    return x, ALL, any_of({m: (of_m != 0).any(2).float() for m, of_m in x.items()})


def of(x, samples):
    return {m: x[m][samples] for m in MODALITIES}


def draw(_layer, shape):
    return torch.randn(shape)


def fit(model, data, plan, step, validate):
    """Trains and puts the model back where the validation loss was lowest. Returns that epoch and each epoch's mean
    losses. `step` gives a batch's losses and sets the gradient; `validate` gives a loss."""
    size, every = plan
    (x, labels), _ = data["train"], data["valid"]
    optimizer, schedule = optimizers(model, every)
    best, best_loss, best_epoch, history = None, float("inf"), 0, []
    for epoch in range(1, EPOCHS + 1):
        sums, steps = {}, batches(len(labels), size)
        model.train()
        for samples in steps:
            optimizer.zero_grad()
            for name, loss in step(of(x, samples), labels[samples], epoch).items():
                sums[name] = sums.get(name, 0.0) + loss.item() / len(steps)
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            history.append(sums | {"validation": validate()})
        if history[-1]["validation"] < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(model.state_dict()), history[-1]["validation"], epoch
    model.load_state_dict(best)
    return best_epoch, history


def pretrain(data):
    """A network on complete samples, and what happened."""
    x, valid_x = data["train"][0], data["valid"][0]
    network = initialise(Network({m: x[m].shape[2] for m in MODALITIES}, 1, SIZE, HIDDEN, DROPOUT))

    def step(x, labels, _epoch):
        loss = F.l1_loss(network(x, ALL)[2][:, 0], labels)
        loss.backward()
        return {"task": loss}

    def validate():
        return F.l1_loss(network(valid_x, ALL)[2][:, 0], data["valid"][1]).item()

    return network, fit(network, data, PRETRAINING, step, validate)


def priors_of(network, x, seed):
    """By modality, (K, d)."""
    from sklearn.cluster import KMeans  # noqa: PLC0415: a step beside which ours is timed needs torch alone

    with torch.no_grad():
        encoded = network.encode(x, ALL)
    means = KMeans(PRIORS, init="k-means++", n_init=1, max_iter=ITERATIONS, tol=0.0, random_state=seed)
    return {m: torch.tensor(means.fit(encoded[m].numpy()).cluster_centers_) for m in MODALITIES}


def around(network, priors):
    """SMIL around a network: what is not the network is fresh."""
    model = SMIL(network, priors, WEIGHING)
    initialise(model.reconstruction)
    initialise(model.regularisation)
    return model


def set_gradients(model, x, labels, epoch):
    """The losses of a step, whose gradient the parameters get."""
    rate = INNER_RATE * FALL ** ((epoch - 1) // INNER_EVERY)
    weights = dict(model.named_parameters())
    task = lambda numbers: F.l1_loss(numbers[:, 0], labels)  # noqa: E731
    found, gradients = meta_gradients(model, weights, view(train_mask(x)), view(x), task, draw, rate)
    for name, parameter in weights.items():
        parameter.grad = gradients[name]
    return found


def run(data, seed, _given):
    """A pretrained network, and SMIL."""
    start = time.monotonic()
    network, (epoch, history) = pretrain(data)
    pretrained = {"best_epoch": epoch, "seconds": time.monotonic() - start, "epochs": history}
    start = time.monotonic()
    model = around(network, priors_of(network, data["train"][0], seed))
    see = lambda x: model(*view(x))[2][:, 0]  # noqa: E731
    valid_x, valid_labels = data["valid"]

    def validate():
        losses = [F.l1_loss(see(condition(valid_x, letters)), valid_labels).item() for letters in SETS]
        return sum(losses) / len(losses)

    epoch, history = fit(model, data, TRAINING, lambda *batch: set_gradients(model, *batch), validate)
    seconds = time.monotonic() - start
    with torch.no_grad():
        f1 = scores(lambda x: see(x) > 0, data)
    smil = {"best_epoch": epoch, "seconds": seconds, "f1": f1, "epochs": history}
    return {"smil-pretrained": pretrained, "smil": smil}


def step(widths, time, batch, seed=1):
    """A function that takes one training step, always on the same random data of these widths and numbers of frames."""
    torch.manual_seed(seed)
    model = around(
        initialise(Network(widths, 1, SIZE, HIDDEN, DROPOUT)),
        {m: torch.randn(PRIORS, SIZE["width"]) for m in MODALITIES},
    )
    optimizer, _ = optimizers(model, TRAINING[1], fused=True)
    x = {m: torch.randn(batch, time, widths[m]) for m in MODALITIES}
    labels = torch.randn(batch)

    def once():
        optimizer.zero_grad()
        set_gradients(model, x, labels, 2)
        optimizer.step()

    return once


if __name__ == "__main__":
    main(run)
