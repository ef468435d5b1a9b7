"""Golden files: what PyTorch computed, for the Rust tests to compare with.

A file holds cases. Tensors are named CASE/input/.. (a layer's parameters are inputs too, under our names),
CASE/output/.., and CASE/gradient/.. for the gradient of the case's `loss` with respect to an input. Inputs are f16
numbers, which take little room and are exact in f64; everything computed is f64; dropout is off.
"""

import os

import torch
from safetensors.torch import save_file

torch.set_num_threads(1)


def normal(*shape):
    """Standard normal values in f64 that f16 can hold."""
    return torch.randn(*shape).half().double()


def variable(*shape):
    """Normal values that get a gradient."""
    return normal(*shape).requires_grad_()


def parameters(module, rename):
    """Leaves for a module's parameters, off their special starting points, under our names and under PyTorch's."""
    theirs = {}
    for name, value in module.named_parameters():
        moved = value.detach() + 0.2 * torch.randn(value.shape)
        theirs[name] = moved.half().double().requires_grad_()
    return {rename(name): value for name, value in theirs.items()}, theirs


def mask(lengths, time):
    """(B, T), one where a frame exists and zero behind the end."""
    return (torch.arange(time)[None, :] < torch.tensor(lengths)[:, None]).double()


class Golden:
    def __init__(self):
        self.tensors = {}

    def add(self, case, loss, inputs, outputs=None):
        """Adds a case. Inputs without requires_grad, and whole numbers, have no gradient."""
        for name, value in inputs.items():
            value = torch.as_tensor(value).detach()
            if value.is_floating_point():
                assert torch.equal(value, value.half().double()), f"{case}/{name} is no f16"
                value = value.half()
            self.tensors[f"{case}/input/{name}"] = value.contiguous()
        leaves = {name: value for name, value in inputs.items() if torch.is_tensor(value) and value.requires_grad}
        for name, value in zip(leaves, torch.autograd.grad(loss, list(leaves.values()))):
            self.tensors[f"{case}/gradient/{name}"] = value.clone(memory_format=torch.contiguous_format)
        for name, value in {"loss": loss, **(outputs or {})}.items():
            assert value.dtype == torch.float64 and torch.isfinite(value).all(), f"{case}/{name}"
            self.tensors[f"{case}/output/{name}"] = value.detach().contiguous()

    def write(self, script):
        """Writes the safetensors file beside `script`, under its name."""
        path = os.path.splitext(os.path.abspath(script))[0] + ".safetensors"
        save_file(self.tensors, path)
        print(path, os.path.getsize(path), "bytes")
