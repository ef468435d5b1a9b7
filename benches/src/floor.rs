//! What a network's arithmetic would take if all of it ran as fast as a plain product does: no program is below it.

use crate::{Shape, WIDTHS};
use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use corrkd_config::Modality;
use std::time::Instant;

/// The side of the square products: three of them stay in the cache, and they are large enough to be fast.
const SIDE: usize = 384;

impl Shape {
    /// The floating-point operations of CorrKD's network on a batch, forward: those of its products, 2 for each
    /// multiplication and addition.
    #[must_use]
    pub fn operations(self) -> f64 {
        let size = self.size();
        let (d, f) = (size.width as f64, size.feed_forward as f64);
        let encoder = |m: Modality| {
            let (t, inputs) = (*self.times().get(m) as f64, *WIDTHS.get(m) as f64);
            let convolution = t * inputs * d * size.kernel as f64;
            // Queries, keys, values, the joined heads; scores and what is read by them; both products of the feed-forward part.
            let layer = 4.0 * t * d * d + 2.0 * t * t * d + 2.0 * t * d * f;
            2.0 * (convolution + self.layers as f64 * layer)
        };
        self.batch as f64 * Modality::ALL.map(encoder).iter().sum::<f64>()
    }
}

/// Plain f32 products on all threads at once.
pub struct Floor {
    /// The operations to be done.
    operations: f64,
    factor: Tensor,
}

impl Floor {
    /// That of so many passes as long as the forward pass of a shape.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn new(shape: Shape, passes: usize) -> Result<Self> {
        let factor = Tensor::ones((SIDE, SIDE), DType::F32, &Device::Cpu)?;
        Ok(Self { operations: passes as f64 * shape.operations(), factor })
    }

    /// The seconds that the operations take. As many whole products are done as hold them, and at least one on each thread; of
    /// their time the operations' share counts.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn seconds(&self) -> Result<f64> {
        let product = 2.0 * (SIDE as f64).powi(3);
        let rounds = (self.operations / (product * rayon::current_num_threads() as f64)).ceil().max(1.0);
        let start = Instant::now();
        let products = rayon::broadcast(|_| -> candle_core::Result<()> {
            (0..rounds as usize).try_for_each(|_| self.factor.matmul(&self.factor).map(drop))
        });
        let took = start.elapsed().as_secs_f64();
        let done = products.len() as f64 * rounds * product;
        products.into_iter().collect::<candle_core::Result<()>>()?;
        Ok(took * self.operations / done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, of one frame and no layers: 3 taps of 300 + 74 + 35 numbers to 40, 2 operations each; of a layer 4 products of
    /// 40 x 40, a score, what is read by it, and two products of 40 x 160, for each modality.
    #[test]
    fn operations_by_hand() {
        let shape = Shape { batch: 1, time: [1; 3], layers: 0 };
        assert_eq!(shape.operations(), 98_160.0);
        let layers = 2.0 * 3.0 * (6_400.0 + 80.0 + 12_800.0);
        assert_eq!(Shape { layers: 2, ..shape }.operations(), 98_160.0 + 2.0 * layers);
        assert_eq!(Shape { batch: 7, ..shape }.operations(), 7.0 * 98_160.0);
    }

    #[test]
    fn more_operations_take_longer() {
        let of = |passes| Floor::new(Shape::WORDS, passes).unwrap();
        let seconds = |floor: &Floor| (0..5).map(|_| floor.seconds().unwrap()).fold(f64::INFINITY, f64::min);
        assert!(seconds(&of(4)) > 2.0 * seconds(&of(1)));
    }
}
