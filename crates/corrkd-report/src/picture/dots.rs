//! Dots with intervals on the scale of a score: a panel for each condition, a line for each row.

use super::canvas::{Area, Drawn, Point, WIDTH};
use super::legend::{Legend, SIGN_WIDTH};
use super::lines::{bounded, decimals, range, tick};
use super::mark::{GREY, Mark};
use super::text::{From, LINE, NORMAL, SMALL, font, lines, put, put_lines, width};
use corrkd_metrics::Interval;
use plotters::element::DashedPathElement;
use plotters::prelude::*;

/// Panels beside each other, at most.
const COLUMNS: usize = 4;
/// The widest that the rows' names may be.
const NAMES: i32 = 260;
/// Around names and panels.
const GAP: i32 = 16;
/// Above a panel's rows.
const HEAD: i32 = 30;
/// Below them.
const FOOT: i32 = 34;
/// Numbers below them, at most.
const TICKS: usize = 5;
/// More than its text a line is high.
const LEADING: i32 = 6;

/// A row under a condition, as it is shown.
pub(super) struct Dot {
    /// The mean over its seeds.
    pub(super) mean: Option<f64>,
    /// The mean's interval, as far as there are such scores.
    pub(super) interval: Option<Interval>,
    /// What the paper prints.
    pub(super) printed: Option<f64>,
}

impl Dot {
    fn values(&self) -> impl Iterator<Item = f64> {
        let ends = self.interval.map(|interval| [interval.low, interval.high]);
        ends.into_iter().flatten().chain(self.mean).chain(self.printed)
    }
}

/// A condition.
pub(super) struct Panel {
    /// Its name.
    pub(super) condition: String,
    /// One for each row.
    pub(super) dots: Vec<Dot>,
}

/// What the legend explains.
#[derive(Clone, Copy)]
enum Sign {
    Mean,
    Printed,
    Constant(usize),
}

/// The panels, laid out.
pub(super) struct Dots<'a> {
    panels: &'a [Panel],
    marks: &'a [(&'a str, Mark)],
    names: Vec<Vec<String>>,
    constants: &'a [(String, f64)],
    unit: &'a str,
    legend: Legend<Sign>,
}

impl<'a> Dots<'a> {
    /// Lays panels out, beside the scores of constant predictors; `unit` says what is from left to right.
    pub(super) fn new(
        panels: &'a [Panel],
        marks: &'a [(&str, Mark)],
        constants: &'a [(String, f64)],
        unit: &'a str,
    ) -> Self {
        let mut signs = vec![(Sign::Mean, "mean over the seeds, with its 95\u{a0}% interval")];
        if panels.iter().flat_map(|panel| &panel.dots).any(|dot| dot.printed.is_some()) {
            signs.push((Sign::Printed, "printed in the paper, for its data"));
        }
        signs.extend(constants.iter().enumerate().map(|(place, (name, _))| (Sign::Constant(place), name.as_str())));
        let names = marks.iter().map(|(row, _)| lines(row, NORMAL, NAMES)).collect();
        Self { panels, marks, names, constants, unit, legend: Legend::new(&signs, WIDTH) }
    }

    /// Width and height, with the legend.
    pub(super) fn size(&self) -> [i32; 2] {
        [WIDTH, self.height() + self.legend.height()]
    }

    fn height(&self) -> i32 {
        self.panels.len().div_ceil(COLUMNS) as i32 * (HEAD + self.rows() + FOOT) + LINE + GAP
    }

    /// How high each row is.
    fn heights(&self) -> impl Iterator<Item = i32> {
        self.names.iter().map(|lines| LINE * lines.len() as i32 + LEADING)
    }

    /// How high all rows are.
    fn rows(&self) -> i32 {
        self.heights().sum()
    }

    /// Where each row's middle is below the first row's top.
    fn middles(&self) -> impl Iterator<Item = i32> {
        self.heights().scan(0, |bottom, height| {
            *bottom += height;
            Some(*bottom - height / 2)
        })
    }

