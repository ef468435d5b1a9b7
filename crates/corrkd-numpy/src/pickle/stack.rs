//! The machine's stack, with its marks.

use crate::error::Trouble;
use crate::slot::Slot;

#[derive(Default)]
pub(super) struct Stack {
    slots: Vec<Slot>,
    /// Heights of the stack at each MARK.
    marks: Vec<usize>,
}

impl Stack {
    pub(super) fn push(&mut self, slot: Slot) {
        self.slots.push(slot);
    }

    pub(super) fn mark(&mut self) {
        self.marks.push(self.slots.len());
    }

    /// Takes the top away, which must lie above the last MARK.
    pub(super) fn pop(&mut self) -> Result<Slot, Trouble> {
        let top = self.top()?;
        self.slots.pop();
        Ok(top)
    }

    /// The same without taking it away.
    pub(super) fn top(&self) -> Result<Slot, Trouble> {
        self.slots[self.floor()..].last().copied().ok_or_else(|| Trouble::damaged("a value on the stack", "none"))
    }

    /// POP takes a MARK away where that is on top.
    pub(super) fn discard(&mut self) -> Result<(), Trouble> {
        if self.marks.last() == Some(&self.slots.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    /// Takes away what lies above the last MARK, and the MARK.
    pub(super) fn marked(&mut self) -> Result<Vec<Slot>, Trouble> {
        let mark = self.marks.pop().ok_or_else(|| Trouble::damaged("a MARK on the stack", "none"))?;
        Ok(self.slots.split_off(mark))
    }

    /// Takes so many values away, all above the last MARK.
    pub(super) fn last(&mut self, count: usize) -> Result<Vec<Slot>, Trouble> {
        let floor = self.floor();
        match self.slots.len().checked_sub(count).filter(|&start| start >= floor) {
            Some(start) => Ok(self.slots.split_off(start)),
            None => {
                let got = (self.slots.len() - floor).to_string();
                Err(Trouble::damaged(format!("{count} values on the stack"), got))
            }
        }
    }

    /// Once the result is taken away nothing may be left.
    pub(super) fn check_empty(&self) -> Result<(), Trouble> {
        if self.slots.is_empty() && self.marks.is_empty() {
            return Ok(());
        }
        Err(Trouble::damaged("one value on the stack", format!("{} more", self.slots.len())))
    }

    /// Height of the last MARK, which is never above the top.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }
}
