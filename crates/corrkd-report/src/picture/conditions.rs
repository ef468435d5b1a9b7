//! Each row's weighted F1 under each column of the main table: the mean over the seeds as a dot with its 95 % interval
//! (Student's t), beside what predictors that never look score and what the paper prints.

use super::canvas::{Area, Drawn, Point, WIDTH, Words, picture};
use super::legend::{Legend, SIGN_WIDTH};
use super::lines::range;
use super::mark::{GREY, Mark};
use super::text::{From, LINE, NORMAL, SMALL, font, lines, put, put_lines, width};
use super::{Picture, named};
use crate::paper::PaperTable;
use crate::summary::Summary;
use crate::target::Target;
use crate::{ReportError, comparison, constant};
use corrkd_metrics::{Interval, t_interval};
use plotters::element::DashedPathElement;
use plotters::prelude::*;

/// Panels beside each other, at most.
const COLUMNS: usize = 4;
/// The widest column of names.
const NAMES: i32 = 260;
const GAP: i32 = 16;
/// Above a panel's rows.
const HEAD: i32 = 30;
/// Below them.
const FOOT: i32 = 34;

/// What one column of the table shows, in percent.
struct Panel {
    condition: String,
    /// Of each row: its mean, the mean's interval and the paper's figure.
    rows: Vec<(Option<f64>, Option<Interval>, Option<f64>)>,
}

/// What the legend explains.
#[derive(Clone, Copy)]
enum Sign {
    Mean,
    Printed,
    Constant(usize),
}

/// The dots of a target; none where no run was judged.
pub(super) fn draw(
    summary: &Summary,
    marks: &[(&str, Mark)],
    target: &Target,
    paper: Option<&PaperTable>,
) -> Result<Option<Picture>, ReportError> {
    let row = |row: &str, condition: &str| {
        let score = summary.score(row, condition, &target.metric);
        let interval = score.and_then(|of| t_interval(of.n as usize, 100.0 * of.mean, 100.0 * of.sd?));
        let printed = paper.and_then(|paper| paper.score(row, condition, &target.metric));
        (score.map(|of| 100.0 * of.mean), interval, printed)
    };
    let panel = |condition: String| {
        let rows: Vec<_> = marks.iter().map(|(name, _)| row(name, &condition)).collect();
        rows.iter().any(|(mean, ..)| mean.is_some()).then_some(Panel { condition, rows })
    };
    let panels: Vec<Panel> = comparison::columns().filter_map(panel).collect();
    if panels.is_empty() {
        return Ok(None);
    }
    let constant = |(name, positive)| Some((name, 100.0 * constant::score(&target.truth, positive, "f1")?));
    let constants: Vec<(String, f64)> = constant::predictors(target).into_iter().filter_map(constant).collect();
    let of = target.name.map_or_else(String::new, |name| format!(" of {name}"));
    let words = Words {
        name: named("conditions", target.name),
        title: format!("Weighted F1{of} by the modalities that are there: means over the seeds with 95 % intervals"),
        description: told(&panels, marks, &constants),
    };
    let names: Vec<Vec<String>> = marks.iter().map(|(row, _)| lines(row, NORMAL, NAMES)).collect();
    let mut signs = vec![(Sign::Mean, "mean over the seeds, with its 95 % interval")];
    if panels.iter().any(|panel| panel.rows.iter().any(|(.., printed)| printed.is_some())) {
        signs.push((Sign::Printed, "printed in the paper, for its data"));
    }
    signs.extend(constants.iter().enumerate().map(|(place, (name, _))| (Sign::Constant(place), name.as_str())));
    let chart = Chart { panels: &panels, marks, names: &names, constants: &constants };
    let legend = Legend::new(&signs, WIDTH);
    let height = chart.height();
    picture(words, [WIDTH, height + legend.height()], |area| {
        chart.draw(area)?;
        legend.draw(area, height, |sign, at| sign_of(area, sign, at))
    })
    .map(Some)
}

/// The panels, laid out.
struct Chart<'a> {
    panels: &'a [Panel],
    marks: &'a [(&'a str, Mark)],
    names: &'a [Vec<String>],
    constants: &'a [(String, f64)],
}

