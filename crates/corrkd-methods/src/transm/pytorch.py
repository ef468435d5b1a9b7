

class Pair(nn.Module):
    """An encoder reads the first modality, from which a decoder translates the second, and another encoder reads that.
    What tells features, and translates back, was for training."""

    def __init__(self, width, heads, encoder_layers, decoder_layers, feed_forward):
        super().__init__()
        sizes = {"d_model": width, "nhead": heads, "dim_feedforward": feed_forward, "dropout": 0.0}
        sizes |= {"batch_first": True, "norm_first": True}

        def encoder():
            layer, norm = nn.TransformerEncoderLayer(**sizes), nn.LayerNorm(width)
            return nn.TransformerEncoder(layer, encoder_layers, norm, enable_nested_tensor=False)

        decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**sizes), decoder_layers, nn.LayerNorm(width))
        self.there = nn.ModuleDict({"encoder": encoder(), "decoder": decoder})
        self.back = nn.ModuleDict({"encoder": encoder()})

    def forward(self, x, y, behind):
        first = self.there["encoder"](x + sinusoid(x), src_key_padding_mask=behind[0])
        masks = {"memory_key_padding_mask": behind[0], "tgt_key_padding_mask": behind[1]}
        hidden = self.there["decoder"](y + sinusoid(y), first, **masks)
        return first, self.back["encoder"](hidden + sinusoid(hidden), src_key_padding_mask=behind[1])


class Network(nn.Module):
    """TransM: a convolution for each modality; pairs of modalities that are translated into each other; a linear layer
    that reads the means over time of what encoders and convolutions make of the frames."""

    def __init__(self, config):
        super().__init__()
        self.config, size, widths = config, dict(config["settings"]["network"]), config["widths"]
        kernel, further, width = size.pop("kernel"), size.pop("audio_vision"), size["width"]
        convolutions = {m: nn.Conv1d(widths[m], width, kernel, padding=kernel // 2) for m in MODALITIES}
        self.projections = nn.ModuleDict(convolutions)
        pairs = ["language_vision", "language_audio"] + ["audio_vision"] * further
        self.pairs = nn.ModuleDict({pair: Pair(**size) for pair in pairs})
        self.classifier = nn.Linear((2 * len(pairs) + 3) * width, config["numbers"])

    def forward(self, features, present=None, lengths=None):
        inside, projected, parts = {}, {}, []
        for m, x, exist, _ in seen(self.config, features, present, lengths):
            inside[m], projected[m] = exist, self.projections[m](x.transpose(1, 2)).transpose(1, 2)
        for name, pair in self.pairs.items():
            both = name.split("_")
            parts += zip(both, pair(*(projected[m] for m in both), [~inside[m] for m in both]))
        parts += projected.items()
        means = [(x * inside[m][..., None]).sum(1) / inside[m].sum(1, keepdim=True) for m, x in parts]
        representation = torch.cat(means, dim=1)
        return said(self.config, self.classifier(representation), representation)
