//! Which units two clocks have, as far as the ratio of their times tells.

/// How much longer the one is than the other, and in which units that may be.
const UNITS: [(f64, &str); 14] = [
    (25.0, "frames of video, 25 a second, beside seconds"),
    (30.0, "frames of video, 30 a second, beside seconds"),
    (50.0, "frames, 50 a second, beside seconds"),
    (60.0, "seconds beside minutes"),
    (100.0, "frames, 100 a second, beside seconds"),
    (1e3, "milliseconds beside seconds"),
    (3600.0, "seconds beside hours"),
    (8e3, "samples of sound, 8,000 a second, beside seconds"),
    (16e3, "samples of sound, 16,000 a second, beside seconds"),
    (44.1e3, "samples of sound, 44,100 a second, beside seconds"),
    (48e3, "samples of sound, 48,000 a second, beside seconds"),
    (1e6, "microseconds beside seconds"),
    (1e7, "HTK's units of 100 ns beside seconds"),
    (1e9, "nanoseconds beside seconds"),
];
/// Ratios this near to a unit's are taken for it: one file may cover a little more of a video than the other.
const NEAR: f64 = 1.12;

/// The units whose ratio, 1 or more, is nearest to this one.
pub(crate) fn units(ratio: f64) -> Option<&'static str> {
    let away = |(unit, _): &(f64, &str)| (ratio / unit).ln().abs();
    let (unit, name) = UNITS.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
    ((ratio / unit).ln().abs() <= NEAR.ln()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_that_is_near() {
        for (ratio, name) in [
            (1000.0, Some("milliseconds")),
            (1093.0, Some("milliseconds")),
            (24.0, Some("frames of video, 25")),
            (29.97, Some("frames of video, 30")),
            (60.0, Some("seconds beside minutes")),
            (98.5, Some("frames, 100")),
            (44_100.0, Some("samples of sound, 44,100")),
            (7.0, None),
            (300.0, None),
        ] {
            let got = units(ratio);
            assert_eq!(got.is_some(), name.is_some(), "{ratio}");
            assert!(got.zip(name).is_none_or(|(got, name)| got.starts_with(name)), "{ratio}: {got:?}");
        }
    }
}
