#!/bin/sh
# Plays corrkd for the runner's tests: it trains nothing, writes down what it was asked, and does what the files
# beside it say: `fail` and `hang` hold a pattern over the run's spec.json, `refuse` the exit code of `prepare`.
set -eu
stage=$(dirname "$0")
asked() { [ -f "$stage/$1" ] && grep -qE "$(cat "$stage/$1")" "$2"; }
case "$1" in
prepare)
    echo "$*" >>"$stage/prepared"
    if [ -f "$stage/refuse" ]; then
        echo "no such recordings" >&2
        exit "$(cat "$stage/refuse")"
    fi
    cat "$stage/prepared.json"
    ;;
train)
    folder=$(find "$2" -type d -name "$3")
    echo "$3" >>"$stage/trained"
    echo "$RAYON_NUM_THREADS $CANDLE_NUM_THREADS $POLARS_MAX_THREADS" >>"$stage/threads"
    cat "$stage/events.jsonl"
    if asked fail "$folder/spec.json"; then
        echo "a line for the log" >&2
        exit 1
    fi
    if asked hang "$folder/spec.json"; then
        echo "$3" >>"$stage/hanging"
        exec sleep 60
    fi
    printf '{"id":"%s","spec":%s,%s' "$3" "$(cat "$folder/spec.json")" "$(cat "$stage/rest.json")" >"$folder/result.json"
    ;;
report)
    cp "$2/reports/$3/sweep.json" "$stage/reported.json"
    echo "the report of $3"
    ;;
esac
