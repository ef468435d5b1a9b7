//! Asks a finished run about a sample of which one modality is missing:
//! `cargo run -p corrkd-predict --example answer -- runs/student-s1-0a1b2c3d4e5f`.

use corrkd_config::{Modality, PerModality};
use corrkd_predict::{Given, Predictor};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let run = std::env::args_os().nth(1).map(PathBuf::from).ok_or("expected the folder of a finished run")?;
    let network = Predictor::open(&run)?;
    let widths = network.finished().context.widths;
    for missing in Modality::ALL {
        // Twelve frames of numbers as the data set's files have them.
        let frames = |m: Modality| (0..12).map(|t| Some(vec![f32::sin(t as f32); *widths.get(m)])).collect();
        let given: Given = PerModality::from_fn(|m| (m != missing).then(|| frames(m)));
        let said = network.answer(network.sample(&format!("without {missing}"), given)?)?;
        println!("{}: {} {:?}", said.id, said.category, said.probabilities);
    }
    Ok(())
}
