//! How a file lists its proofs.

/// Lists the proofs of a file: as tests, and for the self test.
macro_rules! proofs {
    ($($name:ident),* $(,)?) => {
        /// The proofs by name.
        #[allow(dead_code, reason = "tests are found by name")]
        pub(crate) const PROOFS: &[(&str, fn(&Place))] = &[$((stringify!($name), $name)),*];

        #[cfg(test)]
        mod tests {
            $(#[test]
            fn $name() {
                super::$name(&super::Place::of_tests());
            })*
        }
    };
}
