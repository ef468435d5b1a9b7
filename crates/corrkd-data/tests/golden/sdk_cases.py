"""The cases of sdk.py, which says what a case is: sequences as pairs of a name and entries, and steps."""

import math
from typing import NamedTuple

import numpy as np

NAN, INF = math.nan, math.inf
CASES = []


class Rows(NamedTuple):
    """An entry: intervals (N, 2) in seconds, features (N, D) or (N, D, ..)."""

    intervals: np.ndarray
    features: np.ndarray


def entry(intervals, features=None, width=2, dtype="f4", times="f8"):
    """Rows; features unless given are small whole numbers that tell the rows and columns apart."""
    intervals = np.array(intervals, times).reshape(-1, 2)
    if features is None:
        rows = np.arange(1, len(intervals) + 1, dtype=float)
        features = rows[:, None] * 10.0 ** np.arange(width)
    features = np.array(features, dtype)
    return Rows(intervals, features if features.ndim > 1 else features.reshape(len(intervals), -1))


def frames(first, last, step, **options):
    """Rows of `step` seconds one after the other."""
    starts = np.arange(round((last - first) / step)) * step + first
    return entry(np.stack([starts, starts + step], axis=1), **options)


def texts(intervals, words):
    return entry(intervals, [[word] for word in words], dtype="S")


def sequence(name, entries=None, **named):
    """Entries by id; ids that are names can be given as such."""
    return (name, (entries or {}) | named)


def align(reference, *collapse):
    return {"do": "align", "reference": reference, "collapse": list(collapse) or None}


def impute(reference):
    return {"do": "impute", "reference": reference}


def unify(active=True):
    return {"do": "unify", "active": active}


def hard_unify(active=True):
    return {"do": "hard_unify", "active": active}


def add(sequence):
    return {"do": "add", "sequence": sequence}


def get_tensors(seq_len, non_sequences=(), direction=False, folds=None):
    options = {"seq_len": seq_len, "non_sequences": list(non_sequences), "direction": direction, "folds": folds}
    return {"do": "get_tensors", **options}


SORT, REVERT = {"do": "sort"}, {"do": "revert"}


def case(name, about, given, *steps, bug=None):
    CASES.append({"name": name, "about": about, "bug": bug, "given": given, "steps": steps})


def aligning():
    words = sequence("words", v=entry([[0.0, 1.0], [1.0, 2.0], [2.0, 2.5]]))
    audio = sequence("audio", v=frames(0.0, 2.5, 0.25, width=3))
    case("plain", "rows go to the segments they are in, and keep their number", [words, audio], align("words"))
    for collapse in (["mean"], ["max"], ["last"], ["mean", "max"], ["last", "mean", "max"]):
        about = "one row for each segment, the reference's own too; several functions side by side"
        case(f"collapse-{'-'.join(collapse)}", about, [words, audio], align("words", *collapse))
    case(
        "collapse-by-nothing",
        "an empty list is a list, and no function gives nothing",
        [words, audio],
        {"do": "align", "reference": "words", "collapse": []},
    )
    case("reference-last", "order of the sequences stays", [audio, words], align("words", "mean"))
    case("reference-alone", "nothing to align with", [words], align("words", "mean"))
    case("reference-unknown", "no such sequence", [words, audio], align("labels"))

    across = sequence("audio", v=entry([[0.5, 1.5], [0.75, 2.25], [2.25, 3.0]]))
    case("border", "a row over a border is cut, and goes to both sides", [words, across], align("words"))
    case(
        "border-mean", "each row counts as one, however little of it is inside", [words, across], align("words", "mean")
    )
    nested = sequence("audio", v=entry([[0.0, 9.0], [0.25, 0.5], [1.25, 1.5], [0.25, 9.0]]))
    case("nested", "rows that last over many others are still found", [words, nested], align("words"))

    sparse = sequence("audio", v=entry([[1.25, 1.5]]))
    case("no-rows", "a segment without rows is missing there, and nowhere else", [words, sparse], align("words"))
    case("no-rows-mean", "the same with collapsing", [words, sparse], align("words", "mean"))
    empty = sequence("audio", v=entry([], np.zeros((0, 2))))
    case("no-rows-at-all", "an entry without rows", [words, empty], align("words", "mean"))
    case(
        "no-segments",
        "a reference without rows",
        [sequence("words", v=entry([], np.zeros((0, 2)))), audio],
        align("words"),
    )

    two = [
        sequence("words", b=entry([[0.0, 1.0]]), a=entry([[0.0, 1.0], [1.0, 2.0]])),
        sequence("audio", a=frames(0.0, 2.0, 0.5), b=frames(0.0, 2.0, 0.5, width=3)),
    ]
    case("two-videos", "order is the reference's, and widths may differ", two, align("words", "mean"))
    many = sequence("words", v=frames(0.0, 12.0, 1.0, width=1))
    case(
        "numbers",
        "keys are numbered by row, not sorted as text",
        [many, sequence("audio", v=frames(0.0, 12.0, 2.0))],
        align("words", "last"),
    )


