//! The program for NVIDIA cards compiles and links where no card and no CUDA is: against the compiler of NVIDIA's own packages for
//! Python, and empty stand-ins for the driver's libraries (`../shared/tools/cuda-env.sh`).
//!
//! It takes a quarter of an hour and a gigabyte: CORRKD_CUDA_TESTS=1.

use super::skipped;
use std::path::Path;
use std::process::Command;

#[test]
fn the_program_for_cuda_links() {
    if std::env::var_os("CORRKD_CUDA_TESTS").is_none_or(|value| value != "1") {
        return skipped("the build for CUDA takes a quarter of an hour; CORRKD_CUDA_TESTS=1");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let prepare = root.join("../shared/tools/cuda-env.sh");
    if !prepare.is_file() {
        return skipped("no ../shared/tools/cuda-env.sh, which prepares a CUDA without a card");
    }
    let target = root.join("target/cuda");
    let build = r#"cargo fetch --locked
        exports=$(bash "$1" "$2/env")
        eval "$exports"
        cargo build --locked -p corrkd --features cuda --target-dir "$2""#;
    let status =
        Command::new("bash").args(["-euc", build, "bash"]).arg(&prepare).arg(&target).current_dir(root).status();
    assert!(status.unwrap().success(), "the build failed");
    let program = target.join("debug/corrkd");
    let needed = Command::new("readelf").arg("--dynamic").arg(&program).output().unwrap();
    let needed = String::from_utf8(needed.stdout).unwrap();
    for library in ["libcuda.so.1", "libcudart.so", "libcublas.so", "libcurand.so"] {
        assert!(needed.contains(library), "{} does not ask for {library}:\n{needed}", program.display());
    }
}
