

class Reconstruction(nn.Module):
    """A missing modality's features: the mean of its priors, weighted by what is there."""

    def __init__(self, inputs, width, size):
        super().__init__()
        self.hidden, self.weights = nn.Linear(inputs, size["hidden"]), nn.Linear(size["hidden"], size["priors"])
        self.register_buffer("priors", torch.zeros(size["priors"], width))

    def forward(self, below):
        weights = nn.functional.softplus(self.weights(self.hidden(below).relu()))
        return weights @ self.priors / (weights.sum(1, keepdim=True) + 1e-8)


class Network(nn.Module):
    """SMIL: encoders, a hidden layer and a linear one; behind the pretraining what lacks is rebuilt, noise added."""

    def __init__(self, config):
        super().__init__()
        self.config, size = config, dict(config["settings"]["network"])
        width, hidden, around = 3 * size["width"], size.pop("hidden"), config["settings"].get("reconstruction")
        self.encoders = nn.ModuleDict({m: Encoder(config["widths"][m], **size) for m in MODALITIES})
        self.hidden, self.output = nn.Linear(width, hidden), nn.Linear(hidden, config["numbers"])
        self.pretrained = around is None
        if not self.pretrained:
            rebuild = {m: Reconstruction(width + 3, size["width"], around) for m in MODALITIES}
            noise = {"fused": nn.Linear(width + 3, width), "hidden": nn.Linear(width, hidden)}
            self.reconstruction, self.noise = nn.ModuleDict(rebuild), nn.ModuleDict(noise)

    def forward(self, features, present=None, lengths=None):
        frames = list(seen(self.config, features, present, lengths))
        parts = [self.encoders[m](x, inside, inside) for m, x, inside, _ in frames]
        some = [there.any(dim=1, keepdim=True).float() for *_, there in frames]
        if self.pretrained:
            representation = self.hidden(torch.cat(parts, dim=1)).relu()
        else:
            known = torch.cat([x * there for x, there in zip(parts, some)], dim=1)
            below = torch.cat([known, *some], dim=1)
            rebuilt = [self.reconstruction[m](below) * (1 - there) for m, there in zip(MODALITIES, some)]
            fused = known + torch.cat(rebuilt, dim=1) + nn.functional.softplus(self.noise["fused"](below))
            representation = self.hidden(fused).relu() + nn.functional.softplus(self.noise["hidden"](fused))
        return said(self.config, self.output(representation), representation)
