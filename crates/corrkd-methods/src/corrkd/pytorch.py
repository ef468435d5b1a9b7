

class Network(nn.Module):
    """CorrKD: an encoder for each modality; H, their vectors side by side; a linear classifier."""

    def __init__(self, config):
        super().__init__()
        self.config, size = config, dict(config["settings"]["network"])
        self.attend_missing = size.pop("attend_missing")
        self.encoders = nn.ModuleDict({m: Encoder(config["widths"][m], **size) for m in MODALITIES})
        self.classifier = nn.Linear(3 * size["width"], config["numbers"])

    def forward(self, features, present=None, lengths=None):
        encoded = []
        for m, x, inside, there in seen(self.config, features, present, lengths):
            some = there.any(dim=1, keepdim=True) & (not self.attend_missing)
            encoded.append(self.encoders[m](x, inside, torch.where(some, there, inside)))
        representation = torch.cat(encoded, dim=1)
        return said(self.config, self.classifier(representation), representation)
