//! Stamps the program with a digest of the code that decides each method's results, `CORRKD_CODE_METHOD`, so that a run
//! made by other code is never taken for this one's.

#[path = "code_digest.rs"]
mod code_digest;

use std::{io, path::Path};

fn main() -> io::Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    println!("cargo::rerun-if-changed={}", workspace.join("Cargo.lock").display());
    println!("cargo::rerun-if-changed={}", workspace.join("crates").display());
    for method in code_digest::folders(&workspace)? {
        let digest = code_digest::code_digest(&workspace, &method)?;
        println!("cargo::rustc-env=CORRKD_CODE_{}={digest}", method.to_uppercase());
    }
    Ok(())
}
