# What the host must offer before the offline environment can be set up: the
# packages, a Go, user namespaces, and a Debian mirror. Sourced, never run.

# Oldest Go that builds rules_go and gazelle as modules.sh names them.
MIN_GO="1.24"

# missing_packages UID: the Debian packages to install, one a line, for the
# commands that are not on PATH.
missing_packages() {
    local pair list="mmdebstrap:mmdebstrap unshare:util-linux flock:util-linux setpriv:util-linux git:git gcc:gcc"
    [ "$1" = 0 ] || list="$list newuidmap:uidmap"
    for pair in $list; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || echo "${pair#*:}"
    done | sort -u
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
}

# install_command PACKAGE...: the command a user has to run.
install_command() {
    echo "sudo apt-get install $*"
}

# require_packages: root installs what is missing, anybody else is told how to.
require_packages() {
    local missing
    missing=$(missing_packages "$(id -u)" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        # shellcheck disable=SC2086
        die "the host lacks packages for the offline environment; run: $(install_command $missing)"
    fi
    command -v apt-get >/dev/null 2>&1 ||
        die "the host lacks $missing and has no apt-get; install them, or a Bazel 7+ that reaches its registry"
    say "installing on the host: $missing"
    # shellcheck disable=SC2086
    { DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing; } </dev/null >&2 ||
        die "apt-get could not install: $missing; is the Debian mirror in /etc/apt reachable?"
}

# version_at_least HAVE WANT: whether dotted version HAVE is WANT or newer.
version_at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# require_go: sets HOST_GOROOT to the Go that "go" on PATH really is.
require_go() {
    local version
    command -v go >/dev/null 2>&1 || die "no \"go\" on PATH; install Go $MIN_GO or newer"
    # Outside of the repository, so that a go.mod cannot ask for a toolchain.
    version=$(cd / && GOTOOLCHAIN=local go env GOVERSION)
    version_at_least "${version#go}" "$MIN_GO" || die "Go on PATH is $version, $MIN_GO or newer is needed"
    HOST_GOROOT=$(cd / && GOTOOLCHAIN=local go env GOROOT)
}

# require_namespaces: root needs mount namespaces, a user also user namespaces.
require_namespaces() {
    if [ "$(id -u)" = 0 ]; then
        unshare --mount true 2>/dev/null ||
            die "unshare --mount is not permitted here; in a container, start it with --privileged"
        return
    fi
    unshare --user --map-current-user --keep-caps --mount true 2>/dev/null ||
        die "unshare --user --mount is not permitted; allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces)"
    grep -q "^\($(id -un)\|$(id -u)\):" /etc/subuid 2>/dev/null ||
        die "$(id -un) has no line in /etc/subuid; run: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

# mirror_from: reads "apt-get --print-uris update" and prints the URI of the
# first Debian archive: the one entry of dists/ that is no security, updates or
# backports suite. Prints nothing when there is none.
mirror_from() {
    sed -n "s#^'\([^']*\)/dists/[a-z]*/InRelease'.*#\1#p" | grep -v -e '-security$' | head -n 1
}

# host_mirror: the host's own mirror; empty: leave the choice to mmdebstrap.
host_mirror() {
    apt-get --print-uris update 2>/dev/null | mirror_from || true
}
