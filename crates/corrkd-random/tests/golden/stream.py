"""The named random streams, a second time: `python -B stream.py` writes stream.json beside it.

Made with Python 3.11.7, blake3 1.0.11. Run by hand; tests/python.rs reads the file. Written from the documentation of
corrkd-random, not from its code, so that a slip in one of the two shows.
"""

import json
import math
from pathlib import Path

from blake3 import blake3

WORD = (1 << 64) - 1
HALF = (1 << 32) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    """The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


class Stream:
    """A key that a seed, names and numbers enter, and draws at positions under it."""

    def __init__(self, seed, purpose):
        self.key = mix((seed + GOLDEN) & WORD)
        self.key = self.named(purpose).key

    def named(self, name):
        """The first eight bytes of the name's BLAKE3, as a little-endian number."""
        return self.at(int.from_bytes(blake3(name.encode()).digest()[:8], "little"))

    def at(self, index):
        stream = Stream.__new__(Stream)
        stream.key = mix(self.key ^ mix((index + GOLDEN) & WORD))
        return stream

    def bits(self, position):
        """SplitMix64's output number `position` from the state `key`."""
        return mix((self.key + (position + 1) * GOLDEN) & WORD)

    def word(self, position):
        """32 bits from a finaliser of 32 bits, the key's halves before it and inside."""
        x = (position + self.key) & HALF
        x = ((x ^ (x >> 16)) * 0x21F0AAAD) & HALF
        x = ((x ^ (x >> 15) ^ (self.key >> 32)) * 0xD35A2D97) & HALF
        return x ^ (x >> 15)

    def uniform(self, position):
        return (self.bits(position) >> 11) / (1 << 53)

    def below(self, position, n):
        return self.bits(position) * n >> 64

    def normal(self, position):
        """Box and Muller's transform of the uniform numbers at twice the position and behind it."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.uniform(2 * position)))
        return radius * math.cos(2.0 * math.pi * self.uniform(2 * position + 1))

    def permutation(self, n):
        """Fisher and Yates, from the end."""
        order = list(range(n))
        for last in range(n - 1, 0, -1):
            other = self.below(last, last + 1)
            order[last], order[other] = order[other], order[last]
        return order


def main():
    purposes = ["training mask", "initial value", ""]
    seeds = [0, 1, 7, 1 << 32, 0x9E3779B97F4A7C15, WORD]
    # A text is a name, a number an index.
    paths = [[], ["teacher.language.layer0.attention.project.weight"], [3, "video[0]", 2], ["", "ä é 語"], [WORD, 0, "x"]]
    # A normal number takes two positions of 64 bits.
    positions = [0, 1, 2, 63, 1000, (1 << 32) + 5, (1 << 63) - 1]
    bounds = [1, 2, 3, 7, 10, 1000, (1 << 31) - 1, 1 << 40]
    cases = []
    for i, seed in enumerate(seeds):
        for j, path in enumerate(paths):
            purpose = purposes[(i + j) % len(purposes)]
            stream = Stream(seed, purpose)
            for step in path:
                stream = stream.named(step) if isinstance(step, str) else stream.at(step)
            draws = [
                {
                    "position": position,
                    "bits": stream.bits(position),
                    "word": stream.word(position & HALF),
                    "uniform": stream.uniform(position),
                    "normal": stream.normal(position),
                    "below": [[n, stream.below(position, n)] for n in bounds],
                }
                for position in positions
            ]
            permutations = [stream.permutation(n) for n in (0, 1, 2, 3, 11)]
            case = {"seed": seed, "purpose": purpose, "path": path, "draws": draws, "permutations": permutations}
            cases.append(case)
    Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


if __name__ == "__main__":
    main()
