//! What ends a command before its time: a signal, or the end of the process that started it. What it has begun is removed, and
//! it ends at once, wherever it is.

use anyhow::Context;
use corrkd_config::Exit;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_shutdown;
use signal_hook::iterator::Signals;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{io, thread};

/// Listens for signals, a second of which ends the program on the spot; with a parent also for the end of the standard input,
/// which the parent holds open as long as it lives. What it was started to ignore, as by `nohup`, stays ignored.
///
/// # Errors
/// Where the system gives no handler or no thread.
pub(crate) fn guard(with_parent: bool) -> anyhow::Result<()> {
    let heard: Vec<i32> =
        [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| !corrkd_system::ignored(signal)).collect();
    let ending = Arc::new(AtomicBool::new(false));
    for &signal in &heard {
        register_conditional_shutdown(signal, Exit::Interrupted.code().into(), Arc::clone(&ending))
            .context("cannot set up Ctrl-C")?;
    }
    let mut signals = Signals::new(&heard).context("cannot set up Ctrl-C")?;
    watch("signals", move || {
        if signals.forever().next().is_some() {
            ending.store(true, Ordering::Relaxed);
            end();
        }
    })?;
    if with_parent {
        watch("parent", || {
            // An input that cannot be read tells as little of a parent as one that has ended.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            end();
        })?;
    }
    Ok(())
}

fn watch(name: &str, what: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(what).context("cannot start a thread")?;
    Ok(())
}

/// Not by way of what is done at a usual end, which would wait for the threads that are in the midst of it.
fn end() {
    corrkd_system::abandon();
    signal_hook::low_level::exit(Exit::Interrupted.code().into());
}
