"""The records of runs, ``runs/``, as pandas frames."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Runs:
    """A folder of runs, ``--runs`` of the program. Its frames need pandas: ``pip install corrkd[frames]``."""

    def __init__(self, folder: str | os.PathLike[str] = "runs") -> None:
        """Opens a folder."""
        self.folder = Path(folder)

    def sweep(self, experiment: str) -> "pd.DataFrame":
        """The runs of an experiment, a line each: ``row`` (none of a stage on the way), ``stage``, ``seed``, ``fold`` where there
        are folds, ``id``, and ``failure`` of one without a result."""
        import pandas as pd

        return pd.DataFrame(_read(self.folder / "reports" / experiment / "sweep.json")["runs"])

    def scores(self, experiment: str) -> "pd.DataFrame":
        """The scores of an experiment's rows, as its report has them in ``scores.csv``."""
        return _frame(self.folder / "reports" / experiment / "scores.csv")

    def results(self) -> "pd.DataFrame":
        """All finished runs, a line each: ``id``, ``method``, ``stage``, ``seed``, ``dataset``, and what their training came to."""
        import pandas as pd

        lines = []
        for path in sorted(self.folder.glob("*/result.json")):
            result = _read(path)
            spec, trained = result["spec"], result["training"] or {}
            lines.append(
                {
                    "id": result["id"],
                    "method": spec["job"]["method"],
                    "stage": spec["job"]["stage"],
                    "seed": spec["seed"],
                    "dataset": spec["dataset"]["name"],
                    "fingerprint": spec["fingerprint"],
                    **{key: trained.get(key) for key in ("epochs", "best_epoch", "parameters", "seconds")},
                }
            )
        return pd.DataFrame(lines)

    def events(self, run: str) -> "pd.DataFrame":
        """The epochs of a run, a line each: ``loss/TERM``, ``part/NAME``, ``validation/SCORE``, ``gradient/norm``, ``best``."""
        import pandas as pd

        lines = []
        for line in (self.folder / run / "events.jsonl").read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["event"] == "epoch":
                groups = {"loss": event["losses"], "part": event["parts"], "validation": event["validation"]}
                named = {f"{group}/{name}": value for group, values in groups.items() for name, value in values.items()}
                lines.append({"epoch": event["epoch"], **named, "gradient/norm": event["gradient_norm"], "best": event["best"]})
        return pd.DataFrame(lines).set_index("epoch") if lines else pd.DataFrame()

    def predictions(self, run: str) -> "pd.DataFrame":
        """The answers of a run: ``condition``, ``id``, ``label``, ``category``, then the numbers of the answer."""
        return _frame(self.folder / run / "predictions.csv")


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _frame(path: Path) -> "pd.DataFrame":
    """A table of the program's, in which texts that a spreadsheet would compute have an apostrophe in front."""
    import pandas as pd

    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    for name in frame.select_dtypes(include=["object", "string"]):
        frame[name] = frame[name].str.replace(r"^'(?='*[=+\-@\t\r])", "", regex=True)
    return frame
