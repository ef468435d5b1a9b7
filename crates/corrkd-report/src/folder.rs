//! A report's folder: it holds what the last report wrote, and nothing that only an earlier one did.

use corrkd_record::{RecordError, replace};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file that names the others, so that a later report knows which are the report's.
const NAMES: &str = "files.txt";

/// A folder while a report is written into it.
pub(crate) struct Folder {
    path: PathBuf,
    written: Vec<String>,
}

impl Folder {
    /// Creates the folder where it is absent.
    pub(crate) fn open(path: PathBuf) -> Result<Self, RecordError> {
        std::fs::create_dir_all(&path).map_err(RecordError::io(&path, "create the report's directory"))?;
        Ok(Self { path, written: Vec::new() })
    }

    /// Writes or replaces a file.
    pub(crate) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), RecordError> {
        replace(&self.path.join(name), bytes)?;
        self.written.push(name.to_owned());
        Ok(())
    }

    /// Removes what an earlier report wrote and this one did not; gives the paths of what was written.
    pub(crate) fn close(self) -> Result<Vec<PathBuf>, RecordError> {
        let names = self.path.join(NAMES);
        let earlier = match std::fs::read_to_string(&names) {
            Ok(earlier) => earlier,
            Err(cause) if cause.kind() == ErrorKind::NotFound => String::new(),
            Err(cause) => return Err(RecordError::io(&names, "read the names of the report's files")(cause)),
        };
        let stale = |name: &&str| {
            // A name alone: the list, which anyone can edit, leads nowhere else.
            Path::new(name).file_name().is_some_and(|of| of == *name) && !self.written.iter().any(|of| of == name)
        };
        for path in earlier.lines().filter(stale).map(|name| self.path.join(name)) {
            match std::fs::remove_file(&path) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => {
                    return Err(RecordError::io(&path, "remove a file of an earlier report")(cause));
                }
                _ => {}
            }
        }
        replace(&names, (self.written.join("\n") + "\n").as_bytes())?;
        Ok(self.written.iter().map(|name| self.path.join(name)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_earlier_report_wrote_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("report");
        let write = |names: &[&str]| {
            let mut folder = Folder::open(path.clone()).unwrap();
            names.iter().for_each(|name| folder.write(name, name.as_bytes()).unwrap());
            folder.close().unwrap()
        };
        let own = root.path().join("own.txt");
        write(&["a.svg", "b.svg"]);
        std::fs::write(path.join("mine.svg"), "").unwrap();
        std::fs::write(&own, "").unwrap();
        std::fs::write(path.join(NAMES), "a.svg\nb.svg\n../own.txt\n..\n\ngone.svg\n").unwrap();
        assert_eq!(write(&["b.svg", "c.svg"]), ["b.svg", "c.svg"].map(|name| path.join(name)));
        let exists = |name: &str| path.join(name).exists();
        assert_eq!(["a.svg", "b.svg", "c.svg", "mine.svg"].map(exists), [false, true, true, true]);
        assert!(own.exists());
    }
}
