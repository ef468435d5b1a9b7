//! What the whitelisted functions make of their arguments (REDUCE), and how arrays and dtypes are completed (BUILD).
//! The forms are those of `ndarray.__reduce__`, `ndarray.__reduce_ex__(5)`, `dtype.__reduce__` and `set.__reduce_ex__`.

use crate::arena::{Arena, Node};
use crate::array::{Array, Data, items};
use crate::blob::{Blob, Storage};
use crate::dtype::{Dtype, Kind};
use crate::error::{Trouble, shown};
use crate::pickle::global::Global;
use crate::slot::Slot;

/// The value of `function(*arguments)`.
pub(super) fn reduce(function: Slot, arguments: Slot, arena: &mut Arena) -> Result<Slot, Trouble> {
    let Some(&Node::Global(function)) = arena.node(function) else {
        return Err(Trouble::refused(format!("to call a {}", arena.name(function))));
    };
    let Some(Node::Tuple(arguments)) = arena.node(arguments) else {
        return Err(Trouble::damaged("a tuple of arguments", arena.name(arguments)));
    };
    let arguments = arguments.clone();
    let other = |arena: &Arena, expected: &str| {
        let got: Vec<&str> = arguments.iter().map(|&argument| arena.name(argument)).collect();
        Trouble::damaged(format!("the arguments of {function:?} to be ({expected})"), format!("({})", got.join(", ")))
    };
    let node = match (function, &arguments[..]) {
        (Global::Reconstruct, &[class, _, _]) if is_ndarray(class, arena) => Node::Unfilled,
        (Global::Reconstruct, _) => return Err(other(arena, "ndarray, (0,), b'b'")),
        (Global::Dtype, &[code, _, _]) => {
            let Some(Storage::Held(code)) = blob(code, arena).map(|blob| &blob.place) else {
                return Err(other(arena, "code, align, copy"));
            };
            Node::Dtype(Dtype::parse(code)?)
        }
        (Global::Dtype, _) => return Err(other(arena, "code, align, copy")),
        (Global::Scalar, &[dtype, data]) => {
            let (Some(&Node::Dtype(dtype)), Some(data)) = (arena.node(dtype), blob(data, arena)) else {
                return Err(other(arena, "dtype, bytes"));
            };
            Node::Array(Array::of_bytes(dtype, Vec::new(), false, data.clone())?)
        }
        (Global::Scalar, _) => return Err(other(arena, "dtype, bytes")),
        (Global::FromBuffer, &[data, dtype, axes, order]) => {
            let (Some(&Node::Dtype(dtype)), Some(data)) = (arena.node(dtype), blob(data, arena)) else {
                return Err(other(arena, "bytes, dtype, shape, order"));
            };
            let fortran = match blob(order, arena).map(|blob| &blob.place) {
                Some(Storage::Held(order)) if matches!(order[..], [b'C']) => false,
                Some(Storage::Held(order)) if matches!(order[..], [b'F']) => true,
                _ => return Err(other(arena, "bytes, dtype, shape, 'C' or 'F'")),
            };
            Node::Array(Array::of_bytes(dtype, shape(axes, arena)?, fortran, data.clone())?)
        }
        (Global::FromBuffer, _) => return Err(other(arena, "bytes, dtype, shape, order")),
        (Global::Encode, &[text, coding]) => Node::Bytes(encode(text, coding, arena)?),
        (Global::Encode, _) => return Err(other(arena, "text, 'latin1'")),
        (Global::Bytes, []) => Node::Bytes(Blob::held(&[])),
        (Global::Bytes, &[data]) => match arena.node(data) {
            Some(Node::Bytes(blob)) => Node::Bytes(blob.clone()),
            _ => return Err(other(arena, "bytes")),
        },
        (Global::Bytes, &[text, coding]) => Node::Bytes(encode(text, coding, arena)?),
        (Global::Bytes, _) => return Err(other(arena, "bytes")),
        (Global::Set, []) => Node::Set(Vec::new()),
        (Global::Set, &[items]) => Node::Set(listed(items, arena)?),
        (Global::Set, _) => return Err(other(arena, "list")),
        (Global::List, []) => Node::List(Vec::new()),
        (Global::List, &[items]) => Node::List(listed(items, arena)?),
        (Global::List, _) => return Err(other(arena, "list")),
        (Global::Dict, []) | (Global::DefaultDict, [] | [_]) => Node::Dict(Vec::new()),
        (Global::Dict, &[items]) => Node::Dict(pairs(items, arena)?),
        (Global::Dict | Global::DefaultDict, _) => return Err(other(arena, "list of pairs")),
        (Global::Ndarray | Global::Class, _) => return Err(Trouble::refused("to make an object of a class")),
    };
    arena.add(node)
}

