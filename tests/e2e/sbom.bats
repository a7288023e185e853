#!/usr/bin/env bats
# Bills of materials of real images: written, read back, and written again. What the formats' own validators say of them is
# tests/component/sbom_schemas.bats. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	lacks_root "making root file systems" && return 0
	lacks dockerd docker debootstrap skopeo umoci buildah npm jq rpm rpmbuild db5.3_load && return 0
	e2e_needs
	IMAGES=$(e2e_images) RPM=$(e2e_cached rpm make_rpm_roots.sh rpm_databases.py -- "$E2E_LIB/make_rpm_roots.sh")
	export IMAGES RPM
	[ -d "$IMAGES/root" ] && [ -d "$RPM/sqlite" ]
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	skip_if_told
	e2e_clean "$BATS_TEST_TMPDIR/home"
	cd "$BATS_TEST_TMPDIR" || return 1
}

subjects() {
	printf '%s\n' "archive:$IMAGES/docker-save.tar" "oci:$IMAGES/skopeo-oci-zstd:app" "rootfs:$RPM/sqlite"
}

# Everything of a report but how it was come by.
content() {
	jq -S 'del(.stats, .subject.kind)' "$1"
}

@test "CycloneDX, SPDX in both forms and our own report read back with every package, version, layer and file place" {
	for subject in $(subjects); do
		"$BOLTSEAL" scan --format json --output want.json "$subject"
		content want.json > want
		[ "$(jq '.packages | length' want.json)" -ge 8 ]
		for format in json cyclonedx cyclonedx-1.6 cyclonedx-1.7 spdx-json spdx; do
			"$BOLTSEAL" sbom --format $format --output bill "$subject"
			"$BOLTSEAL" scan --format json --output back.json sbom:bill
			content back.json | diff want - || { echo "$format of $subject"; return 1; }
			[ "$(jq -r .subject.kind back.json)" = sbom ]
		done
	done
}

@test "a list of package URLs reads back with every name and version" {
	for subject in $(subjects); do
		"$BOLTSEAL" scan --format json --output want.json "$subject"
		"$BOLTSEAL" sbom --format purls --output bill "$subject"
		jq -r '[.packages[].purl] | unique[]' want.json | LC_ALL=C sort | diff - <(LC_ALL=C sort -u bill)
		"$BOLTSEAL" scan --format json --output back.json sbom:bill
		diff <(jq -c '[.packages[] | [.purl, .name, .version, .arch]] | unique[]' want.json) \
			<(jq -c '[.packages[] | [.purl, .name, .version, .arch]] | unique[]' back.json)
	done
}

@test "a bill's kind is found by its content, and one form turns into another without loss" {
	"$BOLTSEAL" sbom --format cyclonedx --output bill-1 "$IMAGES/docker-save.tar"
	"$BOLTSEAL" sbom --format spdx --output bill-2 ./bill-1
	"$BOLTSEAL" sbom --format spdx-json --output bill-3 ./bill-2
	"$BOLTSEAL" sbom --format json --output bill-4 ./bill-3
	"$BOLTSEAL" scan --format json --output want.json "$IMAGES/docker-save.tar"
	diff <(content want.json) <(content bill-4)
}

@test "two runs write the same bytes" {
	export SOURCE_DATE_EPOCH=1700000000
	for subject in $(subjects); do
		for format in cyclonedx cyclonedx-1.6 spdx-json spdx purls files; do
			"$BOLTSEAL" sbom --format $format --output first "$subject"
			"$BOLTSEAL" sbom --format $format --output second "$subject"
			cmp first second || { echo "$format of $subject"; return 1; }
		done
		"$BOLTSEAL" scan --format json --output first "$subject"
		"$BOLTSEAL" scan --format json --output second "$subject"
		cmp <(jq 'del(.stats)' first) <(jq 'del(.stats)' second)
		diff <(jq -S 'del(.stats.elapsed_usec, .stats.peak_rss_bytes)' first) <(jq -S 'del(.stats.elapsed_usec, .stats.peak_rss_bytes)' second)
	done
	grep -q 2023-11-14T22:13:20Z first
}

@test "without SOURCE_DATE_EPOCH a bill says when it was made, and two of them differ in nothing else" {
	before=$(date -u +%FT%TZ)
	"$BOLTSEAL" sbom --output first "$IMAGES/docker-save.tar"
	made=$(jq -r .metadata.timestamp first)
	[[ ! $made < $before && ! $made > $(date -u +%FT%TZ) ]]
	sleep 1.1
	"$BOLTSEAL" sbom --output second "$IMAGES/docker-save.tar"
	diff <(jq 'del(.metadata.timestamp, .serialNumber)' first) <(jq 'del(.metadata.timestamp, .serialNumber)' second)
	[ "$(jq -r .metadata.timestamp second)" != "$made" ]
}

@test "reports of images, trees and bills follow their schema" {
	/usr/bin/python3 -c 'import jsonschema' || skip "python3-jsonschema is not installed"
	"$BOLTSEAL" sbom --output bill "$IMAGES/docker-save.tar"
	mkdir empty
	for subject in $(subjects) "archive:$IMAGES/buildah-docker-archive.tar" "oci:$IMAGES/umoci-oci:app" sbom:bill "dir:$IMAGES/app" dir:empty; do
		"$BOLTSEAL" scan --format json --output report.json "$subject"
		/usr/bin/python3 "$E2E_LIB/validate_sbom.py" report report.json || { echo "for $subject"; return 1; }
		[ "$(jq '.stats.packages == (.packages | length) and .stats.bytes_read > 0 or .subject.name == "empty"' report.json)" = true ]
	done
}

@test "the figures of a run: every byte of the layers, compressed or not" {
	plain=$(jq '[.subject.layers[].size] | add' <("$BOLTSEAL" scan -f json "archive:$IMAGES/docker-save.tar"))
	for subject in "archive:$IMAGES/docker-save.tar" "oci:$IMAGES/skopeo-oci:app" "oci:$IMAGES/skopeo-oci-zstd:app"; do
		"$BOLTSEAL" scan --format json --output report.json "$subject"
		[ "$(jq .stats.bytes_uncompressed report.json)" -eq "$plain" ]
		[ "$(jq '.stats.bytes_read == ([.subject.layers[].size] | add)' report.json)" = true ]
		[ "$(jq '.stats.peak_rss_bytes < 100663296' report.json)" = true ]
	done
}
