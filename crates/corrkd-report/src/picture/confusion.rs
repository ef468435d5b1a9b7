//! What each row takes for what: its answers over all seeds by true category, under the complete condition and under the
//! incomplete one that the reference row finds hardest. Shares are of the true category.

use super::Picture;
use super::canvas::{Area, Drawn, WIDTH, Words, picture};
use super::mark::Mark;
use super::text::{From, LINE, NORMAL, SMALL, lines, put, put_lines, width};
use crate::ReportError;
use crate::evidence::{Evidence, Finished};
use crate::summary::Summary;
use crate::target::Target;
use corrkd_config::Presence;
use corrkd_metrics::confusion;
use plotters::prelude::*;

/// How wide a cell is, at least and at most: as wide as the longest name above the columns, which is broken beyond that.
const ACROSS: [i32; 2] = [60, 100];
/// How high it is.
const DOWN: i32 = 40;
/// Between matrices, and around them.
const GAP: i32 = 24;
/// A cell that all of a category fall into; one that none fall into is white. Black can be read on both.
const FULL: RGBColor = RGBColor(86, 180, 233);

/// Counts by true category and answer, K x K.
type Matrix = Vec<Vec<usize>>;

/// A row's answers.
struct Block<'a> {
    row: &'a str,
    /// One for each condition.
    matrices: Vec<Matrix>,
}

/// The matrices; none where no run is finished.
pub(super) fn draw(
    evidence: &Evidence,
    summary: &Summary,
    marks: &[(&str, Mark)],
    reference: &str,
) -> Result<Option<Picture>, ReportError> {
    let space = &evidence.space;
    let conditions: Vec<String> =
        [Presence::COMPLETE.to_string()].into_iter().chain(hardest(evidence, summary, reference)).collect();
    let block = |&(row, _): &(&'_ str, Mark)| {
        // Rows may differ in how fine their categories are.
        let runs: Vec<&Finished> = evidence.runs(row).filter(|run| run.space == *space).collect();
        let matrix = |condition: &String| counted(evidence, &runs, condition);
        (!runs.is_empty()).then(|| conditions.iter().map(matrix).collect())
    };
    let blocks: Vec<Block> = marks.iter().filter_map(|of| Some(Block { row: of.0, matrices: block(of)? })).collect();
    if blocks.is_empty() {
        return Ok(None);
    }
    let called: Vec<&str> = conditions.iter().map(|condition| evidence.called(condition)).collect();
    let words = Words {
        name: "confusion".to_owned(),
        title: format!(
            "What each row takes the test samples for under {}: per cent of each true category, and below it how many \
             samples over all seeds",
            called.join(" and ")
        ),
        description: blocks.iter().map(|block| told(block, &called, space.names())).collect::<Vec<_>>().join(" "),
    };
    let grid = Grid::new(&blocks, &called, space.names());
    let columns = (WIDTH / grid.size[0]).clamp(1, blocks.len() as i32);
    let stories = blocks.len().div_ceil(columns as usize) as i32;
    picture(words, [columns * grid.size[0], stories * grid.size[1] + GAP / 2], |area| {
        (0..).zip(&blocks).try_for_each(|(place, block)| {
            let corner = [place % columns * grid.size[0], place / columns * grid.size[1] + GAP / 2];
            grid.draw(area, block, corner)
        })
    })
    .map(Some)
}

/// The incomplete set that the reference row scores least under, over all targets.
fn hardest(evidence: &Evidence, summary: &Summary, reference: &str) -> Option<String> {
    let score = |condition: &str| {
        let of_target = |target: &Target| Some(summary.score(reference, condition, &target.metric)?.mean);
        evidence.targets.iter().map(of_target).sum::<Option<f64>>()
    };
    let judged = Presence::incomplete().iter().map(ToString::to_string);
    let judged = judged.filter_map(|condition| Some((score(&condition)?, condition)));
    judged.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, condition)| condition)
}

/// The answers of a row's runs under a condition.
fn counted(evidence: &Evidence, runs: &[&Finished], condition: &str) -> Matrix {
    let space = &evidence.space;
    let truth: Vec<usize> = evidence.labels.iter().map(|&label| space.category(label)).collect();
    let k = space.categories();
    let mut sum = vec![vec![0; k]; k];
    for run in runs {
        let Some(answered) = run.answers.under(condition) else { continue };
        let of_run = confusion(&truth, &answered.categories, k);
        sum.iter_mut().flatten().zip(of_run.iter().flatten()).for_each(|(sum, count)| *sum += count);
    }
    sum
}

/// How a block is laid out: the row's name, then for each condition its name, the answers' names, and a line for each
/// category; the conditions beside each other, or below each other where that would be too wide.
struct Grid<'a> {
    conditions: &'a [&'a str],
    categories: &'a [String],
    /// The categories' names above the columns, in lines.
    heads: Vec<Vec<String>>,
    /// How wide a cell is.
    cell: i32,
    /// Of the categories' names on the left.
    names: i32,
    /// How many lines the longest row's name takes.
    lines: i32,
    /// Whether conditions stand below each other.
    stacked: bool,
    size: [i32; 2],
}

