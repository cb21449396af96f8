# Downloads the Debian packages that development targets unpack (dev/debs.txt)
# into one folder, $PYCDS_ENV_DIR/debs, which Bazel's repository rules find in
# the environment variable PYCDS_DEBS. Sourced, never run.
#
# dev/debs.txt: one "package", "package=version" or "package/suite" a line, #
# starts a comment. The folder has the files under the names that apt gives them
# and INDEX: one "LINE FILE" for every line of dev/debs.txt. Dependencies are not
# followed. A line that is in INDEX is not downloaded again.

# The suite beside $ROOTFS_SUITE, which wins where both have a package.
DEBS_SECOND_SUITE="bookworm"

# debs_wanted FILE: the lines that count.
debs_wanted() {
    [ -e "$1" ] || return 0
    sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e 's/^[[:space:]]*//' -e '/^$/d' "$1" | LC_ALL=C sort -u
}

# debs_missing FOLDER: those lines of stdin that have no file in FOLDER.
debs_missing() {
    local spec file
    while read -r spec; do
        file=$(awk -v s="$spec" '$1 == s { print $2 }' "$1/INDEX")
        [ -n "$file" ] && [ -s "$1/$file" ] || echo "$spec"
    done
}

# debs_apt ARGUMENT...: apt-get that reads the environment's sources and keeps
# its state beside them; the host's packages do not matter to it.
debs_apt() {
    local state=$PYCDS_ENV_DIR/apt
    apt-get -q \
        -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences="$state/preferences" -o Dir::Etc::PreferencesParts=/dev/null \
        -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state" \
        -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false \
        -o APT::Sandbox::User= "$@" </dev/null >&2
}

# debs_sources: writes apt's configuration. The mirror is the one that the root
# file system was made from.
debs_sources() {
    local state=$PYCDS_ENV_DIR/apt
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    : >"$state/status"
    sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' "$ROOTFS/etc/apt/sources.list" | head -n 1 | {
        read -r mirror
        printf 'deb %s %s main\n' "$mirror" "$ROOTFS_SUITE" "$mirror" "$DEBS_SECOND_SUITE"
    } >"$state/sources.list"
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$DEBS_SECOND_SUITE" >"$state/preferences"
}

# update_debs FILE: brings the folder up to date with FILE.
update_debs() {
    local debs=$PYCDS_ENV_DIR/debs tmp=$PYCDS_ENV_DIR/debs.new spec
    local -a missing
    mkdir -p "$debs"
    [ -e "$debs/INDEX" ] || : >"$debs/INDEX"
    mapfile -t missing < <(debs_wanted "$1" | debs_missing "$debs")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "apt-get is needed to download the packages of $1"
    need_space "$debs" 500
    say "downloading ${#missing[@]} Debian packages for development"
    debs_sources
    debs_apt update || die "apt-get update failed; is the Debian mirror reachable?"
    # Plain names in one call; the others one by one, since the name of the file
    # does not say which suite it came from.
    # shellcheck disable=SC2046
    debs_get "$1" "$tmp" "$debs" $(printf '%s\n' "${missing[@]}" | grep -v '[/=]' || true)
    for spec in "${missing[@]}"; do
        case $spec in
        */* | *=*) debs_get "$1" "$tmp" "$debs" "$spec" ;;
        esac
    done
    remove_tree "$tmp"
}

# debs_get LIST TMP TO SPEC...: downloads packages of different names to the
# folder TO and records them in TO/INDEX. LIST is for messages.
debs_get() {
    local list=$1 tmp=$2 to=$3 spec name
    local -a files
    shift 3
    [ $# -gt 0 ] || return 0
    remove_tree "$tmp"
    mkdir -p "$tmp"
    (cd "$tmp" && debs_apt download "$@") || die "apt-get download failed; is every line of $list a package of $ROOTFS_SUITE or $DEBS_SECOND_SUITE?"
    for spec in "$@"; do
        name=${spec%%[/=]*}
        files=("$tmp/${name}"_*.deb)
        [ -s "${files[0]}" ] || die "apt-get download $spec left no file ${name}_*.deb"
        { awk -v s="$spec" '$1 != s' "$to/INDEX"; echo "$spec ${files[0]##*/}"; } | LC_ALL=C sort >"$to/INDEX.new"
        mv "${files[0]}" "$to/"
        mv "$to/INDEX.new" "$to/INDEX"
    done
}
