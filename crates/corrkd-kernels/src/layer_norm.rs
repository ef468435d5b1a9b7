//! Layer normalisation of rows: blocks of some of them, made feature-major in cache, as [`Norm`] takes them. Nothing is kept:
//! backward computes x^ again.

use super::jobs::{add, each};
use super::norm::Norm;
use super::rows::{COLUMNS, group};
use super::transpose::Transpose;
use pulp::{Arch, Simd, WithSimd};

/// Each row of x (.., d) normalised, with gain and bias.
#[must_use]
pub fn layer_norm(norm: Norm<'_>, x: &[f32]) -> Vec<f32> {
    let length = group(norm.gain.len());
    let mut y = vec![0.0; x.len()];
    let jobs = x.chunks(length).zip(y.chunks_mut(length)).collect();
    each(jobs, |(x, y)| Arch::new().dispatch(Forward { norm, x, y }));
    y
}

/// The gradients of x, and of gain and bias, from those of y.
#[must_use]
pub fn layer_norm_backward(norm: Norm<'_>, x: &[f32], dy: &[f32]) -> (Vec<f32>, [Vec<f32>; 2]) {
    let width = norm.gain.len();
    let length = group(width);
    let mut dx = vec![0.0; x.len()];
    let jobs = x.chunks(length).zip(dy.chunks(length)).zip(dx.chunks_mut(length)).collect();
    let groups = each(jobs, |((x, dy), dx)| Arch::new().dispatch(Backward { norm, x, dy, dx }));
    let mut total = [(); 2].map(|()| vec![0.0; width]);
    for group in groups {
        total.iter_mut().zip(&group).for_each(|(total, group)| add(total, group));
    }
    (dx, total)
}

/// Makes some rows (n, d) feature-major (d, COLUMNS), zero behind the last.
#[inline(always)]
fn columns<S: Simd>(simd: S, rows: &[f32], width: usize, to: &mut [f32]) {
    if rows.len() < to.len() {
        to.fill(0.0);
    }
    Transpose { from: (rows, width), to: (to, COLUMNS), size: (rows.len() / width, width) }.with_simd(simd);
}

/// The way back.
#[inline(always)]
fn rows<S: Simd>(simd: S, columns: &[f32], width: usize, to: &mut [f32]) {
    let size = (width, to.len() / width);
    Transpose { from: (columns, COLUMNS), to: (to, width), size }.with_simd(simd);
}

/// y of some rows.
struct Forward<'a> {
    norm: Norm<'a>,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { norm, x, y } = self;
        let width = norm.gain.len();
        let block = width * COLUMNS;
        let ([mut of_x, mut normal, mut of_y], mut scale) = ([(); 3].map(|()| vec![0.0; block]), [0.0; COLUMNS]);
        for (x, y) in x.chunks(block).zip(y.chunks_mut(block)) {
            columns(simd, x, width, &mut of_x);
            norm.forward(simd, &of_x, (&mut normal, &mut scale), &mut of_y);
            rows(simd, &of_y, width, y);
        }
    }
}

/// dx of some rows, and what they bring to the gradients of gain and bias.
struct Backward<'a> {
    norm: Norm<'a>,
    x: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = [Vec<f32>; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [Vec<f32>; 2] {
        let Self { norm, x, dy, dx } = self;
        let width = norm.gain.len();
        let block = width * COLUMNS;
        let [mut of_x, mut normal, mut of_y] = [(); 3].map(|()| vec![0.0; block]);
        let (mut scale, [mut dgain, mut dbias]) = ([0.0; COLUMNS], [(); 2].map(|()| vec![0.0; width]));
        for ((x, dy), dx) in x.chunks(block).zip(dy.chunks(block)).zip(dx.chunks_mut(block)) {
            columns(simd, x, width, &mut of_x);
            norm.forward(simd, &of_x, (&mut normal, &mut scale), &mut of_y);
            columns(simd, dy, width, &mut of_y);
            of_x.fill(0.0);
            norm.backward(simd, &of_y, (&normal, &scale), &mut of_x, (&mut dgain, &mut dbias));
            rows(simd, &of_x, width, dx);
        }
        [dgain, dbias]
    }
}
