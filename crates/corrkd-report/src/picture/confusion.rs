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
use corrkd_config::{Presence, Task};
use corrkd_metrics::confusion;
use plotters::prelude::*;

const CELL: [i32; 2] = [60, 40];
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
    let Some(task) = evidence.task else { return Ok(None) };
    let conditions: Vec<String> =
        [Presence::COMPLETE.to_string()].into_iter().chain(hardest(evidence, summary, reference)).collect();
    let block = |&(row, _): &(&'_ str, Mark)| {
        let runs: Vec<&Finished> = asked(evidence, row, task).collect();
        let matrix = |condition: &String| counted(evidence, &runs, condition, task);
        (!runs.is_empty()).then(|| conditions.iter().map(matrix).collect())
    };
    let blocks: Vec<Block> = marks.iter().filter_map(|of| Some(Block { row: of.0, matrices: block(of)? })).collect();
    if blocks.is_empty() {
        return Ok(None);
    }
    let words = Words {
        name: "confusion".to_owned(),
        title: format!(
            "What each row takes the test samples for under {}: per cent of each true category, and below it how many \
             samples over all seeds",
            conditions.join(" and ")
        ),
        description: blocks.iter().map(|block| told(block, &conditions, task)).collect::<Vec<_>>().join(" "),
    };
    let grid = Grid::new(&blocks, &conditions, task.names());
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

/// The runs of a row that predict what is shown: rows may differ in how fine their categories are.
pub(super) fn asked<'a>(evidence: &'a Evidence, row: &str, task: Task) -> impl Iterator<Item = &'a Finished> + Clone {
    evidence.runs(row).filter(move |run| run.result.spec.job.task == task)
}

/// The answers of a row's runs under a condition.
fn counted(evidence: &Evidence, runs: &[&Finished], condition: &str, task: Task) -> Matrix {
    let truth: Vec<usize> = evidence.labels.iter().map(|&label| task.category(label)).collect();
    let k = task.categories();
    let mut sum = vec![vec![0; k]; k];
    for run in runs {
        let Some(answered) = run.answers.under(condition) else { continue };
        let of_run = confusion(&truth, &answered.categories, k);
        sum.iter_mut().flatten().zip(of_run.iter().flatten()).for_each(|(sum, count)| *sum += count);
    }
    sum
}

/// How a block is laid out: the row's name, the conditions, the answers' names; a line for each category.
struct Grid<'a> {
    conditions: &'a [String],
    categories: &'a [&'a str],
    /// Of the categories' names on the left.
    names: i32,
    /// How many lines the longest row's name takes.
    lines: i32,
    size: [i32; 2],
}

impl<'a> Grid<'a> {
    fn new(blocks: &[Block], conditions: &'a [String], categories: &'a [&'a str]) -> Self {
        let names = categories.iter().map(|name| width(name, SMALL)).max().unwrap_or(0) + GAP;
        let k = categories.len() as i32;
        let across = names + (CELL[0] * k + GAP) * conditions.len() as i32;
        let longest = blocks.iter().map(|block| lines(block.row, NORMAL, across - GAP).len() as i32).max();
        let longest = longest.unwrap_or(1);
        let size = [across, LINE * (longest + 2) + CELL[1] * k + GAP];
        Self { conditions, categories, names, lines: longest, size }
    }

    fn draw(&self, area: &Area, block: &Block, [left, top]: [i32; 2]) -> Drawn {
        let middle = |line: i32| top + LINE * line + LINE / 2;
        let name = lines(block.row, NORMAL, self.size[0] - GAP);
        let around = top + LINE * self.lines - LINE * name.len() as i32 / 2;
        put_lines(area, &name, NORMAL, From::Left, (left + GAP / 2, around))?;
        put(area, "true", SMALL, &BLACK, From::Right, (left + self.names - 6, middle(self.lines + 1)))?;
        let matrices = top + LINE * (self.lines + 2);
        for (category, y) in self.categories.iter().zip((matrices..).step_by(CELL[1] as usize)) {
            put(area, category, SMALL, &BLACK, From::Right, (left + self.names - 6, y + CELL[1] / 2))?;
        }
        let across = CELL[0] * self.categories.len() as i32;
        let corners = (left + self.names..).step_by((across + GAP) as usize);
        for ((condition, matrix), x) in self.conditions.iter().zip(&block.matrices).zip(corners) {
            let heading = format!("{condition}, taken for");
            put(area, &heading, SMALL, &BLACK, From::Middle, (x + across / 2, middle(self.lines)))?;
            for (category, x) in self.categories.iter().zip((x..).step_by(CELL[0] as usize)) {
                put(area, category, SMALL, &BLACK, From::Middle, (x + CELL[0] / 2, middle(self.lines + 1)))?;
            }
            for (counts, y) in matrix.iter().zip((matrices..).step_by(CELL[1] as usize)) {
                let all: usize = counts.iter().sum();
                for (&count, x) in counts.iter().zip((x..).step_by(CELL[0] as usize)) {
                    cell(area, count, all, [x, y])?;
                }
            }
        }
        Ok(())
    }
}

fn cell(area: &Area, count: usize, all: usize, [left, top]: [i32; 2]) -> Drawn {
    let share = count as f64 / all.max(1) as f64;
    let corners = [(left, top), (left + CELL[0], top + CELL[1])];
    area.draw(&Rectangle::new(corners, FULL.mix(share).filled()))?;
    area.draw(&Rectangle::new(corners, BLACK.mix(0.3)))?;
    let x = left + CELL[0] / 2;
    put(area, &format!("{:.0} %", 100.0 * share), NORMAL, &BLACK, From::Middle, (x, top + 13))?;
    put(area, &count.to_string(), SMALL, &BLACK, From::Middle, (x, top + 30))
}

/// How much of each category is taken for what it is.
fn told(block: &Block, conditions: &[String], task: Task) -> String {
    let right = |matrix: &Matrix| {
        let category = |(k, name): (usize, &&str)| {
            let all: usize = matrix[k].iter().sum();
            format!("{:.0} % of {name}", 100.0 * matrix[k][k] as f64 / all.max(1) as f64)
        };
        task.names().iter().enumerate().map(category).collect::<Vec<_>>().join(", ")
    };
    let under = conditions.iter().zip(&block.matrices);
    let under = under.map(|(condition, matrix)| format!("{} under {condition}", right(matrix)));
    format!("{} is right about {}.", block.row, under.collect::<Vec<_>>().join("; "))
}
