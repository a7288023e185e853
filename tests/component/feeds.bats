#!/usr/bin/env bats
# Real advisories through the feeds. BOLT_BUILD names the build directory; BOLT_ADVISORIES the directory that holds them, with a
# MANIFEST.tsv that says how many records each file has.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	export ADVISORIES=${BOLT_ADVISORIES:-$BATS_TEST_DIRNAME/../../../shared/data/advisories}
	[ -f "$ADVISORIES/MANIFEST.tsv" ] || skip_file "no real advisories: $ADVISORIES has no MANIFEST.tsv"
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
}

# What became of a file: "PART advisories=N affected=N epss=N kev=N damaged=N skipped=N dated=N".
counted() {
	"$BOLT_BUILD/tests/feed_list" --count "$ADVISORIES/$1" "$1"
}

# field NAME LINE
field() {
	sed -E "s/.* $1=([0-9]+).*/\1/" <<< "$2"
}

# The manifest's count of each file that matches a pattern: "COUNT PATH".
manifest() {
	awk -F'\t' -v pattern="$1" '$1 ~ pattern { print $3, $1 }' "$ADVISORIES/MANIFEST.tsv" | grep .
}

@test "every OSV record is read or left out by rule, none is damaged" {
	while read -r count path; do
		line=$(counted "$path")
		echo "$line"
		[ "$(($(field advisories "$line") + $(field skipped "$line")))" -eq "$count" ]
		[ "$(field damaged "$line")" -eq 0 ]
		[ "$(field dated "$line")" -gt 1600000000 ]
		[ "${line%% *}" = "$(dirname "$path")" ]
	done < <(manifest '^osv/.*/all[.]zip$')
}

@test "AlmaLinux's errata that are left out are those that fix bugs, and no other ecosystem has any" {
	while read -r count path; do
		line=$(counted "$path")
		case $path in
		*/AlmaLinux/*)
			unzip -Z1 "$ADVISORIES/$path" | grep -c '^AL[BE]A-' > "$BATS_TEST_TMPDIR/errata" || true
			[ "$(field skipped "$line")" -gt 0 ]
			[ "$(field skipped "$line")" -le "$(cat "$BATS_TEST_TMPDIR/errata")" ]
			;;
		*) [ "$(field skipped "$line")" -eq 0 ] ;;
		esac
	done < <(manifest '^osv/.*/all[.]zip$')
}

@test "every fix of every secdb is in an advisory" {
	local fixes

	while read -r count path; do
		"$BOLT_BUILD/tests/feed_list" "$ADVISORIES/$path" > "$BATS_TEST_TMPDIR/read"
		# What the file says, by another reader: a line "CVE package highest-version" for each; several CVEs may share a text.
		python3 - "$ADVISORIES/$path" "$BATS_TEST_TMPDIR/read" "$count" <<- 'PYTHON'
			import json, re, sys

			said, fixes = {}, 0
			for entry in json.load(open(sys.argv[1]))["packages"]:
			    package = entry["pkg"]
			    for version, names in package["secfixes"].items():
			        for name in names:
			            fixes += 1
			            for cve in re.findall(r"CVE-\d{4}-\d{4,}", name):
			                said.setdefault((cve, package["name"]), set()).add(version)
			assert fixes == int(sys.argv[3]), f"the manifest counts {sys.argv[3]} fixes, the file has {fixes}"
			read = {}
			for line in open(sys.argv[2]):
			    record = json.loads(line)
			    assert "damaged" not in record, line
			    for affected in record["affected"]:
			        fixed = [e[-1]["fixed"] for e in affected.get("ranges", [])] or ["0"]
			        for cve in record["upstream"]:
			            if cve.startswith("CVE-2") or cve.startswith("CVE-1"):
			                read[cve, affected["package"]] = fixed
			assert said.keys() <= read.keys(), sorted(said.keys() - read.keys())[:5]
			for key, fixed in read.items():
			    assert len(fixed) == 1 and (key not in said or fixed[0] in said[key]), (key, fixed)
		PYTHON
	done < <(manifest '^alpine-secdb/')
}

@test "every entry of the catalogue of exploited vulnerabilities and every EPSS score is read" {
	while read -r count path; do
		line=$(counted "$path")
		[ "$(field kev "$line")" -eq "$count" ]
		[ "$(field damaged "$line")" -eq 0 ]
		[ "${line##*dated=}" -eq 1756141459 ] # the file says 2025-08-25T17:04:19Z
	done < <(manifest '^kev/')
	while read -r count path; do
		line=$(counted "$path")
		[ "$(field epss "$line")" -eq "$count" ]
		[ "$(field damaged "$line")" -eq 0 ]
		[ "$(field dated "$line")" -gt 1600000000 ]
	done < <(manifest '^epss/')
}

@test "Ubuntu's OVAL gives every notice, package and version that another reader of its criteria finds" {
	while read -r count path; do
		line=$(counted "$path")
		echo "$line"
		[ "$(field advisories "$line")" -eq "$count" ]
		[ "$(field damaged "$line")" -eq 0 ]
		"$BOLT_BUILD/tests/feed_list" "$ADVISORIES/$path" > "$BATS_TEST_TMPDIR/read"
		python3 "$BATS_TEST_DIRNAME/../lib/oval_ubuntu.py" "$ADVISORIES/$path" "$BATS_TEST_TMPDIR/read"
	done < <(manifest '^ubuntu-oval/')
}

@test "a file cut off anywhere is refused" {
	while read -r _ path; do
		size=$(stat -c %s "$ADVISORIES/$path")
		part=$(counted "$path")
		for share in 10 50 90 99; do
			head -c $((size * share / 100)) "$ADVISORIES/$path" > "$BATS_TEST_TMPDIR/cut"
			run -1 "$BOLT_BUILD/tests/feed_list" --count "$BATS_TEST_TMPDIR/cut" "$path" "${part%% *}"
		done
	done < <(manifest '^(osv/npm/all[.]zip|kev/|epss/|alpine-secdb/v3.18/main)')
}

@test "each OSV archive is read in less than 100 MiB" {
	command -v /usr/bin/time > /dev/null || skip "no /usr/bin/time"
	while read -r _ path; do
		/usr/bin/time -a -o "$BATS_TEST_TMPDIR/used" -f %M "$BOLT_BUILD/tests/feed_list" --count "$ADVISORIES/$path"
	done < <(manifest '^osv/.*/all[.]zip$')
	awk '$1 > most { most = $1 } END { print most; exit !(NR > 0 && most < 102400) }' "$BATS_TEST_TMPDIR/used"
}
