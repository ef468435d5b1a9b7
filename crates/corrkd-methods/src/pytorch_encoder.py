

class Encoder(nn.Module):
    """F = Conv1d(X) + PE; E = Transformer(F), behind pre-norm layers a last LayerNorm; the mean over the frames."""

    def __init__(self, inputs, width, heads, layers, feed_forward, kernel, pre_norm=True):
        super().__init__()
        self.convolution = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        layer = nn.TransformerEncoderLayer(width, heads, feed_forward, 0.0, batch_first=True, norm_first=pre_norm)
        norm = nn.LayerNorm(width) if pre_norm else None
        self.transformer = nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)

    def forward(self, x, inside, attended):
        h = self.convolution(x.transpose(1, 2)).transpose(1, 2)
        h = self.transformer(h + sinusoid(h), src_key_padding_mask=~attended)
        return (h * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)
