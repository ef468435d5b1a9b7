//! `corrkd export`: a finished run's network for other programs, and a card that says what it is.

use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_predict::Predictor;
use corrkd_record::RunDir;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true))]
pub(crate) struct Export {
    /// The run's folder, such as runs/student-s1-0a1b2c3d4e5f. Its files are only read.
    run: PathBuf,
    /// A file to write: the network as an ONNX graph, for any number of samples of any length.
    #[arg(long, value_name = "FILE", group = "what")]
    onnx: Option<PathBuf>,
    /// A folder to write, new or empty: the weights under PyTorch's names, a plain PyTorch module that answers by them, and a
    /// model card. Of every method but MCTN, of which six networks answer.
    #[arg(long, value_name = "DIR", group = "what")]
    safetensors: Option<PathBuf>,
    /// A file to write: the model card, in Markdown.
    #[arg(long, value_name = "FILE", group = "what")]
    card: Option<PathBuf>,
}

impl Export {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let predictor = Predictor::open(&self.run)?;
        let (result, finished) = (predictor.result(), predictor.finished());
        let predictions = RunDir::at(&self.run)?.predictions(result)?;
        let title = &finished.preparation.recipe().title;
        let card = corrkd_report::card(result, &predictions, &finished.context.space, title);
        if let Some(file) = self.onnx {
            predictor.export_onnx(&file)?;
        }
        if let Some(folder) = self.safetensors {
            predictor.export_pytorch(&folder, &card)?;
        }
        if let Some(file) = self.card {
            corrkd_system::replace(&file, card.as_bytes())
                .map_err(|cause| Failure { exit: Exit::Input, error: anyhow!("{}: {cause}", file.display()) })?;
        }
        Ok(())
    }
}
