//! How one thing is told from others: by colour, dashes and markers, each of which would do alone for a few, so that grey
//! print and every kind of colour vision can tell them.

use super::canvas::{Area, Drawn, Point};
use plotters::element::DashedPathElement;
use plotters::prelude::*;

/// Okabe and Ito's colours, told apart with every kind of colour vision; without yellow, which is faint on white.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    BLACK,
];
/// For stages on the way, which are no rows of the sweep, and for what stands behind the data.
pub(super) const GREY: RGBColor = RGBColor(105, 105, 105);
/// The first place that no row has: 24 rows come before it.
const STAGE: usize = 24;
/// Lengths of dashes and gaps in pixels; no gap is a solid line.
const DASHES: [(i32, i32); 5] = [(1, 0), (10, 4), (3, 3), (16, 3), (6, 6)];
/// Corners of the markers around their middle; none is a circle.
const SHAPES: [&[Point]; 6] = [
    &[],
    &[(-4, -4), (4, -4), (4, 4), (-4, 4)],
    &[(0, -5), (5, 4), (-5, 4)],
    &[(0, -6), (6, 0), (0, 6), (-6, 0)],
    &[(0, 5), (5, -4), (-5, -4)],
    &[(-2, -6), (2, -6), (2, -2), (6, -2), (6, 2), (2, 2), (2, 6), (-2, 6), (-2, 2), (-6, 2), (-6, -2), (-2, -2)],
];

/// What one row, or one category, is drawn with.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    index: usize,
    /// Its colour.
    pub(super) colour: RGBColor,
}

impl Mark {
    /// The mark of the row, or category, in a place. Dashes and shapes are not as many as each other, nor as the colours,
    /// so that they do not repeat in step.
    pub(super) fn of(index: usize) -> Self {
        Self { index, colour: COLOURS[index % COLOURS.len()] }
    }

    /// The mark of the stage on the way in a place: grey, and other dashes and shapes than those of 24 rows and of the five
    /// stages next to it.
    pub(super) fn stage(place: usize) -> Self {
        Self { index: STAGE + place, colour: GREY }
    }

    /// Draws a line.
    pub(super) fn line(self, area: &Area, points: &[Point]) -> Drawn {
        let (dash, gap) = DASHES[self.index % DASHES.len()];
        let style = self.colour.stroke_width(2);
        if gap == 0 {
            area.draw(&PathElement::new(points.to_vec(), style))?;
        } else if points.len() > 1 {
            area.draw(&DashedPathElement::new(points.to_vec(), dash, gap, style))?;
        }
        Ok(())
    }

    /// Draws the band between two edges.
    pub(super) fn band(self, area: &Area, above: &[Point], below: &[Point]) -> Drawn {
        let outline: Vec<Point> = above.iter().chain(below.iter().rev()).copied().collect();
        area.draw(&Polygon::new(outline, self.colour.mix(0.13)))?;
        Ok(())
    }

    /// Draws a point.
    pub(super) fn point(self, area: &Area, (x, y): Point) -> Drawn {
        match SHAPES[self.index % SHAPES.len()] {
            [] => area.draw(&Circle::new((x, y), 4, self.colour.filled()))?,
            corners => {
                let corners: Vec<Point> = corners.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
                area.draw(&Polygon::new(corners, self.colour.filled()))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn lines_differ_in_grey_print() {
        let marks = (0..STAGE).map(Mark::of).chain((0..6).map(Mark::stage));
        let grey: BTreeSet<_> = marks.map(|mark| (mark.index % DASHES.len(), mark.index % SHAPES.len())).collect();
        assert_eq!(grey.len(), STAGE + 6);
    }
}
