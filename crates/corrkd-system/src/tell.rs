//! What is said on the standard output and error: shown, not obeyed; and where nobody reads it any more, the end.

use crate::{abandon, shown};
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// What a program ends with whose reader has read enough, as that of `head`.
const READ_ENOUGH: i32 = 0;
/// What it ends with if nobody hears how far it is: as after Ctrl-C, it can be gone on with.
const UNHEARD: i32 = 130;

/// Says a line on the standard output. Where nobody reads it, the program ends quietly, with 0.
///
/// # Errors
/// The system's, as of a full disk.
pub fn out(line: impl Display) -> io::Result<()> {
    to_out(format_args!("{line}\n"))
}

/// As [`out`], without an end of line.
///
/// # Errors
/// As [`out`].
pub fn to_out(text: impl Display) -> io::Result<()> {
    let text = text.to_string();
    let mut stream = io::stdout().lock();
    let done = stream.write_all(shown(&text).as_bytes()).and_then(|()| stream.flush());
    end_if_unread(&done, READ_ENOUGH);
    done
}

/// Says a line on the standard error. Where nobody reads it, the program ends quietly, with 130; what else keeps a line from
/// being said does not matter, as there is no other place to say so.
pub fn err(line: impl Display) {
    to_err(format_args!("{line}\n"));
}

/// Says the last line of a program that ends with a code of its own, whether somebody reads the line or not.
pub fn last_err(line: impl Display) {
    let text = format!("{line}\n");
    let _ = io::stderr().lock().write_all(shown(&text).as_bytes());
}

/// As [`err`], without an end of line.
pub fn to_err(text: impl Display) {
    let text = text.to_string();
    // In one piece, so that lines of several processes do not mix.
    let done = io::stderr().lock().write_all(shown(&text).as_bytes());
    end_if_unread(&done, UNHEARD);
}

fn end_if_unread(done: &io::Result<()>, code: i32) {
    if done.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        abandon();
        std::process::exit(code);
    }
}
