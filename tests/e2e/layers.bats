#!/usr/bin/env bats
# What layers do to each other, seen in the report: hard links from a package store, copies in several layers, upgrades of the system,
# databases that are not there. Images are made word by word (tests/lib/small_image.py).

bats_require_minimum_version 1.5.0

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_needs python3 jq
	e2e_clean "$BATS_TEST_TMPDIR/home"
	cd "$BATS_TEST_TMPDIR" || return 1
}

LODASH='{"name":"lodash","version":"4.17.21"}'

image() {
	python3 "$E2E_LIB/small_image.py" image "$@"
	"$BOLTSEAL" scan --format json --output report.json oci:image
}

# "name version layer location.." a line, those removed with "removed-in N"
packages() {
	jq -r '.packages[], .removed_packages[] | [.name, .version, "layer \(.layer)", (.locations | join(",")),
		(if .removed_layer then "removed in \(.removed_layer)" else empty end)] | join(" ")' report.json
}

@test "a package.json that is a hard link into a store is read, also through a second link" {
	image "store/ab/cdef=$LODASH app/node_modules/lodash/package.json>store/ab/cdef b/node_modules/lodash/package.json>app/node_modules/lodash/package.json"
	[ "$(packages)" = "lodash 4.17.21 layer 0 app/node_modules/lodash/package.json,b/node_modules/lodash/package.json" ]
	[ "$(jq '.warnings | length' report.json)" = 0 ]
}

@test "a record whose first name is removed stays through its other name" {
	image "a/node_modules/lodash/package.json=$LODASH b/node_modules/lodash/package.json>a/node_modules/lodash/package.json" "-a"
	[ "$(packages)" = "lodash 4.17.21 layer 0 b/node_modules/lodash/package.json" ]
}

@test "a hard link whose content came in another layer is told" {
	image "store/x=$LODASH" "app/node_modules/lodash/package.json>store/x"
	[ "$(jq -r '.warnings[].code' report.json)" = package-record-linked ]
}

@test "the layer of a package is that of the copy that is still there" {
	image "a/node_modules/lodash/package.json=$LODASH" "b/node_modules/lodash/package.json=$LODASH" "-a"
	[ "$(packages)" = "lodash 4.17.21 layer 1 b/node_modules/lodash/package.json" ]
}

@test "a package of the system before its upgrade is named after that system" {
	image "etc/os-release=ID=debian|VERSION_ID=11 var/lib/dpkg/status=Package:+openssl|Status:+install+ok+installed|Version:+1.1|Architecture:+amd64|" \
		"etc/os-release=ID=debian|VERSION_ID=12 var/lib/dpkg/status=Package:+openssl|Status:+install+ok+installed|Version:+3.0|Architecture:+amd64|"
	[ "$(jq -r '.packages[].purl' report.json)" = "pkg:deb/debian/openssl@3.0?arch=amd64&distro=debian-12" ]
	[ "$(jq -r '.removed_packages[].purl' report.json)" = "pkg:deb/debian/openssl@1.1?arch=amd64&distro=debian-11" ]
}

@test "a system without its package database is told" {
	image "etc/os-release=ID=rocky|ID_LIKE=\"rhel+centos+fedora\"|VERSION_ID=9"
	[ "$(jq -r '.warnings[].code' report.json)" = package-database-missing ]
	image2=$(python3 "$E2E_LIB/small_image.py" image2 "bin/app=x"; "$BOLTSEAL" scan --format json oci:image2 | jq '.warnings | length')
	[ "$image2" = 0 ]
}

@test "a copyright file with 400,000 licences costs no time and no more than the bound" {
	mkdir -p root/var/lib/dpkg root/usr/share/doc/x root/etc
	printf 'ID=debian\n' > root/etc/os-release
	for version in 1 2 3 4; do printf 'Package: x\nStatus: install ok installed\nVersion: %s\nArchitecture: a%s\n\n' "$version" "$version"; done > root/var/lib/dpkg/status
	python3 -c 'print("Format: x"); [print("License: L%d" % n) for n in range(400000)]' > root/usr/share/doc/x/copyright
	timeout 60 "$BOLTSEAL" scan --format json --output report.json rootfs:root
	[ "$(jq '[.packages[].licenses | length] | max' report.json)" -le 256 ]
	jq -e '.warnings[] | select(.code == "limit-licenses") | .message | contains("--bounds 2")' report.json
}

@test "lock files at the top of a source tree are read" {
	mkdir tree
	printf '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a"},"node_modules/lodash":{"version":"4.17.21"}}}' > tree/package-lock.json
	printf 'flask==2.0.1\n' > tree/requirements.txt
	[ "$("$BOLTSEAL" sbom --format purls dir:tree)" = "pkg:npm/lodash@4.17.21
pkg:pypi/flask@2.0.1" ]
}
