//! Words in pictures: how wide they are, how they break into lines, where they stand.
//!
//! A viewer may have another typeface than the one that is measured here. Of those that are common Verdana is as wide and
//! all others are narrower, so that what fits here fits there.

use super::canvas::{Area, Drawn, FAMILY, Point};
use corrkd_system::shown;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Sizes in pixels.
pub(super) const NORMAL: u32 = 14;
/// Of what stands in narrow places.
pub(super) const SMALL: u32 = 12;
/// From line to line, in pixels.
pub(super) const LINE: i32 = 18;

/// A size as plotters wants it: it divides by this before it writes an SVG.
pub(super) fn font(size: u32) -> FontDesc<'static> {
    (FAMILY, f64::from(size) * 1.24).into_font()
}

/// A text as a picture can have it: an SVG holds no control character and none of Unicode's non-characters.
fn plain(text: &str) -> String {
    let one = |c: char| if matches!(c, '\n' | '\t') { ' ' } else { c };
    shown(text).chars().map(one).map(|c| if matches!(c as u32 & 0xfffe, 0xfffe) { '\u{fffd}' } else { c }).collect()
}

/// How wide a text is, in pixels.
pub(super) fn width(text: &str, size: u32) -> i32 {
    let font = FontRef::new(dejavu::sans::regular()).expect("the embedded typeface is one");
    let size = size as f32;
    let (glyphs, metrics) = (font.charmap(), font.glyph_metrics(Size::new(size), LocationRef::default()));
    // What the typeface lacks is drawn in another, whose signs are as wide as they are high.
    let advance = |c| glyphs.map(c).and_then(|glyph| metrics.advance_width(glyph)).unwrap_or(size);
    text.chars().map(advance).sum::<f32>().ceil() as i32
}

/// A text in lines of at most this width, broken at spaces where there are any.
pub(super) fn lines(text: &str, size: u32, most: i32) -> Vec<String> {
    let text = plain(text);
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let fits = |line: &str, more: &str| width((line.to_owned() + more).trim_end(), size) <= most;
        if lines.last().is_some_and(|line| !line.is_empty() && !fits(line, word)) {
            lines.push(String::new());
        }
        for c in word.chars() {
            if lines.last().is_some_and(|line| !line.is_empty() && !fits(line, &c.to_string())) {
                lines.push(String::new());
            }
            lines.last_mut().expect("there is a line").push(c);
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Where a text stands: beside, around or before its point, always at half its height.
#[derive(Clone, Copy)]
pub(super) enum From {
    /// The point is its left end.
    Left,
    /// The point is its middle.
    Middle,
    /// The point is its right end.
    Right,
}

/// Writes a line of text.
pub(super) fn put(area: &Area, text: &str, size: u32, colour: &RGBColor, from: From, at: Point) -> Drawn {
    let side = match from {
        From::Left => HPos::Left,
        From::Middle => HPos::Center,
        From::Right => HPos::Right,
    };
    area.draw(&Text::new(plain(text), at, font(size).color(colour).pos(Pos::new(side, VPos::Center))))?;
    Ok(())
}

/// Writes lines of text, around a point's height.
pub(super) fn put_lines(area: &Area, lines: &[String], size: u32, from: From, (x, y): Point) -> Drawn {
    let top = y - LINE * (lines.len() as i32 - 1) / 2;
    (top..).step_by(LINE as usize).zip(lines).try_for_each(|(y, line)| put(area, line, size, &BLACK, from, (x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// fontTools, f = TTFont("DejaVuSans.ttf"):
    /// `sum(f["hmtx"][f.getBestCmap()[ord(c)]][0] for c in "without-scd: 0.8 WAV") * 14 / f["head"].unitsPerEm` is 150.44
    #[test]
    fn widths_are_the_typefaces() {
        assert_eq!(width("without-scd: 0.8 WAV", 14), 151);
        assert_eq!(width("", 14), 0);
    }

    #[test]
    fn lines_fit_and_lose_nothing_but_spaces() {
        for text in
            ["", "one", "full losses.scd.margin=0.8 student.learning_rate=0.001", "Donaudampfschifffahrtsgesellschaft"]
        {
            for most in [60, 150, 1000] {
                let lines = lines(text, 14, most);
                assert!(lines.iter().all(|line| width(line, 14) <= most), "{lines:?}");
                assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
            }
        }
        assert_eq!(lines("one two three", 14, width("one two", 14)), ["one two", "three"]);
    }
}
