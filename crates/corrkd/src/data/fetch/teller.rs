//! How far a download is, on the standard error: a bar on a terminal, a line now and then elsewhere.

use corrkd_fetch::Progress;
use corrkd_system::{err, shown};
use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Lines are this far apart.
const PAUSE: Duration = Duration::from_secs(5);

/// What a bar says while bytes are read that are there, while bytes arrive, and where their number is not known.
const READING: &str = "{msg} {wide_bar} reading what is there";
const RECEIVING: &str = "{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left";
const ENDLESS: &str = "{msg} {spinner} {binary_bytes}, {binary_bytes_per_sec}";

/// Tells of one file.
pub(super) struct Teller {
    name: String,
    bar: Option<ProgressBar>,
    /// When a line was told last.
    told: Instant,
    /// What goes on, since when, and the bytes that were there then.
    stage: Option<(&'static str, Instant, u64)>,
}

impl Teller {
    pub(super) fn new(name: &str) -> Self {
        let bar =
            std::io::stderr().is_terminal().then(|| ProgressBar::no_length().with_message(shown(name).into_owned()));
        Self { name: name.to_owned(), bar, told: Instant::now(), stage: None }
    }

    /// A step of the download.
    pub(super) fn hear(&mut self, progress: Progress) {
        match progress {
            Progress::Reading { done, total } => self.step(READING, done, Some(total)),
            Progress::Ahead { pieces, done, total } => self.say(&ahead(pieces, done, total)),
            Progress::Receiving { done, total: None } => self.step(ENDLESS, done, None),
            Progress::Receiving { done, total } => self.step(RECEIVING, done, total),
            Progress::Waiting { cause, pause } => {
                self.say(&format!("{cause}; trying again in {} s", pause.as_secs()));
                self.stage = None;
            }
        }
    }

    /// So many bytes are there.
    fn step(&mut self, what: &'static str, done: u64, total: Option<u64>) {
        let stage = self.stage.filter(|(before, ..)| *before == what);
        let (_, since, from) = stage.unwrap_or((what, Instant::now(), done));
        if stage.is_none() {
            self.stage = Some((what, since, from));
            if what != READING && done > 0 {
                self.say(&format!("goes on from {}", BinaryBytes(done)));
            }
        }
        match &self.bar {
            Some(bar) => {
                if stage.is_none() {
                    bar.set_style(ProgressStyle::with_template(what).unwrap_or_else(|_| ProgressStyle::default_bar()));
                }
                if let Some(total) = total {
                    bar.set_length(total);
                }
                bar.set_position(done);
                if stage.is_none() {
                    // The rate is that of what arrives, not of what was there.
                    bar.reset_eta();
                }
            }
            None if self.told.elapsed() >= PAUSE => {
                self.told = Instant::now();
                self.say(&line(what, done, total, done.saturating_sub(from) as f64 / since.elapsed().as_secs_f64()));
            }
            None => {}
        }
    }

    /// A line that stays.
    fn say(&self, line: &str) {
        let line = format!("{}: {line}", self.name);
        match &self.bar {
            Some(bar) => bar.println(shown(&line)),
            None => err(line),
        }
    }
}

/// What is to come of a file in several parts, and the room that it needs.
fn ahead(parts: usize, done: u64, total: Option<u64>) -> String {
    let Some(total) = total else {
        return format!("{parts} parts, whose lengths the server does not say: see that there is room");
    };
    let left = BinaryBytes(total.saturating_sub(done));
    format!("{parts} parts, {} in all; {left} to come, and so much room is needed", BinaryBytes(total))
}

/// What a bar shows, as a line; the rate is in bytes per second.
fn line(what: &str, done: u64, total: Option<u64>, rate: f64) -> String {
    let (amount, speed) = (BinaryBytes(done), BinaryBytes(rate as u64));
    match total {
        Some(total) if what == READING => format!("reading what is there, {amount} of {}", BinaryBytes(total)),
        // Where next to nothing comes, no end is in sight.
        Some(total) if rate < 1.0 => format!("{amount} of {}, {speed}/s", BinaryBytes(total)),
        Some(total) => {
            let left = HumanDuration(Duration::from_secs((total.saturating_sub(done) as f64 / rate) as u64));
            format!("{amount} of {}, {speed}/s, {left} left", BinaryBytes(total))
        }
        None => format!("{amount}, {speed}/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_a_bar_shows() {
        let mebi = |n: u64| n << 20;
        let rate = mebi(1) as f64;
        assert_eq!(
            line(RECEIVING, mebi(3), Some(mebi(33)), rate),
            "3.00 MiB of 33.00 MiB, 1.00 MiB/s, 30 seconds left"
        );
        assert_eq!(line(ENDLESS, mebi(3), None, rate), "3.00 MiB, 1.00 MiB/s");
        assert_eq!(line(READING, mebi(3), Some(mebi(33)), rate), "reading what is there, 3.00 MiB of 33.00 MiB");
        assert_eq!(line(RECEIVING, 0, Some(1), 0.0), "0 B of 1 B, 0 B/s");
        let room = "13 parts, 4.00 MiB in all; 3.00 MiB to come, and so much room is needed";
        assert_eq!(ahead(13, mebi(1), Some(mebi(4))), room);
    }
}
