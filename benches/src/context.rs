//! What networks are built and fed by, for samples of a shape with scores from -3 to 3.

use crate::{Shape, WIDTHS};
use anyhow::Result;
use candle_core::{DType, Device};
use corrkd_config::{Cuts, Kernels, LabelSpace, Labels, Presence, Scale, Task};
use corrkd_data::DataStatistics;
use corrkd_train::Context;
use std::sync::Arc;

/// Of the scores.
const RANGE: [f32; 2] = [-3.0, 3.0];

/// That of a task.
///
/// # Errors
/// If these labels do not fit the task.
pub(crate) fn context(shape: Shape, task: Task, kernels: Kernels) -> Result<Context> {
    let train = shape.split();
    let statistics = DataStatistics::new(Presence::COMPLETE, RANGE, WIDTHS, train.clone(), false);
    let scale = Scale { range: RANGE, neutral: 0.0, cuts: Cuts::default() };
    Ok(Context {
        space: LabelSpace::new(task, &Labels::Score(scale))?,
        widths: WIDTHS,
        time: shape.times(),
        statistics: Arc::new(statistics),
        train,
        dtype: DType::F32,
        device: Device::Cpu,
        kernels,
        weights: None,
    })
}
