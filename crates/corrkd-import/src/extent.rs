//! Which frames of a sample are padding.

use corrkd_numpy::Numbers;
use std::fmt;
use std::ops::Range;

use crate::track::Sample;

/// The side of the frames that padding is on.
///
/// Files fill samples up with zero frames, and hold real frames of zeros as well: a face that was not found, a word
/// without a vector. The rule here: a frame is zero if all its numbers are, in all modalities where these are aligned.
/// Padding is on one side of all samples, the one where the file has more zero frames at the end. The zero frames there
/// are padding as far as they reach without a gap; all other zero frames stay. A sample of nothing but zero frames keeps
/// one. Where the modalities are not aligned and the file states lengths, and no frame beyond them holds anything, the
/// lengths count instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before them, as by the SDK.
    Front,
    /// Behind them.
    Back,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Front => "before",
            Self::Back => "behind",
        })
    }
}

/// Where a sample's frames hold something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Number of frames, T.
    pub(crate) rows: usize,
    /// The first frame that is not zero; T if all are.
    first: usize,
    /// The frame behind the last that is not zero; 0 if all are.
    last: usize,
}

impl Extent {
    /// The extent of a sample.
    pub(crate) fn of(sample: &Sample) -> Self {
        let rows = sample.rows();
        let held: Vec<bool> = match &sample.numbers {
            Numbers::Single(values) => {
                values.chunks_exact(sample.width).map(|row| row.iter().any(|&v| v != 0.0)).collect()
            }
            Numbers::Double(values) => {
                values.chunks_exact(sample.width).map(|row| row.iter().any(|&v| v != 0.0)).collect()
            }
        };
        let first = held.iter().position(|&held| held).unwrap_or(rows);
        let last = held.iter().rposition(|&held| held).map_or(0, |last| last + 1);
        Self { rows, first, last }
    }

    /// The extent of two modalities of equal length together.
    pub(crate) fn with(self, other: Self) -> Self {
        Self { rows: self.rows, first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    /// Whether all frames are zero.
    pub(crate) const fn is_empty(self) -> bool {
        self.last == 0
    }

    /// The frames that stay: between the padding of this side and the other end, at least one if there is one.
    pub(crate) fn kept(self, side: Option<Side>, length: Option<usize>) -> Range<usize> {
        let stated = length.filter(|&length| (1..=self.rows).contains(&length));
        if let Some(length) = stated {
            if self.last <= length && side != Some(Side::Front) {
                return 0..length;
            }
            if self.first >= self.rows - length {
                return self.rows - length..self.rows;
            }
        }
        match side {
            None => 0..self.rows,
            Some(Side::Front) => self.first.min(self.rows.saturating_sub(1))..self.rows,
            Some(Side::Back) => 0..self.last.max(1).min(self.rows),
        }
    }
}

/// The side that padding is on; none where no sample begins or ends with a zero frame.
pub(crate) fn side(extents: impl Iterator<Item = Extent>) -> Option<Side> {
    let held = extents.filter(|extent| !extent.is_empty());
    let (front, back) =
        held.fold((0, 0), |(front, back), extent| (front + extent.first, back + extent.rows - extent.last));
    match (front, back) {
        (0, 0) => None,
        _ if front >= back => Some(Side::Front),
        _ => Some(Side::Back),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(frames: &[f32]) -> Extent {
        Extent::of(&Sample { numbers: Numbers::Single(frames.to_vec()), width: 1 })
    }

    #[test]
    fn padding_is_on_one_side() {
        let (left, right, whole, none) =
            (extent(&[0., 0., 1., 0., 2.]), extent(&[1., 0., 2., 0., 0.]), extent(&[1., 2.]), extent(&[0., 0., 0.]));
        assert_eq!(side([left, left, right].into_iter()), Some(Side::Front));
        assert_eq!(side([left, right, right].into_iter()), Some(Side::Back));
        assert_eq!(side([whole, none].into_iter()), None);
        assert_eq!(left.kept(Some(Side::Front), None), 2..5);
        assert_eq!(left.kept(Some(Side::Back), None), 0..5, "a zero frame inside or at the other end stays");
        assert_eq!(right.kept(Some(Side::Back), None), 0..3);
        assert_eq!(none.kept(Some(Side::Front), None), 2..3);
        assert_eq!(none.kept(Some(Side::Back), None), 0..1);
        assert_eq!(left.kept(None, None), 0..5);
        assert_eq!(extent(&[f32::NAN, 0.0]).kept(Some(Side::Front), None), 0..2, "no number is no zero");
    }

    #[test]
    fn a_length_counts_where_it_can_be_right() {
        let right = extent(&[1., 0., 2., 0., 0.]);
        assert_eq!(right.kept(Some(Side::Back), Some(4)), 0..4);
        assert_eq!(right.kept(Some(Side::Back), Some(2)), 0..3, "frame 2 holds something");
        assert_eq!(right.kept(Some(Side::Back), Some(9)), 0..3);
        assert_eq!(right.kept(Some(Side::Back), Some(0)), 0..3);
        assert_eq!(extent(&[0., 0., 1.]).kept(Some(Side::Front), Some(2)), 1..3);
    }

    #[test]
    fn modalities_together() {
        let both = extent(&[0., 0., 1., 1.]).with(extent(&[0., 1., 0., 0.]));
        assert_eq!(both.kept(Some(Side::Front), None), 1..4);
        assert!(!both.is_empty());
    }
}
