//! A data set's samples as NumPy's arrays, padded to T: what the networks here see, for networks elsewhere.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::{DataError, Dataset, Fold, Pad, Split, Time};
use corrkd_config::Modality;
use corrkd_numpy::{Item, write_header};

/// Writes a folder for each fold into `out`: `language.npy`, `audio.npy` and `vision.npy`, (N, T, D) in f32;
/// `labels.npy`, (N) in f32; `lengths.npy`, (N) in i64, or `language.lengths.npy` and so on where modalities have frames of
/// their own; and `ids.txt`, one a line. Zeros go to the side that `pad` says;
/// frames beyond T were cut when the samples were made. The files written.
///
/// # Errors
/// [`DataError::Io`].
pub fn write_tensors(dataset: &Dataset, pad: Pad, out: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut files = Vec::new();
    for fold in Fold::ALL {
        let folder = out.join(fold.name());
        let failed = |path: &Path, cause| DataError::Io { path: path.to_owned(), cause };
        std::fs::create_dir_all(&folder).map_err(|cause| failed(&folder, cause))?;
        let mut write = |name: &str, fill: &dyn Fn(&mut BufWriter<File>) -> io::Result<()>| {
            let path = folder.join(name);
            let filled = File::create(&path).and_then(|file| {
                let mut file = BufWriter::new(file);
                fill(&mut file)?;
                file.flush()
            });
            filled.map_err(|cause| failed(&path, cause))?;
            files.push(path);
            Ok::<_, DataError>(())
        };
        let Split { samples } = dataset.split(fold);
        for (modality, &width) in dataset.widths.iter() {
            write(&format!("{modality}.npy"), &|file| {
                let time = dataset.time.of(modality);
                write_header(file, Item::F32, &[samples.len(), time, width])?;
                for sample in samples {
                    let zeros = vec![0.0; (time - sample.length(modality)) * width];
                    let frames: &[f32] = sample.features.get(modality);
                    let (first, second) = if pad == Pad::Front { (&zeros[..], frames) } else { (frames, &zeros[..]) };
                    file.write_all(bytemuck::cast_slice(first))?;
                    file.write_all(bytemuck::cast_slice(second))?;
                }
                Ok(())
            })?;
        }
        write("labels.npy", &|file| {
            write_header(file, Item::F32, &[samples.len()])?;
            samples.iter().try_for_each(|sample| file.write_all(&sample.label.to_le_bytes()))
        })?;
        let mut write_lengths = |name: &str, modality| {
            write(name, &|file| {
                write_header(file, Item::I64, &[samples.len()])?;
                let mut lengths = samples.iter().map(|sample| sample.length(modality) as i64);
                lengths.try_for_each(|length| file.write_all(&length.to_le_bytes()))
            })
        };
        match dataset.time {
            Time::Aligned(_) => write_lengths("lengths.npy", Modality::Language)?,
            Time::Unaligned(_) => Modality::ALL
                .into_iter()
                .try_for_each(|modality| write_lengths(&format!("{modality}.lengths.npy"), modality))?,
        }
        write("ids.txt", &|file| samples.iter().try_for_each(|sample| writeln!(file, "{}", sample.id)))?;
    }
    Ok(files)
}
