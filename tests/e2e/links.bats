#!/usr/bin/env bats
# Names of layers that lead through symbolic links: what is seen in the image is what Docker makes of it. Images are made word by word
# (tests/lib/small_image.py). BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	lacks_root dockerd && return 0
	lacks dockerd docker skopeo python3 jq && return 0
	e2e_needs
	source "$E2E_LIB/services.sh"
	export SERVICES_STATE="$BATS_FILE_TMPDIR"
	e2e_clean "$BATS_FILE_TMPDIR/home"
	e2e_dockerd "$BATS_FILE_TMPDIR/engine"
	export DOCKER_HOST
	DRIVER=$(docker info --format '{{.Driver}}')
	export DRIVER
}

teardown_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	source "$E2E_LIB/services.sh"
	SERVICES_STATE="$BATS_FILE_TMPDIR"
	stop_all
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	skip_if_told
	export HOME="$BATS_TEST_TMPDIR/home"
	mkdir -p "$HOME"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# image LAYER..: ./image, its report in report.json, its files in ours ("SHA256 NAME" a line)
image() {
	rm -rf image
	python3 "$E2E_LIB/small_image.py" image "$@"
	"$BOLTSEAL" scan --format json --output report.json --format files --output files oci:image
	awk -F '\t' '$5 == "live" { print $1, $7 }' files | LC_ALL=C sort > ours
}

# What Docker shows in a container of the image, of files that are in the image.
theirs() {
	local container

	skopeo --insecure-policy copy -q oci:image docker-archive:image.tar:boltseal-test/links:1
	docker load -q -i image.tar > /dev/null
	rm image.tar
	container=$(docker create boltseal-test/links:1 /none)
	docker export "$container" | python3 "$E2E_LIB/tar_hashes.py" > theirs
	docker rm "$container" > /dev/null
	docker rmi -f boltseal-test/links:1 > /dev/null
}

# as_docker LAYER..: both see the same files, and what is told is in $codes
as_docker() {
	image "$@"
	theirs
	diff ours theirs
	codes=$(jq -r '[.warnings[].code] | join(" ")' report.json)
}

@test "a link of the same layer: relative, absolute, above the root, a chain, links on the way of links" {
	as_docker "d/real/x=1 a@d/real a/f=through"
	[ -z "$codes" ]
	grep -q ' d/real/f$' ours
	as_docker "d/real/x=1 a@/d/real a/f=through"
	[ -z "$codes" ]
	grep -q ' d/real/f$' ours
	as_docker "d/x=1 a@../../../d a/f=through"
	[ -z "$codes" ]
	grep -q ' d/f$' ours
	as_docker "d/real/x=1 b@d/real a@b a/f=through"
	[ -z "$codes" ]
	grep -q ' d/real/f$' ours
	as_docker "u/lib/x=1 l@u/lib l/p/q=deep l/p2@/u/lib/p l/p2/r=deeper"
	[ -z "$codes" ]
	grep -q ' u/lib/p/r$' ours
	as_docker "d/real/x=1 a@d/real a/../f=dots"
	[ -z "$codes" ]
	grep -q ' f$' ours
}

@test "a hard link to a file behind a link, and to a link" {
	as_docker "d/real/x=1 a@d/real b/y>a/x"
	[ -z "$codes" ]
	as_docker "d/real/x=1 a@d/real b>a b/y=3"
	[ -z "$codes" ]
	grep -q ' d/real/y$' ours
}

@test "a package database written through a link is read" {
	as_docker "var/lib/dpkg/x=1 a@var/lib/dpkg a/status=Package:+openssl|Status:+install+ok+installed|Version:+1.1|Architecture:+amd64|"
	[ -z "$codes" ]
	[ "$(jq -r '.packages[] | .purl + " " + .locations[0]' report.json)" = "pkg:deb/openssl@1.1?arch=amd64 var/lib/dpkg/status" ]
}

@test "a package database behind a link of its directory is read under the usual name, or told" {
	image "var/lib/dpkg@/opt/dpkg var/lib/dpkg/status=Package:+openssl|Status:+install+ok+installed|Version:+1.1|Architecture:+amd64|"
	[ "$(jq -r '.packages[].name' report.json)" = openssl ]
	image "var/lib/dpkg@/opt/dpkg opt/dpkg/status=Package:+openssl|Status:+install+ok+installed|Version:+1.1|Architecture:+amd64|"
	[ "$(jq -r '.warnings[] | .code + " " + .path' report.json)" = "package-record-linked var/lib/dpkg" ]
	image "lib@usr/lib var/lib/rpm@../../usr/lib/sysimage/rpm"
	[ "$(jq '.warnings | length' report.json)" = 0 ]
}

@test "a link that a directory, a file or a whiteout ended leads nowhere" {
	image "d/real/x=1 a@d/real a/ a/f=new"
	grep -q ' a/f$' ours
	image "d/real/x=1 a@d/real a=file a/f=new"
	grep -q ' a/f$' ours
	image "d/real/x=1 a@d/real -a a/f=new"
	grep -q ' a/f$' ours
	as_docker "d/real/x=1 a@d/real" "-a"
	[ -z "$codes" ]
	as_docker "d/real/x=1 a@d/real" "a/ a/f=new"
	[ -z "$codes" ]
	grep -q ' a/f$' ours
	as_docker "d/real/x=1 a@d/real" "-a" "a/f=new"
	[ -z "$codes" ]
}

@test "a whiteout through a link of the same layer is of the file that the link leads to" {
	image "d/real/x=1 d/real/y=2" "a@d/real -a/x"
	[ "$(cut -d ' ' -f 2 ours)" = d/real/y ]
	image "d/real/x=1 d/real/y=2" "a@d/real !a a/z=3"
	[ "$(cut -d ' ' -f 2 ours)" = d/real/z ]
}

@test "a link of a lower layer is told, with the layer and the number of names" {
	[ "$DRIVER" = overlay2 ] || skip "Docker's $DRIVER unpacks layers in another way than its overlay2"
	as_docker "usr/lib/x=1 lib@usr/lib" "lib/f=2 lib/g/h=3"
	[ "$codes" = name-through-lower-link ]
	jq -e '.warnings[0] | .layer == 1 and .path == "lib" and (.message | test("^2 names, the first .lib/f., .* of layer 0:"))' report.json
	as_docker "d/real/x=1 d/real/y=2 a@d/real" "-a/x"
	[ "$codes" = name-through-lower-link ]
	as_docker "p/d/x=1 p/a@d" "-p" "p/a/f=new"
	[ -z "$codes" ]
}

@test "links in a circle are told" {
	image "a@b b@a a/f=x"
	[ "$(jq -r '[.warnings[].code] | join(" ")' report.json)" = link-not-followed ]
}
