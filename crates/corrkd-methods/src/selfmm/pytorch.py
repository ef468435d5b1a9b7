

class Encoder(nn.Module):
    """A modality's frames to a vector: the last state of an LSTM, projected."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.recurrent = nn.LSTM(inputs, hidden, batch_first=True)
        self.project = nn.Linear(hidden, outputs)

    def forward(self, x, inside):
        packed = nn.utils.rnn.pack_padded_sequence(x, inside.sum(1).cpu(), batch_first=True, enforce_sorted=False)
        return self.project(self.recurrent(packed)[1][0][-1])


class Network(nn.Module):
    """Self-MM: an encoder for each modality; features F = relu(W x + b) of the three vectors side by side; two layers
    that read these. What reads each modality alone was for training."""

    def __init__(self, config):
        super().__init__()
        self.config, size = config, config["settings"]["network"]
        sizes = {m: (config["widths"][m], size["hidden"][m], size["encoded"][m]) for m in MODALITIES}
        self.encoders = nn.ModuleDict({m: Encoder(*sizes[m]) for m in MODALITIES})
        self.features = nn.Linear(sum(size["encoded"].values()), size["fused"])
        self.hidden = nn.Linear(size["fused"], size["fused"])
        self.output = nn.Linear(size["fused"], config["numbers"])

    def forward(self, features, present=None, lengths=None):
        frames = seen(self.config, features, present, lengths)
        encoded = [self.encoders[m](x, inside) for m, x, inside, _ in frames]
        representation = self.features(torch.cat(encoded, dim=1)).relu()
        return said(self.config, self.output(self.hidden(representation).relu()), representation)
