

def states(lstm, x, inside):
    """An LSTM's states at all frames, which begin and end with each sequence; zero behind its end."""
    packed = nn.utils.rnn.pack_padded_sequence(x, inside.sum(1).cpu(), batch_first=True, enforce_sorted=False)
    return nn.utils.rnn.pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=x.shape[1])[0]


class BandConv(nn.ModuleDict):
    """Of a node its own part, and by each relation the mean, or the sum, over those so many places away."""

    def __init__(self, inputs, outputs, relations, mean):
        super().__init__({name: nn.Linear(inputs, outputs, bias=False) for name in relations})
        self.own, self.relations, self.mean = nn.Linear(inputs, outputs), relations, mean

    def forward(self, x, inside):
        y, places = self.own(x), torch.arange(x.shape[1], device=x.device)
        apart = places - places[:, None]
        for name, (first, last) in self.relations.items():
            heard = ((apart >= first) & (apart <= last) & inside[:, None]).to(x)  # (B, T, T)
            y = y + heard @ self[name](x) / (heard.sum(2, keepdim=True).clamp(min=1) if self.mean else 1.0)
        return y * inside[..., None]


class Graph(nn.Module):
    """What nodes (B, T, 2 H) hear of those near them goes, beside themselves, through an LSTM."""

    def __init__(self, width, window, relations):
        super().__init__()
        heard, known = width // 2, 2 * width + width // 2
        self.relational = BandConv(2 * width, heard, relations, mean=True)
        self.convolution = BandConv(heard, heard, {"near": (-window, window)}, mean=False)
        self.recurrent = nn.LSTM(known, known, 2, batch_first=True, bidirectional=True)
        self.project = nn.Linear(2 * known, known)

    def forward(self, x, inside):
        x = torch.cat([x, self.convolution(self.relational(x, inside), inside)], dim=2)
        return self.project(states(self.recurrent, x, inside)).relu()


class Network(nn.Module):
    """GCNet: an LSTM, two graphs, a linear layer. Nodes are frames; or utterances, all of one video and in order."""

    def __init__(self, config):
        super().__init__()
        self.config, size = config, config["settings"]["network"]
        self.utterances, width, window = size["nodes"] == "utterances", size["width"], size["window"]
        self.recurrent = nn.LSTM(sum(config["widths"].values()), width, 2, batch_first=True, bidirectional=True)
        self.temporal = Graph(width, window, {"past": (-window, -1), "now": (0, 0), "future": (1, window)})
        self.speaker = Graph(width, window, {"near": (-window, window)})
        self.classifier = nn.Linear(2 * width + width // 2, config["numbers"])

    def forward(self, features, present=None, lengths=None):
        _, xs, insides, theres = zip(*seen(self.config, features, present, lengths))
        if self.utterances:
            xs = [x.sum(1)[None] / there.sum(1)[None, :, None].clamp(min=1) for x, there in zip(xs, theres)]
            insides = [inside[None, :, 0] for inside in insides]
        pad, time = nn.functional.pad, max(x.shape[1] for x in xs)
        inside = torch.stack([pad(inside, (0, time - inside.shape[1])) for inside in insides]).any(0)
        x = states(self.recurrent, torch.cat([pad(x, (0, 0, 0, time - x.shape[1])) for x in xs], dim=2), inside)
        x = self.temporal(x, inside) + self.speaker(x, inside)
        x = x[0] if self.utterances else (x * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)
        return said(self.config, self.classifier(x), x)