impl<'a> Grid<'a> {
    fn new(blocks: &[Block], conditions: &'a [&'a str], categories: &'a [String]) -> Self {
        let longest = categories.iter().map(|name| width(name, SMALL)).max().unwrap_or(0);
        let cell = (longest + 8).clamp(ACROSS[0], ACROSS[1]);
        let heads: Vec<Vec<String>> = categories.iter().map(|name| lines(name, SMALL, cell - 8)).collect();
        let (names, n) = (longest + GAP, conditions.len() as i32);
        let matrix = cell * categories.len() as i32 + GAP;
        let stacked = names + matrix * n > WIDTH;
        let across = names + if stacked { matrix } else { matrix * n };
        let lines = blocks.iter().map(|block| lines(block.row, NORMAL, across - GAP).len() as i32).max().unwrap_or(1);
        let mut grid = Self { conditions, categories, heads, cell, names, lines, stacked, size: [across, 0] };
        grid.size[1] = LINE * lines + grid.high() * if stacked { n } else { 1 };
        grid
    }

    /// How many lines the names above the columns take.
    fn head(&self) -> i32 {
        self.heads.iter().map(Vec::len).max().unwrap_or(1) as i32
    }

    /// How high a matrix is, with what stands above it.
    fn high(&self) -> i32 {
        LINE * (1 + self.head()) + DOWN * self.categories.len() as i32 + GAP
    }

    fn draw(&self, area: &Area, block: &Block, [left, top]: [i32; 2]) -> Drawn {
        let name = lines(block.row, NORMAL, self.size[0] - GAP);
        let below = top + LINE * self.lines;
        put_lines(area, &name, NORMAL, From::Left, (left + GAP / 2, below - LINE * name.len() as i32 / 2))?;
        for (place, (condition, matrix)) in (0..).zip(self.conditions.iter().zip(&block.matrices)) {
            let across = self.cell * self.categories.len() as i32 + GAP;
            let [x, y] = if self.stacked { [0, self.high() * place] } else { [across * place, 0] };
            if x == 0 {
                self.names(area, [left, below + y])?;
            }
            self.matrix(area, condition, matrix, [left + self.names + x, below + y])?;
        }
        Ok(())
    }

    /// What the lines of a matrix are: left and top of what stands above it.
    fn names(&self, area: &Area, [left, top]: [i32; 2]) -> Drawn {
        let right = left + self.names - 6;
        put(area, "true", SMALL, &BLACK, From::Right, (right, top + LINE + LINE * self.head() / 2))?;
        let first = top + LINE * (1 + self.head());
        for (category, y) in self.categories.iter().zip((first..).step_by(DOWN as usize)) {
            put(area, category, SMALL, &BLACK, From::Right, (right, y + DOWN / 2))?;
        }
        Ok(())
    }

    /// A matrix: left, and top of what stands above it.
    fn matrix(&self, area: &Area, condition: &str, matrix: &Matrix, [left, top]: [i32; 2]) -> Drawn {
        let columns = || (left..).step_by(self.cell as usize);
        let middle = left + self.cell * self.categories.len() as i32 / 2;
        put(area, &format!("{condition}, taken for"), SMALL, &BLACK, From::Middle, (middle, top + LINE / 2))?;
        for (head, x) in self.heads.iter().zip(columns()) {
            put_lines(area, head, SMALL, From::Middle, (x + self.cell / 2, top + LINE + LINE * self.head() / 2))?;
        }
        let first = top + LINE * (1 + self.head());
        for (counts, y) in matrix.iter().zip((first..).step_by(DOWN as usize)) {
            let all: usize = counts.iter().sum();
            for (&count, x) in counts.iter().zip(columns()) {
                cell(area, count, all, [x, y, self.cell])?;
            }
        }
        Ok(())
    }
}

fn cell(area: &Area, count: usize, all: usize, [left, top, across]: [i32; 3]) -> Drawn {
    let share = count as f64 / all.max(1) as f64;
    let corners = [(left, top), (left + across, top + DOWN)];
    area.draw(&Rectangle::new(corners, FULL.mix(share).filled()))?;
    area.draw(&Rectangle::new(corners, BLACK.mix(0.3)))?;
    let x = left + across / 2;
    put(area, &format!("{:.0} %", 100.0 * share), NORMAL, &BLACK, From::Middle, (x, top + 13))?;
    put(area, &count.to_string(), SMALL, &BLACK, From::Middle, (x, top + 30))
}

/// How much of each category is taken for what it is.
fn told(block: &Block, conditions: &[&str], names: &[String]) -> String {
    let right = |matrix: &Matrix| {
        let category = |(k, name): (usize, &String)| {
            let all: usize = matrix[k].iter().sum();
            format!("{:.0} % of {name}", 100.0 * matrix[k][k] as f64 / all.max(1) as f64)
        };
        names.iter().enumerate().map(category).collect::<Vec<_>>().join(", ")
    };
    let under = conditions.iter().zip(&block.matrices);
    let under = under.map(|(condition, matrix)| format!("{} under {condition}", right(matrix)));
    format!("{} is right about {}.", block.row, under.collect::<Vec<_>>().join("; "))
}
