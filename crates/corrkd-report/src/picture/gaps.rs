//! The map of gaps: what each row scores where a stretch of one modality's frames is missing, by its position (from left to
//! right) and its length (from bottom to top); a panel for each modality, a story for each row. Means over the seeds of the
//! first measure that is of all samples: weighted F1 of the one target, or over all categories.

use super::Picture;
use super::canvas::{Area, Drawn, WIDTH, Words, picture};
use super::text::{From, LINE, NORMAL, SMALL, lines, put, put_lines};
use crate::ReportError;
use crate::evidence::Evidence;
use crate::measure::Measure;
use crate::summary::Summary;
use corrkd_config::{Condition, Modality};
use corrkd_record::Sweep;
use plotters::prelude::*;

/// How high a cell is, and how wide the lengths beside a panel are.
const DOWN: i32 = 34;
const SIDE: i32 = 64;
/// The narrowest that a cell may be, which holds its score.
const NARROWEST: i32 = 40;
/// Around panels.
const GAP: i32 = 16;
/// The best score; the worst is white. Black can be read on both.
const BEST: RGBColor = RGBColor(86, 180, 233);

/// The places of the gaps that any run was judged under for a map, each list rising.
struct Map {
    modalities: Vec<Modality>,
    positions: Vec<f64>,
    lengths: Vec<f64>,
}

/// The map; none where no run was judged at two gaps of the same modality.
pub(super) fn draw(
    sweep: &Sweep,
    evidence: &Evidence,
    summary: &Summary,
    measures: &[Measure],
) -> Result<Option<Picture>, ReportError> {
    let all = |measure: &&Measure| measure.metric == "f1" || measure.metric == "weighted_f1";
    let (Some(measure), Some(map)) = (measures.iter().find(all), Map::of(evidence)) else { return Ok(None) };
    let score =
        |row: &str, gap: Condition| Some(measure.factor * summary.score(row, &gap.to_string(), &measure.metric)?.mean);
    let judged = |row: &&str| map.gaps().any(|gap| score(row, gap).is_some());
    let rows: Vec<&str> = sweep.rows.iter().map(String::as_str).filter(judged).collect();
    let scores = || rows.iter().flat_map(|row| map.gaps().filter_map(|gap| score(row, gap)));
    let (low, high) = scores().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), s| (low.min(s), high.max(s)));
    let told = |row: &&str| {
        let of: Vec<(f64, Condition)> = map.gaps().filter_map(|gap| Some((score(row, gap)?, gap))).collect();
        let worst = of.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(format!("{row} scores least, {:.1}, under {}", worst.0, worst.1))
    };
    let words = Words {
        name: "gaps".to_owned(),
        title: format!(
            "{} where a gap of one modality is missing, by its position (0: at the start, 1: at the end) and its length, a \
             share of the frames: means over the seeds, in per cent",
            measure.title
        ),
        description: format!("{}.", rows.iter().filter_map(told).collect::<Vec<_>>().join("; ")),
    };
    let layout = Layout::new(&map, &rows, [low, high]);
    picture(words, layout.size(), |area| layout.draw(area, score)).map(Some)
}

impl Map {
    fn of(evidence: &Evidence) -> Option<Self> {
        let mapped = evidence.mapped();
        let judged = evidence.conditions().filter(|condition| mapped.contains(condition));
        let gaps: Vec<(Modality, f64, f64)> = judged.filter_map(|condition| condition.gap_at()).collect();
        let rising = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.dedup();
            values
        };
        let map = Self {
            modalities: Modality::ALL.into_iter().filter(|m| gaps.iter().any(|gap| gap.0 == *m)).collect(),
            positions: rising(gaps.iter().map(|gap| gap.1).collect()),
            lengths: rising(gaps.iter().map(|gap| gap.2).collect()),
        };
        (map.positions.len() > 1 || map.lengths.len() > 1).then_some(map)
    }

    fn gaps(&self) -> impl Iterator<Item = Condition> {
        let places = self.lengths.iter().flat_map(|&length| self.positions.iter().map(move |&at| (length, at)));
        places.flat_map(|(length, at)| self.modalities.iter().map(move |&m| Condition::gap(m, length, at)))
    }
}

/// Where everything stands: panels beside each other as far as the width goes, then below.
struct Layout<'a> {
    map: &'a Map,
    rows: &'a [&'a str],
    range: [f64; 2],
    /// How wide a cell is.
    wide: i32,
    /// Panels beside each other.
    columns: i32,
}

