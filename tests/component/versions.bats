#!/usr/bin/env bats
# Versions of distributions, and SemVer, in the order that their own tools put them. BOLT_BUILD names the build directory,
# BOLT_ADVISORIES the advisories that real versions are taken from.

bats_require_minimum_version 1.5.0

setup() {
	command -v python3 > /dev/null || skip "python3 is not installed"
}

# checked ARGUMENT..: version_systems.py is content, or says what it lacks
checked() {
	run python3 "$BATS_TEST_DIRNAME/../lib/version_systems.py" "$@"
	echo "$output" | tail -n 30
	[ "$status" -ne 77 ] || skip "$output"
	[ "$status" -eq 0 ]
}

agrees() {
	checked agree "$1" "$BOLT_BUILD/tests/version_compare" "$2"
}

@test "20,000 pairs of Debian's versions as Dpkg::Version, and a sample as dpkg itself" {
	agrees dpkg 20000
}

@test "20,000 pairs of AlmaLinux's versions as rpm" {
	agrees rpm 20000
}

@test "20,000 pairs of versions as vercmp" {
	agrees pacman 20000
}

@test "20,000 pairs of Go's, npm's and Bitnami's versions as npm's semver" {
	agrees semver 20000
}

@test "pairs of Alpine's versions as apk, where it is installed" {
	agrees apk 2000
}

@test "20,000 triples a scheme, real, made and hostile, are in a total order" {
	checked total "$BOLT_BUILD/tests/version_compare" 20000
}
