# shellcheck shell=bash disable=SC2034 # the lists are for those who source this
# Installs Debian packages that are missing, and says which and why. Sourced by packaging/run and
# tests/run; prints to stderr, so that a caller's stdout stays its own.
#
#   need_packages "why" package...      nothing happens when all of them are installed
#   need_node                           nothing happens when a node that is new enough is there

# Packages that build the appliance and let it run.
MNARA_BUILD_PACKAGES=(g++ cmake ninja-build ccache pkg-config
    libpoco-dev libsqlite3-dev libsodium-dev libmbedtls-dev libfmt-dev nlohmann-json3-dev libcli11-dev)
MNARA_RUN_PACKAGES=(freeradius freeradius-utils python3 ca-certificates
    tzdata)
# Packages that only the tests need.
MNARA_TEST_PACKAGES=(catch2 chromium fonts-dejavu-core git clang-format clang-tidy libfaketime openssl
    python3-yaml sqlite3 iproute2
    procps)

# Prints the packages of "$@" that are not installed, one line each.
missing_packages() {
    local package
    for package in "$@"; do
        if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]; then
            printf '%s\n' "$package"
        fi
    done
}

# Runs "$@" as root: as we are, or through sudo without a password prompt in the middle of a run.
as_root() {
    if [[ "$(id -u)" == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        printf 'This needs root: run it as root, or install sudo.\n' >&2
        return 1
    fi
}

# Installing the freeradius package would start its stock service on 1812 and 1813. That service is
# not ours and nobody asked for it. A policy-rc.d answering 101 ("not allowed") keeps a service of a
# new package from starting; one that already runs is not touched by it. The machine's own policy
# file, where it has one, is put back afterwards, whatever happened in between.
POLICY_FILE=/usr/sbin/policy-rc.d

hold_new_services() {
    if [[ -e "$POLICY_FILE" && ! -e "$POLICY_FILE.before-mnara" ]]; then
        as_root mv "$POLICY_FILE" "$POLICY_FILE.before-mnara"
    fi
    printf '#!/bin/sh\n# mnara: no service starts while packages are installed\nexit 101\n' |
        as_root tee "$POLICY_FILE" >/dev/null
    as_root chmod 755 "$POLICY_FILE"
}

release_new_services() {
    if [[ -e "$POLICY_FILE.before-mnara" ]]; then
        as_root mv -f "$POLICY_FILE.before-mnara" "$POLICY_FILE"
    elif grep -qs '^# mnara:' "$POLICY_FILE"; then
        as_root rm -f "$POLICY_FILE"
    fi
}

apt_quietly() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y \
        --no-install-recommends "$@" >&2 </dev/null
}

need_packages() {
    local why=$1
    shift
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if [[ ${#missing[@]} -eq 0 ]]; then
        return 0
    fi
    printf '== installing (%s): %s\n' "$why" "${missing[*]}" >&2
    # In a subshell, so that its EXIT trap restores the policy file even on Ctrl-C or a failed install.
    (
        trap release_new_services EXIT
        trap 'exit 130' INT TERM
        hold_new_services
        # Lists may be old or absent on a bare machine; without them nothing would be found.
        apt_quietly update || exit 1
        apt_quietly install "${missing[@]}" || exit 1
    )
}

# The screens are built with Debian 12's node (18.19) or a newer one from anywhere. Another node than
# Debian's brings its own npm, and Debian's npm package would remove it: so commands are looked for,
# not packages.
NODE_MAJOR_LEAST=18

has_node() {
    local version
    command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
    version=${version#v}
    [[ "${version%%.*}" -ge "$NODE_MAJOR_LEAST" ]]
}

need_node() {
    if has_node; then
        return 0
    fi
    need_packages "node, to build the screens" nodejs
    if ! command -v npm >/dev/null; then
        need_packages "npm, to fetch what builds the screens" npm
    fi
    if ! has_node; then
        printf 'The screens need node %s or newer; there is %s.\n' "$NODE_MAJOR_LEAST" \
            "$(node --version 2>/dev/null || printf none)" >&2
        return 1
    fi
}
