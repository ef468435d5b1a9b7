"""PyTorch's values and gradients of the losses: `python -B losses.py` writes losses.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/losses/pytorch.rs reads the file.
The losses here are also those of the whole network's and of the trainer's scripts. N samples, K categories,
D representation; s is the student's side, t the teacher's.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "corrkd-nn/tests/golden"))
from golden import Golden, normal, variable  # noqa: E402


def others(n):
    """(N, N), true off the diagonal: pairs of different samples."""
    return ~torch.eye(n, dtype=torch.bool)


def measured(x, distance):
    """The vectors (N, D) between which `distance` is the Euclidean one. A norm counts as 1e-6 at least."""
    of = {"unit": F.normalize(x, eps=1e-6), "root-mean-square": x / x.shape[1] ** 0.5, "euclidean": x}
    return of[distance]


def scd(s, t, margin, push="mean", distance="euclidean"):
    """The mean over i of |s_i - t_i|^2 plus the mean or sum over j != i of max(0, margin - |s_i - t_j|)^2."""
    s, t = measured(s, distance), measured(t, distance)
    pull = (s - t).square().sum(1)
    if len(s) == 1:
        return pull[0]
    # Not by way of a matrix product, which cancels where vectors are close.
    distances = torch.cdist(s, t, compute_mode="donot_use_mm_for_euclid_dist")
    pushes = F.relu(margin - distances[others(len(s))]).square().reshape(len(s), -1)
    return (pull + (pushes.mean(1) if push == "mean" else pushes.sum(1))).mean()


def cpd(s, t, categories, counted=None):
    """The sum over i and the categories k present of |cos(s_i, c_k of s) - cos(t_i, c_k of t)|, divided by N and by
    the number of categories: the present ones, or `counted`."""
    categories = torch.as_tensor(categories)
    present = categories.unique()

    def similarities(h):
        prototypes = torch.stack([h[categories == k].mean(0) for k in present])
        return F.cosine_similarity(h[:, None], prototypes[None], dim=2)  # (N, K present)

    return (similarities(s) - similarities(t)).abs().sum() / (len(s) * (counted or len(present)))


def kl(s, t):
    """The mean over the samples of KL(softmax(t) || softmax(s))."""
    return F.kl_div(F.log_softmax(s, dim=1), F.softmax(t, dim=1), reduction="batchmean")


def kl_of_scores(s, t):
    """The mean over the samples of KL(N(t, 1) || N(s, 1)) of scores."""
    return kl_divergence(Normal(t, 1.0), Normal(s, 1.0)).mean()


def dkd(s, t, categories, alpha, beta, temperature):
    """The mean over the samples of T^2 (alpha TCKD + beta NCKD), from the logarithms of the softened responses."""
    target = F.one_hot(torch.as_tensor(categories), s.shape[1]).bool()

    def parts(logits):
        logs = F.log_softmax(logits / temperature, dim=1)
        others = logs[~target].reshape(len(logs), -1)
        not_target = others.logsumexp(1, keepdim=True)
        return torch.cat([logs[target][:, None], not_target], 1), others - not_target

    divergence = lambda s, t: F.kl_div(s, t, reduction="batchmean", log_target=True)
    tckd, nckd = map(divergence, parts(s), parts(t))
    return temperature**2 * (alpha * tckd + beta * nckd)


def jensen_shannon(scores):
    """E over the diagonal of -sp(-F), minus E over all other pairs, if there are any, of sp(F)."""
    # Not F.softplus, which is the identity above 20; sp(x) is -log sigmoid(-x) everywhere.
    joint = F.logsigmoid(scores.diagonal()).mean()
    if len(scores) == 1:
        return joint
    return joint + F.logsigmoid(-scores[others(len(scores))]).mean()


def rcd(s, t, categories, target_scores, other_scores):
    """-(MI of the target responses + MI of the others) of responses (N, K)."""
    target = F.one_hot(torch.as_tensor(categories), s.shape[1]).bool()
    parts = [(r[target][:, None], r[~target].reshape(len(r), -1)) for r in (t, s)]
    (t_target, t_others), (s_target, s_others) = parts
    return -(jensen_shannon(target_scores(t_target, s_target)) + jensen_shannon(other_scores(t_others, s_others)))


def rcd_of_scores(s, t, pair_scores):
    """-MI of scores (N, 1)."""
    return -jensen_shannon(pair_scores(t, s))


def main():
    torch.manual_seed(2)
    golden = Golden()

    def add_scd(name, s, t, margin, distance="euclidean"):
        """Both ways of putting the pushes together, as two outputs of one case."""
        s = s.detach().requires_grad_()
        outputs = {push: scd(s, t, margin, push, distance) for push in ("mean", "sum")}
        inputs = {"s": s, "t": t, "margin": torch.tensor(margin).double()}
        golden.add(f"scd_{name}", sum(outputs.values()), inputs, outputs)

    # Distances between 6-dimensional normal vectors lie near 3.5.
    for name, margin in [("beyond", 0.5), ("across", 3.5), ("inside", 9.0)]:
        add_scd(name, normal(5, 6), normal(5, 6), margin)
    add_scd("one", normal(1, 6), normal(1, 6), 9.0)
    # All vectors are equal: the gradient is zero.
    t = normal(1, 6).repeat(4, 1)
    add_scd("equal", t, t, 1.25)
    # One student's vector is its teacher's and another's too.
    s, t = normal(5, 6), normal(5, 6)
    t[1] = t[3] = s[1]
    add_scd("some_equal", s, t, 6.0)
    # Each of the first two is exactly the margin away from the other's teacher: the hinge's kink, squared and so flat.
    s = torch.tensor([[0, 0], [3, 4], [0, 1]]).double()
    add_scd("at_margin", s, torch.tensor([[0, 0], [-3, 4], [0, 1]]).double(), 5.0)

    def add_cpd(name, categories, all_categories):
        """Divided by the categories present, and by all, as two outputs of one case."""
        s, t = variable(len(categories), 6), normal(len(categories), 6)
        outputs = {"present": cpd(s, t, categories), "counted": cpd(s, t, categories, all_categories)}
        inputs = {"s": s, "t": t, "categories": categories, "counted": [all_categories]}
        golden.add(f"cpd_{name}", sum(outputs.values()), inputs, outputs)

    for k in (2, 3, 4, 7):
        add_cpd(f"all_of_{k}", [5 * i % k for i in range(9)], k)
    for k, categories in [(2, [1, 1, 1, 1, 1]), (3, [2, 0, 2, 0, 0]), (4, [3, 2, 0, 2, 0]), (7, [6, 3, 0, 3, 6])]:
        add_cpd(f"absent_of_{k}", categories, k)
    add_cpd("single", [4, 3, 2, 1, 0], 5)
    add_cpd("one", [1], 3)

    def add_kl(name, s, t):
        s = s.detach().requires_grad_()
        golden.add(f"kl_{name}", kl(s, t), {"s": s, "t": t})

    huge = torch.tensor([[1000, -1000, 0], [-1000, 1000, 1000], [-1000, -1000, 1000]]).double()
    add_kl("normal", normal(5, 4), normal(5, 4))
    add_kl("one", normal(1, 4), normal(1, 4))
    # The teacher's responses are 0 and 1; the student's are the same ones, others, and soft ones.
    add_kl("saturated_same", huge, huge)
    add_kl("saturated_other", huge.roll(1, 0), huge)
    add_kl("saturated_teacher", normal(3, 3), huge)
    add_kl("saturated_student", huge, normal(3, 3))

    # Scores of every size, exact zeros on and off the diagonal among them.
    scores = normal(5, 5) * torch.tensor([0.0, 0.125, 1.0, 16.0, 64.0]).double()
    scores[2, 2] = 0.0
    for name, scores in [("", scores), ("_one", normal(1, 1))]:
        scores = scores.clone().requires_grad_()
        golden.add("jensen_shannon" + name, jensen_shannon(scores), {"s": scores})

    def add_dkd(name, s, t, categories, alpha=1.0, beta=8.0, temperature=4.0):
        s = s.detach().requires_grad_()
        how = torch.tensor([alpha, beta, temperature]).double()
        loss = dkd(s, t, categories, alpha, beta, temperature)
        golden.add(f"dkd_{name}", loss, {"s": s, "t": t, "categories": categories, "how": how})

    for k in (2, 3, 4, 7):
        add_dkd(f"of_{k}", normal(5, k), normal(5, k), [5 * i % k for i in range(5)])
    add_dkd("one", normal(1, 4), normal(1, 4), [2])
    add_dkd("target_alone", normal(5, 4), normal(5, 4), [3, 0, 1, 2, 0], beta=0.0, temperature=1.0)
    add_dkd("others_alone", normal(5, 4), normal(5, 4), [3, 0, 1, 2, 0], alpha=0.0, temperature=0.5)
    # Whether the target's response is 0 or 1, and whether those of the others are equal or not.
    for category in range(3):
        add_dkd(f"saturated_same_{category}", huge, huge, [category] * 3)
        add_dkd(f"saturated_other_{category}", huge.roll(1, 0), huge, [category] * 3)
        add_dkd(f"saturated_teacher_{category}", normal(3, 3), huge, [category] * 3)
        add_dkd(f"saturated_student_{category}", huge, normal(3, 3), [category] * 3)

    # Scores that are near, the same, and far apart.
    s, t = normal(6, 1), normal(6, 1)
    s[1], s[2] = t[1], 64.0
    s = s.requires_grad_()
    golden.add("kl_of_scores", kl_of_scores(s, t), {"s": s, "t": t})

    # The same vectors as above, by the two distances that know no length or no width. Unit vectors of six numbers are near
    # the root of 2 apart, and root mean squares near 1.4.
    for distance, margins in [("unit", (0.5, 1.25, 2.5)), ("root-mean-square", (0.5, 1.5, 4.0))]:
        cases = dict(zip(("beyond", "across", "inside"), margins)) | dict.fromkeys(("one", "equal", "some_equal"), margins[2])
        for name, margin in cases.items():
            vectors = [golden.tensors[f"scd_{name}/input/{side}"].double() for side in "st"]
            add_scd(f"{name}_{distance}", *vectors, margin, distance)
    # The first two teachers have the direction of the first student; another student is long. And a zero student, whose
    # gradient is a million times the others'.
    s, t = normal(4, 6), normal(4, 6)
    s[0], t[1], s[2] = 4 * t[0], t[0] / 2, 1024 * s[2]
    add_scd("lengths_unit", s, t, 1.25, "unit")
    s[3] = 0.0
    add_scd("zero_unit", s, t, 1.25, "unit")

    golden.write(__file__)


if __name__ == "__main__":
    main()
