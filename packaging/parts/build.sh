# shellcheck shell=bash
# Configures and builds one CMake preset. Sourced by packaging/run and tests/run.
#
#   build_preset NAME [TARGET...]       run from the repository's root; the result is in build/NAME

# Two compilers at a time by default: g++ on these sources takes up to 1 GB each, and small boxes
# have two cores.
build_jobs() {
    local cores
    cores=$(nproc)
    printf '%s\n' "${MNARA_BUILD_JOBS:-$((cores < 4 ? cores : 4))}"
}

build_preset() {
    local preset=$1
    shift
    local targets=()
    if [[ $# -gt 0 ]]; then
        targets=(--target "$@")
    fi
    printf '== building %s (%s jobs)\n' "$preset" "$(build_jobs)" >&2
    local log="build/$preset.log"
    mkdir -p build
    if cmake --preset "$preset" >"$log" 2>&1 </dev/null &&
        cmake --build --preset "$preset" -j "$(build_jobs)" "${targets[@]}" >>"$log" 2>&1 </dev/null
    then
        return 0
    fi
    printf 'The build of preset %s failed; the end of %s:\n' "$preset" "$log" >&2
    tail -n 60 "$log" >&2
    return 1
}
