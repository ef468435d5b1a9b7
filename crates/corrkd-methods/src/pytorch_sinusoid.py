

def sinusoid(x):
    """The codes of frames' positions, (T, d): sin(t / 10000^(2i/d)) in column 2i, cos of the same in column 2i + 1."""
    angle = torch.arange(x.shape[1])[:, None] * 10000.0 ** -(torch.arange(0, x.shape[2], 2).double() / x.shape[2])
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1).to(x)
