//! What the methods' modules in PyTorch have in common: how PyTorch calls the parameters of layers, and what the numbers are
//! that a network regresses. The modules themselves are texts, put together of `pytorch.py`, which each begins with, parts that
//! some have (`pytorch_*.py`), and the method's own.

use crate::head::Head;
use corrkd_config::LabelSpace;

/// What a Transformer's layers call parts of ours, in the order in which they are replaced.
const LAYER: [(&str, &str); 7] = [
    ("attention_norm.", "norm1."),
    ("forward_norm.", "norm2."),
    ("attention.project.", "self_attn.in_proj_"),
    ("attention.join.", "self_attn.out_proj."),
    ("widen.", "linear1."),
    ("narrow.", "linear2."),
    (".layer", ".layers."),
];

/// The same of a decoder's, which attend to a memory, too.
const DECODER_LAYER: [(&str, &str); 10] = [
    ("self_attention_norm.", "norm1."),
    ("attention_norm.", "norm2."),
    ("forward_norm.", "norm3."),
    ("self_attention.project.", "self_attn.in_proj_"),
    ("self_attention.join.", "self_attn.out_proj."),
    ("attention.project.", "multihead_attn.in_proj_"),
    ("attention.join.", "multihead_attn.out_proj."),
    ("widen.", "linear1."),
    ("narrow.", "linear2."),
    (".layer", ".layers."),
];

/// A name in which parts are replaced, one after the other.
fn replaced(ours: &str, parts: &[(&str, &str)]) -> String {
    parts.iter().fold(ours.to_owned(), |name, (ours, theirs)| name.replace(ours, theirs))
}

/// The name of a Transformer's parameter.
pub(crate) fn transformer(ours: &str) -> String {
    replaced(ours, &LAYER)
}

/// The name of a Transformer's decoder's parameter.
pub(crate) fn decoder(ours: &str) -> String {
    replaced(ours, &DECODER_LAYER)
}

/// The name of a parameter of an encoder: a convolution, then a Transformer.
pub(crate) fn encoder(ours: &str) -> String {
    replaced(&transformer(ours), &[(".layers.", ".transformer.layers."), (".norm.", ".transformer.norm.")])
}

/// The name of a parameter that may be of an LSTM, `recurrent`: of its `layer0.reverse.input.weight` it makes
/// `weight_ih_l0_reverse`.
pub(crate) fn recurrent(ours: &str) -> Option<String> {
    let Some((place, within)) = ours.split_once("recurrent.layer") else { return Some(ours.to_owned()) };
    let parts: Vec<&str> = within.split('.').collect();
    let (layer, reverse, side, kind) = match parts[..] {
        [layer, side, kind] => (layer, "", side, kind),
        [layer, "reverse", side, kind] => (layer, "_reverse", side, kind),
        _ => return None,
    };
    let side = if side == "input" { "ih" } else { "hh" };
    Some(format!("{place}recurrent.{kind}_{side}_l{layer}{reverse}"))
}

/// What the numbers are that [`Head`] reads: a score, or pairs of logits, no and yes, of each target.
pub(crate) fn answers(space: &LabelSpace) -> (&'static str, usize) {
    let head = Head::of(space);
    let kind = match head {
        Head::Score(_) => "score",
        Head::Targets(_) => "pairs",
    };
    (kind, head.numbers())
}
