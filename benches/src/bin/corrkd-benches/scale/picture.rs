//! The growth as a picture (SVG): time and memory over the size of the data, both axes logarithmic, so that what is proportional
//! to the data is a line that rises by as much as it goes to the right.

use super::{Growth, LIMIT};
use anyhow::{Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;

/// Of the picture, half of it for each panel.
const SIZE: (u32, u32) = (960, 380);
/// Right of the last point, for the lines' names.
const ROOM: f64 = 7.0;
const FONT: (&str, i32) = ("sans-serif", 14);
/// Okabe and Ito's.
const COLOURS: [RGBColor; 5] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(204, 121, 167), RGBColor(86, 86, 86)];

/// A line: its name, and at each size a value.
type Line = (&'static str, Vec<(f64, f64)>);

/// Draws the growth.
///
/// # Errors
/// If the library cannot.
pub(super) fn svg(growth: &Growth) -> Result<String> {
    let mut text = String::new();
    draw(&mut text, growth).map_err(|error| anyhow!("the picture cannot be drawn: {error}"))?;
    Ok(text)
}

fn draw(text: &mut String, growth: &Growth) -> Result<(), Box<dyn Error>> {
    let whole = SVGBackend::with_string(text, SIZE).into_drawing_area();
    whole.fill(&WHITE)?;
    let (left, right) = whole.split_horizontally(SIZE.0 / 2);
    panel(&left, "seconds", &lines(growth, |point| point.seconds.clone()), None)?;
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let held = lines(growth, |point| {
        point.memory.iter().filter_map(|(name, bytes)| Some((*name, mebibytes((*bytes)?)))).collect()
    });
    panel(&right, "most memory (MiB)", &held, Some(("limit", mebibytes(LIMIT))))?;
    whole.present()?;
    Ok(())
}

/// What each size has, line by line.
fn lines(growth: &Growth, of: impl Fn(&super::Point) -> Vec<(&'static str, f64)>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for point in &growth.points {
        for (name, value) in of(point) {
            let place = (f64::from(point.times), value);
            match lines.iter_mut().find(|(known, _)| *known == name) {
                Some((_, line)) => line.push(place),
                None => lines.push((name, vec![place])),
            }
        }
    }
    lines
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    of: &str,
    lines: &[Line],
    limit: Option<(&str, f64)>,
) -> Result<(), Box<dyn Error>> {
    let places = || lines.iter().flat_map(|(_, line)| line);
    let values = || places().map(|(_, value)| *value).chain(limit.map(|(_, value)| value)).filter(|value| *value > 0.0);
    let most = places().map(|(times, _)| *times).fold(1.0, f64::max);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((0.9..most * ROOM).log_scale(), (low / 1.5..high * 1.5).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("size of the data (CMU-MOSEI: 1)")
        .y_desc(of)
        .x_labels(4)
        .y_labels(5)
        .x_label_formatter(&|times| format!("{times}"))
        .y_label_formatter(&|value| format!("{value}"))
        .label_style(FONT)
        .axis_desc_style(FONT)
        .bold_line_style(BLACK.mix(0.12))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let name = |text: &str, place: (f64, f64), colour: RGBColor| {
        let style = FONT.into_font().color(&colour).pos(Pos::new(HPos::Left, VPos::Center));
        EmptyElement::at(place) + Text::new(text.to_owned(), (8, 0), style)
    };
    for ((text, line), colour) in lines.iter().zip(COLOURS) {
        let drawn: Vec<(f64, f64)> = line.iter().copied().filter(|(_, value)| *value > 0.0).collect();
        chart.draw_series(LineSeries::new(drawn.iter().copied(), colour.stroke_width(2)))?;
        chart.draw_series(drawn.iter().map(|place| Circle::new(*place, 3, colour.filled())))?;
        chart.draw_series(drawn.last().map(|place| name(text, *place, colour)))?;
    }
    if let Some((text, value)) = limit {
        chart.draw_series(LineSeries::new([(0.9, value), (most, value)], BLACK.stroke_width(1)))?;
        chart.draw_series([name(text, (most, value), BLACK)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::growth;
    use super::*;

    #[test]
    fn each_line_has_a_point_for_each_size_and_a_name() {
        let svg = svg(&growth()).unwrap();
        // Two lines of time and one of memory.
        assert_eq!(svg.matches("<circle").count(), 6, "{svg}");
        for text in ["training epoch", "report", "a run", "limit", "size of the data (CMU-MOSEI: 1)", "seconds"] {
            assert!(svg.lines().any(|line| line.trim() == text), "{text} in\n{svg}");
        }
    }
}
