//! The names that files give to folds and to what is in them.

use corrkd_config::Modality;
use corrkd_data::Fold;
use corrkd_numpy::Value;

/// What a file says of the samples of a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// A modality's features.
    Features(Modality),
    /// How many frames of a modality are no padding.
    Length(Modality),
    /// The labels.
    Labels,
    /// Labels that were given to one modality alone.
    LabelsOf(Modality),
    /// Ids.
    Ids,
}

/// The names of each fold: those of MulT, MMSA and MultiBench, and other usual ones. As with fields, case does not count.
const FOLDS: [(&str, Fold); 6] = [
    ("train", Fold::Train),
    ("valid", Fold::Valid),
    ("val", Fold::Valid),
    ("validation", Fold::Valid),
    ("dev", Fold::Valid),
    ("test", Fold::Test),
];

/// The names of each field.
const FIELDS: [(&str, Field); 23] = [
    ("text", Field::Features(Modality::Language)),
    ("language", Field::Features(Modality::Language)),
    ("glove", Field::Features(Modality::Language)),
    ("audio", Field::Features(Modality::Audio)),
    ("acoustic", Field::Features(Modality::Audio)),
    ("covarep", Field::Features(Modality::Audio)),
    ("vision", Field::Features(Modality::Vision)),
    ("visual", Field::Features(Modality::Vision)),
    ("video", Field::Features(Modality::Vision)),
    ("facet", Field::Features(Modality::Vision)),
    ("text_lengths", Field::Length(Modality::Language)),
    ("audio_lengths", Field::Length(Modality::Audio)),
    ("vision_lengths", Field::Length(Modality::Vision)),
    ("labels", Field::Labels),
    ("label", Field::Labels),
    ("y", Field::Labels),
    ("regression_labels", Field::Labels),
    ("regression_labels_M", Field::Labels),
    ("regression_labels_T", Field::LabelsOf(Modality::Language)),
    ("regression_labels_A", Field::LabelsOf(Modality::Audio)),
    ("regression_labels_V", Field::LabelsOf(Modality::Vision)),
    ("id", Field::Ids),
    ("ids", Field::Ids),
];

/// The fold of a name.
pub(crate) fn fold(name: &str) -> Option<Fold> {
    FOLDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, fold)| fold)
}

/// The field of a name.
pub(crate) fn field(name: &str) -> Option<Field> {
    FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, field)| field)
}

/// Whether a name joins something with the name of features, such as `eval_text`.
pub(crate) fn ends(name: &str) -> bool {
    let parts = || name.split(['_', '/', '.', '-']);
    let features = |part: Option<&str>| matches!(part.and_then(field), Some(Field::Features(_)));
    parts().count() > 1 && (features(parts().next()) || features(parts().next_back()))
}

/// Whether the keys of a file, or of a part of it, name MMSA's token ids and masks, which are no features.
pub(crate) fn tokens(root: Value<'_>) -> bool {
    let names = |(key, _): (Value<'_>, Value<'_>)| {
        key.text().is_ok_and(|name| name.is_some_and(|name| name.contains("text_bert")))
    };
    let named = |value: Value<'_>| value.entries().into_iter().flatten().any(names);
    named(root) || root.entries().into_iter().flatten().any(|(_, part)| named(part))
}

/// Fold and field of a name that joins them, such as `train_text`, `test/labels` or `audio.valid`.
pub(crate) fn joined(name: &str) -> Option<(Fold, Field)> {
    let separators = name.char_indices().filter(|(_, character)| matches!(character, '_' | '/' | '.' | '-'));
    separators.into_iter().find_map(|(at, _)| {
        let (before, behind) = (&name[..at], &name[at + 1..]);
        fold(before).zip(field(behind)).or_else(|| fold(behind).zip(field(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_in_either_order() {
        let audio = Field::Features(Modality::Audio);
        for name in ["valid_audio", "audio_valid", "dev/acoustic", "val.audio", "audio-val", "Dev_Audio"] {
            assert_eq!(joined(name), Some((Fold::Valid, audio)), "{name}");
        }
        assert_eq!(joined("train_audio_lengths"), Some((Fold::Train, Field::Length(Modality::Audio))));
        assert_eq!(joined("regression_labels_V_test"), Some((Fold::Test, Field::LabelsOf(Modality::Vision))));
        assert_eq!(joined("train_raw_text"), None);
        assert_eq!(joined("text"), None);
    }
}
