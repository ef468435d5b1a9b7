//! The chart as a picture (SVG): a panel for each number of threads, a group of bars for each work.
//! Text is left to the viewer's sans-serif font, so that none need be installed here.

use super::comparison::{Bar, Comparison, Group, Program};
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;

const WIDTH: i32 = 900;
/// Of the works' labels.
const LEFT: i32 = 222;
/// Of the title and the legend.
const TOP: i32 = 92;
/// Of the axis and what explains the letters.
const BOTTOM: i32 = 84;
const BAR: i32 = 15;
/// Between two groups.
const GAP: i32 = 16;
const MARGIN: i32 = 16;
/// What stands at a bar's end is as long as this; without a font its length is not known better.
const VALUE: f64 = 92.0;
/// A letter's width on average.
const LETTER: i32 = 6;
const FONT: &str = "sans-serif";
/// Of which four fifths come out as pixels.
const SIZE: i32 = 15;
const GREY: RGBColor = RGBColor(90, 90, 90);

type Drawn = Result<(), Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the comparison.
///
/// # Errors
/// If the library cannot.
pub(crate) fn svg(comparison: &Comparison) -> Result<String> {
    let mut text = String::new();
    draw(&mut text, comparison).map_err(|error| anyhow!("the chart cannot be drawn: {error}"))?;
    Ok(text)
}

fn draw(text: &mut String, Comparison { sides: [ours, theirs], threads, groups }: &Comparison) -> Drawn {
    let rows: i32 = groups.iter().map(height).sum();
    let whole = SVGBackend::with_string(text, (WIDTH.try_into()?, (TOP + rows + BOTTOM).try_into()?));
    let whole = whole.into_drawing_area();
    whole.fill(&WHITE)?;
    let title = format!("{ours} beside {theirs}: time for the same work on a CPU");
    write(&whole, &title, (WIDTH / 2, 18), SIZE + 5, &BLACK, HPos::Center)?;
    legend(&whole)?;
    let mut y = TOP;
    for group in groups {
        let middle = y + height(group) / 2;
        write(&whole, &group.label.done, (LEFT - 8, middle - 8), SIZE, &BLACK, HPos::Right)?;
        write(&whole, &group.label.shape, (LEFT - 8, middle + 8), SIZE - 1, &GREY, HPos::Right)?;
        y += height(group);
    }
    let all = || groups.iter().flat_map(|group| group.bars.iter().flatten());
    let longest = all().map(|bar| bar.ratio.max(bar.target.unwrap_or(0.0))).fold(1.0, f64::max);
    let width = (WIDTH - LEFT) / i32::try_from(threads.len())?;
    for (at, threads) in (0..).zip(threads) {
        let left = LEFT + i32::try_from(at)? * width;
        let panel = whole.clone().shrink((left, TOP - 26), (width - MARGIN, rows + 26 + 48));
        let title = format!("{threads} {}", if *threads == 1 { "thread" } else { "threads" });
        write(&whole, &title, (left + (width - MARGIN) / 2, TOP - 12), SIZE + 1, &BLACK, HPos::Center)?;
        draw_panel(&whole, &panel, groups, at, longest)?;
    }
    let letters = "L: layers, B: samples in a batch, T: frames. Without \"all losses\", a step has cross entropy and one distance.";
    write(&whole, letters, (WIDTH / 2, TOP + rows + BOTTOM - 18), SIZE - 1, &GREY, HPos::Center)?;
    whole.present()?;
    Ok(())
}

/// The bars of one number of threads, the one at this place in each group.
fn draw_panel(whole: &Area, panel: &Area, groups: &[Group], at: usize, longest: f64) -> Drawn {
    let rows: i32 = groups.iter().map(height).sum();
    let width = f64::from(panel.dim_in_pixel().0);
    // So far that the longest bar leaves room for its figures.
    let end = longest * width / (width - VALUE);
    let mut chart =
        ChartBuilder::on(panel).margin_top(26).x_label_area_size(48).build_cartesian_2d(0.0..end, rows..0)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(6)
        .x_desc("time over PyTorch eager's (shorter is faster)")
        .x_label_formatter(&|ratio| format!("{ratio:.1}"))
        .label_style((FONT, SIZE))
        .axis_desc_style((FONT, SIZE))
        .bold_line_style(BLACK.mix(0.12))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let mut bars = Vec::new();
    let mut y = 0;
    for group in groups {
        // In the middle, where the other panel has more bars.
        let own = &group.bars[at];
        let top = y + (height(group) - BAR * i32::try_from(own.len())?) / 2;
        bars.extend((0..).zip(own).map(|(index, bar)| (bar, top + BAR * index)));
        y += height(group);
    }
    // The line of eager PyTorch lies over the bars and under the figures, which it is not to cross.
    let point = |ratio: f64, y: i32| chart.backend_coord(&(ratio, y));
    for &(bar, top) in &bars {
        let ((left, top), (right, _)) = (point(0.0, top), point(bar.ratio, top));
        swatch(whole, bar.program, [(left, top + 1), (right, top + BAR - 1)])?;
    }
    for ratio in [0.0, 1.0] {
        whole.draw(&PathElement::new([point(ratio, 0), point(ratio, rows)], BLACK.stroke_width(1)))?;
    }
    for (bar, top) in bars {
        annotate(whole, bar, &|ratio| point(ratio, top))?;
    }
    Ok(())
}

