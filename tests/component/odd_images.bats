#!/usr/bin/env bats
# Images that are valid and easily read otherwise than container runtimes read them (tests/lib/odd_images.py), from a file and from a
# pipe. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	python3 "$BATS_TEST_DIRNAME/../lib/odd_images.py" .
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
	export BOLTSEAL_SCANNERS=package # nothing is judged here
}

# reads NAME [CODE..]: the package, and exactly these warnings
reads() {
	local from

	for from in "archive:$1.tar" archive:-; do
		"$BOLT_BUILD/boltseal" scan --format json --output "$BATS_TEST_TMPDIR/report.json" "$from" < "$1.tar" || return 1
		[ "$(jq -r '[.packages[].name] | join(" ")' "$BATS_TEST_TMPDIR/report.json")" = told ] || return 1
		[ "$(jq -r '[.warnings[].code] | join(" ")' "$BATS_TEST_TMPDIR/report.json")" = "${*:2}" ] || return 1
	done
}

# refused NAME TEXT [OPTION..]
refused() {
	local from

	for from in "archive:$1.tar" archive:-; do
		run -3 "$BOLT_BUILD/boltseal" scan --format json "${@:3}" "$from" < "$1.tar"
		[[ "$output" == *"$2"* ]] || { echo "$output"; return 1; }
	done
}

@test "an opaque mark in the root hides nothing and is told" {
	reads opaque-root opaque-root
}

@test "a package record behind a symbolic link is told unless its target is a record itself" {
	reads linked-record package-record-linked
	reads linked-os-release
}

@test "a layer whose first file is named like JSON begins is a layer" {
	reads bracket-first
}

@test "blobs and diff IDs may be of different digest algorithms" {
	reads sha512
	reads sha512-plain
}

@test "a layer listed often is read once" {
	reads same-layer-often
	[ "$(jq -r '.subject.layers | length' "$BATS_TEST_TMPDIR/report.json")" -eq 200 ]
}

@test "an archive with both roots must mean one image" {
	reads both-roots
	refused both-roots-differ "which one is loaded depends on the program"
}

@test "members of one name must be alike" {
	reads member-twice-alike
	refused manifest-twice "two different members 'manifest.json'"
	refused layer-twice "two different members 'c0.tar'"
	refused layer-twice-linked "two different members 'c0.tar'"
}

@test "a platform that was asked for must be that of the image" {
	refused platform "the image is for linux/arm64, not for linux/amd64" --platform linux/amd64
	"$BOLT_BUILD/boltseal" scan --format json --platform linux/arm64 archive:platform.tar | jq -e '.subject.platform == "linux/arm64"'
	reads platform
}