def edges_of_epsilon():
    short = sequence("words", v=entry([[0, 0], [0, 0.5e-5], [0, 1e-5], [0, 2e-5], [1, 1], [1, 2], [127.21338] * 2]))
    audio = sequence("audio", v=entry([[-1, 3]]))
    case(
        "short-segments",
        "less than epsilon is skipped, and leaves a gap in the numbers",
        [short, audio],
        align("words"),
    )
    case("short-segments-mean", "the same with collapsing", [short, audio], align("words", "mean"))
    one = sequence("words", v=entry([[0.0, 1.0]]))
    gaps = (-2e-5, -1e-5, -0.5e-5, 0.0, 0.5e-5, 1e-5, 2e-5)
    case(
        "touching-start",
        "rows that end around the start, by up to two epsilons",
        [one, sequence("audio", v=entry([[-1.0, gap] for gap in gaps]))],
        align("words"),
    )
    case(
        "touching-end",
        "rows that start around the end, by up to two epsilons",
        [one, sequence("audio", v=entry([[1.0 + gap, 3.0] for gap in gaps]))],
        align("words"),
    )
    case(
        "short-rows",
        "rows inside that are as short",
        [
            one,
            sequence("audio", v=entry([[0.0, gap] for gap in gaps if gap >= 0] + [[0.5, 0.5 + gap] for gap in gaps])),
        ],
        align("words"),
    )
    case(
        "frames-of-no-length",
        "frames stored as moments are lost, and the segment with them",
        [one, sequence("audio", v=entry([[t, t] for t in (0.0, 0.25, 0.5, 1.0)]))],
        align("words"),
    )
    # end - start > -epsilon is not quite start < end + epsilon. Rows that run backwards show it; others are too short
    # then in any case.
    bounds = (8.407957187632001e-05, 0.5414159887410127, 31.671265073908717)
    for name, segment, row in (
        ("end", lambda end: [end - 5, end], lambda end, near: [near, end - 1]),
        ("start", lambda start: [start, start + 5], lambda start, near: [start + 1, near]),
    ):
        way = 1e-5 if name == "end" else -1e-5
        words, audio = {}, {}
        for video, bound in zip("abc", bounds):
            near = bound + way
            words[video] = entry([segment(bound)], width=1)
            rows = [row(bound, time) for time in (np.nextafter(near, -99), near, np.nextafter(near, 99))]
            audio[video] = entry(rows, width=1)
        case(
            f"rounding-at-{name}",
            "differences are rounded, then held against epsilon",
            [sequence("words", words), sequence("audio", audio)],
            align("words"),
        )


