#!/usr/bin/env bash
# Runs both commands of this repository, packaging/run --once and tests/run, in a tree that holds
# nothing but a minimal Debian 12 and a checkout of HEAD. Needs root. Called by tests/run --clean.
#
# Where packages come from is the machine's own business: its apt settings, keyrings, certificates,
# resolver and proxy variables are copied into the tree, none of them is written in this repository.
#
#   MNARA_CLEAN_CACHE=FOLDER   keeps the bare tree, the compiler cache and clang-tidy's verdicts there
#   MNARA_CLEAN_COMMAND=...    runs this in the tree instead of the two commands (to look around)
#
# Everything runs in mount and process namespaces of its own: when this script ends, for whatever
# reason, its mounts and every process it left are gone, so that removing the tree never reaches
# through a mount into the machine.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
suite=bookworm

# Part 1, outside: makes the tree, enters the namespaces, removes the tree.
make_and_enter() {
    if [[ "$(id -u)" != 0 ]]; then
        printf 'tests/run --clean needs root: it makes a Debian tree and mounts /proc in it.\n' >&2
        exit 1
    fi
    # shellcheck source=packaging/parts/packages.sh
    source "$root/packaging/parts/packages.sh"
    need_packages "makes the bare Debian tree" debootstrap git util-linux

    scratch=$(mktemp -d "${TMPDIR:-/tmp}/mnara-clean.XXXXXX")
    inside=
    trap leave EXIT
    trap 'exit 130' INT TERM HUP

    make_base_tree "$scratch/tree"
    copy_package_settings "$scratch/tree"
    copy_checkout "$scratch/tree"
    # In the background, or this shell would not hear a signal before the tests have ended.
    unshare --mount --propagation private --pid --fork --kill-child \
        "$here/clean.sh" --inside "$scratch/tree" </dev/null &
    inside=$!
    local code=0
    wait "$inside" || code=$?
    inside=
    exit "$code"
}

# Ends the first process in the namespaces, and with it all others there; then removes the tree.
leave() {
    local first
    if [[ -n "$inside" ]]; then
        first=$(cat "/proc/$inside/task/$inside/children" 2>/dev/null) || true
        # shellcheck disable=SC2086 # zero or one number
        kill -KILL $first 2>/dev/null || kill -KILL "$inside" 2>/dev/null || true
        wait "$inside" 2>/dev/null || true
    fi
    rm -rf --one-file-system "$scratch"
}

# The mirror this machine's apt takes the suite from; empty when it has none of that suite.
own_mirror() {
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v suite="$suite" '$1 == suite && $2 == "main" { print $3; exit }'
}

make_base_tree() {
    local tree=$1 cached=
    if [[ -n "${MNARA_CLEAN_CACHE:-}" ]]; then
        mkdir -p "$MNARA_CLEAN_CACHE"
        cached=$(cd "$MNARA_CLEAN_CACHE" && pwd)/$suite
    fi
    if [[ -n "$cached" && -d "$cached" ]]; then
        printf '== copying the bare tree of an earlier run\n'
        cp -a "$cached" "$tree"
        return
    fi
    printf '== making a bare %s tree\n' "$suite"
    local mirror
    mirror=$(own_mirror)
    if ! debootstrap --variant=minbase "$suite" "$tree" ${mirror:+"$mirror"} \
        >"$scratch/debootstrap.log" 2>&1; then
        tail -n 30 "$scratch/debootstrap.log" >&2
        return 1
    fi
    if [[ -n "$cached" ]]; then
        # Renamed when whole: a half copy must not look like a tree to the next run.
        rm -rf "$cached.part"
        cp -a "$tree" "$cached.part"
        mv "$cached.part" "$cached"
    fi
}

copy_package_settings() {
    local tree=$1 path
    # Sources of another release would make another system of the tree.
    if [[ -n "$(own_mirror)" ]]; then
        rm -rf "$tree/etc/apt"
        cp -aL /etc/apt "$tree/etc/apt"
    fi
    for path in /usr/share/keyrings /usr/local/share/ca-certificates /etc/ssl/certs; do
        if [[ -d "$path" ]]; then
            mkdir -p "$tree$path"
            cp -rL "$path/." "$tree$path/" 2>/dev/null || true # dangling links are not needed
        fi
    done
    for path in /etc/resolv.conf /etc/hosts; do
        cp -L "$path" "$tree$path"
    done
}

copy_checkout() {
    local tree=$1
    if [[ -n "$(git -C "$root" status --porcelain)" ]]; then
        printf 'Note: this tests HEAD; what is not committed is not in it.\n'
    fi
    git clone --quiet --no-hardlinks "$root" "$tree/root/mnara"
    git -C "$tree/root/mnara" remote remove origin
}

# Part 2, in the namespaces: mounts, then the commands one after the other.
run_inside() {
    local tree=$1
    trap 'exit 130' INT TERM
    mount -t proc proc "$tree/proc"
    mount --rbind /sys "$tree/sys"
    mount --rbind /dev "$tree/dev" # with /dev/pts and /dev/shm
    if [[ -n "${MNARA_CLEAN_CACHE:-}" ]]; then
        mkdir -p "$MNARA_CLEAN_CACHE/ccache" "$tree/root/.cache/ccache"
        mount --bind "$MNARA_CLEAN_CACHE/ccache" "$tree/root/.cache/ccache"
        mkdir -p "$MNARA_CLEAN_CACHE/tidy-verdicts" "$tree/root/.cache/mnara-tidy"
        mount --bind "$MNARA_CLEAN_CACHE/tidy-verdicts" "$tree/root/.cache/mnara-tidy"
    fi

    if [[ -n "${MNARA_CLEAN_COMMAND:-}" ]]; then
        in_tree "$tree" "$MNARA_CLEAN_COMMAND"
        return
    fi
    local passed=0 failed=0 command started verdict
    for command in "packaging/run --once" "tests/run"; do
        printf '== clean tree: %s\n' "$command"
        started=$SECONDS
        verdict=PASS
        in_tree "$tree" "$command" || verdict=FAIL
        printf '%s clean tree: %s (%s s)\n' "$verdict" "$command" "$((SECONDS - started))"
        if [[ "$verdict" == PASS ]]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [[ "$failed" == 0 ]]
}

# Runs a command line at the root of the checkout with a bare environment: of the caller's only what
# says how packages are reached.
in_tree() {
    local tree=$1 line=$2 name
    local environment=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CI=true
        "TERM=${TERM:-dumb}")
    while read -r name; do
        environment+=("$name=${!name}")
    done < <(compgen -e | grep -iE '^(https?|ftp|all|no)_proxy$|^npm_config_registry$|^node_extra_ca_certs$' || true)
    chroot "$tree" /usr/bin/env -i "${environment[@]}" \
        /bin/bash -c "cd /root/mnara && $line" </dev/null
}

if [[ "${1:-}" == --inside ]]; then
    run_inside "$2"
else
    make_and_enter
fi