/// Completes an array or a dtype by its state.
pub(super) fn build(target: Slot, state: Slot, arena: &mut Arena) -> Result<(), Trouble> {
    let Some(Node::Tuple(state)) = arena.node(state) else {
        return Err(Trouble::refused(format!("to change a {} by a {}", arena.name(target), arena.name(state))));
    };
    let state = state.clone();
    let built = match arena.node(target) {
        Some(Node::Unfilled) => Node::Array(array(&state, arena)?),
        Some(&Node::Dtype(dtype)) => Node::Dtype(complete(dtype, &state, arena)?),
        _ => return Err(Trouble::refused(format!("to change a {}", arena.name(target)))),
    };
    if let Some(node) = arena.node_mut(target) {
        *node = built;
    }
    Ok(())
}

/// `(version, shape, dtype, is Fortran, data)`.
fn array(state: &[Slot], arena: &Arena) -> Result<Array, Trouble> {
    let &[Slot::Int(_), axes, dtype, fortran, data] = state else {
        return Err(Trouble::damaged("an array's state (version, shape, dtype, order, data)", names(state, arena)));
    };
    let (Some(&Node::Dtype(dtype)), Some(fortran)) = (arena.node(dtype), truth(fortran)) else {
        return Err(Trouble::damaged("an array's state (version, shape, dtype, order, data)", names(state, arena)));
    };
    let shape = shape(axes, arena)?;
    match blob(data, arena) {
        Some(blob) if dtype.kind != Kind::Object => Array::of_bytes(dtype, shape, fortran, blob.clone()),
        _ => objects(dtype, shape, fortran, data, arena),
    }
}

/// An array of objects, if the list has as many as the shape says.
fn objects(dtype: Dtype, shape: Vec<usize>, fortran: bool, list: Slot, arena: &Arena) -> Result<Array, Trouble> {
    match arena.node(list) {
        Some(Node::List(objects)) if dtype.kind == Kind::Object && items(&shape) == Some(objects.len()) => {
            Ok(Array { dtype, shape, fortran, data: Data::Items(list) })
        }
        Some(Node::List(objects)) => {
            let got = format!("a list of {}", objects.len());
            Err(Trouble::damaged(format!("the data of shape {shape:?} of {dtype}"), got))
        }
        _ => Err(Trouble::damaged("the array's data, bytes or a list", arena.name(list))),
    }
}

/// `(version, byte order, subdtype, names, fields, item size, alignment, flags)`; a later version has metadata, too.
fn complete(dtype: Dtype, state: &[Slot], arena: &Arena) -> Result<Dtype, Trouble> {
    let &[Slot::Int(_), order, Slot::None, Slot::None, Slot::None, Slot::Int(size), Slot::Int(_), Slot::Int(_), ..] =
        state
    else {
        return Err(Trouble::refused(format!("a dtype with fields or a shape of its own, {}", names(state, arena))));
    };
    let big_endian = match blob(order, arena).map(|blob| &blob.place) {
        Some(Storage::Held(order)) if matches!(order[..], [b'>']) => true,
        Some(Storage::Held(order)) if matches!(order[..], [b'<' | b'|' | b'=']) => false,
        _ => return Err(Trouble::damaged("a byte order", arena.name(order))),
    };
    // -1 where the code says it all; numbers have no other size.
    let size = match usize::try_from(size) {
        Ok(size) if matches!(dtype.kind, Kind::Bytes | Kind::Text) => size,
        _ => dtype.size,
    };
    if dtype.kind == Kind::Text && !size.is_multiple_of(4) {
        return Err(Trouble::damaged("four bytes for each character", format!("{size} bytes in all")));
    }
    Ok(Dtype { big_endian, size, ..dtype })
}