def odd_intervals():
    words = sequence("words", v=entry([[0.0, 1.0], [1.0, 2.0]]))
    ends = entry(
        [[0.25, 0.5], [0.5, NAN], [0.5, 0.75], [-INF, 0.25], [0.75, INF], [-INF, INF], [INF, INF], [-INF, -INF]]
    )
    case(
        "endless-rows",
        "infinite bounds are cut; a row without an end is nowhere",
        [words, sequence("audio", v=ends)],
        align("words"),
    )
    starts = entry([[NAN, 0.5], [0.5, 0.75], [NAN, NAN], [0.25, 0.5], [0.0, 0.25], [NAN, 2.0], [0.75, 1.0]])
    case(
        "rows-without-start",
        "they are nowhere, but the rows around them are not sorted either",
        [words, sequence("audio", v=starts)],
        align("words"),
        bug="a start that is NaN compares as neither less nor greater, so the sort leaves rows out of order",
    )
    odd = entry([[NAN, 1.0], [0.0, NAN], [NAN, NAN], [-INF, 1.0], [0.0, INF], [-INF, INF], [INF, INF], [INF, -INF]])
    audio = sequence("audio", v=frames(0.0, 2.0, 0.5))
    case(
        "endless-segments",
        "NaN and infinite segments are not skipped: the reference has them",
        [sequence("words", v=odd), audio],
        align("words"),
    )
    case("endless-segments-mean", "the same with collapsing", [sequence("words", v=odd), audio], align("words", "mean"))
    back = sequence("audio", v=entry([[0.75, 0.25], [1.5, 0.5], [0.5, 1.5], [2.5, -0.5], [0.25, 0.25]]))
    case("rows-backwards", "a row that ends before it starts is kept, as such", [words, back], align("words"))
    case("rows-backwards-mean", "collapsing puts its bounds in order", [words, back], align("words", "mean"))
    wide = sequence("audio", v=entry([[0.0, 2.0], [0.0, 1.0], [1.0, 2.0], [0.25, 1.75], [0.5, 1.5], [0.6, 1.4]]))
    case(
        "segments-backwards",
        "holds the rows that hold it, each with its bounds",
        [sequence("words", v=entry([[1.5, 0.5], [2.0, 2.0], [2.0, 0.0]])), wide],
        align("words"),
    )
    unsorted = entry([[0.5, 1.0], [0.0, 0.5], [0.5, 0.75], [0.25, 2.0], [0.0, 0.25], [0.5, 0.6]])
    case(
        "unsorted",
        "rows come by start; rows of equal start keep their order",
        [words, sequence("audio", v=unsorted)],
        align("words"),
    )
    case(
        "unsorted-last",
        "so the last is the last by start",
        [words, sequence("audio", v=unsorted)],
        align("words", "last"),
    )
    segments = sequence("words", v=entry([[1.0, 2.0], [0.0, 1.0], [1.0, 2.0]]))
    case("unsorted-segments", "segments are numbered as they come", [segments, audio], align("words"))
    case(
        "zeros",
        "the sign of zero",
        [sequence("words", v=entry([[-0.0, 1.0], [0.0, 1.0]])), sequence("audio", v=entry([[0.0, 0.5], [-0.0, 0.5]]))],
        align("words"),
    )


