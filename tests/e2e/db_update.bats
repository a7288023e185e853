#!/usr/bin/env bats
# boltseal db update against a web server with small feeds and every fault that servers have: what a person reads, what is imported,
# what the server is asked for. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	. "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_clean "$BATS_FILE_TMPDIR/home"
	e2e_needs python3 openssl jq
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir site
	"$E2E_LIB/osv_feeds.py" site <<-'END'
		{"id":"GHSA-aaaa","modified":"2024-01-01T00:00:00Z","summary":"Left","affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]}]}]}
		{"id":"PYSEC-1","modified":"2024-01-01T00:00:00Z","summary":"Snake","affected":[{"package":{"ecosystem":"PyPI","name":"snake"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}
	END
	mkdir site/epss site/kev
	scores 1 0.1
	cat >site/kev/known_exploited_vulnerabilities.json <<-'END'
		{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"1","dateReleased":"2024-01-01T00:00:00Z","count":1,
		"vulnerabilities":[{"cveID":"CVE-2024-0002","vendorProject":"x","product":"x","vulnerabilityName":"x","dateAdded":"2024-01-01",
		"shortDescription":"x","requiredAction":"x","dueDate":"2024-02-01","knownRansomwareCampaignUse":"Known","notes":"","cwes":[]}]}
	END
	DB=$BATS_TEST_TMPDIR/advisories.db
	serve
}

teardown() {
	[ -z "${SERVER:-}" ] || kill "$SERVER"
}

# serve [OPTIONS]: the site, at $URL
serve() {
	rm -f url
	"$E2E_LIB/feed_server.py" --log "$BATS_TEST_TMPDIR/log" "$@" site >url 2>server.err 3>&- &
	SERVER=$!
	until [ -s url ]; do sleep 0.05; done
	URL=$(cat url)
}

# scores COUNT SCORE
scores() {
	{
		printf '#model_version:v2023.03.01,score_date:2024-01-01T00:00:00+0000\ncve,epss,percentile\n'
		for ((i = 1; i <= $1; i++)); do
			printf 'CVE-2024-%04d,%s,0.5\n' "$i" "$2"
		done
	} | gzip -n >site/epss/epss_scores.csv.gz
}

faults() {
	printf '%s' "$1" >site/faults.json
}

update() {
	"$BOLTSEAL" db update --db "$DB" --mirror "$URL" "$@"
}

epss() {
	"$BOLTSEAL" db status --db "$DB" --format json | jq -r '.parts[] | select(.part == "epss") | .'"$1"
}

asked() {
	grep -c "$1" log || true
}

EPSS=/epss/epss_scores.csv.gz

@test "what the mirror has is fetched and imported; what it has not is told once, as a number" {
	run -0 --separate-stderr update
	[[ "$output" == *"epss                                 new               1"* ]]
	[[ "$output" == *"osv/npm                              new               1"* ]]
	[[ "$output" == *"kev                                  new               1"* ]]
	[[ "${lines[-1]}" =~ ^"4 fetched, 0 as they were, "[0-9]+" not there"$ ]]
	[ "$stderr" = "" ]
	[ ! -e "$DB.download" ]
	[ "$(epss url)" = "$URL$EPSS" ]
	[ "$(epss sha256)" = "$(sha256sum <site/epss/epss_scores.csv.gz | cut -d ' ' -f 1)" ]
}

@test "what has not changed is not fetched again; only when it was looked at is noted" {
	update -q
	faults '{}'
	before=$(epss fetched)
	sleep 1.1
	run -0 update
	[[ "${lines[-1]}" == "0 fetched, 4 as they were, "* ]]
	[[ "$output" == *"generation 1, as it was"* ]]
	[ "$(grep -c " 304 If-None-Match=" log)" = 4 ]
	[ "$(epss fetched)" != "$before" ]
	[ "$(epss advisories)" = 1 ]
	scores 2 0.2
	run -0 update
	[[ "$output" == *"epss                                 updated           2  +1 ~1 -0"* ]]
	[[ "${lines[-1]}" == "1 fetched, 3 as they were, "* ]]
}

@test "parts and feeds are asked for by name; what there is not is told" {
	run -0 update kev osv
	[[ "${lines[-1]}" == "3 fetched"* ]]
	[ "$(asked epss)" = 0 ]
	run -0 update osv/npm
	[ "${lines[-1]}" = "0 fetched, 1 as they were" ]
	run -2 update osv/npn
	[[ "$output" == *"no feed or part 'osv/npn'; the feeds are: osv, debian"* ]]
	run -3 update osv/Go kev
	[[ "$output" == *"osv/Go: not fetched, what was there stays: there is no '$URL/osv/Go/all.zip'"* ]]
	[[ "$output" == *"0 fetched, 1 as they were, 1 failed"* ]]
	run -2 update chainguard/ wolfi
	run -3 "$BOLTSEAL" db update --db "$DB" --mirror "$URL/nowhere"
	[[ "$output" == *"nothing of what was asked for is there: $URL/nowhere"* ]]
}

@test "--url fetches one part from where it is said to be" {
	run -0 "$BOLTSEAL" db update --db "$DB" --url "epss=$URL$EPSS"
	[ "${lines[-1]}" = "1 fetched, 0 as they were" ]
	run -2 "$BOLTSEAL" db update --db "$DB" --url "$URL$EPSS"
	[[ "$output" == *"write PART=URL"* ]]
}

@test "a broken connection is taken up where it broke" {
	scores 5000 0.5
	faults '{"'$EPSS'": [{"cut": 3000}, {"cut": 2000}]}'
	run -0 update epss
	[ "$(epss advisories)" = 5000 ]
	grep -q "$EPSS 206 Range=bytes=3000- If-Range=\"" log
	grep -q "$EPSS 206 Range=bytes=5000- If-Range=\"" log
	[ "$(asked "$EPSS")" = 3 ]
}

@test "a download that never comes whole is not imported, the rest is; the next update goes on with it" {
	scores 5000 0.5
	faults '{"'$EPSS'": [{"cut": 100}, {"cut": 100}, {"cut": 100}, {"cut": 100}, {"cut": 100}]}'
	run -3 update epss kev
	[[ "$output" == *"epss: not fetched, what was there stays: gave up after 5 tries"* ]]
	[[ "$output" == *"1 fetched, 0 as they were, 1 failed"* ]]
	[ "$(epss advisories)" = "" ]
	[ "$(stat -c %s "$DB.download/epss")" = 500 ]
	faults '{}'
	run -0 update epss
	grep -q "206 Range=bytes=500-" log
	[ "$(epss advisories)" = 5000 ]
	[ ! -e "$DB.download" ]
}

@test "what changed on the server meanwhile is fetched from its beginning" {
	scores 5000 0.5
	faults '{"'$EPSS'": [{"cut": 100}, {"cut": 100}, {"cut": 100}, {"cut": 100}, {"cut": 100}]}'
	run -3 update epss
	scores 4000 0.25
	run -0 update epss
	[ "$(epss advisories)" = 4000 ]
	[ "$(epss sha256)" = "$(sha256sum <site/epss/epss_scores.csv.gz | cut -d ' ' -f 1)" ]
}

@test "without anything to tell versions apart by, nothing is pieced together" {
	scores 5000 0.5
	faults '{"'$EPSS'": [{"cut": 3000, "no_validator": true}, {"no_validator": true}]}'
	run -0 update epss
	[ "$(epss advisories)" = 5000 ]
	[ "$(asked Range=)" = 0 ]
}

@test "a server that ignores ranges costs the whole file, and no mistake" {
	scores 5000 0.5
	faults '{"'$EPSS'": [{"cut": 3000}, {"no_range": true}]}'
	run -0 update epss
	[ "$(epss advisories)" = 5000 ]
}

@test "a length that is not met, or that cuts the file off, imports nothing" {
	update -q
	scores 5000 0.5
	faults '{"'$EPSS'": {"length": 99999999}}'
	run -3 update epss
	[[ "$output" == *"epss: not fetched, what was there stays: gave up"* ]]
	[ "$(epss advisories)" = 1 ]
	rm -r "$DB.download"
	faults '{"'$EPSS'": {"length": 4000}}'
	run -3 update epss
	[[ "$output" == *"epss: refused, what was there stays:"* ]]
	[ "$(epss advisories)" = 1 ]
	faults '{}'
	run -0 update epss
	[ "$(epss advisories)" = 5000 ]
}

@test "errors that pass are waited for, with Retry-After; others are told" {
	faults '{"'$EPSS'": [{"status": 500}, {"status": 429, "retry_after": 1}, {"status": 503}]}'
	run -0 update epss
	[ "$(asked "$EPSS")" = 4 ]
	rm "$DB"
	faults '{"'$EPSS'": {"status": 429, "retry_after": 7200}, "/osv/npm/all.zip": {"status": 403}}'
	run -3 update epss osv/npm kev
	[[ "$output" == *"epss: not fetched, what was there stays: the server wants to be left alone for 7200 seconds: the server answered with status 429"* ]]
	[[ "$output" == *"osv/npm: not fetched, what was there stays: the server answered with status 403 (it wants credentials"* ]]
	[[ "$output" == *"1 fetched, 0 as they were, 2 failed"* ]]
}

@test "redirects are followed, but not to files, not for ever, and not out of TLS" {
	faults '{"/a": {"redirect": "'$EPSS'"}, "/file": {"redirect": "file:///etc/passwd"}, "/round": {"redirect": "/round"}}'
	run -0 "$BOLTSEAL" db update --db "$DB" --url "epss=$URL/a"
	run -3 "$BOLTSEAL" db update --db "$DB" --url "epss=$URL/file"
	[[ "$output" == *"epss: not fetched"*"only http and https are spoken"* || "$output" == *"no URL"* ]]
	run -3 "$BOLTSEAL" db update --db "$DB" --url "epss=$URL/round"
	[[ "$output" == *"more than 5 redirects"* ]]
}

@test "http:// to another machine wants --plain-http, and nothing is sent before" {
	run -3 "$BOLTSEAL" db update --db "$DB" --mirror http://192.0.2.1/ kev
	[[ "$output" == *"plain HTTP to another machine is not allowed; say --plain-http"* ]]
}

@test "a body without an end is given up at the bound" {
	[ "$(df --output=avail -k . | tail -1)" -gt 3000000 ] || skip "not enough room on the disk"
	faults '{"'$EPSS'": {"endless": true}}'
	run -3 update epss
	[[ "$output" == *"it passes the bound of 1073741824 bytes (--bounds 2 doubles every bound)"* ]]
	[ ! -e "$DB.download" ]
}

@test "a feed that is not what it should be leaves what was there, and the others are imported" {
	update -q
	printf 'no zip\n' >site/osv/npm/all.zip
	scores 3 0.3
	run -3 update
	[[ "$output" == *"osv/npm: refused, what was there stays:"* ]]
	[[ "$output" == *"epss                                 updated           3"* ]]
	"$BOLTSEAL" db explain --db "$DB" GHSA-aaaa >/dev/null
}

@test "Ctrl-C keeps what came, and the next update goes on there" {
	scores 50000 0.5
	faults '{"'$EPSS'": [{"slow": 20000}]}'
	"$BOLTSEAL" db update --db "$DB" --mirror "$URL" epss >out 2>&1 3>&- &
	pid=$!
	until [ -s "$DB.download/epss" ]; do sleep 0.1; done
	sleep 0.5
	kill -INT "$pid"
	code=0
	wait "$pid" || code=$?
	[ "$code" = 3 ]
	grep -q "interrupted; what has come is kept" out
	[ ! -e "$DB" ]
	[ -s "$DB.download/epss" ]
	run -0 update epss
	grep -q "206 Range=bytes=[1-9]" log
	[ "$(epss advisories)" = 50000 ]
}

@test "two updates of one database at a time are one too many" {
	scores 50000 0.5
	faults '{"'$EPSS'": [{"slow": 20000}]}'
	"$BOLTSEAL" db update --db "$DB" --mirror "$URL" epss >out 2>&1 3>&- &
	pid=$!
	until [ -s "$DB.download/epss" ]; do sleep 0.1; done
	run -3 update kev
	kill -INT "$pid"
	wait "$pid" || true
	[[ "$output" == *"another update of this database is under way"* ]]
}

@test "TLS: an unknown authority is refused and names --ca-file; with it, it works" {
	kill "$SERVER"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca -keyout ca.key -out ca.pem \
		-addext basicConstraints=critical,CA:TRUE 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout tls.key -out tls.csr 2>/dev/null
	openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out tls.pem \
		-extfile <(echo subjectAltName=DNS:localhost) 2>/dev/null
	serve --tls tls.pem tls.key
	run -3 update kev
	[[ "$output" == *"kev: not fetched"*"--ca-file"* ]]
	run -0 update --ca-file ca.pem kev
	faults '{"/k": {"redirect": "http://192.0.2.1/kev"}}'
	run -3 "$BOLTSEAL" db update --db "$DB" --ca-file ca.pem --plain-http --url "kev=$URL/k"
	[[ "$output" == *"it would leave TLS"* ]]
}

@test "credentials in an address do not come along to another server" {
	faults '{"/k": {"redirect": "http://localhost:'"${URL##*:}"'/kev/known_exploited_vulnerabilities.json"}}'
	run -0 "$BOLTSEAL" db update --db "$DB" --url "kev=http://user:secret@${URL#http://}/k"
	grep -q "^GET /k 302 Authorization=Basic" log
	grep "^GET /kev" log | grep -vq Authorization
	! "$BOLTSEAL" db status --db "$DB" --format json | grep -q secret
}

@test "everything that the shared data has, from a server" {
	: "${BOLT_ADVISORIES:=$E2E_LIB/../../../shared/data/advisories}"
	[ -d "$BOLT_ADVISORIES" ] || skip "no $BOLT_ADVISORIES"
	kill "$SERVER"
	rm -r site
	ln -s "$BOLT_ADVISORIES" site
	serve
	run -0 update default ubuntu-oval
	[[ "${lines[-1]}" == "52 fetched, "* ]]
	run -0 update default ubuntu-oval
	[[ "${lines[-1]}" == "0 fetched, 52 as they were, "* ]]
}
