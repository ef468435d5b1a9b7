

class Transformer(nn.Module):
    """Causal; frames attend to those of a context c, or to each other: x + A(LN(x), LN(c)), then x + F(LN(x))."""

    def __init__(self, width, heads, layers, coded):
        super().__init__()
        self.coded, self.norm = coded, nn.LayerNorm(width)
        layer = [nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, batch_first=True) for _ in range(layers)]
        self.layers = nn.ModuleList(layer)

    def embedded(self, x):
        codes = sinusoid(x) * (x != 0).any(2, keepdim=True) if self.coded == "non-zero" else sinusoid(x)
        return x * x.shape[2] ** 0.5 + codes

    def forward(self, x, context=None):
        times = x.shape[1], (x if context is None else context).shape[1]
        ahead = torch.ones(times, dtype=torch.bool, device=x.device).triu(1 + abs(times[0] - times[1]))
        x, context = self.embedded(x), None if context is None else self.embedded(context)
        for layer in self.layers:
            queries, keys = layer.norm1(x), layer.norm1(x if context is None else context)
            x = x + layer.self_attn(queries, keys, keys, attn_mask=ahead, need_weights=False)[0]
            x = x + layer.linear2(layer.linear1(layer.norm2(x)).relu())
        return self.norm(x)


class Network(nn.Module):
    """DMD: what is a modality's own asks the others'; that and what they have in common pass gates, and are read."""

    def __init__(self, config):
        super().__init__()
        self.config, size, widths = config, config["settings"]["network"], config["widths"]
        d, heads, layers, coded, kernels = (size[key] for key in ("width", "heads", "layers", "positions", "kernels"))
        self.time = {m: max(config["time"][m], kernels[m]) for m in MODALITIES}
        self.shared, self.parts = nn.Linear(d, d, bias=False), nn.ModuleDict()
        for m in MODALITIES:
            project, specific = nn.Conv1d(widths[m], d, kernels[m], bias=False), nn.Linear(d, d, bias=False)
            part = {"project": project, "specific": specific, "common": Transformer(d, heads, layers, coded)}
            part |= {f"from_{other}": Transformer(d, heads, layers, coded) for other in MODALITIES if other != m}
            part |= {"memory": Transformer(2 * d, heads, max(layers, 3), coded), "gate": nn.Linear(2 * d, 2 * d)}
            self.parts[m] = nn.ModuleDict(part)
        self.gate, self.hidden, self.output = (nn.Linear(width, width) for width in (3 * d, 9 * d, 9 * d))
        self.classifier = nn.Linear(9 * d, config["numbers"])

    def forward(self, features, present=None, lengths=None):
        own, common, gated = {}, [], []
        for m, x, *_ in seen(self.config, features, present, lengths):
            x = nn.functional.pad(x, (0, 0, 0, max(self.time[m] - x.shape[1], 0)))
            x = self.parts[m]["project"](x.transpose(1, 2)).transpose(1, 2)
            own[m] = self.parts[m]["specific"](x)
            common.append(self.parts[m]["common"](self.shared(x))[:, -1])
        for m, part in self.parts.items():
            asked = [part[f"from_{other}"](own[m], own[other]) for other in MODALITIES if other != m]
            gated.append(part["gate"](part["memory"](torch.cat(asked, dim=2))[:, -1]))
        x = torch.cat([*gated, self.gate(torch.cat(common, dim=1))], dim=1).sigmoid()
        representation = x + self.output(self.hidden(x).relu())
        return said(self.config, self.classifier(representation), representation)