/// The bytes of a text in Latin-1.
fn encode(text: Slot, coding: Slot, arena: &Arena) -> Result<Blob, Trouble> {
    match blob(coding, arena).map(|blob| &blob.place) {
        Some(Storage::Held(coding)) if matches!(&coding[..], b"latin1" | b"latin-1" | b"ascii" | b"iso-8859-1") => {}
        _ => return Err(Trouble::refused("to encode as anything but Latin-1")),
    }
    let Some(Node::Text { blob, latin1 }) = arena.node(text) else {
        return Err(Trouble::damaged("a text to encode", arena.name(text)));
    };
    let Some(length) = *latin1 else {
        return Err(Trouble::damaged("characters up to U+00FF", "others"));
    };
    Ok(match &blob.place {
        Storage::Held(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|error| Trouble::damaged("UTF-8", error.to_string()))?;
            let bytes: Vec<u8> = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
            Blob::held(&bytes)
        }
        Storage::Plain { offset } => Blob { length, place: Storage::Latin1 { offset: *offset, coded: blob.length } },
        Storage::Latin1 { .. } | Storage::Member { .. } => {
            return Err(Trouble::damaged("a text of the pickle", "another"));
        }
    })
}

/// The axes of a shape: a tuple of whole numbers of at least 0.
fn shape(slot: Slot, arena: &Arena) -> Result<Vec<usize>, Trouble> {
    let Some(Node::Tuple(axes)) = arena.node(slot) else {
        return Err(Trouble::damaged("a shape, a tuple", arena.name(slot)));
    };
    let axis = |&slot: &Slot| match slot {
        Slot::Int(axis) => usize::try_from(axis).ok(),
        _ => None,
    };
    axes.iter()
        .map(|slot| axis(slot).ok_or_else(|| Trouble::damaged("axes of at least 0", format!("{slot:?}"))))
        .collect()
}

/// Bytes, or a text where Python 2 has but one kind of both.
fn blob(slot: Slot, arena: &Arena) -> Option<&Blob> {
    match arena.node(slot)? {
        Node::Bytes(blob) | Node::Text { blob, .. } => Some(blob),
        _ => None,
    }
}

fn is_ndarray(slot: Slot, arena: &Arena) -> bool {
    matches!(arena.node(slot), Some(Node::Global(Global::Ndarray)))
}

const fn truth(slot: Slot) -> Option<bool> {
    match slot {
        Slot::Bool(truth) => Some(truth),
        Slot::Int(0) => Some(false),
        Slot::Int(1) => Some(true),
        _ => None,
    }
}

fn listed(slot: Slot, arena: &mut Arena) -> Result<Vec<Slot>, Trouble> {
    let Some(Node::List(items) | Node::Tuple(items) | Node::Set(items)) = arena.node(slot) else {
        return Err(Trouble::damaged("a list", arena.name(slot)));
    };
    let items = items.clone();
    for _ in &items {
        arena.spend()?;
    }
    Ok(items)
}

/// Python 2 writes an ordered dictionary as a list of lists of two.
fn pairs(slot: Slot, arena: &mut Arena) -> Result<Vec<(Slot, Slot)>, Trouble> {
    let items = listed(slot, arena)?;
    let pair = |&item: &Slot| match arena.node(item) {
        Some(Node::List(pair) | Node::Tuple(pair)) if pair.len() == 2 => Ok((pair[0], pair[1])),
        _ => Err(Trouble::damaged("a list of pairs", arena.name(item))),
    };
    items.iter().map(pair).collect()
}

fn names(slots: &[Slot], arena: &Arena) -> String {
    let names: Vec<&str> = slots.iter().take(12).map(|&slot| arena.name(slot)).collect();
    shown(format!("({})", names.join(", ")).as_bytes())
}
