

class Mixer(nn.Module):
    """Along an axis of the cube (B, T, M, d): a projection of it plus an MLP of its normalisation."""

    def __init__(self, axis, inputs, outputs):
        super().__init__()
        self.axis, self.norm = axis, nn.LayerNorm(inputs)
        self.residual = nn.Linear(inputs, outputs, bias=False)
        self.hidden, self.output = nn.Linear(inputs, outputs), nn.Linear(outputs, outputs)

    def forward(self, x):
        x = x.movedim(self.axis, -1)
        y = self.residual(x) + self.output(nn.functional.gelu(self.hidden(self.norm(x))))
        return y.movedim(-1, self.axis)


class Convolved(nn.Module):
    """relu(LN(Conv1d(X)))."""

    def __init__(self, inputs, width, kernel):
        super().__init__()
        self.convolution = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return self.norm(self.convolution(x.transpose(1, 2)).transpose(1, 2)).relu()


class Network(nn.Module):
    """CubeMLP: a cube (B, T, M, d) of the encoded modalities, T of the data's longest sequence; MLPs along its axes; a
    linear layer that reads the mean over time."""

    def __init__(self, config):
        super().__init__()
        self.config, size, widths = config, config["settings"]["network"], config["widths"]
        self.language = nn.Linear(widths["language"], size["width"], bias=False)
        self.audio, self.vision = (Convolved(widths[m], size["width"], size["kernel"]) for m in ("audio", "vision"))
        self.time, self.blocks = max(config["time"].values()), nn.ModuleList()
        sizes = [self.time, 3, size["width"]]
        for outputs in size["blocks"]:
            axes = enumerate(("time", "modality", "channel"))
            self.blocks.append(nn.ModuleDict({name: Mixer(i + 1, sizes[i], outputs[i]) for i, name in axes}))
            sizes = outputs
        self.classifier = nn.Linear(sizes[1] * sizes[2], config["numbers"])

    def forward(self, features, present=None, lengths=None):
        streams = []
        for m, x, inside, _ in seen(self.config, features, present, lengths):
            encoded = getattr(self, m)(x) * inside[..., None]
            streams.append(nn.functional.pad(encoded, (0, 0, 0, max(self.time - x.shape[1], 0))))
        cube = torch.stack(streams, dim=2)
        for block in self.blocks:
            for mixer in block.values():
                cube = mixer(cube)
        representation = cube.mean(1).flatten(1)
        return said(self.config, self.classifier(representation), representation)
