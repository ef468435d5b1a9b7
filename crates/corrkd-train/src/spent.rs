//! Where the time of a training goes, part by part. A part within another is told by itself, under the name of the outermost,
//! `validation: masks`, and not counted twice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

thread_local! {
    /// The loop runs on one thread, and parts begin and end there.
    static CLOCK: RefCell<Clock> = RefCell::default();
}

#[derive(Default)]
struct Clock {
    spent: BTreeMap<String, Duration>,
    /// The parts that have begun: the name, and what parts within it have taken.
    begun: Vec<(String, Duration)>,
}

/// Does a part of the work under its name.
pub fn part<R>(name: &str, work: impl FnOnce() -> R) -> R {
    CLOCK.with_borrow_mut(|clock| {
        let name = clock.begun.first().map_or_else(|| name.to_owned(), |(outermost, _)| format!("{outermost}: {name}"));
        clock.begun.push((name, Duration::ZERO));
    });
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    CLOCK.with_borrow_mut(|clock| {
        let Some((name, within)) = clock.begun.pop() else { return };
        *clock.spent.entry(name).or_default() += took.saturating_sub(within);
        if let Some((_, outer)) = clock.begun.last_mut() {
            *outer += took;
        }
    });
    done
}

/// The seconds that this thread has spent on each part since it was last asked.
pub(crate) fn spent() -> BTreeMap<String, f64> {
    let spent = CLOCK.with_borrow_mut(|clock| std::mem::take(&mut clock.spent));
    spent.into_iter().map(|(name, time)| (name, time.as_secs_f64())).collect()
}

#[cfg(test)]
mod tests {
    use super::{part, spent};
    use std::thread::sleep;
    use std::time::Duration;

    #[test]
    fn nothing_is_counted_twice() {
        let nap = || sleep(Duration::from_millis(20));
        let masks = || part("masks", nap);
        part("validation", || {
            masks();
            nap();
            masks();
        });
        masks();
        let spent_once = spent();
        let names: Vec<&str> = spent_once.keys().map(String::as_str).collect();
        assert_eq!(names, ["masks", "validation", "validation: masks"]);
        let at_least = |name: &str, seconds| spent_once[name] >= seconds && spent_once[name] < seconds + 0.02;
        assert!(at_least("masks", 0.02) && at_least("validation", 0.02), "{spent_once:?}");
        assert!(spent_once["validation: masks"] >= 0.04, "{spent_once:?}");
        assert!(spent().is_empty());
    }
}
