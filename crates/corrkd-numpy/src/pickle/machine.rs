//! The stack machine. Each opcode costs at least one byte of the file, so it ends; what is pushed or remembered is
//! counted; and nothing is nested on the machine's own stack.

use std::collections::BTreeMap;
use std::path::Path;

use crate::arena::{Arena, Node};
use crate::blob::{Blob, Storage};
use crate::error::{NumpyError, Trouble, shown};
use crate::foreign;
use crate::pickle::cursor::Cursor;
use crate::pickle::number::{self, Integer};
use crate::pickle::stack::Stack;
use crate::pickle::{call, escape, global, opcode};
use crate::slot::Slot;
use crate::source::Source;

/// The newest protocol.
const PROTOCOL: u8 = 5;
/// Longer lines hold no name and no number.
const LINE: u64 = 1 << 10;

struct Machine<'a> {
    cursor: Cursor<'a>,
    arena: &'a mut Arena,
    stack: Stack,
    memo: BTreeMap<u64, Slot>,
}

/// Reads the pickle that lies between two places of the file, and nothing else there.
pub(crate) fn read(
    source: &Source,
    (start, end): (u64, u64),
    arena: &mut Arena,
    path: &Path,
) -> Result<Slot, NumpyError> {
    let cursor = Cursor::new(source, start, end);
    let mut machine = Machine { cursor, arena, stack: Stack::default(), memo: BTreeMap::new() };
    loop {
        let offset = machine.cursor.position();
        let code = machine.cursor.byte().map_err(|trouble| trouble.at(path, offset, "behind the last opcode"))?;
        let place = || opcode::name(code).map_or_else(|| format!("opcode {code:#04x}"), str::to_owned);
        if let Some(result) = machine.step(code).map_err(|trouble| trouble.at(path, offset, place()))? {
            return Ok(result);
        }
    }
}

