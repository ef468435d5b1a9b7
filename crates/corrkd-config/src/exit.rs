//! How the programs end: the one list of exit codes.

/// Why a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what it was asked to.
    Done = 0,
    /// A fault of the program.
    Fault = 1,
    /// The command line, an experiment or a recipe cannot be used, or the device is not there.
    Input = 2,
    /// Data, or what a run left behind, is absent or damaged.
    Data = 3,
    /// A verified run, or a self test, came out otherwise.
    Otherwise = 4,
    /// Not done yet: it was told to stop behind a step, or the cluster takes no more for now. The same command goes on.
    Unfinished = 75,
    /// All is done and reported, but some runs failed.
    RunsFailed = 100,
    /// Stopped by Ctrl-C, as a shell would say it.
    Interrupted = 130,
}

impl Exit {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Done,
        Self::Fault,
        Self::Input,
        Self::Data,
        Self::Otherwise,
        Self::Unfinished,
        Self::RunsFailed,
        Self::Interrupted,
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What a process ended with, where it is one of these.
    #[must_use]
    pub fn of(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|exit| i32::from(exit.code()) == code)
    }
}
