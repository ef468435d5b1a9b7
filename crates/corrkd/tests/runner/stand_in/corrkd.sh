#!/bin/sh
# Plays corrkd for the runner's tests: it trains nothing, writes down what it was asked, and does what the files
# beside it say: `fail`, `hang`, `slow` and `lose` (once: the
# teachers' results) hold a pattern over the run's spec.json, `refuse` the exit code of `prepare`,
# `last` what `report` ends with. Like corrkd it holds a run's lock while it works on it, waits for it and says so, takes a
# result that is there, and ends when its input does.
set -eu
stage=$(dirname "$0")
command=$1
shift
[ "$1" = --with-parent ] || { echo "no parent" >&2; exit 2; }
shift
asked() { [ -f "$stage/$1" ] && grep -qE "$(cat "$stage/$1")" "$2"; }
options=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options="$options $1"
    shift
done
[ $# -eq 0 ] || shift
# What holds the input open lives: a process in the background has none of its own where nothing is said.
exec 3<&0
(cat <&3 >/dev/null; echo "$command ${2-}" >>"$stage/orphaned"; kill -TERM $$) >/dev/null 2>&1 &
watcher=$!
trap 'kill $watcher 2>/dev/null || :' EXIT
trap 'exit 130' TERM
case "$command" in
prepare)
    echo "prepare$options" >>"$stage/prepared"
    if [ -f "$stage/refuse" ]; then
        echo "no such recordings" >&2
        exit "$(cat "$stage/refuse")"
    fi
    cat "$stage/prepared.json"
    ;;
train)
    folder=$1/$2
    exec 9>>"$folder/lock"
    if ! flock -n 9; then
        echo '{"event":"waiting"}'
        echo "$2" >>"$stage/waited"
        flock 9
    fi
    if [ -f "$folder/result.json" ] && "$stage/finish" prove "$folder"; then
        exit 0
    fi
    echo "$2" >>"$stage/trained"
    echo "${CUDA_VISIBLE_DEVICES-none}" >>"$stage/cards"
    echo "$RAYON_NUM_THREADS $CANDLE_NUM_THREADS $POLARS_MAX_THREADS" >>"$stage/threads"
    cat "$stage/events.jsonl"
    if asked fail "$folder/spec.json"; then
        echo "a line for the log" >&2
        exit 1
    fi
    if asked hang "$folder/spec.json"; then
        echo "$2" >>"$stage/hanging"
        sleep 60 9>&- >/dev/null 2>&1 &
        wait $!
    fi
    if asked lose "$folder/spec.json"; then
        rm "$stage/lose" "$1"/teacher-*/result.json
        exit 1
    fi
    if asked slow "$folder/spec.json"; then
        sleep 0.4 9>&- >/dev/null 2>&1 &
        wait $!
    fi
    "$stage/finish" finish "$folder"
    ;;
report)
    cp "$1/reports/$2/sweep.json" "$stage/reported.json"
    echo "report $2" >>"$stage/reports"
    echo "the report of $2"
    [ ! -f "$stage/last" ] || exit "$(cat "$stage/last")"
    ;;
esac
