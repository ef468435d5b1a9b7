//! What ends a command before its time: a signal, or the end of the process that started it. What it has begun is removed, and
//! it ends at once, wherever it is.

use anyhow::Context;
use corrkd_config::Exit;
use corrkd_train::Stop;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag::register_conditional_shutdown;
use signal_hook::iterator::Signals;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

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
            end(Exit::Interrupted);
        }
    })?;
    hold_to_parent(with_parent, || {})
}

/// The same of a training, which ends behind its step where it is told so in the words of a cluster: by SIGTERM or SIGUSR1.
///
/// # Errors
/// As [`guard`].
pub(crate) fn guard_training(with_parent: bool, stop: &'static Stop) -> anyhow::Result<()> {
    let at_once = [SIGINT, SIGHUP];
    let heard = at_once.into_iter().chain([SIGTERM, SIGUSR1]).filter(|&signal| !corrkd_system::ignored(signal));
    let mut signals = Signals::new(heard).context("cannot set up Ctrl-C")?;
    watch("signals", move || {
        for signal in signals.forever() {
            if at_once.contains(&signal) {
                end(Exit::Interrupted);
            }
            // Where no training hears it, all that counts is kept already.
            if !stop.ask() {
                end(Exit::Unfinished);
            }
        }
    })?;
    hold_to_parent(with_parent, move || {
        if !stop.ask() {
            end(Exit::Unfinished);
        }
    })
}

/// Ends when the parent does; `told` hears each byte that it sends.
fn hold_to_parent(with_parent: bool, told: impl Fn() + Send + 'static) -> anyhow::Result<()> {
    if with_parent {
        watch("parent", move || {
            // An input that cannot be read tells as little of a parent as one that has ended.
            while io::stdin().lock().read(&mut [0]).is_ok_and(|read| read > 0) {
                told();
            }
            end(Exit::Interrupted);
        })?;
    }
    Ok(())
}

fn watch(name: &str, what: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(what).context("cannot start a thread")?;
    Ok(())
}

/// Not by way of what is done at a usual end, which would wait for the threads that are in the midst of it.
fn end(exit: Exit) {
    corrkd_system::abandon();
    signal_hook::low_level::exit(exit.code().into());
}
