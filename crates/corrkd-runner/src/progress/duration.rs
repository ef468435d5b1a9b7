//! A duration as a person would say it.

use std::time::Duration;

/// `8.2 s`, `2 min 05 s`, `1 h 04 min`.
pub(crate) fn text(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_change_at_their_borders() {
        let said = [0.04, 59.4, 59.6, 125.0, 3599.6, 3840.0].map(|s| text(Duration::from_secs_f64(s)));
        assert_eq!(said, ["0.0 s", "59.4 s", "1 min 00 s", "2 min 05 s", "1 h 00 min", "1 h 04 min"]);
    }
}