def types():
    words = sequence("words", v=entry([[0.1, 0.7], [0.7, 1.3]], times="f4"))
    near = np.float32(0.7) + np.array([-2e-5, -1e-5, 0, 1e-5, 2e-5])
    audio = sequence("audio", v=entry([[0.0, time] for time in near] + [[time, 2.0] for time in near], times="f4"))
    case("times-f32", "both in f32: so is epsilon, and what comes out", [words, audio], align("words"))
    case("times-f32-f32-mean", "the same with collapsing", [words, audio], align("words", "mean"))
    wide = sequence("audio", v=frames(0.0, 2.0, 0.1))
    case("times-f32-f64", "an f32 segment among f64 rows: f64", [words, wide], align("words"))
    case(
        "times-f64-f32",
        "an f64 segment among f32 rows: f64",
        [sequence("words", v=entry([[0.1, 0.7], [0.7, 1.3]])), audio],
        align("words"),
    )
    case(
        "times-f32-epsilon",
        "a segment of f32(1e-5) seconds",
        [sequence("words", v=entry([[0.0, 1e-5]], times="f4")), sequence("audio", v=entry([[0.0, 1.0]]))],
        align("words"),
        bug="NumPy 2 rounds epsilon to f32 before comparing, NumPy 1 does not: one keeps it, the other skips it",
    )
    whole = sequence("words", v=entry([[0, 2], [2, 4]], times="i8", dtype="i8"))
    case(
        "times-i64",
        "whole seconds",
        [whole, sequence("audio", v=entry([[0, 1], [1, 3], [3, 4]], times="i8", dtype="i8"))],
        align("words"),
    )

    random = np.random.default_rng(21)
    words = sequence("words", v=entry([[0.0, 3.0], [3.0, 5.0]]))
    for dtype, what in (("f4", "summed row by row in f32"), ("f8", "summed in f64"), ("i8", "whole numbers: f64")):
        features = random.normal(size=(50, 2)) * [1, 1e3] * (100 if dtype == "i8" else 1)
        audio = sequence("audio", v=frames(0.0, 5.0, 0.1, features=features, dtype=dtype))
        case(
            f"mean-of-{np.dtype(dtype).name}",
            f"the mean of 30 and 20 rows, {what}",
            [words, audio],
            align("words", "mean", "max"),
        )
    for dtype in ("f4", "f8"):
        audio = sequence("audio", v=frames(0.0, 5.0, 0.1, features=random.normal(size=(50, 1)) * 1e3, dtype=dtype))
        case(
            f"mean-of-one-column-{np.dtype(dtype).name}",
            "one column alone is summed pairwise",
            [words, audio],
            align("words", "mean"),
        )
    bad = frames(0.0, 5.0, 1.0, features=[[1, 1, 1], [NAN, INF, 1], [1, 1, -INF], [2, INF, 2], [4, -INF, INF]])
    case(
        "mean-of-nan",
        "NaN and infinities spread",
        [words, sequence("audio", v=bad)],
        align("words", "mean", "max", "last"),
    )

    cubes = sequence("audio", v=frames(0.0, 5.0, 0.5, features=np.arange(60).reshape(10, 2, 3)))
    case("rank-3", "features of a higher rank are cut like others", [words, cubes], align("words"))
    case("rank-3-mean", "but their mean (2, 3) passes for two rows", [words, cubes], align("words", "mean"))
    case(
        "rank-3-reference",
        "the same where they are the reference's",
        [sequence("words", v=entry([[0.0, 1.0]], np.ones((1, 2, 3)))), cubes],
        align("words", "mean"),
    )
    flat = sequence("audio", v=frames(0.0, 5.0, 0.5, features=np.arange(30).reshape(10, 1, 3)))
    case("rank-3-of-one", "a mean (1, 3) passes for one row", [words, flat], align("words", "mean"))
    case("rank-3-of-one-twice", "two of them for two", [words, flat], align("words", "mean", "max"))

    spoken = sequence("words", v=texts([[0.0, 0.5], [0.5, 1.0], [1.0, 2.0]], ["so", "sp", "anyhow"]))
    labels = sequence("labels", v=entry([[0.0, 0.75], [0.75, 2.0]], [[2.4], [-0.6]]))
    case("text", "words", [spoken, labels], align("labels"))
    case("text-reference", "words as segments", [spoken, labels], align("words"))
    case("text-mean", "have no mean", [spoken, labels], align("labels", "mean"))
    case("text-last", "but a last one", [spoken, labels], align("labels", "last"))


