#!/usr/bin/env bats
# Inputs that attackers, broken disks and broken tools make (tests/lib/hostile.py): each ends in a clear error, exit status 3 and no
# report, or in a report with a named warning. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_needs python3 jq
	e2e_clean "$BATS_TEST_TMPDIR/home"
	cd "$BATS_TEST_TMPDIR" || return 1
}

make() {
	python3 "$E2E_LIB/hostile.py" "$1" "${2:-$1}"
}

# scan SUBJECT [OPTION..]: report.json and stderr. Whatever a stranger wrote, no control character reaches standard error.
scan() {
	rm -f report.json
	timeout 110 "$BOLTSEAL" scan --format json --output report.json "${@:2}" "$1" > out 2> stderr && status=0 || status=$?
	! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' stderr || { echo "control characters:"; cat -v stderr; return 1; }
	[ "$status" -lt 124 ] || { echo "exit $status"; return 1; }
	[ -z "$(find . -name 'report.json.*')" ]
}

# fails SUBJECT PART..: exit status 3, no report, and one line that has every part
fails() {
	scan "$1"
	[ "$status" = 3 ] || { echo "exit $status"; return 1; }
	[ ! -e report.json ] && [ ! -s out ] && [ "$(wc -l < stderr)" = 1 ] || return 1
	for part in "boltseal: $1: " "${@:2}"; do
		grep -qF -- "$part" stderr || { echo "'$part' is not in:"; cat stderr; return 1; }
	done
}

packages() {
	jq -r '[.packages[].name] | join(" ")' report.json
}

# warns SUBJECT CODE PART..: a report all the same, with a warning of that code that has every part
warns() {
	scan "$1"
	[ "$status" = 0 ] || { cat stderr; return 1; }
	for part in "${@:3}"; do
		jq -e --arg code "$2" --arg part "$part" '[.warnings[] | select(.code == $code) | .message | contains($part)] | any' report.json \
			> /dev/null || { echo "no $2 with '$part':"; jq .warnings report.json; return 1; }
	done
}

# But for what old kernels and builds with a sanitizer say of any tree.
no_warning() {
	[ "$(jq '[.warnings[] | select(.code != "sandbox-reduced")] | length' report.json)" = 0 ] || { jq .warnings report.json; return 1; }
}

DEBIAN="base-files libc6 netcat-openbsd openssl"

# The two digests that the error names are different ones.
two_digests() {
	[ "$(grep -o 'expected sha256:[0-9a-f]\{64\}, got sha256:[0-9a-f]\{64\}' stderr | tr ' ,' '\n\n' | grep -c sha256:)" = 2 ] &&
		[ "$(grep -o 'expected .*' stderr | grep -o 'sha256:[0-9a-f]\{64\}' | sort -u | wc -l)" = 2 ]
}

@test "the image that all others are made from is fine" {
	make good
	scan archive:good
	[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ]
	no_warning
}

@test "one flipped byte: of a layer, of a manifest" {
	make flipped-byte
	fails archive:flipped-byte "layer 1 of 1" "(3584 bytes)"
	two_digests
	make flipped-byte-of-manifest
	fails archive:flipped-byte-of-manifest "blobs/sha256/"
	two_digests
	scan - < flipped-byte
	[ "$status" = 3 ] && [ ! -e report.json ] && two_digests
}

@test "content that is not what the config says" {
	make wrong-diff-id
	fails archive:wrong-diff-id "diff ID"
	two_digests
	make layer-count
	fails archive:layer-count "1 layers" "2 diff IDs"
}

@test "what is cut off: the archive, a compressed archive, a blob, what a blob holds" {
	make truncated-archive
	fails archive:truncated-archive "truncated" "blobs/sha256/"
	make truncated-archive-gz
	fails archive:truncated-archive-gz "truncated gzip"
	make cut-layer
	fails archive:cut-layer "layer 1 of 1" "(2048 bytes)"
	two_digests
	make truncated-layer
	warns archive:truncated-layer layer-damaged "layer 1 of 1" "truncated gzip data" "not in this report"
	[ "$(packages)" = "$DEBIAN" ] # they stand before the damage
	scan archive:truncated-layer --strict
	[ "$status" = 3 ] && grep -q "truncated gzip data" stderr
}

@test "no tar where a layer should be; a layer with nothing in it" {
	make not-a-tar-layer
	warns archive:not-a-tar-layer layer-damaged "damaged tar at byte 0"
	make empty-layer
	scan archive:empty-layer
	[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ]
	no_warning
}

