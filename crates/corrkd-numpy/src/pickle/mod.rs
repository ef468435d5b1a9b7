//! Pickles, protocols 0 to 5 (Python's `pickletools.py`): a stack machine that can only describe values.

mod call;
mod cursor;
mod escape;
mod global;
mod machine;
mod number;
mod opcode;
mod stack;

pub(crate) use global::Global;
pub(crate) use machine::read;
