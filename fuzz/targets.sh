# The targets, how they are built, and how one is run. Sourced by `run` and `keep`.
all=(parse render compile decide context csv event profile rows)
declare -A longest=([parse]=4096 [render]=2048 [compile]=4096 [decide]=2048 [context]=2048 [csv]=2048 [event]=2048 [profile]=4096 [rows]=2048)

# All targets, or one.
choose() {
    if [[ "$1" == all ]]; then
        targets=("${all[@]}")
    elif [[ -n "${longest[$1]:-}" ]]; then
        targets=("$1")
    else
        echo "no target $1; there are: ${all[*]}" >&2
        exit 2
    fi
}

# Optimised, with debug assertions and overflow checks; without sanitizers, which find nothing in safe code.
build() {
    local one=()
    ((${#targets[@]} > 1)) || one=("${targets[0]}")
    cargo fuzz build --fuzz-dir . -s none -O -a "${one[@]}"
    bin="${CARGO_TARGET_DIR:-target}/$(rustc -vV | sed -n 's/^host: //p')/release"
    mkdir -p logs
    for target in "${all[@]}"; do
        mkdir -p "corpus/$target" "artifacts/$target" "seeds/$target"
    done
    seeds
}

# The cases of diagnostics and the examples are seeds too: each case is the text between `===` and the first `---`.
seeds() {
    for target in compile render; do
        awk -v into="seeds/$target" '
            /^=== / { close(file); file = sprintf("%s/case-%03d", into, n++); printf "" >file; next }
            /^--- / { close(file); file = "" }
            file { print >file }
        ' ../tests/cases/diagnostics/*.txt
    done
    for target in compile render parse; do
        cp ../examples/rules/*.pvd "seeds/$target/"
    done
}

# Runs one target with the arguments of libFuzzer, on a stack of 1 MiB as a host's thread may have it.
fuzz() {
    local target="$1"
    shift
    (ulimit -s 1024 && exec "$bin/$target" -max_len="${longest[$target]}" "$@")
}
