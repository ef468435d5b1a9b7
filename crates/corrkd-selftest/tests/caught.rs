//! What panics is an answer, and what does not passes.

use corrkd_selftest::caught;

#[test]
fn a_panic_is_an_answer() {
    assert_eq!(caught(|| 3), Ok(3));
    assert_eq!(caught(|| panic!("a plain text")), Err::<(), _>("a plain text".to_owned()));
    assert_eq!(
        caught(|| assert_eq!(1, 2, "`y` at 3")).unwrap_err().lines().next(),
        Some("assertion `left == right` failed: `y` at 3")
    );
}