impl Machine<'_> {
    /// Carries out one opcode; the result once it is STOP.
    fn step(&mut self, code: u8) -> Result<Option<Slot>, Trouble> {
        match code {
            0x80 => match self.cursor.byte()? {
                0..=PROTOCOL => {}
                other => return Err(Trouble::refused(format!("protocol {other}; {PROTOCOL} is the newest known"))),
            },
            // A frame only says how much to read at once.
            0x95 => drop(self.cursor.array::<8>()?),
            b'.' => return self.stop().map(Some),

            b'N' => self.push(Slot::None)?,
            0x88 => self.push(Slot::Bool(true))?,
            0x89 => self.push(Slot::Bool(false))?,
            b'J' => self.bytes_as(|bytes| i64::from(i32::from_le_bytes(bytes)))?,
            b'K' => self.bytes_as(|bytes| i64::from(u8::from_le_bytes(bytes)))?,
            b'M' => self.bytes_as(|bytes| i64::from(u16::from_le_bytes(bytes)))?,
            0x8a => {
                let length = self.cursor.byte()?;
                self.long(u64::from(length))?;
            }
            0x8b => {
                let length = self.cursor.array().map(i32::from_le_bytes)?;
                let length = u64::try_from(length).map_err(|_| Trouble::damaged("a length", length.to_string()))?;
                self.long(length)?;
            }
            b'G' => {
                let value = self.cursor.array().map(f64::from_be_bytes)?;
                self.push(Slot::Float(value))?;
            }
            b'I' | b'L' => {
                let line = self.cursor.line(LINE)?;
                self.integer(number::decimal(&line)?)?;
            }
            b'F' => {
                let line = self.cursor.line(LINE)?;
                self.push(Slot::Float(number::float(&line)?))?;
            }

            b'U' | b'C' => self.bytes_of::<1>()?,
            b'T' | b'B' => self.bytes_of::<4>()?,
            0x8e | 0x96 => self.bytes_of::<8>()?,
            0x8c => self.text_of::<1>()?,
            b'X' => self.text_of::<4>()?,
            0x8d => self.text_of::<8>()?,
            b'S' => {
                let bytes = escape::string(&self.cursor.line(u64::MAX)?)?;
                self.add(Node::Bytes(Blob::held(&bytes)))?;
            }
            b'V' => {
                let text = escape::unicode(&self.cursor.line(u64::MAX)?)?;
                let narrow = text.chars().all(|character| u32::from(character) < 0x100);
                let latin1 = narrow.then(|| text.chars().count() as u64);
                self.add(Node::Text { blob: Blob::held(text.as_bytes()), latin1 })?;
            }

            b'(' => {
                self.arena.spend()?;
                self.stack.mark();
            }
            b'0' => self.stack.discard()?,
            b'1' => drop(self.stack.marked()?),
            b'2' => {
                let top = self.stack.top()?;
                self.push(top)?;
            }

            b')' => self.add(Node::Tuple(Vec::new()))?,
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b't' => {
                let items = self.stack.marked()?;
                self.add(Node::Tuple(items))?;
            }
            b']' => self.add(Node::List(Vec::new()))?,
            b'l' => {
                let items = self.stack.marked()?;
                self.add(Node::List(items))?;
            }
            0x8f => self.add(Node::Set(Vec::new()))?,
            0x91 => {
                let items = self.stack.marked()?;
                self.add(Node::Set(items))?;
            }
            b'}' => self.add(Node::Dict(Vec::new()))?,
            b'd' => {
                let items = self.stack.marked()?;
                self.add(Node::Dict(pairs(&items)?))?;
            }
            b'a' => {
                let item = self.pop()?;
                self.extend(&[item])?;
            }
            b'e' | 0x90 => {
                let items = self.stack.marked()?;
                self.extend(&items)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.insert(&[key, value])?;
            }
            b'u' => {
                let items = self.stack.marked()?;
                self.insert(&items)?;
            }

            b'p' => {
                let key = self.line_key()?;
                self.remember(key)?;
            }
            b'q' => {
                let key = self.cursor.byte()?;
                self.remember(u64::from(key))?;
            }
            b'r' => {
                let key = self.cursor.array().map(u32::from_le_bytes)?;
                self.remember(u64::from(key))?;
            }
            0x94 => self.remember(self.memo.len() as u64)?,
            b'g' => {
                let key = self.line_key()?;
                self.recall(key)?;
            }
            b'h' => {
                let key = self.cursor.byte()?;
                self.recall(u64::from(key))?;
            }
            b'j' => {
                let key = self.cursor.array().map(u32::from_le_bytes)?;
                self.recall(u64::from(key))?;
            }

            b'c' => {
                let (module, name) = (self.cursor.line(LINE)?, self.cursor.line(LINE)?);
                self.global(&module, &name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (module, name) = (self.name(module)?, self.name(name)?);
                self.global(&module, &name)?;
            }
            b'R' => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                let value = call::reduce(function, arguments, self.arena)?;
                self.push(value)?;
            }
            b'b' => {
                let state = self.pop()?;
                let target = self.pop()?;
                call::build(target, state, self.arena)?;
                self.push(target)?;
            }

            b'i' => {
                let (module, name) = (self.cursor.line(LINE)?, self.cursor.line(LINE)?);
                let refused = || Trouble::refused(format!("an object of `{}.{}`", shown(&module), shown(&name)));
                return Err(foreign::of_module(&module).map_or_else(refused, Trouble::Foreign));
            }
            b'o' | 0x81 | 0x92 => return Err(Trouble::refused("to make an object of a class")),
            b'P' => {
                let id = self.cursor.line(LINE)?;
                return Err(Trouble::refused(format!("the persistent id `{}` of another store", shown(&id))));
            }
            b'Q' => return Err(Trouble::refused("a persistent id of another store")),
            0x82 => self.extension::<1>()?,
            0x83 => self.extension::<2>()?,
            0x84 => self.extension::<4>()?,
            0x97 | 0x98 => return Err(Trouble::refused("a buffer that is kept outside of the file")),
            other => return Err(Trouble::damaged("a pickle's opcode", format!("{other:#04x}"))),
        }
        Ok(None)
    }

    fn stop(&mut self) -> Result<Slot, Trouble> {
        let result = self.pop()?;
        self.stack.check_empty()?;
        match self.cursor.left() {
            0 => Ok(result),
            left => {
                Err(Trouble::refused(format!("{left} bytes behind the first value (several pickles in one file?)")))
            }
        }
    }

    fn push(&mut self, slot: Slot) -> Result<(), Trouble> {
        self.arena.spend()?;
        self.stack.push(slot);
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), Trouble> {
        let slot = self.arena.add(node)?;
        self.stack.push(slot);
        Ok(())
    }

    fn pop(&mut self) -> Result<Slot, Trouble> {
        self.stack.pop()
    }

    fn tuple(&mut self, items: usize) -> Result<(), Trouble> {
        let items = self.stack.last(items)?;
        self.add(Node::Tuple(items))
    }

    /// Appends to the list or set on top of the stack.
    fn extend(&mut self, items: &[Slot]) -> Result<(), Trouble> {
        let target = self.stack.top()?;
        match self.arena.node_mut(target) {
            Some(Node::List(list) | Node::Set(list)) => {
                list.extend_from_slice(items);
                Ok(())
            }
            _ => Err(Trouble::refused(format!("to append to a {}", self.arena.name(target)))),
        }
    }

    /// Sets keys of the dictionary on top of the stack.
    fn insert(&mut self, items: &[Slot]) -> Result<(), Trouble> {
        let target = self.stack.top()?;
        match self.arena.node_mut(target) {
            Some(Node::Dict(dict)) => {
                dict.extend(pairs(items)?);
                Ok(())
            }
            _ => Err(Trouble::refused(format!("to set keys of a {}", self.arena.name(target)))),
        }
    }

    fn remember(&mut self, key: u64) -> Result<(), Trouble> {
        let top = self.stack.top()?;
        self.arena.spend()?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, key: u64) -> Result<(), Trouble> {
        match self.memo.get(&key) {
            Some(&slot) => self.push(slot),
            None => Err(Trouble::damaged("a remembered value", format!("none under {key}"))),
        }
    }

    fn line_key(&mut self) -> Result<u64, Trouble> {
        let line = self.cursor.line(LINE)?;
        let key = std::str::from_utf8(&line).ok().and_then(|text| text.trim().parse().ok());
        key.ok_or_else(|| Trouble::damaged("a number to remember by", shown(&line)))
    }

    fn bytes_as<const N: usize>(&mut self, integer: impl Fn([u8; N]) -> i64) -> Result<(), Trouble> {
        let bytes = self.cursor.array()?;
        self.push(Slot::Int(integer(bytes)))
    }

    fn long(&mut self, length: u64) -> Result<(), Trouble> {
        let Storage::Held(bytes) = self.cursor.blob(length)?.place else {
            return Err(Trouble::refused(format!("an integer of {length} bytes")));
        };
        self.integer(number::long(&bytes))
    }

    fn integer(&mut self, integer: Integer) -> Result<(), Trouble> {
        match integer {
            Integer::Bool(value) => self.push(Slot::Bool(value)),
            Integer::Fits(value) => self.push(Slot::Int(value)),
            Integer::Digits(digits) => self.add(Node::Long(digits.into())),
        }
    }

    fn length<const N: usize>(&mut self) -> Result<u64, Trouble> {
        let mut wide = [0; 8];
        wide[..N].copy_from_slice(&self.cursor.array::<N>()?);
        Ok(u64::from_le_bytes(wide))
    }

    fn bytes_of<const N: usize>(&mut self) -> Result<(), Trouble> {
        let length = self.length::<N>()?;
        let node = self.cursor.bytes(length)?;
        self.add(node)
    }

    fn text_of<const N: usize>(&mut self) -> Result<(), Trouble> {
        let length = self.length::<N>()?;
        let node = self.cursor.text(length)?;
        self.add(node)
    }

    fn extension<const N: usize>(&mut self) -> Result<(), Trouble> {
        let code = self.length::<N>()?;
        Err(Trouble::refused(format!("extension code {code}, a class registered elsewhere")))
    }

    fn global(&mut self, module: &[u8], name: &[u8]) -> Result<(), Trouble> {
        let global = global::find(module, name)?;
        self.add(Node::Global(global))
    }

    /// A name that STACK_GLOBAL takes from the stack.
    fn name(&self, slot: Slot) -> Result<Vec<u8>, Trouble> {
        match self.arena.node(slot) {
            Some(Node::Text { blob: Blob { place: Storage::Held(bytes), .. }, .. }) => Ok(bytes.to_vec()),
            Some(Node::Text { blob, .. }) => Err(Trouble::refused(format!("a name of {} bytes", blob.length))),
            _ => Err(Trouble::damaged("a module and a name, two texts", self.arena.name(slot))),
        }
    }
}

/// Keys and values in turn.
fn pairs(items: &[Slot]) -> Result<Vec<(Slot, Slot)>, Trouble> {
    match items.as_chunks::<2>() {
        (pairs, []) => Ok(pairs.iter().map(|&[key, value]| (key, value)).collect()),
        _ => Err(Trouble::damaged("a value for each key", format!("{} in all", items.len()))),
    }
}
