"""The files that the program ``corrkd`` writes, as NumPy arrays and pandas frames.

``Dataset`` reads the aligned samples of a data set, ``Protocol`` what models meet in an experiment, ``Runs`` the records of
what was trained. The program itself is the command ``corrkd``, which the same wheel installs.
"""

from .dataset import Dataset, Samples
from .protocol import Protocol
from .runs import Runs

__all__ = ["Dataset", "Protocol", "Runs", "Samples"]
