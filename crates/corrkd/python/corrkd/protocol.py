"""An exported protocol: what ``corrkd protocol export EXPERIMENT --out DIR`` wrote."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .dataset import FOLDS, Samples

_FORM = 1


class Protocol:
    """A folder with a ``protocol.json``: that of an export, or of one fold of its cross-validation."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Opens a folder. ``ValueError`` where its files have another form."""
        self.folder = Path(folder)
        self.about: dict = json.loads((self.folder / "protocol.json").read_text(encoding="utf-8"))
        """What ``protocol.json`` says."""
        if self.about["form"] != _FORM:
            raise ValueError(f"{self.folder}: expected files of form {_FORM}, got {self.about['form']}: another version wrote them")
        self.modalities: list[str] = self.about["modalities"]
        self.seeds: list[int] = self.about["seeds"]
        self.epochs: int = self.about["epochs"]
        self.conditions: list[str] = [condition["name"] for condition in self.about["conditions"]]
        """The test conditions of all rows."""

    def samples(self, fold: str) -> Samples:
        """The samples of ``train``, ``valid`` or ``test``, complete; features where they were exported."""
        of = self._load(f"samples/{fold}")
        features = self._load(f"features/{fold}") if self.about["features"] else {}
        return Samples(
            of["ids"],
            of["labels"],
            {m: of["lengths"][:, place] for place, m in enumerate(self.modalities)},
            {m: of[m] for m in self.modalities},
            {m: features[m] for m in self.modalities if m in features},
        )

    def order(self, seed: int) -> np.ndarray:
        """In which order each epoch visits the training samples, (epochs, N)."""
        return self._load(f"seed{seed}/order")["order"]

    def law(self, row: str) -> str | None:
        """The law that a row trains under; none where it trains on complete samples."""
        laws = {known["name"]: known["law"] for known in self.about["rows"]}
        if row not in laws:
            raise ValueError(f"there is no row {row!r}, expected one of {', '.join(laws)}")
        return laws[row]

    def training_masks(self, seed: int, epoch: int, row: str) -> dict[str, np.ndarray]:
        """By modality which frames of the training samples a row sees in an epoch, from 1, (N, T)."""
        law = self.law(row)
        if not 1 <= epoch <= self.epochs:
            raise ValueError(f"there is no epoch {epoch}, expected 1 to {self.epochs}")
        return self.samples("train").present if law is None else self._view(f"seed{seed}/{law}", str(epoch))

    def masks(self, seed: int, condition: str, fold: str = "test") -> dict[str, np.ndarray]:
        """By modality which frames are present under a condition, of the test or of the validation, (N, T)."""
        return self._view(f"seed{seed}/{fold}", condition)

    def training_features(self, seed: int, epoch: int, row: str) -> dict[str, np.ndarray]:
        """By modality the features of the training samples as a row's network sees them in an epoch, (N, T, D)."""
        law, masks = self.law(row), self.training_masks(seed, epoch, row)
        alters = next((known["alters"] for known in self.about["laws"] if known["name"] == law), [])
        return self._seen("train", masks, alters, f"seed{seed}/features/{law}", str(epoch))

    def features(self, seed: int, condition: str, fold: str = "test") -> dict[str, np.ndarray]:
        """By modality the features as a network sees them under a condition, (N, T, D)."""
        masks = self.masks(seed, condition, fold)
        alters = next((known["alters"] for known in self.about["conditions"] if known["name"] == condition), [])
        return self._seen(fold, masks, alters, f"seed{seed}/features/{fold}", condition)

    def write_predictions(self, path: str | os.PathLike[str], scores: Mapping[str, np.ndarray]) -> None:
        """Writes the answers of one seed for the report: by condition a score for each test sample, (N), or a probability for
        each category, (N, K). ``ValueError`` where there is not one for each sample."""
        of = self._load("samples/test")
        lines: list[list[object]] = []
        width = 0
        for condition, answers in scores.items():
            rows = np.asarray(answers).reshape(len(answers), -1)
            if len(rows) != len(of["ids"]) or not np.isfinite(rows).all():
                raise ValueError(f"{condition}: expected a finite answer for each of {len(of['ids'])} test samples, got {rows.shape}")
            width = rows.shape[1]
            lines += [[i, condition, repr(float(y)), *map(repr, map(float, r))] for i, y, r in zip(of["ids"], of["labels"], rows)]
        columns = ["score"] if width == 1 else [f"r{k}" for k in range(width)]
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["id", "condition", "label", *columns], *lines])

    def _load(self, name: str) -> Mapping[str, np.ndarray]:
        return np.load(self.folder / f"{name}.npz")

    def _view(self, name: str, view: str) -> dict[str, np.ndarray]:
        arrays = self._load(name)
        known = [key.rpartition("/")[0] for key in arrays]
        if view not in known:
            raise ValueError(f"{name} has no {view!r}, expected one of {', '.join(dict.fromkeys(known))}")
        return {m: arrays[f"{view}/{m}"] for m in self.modalities}

    def _seen(
        self, fold: str, masks: dict[str, np.ndarray], alters: list[str], altered: str, view: str
    ) -> dict[str, np.ndarray]:
        if fold not in FOLDS or not self.about["features"]:
            raise ValueError(f"{self.folder} has no features of {fold}: export it with --features")
        whole = self._load(f"features/{fold}")
        seen = {m: whole[m] * mask[..., None] for m, mask in masks.items() if m not in alters}
        arrays = self._load(altered) if alters else {}
        return {m: arrays[f"{view}/{m}"] if m in alters else seen[m] for m in masks}