def several_entries_of_a_video():
    words = sequence("words", v=entry([[0.0, 2.0], [2.0, 4.0]]))
    parts = {
        f"v[{i}]": entry([[start, start + 1]], [[i, start]]) for i, start in [(0, 0), (1, 1), (2, 1), (10, 1), (3, 3)]
    }
    about = "grouped by what is before `[`, put one after the other in the order of entries, sorted by start"
    case("parts", about, [words, sequence("audio", parts)], align("words"))
    case(
        "parts-as-in-a-file",
        "a file's entries are in the order of names: `v[10]` before `v[2]`",
        [words, sequence("audio", dict(sorted(parts.items())))],
        align("words"),
    )
    case("parts-last", "which tells where starts are equal", [words, sequence("audio", parts)], align("words", "last"))
    mixed = {
        "v": entry([[0.0, 1.0]]),
        "v[0]": entry([[0.5, 1.0]]),
        "v[x": entry([[0.25, 1.0]]),
        "w": entry([[0.0, 1.0]]),
    }
    case("parts-and-whole", "whatever follows `[`", [words, sequence("audio", mixed)], align("words"))
    kinds = {"v[0]": entry([[0.0, 1.0]], dtype="f4"), "v[1]": entry([[1.0, 2.0]], dtype="f8")}
    case("parts-of-two-types", "f32 and f64 give f64", [words, sequence("audio", kinds)], align("words", "mean"))
    widths = {"v[0]": entry([[0.0, 1.0]], width=2), "v[1]": entry([[1.0, 2.0]], width=3)}
    case("parts-of-two-widths", "cannot be put together", [words, sequence("audio", widths)], align("words", "mean"))
    aligned = sequence("words", {"v[0]": entry([[0.0, 2.0]]), "v[1]": entry([[2.0, 4.0]])})
    audio = sequence("audio", v=frames(0.0, 4.0, 1.0))
    case("aligned-reference", "an aligned sequence cannot be a reference", [aligned, audio], align("words"))
    case("aligned-reference-alone", "unless there is no other", [aligned], align("words"))
    case(
        "aligned-twice", "so aligning to the same sequence again fails", [words, audio], align("words"), align("words")
    )


def unifying():
    one, row = entry([[0.0, 1.0]]), entry([[0.0, 0.5]])
    words = sequence("words", a=one, b=one, c=one)
    audio = sequence("audio", b=row, c=row, d=row)
    case("unify", "videos that some sequence lacks are removed", [words, audio], unify())
    case("unify-passive", "or complained of", [words, audio], unify(False))
    case("unify-passive-agreed", "if there are any", [words, sequence("audio", c=row, a=row, b=row)], unify(False))
    case(
        "unify-aligned",
        "a part stands for its video",
        [words, sequence("audio", {"b[3]": row, "b[0]": row, "d[0]": row, "c": row})],
        unify(),
    )
    case("unify-none", "nothing shared", [words, sequence("audio", x=row)], unify())
    case("align-unifies", "and aligning begins with it", [words, audio], align("words"))
    case("align-none", "nothing shared, nothing aligned", [words, sequence("audio", x=row)], align("words", "mean"))
    mosei = [
        sequence("words", {"255224": one, "25522": one, "2552": one, "77": one}),
        sequence("audio", {"255224": row, "2552": row, "77": row}),
    ]
    bug = "removing `25522` removes whatever begins like it, so `255224` is lost, too"
    case("prefix", "video 25522 has no audio, 255224 has", mosei, unify(), bug=bug)
    case("prefix-align", "the same when aligning", mosei, align("words"), bug=bug)

    aligned = [
        sequence("words", {"a[0]": one, "a[1]": one, "b[0]": one}),
        sequence("audio", {"b[0]": row, "a[1]": row, "c[0]": row}),
        sequence("vision", {"a[1]": row, "a[0]": row, "b[0]": row}),
    ]
    case("hard-unify", "entries that some sequence lacks are removed", aligned, hard_unify())
    case("hard-unify-passive", "or complained of", aligned, hard_unify(False))
    case("hard-unify-whole", "unaligned sequences only get a warning", [words, audio], hard_unify())
    case(
        "hard-unify-mixed",
        "and lose what is not named alike",
        [words, sequence("audio", {"a[0]": row, "b": row})],
        hard_unify(),
    )


def imputing():
    words = sequence("words", v=entry([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]]))
    audio = sequence("audio", v=entry([[1.25, 1.5], [1.5, 1.75]], width=3))
    vision = sequence("vision", v=entry([[0.0, 2.0]], width=1))
    case(
        "impute",
        "zeros in f64 for missing entries, which come last",
        [words, audio, vision],
        align("words", "mean"),
        impute("words"),
    )
    case(
        "impute-frames",
        "as many rows as the reference's entry has, with its intervals",
        [
            sequence("words", {"v[0]": entry([[0.0, 0.5], [0.5, 1.0]]), "v[1]": entry([[1.0, 2.0]])}),
            sequence("audio", {"v[1]": entry([[1.0, 2.0]], width=3)}),
        ],
        impute("words"),
    )
    case(
        "impute-keeps",
        "entries that the reference lacks stay",
        [sequence("words", a=entry([[0.0, 1.0]])), sequence("audio", b=entry([[0.0, 1.0]]))],
        impute("words"),
    )
    case(
        "impute-width",
        "as wide as the first entry is",
        [words, sequence("audio", a=entry([[0.0, 1.0]], width=4), b=entry([[0.0, 1.0]], width=2))],
        impute("words"),
    )
    case(
        "impute-rank-3",
        "all axes but the first",
        [words, sequence("audio", a=entry([[0.0, 1.0]], np.ones((1, 2, 3))))],
        impute("words"),
    )
    case("impute-empty", "a sequence without entries has no width", [words, sequence("audio")], impute("words"))