impl Chart<'_> {
    fn columns(&self) -> usize {
        self.panels.len().min(COLUMNS)
    }

    /// Where each row's middle is below the first row's top.
    fn middles(&self) -> Vec<i32> {
        let heights = self.names.iter().map(|lines| LINE * lines.len() as i32 + 6);
        let mut bottom = 0;
        heights.map(|height| (bottom + height / 2, bottom += height).0).collect()
    }

    /// How high a panel's rows are.
    fn rows(&self) -> i32 {
        self.names.iter().map(|lines| LINE * lines.len() as i32 + 6).sum()
    }

    fn height(&self) -> i32 {
        self.panels.len().div_ceil(COLUMNS) as i32 * (HEAD + self.rows() + FOOT) + LINE + GAP
    }

    fn draw(&self, area: &Area) -> Drawn {
        let longest = self.names.iter().flatten().map(|line| width(line, NORMAL)).max().unwrap_or(0);
        let left = longest + 2 * GAP;
        let panel = (WIDTH - left) / self.columns() as i32;
        for (place, of) in self.panels.iter().enumerate() {
            let (line, column) = (place / self.columns(), place % self.columns());
            let top = GAP / 2 + line as i32 * (HEAD + self.rows() + FOOT);
            if column == 0 {
                let names = self.names.iter().zip(self.middles());
                names.into_iter().try_for_each(|(name, y)| {
                    put_lines(area, name, NORMAL, From::Right, (left - GAP, top + HEAD + y))
                })?;
            }
            self.panel(area, of, [left + panel * column as i32, top, panel - GAP])?;
        }
        let below = (left + (WIDTH - left - GAP) / 2, self.height() - GAP);
        put(area, "weighted F1 (%)", NORMAL, &BLACK, From::Middle, below)
    }

    fn panel(&self, area: &Area, panel: &Panel, [left, top, width]: [i32; 3]) -> Drawn {
        put(area, &panel.condition, NORMAL, &BLACK, From::Middle, (left + width / 2, top + HEAD / 2))?;
        let part = area.clone().shrink((left, top + HEAD), (width, self.rows() + FOOT));
        let mut chart = ChartBuilder::on(&part).x_label_area_size(FOOT).build_cartesian_2d(self.range(), 0.0..1.0)?;
        let mesh = BLACK.mix(0.12);
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .x_labels(5)
            .x_label_formatter(&|x| format!("{x:.0}"))
            .label_style(font(SMALL))
            .bold_line_style(mesh)
            .light_line_style(TRANSPARENT)
            .draw()?;
        let x = |value: f64| chart.backend_coord(&(value, 0.0)).0;
        for (place, (_, score)) in self.constants.iter().enumerate() {
            constant_line(area, place, (x(*score), top + HEAD), (x(*score), top + HEAD + self.rows()))?;
        }
        for (((mean, interval, printed), (_, mark)), y) in panel.rows.iter().zip(self.marks).zip(self.middles()) {
            let y = top + HEAD + y;
            area.draw(&PathElement::new(vec![(left, y), (left + width, y)], mesh))?;
            if let Some(Interval { low, high }) = interval {
                bar(area, mark.colour, [x(*low), x(*high)], y)?;
            }
            if let Some(mean) = mean {
                mark.point(area, (x(*mean), y))?;
            }
            if let Some(printed) = printed {
                diamond(area, (x(*printed), y))?;
            }
        }
        Ok(())
    }

    fn range(&self) -> std::ops::Range<f64> {
        let of_row = |(mean, interval, printed): &(Option<f64>, Option<Interval>, Option<f64>)| {
            [*mean, interval.map(|i| i.low), interval.map(|i| i.high), *printed]
        };
        let scores = self.panels.iter().flat_map(|panel| &panel.rows).flat_map(of_row).flatten();
        range(scores.chain(self.constants.iter().map(|(_, score)| *score)), 0.04)
    }
}

fn sign_of(area: &Area, sign: Sign, (x, y): Point) -> Drawn {
    let middle = (x + SIGN_WIDTH / 2, y);
    match sign {
        Sign::Mean => {
            bar(area, GREY, [x, x + SIGN_WIDTH], y)?;
            Mark::teacher().point(area, middle)
        }
        Sign::Printed => diamond(area, middle),
        Sign::Constant(place) => constant_line(area, place, (middle.0, y - 10), (middle.0, y + 10)),
    }
}

/// An interval, with its ends marked.
fn bar(area: &Area, colour: RGBColor, [low, high]: [i32; 2], y: i32) -> Drawn {
    let line = |from: Point, to: Point| area.draw(&PathElement::new(vec![from, to], colour.stroke_width(2)));
    line((low, y), (high, y))?;
    line((low, y - 4), (low, y + 4))?;
    line((high, y - 4), (high, y + 4))?;
    Ok(())
}

fn diamond(area: &Area, (x, y): Point) -> Drawn {
    let corners = vec![(x - 7, y), (x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)];
    area.draw(&PathElement::new(corners, BLACK.stroke_width(1)))?;
    Ok(())
}

fn constant_line(area: &Area, place: usize, from: Point, to: Point) -> Drawn {
    let (dash, gap) = [(8, 4), (2, 3)][place % 2];
    area.draw(&DashedPathElement::new(vec![from, to], dash, gap, GREY.stroke_width(2)))?;
    Ok(())
}

/// The two columns that sum a row up.
fn told(panels: &[Panel], marks: &[(&str, Mark)], constants: &[(String, f64)]) -> String {
    let row = |((row, _), (mean, interval, _)): (&(&str, Mark), &(Option<f64>, Option<Interval>, Option<f64>))| {
        let interval = interval.map_or_else(String::new, |i| format!(" ({:.1} to {:.1})", i.low, i.high));
        mean.map(|mean| format!("{row} {mean:.1}{interval}"))
    };
    let of_panel = |panel: &Panel| {
        let rows: Vec<String> = marks.iter().zip(&panel.rows).filter_map(row).collect();
        format!("{}: {}.", panel.condition, rows.join(", "))
    };
    let headline = comparison::headline();
    let summed = panels.iter().filter(|panel| headline.contains(&panel.condition)).map(of_panel);
    let constants = constants.iter().map(|(name, score)| format!("{name}: {score:.1}."));
    summed.chain(constants).collect::<Vec<_>>().join(" ")
}
