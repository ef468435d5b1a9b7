//! Memory that is used again: a training step needs the same tens of megabytes each time, and fresh pages cost more than
//! what is computed in them.

use std::sync::{Mutex, PoisonError};

/// A buffer that starts at a cache line, so that no vector crosses one.
#[derive(Default)]
pub(super) struct Buffer {
    memory: Vec<f32>,
    start: usize,
    length: usize,
}

/// Floats in a cache line.
const LINE: usize = 16;

impl Buffer {
    fn fit(mut self, length: usize) -> Self {
        if self.memory.len() < length + LINE {
            self.memory = vec![0.0; length + LINE];
        }
        let start = self.memory.as_ptr().align_offset(LINE * size_of::<f32>());
        Self { start: start.min(LINE), length, ..self }
    }
}

impl std::ops::Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.memory[self.start..][..self.length]
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..][..self.length]
    }
}

/// Buffers that wait for their next use.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Buffer>>);

impl Buffers {
    /// A buffer of `length` numbers, of any value.
    pub(super) fn take(&self, length: usize) -> Buffer {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        waiting.unwrap_or_default().fit(length)
    }

    /// A buffer of zeros.
    pub(super) fn zeros(&self, length: usize) -> Buffer {
        let mut buffer = self.take(length);
        buffer.fill(0.0);
        buffer
    }

    /// Gives a buffer back.
    pub(super) fn give(&self, buffer: Buffer) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

/// Takes the first `n` numbers off a slice.
pub(super) fn carve<'a>(rest: &mut &'a mut [f32], n: usize) -> &'a mut [f32] {
    let (first, others) = std::mem::take(rest).split_at_mut(n);
    *rest = others;
    first
}