    /// Draws all.
    pub(super) fn draw(&self, area: &Area) -> Drawn {
        let longest = self.names.iter().flatten().map(|line| width(line, NORMAL)).max().unwrap_or(0);
        let left = longest + 2 * GAP;
        let columns = self.panels.len().min(COLUMNS);
        let across = (WIDTH - left) / columns as i32;
        for (place, panel) in self.panels.iter().enumerate() {
            let (story, column) = (place / columns, place % columns);
            let top = GAP / 2 + story as i32 * (HEAD + self.rows() + FOOT) + HEAD;
            if column == 0 {
                let mut names = self.names.iter().zip(self.middles());
                names.try_for_each(|(name, y)| put_lines(area, name, NORMAL, From::Right, (left - GAP, top + y)))?;
            }
            self.panel(area, panel, [left + across * column as i32, top, across - GAP])?;
        }
        let below = (left + (WIDTH - left - GAP) / 2, self.height() - GAP);
        put(area, self.unit, NORMAL, &BLACK, From::Middle, below)?;
        self.legend.draw(area, self.height(), |sign, at| sign.draw(area, at))
    }

    /// Draws one: left, top of its rows, and width.
    fn panel(&self, area: &Area, panel: &Panel, [left, top, across]: [i32; 3]) -> Drawn {
        put(area, &panel.condition, NORMAL, &BLACK, From::Middle, (left + across / 2, top - HEAD / 2))?;
        let dots = self.panels.iter().flat_map(|panel| &panel.dots).flat_map(Dot::values);
        let scale = range(dots.chain(self.constants.iter().map(|(_, score)| *score)), 0.04);
        let decimals = decimals(&scale, TICKS);
        let part = area.clone().shrink((left, top), (across, self.rows() + FOOT));
        let mut chart = ChartBuilder::on(&part).x_label_area_size(FOOT).build_cartesian_2d(scale, 0.0..1.0)?;
        let mesh = BLACK.mix(0.12);
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .x_labels(TICKS)
            .x_label_formatter(&|x| tick(*x, decimals))
            .label_style(font(SMALL))
            .bold_line_style(mesh)
            .light_line_style(TRANSPARENT)
            .draw()?;
        let x = |value: f64| chart.backend_coord(&(bounded(value), 0.0)).0;
        for (place, (_, score)) in self.constants.iter().enumerate() {
            constant(area, place, x(*score), [top, top + self.rows()])?;
        }
        for ((dot, (_, mark)), y) in panel.dots.iter().zip(self.marks).zip(self.middles()) {
            let y = top + y;
            area.draw(&PathElement::new(vec![(left, y), (left + across, y)], mesh))?;
            if let Some(Interval { low, high }) = dot.interval {
                bar(area, mark.colour, [x(low), x(high)], y)?;
            }
            dot.mean.map_or(Ok(()), |mean| mark.point(area, (x(mean), y)))?;
            dot.printed.map_or(Ok(()), |printed| diamond(area, (x(printed), y)))?;
        }
        Ok(())
    }
}

impl Sign {
    fn draw(self, area: &Area, (x, y): Point) -> Drawn {
        let middle = x + SIGN_WIDTH / 2;
        match self {
            Self::Mean => {
                bar(area, GREY, [x, x + SIGN_WIDTH], y)?;
                Mark::stage(0).point(area, (middle, y))
            }
            Self::Printed => diamond(area, (middle, y)),
            Self::Constant(place) => constant(area, place, middle, [y - 10, y + 10]),
        }
    }
}

/// An interval, with its ends marked.
fn bar(area: &Area, colour: RGBColor, [low, high]: [i32; 2], y: i32) -> Drawn {
    for ends in [[(low, y), (high, y)], [(low, y - 4), (low, y + 4)], [(high, y - 4), (high, y + 4)]] {
        area.draw(&PathElement::new(ends.to_vec(), colour.stroke_width(2)))?;
    }
    Ok(())
}

fn diamond(area: &Area, (x, y): Point) -> Drawn {
    let corners = vec![(x - 7, y), (x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)];
    area.draw(&PathElement::new(corners, BLACK))?;
    Ok(())
}

/// An upright line, long dashes or short ones.
fn constant(area: &Area, place: usize, x: i32, [top, bottom]: [i32; 2]) -> Drawn {
    let (dash, gap) = [(8, 4), (2, 3)][place % 2];
    area.draw(&DashedPathElement::new(vec![(x, top), (x, bottom)], dash, gap, GREY.stroke_width(2)))?;
    Ok(())
}
