//! What a file holds at a glance: keys, shapes and dtypes as a tree, no deeper and no longer than a screen.

use std::fmt::Write as _;

use crate::document::Document;
use crate::error::shown;
use crate::value::{Value, View};

/// Levels of containers that are shown.
const DEPTH: usize = 4;
/// Values of one container that are shown.
const SHOWN: usize = 12;

impl Document {
    /// What the file holds as a tree of keys, shapes and dtypes, at most `lines` lines.
    #[must_use]
    pub fn outline(&self, lines: usize) -> String {
        let mut tree = Tree { text: String::new(), left: lines.max(1) };
        tree.add("", self.root(), 0);
        if tree.left == 0 {
            // The last line makes room for the remark that there is more.
            let kept = tree.text.lines().take(lines.saturating_sub(1)).collect::<Vec<_>>().join("\n");
            return format!("{kept}\n…");
        }
        tree.text.trim_end().to_owned()
    }
}

struct Tree {
    text: String,
    left: usize,
}

impl Tree {
    fn line(&mut self, depth: usize, line: &str) {
        if self.left > 0 {
            self.left -= 1;
            let _ = writeln!(self.text, "{:1$}{line}", "", 2 * depth);
        }
    }

    fn add(&mut self, label: &str, value: Value<'_>, depth: usize) {
        self.line(depth, &format!("{label}{}", named(value)));
        if depth == DEPTH || self.left == 0 {
            return;
        }
        if let Some(entries) = value.entries() {
            let count = entries.len();
            for (key, value) in entries.take(SHOWN) {
                self.add(&format!("{}: ", key_of(key)), value, depth + 1);
            }
            self.rest(count, depth + 1);
        } else if let Some(items) = value.items() {
            // What lists of samples hold, their first value shows.
            let count = items.len();
            let few = if count <= SHOWN && depth == 0 { count } else { 1 };
            for (index, value) in items.take(few).enumerate() {
                self.add(&format!("[{index}]: "), value, depth + 1);
            }
            if count > few {
                self.line(depth + 1, &format!("… {} more", count - few));
            }
        }
    }

    fn rest(&mut self, count: usize, depth: usize) {
        if count > SHOWN {
            self.line(depth, &format!("… {} more", count - SHOWN));
        }
    }
}

fn key_of(key: Value<'_>) -> String {
    match key.view() {
        View::Int(value) => value.to_string(),
        View::Text(length) | View::Bytes(length) if length <= 64 => match key.text() {
            Ok(Some(text)) => shown(text.as_bytes()),
            _ => format!("({})", key.kind()),
        },
        _ => format!("({})", key.kind()),
    }
}

fn named(value: Value<'_>) -> String {
    match value.view() {
        View::Array(array) => format!("array {:?} {}", array.shape(), array.dtype()),
        View::Bytes(length) => format!("bytes of {length}"),
        View::Text(length) => format!("str of {length} bytes"),
        View::Dict(count) | View::List(count) | View::Tuple(count) | View::Set(count) => {
            format!("{} of {count}", value.kind())
        }
        View::Int(value) => format!("int {value}"),
        View::Float(value) => format!("float {value}"),
        View::Bool(value) => format!("bool {value}"),
        View::None | View::Long(_) | View::Other(_) => value.kind().to_owned(),
    }
}
