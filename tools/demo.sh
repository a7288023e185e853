#!/bin/sh
# The main job on real input: a Debian image with a Node application on it, pushed to a registry and scanned from there, from the
# Docker daemon and from an archive. Starts a daemon and a registry of its own and stops them again. `./bootstrap demo` runs it.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
boltseal=$top/build/boltseal
out=$top/build/demo
work=$(mktemp -d "${TMPDIR:-/tmp}/boltseal-demo.XXXXXX")
export SERVICES_STATE="$work" SERVICES_LIB="$top/tests/lib"
# shellcheck source=tests/lib/services.sh
. "$top/tests/lib/services.sh"

bold=
normal=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m')
	normal=$(printf '\033[0m')
fi

say() {
	printf '\n%s== %s%s\n' "$bold" "$*" "$normal"
}

die() {
	printf 'demo: %s\n' "$*" >&2
	exit 3
}

cleanup() {
	trap - EXIT INT TERM
	stop_all
	# dockerd leaves the mount of its network namespace behind
	awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | while read -r mount; do
		umount "$mount"
	done
	rm -rf --one-file-system "$work"
}

make_application() {
	mkdir -p "$work/context/app"
	cat >"$work/context/app/package.json" <<-'EOF'
		{"name": "shop", "version": "1.0.0", "private": true, "dependencies": {"express": "4.19.2", "lodash": "4.17.20", "axios": "1.6.0"}}
	EOF
	cat >"$work/context/app/server.js" <<-'EOF'
		require('express')().get('/', (request, response) => response.send('open')).listen(8080)
	EOF
	(cd "$work/context/app" && npm install --ignore-scripts --no-audit --no-fund --loglevel error) >"$work/npm.log" 2>&1 || {
		tail -n 5 "$work/npm.log" >&2
		die "npm could not install the application's packages"
	}
	cat >"$work/context/Dockerfile" <<-'EOF'
		FROM demo/debian:12
		CMD ["/bin/sh"]
		RUN apt-get -q update && apt-get -q install -y --no-install-recommends nodejs && rm -rf /var/lib/apt/lists/*
		CMD ["node"]
		COPY app /app
		RUN rm -rf /app/node_modules/axios
		WORKDIR /app
		CMD ["node", "server.js"]
	EOF
}

build_image() {
	tar -C "$work/root" --numeric-owner -cf - . | docker import - demo/debian:12 >/dev/null
	DOCKER_BUILDKIT=0 docker build --network host -q -t "$image" "$work/context" >"$work/build.log" 2>&1 || {
		tail -n 20 "$work/build.log" >&2
		die "the image could not be built"
	}
	docker push -q "$image" >/dev/null
	docker save -o "$out/shop.tar" "$image"
}

# Scans one subject into build/demo/NAME.json and says how long it took.
scan() {
	started=$(date +%s.%N)
	"$boltseal" scan --quiet --format json --output "$out/$1.json" "$2" || die "the scan of $2 failed"
	printf '  %-52s %5.2f s   %s packages\n' "$2" "$(echo "$(date +%s.%N) $started" | awk '{ print $1 - $2 }')" \
		"$(jq '.packages | length' "$out/$1.json")"
}

main() {
	trap cleanup EXIT
	trap 'exit 3' INT TERM
	[ "$(id -u)" = 0 ] || die "needs root: it makes a Debian root file system and starts a Docker daemon"
	rm -rf "$out"
	mkdir -p "$out"

	say "A Debian 12 root file system (debootstrap), and a Node application with its dependencies (npm)"
	"$top/tests/lib/make_debian_root.sh" bookworm "$work/root"
	make_application

	if docker info >/dev/null 2>&1; then
		say "A registry on localhost; the Docker daemon that runs here already"
	else
		say "A Docker daemon and a registry on localhost, both only for this demo"
		start_dockerd "$work/docker" || die "the Docker daemon did not come up"
	fi
	port=$(free_port)
	start_registry "$work/registry" "$port" || die "the registry did not come up"
	image=localhost:$port/demo/shop:1.0
	build_image
	docker images --format '  {{.Repository}}:{{.Tag}}  {{.Size}}' "localhost:$port/demo/shop"

	say "The same image from the registry, from the daemon, from an archive"
	scan registry "registry:$image"
	scan daemon "docker:$image"
	scan archive "archive:$out/shop.tar"
	for source in daemon archive; do
		[ "$(jq -cS .packages "$out/registry.json" | sha256sum)" = "$(jq -cS .packages "$out/$source.json" | sha256sum)" ] ||
			die "the package lists differ: build/demo/registry.json, build/demo/$source.json"
	done
	echo "  all three list the same packages"

	say "What is in it: boltseal scan archive:build/demo/shop.tar"
	"$boltseal" scan --quiet --format table "archive:$out/shop.tar" >"$out/report.txt"
	head -n 30 "$out/report.txt"
	echo "  ... all $(wc -l <"$out/report.txt") lines are in build/demo/report.txt; the last ones:"
	sed -n '/^Removed by/,$p' "$out/report.txt"

	"$boltseal" sbom --format cyclonedx "archive:$out/shop.tar" >"$out/shop.cdx.json"
	"$boltseal" sbom --format spdx-json "archive:$out/shop.tar" >"$out/shop.spdx.json"
	mv "$out/registry.json" "$out/report.json"
	rm "$out/daemon.json" "$out/archive.json"
	docker rmi -f "$image" demo/debian:12 >/dev/null 2>&1 || true

	say "Left in build/demo/"
	(cd "$out" && ls -sh1 | tail -n +2)
	say "To try next"
	cat <<-EOF
		  build/boltseal scan archive:build/demo/shop.tar               the whole table
		  build/boltseal scan sbom:build/demo/shop.cdx.json             read the SBOM back
		  build/boltseal scan --list-catalogers                         what it recognises
		  build/boltseal scan dir:.                                     a source tree
		  build/boltseal scan --help                                    options, formats, examples
	EOF
}

main "$@"
