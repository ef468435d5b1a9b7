//! The numbers of a sequence, by column.

use corrkd_csd::Rows;
use serde::Serialize;

use crate::column::{Column, Tally, finite};

/// Columns are told apart up to this many; wider rows are no features.
const WIDEST: usize = 1 << 16;

/// The numbers of a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Values {
    /// Values that are NaN or infinite, or that an f32 cannot hold.
    pub not_finite: usize,
    /// Rows with such values.
    pub rows_not_finite: usize,
    /// Entries with such values.
    pub entries_not_finite: usize,
    /// Rows that hold nothing but zeros.
    pub zero_rows: usize,
    /// Entries with such rows.
    pub entries_with_zero_rows: usize,
    /// Entries that hold nothing else.
    pub zero_entries: usize,
    /// Columns of one value in all of several rows, in order.
    pub constant_columns: Vec<usize>,
    /// Columns of nothing but zeros, in order.
    pub zero_columns: Vec<usize>,
    /// Each column, over the entries that are as wide as the first; none where there are more than 65,536.
    pub columns: Vec<Column>,
}

/// Numbers being counted: of one entry, or of all so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    rows_not_finite: usize,
    entries_not_finite: usize,
    zero_rows: usize,
    entries_with_zero_rows: usize,
    zero_entries: usize,
    not_finite: usize,
    columns: Vec<Tally>,
}

impl Count {
    /// The numbers of one entry.
    pub(crate) fn of<T: Copy + Into<f64>>(rows: &Rows<T>) -> Self {
        let width = rows.width();
        let mut count =
            Self { columns: vec![Tally::default(); if width > WIDEST { 0 } else { width }], ..Self::default() };
        for row in rows.values.chunks_exact(width.max(1)) {
            let mut faults = 0;
            let mut zeros = true;
            if width > WIDEST {
                faults = row.iter().filter(|&&value| !finite(value.into())).count();
                zeros = row.iter().all(|&value| value.into() == 0.0);
            }
            for (column, &value) in count.columns.iter_mut().zip(row) {
                let value = value.into();
                faults += usize::from(!column.add(value));
                zeros &= value == 0.0;
            }
            count.not_finite += faults;
            count.rows_not_finite += usize::from(faults > 0);
            count.zero_rows += usize::from(zeros);
        }
        count.entries_not_finite = usize::from(count.not_finite > 0);
        count.entries_with_zero_rows = usize::from(count.zero_rows > 0);
        count.zero_entries = usize::from(count.zero_rows > 0 && count.zero_rows == rows.len());
        count
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.rows_not_finite += other.rows_not_finite;
        self.entries_not_finite += other.entries_not_finite;
        self.zero_rows += other.zero_rows;
        self.entries_with_zero_rows += other.entries_with_zero_rows;
        self.zero_entries += other.zero_entries;
        self.not_finite += other.not_finite;
        if self.columns.is_empty() {
            self.columns.clone_from(&other.columns);
        } else if self.columns.len() == other.columns.len() {
            self.columns.iter_mut().zip(&other.columns).for_each(|(own, other)| own.join(other));
        }
    }

    pub(crate) fn values(&self) -> Values {
        let columns: Vec<Column> = self.columns.iter().enumerate().map(|(i, tally)| tally.column(i)).collect();
        let places = |holds: &dyn Fn(&Column) -> bool| columns.iter().filter(|c| holds(c)).map(|c| c.column).collect();
        Values {
            not_finite: self.not_finite,
            rows_not_finite: self.rows_not_finite,
            entries_not_finite: self.entries_not_finite,
            zero_rows: self.zero_rows,
            entries_with_zero_rows: self.entries_with_zero_rows,
            zero_entries: self.zero_entries,
            constant_columns: places(&|column| column.constant),
            zero_columns: places(&|c| c.constant && c.zeros == c.finite && c.finite > 0),
            columns,
        }
    }
}
