//! `cargo xtask dist`: what a release consists of: the program in an archive that cargo-binstall finds by its name, the wheel, and
//! their checksums.

mod licences;

use crate::{cargo, workspace::workspace};
use anyhow::{Context, Result, anyhow, bail};
use corrkd_config::{Exit, Failure};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf, absolute},
    process::Command,
};
use tar::{Builder, Header};

/// What stands beside the program in its archive, as it lies in the checkout.
const BESIDE: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// Make what a release consists of: archive, wheel, checksums
#[derive(clap::Args)]
pub(crate) struct Dist {
    /// What to build for. For a musl target the program needs no library of the system
    #[arg(long, default_value = "x86_64-unknown-linux-musl", value_name = "TRIPLE")]
    target: String,
    /// Where the files go
    #[arg(long, default_value = "target/distribution", value_name = "DIR")]
    out: PathBuf,
}

impl Dist {
    /// Makes the files.
    ///
    /// # Errors
    /// Exit code 2 if what is needed to build for the target is not installed; 1 if a build fails or a file cannot be written.
    pub(crate) fn run(self) -> Result<(), Failure> {
        needed(&self.target).map_err(|error| Failure::new(Exit::Input, error))?;
        let out = absolute(&self.out).context("--out")?;
        fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
        let program = cargo::build_for(&self.target, "corrkd")?;
        let files = [self.archive(&program, &out)?, self.wheel(&out)?];
        let sums = out.join(format!("SHA256SUMS-{}", self.target));
        corrkd_system::replace(&sums, checksums(&files)?.as_bytes()).with_context(|| sums.display().to_string())?;
        for file in files.iter().chain([&sums]) {
            corrkd_system::out(file.display()).context("the standard output")?;
        }
        Ok(())
    }

    /// `corrkd-TARGET-vVERSION.tgz`, in which all lies in a folder of that name. The same files give the same bytes.
    fn archive(&self, program: &Path, out: &Path) -> Result<PathBuf> {
        let name = format!("corrkd-{}-v{}", self.target, env!("CARGO_PKG_VERSION"));
        let mut archive = Builder::new(GzBuilder::new().write(Vec::new(), Compression::best()));
        let mut add = |file: &str, content: &[u8], mode| {
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(mode);
            archive.append_data(&mut header, format!("{name}/{file}"), content)
        };
        add("corrkd", &fs::read(program)?, 0o755)?;
        for file in BESIDE {
            add(file, &fs::read(workspace().join(file)).context(file)?, 0o644)?;
        }
        add("THIRD-PARTY.md", licences::licences(&self.target)?.as_bytes(), 0o644)?;
        let packed = archive.into_inner()?.finish()?;
        let path = out.join(format!("{name}.tgz"));
        corrkd_system::replace(&path, &packed).with_context(|| path.display().to_string())?;
        Ok(path)
    }

    /// What maturin makes of the same build.
    fn wheel(&self, out: &Path) -> Result<PathBuf> {
        let fresh = out.join(".wheel");
        let _ = fs::remove_dir_all(&fresh);
        let status = Command::new("maturin")
            .args(["build", "--profile", "dist", "--locked", "--target", &self.target, "--manifest-path"])
            .arg("crates/corrkd/Cargo.toml")
            .arg("--out")
            .arg(&fresh)
            .current_dir(workspace())
            .status()
            .context("cannot start maturin")?;
        if !status.success() {
            bail!("`maturin build` failed ({status})");
        }
        let entry = fs::read_dir(&fresh)?.next().context("maturin made no wheel")??;
        let path = out.join(entry.file_name());
        fs::rename(entry.path(), &path)?;
        fs::remove_dir(&fresh)?;
        Ok(path)
    }
}

/// That the target's standard library, the C compiler for a musl target, and maturin are there.
fn needed(target: &str) -> Result<()> {
    let said = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    let library = said.context("cannot start rustc")?;
    if !library.status.success() {
        bail!("--target: {}", String::from_utf8_lossy(&library.stderr).trim());
    }
    if !Path::new(String::from_utf8_lossy(&library.stdout).trim()).is_dir() {
        bail!("Rust's standard library for {target} is not installed: `rustup target add {target}`");
    }
    let starts = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if target.contains("-musl") && !starts("musl-gcc") {
        bail!("musl-gcc, which compiles C for {target}, is not installed: Debian and Ubuntu have it in `musl-tools`");
    }
    match starts("maturin") {
        true => Ok(()),
        false => Err(anyhow!("maturin, which makes the wheel, is not installed: `pip install maturin`")),
    }
}

/// Lines as `sha256sum --check` reads them.
fn checksums(files: &[PathBuf]) -> Result<String> {
    let line = |file: &PathBuf| {
        let digest = Sha256::digest(fs::read(file)?);
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{digits}  {}\n", file.file_name().unwrap_or_default().to_string_lossy()))
    };
    files.iter().map(line).collect()
}
