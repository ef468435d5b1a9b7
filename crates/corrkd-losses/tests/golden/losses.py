"""PyTorch's values and gradients of the losses: `python -B losses.py` writes losses.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/pytorch.rs reads the file.
N samples, K categories, D representation; s is the student's side, t the teacher's.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "corrkd-nn/tests/golden"))
from golden import Golden, normal, variable  # noqa: E402


def scd(s, t, margin):
    """The mean over i of |s_i - t_i|^2 plus the mean over j != i of max(0, margin - |s_i - t_j|)^2."""
    total = 0.0
    for i in range(len(s)):
        pull = torch.linalg.vector_norm(s[i] - t[i]) ** 2
        push = [F.relu(margin - torch.linalg.vector_norm(s[i] - t[j])) ** 2 for j in range(len(s)) if j != i]
        total = total + pull + sum(push) / len(push)
    return total / len(s)


def cpd(s, t, categories):
    """The mean over i and the categories k present of |cos(s_i, c_k of s) - cos(t_i, c_k of t)|."""
    categories = torch.as_tensor(categories)
    terms = []
    for k in categories.unique():
        of_student, of_teacher = (h[categories == k].mean(0) for h in (s, t))
        for i in range(len(s)):
            of_pair = F.cosine_similarity(s[i], of_student, dim=0) - F.cosine_similarity(t[i], of_teacher, dim=0)
            terms.append(torch.linalg.vector_norm(of_pair))
    return torch.stack(terms).mean()


def jensen_shannon(scores):
    """E over the diagonal of -sp(-F), minus E over all other pairs of sp(F)."""
    # Not F.softplus, which is the identity above 20; sp(x) is -log sigmoid(-x) everywhere.
    softplus = lambda x: -F.logsigmoid(-x)  # noqa: E731
    others = ~torch.eye(len(scores), dtype=torch.bool)
    return (-softplus(-scores.diagonal())).mean() - softplus(scores[others]).mean()


def rcd(s, t, categories, target_scores, other_scores):
    """-(MI of the target responses + MI of the others) of responses (N, K)."""
    target = F.one_hot(torch.as_tensor(categories), s.shape[1]).bool()
    parts = [(r[target][:, None], r[~target].reshape(len(r), -1)) for r in (t, s)]
    (t_target, t_others), (s_target, s_others) = parts
    return -(jensen_shannon(target_scores(t_target, s_target)) + jensen_shannon(other_scores(t_others, s_others)))


def main():
    torch.manual_seed(2)
    golden = Golden()

    # Distances between 6-dimensional normal vectors lie near 3.5.
    for name, margin in [("beyond", 0.5), ("across", 3.5), ("inside", 9.0)]:
        s, t = variable(5, 6), normal(5, 6)
        golden.add(f"scd_{name}", scd(s, t, margin), {"s": s, "t": t, "margin": torch.tensor(margin).double()})
    # All vectors are equal: the gradient is zero.
    t = normal(1, 6).repeat(4, 1)
    s = t.clone().requires_grad_()
    golden.add("scd_equal", scd(s, t, 1.25), {"s": s, "t": t, "margin": torch.tensor(1.25).double()})
    # One student's vector is its teacher's and another's too.
    s, t = normal(5, 6), normal(5, 6)
    t[1] = t[3] = s[1]
    s.requires_grad_()
    golden.add("scd_some_equal", scd(s, t, 6.0), {"s": s, "t": t, "margin": torch.tensor(6.0).double()})

    # Category 1 is absent from the second; in the third each category has one sample.
    for name, categories in [("all", [0, 2, 1, 2, 0]), ("absent", [3, 2, 0, 2, 0]), ("single", [4, 3, 2, 1, 0])]:
        s, t = variable(5, 6), normal(5, 6)
        golden.add(f"cpd_{name}", cpd(s, t, categories), {"s": s, "t": t, "categories": categories})

    s, t = variable(5, 4), normal(5, 4)
    kl = F.kl_div(F.log_softmax(s, dim=1), F.softmax(t, dim=1), reduction="batchmean")
    golden.add("kl", kl, {"s": s, "t": t})

    s, categories = variable(5, 4), torch.tensor([0, 3, 1, 1, 2])
    golden.add("cross_entropy", F.cross_entropy(s, categories), {"s": s, "categories": categories})

    # Scores of every size, exact zeros on and off the diagonal among them.
    scores = normal(5, 5) * torch.tensor([0.0, 0.125, 1.0, 16.0, 64.0]).double()
    scores[2, 2] = 0.0
    scores.requires_grad_()
    golden.add("jensen_shannon", jensen_shannon(scores), {"s": scores})

    golden.write(__file__)


if __name__ == "__main__":
    main()
