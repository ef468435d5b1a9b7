//! Durations with three digits, in the unit that suits them.

/// As `81.2 ms`.
pub(super) fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s if s >= 1e-6 => (s * 1e6, "µs"),
        s => (s * 1e9, "ns"),
    };
    format!("{} {unit}", three_digits(value))
}

/// A positive number with three digits, or with all before its point, and three behind it at most.
pub(super) fn three_digits(value: f64) -> String {
    let decimals = match value {
        v if v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        v if v >= 0.9995 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_digits() {
        let of = |seconds: f64| duration(seconds);
        assert_eq!(
            [of(1.234), of(0.0812), of(0.0998), of(4.56e-4), of(9.996e-6), of(1.5e-8)],
            ["1.23 s", "81.2 ms", "99.8 ms", "456 µs", "10.0 µs", "15.0 ns"]
        );
        assert_eq!([0.2345, 0.9996, 1234.0].map(three_digits), ["0.234", "1.00", "1234"]);
    }
}