def pipelines():
    words = sequence(
        "glove_vectors",
        v=entry([[0.0, 0.4], [0.4, 0.9], [0.9, 1.2], [1.2, 1.8], [2.0, 2.4]], width=3),
        w=entry([[0.0, 0.5], [0.5, 1.0]], width=3),
    )
    audio = sequence("COVAREP", v=frames(0.0, 1.7, 0.1, width=2), w=frames(0.0, 1.0, 0.1, width=2))
    # Late: nothing before 1.05.
    vision = sequence("FACET", v=frames(1.05, 2.05, 0.2, width=1), w=frames(0.0, 1.0, 0.25, width=1))
    labels = sequence(
        "labels",
        v=entry([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0], [3.0, 3.0]], [[1], [-2], [0], [3]]),
        w=entry([[0.25, 1.0]], [[2.5]]),
    )
    mosi = [align("glove_vectors", "mean"), impute("glove_vectors"), add(labels), align("labels")]
    given = [words, audio, vision]
    case(
        "mosi",
        "CMU-MOSI's way: words with the mean, imputed, then labels. The word at 0.9 is in both segments, but "
        "what was seen of it begins at 1.05, so the first segment has 3 words and 2 rows of vision",
        given,
        *mosi,
    )
    case("mosi-hard-unify", "then what all have", given, *mosi, hard_unify())
    for direction in (False, True):
        case(
            f"mosi-tensors-{'right' if direction else 'left'}",
            "then tensors: rows of one place are not of one word",
            given,
            *mosi,
            hard_unify(),
            get_tensors(4, ["labels"], direction, [["v"], ["w"], []]),
        )
    mosei = [align("glove_vectors"), impute("glove_vectors"), add(labels), align("labels"), hard_unify()]
    case("mosei", "CMU-MOSEI's way: frames are kept, so that each sequence has lengths of its own", given, *mosei)
    case("mosei-tensors", "then tensors", given, *mosei, get_tensors(6, ["labels"]))


def tensors():
    keys = {"v[0]": 1, "v[2]": 2, "w[0]": 5, "v[10]": 3, "u[0]": 4}
    words = sequence("words", {key: frames(0.0, rows, 1.0, width=2) for key, rows in keys.items()})
    audio = sequence("audio", {key: frames(0.0, 3.0, 1.0, width=1, dtype="f8") for key in reversed(keys)})
    labels = sequence("labels", {key: entry([[0.0, 9.0]], [[-rows]]) for key, rows in keys.items()})
    given = [words, audio, labels]
    for seq_len in (1, 3, 8):
        case(f"tensors-{seq_len}-left", "zeros in front, the last rows", given, get_tensors(seq_len, ["labels"]))
        case(f"tensors-{seq_len}-right", "the first rows, zeros behind", given, get_tensors(seq_len, ["labels"], True))
    case(
        "tensors-folds",
        "the first fold that has the video; u is in none; one fold stays empty",
        given,
        get_tensors(3, ["labels"], True, [["w", "x"], ["v", "w"], ["x"]]),
    )
    case("tensors-padded-labels", "a sequence like another", given, get_tensors(2))
    case("tensors-unequal", "what is not padded must be of one length", given, get_tensors(2, ["words"]))
    partial = sequence("audio", {key: audio[1][key] for key in ("v[2]", "w[0]")})
    case("tensors-hard-unify", "only what all have", [words, partial, labels], get_tensors(2, ["labels"]))
    case(
        "tensors-order",
        "samples are in the order of the first sequence's entries",
        [audio, words, labels],
        get_tensors(2, ["labels"]),
    )
    cubes = sequence("cubes", {key: entry([[0.0, 1.0]] * 2, np.arange(12).reshape(2, 2, 3)) for key in keys})
    case("tensors-rank-3", "of a higher rank", [labels, cubes], get_tensors(3, ["labels"]))


