//! SHA-256 as hexadecimal digits.

use sha2::{Digest, Sha256};

/// A sum that grows with the bytes.
#[derive(Clone, Default)]
pub(crate) struct Sum(Sha256);

impl Sum {
    /// More bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum of the bytes so far, 64 digits in lower case.
    pub(crate) fn hex(&self) -> String {
        self.0.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whether two sums are the same, letter case aside.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_fips_180() {
        // FIPS 180-4, the example "abc".
        let mut sum = Sum::default();
        sum.add(b"a");
        sum.add(b"bc");
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sum.hex(), expected);
        assert!(same(&sum.hex(), &expected.to_uppercase()));
    }
}
