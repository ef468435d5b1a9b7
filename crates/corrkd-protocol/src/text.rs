//! `README.md` of an export: what its files are, for people.

use corrkd_data::Dataset;

/// The text of one data set's folder.
pub(crate) fn readme(name: &str, data: &Dataset) -> String {
    format!(
        "# The protocol of {name} on {dataset}\n\
         \n\
         What models meet in this experiment: the samples, the order of each epoch, and what is missing. Each `.npz` has the \
         same as a `.parquet` beside it. `protocol.json` holds names, sizes, rows, laws, conditions, and the hash of each file.\n\
         \n\
         N samples, E epochs, T frames (zero or false behind a sample's end), D features. A mask is true where a frame is \
         present. MODALITY is one of those that `protocol.json` lists, in that order.\n\
         \n\
         | file | arrays |\n\
         |---|---|\n\
         | `samples/FOLD.npz` | `ids` (N), `labels` (N), `lengths` (N, modalities), and for each MODALITY a mask (N, T) of the frames that hold data by nature |\n\
         | `features/FOLD.npz`, with `--features` | for each MODALITY the complete features (N, T, D), scaled as networks see them |\n\
         | `seedS/order.npz` | `order` (E, N): places in `samples/train.npz`, as each epoch visits them |\n\
         | `seedS/LAW.npz` | `EPOCH/MODALITY`, epochs from 1: masks (N, T) of the training samples, in the order of `samples/train.npz`; `rows` in `protocol.json` say which law is whose |\n\
         | `seedS/valid.npz`, `seedS/test.npz` | `CONDITION/MODALITY`: masks (N, T). A row without a law is validated under the complete set alone |\n\
         | `seedS/features/..`, with `--features` | the same names: features (N, T, D) of the modalities that `alters` lists of a law or condition |\n\
         \n\
         A network sees the features times the mask; where `alters` names the modality, those of `seedS/features` as they are.\n",
        dataset = data.name
    )
}
