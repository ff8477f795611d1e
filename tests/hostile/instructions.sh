#!/bin/sh
# Has valgrind count the instructions of every stage of the hostile cases at n and at 4n, and prints a table of how they
# grow: what the counters of `measure.rs` can't see. Takes half an hour; HOSTILE=words runs only cases with these words.
#
#   tests/hostile/instructions.sh > table.md
set -eu
cd "$(dirname "$0")/../.."

binary=$(cargo test --release --test all --no-run --message-format=json 2>/dev/null |
    grep -o '"executable":"[^"]*/all-[^"]*"' | tail -1 | cut -d'"' -f4)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Begins to count where `hostile_stage` begins, and writes the count out where it returns. (Of two options with the same
# pattern callgrind takes one.)
valgrind --tool=callgrind --callgrind-out-file="$folder/out" --combine-dumps=no \
    --zero-before='*measure::hostile_stage*' --dump-after='*hostile_stage*' \
    "$binary" hostile::stages_in_order --ignored --nocapture > "$folder/stages" 2> "$folder/said" ||
    { cat "$folder/said" >&2; exit 1; }

grep '^stage' "$folder/stages" | awk -v folder="$folder" '
    BEGIN {
        FS = "\t"
        print "| case | stage | instructions at n | at 4n | ratio |\n|---|---|--:|--:|--:|"
    }
    {
        file = folder "/out." NR
        count = 0
        while ((getline line < file) > 0)
            if (line ~ /^(summary|totals):/) { split(line, parts, " "); count = parts[2] }
        close(file)
        key = $2 "\t" $3
        if ($4 == "n") { before[key] = count; bytes[key] = $5 }
        else {
            grown = $5 / bytes[key]; if (grown < 4) grown = 4
            ratio = before[key] ? count / before[key] * 4 / grown : 0
            printf "| %s | %s | %d | %d | %.2f |\n", $2, $3, before[key], count, ratio
        }
    }'