@test "manifests: too deep, read two ways, spelled two ways, pointing nowhere" {
	make deep-manifest
	fails archive:deep-manifest "nested deeper than the bound of 32 levels"
	make both-ways-manifest
	fails archive:both-ways-manifest "both layers and manifests"
	make twice-named-manifest
	fails archive:twice-named-manifest "'Layers' where 'layers' is meant"
	make missing-blob
	fails archive:missing-blob "layer 1 of 1" "no member 'blobs/sha256/"
}

@test "10 GiB of zeros in 10 MB of gzip are read to their end" {
	make bomb-gzip
	fails archive:bomb-gzip "diff ID"
}

@test "bombs of zstd and bzip2, and a dictionary of xz that nobody needs" {
	make bomb-zstd
	warns archive:bomb-zstd layer-damaged "bound of 2000:1" "decompression bomb"
	make bombs
	fails archive:bombs "the image's layers expand to more than 100 times their size and the bound of 40 GiB" "--bounds 2"
	make bomb-bzip2
	fails archive:bomb-bzip2 "diff ID"
	make bomb-xz-window
	warns archive:bomb-xz-window layer-damaged "xz dictionary over the bound of 64 MiB"
}

@test "sparse files: 10 GiB of hole, sizes that add up to nothing, half a claim" {
	make sparse-10g
	scan archive:sparse-10g --format files --output files
	[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ]
	no_warning
	# what `head -c 10G /dev/zero | sha256sum` gives
	grep -q "^732377e7f4a2abdc13ddfa1eb4c9c497fd2a2b294674d056cf51581b47dd586d.*10737418240.*var/sparse" files
	make sparse-smuggling
	warns archive:sparse-smuggling sparse-file-not-hashed "'a'" "'b'" "32 GiB"
	[ "$(packages)" = "$DEBIAN" ]
	make sparse-layers
	warns archive:sparse-layers sparse-file-not-hashed "the image's over 40"
}

@test "tar as runtimes read it: no content becomes an entry, no global header counts, no whiteout of nothing" {
	for kind in smuggled-entries global-header strange-whiteouts; do
		make $kind
		scan archive:$kind
		[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ] && [ "$(jq '.removed_packages | length' report.json)" = 0 ]
		no_warning
	done
}

@test "names: out of the image, in two cases, of devices, in circles" {
	make escaping-names
	warns archive:escaping-names name-escapes-root "../../../etc/os-release"
	[ "$(packages)" = "$DEBIAN" ]
	for kind in case-collisions devices link-loops; do
		make $kind
		scan archive:$kind
		[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ] && [ "$(jq -r .os.id report.json)" = debian ]
		no_warning
	done
}

@test "100,000 hard links to one file" {
	make hard-links
	scan archive:hard-links --format files --output files
	[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ]
	[ "$(grep -c "^$(printf x | sha256sum | cut -c 1-64)" files)" = 100001 ]
}

@test "a package record that is a hard link to something else is told" {
	make linked-record
	warns archive:linked-record package-record-linked "var/lib/dpkg/status" "opt/x"
}

@test "two members of one name that differ are refused: readers take the first or the last" {
	make duplicate-members
	fails archive:duplicate-members "the archive has two different members 'index.json'"
	scan - < duplicate-members
	[ "$status" = 3 ] && grep -qF "the archive has two different members 'index.json'" stderr
}

@test "escape sequences and newlines in names never reach the terminal" {
	make ugly-names
	for format in table files purls cyclonedx spdx spdx-json json; do
		"$BOLTSEAL" scan --format $format archive:ugly-names > out 2> stderr
		! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' out stderr || { echo "$format"; cat -v out; return 1; }
	done
	"$BOLTSEAL" scan archive:ugly-names > out
	grep -qF 'ug?[31mly' out
	make ugly-member
	fails archive:ugly-member "?[31mred?[0m?line?"
	name=$'ugly\e[31m'
	fails "archive:$name" "No such file" || true # the name comes back cleaned, so that `fails` does not find it
	grep -qF 'ugly?[31m' stderr
}

@test "damaged package records: a warning that names the file, and the rest; with --strict an error" {
	while read -r kind file rest; do
		make "$kind"
		warns "archive:$kind" package-record-damaged "$file"
		[ "$(packages)" = "$rest" ] || { packages; return 1; }
		scan "archive:$kind" --strict
		[ "$status" = 3 ] && [ ! -e report.json ] && grep -qF "$file" stderr || { cat stderr; return 1; }
	done <<-END
		damaged-dpkg var/lib/dpkg/status $DEBIAN ok
		damaged-rpm var/lib/rpm/rpmdb.sqlite $DEBIAN
		damaged-npm app/node_modules/bad/package.json $DEBIAN ok
	END
}

@test "a package.json of 1 GiB is not read, and the bound is named" {
	make huge-package-json
	warns archive:huge-package-json limit-record-size app/node_modules/huge/package.json "1.0 GiB" "bound of 8.0 MiB"
	[ "$(packages)" = "$DEBIAN" ]
}

