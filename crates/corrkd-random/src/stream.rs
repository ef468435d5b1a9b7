//! A stream: a 64-bit key that names accumulate into, and draws at positions under that key.
//!
//! The output function is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) read at random positions: state
//! `key + (position + 1) * golden`, then the mixer. Names enter the key through BLAKE3, numbers through the mixer.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The two factors in [`Stream::word`].
pub const WORD_MULTIPLIERS: [u32; 2] = [0x21F0_AAAD, 0xD35A_2D97];

/// The SplitMix64 finaliser: a bijection of 64 bits in which each input bit moves about half of the output bits.
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A source of draws, identified by a seed and the names and numbers that narrowed it.
///
/// ```
/// use corrkd_random::Stream;
/// let epoch = Stream::new(7, "mask").at(3);
/// assert_eq!(epoch.named("video[0]").uniform(5), epoch.named("video[0]").uniform(5));
/// assert_ne!(epoch.named("video[0]").uniform(5), epoch.named("video[1]").uniform(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

impl Stream {
    /// The stream of `seed` for one purpose, such as `"dropout"`.
    #[must_use]
    pub fn new(seed: u64, purpose: &str) -> Self {
        Self { key: mix(seed.wrapping_add(GOLDEN)) }.named(purpose)
    }

    /// The sub-stream of a name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let digest = blake3::hash(name.as_bytes());
        let mut head = [0u8; 8];
        head.copy_from_slice(&digest.as_bytes()[..8]);
        self.at(u64::from_le_bytes(head))
    }

    /// The sub-stream of a number: an epoch, a step, a sample.
    #[must_use]
    #[inline]
    pub const fn at(self, index: u64) -> Self {
        Self { key: mix(self.key ^ mix(index.wrapping_add(GOLDEN))) }
    }

    /// 32 random bits at a position, for draws so many that their cost counts: a third of that of
    /// [`bits`](Self::bits) where eight or more are made at once.
    ///
    /// A 32-bit finaliser of the form of Wellons' lowbias32, with one half of the key before it and the other inside:
    /// `words` is what it takes.
    #[must_use]
    #[inline]
    pub const fn word(self, position: u32) -> u32 {
        let [low, high] = self.words();
        let mut x = position.wrapping_add(low);
        x = (x ^ (x >> 16)).wrapping_mul(WORD_MULTIPLIERS[0]);
        x = (x ^ (x >> 15) ^ high).wrapping_mul(WORD_MULTIPLIERS[1]);
        x ^ (x >> 15)
    }

    /// The key's low and high half, for those who compute [`word`](Self::word) many at a time.
    #[must_use]
    #[inline]
    pub const fn words(self) -> [u32; 2] {
        [self.key as u32, (self.key >> 32) as u32]
    }

    /// 64 random bits at a position.
    #[must_use]
    #[inline]
    pub const fn bits(self, position: u64) -> u64 {
        mix(self.key.wrapping_add(position.wrapping_add(1).wrapping_mul(GOLDEN)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64 with state 0 starts e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f (the authors' C program:
    /// `uint64_t x = 0; for (int i = 0; i < 3; i++) printf("%016llx\\n", next());`).
    #[test]
    fn output_is_splitmix64() {
        let zero = Stream { key: 0 };
        assert_eq!(
            [0, 1, 2].map(|i| zero.bits(i)),
            [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]
        );
    }
}
