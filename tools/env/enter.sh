#!/bin/bash
# Runs one command inside the offline environment. Started by tools/bazel in a
# new mount namespace where it may mount (as root, or in a user namespace with
# capabilities kept), with the variables ROOTFS, PYCDS_ENV_DIR,
# BAZELRC and GOSDK set:
#
#     enter.sh COMMAND [ARGUMENT]...
#
# Inside, /usr and /etc are the environment's; /dev, /proc, /sys and every
# top-level folder that is not the system's (/home, /root, /tmp, /srv, ...) are
# the host's, at the same paths. linux-sandbox needs a real root directory, hence
# pivot_root and not chroot. The mounts end with the last process inside.
set -euo pipefail

# pivot_root is in a folder that a user's PATH may lack.
PATH=$PATH:/usr/sbin:/sbin
new=$PYCDS_ENV_DIR/root
cwd=$PWD

# No mount here is seen outside.
mount --make-rprivate /
mount -t tmpfs -o mode=0755 pycds "$new"

# read_only DIR: best effort; a user namespace may not clear inherited flags.
read_only() {
    mount -o remount,bind,ro "$1" 2>/dev/null || true
}

for path in "$ROOTFS"/*; do
    name=${path##*/}
    case $name in
    dev | proc | sys | run | home | root | tmp | mnt | media | srv | boot | opt) continue ;;
    esac
    if [ -L "$path" ]; then
        cp -P "$path" "$new/$name"
    elif [ -d "$path" ]; then
        mkdir "$new/$name"
        mount --bind "$path" "$new/$name"
    fi
done

for path in /*; do
    name=${path##*/}
    if [ -e "$new/$name" ] || [ -L "$new/$name" ] || [ "$name" = run ]; then
        continue
    elif [ -L "$path" ]; then
        cp -P "$path" "$new/$name"
    elif [ -d "$path" ]; then
        mkdir "$new/$name"
        mount --rbind "$path" "$new/$name"
    fi
done
mkdir -p "$new/run/lock"
mount --rbind /var/tmp "$new/var/tmp"
# tools/bazel sees by it that it is inside.
: >"$new/.pycds-env"

# bind_file FROM TO: when the host has FROM.
bind_file() {
    if [ -f "$1" ] && [ -f "$new$2" ]; then
        mount --bind "$(readlink -f "$1")" "$new$2"
    fi
}
bind_file /etc/resolv.conf /etc/resolv.conf
bind_file /etc/hosts /etc/hosts
bind_file /etc/passwd /etc/passwd
bind_file /etc/group /etc/group
bind_file "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" /etc/ssl/certs/ca-certificates.crt
bind_file "$BAZELRC" /etc/bazel/bazelrc
mount --rbind "$GOSDK" "$new/usr/lib/host-go"
read_only "$new/usr"
read_only "$new/etc"

cd "$new"
mkdir .old
pivot_root . .old
umount -l /.old
rmdir /.old
cd "$cwd"

# The mounting capabilities end here.
if [ "$(id -u)" = 0 ]; then
    exec "$@"
fi
exec setpriv --ambient-caps=-all --inh-caps=-all -- "$@"
