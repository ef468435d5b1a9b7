//! The legend under a plot: what each sign stands for, in as many columns as its texts leave room for. Where that would be
//! fewer than three in a picture of full width, the longest texts are broken instead.

use super::canvas::{Area, Drawn, Point};
use super::mark::Mark;
use super::text::{From, LINE, NORMAL, lines, put_lines, width};

/// How wide signs are.
pub(super) const SIGN_WIDTH: i32 = 48;
/// Left and right of the legend, and between its columns.
const SIDE: i32 = 24;
/// Between a sign and its text, and between lines.
const GAP: i32 = 10;

/// A legend, laid out.
pub(super) struct Legend<S> {
    entries: Vec<(S, Vec<String>)>,
    columns: usize,
    column: i32,
}

impl<S: Copy> Legend<S> {
    /// Lays out signs with what they stand for in a width.
    pub(super) fn new(entries: &[(S, &str)], across: i32) -> Self {
        let room = across - 2 * SIDE;
        let longest = entries.iter().map(|(_, text)| width(text, NORMAL)).max().unwrap_or(0);
        let columns = (room / (SIGN_WIDTH + GAP + longest + SIDE)).clamp((across / 300).max(1), 4);
        let column = room / columns;
        let broken = |text: &str| lines(text, NORMAL, column - SIGN_WIDTH - 2 * GAP);
        let entries = entries.iter().map(|&(sign, text)| (sign, broken(text))).collect();
        Self { entries, columns: columns as usize, column }
    }

    /// How high it is, in pixels.
    pub(super) fn height(&self) -> i32 {
        self.entries.chunks(self.columns).map(line_height).sum::<i32>() + 2 * GAP
    }

    /// Draws it below a height; `draw` draws a sign, from the left end of the [`SIGN_WIDTH`] pixels that it has.
    pub(super) fn draw(&self, area: &Area, top: i32, draw: impl Fn(S, Point) -> Drawn) -> Drawn {
        let mut y = top;
        for line in self.entries.chunks(self.columns) {
            let middle = y + line_height(line) / 2;
            for ((sign, text), x) in line.iter().zip((SIDE..).step_by(self.column as usize)) {
                draw(*sign, (x, middle))?;
                put_lines(area, text, NORMAL, From::Left, (x + SIGN_WIDTH + GAP, middle))?;
            }
            y += line_height(line);
        }
        Ok(())
    }
}

fn line_height<S>(entries: &[(S, Vec<String>)]) -> i32 {
    LINE * entries.iter().map(|(_, text)| text.len() as i32).max().unwrap_or(0) + GAP
}

/// The usual sign: a piece of the line, with its point.
pub(super) fn line(area: &Area, mark: Mark, (x, y): Point) -> Drawn {
    mark.line(area, &[(x, y), (x + SIGN_WIDTH, y)])?;
    mark.point(area, (x + SIGN_WIDTH / 2, y))
}