@test "a file index that does not fit the memory limit says so, and the packages are there" {
	make many-files
	scan archive:many-files --memory-limit 128M
	[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ]
	jq -e '.warnings[] | select(.code == "limit-file-index") | .message | contains("--memory-limit")' report.json
	make good
	scan archive:good --memory-limit 64M
	[ "$status" != 0 ] && [ ! -e report.json ] && grep -q "at least 128M" stderr
}

@test "what is no archive at all" {
	mkdir directory
	: > empty
	head -c 4096 /dev/zero > zeros
	yes | head -c 4096 > text
	fails archive:/dev/null "empty"
	fails archive:/dev/zero "empty"
	fails archive:empty "empty"
	fails archive:zeros "manifest.json"
	fails archive:text "checksum"
	fails archive:directory "directory"
	fails archive:nowhere "No such file"
	fails oci:nowhere "No such file"
	fails rootfs:nowhere "No such file"
	fails rootfs:text "Not a directory"
	fails sbom:text "boltseal: "
	fails 'registry:NOT A NAME' "boltseal: "
}

@test "an archive from a FIFO" {
	make good
	mkfifo fifo
	cat good > fifo &
	scan archive:fifo
	[ "$status" = 0 ] && [ "$(packages)" = "$DEBIAN" ]
}

@test "an OCI layout whose blobs are links out of it, or FIFOs" {
	make layout-links "$PWD/links"
	fails "oci:$PWD/links" "layer 1 of 1" "No such file"
	make layout-fifo "$PWD/fifos"
	fails "oci:$PWD/fifos" "layer 1 of 1" "not a regular file"
}

# A tree with packages, and whatever the test adds.
tree() {
	mkdir -p tree/etc tree/var/lib/dpkg
	echo ID=debian > tree/etc/os-release
	printf 'Package: here\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n' > tree/var/lib/dpkg/status
}

@test "a tree with loops, sockets, links out of it and names of every kind" {
	tree
	ln -s loop tree/loop
	ln -s .. tree/up
	ln -s /etc tree/outside
	mkfifo tree/fifo
	: > "tree/$(printf 'new\nline\033[31m')"
	scan rootfs:tree --format files --output files
	[ "$status" = 0 ] && [ "$(packages)" = here ]
	no_warning
	[ "$(wc -l < files)" = 3 ]
}

@test "a tree with what its reader may not read: a warning each, or an error when strict" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become somebody else"
	tree
	mkdir tree/closed
	echo secret > tree/secret
	chmod 0 tree/secret tree/closed
	chmod 755 . .. ../..
	mkdir open && chmod 777 open
	setpriv --reuid 65534 --regid 65534 --clear-groups "$BOLTSEAL" scan --format json --output open/report.json rootfs:tree
	[ "$(jq -r '[.warnings[] | select(.code != "sandbox-reduced") | .code + " " + .path] | sort | join(",")' open/report.json)" = "directory-unreadable closed,file-unreadable secret" ]
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups "$BOLTSEAL" scan --strict rootfs:tree
	[[ $output == *closed* ]]
}

@test "a tree that changes while it is read" {
	tree
	mkdir -p tree/var/log tree/churn
	(while [ ! -e stop ]; do head -c 65536 /dev/zero >> tree/var/log/growing; : > tree/churn/$RANDOM; rm -f tree/churn/*; done) &
	for _ in 1 2 3 4 5; do
		scan rootfs:tree || break
		[ "$status" = 0 ] && [ "$(packages)" = here ] || break
	done
	touch stop
	wait
	[ "$status" = 0 ] && [ "$(packages)" = here ]
	# the only complaints are of files that went away
	[ "$(jq '[.warnings[] | select(.code != "file-unreadable" and .code != "sandbox-reduced")] | length' report.json)" = 0 ]
}

# worker_of PID: the process that reads hostile bytes for it
worker_of() {
	local tries=0
	until pgrep -P "$1" boltseal-scan; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
		sleep 0.05
	done
}

@test "a scan whose worker dies fails, and says how" {
	mkfifo fifo
	while read -r signal part; do
		rm -f report.json
		"$BOLTSEAL" scan --format json --output report.json archive:fifo 2> stderr &
		scan=$!
		exec 9> fifo
		kill -s "$signal" "$(worker_of $scan)"
		wait $scan && status=0 || status=$?
		exec 9>&-
		[ "$status" = 3 ] && [ ! -e report.json ] && grep -qF "$part" stderr || { echo "$signal: $status"; cat stderr; return 1; }
	done <<-END
		SEGV crashed
		KILL killed
		SYS sandbox
	END
	[ -z "$(find . -name 'report.json*')" ]
}
