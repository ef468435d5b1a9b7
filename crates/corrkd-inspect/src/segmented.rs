//! What is odd about the labelled segments, once all rows were counted in them.

use corrkd_data::Time;
use std::collections::BTreeSet;

use crate::finding::{Finding, Kind, Severity};
use crate::look::Look;
use crate::render::count;
use crate::segments::{Lengths, Segments};

impl Look<'_> {
    /// The labelled segments; finds what is odd about them.
    pub(crate) fn segments(&mut self) -> Option<Segments> {
        let labels = self.labels.filter(|&labels| self.readers[labels].is_some())?;
        let name = |number: Option<usize>| {
            let number = number.filter(|&number| self.readers[number].is_some())?;
            Some(self.parts[number].name.clone())
        };
        let time = self.recipe.map(|recipe| recipe.time).filter(Time::is_aligned).map(|time| time.longest());
        let segments = self.count.finish(name(self.frames), name(self.words), time, &self.own);
        let file = &self.parts[labels].name;
        let place = |kind, place: &crate::LabelRow, message: &str| {
            Finding::new(kind, Some(file), message).at(&place.id).rows(vec![place.row])
        };
        for pair in &segments.overlapping {
            let message = match &pair.second {
                next if next.id == pair.first.id => format!("ends {:.3} s after row {} starts", pair.seconds, next.row),
                next => format!("ends {:.3} s after `{}` starts", pair.seconds, next.id),
            };
            self.findings.push(place(Kind::Overlap, &pair.first, &message));
        }
        for short in &segments.short {
            let [start, end] = short.interval;
            self.findings.push(place(Kind::Short, short, &format!("the segment lasts {:.3} s", end - start)));
        }
        for empty in &segments.without_frames {
            let severity = if self.takes_part(&empty.id) { Severity::Warning } else { Severity::Note };
            let finding = place(Kind::NoFrames, empty, "no row of the reference lies in the segment");
            self.findings.push(Finding { severity, ..finding });
        }
        let told: BTreeSet<(&str, usize)> = segments.without_frames.iter().map(|at| (at.id.as_str(), at.row)).collect();
        for empty in segments.without_words.iter().filter(|at| !told.contains(&(at.id.as_str(), at.row))) {
            self.findings.push(place(Kind::NoWords, empty, "the segment holds pauses alone"));
        }
        if let (Some(longer @ 1..), Some(time)) = (segments.longer_than_time, time) {
            let message = format!("{} of more than {time} frames, of which {time} stay", count(longer, "segment"));
            self.findings.push(Finding { count: longer, ..Finding::new(Kind::Truncated, None, message) });
        }
        for Lengths { modality, time, longer_than_time, .. } in
            segments.lengths.iter().filter(|l| l.longer_than_time > 0)
        {
            let segments = count(*longer_than_time, "segment");
            let message = format!("{segments} of more than {time} frames of {modality}, of which {time} stay");
            self.findings.push(Finding { count: *longer_than_time, ..Finding::new(Kind::Truncated, None, message) });
        }
        Some(segments)
    }
}
