#!/bin/sh
# make_image.sh ROOT DIR: the same application image, written by each tool that people use, from the root file system ROOT (see
# make_debian_root.sh). Needs root and, for the first group, a Docker daemon ($DOCKER_HOST). DIR gets:
#
#   docker-save.tar                    docker build, docker save: nine layers on the root with an upgraded package, a removed
#                                      one, a deleted file, a deleted directory, a directory made anew (opaque), hard links, one
#                                      of them to a file of a lower layer; the Node application $MAKE_IMAGE_APP, if set, in /srv
#   skopeo-docker-archive.tar          the same image copied by skopeo, one directory or file a format
#   skopeo-oci/  skopeo-oci-archive.tar  skopeo-oci-zstd/       (tag: app)
#   umoci-oci/                         skopeo-oci with one more layer, made by umoci
#   buildah-oci/  buildah-docker-archive.tar   ROOT in one layer and two files in a second, made by buildah from scratch
#   packages.txt                       dpkg-query -W of the finished image: name version arch source source-version
#
# `MAKE_IMAGE_ONLY="buildah umoci"` makes only the named groups (docker, skopeo, umoci, buildah).
set -eu

root=${1:?a root file system}
out=${2:?a directory for the images}
only=${MAKE_IMAGE_ONLY:-docker skopeo umoci buildah}
mkdir -p "$out"
root=$(CDPATH='' cd -- "$root" && pwd)
out=$(CDPATH='' cd -- "$out" && pwd)
name=boltseal-test/app
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wants() {
	case " $only " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# A Debian package of one file: NAME VERSION.
make_package() {
	mkdir -p "$work/deb/DEBIAN" "$work/deb/usr/share/$1"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Test <test@example.org>\nDescription: test package\n' \
		"$1" "$2" >"$work/deb/DEBIAN/control"
	echo "$1 $2" >"$work/deb/usr/share/$1/data"
	dpkg-deb --root-owner-group -b "$work/deb" "$work/context/$1_$2.deb" >/dev/null
	rm -rf "$work/deb"
}

write_context() {
	mkdir -p "$work/context/app/node_modules/left-pad" "$work/context/app/node_modules/gone" "$work/context/srv"
	if [ -n "${MAKE_IMAGE_APP:-}" ]; then
		cp -a "$MAKE_IMAGE_APP/." "$work/context/srv/"
	fi
	make_package bolt-probe 1.0
	make_package bolt-probe 2.0-1
	make_package bolt-removed 0.1
	echo '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}' >"$work/context/app/node_modules/left-pad/package.json"
	echo '{"name":"gone","version":"9.9.9","license":"MIT"}' >"$work/context/app/node_modules/gone/package.json"
	cat >"$work/context/Dockerfile" <<-'EOF'
		FROM boltseal-test/base
		COPY bolt-probe_1.0.deb bolt-removed_0.1.deb /tmp/
		RUN dpkg -i /tmp/bolt-probe_1.0.deb /tmp/bolt-removed_0.1.deb && rm /tmp/bolt-probe_1.0.deb
		COPY app /app
		COPY bolt-probe_2.0-1.deb /tmp/
		RUN dpkg -i /tmp/bolt-probe_2.0-1.deb && dpkg --purge bolt-removed && rm -f /tmp/*.deb
		RUN rm -rf /app/node_modules/gone && mkdir /opt/kept && echo one >/opt/kept/one && ln /opt/kept/one /opt/kept/same
		RUN rm -rf /opt/kept && mkdir /opt/kept && echo two >/opt/kept/two
		COPY srv /srv
		RUN ln /usr/share/bolt-probe/data /opt/probe && ln /app/node_modules/left-pad/package.json /opt/linked.json
		ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin
		ENTRYPOINT ["/bin/sh"]
	EOF
}

with_docker() {
	write_context
	tar -C "$root" --numeric-owner -cf - . | docker import -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' - boltseal-test/base >/dev/null
	DOCKER_BUILDKIT=0 docker build --network none -q -t "$name" "$work/context" >/dev/null
	docker save -o "$out/docker-save.tar" "$name"
	docker run --rm --network none --entrypoint dpkg-query "$name" \
		-W -f '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n' | sort >"$out/packages.txt"
	docker rmi -f "$name" boltseal-test/base >/dev/null
}

with_skopeo() {
	from=docker-archive:$out/docker-save.tar
	skopeo --insecure-policy copy -q "$from" "docker-archive:$out/skopeo-docker-archive.tar:$name:latest"
	skopeo --insecure-policy copy -q "$from" "oci:$out/skopeo-oci:app"
	skopeo --insecure-policy copy -q "$from" "oci-archive:$out/skopeo-oci-archive.tar:app"
	skopeo --insecure-policy copy -q --dest-compress-format zstd "$from" "oci:$out/skopeo-oci-zstd:app"
}

with_umoci() {
	cp -a "$out/skopeo-oci" "$out/umoci-oci"
	umoci unpack --image "$out/umoci-oci:app" "$work/bundle" >/dev/null 2>&1
	mkdir -p "$work/bundle/rootfs/app/node_modules/added"
	echo '{"name":"added","version":"1.0.0"}' >"$work/bundle/rootfs/app/node_modules/added/package.json"
	rm -rf "$work/bundle/rootfs/app/node_modules/left-pad"
	umoci repack --image "$out/umoci-oci:app" "$work/bundle" >/dev/null 2>&1
	umoci gc --layout "$out/umoci-oci" >/dev/null 2>&1
}

with_buildah() {
	buildah_here() {
		buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"
	}
	container=$(buildah_here from --isolation chroot scratch)
	buildah_here add -q "$container" "$root" / >/dev/null
	buildah_here config --cmd /bin/sh "$container"
	buildah_here commit -q "$container" boltseal-base >/dev/null
	second=$(buildah_here from --isolation chroot boltseal-base)
	echo '{"name":"from-buildah","version":"0.0.1"}' >"$work/package.json"
	buildah_here copy -q "$second" "$work/package.json" /app/node_modules/from-buildah/package.json >/dev/null
	buildah_here run --isolation chroot "$second" -- rm -rf /usr/share/common-licenses
	buildah_here commit -q "$second" "oci:$out/buildah-oci:app" >/dev/null
	buildah_here commit -q "$second" "docker-archive:$out/buildah-docker-archive.tar:localhost/boltseal-test/app" >/dev/null
	buildah_here rm -a >/dev/null
	buildah_here rmi -a -f >/dev/null
}

for group in docker skopeo umoci buildah; do
	if wants "$group"; then
		"with_$group"
	fi
done
