"""A data set's aligned samples, from the cache: ``runs/cache/NAME-FINGERPRINT.safetensors``."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import numpy as np

FOLDS = ("train", "valid", "test")
MODALITIES = ("language", "audio", "vision")

_DTYPES = {"F32": np.dtype("<f4"), "U32": np.dtype("<u4"), "U8": np.dtype("u1")}


@dataclass(frozen=True)
class Samples:
    """The samples of a fold, N of them, padded to T frames; zero and ``False`` behind a sample's end."""

    ids: np.ndarray
    """(N), texts such as ``video[3]``."""
    labels: np.ndarray
    """(N), f32: a score, or the place of a category."""
    lengths: dict[str, np.ndarray]
    """By modality the number of frames, (N)."""
    present: dict[str, np.ndarray]
    """By modality which frames hold data, (N, T)."""
    features: dict[str, np.ndarray]
    """By modality the features as networks see them, (N, T, D) in f32."""


class Dataset:
    """A cache file. What is asked for is read from it; it is mapped into memory, not loaded.

    The program proves the file by its hash; here it is taken as it is.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Opens a file. ``ValueError`` where it is no such cache."""
        self.path = os.fspath(path)
        with open(self.path, "rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if size > os.path.getsize(self.path):
                raise ValueError(f"{self.path}: expected a cache of aligned samples, a .safetensors file; got another file")
            header = json.loads(file.read(size))
        header.pop("__metadata__", None)
        self._data = np.memmap(self.path, mode="r", offset=8 + size)
        self._tensors = header
        if not all(f"{fold}.ids" in header for fold in FOLDS):
            raise ValueError(f"{self.path}: expected the samples of {', '.join(FOLDS)}; got the tensors {', '.join(header)}")

    def tensor(self, name: str) -> np.ndarray:
        """A tensor of the file by its name, such as ``train.language`` (frames, D); read-only."""
        about = self._tensors[name]
        start, end = about["data_offsets"]
        return self._data[start:end].view(_DTYPES[about["dtype"]]).reshape(about["shape"])

    def ids(self, fold: str) -> np.ndarray:
        """The ids of a fold's samples, (N)."""
        return np.array(self.tensor(f"{fold}.ids").tobytes().decode().split("\n"))

    @property
    def modalities(self) -> list[str]:
        """Those that have data in any fold."""
        return [m for m in MODALITIES if any(self.tensor(f"{fold}.{m}.present").any() for fold in FOLDS)]

    def samples(self, fold: str) -> Samples:
        """The samples of a fold, padded to the longest of any fold."""
        lengths, present, features = {}, {}, {}
        for modality in self.modalities:
            own = self.tensor(f"{fold}.{modality}.lengths")
            time = max(int(self.tensor(f"{other}.{modality}.lengths").max()) for other in FOLDS)
            frames = self.tensor(f"{fold}.{modality}")
            places = np.arange(time) < own[:, None]
            lengths[modality] = own.astype(np.int64)
            present[modality] = np.zeros(places.shape, bool)
            present[modality][places] = self.tensor(f"{fold}.{modality}.present") != 0
            features[modality] = np.zeros((*places.shape, frames.shape[1]), np.float32)
            features[modality][places] = frames
        return Samples(self.ids(fold), self.tensor(f"{fold}.labels").copy(), lengths, present, features)
