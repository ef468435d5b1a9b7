//! The legend under a plot: what each mark stands for, in as many columns as there is room for.

use super::canvas::{Area, Drawn, WIDTH};
use super::mark::Mark;
use super::text::{From, LINE, NORMAL, lines, put_lines, width};

/// The line with its point, and the gaps around it.
const SIGN: i32 = 66;
const SIDE: i32 = 24;
const GAP: i32 = 8;

/// A legend, laid out.
pub(super) struct Legend {
    entries: Vec<(Mark, Vec<String>)>,
    columns: usize,
    column: i32,
}

impl Legend {
    /// Lays out marks with what they stand for.
    pub(super) fn new(entries: &[(Mark, &str)]) -> Self {
        let room = WIDTH as i32 - 2 * SIDE;
        let longest = entries.iter().map(|(_, text)| width(text, NORMAL)).max().unwrap_or(0);
        let columns = (room / (SIGN + longest + SIDE)).clamp(1, 4);
        let column = room / columns;
        let broken = |text: &str| lines(text, NORMAL, column - SIGN - GAP);
        let entries = entries.iter().map(|&(mark, text)| (mark, broken(text))).collect();
        Self { entries, columns: columns as usize, column }
    }

    /// How high it is, in pixels.
    pub(super) fn height(&self) -> i32 {
        self.entries.chunks(self.columns).map(line_height).sum::<i32>() + GAP
    }

    /// Draws it below a height; `sign` draws what stands before a text, from its left end.
    pub(super) fn draw(&self, area: &Area, top: i32, sign: impl Fn(Mark, (i32, i32)) -> Drawn) -> Drawn {
        let mut y = top;
        for line in self.entries.chunks(self.columns) {
            let middle = y + line_height(line) / 2;
            for ((mark, text), x) in line.iter().zip((SIDE..).step_by(self.column as usize)) {
                sign(*mark, (x, middle))?;
                put_lines(area, text, NORMAL, From::Left, (x + SIGN - GAP, middle))?;
            }
            y += line_height(line);
        }
        Ok(())
    }
}

fn line_height(entries: &[(Mark, Vec<String>)]) -> i32 {
    LINE * entries.iter().map(|(_, text)| text.len() as i32).max().unwrap_or(0) + GAP
}

/// The usual sign: a piece of the line, with its point.
pub(super) fn line(area: &Area, mark: Mark, (x, y): (i32, i32)) -> Drawn {
    mark.line(area, &[(x, y), (x + 48, y)])?;
    mark.point(area, (x + 24, y))
}
