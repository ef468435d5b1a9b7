//! The curve as a picture (SVG): a line with its band of ± one standard deviation for each row, beside its legend.
//! Text is left to the viewer's sans-serif font, so that none need be installed here.

use crate::ReportError;
use crate::curve::Curve;
use crate::summary::Estimate;
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::ops::Range;

/// Okabe and Ito's colours, told apart with every kind of colour vision; without yellow, which is faint on white.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
/// For the teacher, which is no row of the sweep.
const GREY: RGBColor = RGBColor(90, 90, 90);
/// Lengths of dashes and gaps in pixels; no gap is a solid line. As many as not to repeat in step with the colours.
const DASHES: [(i32, i32); 5] = [(1, 0), (10, 4), (3, 3), (16, 3), (6, 6)];
const PLOT_HEIGHT: u32 = 460;
const LEGEND_LINE: usize = 26;
const PLOT_WIDTH: u32 = 660;
const FONT: (&str, i32) = ("sans-serif", 17);

/// Pixels, from the picture's upper left corner.
type Point = (i32, i32);
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the curves; one that is not among the sweep's rows, the teacher's, is grey.
pub(crate) fn svg(curves: &[Curve], rows: &[String]) -> Result<String, ReportError> {
    let mut text = String::new();
    draw(&mut text, curves, rows).map_err(|error| ReportError::Draw { picture: "curve".to_owned(), reason: error.to_string() })?;
    Ok(text)
}

fn draw(text: &mut String, curves: &[Curve], rows: &[String]) -> Result<(), Box<dyn Error>> {
    let longest = curves.iter().map(|curve| curve.row.chars().count()).max().unwrap_or(0);
    let width = PLOT_WIDTH + 70 + 8 * u32::try_from(longest)?;
    let height = PLOT_HEIGHT.max(u32::try_from(80 + LEGEND_LINE * curves.len())?);
    let whole = SVGBackend::with_string(text, (width, height)).into_drawing_area();
    whole.fill(&WHITE)?;
    let (left, _) = whole.split_horizontally(PLOT_WIDTH);
    let (x, y) = ranges(curves);
    let mut chart =
        ChartBuilder::on(&left).margin(14).x_label_area_size(48).y_label_area_size(60).build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .x_labels(11)
        .x_desc("share of dropped frames p")
        .y_desc("weighted F1 (%)")
        .x_label_formatter(&|p| format!("{p:.1}"))
        .y_label_formatter(&|f1| format!("{f1:.0}"))
        .label_style(FONT)
        .axis_desc_style(FONT)
        .bold_line_style(BLACK.mix(0.12))
        .light_line_style(TRANSPARENT)
        .draw()?;

    // Bands first, so that none covers a line.
    for (index, curve) in curves.iter().enumerate() {
        let edge = |sign: f64| {
            let point = move |(p, score): &(f64, Estimate)| (*p, 100.0 * (score.mean + sign * score.sd.unwrap_or(0.0)));
            curve.points.iter().map(point).map(|point| chart.backend_coord(&point)).collect::<Vec<Point>>()
        };
        let outline: Vec<Point> = edge(1.0).into_iter().chain(edge(-1.0).into_iter().rev()).collect();
        whole.draw(&Polygon::new(outline, colour(index, curve, rows).mix(0.13)))?;
    }
    for (index, curve) in curves.iter().enumerate() {
        let point = |(p, score): &(f64, Estimate)| chart.backend_coord(&(*p, 100.0 * score.mean));
        let points: Vec<Point> = curve.points.iter().map(point).collect();
        let colour = colour(index, curve, rows);
        line(&whole, index, colour, &points)?;
        points.iter().try_for_each(|&point| marker(&whole, index, colour, point))?;

        let (x, y) = (i32::try_from(PLOT_WIDTH)? + 4, i32::try_from(40 + LEGEND_LINE * index)?);
        line(&whole, index, colour, &[(x, y), (x + 48, y)])?;
        marker(&whole, index, colour, (x + 24, y))?;
        let beside = FONT.into_font().color(&BLACK).pos(Pos::new(HPos::Left, VPos::Center));
        whole.draw(&Text::new(curve.row.clone(), (x + 60, y), beside))?;
    }
    drop(chart);
    whole.present()?;
    Ok(())
}

/// The ranges of the axes: all ratios, and all bands between multiples of five percent.
fn ranges(curves: &[Curve]) -> (Range<f64>, Range<f64>) {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (left, right) = ends(&mut points().map(|point| point.0));
    let (low, high) = ends(
        &mut points()
            .flat_map(|(_, score)| [-1.0, 1.0].map(|sign| 100.0 * (score.mean + sign * score.sd.unwrap_or(0.0)))),
    );
    let x = if left < right { left..right } else { 0.0..1.0 };
    let y = if low <= high { 5.0 * (low / 5.0 - 0.1).floor()..5.0 * (high / 5.0 + 0.1).ceil() } else { 0.0..100.0 };
    (x, y)
}

fn colour(index: usize, curve: &Curve, rows: &[String]) -> RGBColor {
    if rows.contains(&curve.row) { COLOURS[index % COLOURS.len()] } else { GREY }
}

/// A line. Colour, dashes and markers all tell it from its neighbours.
fn line(area: &Area, index: usize, colour: RGBColor, points: &[Point]) -> Result<(), Box<dyn Error>> {
    let (dash, gap) = DASHES[index % DASHES.len()];
    let style = colour.stroke_width(2);
    if gap == 0 {
        area.draw(&PathElement::new(points.to_vec(), style))?;
    } else if points.len() > 1 {
        area.draw(&DashedPathElement::new(points.to_vec(), dash, gap, style))?;
    }
    Ok(())
}

fn marker(area: &Area, index: usize, colour: RGBColor, (x, y): Point) -> Result<(), Box<dyn Error>> {
    let polygon = |corners: &[Point]| {
        Polygon::new(corners.iter().map(|(dx, dy)| (x + dx, y + dy)).collect::<Vec<_>>(), colour.filled())
    };
    match index % 5 {
        0 => area.draw(&Circle::new((x, y), 4, colour.filled()))?,
        1 => area.draw(&polygon(&[(-4, -4), (4, -4), (4, 4), (-4, 4)]))?,
        2 => area.draw(&polygon(&[(0, -5), (5, 4), (-5, 4)]))?,
        3 => area.draw(&polygon(&[(0, -6), (6, 0), (0, 6), (-6, 0)]))?,
        _ => area.draw(&Cross::new((x, y), 4, colour.stroke_width(2)))?,
    }
    Ok(())
}
