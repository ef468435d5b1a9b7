//! Child processes, which never outlive this one: each has a standard input that stays open as long as this process lives; a training
//! that is to stop in order is told by a byte on it. When it closes, however this process ends, a child removes what it had begun and ends.

use std::{
    io::{self, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The flag that has a child listen for the end of its input.
pub(crate) const WITH_PARENT: &str = "--with-parent";
/// How long children are given to tidy up.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often is looked whether they have ended.
const PAUSE: Duration = Duration::from_millis(10);

/// Starts a child of this kind.
///
/// # Errors
/// The system's.
pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
    command.stdin(Stdio::piped()).spawn()
}

/// Tells a training to end behind its step: any byte on its input does.
pub(crate) fn stop(child: &mut Child) {
    // One that has ended hears nothing.
    let _ = child.stdin.as_mut().map(|input| input.write_all(b"\n").and_then(|()| input.flush()));
}

/// Has children end: by closing their input, and by force where that is not enough.
pub(crate) fn end<'a>(children: impl IntoIterator<Item = &'a mut Child>) {
    let mut children: Vec<&mut Child> = children.into_iter().collect();
    children.iter_mut().for_each(|child| drop(child.stdin.take()));
    let start = Instant::now();
    let lives = |child: &mut &mut Child| matches!(child.try_wait(), Ok(None));
    while start.elapsed() < PATIENCE && children.iter_mut().any(lives) {
        thread::sleep(PAUSE);
    }
    for child in children {
        // It may have ended by itself in between, which is as good.
        let _ = child.kill();
        let _ = child.wait();
    }
}
