//! What a word without its apostrophe was, and the parts that a tokeniser makes of it.
//!
//! The SDK's transcripts have no apostrophes: `dont`, `im`, `theyre` (and `gonna`, which never had any). A form is in
//! the table only if it is no other word, or if people hardly ever say the other: `ill` is `i'll`, `id` is `i'd`; but
//! `its`, `were`, `well`, `hell`, `shed` stay what they are.

/// Endings, each with what it is put behind.
const ENDINGS: [(&str, &str); 7] = [
    ("n't", "do does did is are was were have has had would could should might must need ca wo sha ai"),
    ("'m", "i"),
    ("'ve", "i you we they there could should would might must who"),
    ("'re", "you they there what where"),
    ("'ll", "i you they it that there who what this"),
    ("'d", "i you he they it that there who"),
    ("'s", "he she that there what who where here how let everyone everybody someone somebody nobody anyone anybody"),
];

/// What stands before `n't` in `can't`, `won't` and `shan't`, and the words that it comes from.
const CUT_SHORT: [(&str, &str); 3] = [("ca", "can"), ("wo", "will"), ("sha", "shall")];

/// Several words that are spoken, and transcribed, as one.
const MERGED: [(&str, &str); 13] = [
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("gotta", "got to"),
    ("kinda", "kind of"),
    ("sorta", "sort of"),
    ("outta", "out of"),
    ("lemme", "let me"),
    ("gimme", "give me"),
    ("dunno", "do n't know"),
    ("yall", "you all"),
    ("coz", "because"),
    ("cuz", "because"),
    ("cmon", "come on"),
];

/// `don't` of `dont`; nothing where no apostrophe was lost.
pub(super) fn with_apostrophe(word: &str) -> Option<String> {
    let (base, ending) = split(word).filter(|_| !word.contains('\''))?;
    Some(format!("{base}{ending}"))
}

/// `do`, `n't` of `dont` or `don't`; nothing for a word that has no parts.
pub(super) fn parts(word: &str) -> Option<Vec<&str>> {
    if let Some((_, words)) = MERGED.iter().find(|(merged, _)| *merged == word) {
        return Some(words.split(' ').collect());
    }
    let (base, ending) = split(word)?;
    let whole = CUT_SHORT.iter().find(|(short, _)| *short == base && ending == "n't");
    Some(vec![whole.map_or(base, |(_, whole)| whole), ending])
}

/// A word before its ending, and the ending with its apostrophe. With the apostrophe in the word anything may stand
/// before it, as in `movie's`.
fn split(word: &str) -> Option<(&str, &'static str)> {
    ENDINGS.iter().find_map(|&(ending, bases)| {
        if let Some(base) = word.strip_suffix(ending).filter(|base| !base.is_empty()) {
            return Some((base, ending));
        }
        // Each ending has one apostrophe: the rest of it stands around it.
        let (before, after) = ending.split_once('\'')?;
        let base = word.strip_suffix(after)?.strip_suffix(before)?;
        bases.split(' ').any(|known| known == base).then_some((base, ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_apostrophes_come_back() {
        for (word, expected) in [
            ("dont", "don't"),
            ("im", "i'm"),
            ("cant", "can't"),
            ("therere", "there're"),
            ("wouldve", "would've"),
            ("whats", "what's"),
        ] {
            assert_eq!(with_apostrophe(word).as_deref(), Some(expected));
        }
        for word in ["its", "were", "well", "shed", "went", "cave", "don't", "gonna", "", "nt", "s"] {
            assert_eq!(with_apostrophe(word), None, "{word}");
        }
    }

    #[test]
    fn parts_are_a_tokenisers() {
        for (word, expected) in [
            ("dont", vec!["do", "n't"]),
            ("don't", vec!["do", "n't"]),
            ("cant", vec!["can", "n't"]),
            ("won't", vec!["will", "n't"]),
            ("theyre", vec!["they", "'re"]),
            ("we're", vec!["we", "'re"]),
            ("movie's", vec!["movie", "'s"]),
            ("gonna", vec!["going", "to"]),
            ("coz", vec!["because"]),
        ] {
            assert_eq!(parts(word), Some(expected), "{word}");
        }
        for word in ["movies", "were", "n't", "'s", "", "do", "’"] {
            assert_eq!(parts(word), None, "{word}");
        }
    }
}
