//! The sizes of the made data set.

/// How much to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// 40 videos, 560 segments of few words: 22 MB, for a first try.
    Small,
    /// CMU-MOSI's: 93 videos, 2,199 segments.
    Mosi,
    /// CMU-MOSEI's: 3,225 videos, 22,856 segments, at 10 frames a second (the others: 100 and 30) so that they are
    /// made in a minute.
    Mosei,
    /// Four times CMU-MOSEI's, to see how time and memory grow.
    MoseiX4,
    /// Sixteen times.
    MoseiX16,
}

/// A size that there is not.
#[derive(Debug, thiserror::Error)]
#[error("no synthetic data set of size `{got}`, expected one of small, mosi, mosei, mosei-x4, mosei-x16")]
pub struct UnknownSize {
    /// The text.
    pub got: String,
}

/// The numbers behind a size; triples are train, valid, test.
pub(super) struct Extent {
    pub(super) videos: [usize; 3],
    pub(super) segments: [usize; 3],
    /// Fewest and most words of a segment.
    pub(super) words: (usize, usize),
    /// Frames of COVAREP and FACET per second.
    pub(super) rates: [u32; 2],
    /// Frames of voice and face per second, where they are not gathered by words.
    pub(super) own_rates: [u32; 2],
}

impl Size {
    pub(super) const fn extent(self) -> Extent {
        match self {
            Self::Small => Extent {
                videos: [24, 6, 10],
                segments: [340, 80, 140],
                words: (6, 14),
                rates: [100, 30],
                own_rates: [15, 20],
            },
            Self::Mosi => Extent {
                videos: [52, 10, 31],
                segments: [1284, 229, 686],
                words: (6, 18),
                rates: [100, 30],
                own_rates: [50, 65],
            },
            Self::Mosei => mosei(1),
            Self::MoseiX4 => mosei(4),
            Self::MoseiX16 => mosei(16),
        }
    }
}

/// CMU-MOSEI's, so many times.
const fn mosei(times: usize) -> Extent {
    Extent {
        videos: [2249 * times, 300 * times, 676 * times],
        segments: [16_326 * times, 1871 * times, 4659 * times],
        words: (6, 18),
        rates: [10, 10],
        own_rates: [10, 15],
    }
}

corrkd_config::named!(
    Size { Small: "small", Mosi: "mosi", Mosei: "mosei", MoseiX4: "mosei-x4", MoseiX16: "mosei-x16" },
    UnknownSize,
    |got| UnknownSize { got }
);
