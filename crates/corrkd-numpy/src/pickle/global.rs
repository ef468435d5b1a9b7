//! The whitelist: the only functions and classes that a pickle may name.

use crate::error::{Trouble, shown};
use crate::foreign;

/// What a name stands for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Global {
    /// `numpy.core.multiarray._reconstruct`: an array still to be filled.
    Reconstruct,
    /// `numpy.core.multiarray.scalar`: a single value of a dtype.
    Scalar,
    /// `numpy.core.numeric._frombuffer`: an array of protocol 5.
    FromBuffer,
    /// `numpy.ndarray`, as an argument.
    Ndarray,
    /// `numpy.dtype`.
    Dtype,
    /// `_codecs.encode`: how Python 3 writes bytes for Python 2's protocols.
    Encode,
    /// `set` or `frozenset`.
    Set,
    /// `bytes` or `bytearray`.
    Bytes,
    /// `dict` or `collections.OrderedDict`.
    Dict,
    /// `collections.defaultdict`, whose first argument makes missing values and is of no use here.
    DefaultDict,
    /// `list`.
    List,
    /// `int`, `float`, `str`, `bool` or `tuple`, as an argument of `defaultdict`.
    Class,
}

/// What the name stands for, or a refusal that tells the name.
pub(super) fn find(module: &[u8], name: &[u8]) -> Result<Global, Trouble> {
    Ok(match (module, name) {
        (b"numpy.core.multiarray" | b"numpy._core.multiarray", b"_reconstruct") => Global::Reconstruct,
        (b"numpy.core.multiarray" | b"numpy._core.multiarray", b"scalar") => Global::Scalar,
        (b"numpy.core.numeric" | b"numpy._core.numeric", b"_frombuffer") => Global::FromBuffer,
        (b"numpy", b"ndarray") => Global::Ndarray,
        (b"numpy", b"dtype") => Global::Dtype,
        (b"_codecs", b"encode") => Global::Encode,
        (b"collections", b"OrderedDict") => Global::Dict,
        (b"collections", b"defaultdict") => Global::DefaultDict,
        (b"builtins" | b"__builtin__", b"set" | b"frozenset") => Global::Set,
        (b"builtins" | b"__builtin__", b"bytes" | b"bytearray") => Global::Bytes,
        (b"builtins" | b"__builtin__", b"dict") => Global::Dict,
        (b"builtins" | b"__builtin__", b"list") => Global::List,
        (b"builtins" | b"__builtin__", b"int" | b"float" | b"str" | b"bool" | b"tuple") => Global::Class,
        _ => {
            let refused = || Trouble::refused(format!("`{}.{}`", shown(module), shown(name)));
            return Err(foreign::of_module(module).map_or_else(refused, Trouble::Foreign));
        }
    })
}
