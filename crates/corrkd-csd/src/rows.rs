//! N rows of equal shape, one after the other.

/// N rows, (N, shape...).
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    /// Axes of one row, at least one, none of them zero: `[D]` for the usual (N, D).
    pub shape: Vec<usize>,
    /// N x product of `shape` values, row after row.
    pub values: Vec<T>,
}

impl<T> Rows<T> {
    /// Rows of `width` values each.
    #[must_use]
    pub fn flat(width: usize, values: Vec<T>) -> Self {
        Self { shape: vec![width], values }
    }

    /// Values in one row, D.
    #[must_use]
    pub fn width(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of rows, N.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width()).unwrap_or(0)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One row, or nothing where there is none of this number.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<&[T]> {
        let width = self.width();
        self.values.get(row.checked_mul(width)?..row.checked_add(1)?.checked_mul(width)?)
    }
}
