//! The exit codes as helps list them.

use corrkd_config::Exit;

/// What these exit codes say, a line each, under a heading.
#[must_use]
pub fn exit_codes(of: &[Exit]) -> String {
    let lines: Vec<String> = of.iter().map(|&exit| format!("  {:<4} {}", exit.code(), meaning(exit))).collect();
    format!("Exit codes:\n{}", lines.join("\n"))
}

/// Those that a command which runs experiments ends with.
pub(crate) const RUNNING: [Exit; 7] =
    [Exit::Done, Exit::Fault, Exit::Input, Exit::Data, Exit::Unfinished, Exit::RunsFailed, Exit::Interrupted];

const fn meaning(exit: Exit) -> &'static str {
    match exit {
        Exit::Done => "done",
        Exit::Fault => "a fault of this program",
        Exit::Input => "the command line, an experiment or a recipe cannot be used, or the device is not there",
        Exit::Data => "data, or what a run left behind, is absent or damaged",
        Exit::Otherwise => "a verified run or a self test came out otherwise",
        Exit::Unfinished => "told to stop, or the cluster takes no more for now; the same command goes on",
        Exit::RunsFailed => "some runs failed; the report covers the others",
        Exit::Interrupted => "stopped by a signal, as Ctrl-C, or unheard by anybody; the same command goes on",
    }
}
