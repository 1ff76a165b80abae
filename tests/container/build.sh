#!/usr/bin/env bash
# Builds the image without a Docker engine, and lays out what the tests of this folder look at.
#
#     build.sh FOLDER
#
# Needs root, debootstrap and buildah (Debian: apt-get install debootstrap buildah), 1 GB of disk and a few minutes.
# FOLDER keeps the base between runs; remove it to have a new one. What is written there:
#
#     base/           a small Debian with Python, the base image
#     root/           the file system of the built image
#     image.json      its configuration: user, environment, entry point, health check
#
# Settings, by environment:
#
#     DEBIAN_SUITE    default bookworm, the oldest one with Python 3.11
#     DEBIAN_MIRROR   default: where this machine's apt has the suite from, or debootstrap's own
#     IMAGE_ARCHIVE   a file for `docker load` or `podman load`; default: none
set -euo pipefail

mirror_of() {
  # shellcheck disable=SC2016 # apt-get fills the format in
  { apt-get indextargets --format '$(CODENAME) $(SITE)' 2>/dev/null || true; } |
    awk -v suite="$1" '$1 == suite && !found++ { print $2 }'
}

here=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
suite=${DEBIAN_SUITE:-bookworm}
mirror=${DEBIAN_MIRROR:-$(mirror_of "$suite")}
certificates=/etc/ssl/certs

# A storage of its own: nothing of this machine's images is touched. `vfs` works on every file system.
images() { buildah --root "$folder/storage" --runroot "$folder/run" --storage-driver vfs "$@"; }
finish() {
  images rm --all >/dev/null 2>&1 || true
  rm -rf "$folder/storage" "$folder/run"
}
trap finish EXIT

if [ ! -e "$folder/base.complete" ]; then
  rm -rf "$folder/base"
  # shellcheck disable=SC2086 # without a mirror there is no argument at all
  debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv "$suite" "$folder/base" $mirror
  # Package lists and archives, and what only people read.
  rm -rf "$folder"/base/var/lib/apt/lists/* "$folder"/base/var/cache/apt/* "$folder"/base/var/log/*
  rm -rf "$folder"/base/usr/share/{doc,info,locale,man}/*
  # And what debootstrap has taken from this machine.
  rm -f "$folder"/base/etc/{apt/sources.list,hostname,resolv.conf}
  touch "$folder/base.complete"
fi

base=$(images from scratch)
images copy --quiet "$base" "$folder/base" /
images commit --quiet "$base" localhost/base >/dev/null
# The health check is no part of OCI's format. The machine's certificates are there for pip, and not in the image.
images build --quiet --isolation chroot --format docker --pull-never \
  --volume "$certificates:$certificates:ro" --build-arg BASE_IMAGE=localhost/base --tag localhost/finapi-mock "$here"
images inspect --type image localhost/finapi-mock >"$folder/image.json"

built=$(images from --pull-never localhost/finapi-mock)
rm -rf "$folder/root"
cp -a "$(images mount "$built")" "$folder/root"
if [ -n "${IMAGE_ARCHIVE:-}" ]; then
  images push --quiet localhost/finapi-mock "docker-archive:$IMAGE_ARCHIVE:finapi-mock:latest"
fi

mib() { du -sm "$1" | cut -f 1; }
echo "the image has $(mib "$folder/root") MiB, $(mib "$folder/root/opt/finapi-mock") of them finapi-mock"
