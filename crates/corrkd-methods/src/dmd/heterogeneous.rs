//! The heterogeneous branch (section 3.3): what each modality makes of its own features S (B, T', d) and of those of
//! the other two.
//!
//! Its frames ask each of the others' in a cross-modal Transformer; both answers side by side go through a Transformer
//! of twice the width, the memory, whose last frame (B, 2d) is what is gathered. A reader of that; what it reads out
//! and its numbers are a vertex of the graph.

use super::graph::{Graph, HETEROGENEOUS};
use super::reader::{Read, Reader};
use super::transformers::Transformers;
use candle_core::{D, Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{CrossEncoder, DropoutKey, NnError, Scope};

/// The layers.
pub(super) struct Heterogeneous {
    modalities: PerModality<Layers>,
    /// What the three modalities learn from each other.
    pub(super) graph: Graph,
}

/// Those of one modality.
struct Layers {
    /// One for each other modality, in order.
    crossed: [(Modality, CrossEncoder); 2],
    memory: CrossEncoder,
    reader: Reader,
}

impl Heterogeneous {
    /// Builds the parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        numbers: usize,
        transformers: &Transformers<'_>,
    ) -> std::result::Result<Self, NnError> {
        let wide = 2 * transformers.size.width;
        let modalities = PerModality::try_from_fn(|m| {
            let mut scope = scope.sub(m.name());
            let mut crossed = |other: Modality| {
                Ok::<_, NnError>((other, transformers.towards(scope.sub(&format!("from_{other}")), other)?))
            };
            let [first, second] = others(m);
            Ok::<_, NnError>(Layers {
                crossed: [crossed(first)?, crossed(second)?],
                memory: transformers.memory(scope.sub("memory"))?,
                reader: Reader::new(scope.sub("reader"), wide, wide, numbers, transformers.dropout.output)?,
            })
        })?;
        Ok(Self { modalities, graph: Graph::new(scope.sub("graph"), numbers, wide, &HETEROGENEOUS)? })
    }

    /// What each modality gathers, (B, 2d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn gathered(&self, specific: &PerModality<Tensor>, key: DropoutKey) -> Result<PerModality<Tensor>> {
        PerModality::try_from_fn(|m| {
            let Layers { crossed, memory, .. } = self.modalities.get(m);
            let ask = |(other, encoder): &(Modality, CrossEncoder)| {
                encoder.forward(specific.get(m), Some(specific.get(*other)), None, key)
            };
            let [first, second] = crossed;
            let both = Tensor::cat(&[ask(first)?, ask(second)?], D::Minus1)?; // (B, T', 2d)
            memory.last(&both, None, key)
        })
    }

    /// What is read out of what is [`gathered`](Self::gathered).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn read(&self, gathered: &PerModality<Tensor>, key: DropoutKey) -> Result<PerModality<Read>> {
        PerModality::try_from_fn(|m| self.modalities.get(m).reader.forward(gathered.get(m), key))
    }
}

/// The other two modalities, in order.
const fn others(m: Modality) -> [Modality; 2] {
    match m {
        Modality::Language => [Modality::Audio, Modality::Vision],
        Modality::Audio => [Modality::Language, Modality::Vision],
        Modality::Vision => [Modality::Language, Modality::Audio],
    }
}