def sorting_and_reverting():
    rows = entry([[2.0, 3.0], [0.0, 1.0], [2.0, 2.5], [1.0, 2.0], [0.0, 0.5]])
    case("sort", "by start; rows of equal start keep their order", [sequence("audio", {"v": rows, "v[1]": rows})], SORT)
    nan = entry([[2.0, 3.0], [NAN, 1.0], [1.0, 2.5], [0.0, 2.0]])
    case(
        "sort-nan",
        "a start that is NaN divides the rows",
        [sequence("audio", v=nan)],
        SORT,
        bug="a start that is NaN compares as neither less nor greater, so the sort leaves rows out of order",
    )
    words = sequence("words", w=frames(0.0, 2.0, 1.0), v=frames(0.0, 12.0, 1.0))
    audio = sequence("audio", v=frames(0.5, 11.5, 1.0), w=frames(0.0, 2.0, 0.5))
    case(
        "revert",
        "parts are put together by number; what was over a border is now there twice",
        [words, audio],
        align("words"),
        REVERT,
    )
    case("revert-mean", "collapsed, there is one row for each segment", [words, audio], align("words", "mean"), REVERT)
    keys = ["v[10]", "v[2]", "w[1]", "v[1]"]
    given = [
        sequence("words", {key: entry([[0.0, 1.0]], [[i]]) for i, key in enumerate(keys)}),
        sequence("audio", {key: entry([[0.0, 1.0]] * 2) for key in keys[1:]}),
    ]
    case("revert-order", "2 before 10; videos in the order in which they come; only what all have", given, REVERT)
    case("revert-whole", "what was not aligned cannot be reverted", [words, audio], REVERT)
    case(
        "revert-nothing",
        "nothing shared, nothing left",
        [sequence("words", {"v[0]": rows}), sequence("audio", {"w[0]": rows})],
        REVERT,
    )


def at_random():
    """Times on a grid of half an epsilon, of quarters of seconds, or free; rows over each other, empty, backwards."""
    for seed in range(12):
        random = np.random.default_rng(seed)

        def times(count, forwards):
            grid = random.integers(0, 12, (count, 2)) * random.choice([0.5e-5, 0.25, 1.0])
            free = random.uniform(0, 6, (count, 2)).round(3)
            pairs = np.where(random.random((count, 1)) < 0.6, grid, free)
            return np.sort(pairs, axis=1) if forwards else pairs

        def rows(width, count, forwards):
            return entry(times(count, forwards), random.integers(-9, 10, (count, width)))

        forwards = seed % 3 > 0
        videos = ["a", "b", "ab"][: 2 + seed % 2]
        given = [
            sequence("words", {video: rows(2, 4, forwards) for video in videos}),
            sequence("audio", {f"{video}[{i}]": rows(1, 4, forwards) for video in videos for i in (2, 10)}),
            sequence("vision", {video: rows(2, 6, forwards) for video in reversed(videos)}),
        ]
        collapse = [(), ("mean",), ("max", "last"), ("mean", "max")][seed % 4]
        more = [[], [impute("words")], [hard_unify()], [REVERT]][(seed // 2) % 4]
        labels = sequence("labels", {video: rows(1, 3, True) for video in videos})
        if seed >= 8:
            more = [impute("words"), add(labels), align("labels"), hard_unify(), get_tensors(3, (), seed % 2 == 0)]
        case(f"random-{seed}", "random times and whole features", given, align("words", *collapse), *more)


for group in (
    aligning,
    edges_of_epsilon,
    odd_intervals,
    types,
    several_entries_of_a_video,
    unifying,
    imputing,
    pipelines,
    tensors,
    sorting_and_reverting,
    at_random,
):
    group()
