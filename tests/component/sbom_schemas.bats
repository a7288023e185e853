#!/usr/bin/env bats
# Our documents against the schemas and validators of those who defined the formats. Those are installed from the package registry
# into a cache outside the tree; without them the tests are skipped and say so.

setup_file() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	export ROOT
	export SAMPLE="${BOLT_BUILD:-$ROOT/build}/tests/sample_report"
	export VALIDATE="$ROOT/tests/lib/validate_sbom.py"
	local cache="${BOLT_CACHE:-$ROOT/.cache}/sbom-validators"
	export VALIDATOR_PYTHON="$cache/bin/python3"

	if ! "$VALIDATOR_PYTHON" -c 'import cyclonedx.validation.json, jsonschema, spdx_tools' 2>/dev/null; then
		rm -rf "$cache"
		mkdir -p "$(dirname "$cache")"
		if ! { python3 -m venv "$cache" &&
			"$cache/bin/pip" -q --disable-pip-version-check install --timeout 20 --retries 1 \
				'cyclonedx-python-lib[json-validation]>=11.5' 'spdx-tools>=0.8.2'; } >"$BATS_FILE_TMPDIR/install.log" 2>&1; then
			echo "# SBOM validators cannot be installed: $(tail -n 1 "$BATS_FILE_TMPDIR/install.log")" >&3
			rm -rf "$cache"
		fi
	fi
}

setup() {
	[ -x "$SAMPLE" ] || {
		echo "no $SAMPLE: build first, or set BOLT_BUILD" >&2
		return 1
	}
}

need_validators() {
	[ -x "$VALIDATOR_PYTHON" ] || skip "the official validators are not installed (package registry not reachable?)"
}

# valid KIND FILE
valid() {
	(cd "$BATS_TEST_TMPDIR" && "$VALIDATOR_PYTHON" "$VALIDATE" "$1" "$2")
}

# made KIND FORMAT NAME: the made-up report in FORMAT, and read back and written again, are valid KIND.
made() {
	local file="$BATS_TEST_TMPDIR/$3" again="$BATS_TEST_TMPDIR/again-$3"

	"$SAMPLE" "$2" >"$file"
	valid "$1" "$file"
	"$SAMPLE" --read "$file" "$2" >"$again"
	valid "$1" "$again"
}

# foreign KIND FORMAT NAME: what others write becomes valid KIND.
foreign() {
	local seed file="$BATS_TEST_TMPDIR/$3"

	for seed in "$ROOT"/fuzz/corpus/sbom/{trivy,syft,foreign}-*; do
		"$SAMPLE" --read "$seed" "$2" >"$file"
		valid "$1" "$file"
	done
}

@test "CycloneDX 1.7 is valid by the official schema" {
	need_validators
	made cyclonedx-1.7 cyclonedx bom.json
	foreign cyclonedx-1.7 cyclonedx bom.json
}

@test "CycloneDX 1.6 is valid by the official schema" {
	need_validators
	made cyclonedx-1.6 cyclonedx-1.6 bom.json
	foreign cyclonedx-1.6 cyclonedx-1.6 bom.json
}

@test "SPDX 2.3 JSON is valid by the official library" {
	need_validators
	made spdx-json spdx-json bom.spdx.json
	foreign spdx-json spdx-json bom.spdx.json
}

@test "SPDX 2.3 tag-value is valid by the official library" {
	need_validators
	made spdx spdx bom.spdx
	foreign spdx spdx bom.spdx
}

@test "the validators refuse what is wrong" {
	need_validators
	"$SAMPLE" cyclonedx | sed 's/"library"/"bookcase"/' >"$BATS_TEST_TMPDIR/bad.json"
	run valid cyclonedx-1.7 "$BATS_TEST_TMPDIR/bad.json"
	[ "$status" -eq 1 ]
	"$SAMPLE" spdx-json | sed 's/"licenseDeclared": "[A-Z].*"/"licenseDeclared": "No-Such"/' >"$BATS_TEST_TMPDIR/bad.spdx.json"
	run valid spdx-json "$BATS_TEST_TMPDIR/bad.spdx.json"
	[ "$status" -eq 1 ]
}

@test "boltseal.report/1 is valid by its own schema" {
	/usr/bin/python3 -c 'import jsonschema' || skip "python3-jsonschema is not installed"
	"$SAMPLE" json >"$BATS_TEST_TMPDIR/report.json"
	/usr/bin/python3 "$VALIDATE" report "$BATS_TEST_TMPDIR/report.json"
	for seed in "$ROOT"/fuzz/corpus/sbom/*; do
		"$SAMPLE" --read "$seed" json >"$BATS_TEST_TMPDIR/report.json"
		/usr/bin/python3 "$VALIDATE" report "$BATS_TEST_TMPDIR/report.json"
	done
	sed 's/"ecosystem"/"kind_of"/' "$BATS_TEST_TMPDIR/report.json" >"$BATS_TEST_TMPDIR/bad.json"
	run /usr/bin/python3 "$VALIDATE" report "$BATS_TEST_TMPDIR/bad.json"
	[ "$status" -eq 1 ]
}

@test "a document of ours read back and written again is the same document" {
	for format in cyclonedx cyclonedx-1.6 spdx-json; do
		# Findings are not read back: who reads the document judges it anew.
		"$SAMPLE" --packages "$format" >"$BATS_TEST_TMPDIR/a"
		"$SAMPLE" --read "$BATS_TEST_TMPDIR/a" "$format" >"$BATS_TEST_TMPDIR/b"
		sed -i 's/"archive"/"sbom"/; s/subject:kind=archive/subject:kind=sbom/' "$BATS_TEST_TMPDIR/a"
		# But for the identifier made of a name that is not UTF-8, which no JSON document can hold.
		diff <(grep -v SPDXRef-npm-evil "$BATS_TEST_TMPDIR/a") <(grep -v SPDXRef-npm-evil "$BATS_TEST_TMPDIR/b")
	done
}