impl<'a> Layout<'a> {
    /// The height of a panel's head and foot.
    const HEAD: i32 = 2 * LINE;
    const FOOT: i32 = 2 * LINE + GAP;

    fn new(map: &'a Map, rows: &'a [&'a str], range: [f64; 2]) -> Self {
        let (positions, modalities) = (map.positions.len() as i32, map.modalities.len() as i32);
        let columns = (WIDTH / (SIDE + GAP + NARROWEST * positions)).clamp(1, modalities);
        let wide = ((WIDTH / columns - SIDE - GAP) / positions).max(NARROWEST);
        Self { map, rows, range, wide, columns }
    }

    fn name(row: &str) -> Vec<String> {
        lines(row, NORMAL, WIDTH - 2 * GAP)
    }

    /// How wide and high a panel is.
    fn panel_size(&self) -> [i32; 2] {
        let Map { positions, lengths, .. } = self.map;
        let across = SIDE + GAP + self.wide * positions.len() as i32;
        [across.max(WIDTH / self.columns), Self::HEAD + DOWN * lengths.len() as i32 + Self::FOOT]
    }

    /// How high all of a row is.
    fn story(&self, row: &str) -> i32 {
        let stories = self.map.modalities.len().div_ceil(self.columns as usize) as i32;
        LINE * Self::name(row).len() as i32 + stories * self.panel_size()[1]
    }

    fn size(&self) -> [i32; 2] {
        let across = self.columns * self.panel_size()[0];
        [across.max(WIDTH), GAP + self.rows.iter().map(|row| self.story(row)).sum::<i32>()]
    }

    fn draw(&self, area: &Area, score: impl Fn(&str, Condition) -> Option<f64>) -> Drawn {
        let [across, high] = self.panel_size();
        let mut top = GAP;
        for row in self.rows {
            let name = Self::name(row);
            let below = top + LINE * name.len() as i32;
            put_lines(area, &name, NORMAL, From::Left, (GAP, i32::midpoint(top, below)))?;
            for (place, &modality) in (0..).zip(&self.map.modalities) {
                let corner = [across * (place % self.columns), below + high * (place / self.columns)];
                self.panel(area, modality, corner, |length, at| score(row, Condition::gap(modality, length, at)))?;
            }
            top += self.story(row);
        }
        Ok(())
    }

    /// A panel: left and top.
    fn panel(
        &self,
        area: &Area,
        modality: Modality,
        [left, top]: [i32; 2],
        score: impl Fn(f64, f64) -> Option<f64>,
    ) -> Drawn {
        let Map { positions, lengths, .. } = self.map;
        let corner = [left + SIDE, top + Self::HEAD];
        let columns = || (corner[0]..).step_by(self.wide as usize);
        let middle = corner[0] + self.wide * positions.len() as i32 / 2;
        put(area, modality.name(), NORMAL, &BLACK, From::Middle, (middle, top + LINE))?;
        put(area, "length", SMALL, &BLACK, From::Right, (corner[0] - 8, top + Self::HEAD - LINE / 2))?;
        // The longest gap on top.
        for (&length, y) in lengths.iter().rev().zip((corner[1]..).step_by(DOWN as usize)) {
            put(area, &length.to_string(), SMALL, &BLACK, From::Right, (corner[0] - 8, y + DOWN / 2))?;
            for (&at, x) in positions.iter().zip(columns()) {
                self.cell(area, score(length, at), [x, y])?;
            }
        }
        let below = corner[1] + DOWN * lengths.len() as i32 + LINE / 2;
        for (at, x) in positions.iter().zip(columns()) {
            put(area, &at.to_string(), SMALL, &BLACK, From::Middle, (x + self.wide / 2, below))?;
        }
        put(area, "position", SMALL, &BLACK, From::Middle, (middle, below + LINE))
    }

    /// A cell: left and top.
    fn cell(&self, area: &Area, score: Option<f64>, [left, top]: [i32; 2]) -> Drawn {
        let corners = [(left, top), (left + self.wide, top + DOWN)];
        if let Some(score) = score {
            let [low, high] = self.range;
            let share = if high > low { (score - low) / (high - low) } else { 1.0 };
            area.draw(&Rectangle::new(corners, BEST.mix(share).filled()))?;
            let middle = (left + self.wide / 2, top + DOWN / 2);
            put(area, &format!("{score:.1}"), SMALL, &BLACK, From::Middle, middle)?;
        }
        area.draw(&Rectangle::new(corners, BLACK.mix(0.3)))?;
        Ok(())
    }
}
