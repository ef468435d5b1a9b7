//! How settings by modality are written: one value for all, or a table with one for each.

use crate::PerModality;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

pub(crate) fn serialize<T: Serialize + PartialEq, S: Serializer>(
    each: &PerModality<T>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match each.is_alike() {
        true => each.language.serialize(to),
        false => each.serialize(to),
    }
}

/// Values that are themselves lists or texts.
pub(crate) fn deserialize<'de, T: DeserializeOwned + Clone, D: Deserializer<'de>>(
    from: D,
) -> Result<PerModality<T>, D::Error> {
    from.deserialize_any(Written(PhantomData))
}

/// Tells the two forms apart by what comes, so that an error is one of the form that was written.
struct Written<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned + Clone> Visitor<'de> for Written<T> {
    type Value = PerModality<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value for all modalities, or a table with language, audio and vision")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(seq)).map(PerModality::all)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(StrDeserializer::new(text)).map(PerModality::all)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        PerModality::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Mechanism, Missing, PerModality};

    fn read(text: &str) -> Result<Missing, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn one_for_all_or_one_for_each() {
        let alike = read("intra = [0.2, 0.4]\nmechanism = \"bursts\"").unwrap();
        assert_eq!(alike.intra, PerModality { language: [0.2, 0.4], audio: [0.2, 0.4], vision: [0.2, 0.4] });
        assert_eq!(alike.mechanism, PerModality::all(Mechanism::Bursts));
        let intra = "intra = { language = [0.0, 0.2], audio = [0.5, 0.5], vision = [0.0, 1.0] }";
        let each =
            read(&format!("{intra}\nmechanism = {{ language = \"words\", audio = \"frames\", vision = \"gap\" }}"));
        let each = each.unwrap();
        assert_eq!(each.intra, PerModality { language: [0.0, 0.2], audio: [0.5, 0.5], vision: [0.0, 1.0] });
        assert_eq!(each.mechanism.vision, Mechanism::Gap);
        for missing in [alike, each] {
            assert_eq!(read(&toml::to_string(&missing).unwrap()), Ok(missing));
        }
    }

    /// A run's identity is a hash of its settings: those that are alike are written as they ever were.
    #[test]
    fn alike_is_written_as_one() {
        let text = toml::to_string(&Missing::default()).unwrap();
        assert_eq!(text, "inter = true\nintra = [0.0, 1.0]\nmechanism = \"frames\"\n");
    }

    #[test]
    fn errors_tell_of_the_form_that_was_written() {
        let told = |text: &str, what: &str| assert!(read(text).unwrap_err().contains(what), "{:?}", read(text));
        told("mechanism = \"gust\"", "unknown variant `gust`, expected one of `frames`, `bursts`");
        told("mechanism = { language = \"gust\", audio = \"frames\", vision = \"frames\" }", "unknown variant `gust`");
        told("intra = { language = [0.0, 0.2] }", "missing field `audio`");
        told(
            "intra = { language = [0.0, 0.2], voice = [0.0, 0.2] }",
            "unknown field `voice`, expected one of `language`",
        );
        told("intra = 0.5", "expected one value for all modalities, or a table with language, audio and vision");
        told("intra = [0.5]", "expected an array of length 2");
    }
}
