//! What a picture is drawn on: an SVG, of which the pixels are made, so that both show the same.

use super::Picture;
use crate::ReportError;
use plotters::coord::Shift;
use plotters::prelude::*;
use resvg::{tiny_skia, usvg};
use std::error::Error;

/// The typefaces, the first that a viewer has.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// The width of most pictures in pixels.
pub(super) const WIDTH: i32 = 960;
/// Pixels of the PNG for each of the SVG: 300 to the inch where a picture is as wide as a page's text.
const SCALE: f32 = 2.0;

/// Pixels, from the picture's upper left corner.
pub(super) type Point = (i32, i32);
/// A picture being drawn, or a part of it.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// Whether drawing went well.
pub(super) type Drawn = Result<(), Box<dyn Error>>;

/// What is said of a picture beside drawing it.
pub(super) struct Words {
    /// The file's stem.
    pub(super) name: String,
    /// Its caption.
    pub(super) title: String,
    /// What is to be seen, for those who cannot.
    pub(super) description: String,
}

/// Draws a picture of a width and height on white.
pub(super) fn picture(words: Words, size: [i32; 2], draw: impl FnOnce(&Area) -> Drawn) -> Result<Picture, ReportError> {
    let failed = |reason: String| ReportError::Draw { picture: words.name.clone(), reason };
    let svg = svg(size, draw).map_err(|error| failed(error.to_string()))?;
    let png = png(&svg).map_err(|error| failed(error.to_string()))?;
    let Words { name, title, description } = words;
    Ok(Picture { name, title, description, svg, png })
}

fn svg([width, height]: [i32; 2], draw: impl FnOnce(&Area) -> Drawn) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (u32::try_from(width)?, u32::try_from(height)?)).into_drawing_area();
    area.fill(&WHITE)?;
    draw(&area)?;
    area.present()?;
    drop(area);
    Ok(svg)
}

fn png(svg: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("it has no size")?;
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height()).ok_or("it has no size")?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

/// An SVG understood, its texts set in the embedded typeface.
pub(super) fn tree(svg: &str) -> Result<usvg::Tree, usvg::Error> {
    let mut options = usvg::Options { font_family: FAMILY.to_owned(), ..usvg::Options::default() };
    options.fontdb_mut().load_font_data(dejavu::sans::regular().to_vec());
    usvg::Tree::from_str(svg, &options)
}
