# Makes the root file system of the offline environment: a Debian with Bazel and
# what builds need. Sourced, never run.

# The suite that has bazel-bootstrap 7.
ROOTFS_SUITE="forky"

rootfs_key() {
    { cat "$ENV_SRC/packages.txt" "$ENV_SRC/rootfs.sh"; dpkg --print-architecture; } | hash_of -
}

# rootfs_packages: the list for mmdebstrap's --include.
rootfs_packages() {
    sed -e 's/#.*//' -e '/^ *$/d' "$ENV_SRC/packages.txt" | paste -sd,
}

# build_rootfs FOLDER: fills FOLDER. It goes through a tar stream so that a plain
# user owns every file and can remove them without help.
build_rootfs() {
    local out=$1 mode=unshare mirror
    [ "$(id -u)" = 0 ] && mode=root
    need_space "$out" 4000
    mirror=$(host_mirror)
    say "making the root file system: Debian $ROOTFS_SUITE with Bazel (1-3 minutes, 1.5 GB)"
    # Debian's snapshots of a mirror may be older than Valid-Until allows.
    # shellcheck disable=SC2086
    (cd / && mmdebstrap --variant=apt --mode="$mode" --format=tar \
        --include="$(rootfs_packages)" \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='APT::Install-Recommends "false"' \
        "$ROOTFS_SUITE" - ${mirror:+"$mirror"}) </dev/null |
        tar -x -C "$out" --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' ||
        die "mmdebstrap failed; is the Debian mirror reachable?"
    # Mount points that enter.sh needs in folders it mounts read-only.
    mkdir -p "$out/usr/lib/host-go"
    rm -f "$out/etc/resolv.conf"
    touch "$out/etc/resolv.conf" "$out/etc/hosts"
    [ -x "$out/usr/bin/bazel" ] || die "the root file system has no /usr/bin/bazel"
}
