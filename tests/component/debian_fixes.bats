#!/usr/bin/env bats
# Every record of the Debian lists at exactly its fixed version, and just before it; other feeds at the ends of their ranges.
# BOLT_BUILD names the build directory, BOLT_ADVISORIES the directory of the lists (default: ../shared/data/advisories beside the tree).

bats_require_minimum_version 1.5.0

setup() {
	ADVISORIES=${BOLT_ADVISORIES:-$BATS_TEST_DIRNAME/../../../shared/data/advisories}
	command -v python3 >/dev/null || skip "python3 is not installed"
	[ -f "$ADVISORIES/osv/Debian/all.zip" ] || skip "no Debian lists in $ADVISORIES (BOLT_ADVISORIES)"
}

@test "every record of every Debian release: the version before the fix is reported, the fixed version is not" {
	run -0 python3 "$BATS_TEST_DIRNAME/../lib/debian_fixes.py" "$BOLT_BUILD/boltseal" "$ADVISORIES"
	echo "$output" | tail -n 9 >&3
	[[ "$output" == *$'\n'"0 disagreements" ]]
}

@test "the other OSV feeds: what counts a version is what an evaluation of our own says" {
	/usr/bin/python3 -c 'import packaging' 2>/dev/null || skip "python3-packaging is not installed"
	run -0 /usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/osv_evaluation.py" "$BOLT_BUILD/boltseal" "$ADVISORIES"
	echo "$output" | tail -n 9 >&3
	[[ "$output" == *$'\n'"0 disagreements in "* ]]
}