/// A bar's target and figures; `corner` is the upper end of a ratio on it.
fn annotate(whole: &Area, bar: &Bar, corner: &dyn Fn(f64) -> (i32, i32)) -> Drawn {
    let ((mut end, top), (eager, _)) = (corner(bar.ratio), corner(1.0));
    if let Some(target) = bar.target {
        let (at, _) = corner(target);
        draw_target(whole, (at, top))?;
        end = end.max(at + 1);
    }
    if (end..end + 6).contains(&eager) {
        end = eager;
    }
    let figures = figures(bar);
    let length = LETTER * i32::try_from(figures.len())?;
    if (end + 1..end + length).contains(&eager) {
        whole.draw(&Rectangle::new([(end + 3, top), (end + length, top + BAR)], WHITE.filled()))?;
    }
    write(whole, &figures, (end + 5, top + BAR / 2), SIZE - 1, &BLACK, HPos::Left)
}

/// A bar's ratio and time.
fn figures(bar: &Bar) -> String {
    let time = bar.milliseconds;
    let decimals = if time < 1.0 { 2 } else { usize::from(time < 10.0) };
    format!("{:.2} ({time:.decimals$} ms)", bar.ratio)
}

/// A group's height: that of as many bars as any panel has, at least that of its label.
fn height(group: &Group) -> i32 {
    let bars = group.bars.iter().map(|bars| BAR * bars.len() as i32).max().unwrap_or(0);
    bars.max(2 * BAR) + GAP
}

/// Okabe and Ito's blue and orange, and an outlined light grey: told apart with every kind of colour vision and, by how
/// dark they are, in print without colours.
fn swatch(area: &Area, program: Program, corners: [(i32, i32); 2]) -> Drawn {
    let fill = match program {
        Program::Ours => RGBColor(0, 114, 178),
        Program::Sdpa => RGBColor(230, 159, 0),
        Program::Compile => RGBColor(225, 225, 225),
    };
    area.draw(&Rectangle::new(corners, fill.filled()))?;
    if program == Program::Compile {
        area.draw(&Rectangle::new(corners, GREY.stroke_width(1)))?;
    }
    Ok(())
}

/// The mark of a target: black, with a white rim so that it is seen on a bar too.
fn draw_target(area: &Area, (x, top): (i32, i32)) -> Drawn {
    area.draw(&Rectangle::new([(x - 2, top), (x + 2, top + BAR)], WHITE.filled()))?;
    area.draw(&Rectangle::new([(x - 1, top - 1), (x + 1, top + BAR + 1)], BLACK.filled()))?;
    Ok(())
}

fn legend(area: &Area) -> Drawn {
    let top = 38;
    let mut x = 114;
    let mut entry = |text: &str, draw: &dyn Fn(i32) -> Drawn| {
        draw(x)?;
        write(area, text, (x + 26, top + BAR / 2), SIZE, &BLACK, HPos::Left)?;
        x += 50 + LETTER * i32::try_from(text.len())?;
        Ok::<_, Box<dyn Error>>(())
    };
    for program in Program::ALL {
        let name = match program {
            Program::Ours => "corrkd",
            Program::Sdpa => "PyTorch, SDPA",
            Program::Compile => "PyTorch, torch.compile",
        };
        entry(name, &|x| swatch(area, program, [(x, top + 1), (x + 20, top + BAR - 1)]))?;
    }
    entry("PyTorch, eager = 1.0", &|x| {
        area.draw(&PathElement::new([(x + 14, top - 2), (x + 14, top + BAR + 2)], BLACK.stroke_width(1)))?;
        Ok(())
    })?;
    entry("corrkd's target", &|x| draw_target(area, (x + 14, top)))
}

fn write(area: &Area, text: &str, at: (i32, i32), size: i32, colour: &RGBColor, side: HPos) -> Drawn {
    let style = (FONT, size).into_font().color(colour).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::comparison::tests::file;
    use super::*;

    #[test]
    fn the_picture_holds_panels_labels_and_figures() {
        let svg = svg(&Comparison::of(&file().to_string()).unwrap()).unwrap();
        let lines: Vec<&str> = svg.lines().map(str::trim).collect();
        for (text, times) in [
            ("corrkd 0.1.0 beside PyTorch 2.15.0: time for the same work on a CPU", 1),
            ("1 thread", 1),
            ("2 threads", 1),
            ("training step, dropout", 1),
            ("single prediction", 1),
            ("0.21 (90 ms)", 1),
            ("1.25 (500 ms)", 1),
            ("0.25 (0.50 ms)", 2),
        ] {
            assert_eq!(lines.iter().filter(|line| **line == text).count(), times, "{text} in\n{svg}");
        }
    }

    #[test]
    fn times_have_two_digits_or_more() {
        let said = |milliseconds| figures(&Bar { program: Program::Ours, ratio: 0.206, milliseconds, target: None });
        let expected = ["0.21 (0.32 ms)", "0.21 (1.8 ms)", "0.21 (17 ms)", "0.21 (404 ms)"];
        assert_eq!([0.316, 1.787, 16.7, 403.8].map(said), expected);
    }
}
