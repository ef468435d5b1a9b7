//! How a data set's samples were made of its files, so that others can be made in the same way for a network that learned
//! from them: how many frames stay and which, and the scaling.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Features, Rows};
use serde::{Deserialize, Serialize};

use crate::catalog::{self, Found};
use crate::gather::{Segment, Track};
use crate::rows::{all_finite, hold_data, non_finite};
use crate::standardise::{Scaling, within_sample};
use crate::{Clean, DataError, Frames, Recipe, Sample, Standardise, Time};

/// The recipe, and the scaling of the training fold. Written down, it is the recipe's name and text, and the scaling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Preparation {
    name: String,
    text: String,
    recipe: Recipe,
    scaling: Option<Scaling>,
}

/// A preparation as it is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    recipe: String,
    text: String,
    scaling: Option<Scaling>,
}

/// A sample as somebody hands it in: for each modality frames of D numbers, or nothing where it is missing; a frame may be
/// missing, too.
pub type Given = PerModality<Option<Vec<Option<Vec<f32>>>>>;

impl Preparation {
    /// That of the recipe of this name, or in this file, without any scaling.
    ///
    /// # Errors
    /// As [`crate::recipe`].
    pub fn of(recipe: &str) -> Result<Self, DataError> {
        Ok(Self::new(&catalog::find(recipe)?))
    }

    /// That of a recipe, not scaled yet.
    pub(crate) fn new(found: &Found) -> Self {
        Self { name: found.name.clone(), text: found.text.clone(), recipe: found.recipe.clone(), scaling: None }
    }

    /// The same with a scaling.
    pub(crate) fn scaled(self, scaling: Option<Scaling>) -> Self {
        Self { scaling, ..self }
    }

    /// The recipe's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The recipe.
    #[must_use]
    pub const fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The scaling; none where each sample is scaled by itself, or not at all.
    #[must_use]
    pub const fn scaling(&self) -> Option<&Scaling> {
        self.scaling.as_ref()
    }

    /// A segment as a sample, scaled. Of a modality that it does not have, or that the data set did not have, it has frames
    /// without data.
    ///
    /// # Errors
    /// [`DataError`] for frames of another width, of texts, or not finite; or where modalities are to have the same frames and
    /// do not.
    pub(crate) fn sample(&self, segment: Segment) -> Result<Sample, DataError> {
        let Sample { id, label, present, features } = self.unscaled(segment)?;
        let widths = self.recipe.widths();
        let features = PerModality::from_fn(|m| {
            let mut values = features.get(m).to_vec();
            if let Some(scaling) = &self.scaling {
                let frames = values.chunks_exact_mut(*widths.get(m)).zip(present.get(m));
                frames.filter(|&(_, &present)| present).for_each(|(frame, _)| scaling.apply(m, frame));
            }
            values.into()
        });
        Ok(Sample { id, label, present, features })
    }

    /// A sample that somebody hands in, scaled. As in files, a frame without a finite value is missing, one of zeros is
    /// where the recipe says that they are no data, and single values that are not finite are cleaned.
    ///
    /// # Errors
    /// As of any sample.
    pub fn given(&self, id: &str, given: Given) -> Result<Sample, DataError> {
        let tracks = PerModality::try_from_fn(|m| {
            let (Some(frames), Some(file)) = (given.get(m), self.recipe.features.get(m)) else { return Ok(None) };
            let width = *self.recipe.widths().get(m);
            if let Some(other) = frames.iter().flatten().find(|frame| frame.len() != width) {
                return Err(DataError::Width { id: id.to_owned(), modality: m, expected: width, got: other.len() });
            }
            let mut values = Vec::with_capacity(frames.len() * width);
            for frame in frames {
                match frame {
                    Some(frame) => values.extend_from_slice(frame),
                    None => values.resize(values.len() + width, f32::NAN),
                }
            }
            let unclean = self.recipe.clean != Clean::Keep && !all_finite(&values);
            let mut features = Features::F32(Rows::flat(width, values));
            let present = hold_data(&features, file.zeros);
            if unclean {
                non_finite(&mut features, true);
            }
            let intervals = (0..frames.len()).map(|t| [t as f64, (t + 1) as f64]).collect();
            Ok(Some(Track { intervals, features, present }).filter(|_| !frames.is_empty()))
        })?;
        let labels = Features::F32(Rows::flat(0, Vec::new()));
        self.sample(Segment { id: id.to_owned(), interval: [0.0, 0.0], labels, label: f32::NAN, tracks })
    }

    /// A segment as a sample, its frames not scaled by the training fold yet.
    pub(crate) fn unscaled(&self, segment: Segment) -> Result<Sample, DataError> {
        let recipe = &self.recipe;
        let Segment { id, label, mut tracks, .. } = segment;
        let widths = recipe.widths();
        let mut first: Option<(Modality, usize)> = None;
        let mut kept = PerModality::<Option<(Frames, Vec<bool>)>>::default();
        for (modality, _) in recipe.modalities() {
            let Some(track) = tracks.get_mut(modality).take() else { continue };
            let (got, width) = (track.present.len(), *widths.get(modality));
            let &mut (reference, expected) = first.get_or_insert((modality, got));
            if got != expected && recipe.time.is_aligned() {
                return Err(DataError::Unequal { id, modality, got, reference, expected });
            }
            let range = recipe.keep.range(got, recipe.time.of(modality));
            let columns = track.features.width();
            let Some(rows) = track.features.into_f32() else {
                return Err(DataError::Wordy { id, modality });
            };
            if columns != width {
                return Err(DataError::Width { id, modality, expected: width, got: columns });
            }
            let mut values = rows.values[range.start * width..range.end * width].to_vec();
            let present = track.present[range].to_vec();
            for (frame, _) in values.chunks_exact_mut(width).zip(&present).filter(|&(_, &present)| !present) {
                frame.fill(0.0);
            }
            if !all_finite(&values) {
                return Err(DataError::NotFinite { id, modality });
            }
            if recipe.standardise == Standardise::Utterance {
                within_sample(&mut values, &present, width);
            }
            *kept.get_mut(modality) = Some((values.into(), present));
        }
        // Where there is nothing of a modality, frames of zeros stand beside the others'.
        let length = match recipe.time {
            Time::Aligned(time) => first.map_or(1, |(_, length)| length.min(time)),
            Time::Unaligned(_) => 1,
        };
        let absent = |m: Modality| (vec![0.0; length * widths.get(m)].into(), vec![false; length]);
        let mut kept = PerModality::from_fn(|m| kept.get_mut(m).take().unwrap_or_else(|| absent(m)));
        let present = PerModality::from_fn(|m| std::mem::take(&mut kept.get_mut(m).1));
        Ok(Sample { id, label, present, features: kept.map(|_, (frames, _)| frames.clone()) })
    }
}

impl TryFrom<Written> for Preparation {
    type Error = DataError;

    fn try_from(Written { recipe: name, text, scaling }: Written) -> Result<Self, DataError> {
        let recipe = Recipe::parse(&name, &text)?;
        Ok(Self { name, text, recipe, scaling })
    }
}

impl From<Preparation> for Written {
    fn from(Preparation { name, text, scaling, .. }: Preparation) -> Self {
        Self { recipe: name, text, scaling }
    }
}
