/* The feeds: what each publisher's record means to us. */
#include "run_feed.h"

#include <isa-l/crc.h>

#include "advisory/feed_private.h"
#include "advisory/json_items.h"
#include "advisory/limits.h"
#include "core/text.h"

static void times_of_publishers(void **state)
{
	(void) state;
	static const struct {
		const char *text;
		int64_t want;
	} rows[] = {
		{ "2023-04-01T00:00:00Z", 1680307200 },
		{ "2023-04-01T00:00:00.123456Z", 1680307200 },
		{ "2023-04-01T02:00:00+02:00", 1680307200 },
		{ "2023-03-31T19:00:00-0500", 1680307200 },
		{ "2023-04-01T00:00:00.000", 1680307200 },
		{ "2023-04-01 00:00", 1680307200 },
		{ "2023-04-01", 1680307200 },
		{ "2024-02-29", 1709164800 },
		{ "1970-01-02T00:00:00Z", 86400 },
		{ "2023-02-29", 0 },
		{ "0001-01-01T00:00:00Z", 0 },
		{ "2023-13-01", 0 },
		{ "2023-04-01T", 0 },
		{ "2023-04-01T00:00:00Zjunk", 0 },
		{ "01.04.2023", 0 },
		{ "", 0 },
		{ NULL, 0 },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_int_equal(bolt_feed_time(rows[i].text), rows[i].want);
}

static void names_of_parts(void **state)
{
	(void) state;
	char part[BOLT_PART_NAME] = "before";

	assert_true(bolt_feed_part(part, "osv/%s", "Red Hat"));
	assert_string_equal(part, "osv/Red-Hat");
	assert_false(bolt_feed_part(part, "alpine/%s/%s", "", "main"));
	assert_false(bolt_feed_part(part, "%0200d", 1));
	assert_string_equal(part, "osv/Red-Hat");
	for (size_t i = 0; i < bolt_feeds_len; i++)
		assert_ptr_equal(bolt_feed_of_part(bolt_feeds[i]->name), bolt_feeds[i]);
	assert_ptr_equal(bolt_feed_of_part("osv/npm"), &bolt_feed_osv);
	assert_null(bolt_feed_of_part("os/npm"));
	assert_null(bolt_feed_of_part(""));
}

static void every_source_has_a_part_of_its_feed(void **state)
{
	(void) state;
	for (size_t i = 0; i < bolt_feeds_len; i++) {
		assert_true(bolt_feeds[i]->sources_len > 0);
		for (size_t k = 0; k < bolt_feeds[i]->sources_len; k++) {
			const struct bolt_feed_source *source = &bolt_feeds[i]->sources[k];

			assert_ptr_equal(bolt_feed_of_part(source->part), bolt_feeds[i]);
			assert_true(bolt_starts_with(source->url, "https://"));
			assert_int_equal(strstr(source->part, "{}") != NULL, source->expand != NULL);
		}
	}
}

static const struct {
	const char *record, *want;
} osv_rows[] = {
	/* A language's: aliases are aliases, words and vectors are ratings, commits say nothing. */
	{ "{\"id\":\"GHSA-aaaa-bbbb-cccc\",\"modified\":\"2023-04-01T00:00:00Z\",\"published\":\"1970-01-02\",\"aliases\":["
	  "\"CVE-"
	  "2023-0001\"],"
	  "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N\"},{\"type\":\"CVSS_V3\",\"score\":7}],"
	  "\"database_specific\":{\"severity\":\"MODERATE\",\"cwe_ids\":[\"CWE-79\",\"CWE-20\",\"CWE-79\",3]},"
	  "\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"Foo_Bar\"},\"ranges\":[{\"type\":\"GIT\","
	  "\"events\":[{"
	  "\"introduced\":\"0\"}]},"
	  "{\"type\":\"ECOSYSTEM\",\"events\":[{\"fixed\":\"2.0\"},{\"introduced\":\"1.0\"}]}],\"versions\":[\"1.0\",\"1."
	  "5\",\"0."
	  "1\"]}]}",
	  "GHSA-aaaa-bbbb-cccc =CVE-2023-0001 CWE-20,CWE-79 at 86400,1680307200 ghsa:CVSS:3.1/AV:N ghsa:medium\n"
	  "  PyPI foo-bar 1.0..2.0 {0.1}\n"
	  "dated 1680307200\n" },
	/* A distribution's erratum deals with CVEs, whatever they are called. */
	{ "{\"id\":\"DSA-1-1\",\"aliases\":[\"CVE-2023-0001\",\"DLA-5\"],\"affected\":[{\"package\":{\"ecosystem\":"
	  "\"Debian:11\","
	  "\"name\":\"a\"},\"ecosystem_specific\":{\"urgency\":\"unimportant\"},"
	  "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}]}]},{\"package\":{\"ecosystem\":\"Debian:"
	  "10\","
	  "\"name\":\"a\"},\"ecosystem_specific\":{\"urgency\":\"end-of-life\"}}]}",
	  "DSA-1-1 =DLA-5 <CVE-2023-0001\n  Debian:11 a [negligible] 0\n  Debian:10 a (end-of-life)\n" },
	{ "{\"id\":\"ALSA-2023:1\",\"summary\":\"Important: nodejs:18 security "
	  "update\",\"related\":[\"CVE-2023-0001\",\"RHSA-2023:1\"],\"affected\":"
	  "[{\"package\":{\"ecosystem\":\"AlmaLinux:9\",\"name\":\"nodejs\"},\"ranges\":[{\"type\":\"ECOSYSTEM\","
	  "\"events\":[{"
	  "\"introduced\":\"0\"},"
	  "{\"fixed\":\"1:18.1-1.module_el9.1\"}]}]}]}",
	  "ALSA-2023:1 <CVE-2023-0001 almalinux:high\n  AlmaLinux:9 nodejs of nodejs:18 [high] "
	  "0..1:18.1-1.module_el9.1\n" },
	{ "{\"id\":\"ALSA-2023:2\",\"summary\":\"Low: virt:rhel and virt-devel:rhel "
	  "security\",\"upstream\":[\"CVE-2023-0001\"],\"related\":[\"CVE-2023-0002\"],\"affected\":"
	  "[{\"package\":{\"ecosystem\":\"AlmaLinux:8\",\"name\":\"q\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{"
	  "\"introduced\":\"0\"},"
	  "{\"fixed\":\"1-1.module_el8\"}]}]}]}",
	  "ALSA-2023:2 <CVE-2023-0001 almalinux:low\n  AlmaLinux:8 q of virt:rhel [low] 0..1-1.module_el8\n"
	  "  AlmaLinux:8 q of virt-devel:rhel [low] 0..1-1.module_el8\n" },
	{ "{\"id\":\"ALBA-2023:1\",\"related\":[],\"affected\":[{\"package\":{\"ecosystem\":\"AlmaLinux:9\",\"name\":\"a\"}"
	  "}]}",
	  "skipped 1: bug fix or enhancement errata that name no vulnerability\n" },
	{ "{\"id\":\"ALBA-2023:2\",\"related\":[\"CVE-2023-0001\"],\"affected\":[{\"package\":{\"ecosystem\":\"AlmaLinux:"
	  "9\",\"name\":"
	  "\"a\"}}]}",
	  "ALBA-2023:2 <CVE-2023-0001\n  AlmaLinux:9 a\n" },
	{ "{\"id\":\"UBUNTU-CVE-2023-1\",\"upstream\":[\"CVE-2023-0001\"],\"severity\":[{\"type\":\"Ubuntu\",\"score\":"
	  "\"negligible\"}],"
	  "\"affected\":[{\"package\":"
	  "{\"ecosystem\":\"Ubuntu:Pro:18.04:LTS\",\"name\":\"a\"},\"ecosystem_specific\":{\"ubuntu_priority\":\"high\"},"
	  "\"ranges\":[{"
	  "\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}]}]}]}",
	  "UBUNTU-CVE-2023-1 <CVE-2023-0001 ubuntu:negligible\n  Ubuntu:Pro:18.04 a [high] 0\n" },
	/* Each package's own severity; SemVer ranges; several kinds of events. */
	{ "{\"id\":\"BIT-a-1\",\"affected\":[{\"package\":{\"ecosystem\":\"Bitnami\",\"name\":\"a\"},\"severity\":[{"
	  "\"type\":\"CVSS_V4\","
	  "\"score\":\"CVSS:4.0/x\"}],"
	  "\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"2.0.0\"},{\"last_affected\":\"2.5.0\"},{"
	  "\"introduced\":"
	  "\"1.0.0\"},{\"limit\":\"1.5.0\"}]}]}],\"database_specific\":{\"severity\":\"None\"}}",
	  "BIT-a-1 bitnami:CVSS:4.0/x\n  Bitnami a semver 1.0.0..|1.5.0 2.0.0..=2.5.0\n" },
	/* Not quite vulnerabilities, and worse than those. */
	{ "{\"id\":\"RUSTSEC-1\",\"affected\":[{\"package\":{\"ecosystem\":\"crates.io\",\"name\":\"a\"},\"database_"
	  "specific\":{"
	  "\"informational\":\"unmaintained\"},\"versions\":[]}]}",
	  "RUSTSEC-1 rustsec:negligible\n  crates.io a [negligible]\n" },
	{ "{\"id\":\"RUSTSEC-2\",\"affected\":[{\"package\":{\"ecosystem\":\"crates.io\",\"name\":\"a\"},\"database_"
	  "specific\":{"
	  "\"informational\":\"unsound\"}}]}",
	  "RUSTSEC-2 rustsec:low\n  crates.io a [low]\n" },
	{ "{\"id\":\"MAL-2023-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"@Evil/"
	  "x\"},\"versions\":[\"1.0.0\"]}]}",
	  "MAL-2023-1 ossf:critical\n  npm @Evil/x {1.0.0}\n" },
	{ "{\"id\":\"X-1\",\"withdrawn\":\"2023-01-01T00:00:00Z\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\","
	  "\"name\":\"a\"}}]}",
	  "X-1 withdrawn\n  npm a\n" },
	/* None of ours. */
	{ "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"Tarot\",\"name\":\"a\"}}]}",
	  "skipped 1: of ecosystems that are not known here\n" },
	{ "{\"id\":\"X-1\",\"affected\":[{\"ranges\":[{\"type\":\"GIT\"}]}]}", "skipped 1: no package is named, only commits\n" },
	{ "{\"id\":\"X-1\"}", "skipped 1: no package is named, only commits\n" },
	{ "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"Tarot\",\"name\":\"a\"}},{\"package\":{"
	  "\"ecosystem\":\"npm\","
	  "\"name\":\"a\"}}]}",
	  "X-1\n  npm a\n" },
	/* Damaged. */
	{ "{\"affected\":[]}", "damaged osv/npm: it has no name that can be one (1 to 160 visible ASCII characters)\n" },
	{ "{\"id\":\"a b\"}", "damaged osv/npm: it has no name that can be one (1 to 160 visible ASCII characters)\n" },
	{ "{\"id\":\"X-1\",\"affected\":{}}", "damaged osv/npm: 'affected' is no list\n" },
	{ "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"\"}}]}",
	  "damaged osv/npm: a package without a name, or with one of more than 1023 bytes\n" },
	{ "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},\"versions\":[1]}]}",
	  "damaged osv/npm: a version that can be none (1 to 512 bytes, no control characters)\n" },
	{ "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},\"ranges\":[{\"type\":"
	  "\"SEMVER\",\"events\":[{"
	  "\"fixed\":\"\\u001b[0m\"}]}]}]}",
	  "damaged osv/npm: a version that can be none (1 to 512 bytes, no control characters)\n" },
};

static void osv_records(void **state)
{
	(void) state;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(osv_rows); i++)
		assert_feed("osv/npm", osv_rows[i].record, osv_rows[i].want);
	assert_refused("osv/npm", "", -EBADMSG, "an empty file");
	assert_refused("osv/npm", "{\"id\":", -EBADMSG, "not JSON");
	assert_refused("osv/npm", "[]", -EBADMSG, "not a JSON object");
}

static void number(struct bolt_buf *out, size_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, value >>= 8) {
		uint8_t byte = (uint8_t) value;

		assert_int_equal(bolt_buf_add(out, &byte, 1), 0);
	}
}

static void stored_entry(struct bolt_buf *out, const char *name, const char *text)
{
	size_t len = strlen(text);

	number(out, 0x04034b50, 4);
	number(out, 20, 2);
	number(out, 0, 8); /* flags, stored, time */
	number(out, crc32_gzip_refl(0, (const unsigned char *) text, len), 4);
	number(out, len, 4);
	number(out, len, 4);
	number(out, strlen(name), 2);
	number(out, 0, 2);
	assert_int_equal(bolt_buf_add(out, name, strlen(name)), 0);
	assert_int_equal(bolt_buf_add(out, text, len), 0);
}

/* Enough of one for who reads forwards. */
static void central_directory(struct bolt_buf *out)
{
	number(out, 0x06054b50, 4);
	number(out, 0, 18);
}

#define NPM_RECORD(id) "{\"id\":\"" id "\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"}}]}"

static void osv_archives(void **state)
{
	(void) state;
	struct bolt_buf zip = BOLT_BUF_INIT(1 << 20);

	stored_entry(&zip, "X-1.json", NPM_RECORD("X-1"));
	stored_entry(&zip, "README", "no record");
	stored_entry(&zip, "X-2.json", "{\"id\":");
	stored_entry(&zip, "X-3.json", NPM_RECORD("X-3"));
	central_directory(&zip);
	for (size_t block = 1; block < 40; block++) {
		struct feed_run run = run_feed("osv/npm", zip.data, zip.len, block);

		assert_int_equal(run.r, 0);
		assert_string_equal(run.text, "X-1\n  npm a\n"
					      "damaged X-2.json: not JSON: unexpected token near end of file (line 1, column 6)\n"
					      "X-3\n  npm a\n");
		free(run.text);
	}
	for (size_t len = 1; len < zip.len; len++) { /* wherever it is cut off */
		struct feed_run run = run_feed("osv/npm", zip.data, len, 64);

		assert_int_equal(run.r, -EBADMSG);
		assert_non_null(strstr(run.err.msg, "archive of OSV records"));
		free(run.text);
	}
	assert_string_equal(recognised("debian.zip", zip.data, zip.len), "osv/npm");
	assert_string_equal(recognised("osv/PyPI/all.zip", zip.data, zip.len), "osv/PyPI");
	assert_string_equal(recognised("Red Hat/all.zip", zip.data, zip.len), "osv/Red-Hat");
	assert_string_equal(recognised("all.zip", zip.data, zip.len), "osv/npm");
	bolt_buf_clear(&zip);
	stored_entry(&zip, "README", "no record");
	central_directory(&zip);
	struct feed_run run = run_feed("osv/npm", zip.data, zip.len, 0);
	assert_int_equal(run.r, -EBADMSG);
	free(run.text);
	assert_string_equal(recognised("x.zip", zip.data, zip.len), "");
	bolt_buf_done(&zip);
}

static void debian_tracker(void **state)
{
	(void) state;
	assert_feed("debian",
		    "{\"a\":{\"CVE-2023-0001\":{\"description\":\"d\",\"debianbug\":5,\"scope\":\"local\",\"releases\":{"
		    "\"buster\":{\"status\":\"open\",\"urgency\":\"end-of-life\"},"
		    "\"bullseye\":{\"status\":\"resolved\",\"fixed_version\":\"1.2-3\",\"urgency\":\"high**\"},"
		    "\"bookworm\":{\"status\":\"resolved\",\"fixed_version\":\"0\",\"urgency\":\"unimportant\"},"
		    "\"trixie\":{\"status\":\"open\",\"urgency\":\"not yet assigned\",\"nodsa\":\"Minor "
		    "issue\",\"nodsa_reason\":\"ignored\"},"
		    "\"forky\":{\"status\":\"open\",\"urgency\":\"low\",\"nodsa_reason\":\"postponed\"},"
		    "\"sid\":{\"status\":\"open\",\"urgency\":\"low\"}}},"
		    "\"TEMP-0000000-ABCDEF\":{\"releases\":{\"bullseye\":{\"status\":\"undetermined\",\"urgency\":\"unimportant\"},"
		    "\"bookworm\":{\"status\":\"open\",\"nodsa\":\"\",\"nodsa_reason\":\"\"}}}},"
		    "\"b\":{\"CVE-2023-0002\":{\"releases\":{\"sid\":{\"status\":\"open\"}}},"
		    "\"CVE-2023-0003\":{\"releases\":{\"bookworm\":{\"status\":\"resolved\"}}},"
		    "\"CVE-2023-0004\":{\"releases\":{\"bookworm\":{\"status\":\"new\"}}},\"CVE-2023-0005\":{},\"CVE-2023-0006\":["
		    "1]},\"c\":{}}",
		    "DEBIAN-CVE-2023-0001:a <CVE-2023-0001\n"
		    "  Debian:10 a (end-of-life) 0\n"
		    "  Debian:11 a [high] 0..1.2-3\n"
		    "  Debian:12 a (not-affected) [negligible]\n"
		    "  Debian:13 a (will-not-fix) 0\n"
		    "  Debian:14 a (deferred) [low] 0\n"
		    "DEBIAN-TEMP-0000000-ABCDEF:a =TEMP-0000000-ABCDEF\n"
		    "  Debian:11 a (under-investigation) [negligible] 0\n"
		    "  Debian:12 a 0\n"
		    "damaged CVE-2023-0003 of b: resolved in release 12, but in no version\n"
		    "damaged CVE-2023-0004 of b: its status in release 12 is 'new'\n"
		    "damaged CVE-2023-0005 of b: it names no releases\n"
		    "damaged CVE-2023-0006 of b: not a JSON object\n"
		    "skipped 1: of no release of Debian, only of unstable\n");
	assert_refused("debian", "{}", -EBADMSG, "names no package");
	assert_refused("debian", "{\"a\":[1]}", -EBADMSG, "'a' is no package");
	assert_refused("debian", "{\"a\":{\"CVE-2023-0001\":{\"releases\":{}}}", -EBADMSG, "cut off");
	assert_refused("debian", "{\"a\":{}} x", -EBADMSG, "want the end at byte 9");
}

#define SECDB(fixes) \
	"{\"apkurl\":\"u\",\"packages\":[" fixes "],\"urlprefix\":\"p\",\"reponame\":\"main\",\"distroversion\":\"v3.18\"}"
#define SECDB_PACKAGE(name, fixes) "{\"pkg\":{\"name\":\"" name "\",\"secfixes\":" fixes "}}"

static void secdb(void **state)
{
	(void) state;
	static const struct {
		const char *part, *text, *want;
	} rows[] = {
		/* The release comes after the packages; a CVE of two packages is one advisory; the later fix is the complete one.
		 */
		{ "alpine/v3.18/main",
		  SECDB(SECDB_PACKAGE(
			  "b", "{\"0\":[\"CVE-2023-0002\"],\"1.10-r0\":[\"CVE-2023-0001\"],\"1.9-r0\":[\"CVE-2023-0001\"]}") "," //
			SECDB_PACKAGE("a", "{\"2.0-r0\":[\"CVE-2023-0001\"]}")),
		  "ALPINE-CVE-2023-0001 <CVE-2023-0001\n  Alpine:v3.18 a 0..2.0-r0\n  Alpine:v3.18 b 0..1.10-r0\n"
		  "ALPINE-CVE-2023-0002 <CVE-2023-0002\n  Alpine:v3.18 b (not-affected)\n" },
		/* Fixed in a version, and never affected: it was. */
		{ "alpine/v3.18/main", SECDB(SECDB_PACKAGE("b", "{\"0\":[\"CVE-2023-0002\"],\"1-r0\":[\"CVE-2023-0002\"]}")),
		  "ALPINE-CVE-2023-0002 <CVE-2023-0002\n  Alpine:v3.18 b 0..1-r0\n" },
		{ "alpine/v3.18/main",
		  SECDB(SECDB_PACKAGE(
			  "x",
			  "{\"1-r0\":[\"CVE-2024-22195 GHSA-h5c8-rqwp-cp95\",\"CVE-2019-17349 CVE-2019-17350 XSA-295\",\"XSA-207\","
			  "\"CVE N/A ZBX-11023\",\"CVE-2024-????? TS-2024-005\",\"CVE-2018-14466 "
			  "(AFS/RX)\",\"CVE-2021-35940.patch\",\"CVE-2017-17434-1\"]}")),
		  "ALPINE-CVE-2017-17434 <CVE-2017-17434\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-CVE-2018-14466 <CVE-2018-14466\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-CVE-2019-17349 <CVE-2019-17349\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-CVE-2019-17350 <CVE-2019-17350\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-CVE-2021-35940 <CVE-2021-35940\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-CVE-2024-22195 <CVE-2024-22195,GHSA-h5c8-rqwp-cp95\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-TS-2024-005 <TS-2024-005\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-XSA-207 <XSA-207\n  Alpine:v3.18 x 0..1-r0\n"
		  "ALPINE-ZBX-11023 <ZBX-11023\n  Alpine:v3.18 x 0..1-r0\n" },
		{ "alpine/v3.18/main", SECDB(""), "" },
		{ "alpine/v3.18/main",
		  SECDB(SECDB_PACKAGE("a", "null") "," SECDB_PACKAGE("", "{}") ",{\"pkg\":3},[]," SECDB_PACKAGE(
			  "a", "{\"1\":[7,\"?\",\"\"]}")),
		  "damaged a package: it has no name\ndamaged a package: it has no name\ndamaged a package: not a JSON object\n"
		  "damaged a: a fix that names no vulnerability\ndamaged a: a fix that names no vulnerability\n"
		  "damaged a: a fix that names no vulnerability\n" },
		{ "wolfi",
		  "{\"apkurl\":\"u\",\"reponame\":\"os\",\"packages\":[" SECDB_PACKAGE("a", "{\"1-r0\":[\"CVE-2023-0001\"]}") "]}",
		  "WOLFI-CVE-2023-0001 <CVE-2023-0001\n  Wolfi a 0..1-r0\n" },
		{ "chainguard", "{\"reponame\":\"c\",\"packages\":[" SECDB_PACKAGE("a", "{\"1-r0\":[\"CGA-abcd-1234\"]}") "]}",
		  "CHAINGUARD-CGA-abcd-1234 <CGA-abcd-1234\n  Chainguard a 0..1-r0\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_feed(rows[i].part, rows[i].text, rows[i].want);
	assert_refused("wolfi", "{\"packages\":[]}", -EBADMSG, "not a secdb");
	assert_refused("alpine/v3.18/main", "{\"apkurl\":\"u\",\"distroversion\":3}", -EBADMSG, "distroversion");
	assert_refused("alpine/v3.18/main", "{\"apkurl\":\"u\",\"distroversion\":\"\xf6\x33\"}", -EBADMSG, "distroversion");
	assert_refused("alpine/v3.18/main", "{\"apkurl\":\"u\",\"packages\":[{\"pkg\":{}}", -EBADMSG, "cut off");
}

#define NVD(list) "{\"format\":\"NVD_CVE\",\"timestamp\":\"2023-04-01T00:00:00.000\",\"vulnerabilities\":[" list "]}"
#define CPE_MATCH(cpe, more) "{\"vulnerable\":true,\"criteria\":\"cpe:2.3:" cpe "\"" more "}"
#define CPE_OF(version) "a:v:p:" version ":*:*:*:*:*:*:*"
#define NVD_NODES(matches) \
	NVD("{\"cve\":{\"id\":\"CVE-2023-0001\",\"configurations\":[{\"nodes\":[{\"operator\":\"OR\",\"cpeMatch\":[" matches \
	    "]}]}]}}")

static void nvd(void **state)
{
	(void) state;
	static const struct {
		const char *text, *want; /* without the date */
	} rows[] = {
		{ NVD("{\"cve\":{\"id\":\"CVE-2023-0001\",\"published\":\"1970-01-02T00:00:00.000\",\"lastModified\":\"1970-01-"
		      "03T00:00:00.000\","
		      "\"vulnStatus\":\"Analyzed\",\"descriptions\":[{\"lang\":\"es\",\"value\":\"e\"},{\"lang\":\"en\",\"value\":"
		      "\"d\"}],"
		      "\"metrics\":{\"cvssMetricV2\":[{\"source\":\"nvd@nist.gov\",\"cvssData\":{\"vectorString\":\"AV:N\"}}],"
		      "\"cvssMetricV31\":[{\"source\":\"nvd@nist.gov\",\"type\":\"Primary\",\"cvssData\":{\"vectorString\":\"CVSS:"
		      "3.1/A\"}},"
		      "{\"source\":\"security@example.org\",\"cvssData\":{\"vectorString\":\"CVSS:3.1/B\"}},{\"cvssData\":3}]},"
		      "\"weaknesses\":[{\"description\":[{\"value\":\"NVD-CWE-noinfo\"},{\"value\":\"CWE-79\"}]}]}},"
		      "{\"cve\":{\"id\":\"CVE-2023-0002\",\"vulnStatus\":\"Rejected\"}},{\"cve\":{\"id\":\"X\"}},{},7"),
		  "CVE-2023-0001 CWE-79 at 86400,172800 nvd:CVSS:3.1/A cna:CVSS:3.1/B nvd:AV:N\nCVE-2023-0002 withdrawn\n"
		  "damaged X: its id is no CVE\ndamaged an entry: its id is no CVE\ndamaged an entry: not a JSON object\n" },
		{ NVD_NODES(
			  CPE_MATCH(CPE_OF("*"), ",\"versionStartIncluding\":\"1.0\",\"versionEndExcluding\":\"1.5\"") "," CPE_MATCH(
				  "a:joomla:joomla\\\\!:2.0:rc1:*:*:*:*:*:*",
				  "") "," CPE_MATCH(CPE_OF("*"),
						    ",\"versionStartExcluding\":\"2.0\",\"versionEndIncluding\":\"2.5\"")),
		  "CVE-2023-0001\n  CPE joomla:joomla! {2.0-rc1}\n  CPE v:p 1.0..1.5 2.0.0..=2.5\n" },
		{ NVD_NODES(CPE_MATCH("o:V:P\\\\:q:3:-:*:*:*:*:*:*", "") "," CPE_MATCH(
			  "o:v:p\\\\:q:3:*:*:*:*:*:*:*", "") "," CPE_MATCH(CPE_OF("-"), "") "," CPE_MATCH("a:v:all:*:*:*:*:*:*:*:*",
													  "")),
		  "CVE-2023-0001\n  CPE v:p:q {3}\n  CPE v:all 0\n  CPE v:p\n  CPE v:p:q {3}\n" },
		/* Hardware, what it runs on, what is no CPE. */
		{ NVD_NODES("{\"vulnerable\":false,\"criteria\":\"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*\"}," CPE_MATCH(
			  "h:v:p:1:*:*:*:*:*:*:*", "") "," CPE_MATCH("a:v", "") ",{\"vulnerable\":true},3"),
		  "CVE-2023-0001\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		char want[1024];

		(void) snprintf(want, sizeof(want), "dated 1680307200\n%s", rows[i].want);
		assert_feed("nvd/2023", rows[i].text, want);
	}
	assert_refused("nvd/2023", "{\"format\":\"NVD_CVE\",\"vulnerabilities\":[{\"cve\":", -EBADMSG, "cut off");
	assert_refused("nvd/2023", "{\"vulnerabilities\":[]}", -EBADMSG, "its format is not NVD_CVE");
}

static void kev(void **state)
{
	(void) state;
	assert_feed("kev",
		    "{\"catalogVersion\":\"1\",\"dateReleased\":\"2023-04-01T00:00:00.1Z\",\"count\":4,\"vulnerabilities\":["
		    "{\"cveID\":\"CVE-2023-0001\",\"dateAdded\":\"2023-01-02\",\"dueDate\":\"2023-02-03\","
		    "\"knownRansomwareCampaignUse\":\"Known\"},"
		    "{\"cveID\":\"CVE-2023-0002\",\"dateAdded\":\"soon\",\"knownRansomwareCampaignUse\":\"Unknown\"},{\"cveID\":7},"
		    "\"x\"]}",
		    "dated 1680307200\nCVE-2023-0001 2023-01-02 2023-02-03 ransomware\nCVE-2023-0002 - -\n"
		    "damaged an entry: its cveID is no CVE\ndamaged an entry: not a JSON object\n");
	assert_refused("kev", "{\"vulnerabilities\":[]}", -EBADMSG, "it lists none");
	assert_refused("kev", "{\"vulnerabilities\":[{\"cveID\":\"CVE-2023-0001\"}", -EBADMSG, "cut off");
	assert_refused("kev", "[]", -EBADMSG, "want an object");
}

static void epss(void **state)
{
	(void) state;
	assert_feed("epss",
		    "#model_version:v2025.03.14,score_date:2023-04-01T00:00:00+0000\r\ncve,epss,percentile\r\n"
		    "CVE-2023-0001,0.03351,0.8765\r\nCVE-2023-0002,1,1.0\nCVE-2023-0003,4.2e-05,0.000005\nCVE-2023-0004,0.9999949,"
		    "0.00000499999\n\n"
		    "CVE-2023-0005,0,.5\nCVE-2023-0006,1e-5,1E-100\n",
		    "dated 1680307200\nCVE-2023-0001 3351 87650\nCVE-2023-0002 100000 100000\nCVE-2023-0003 4 1\n"
		    "CVE-2023-0004 99999 0\nCVE-2023-0005 0 50000\nCVE-2023-0006 1 0\n");
	static const char *const damaged[] = {
		"CVE-2023-0001,0.1",      "CVE-2023-0001,1.1,0.1", "CVE-2023-0001,-0.1,0.1", "CVE-2023-0001,0.1,",
		"CVE-2023-0001,0.1x,0.1", "CVE-2023-1,0.1,0.1",    "CVE-2023-0001,0.1.2,0",  "CVE-2023-0001,1e5,0",
		"CVE-2023-0001,1e-,0",    "CVE-2023-0001,nan,0",   "CVE-2023-0001,2e1,0",    "CVE-2023-0001,.,0.1,0.1",
	};
	for (size_t i = 0; i < BOLT_ARRAY_LEN(damaged); i++) {
		char text[128], want[256];

		(void) snprintf(text, sizeof(text), "cve,epss,percentile\n%s\n", damaged[i]);
		(void) snprintf(want, sizeof(want), "damaged line '%s': want CVE,SCORE,PERCENTILE with numbers from 0 to 1\n",
				damaged[i]);
		assert_feed("epss", text, want);
	}
	assert_refused("epss", "cve,epss,percentile\nCVE-2023-0001,0.1,0.", -EBADMSG, "cut off");
	assert_refused("epss", "", -EBADMSG, "cut off");
	assert_refused("epss", "<html>\n", -EBADMSG, "want the line 'cve,epss,percentile'");
}

static void recognised_by_content(void **state)
{
	(void) state;
	static const struct {
		const char *path, *head, *want;
	} rows[] = {
		{ "x", "#model_version:v1,score_date:2023\ncve", "epss" },
		{ "x", "cve,epss,percentile\n", "epss" },
		{ "x", "{\"title\":\"t\",\"catalogVersion\":\"2025\",\"vulnerabilities\":[{\"cve", "kev" },
		{ "nvdcve-2.0-modified.json.gz", "{\"format\":\"NVD_CVE\",\"vuln", "nvd/modified" },
		{ "a/nvdcve-2.0-2023.json", "{\"format\":\"NVD_CVE\"", "nvd/2023" },
		{ "x", "{\"format\":\"NVD_CVE\",\"vulnerabilities\":[{\"cve\":{\"id\":\"CVE-1999-0001\"", "nvd/1999" },
		{ "x", "{\"format\":\"NVD_CVE\",\"vulnerabilities\":[{\"cve\":{\"id\":\"CVE-19", "" },
		{ "x",
		  "{\"apkurl\":\"u\",\"urlprefix\":\"https://dl-cdn.alpinelinux.org/"
		  "alpine\",\"reponame\":\"main\",\"distroversion\":\"v3.18\",\"pa",
		  "alpine/v3.18/main" },
		{ "x", "{\"apkurl\":\"u\",\"urlprefix\":\"https://packages.wolfi.dev\",\"reponame\":\"os\",\"pa", "wolfi" },
		{ "x", "{\"apkurl\":\"u\",\"urlprefix\":\"https://packages.cgr.dev/chainguard\",\"reponame\":\"os\"",
		  "chainguard" },
		{ "x", "{\"openssl\":{\"CVE-2023-0464\":{\"description\":\"d\",\"releases\":{\"boo", "debian" },
		{ "x", "{\"openssl\":{\"TEMP-1\":{\"releases\"", "" },
		{ "x",
		  "{\"schema_version\":\"1\",\"id\":\"GHSA-a\",\"affected\":[{\"ranges\":[],\"package\":{\"name\":\"n\","
		  "\"ecosystem\":\"Maven\"",
		  "osv/Maven" },
		{ "x",
		  "{\"id\":\"a\",\"affected\":[{\"package\":{\"ecosystem\":\"Tarot\"}},{\"package\":{\"ecosystem\":\"Alpine:v3."
		  "18\"",
		  "osv/Alpine" },
		{ "x", "{\"affected\":[{\"package\":{\"ecosystem\":\"npm\"}}]}", "" },
		{ "osv/npm/modified_id.csv", "2023-04-01T00:00:00Z,X-1\n", "" },
		{ "all.zip", "PK\3\4", "" },
		{ "x", "", "" },
		{ "x", "{", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_string_equal(recognised(rows[i].path, rows[i].head, strlen(rows[i].head)), rows[i].want);
}

/* "outer[.inner]=value;..." or "ERR text". */
static void assert_items(const char *text, const char *want)
{
	for (size_t block = 1; block < 6; block++) {
		struct bolt_reader *reader = bolt_reader_memory(text, strlen(text), block);
		struct bolt_json_items items;
		struct bolt_json_item item;
		struct bolt_err err = { .msg = "" };
		char got[512] = "";
		size_t n = 0;
		int r;

		bolt_json_items_init(&items, reader);
		while ((r = bolt_json_items_next(&items, &item, &err)) > 0)
			n += (size_t) snprintf(got + n, sizeof(got) - n, "%s%s%s=%.*s;", item.outer, item.inner ? "." : "",
					       item.inner ? item.inner : "", (int) item.value.left, (const char *) item.value.p);
		if (r < 0)
			(void) snprintf(got + n, sizeof(got) - n, "ERR %s", err.msg);
		bolt_json_items_done(&items);
		bolt_reader_close(reader);
		assert_string_equal(got, want);
	}
}

static void members_of_a_streamed_document(void **state)
{
	(void) state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ " { \"a\" : 1 , \"b\":{\"c\":{\"d\":[1,2]},\"e\":\"}\\\"]\"},\"f\":[ [], {} ,null, -1.5e3 ],\"g\":\"x\" } \n",
		  "a=1;b.c={\"d\":[1,2]};b.e=\"}\\\"]\";f=[];f={};f=null;f=-1.5e3;g=\"x\";" },
		{ "{}", "" },
		{ "{\"a\":{},\"b\":[]}", "" },
		{ "", "ERR cut off: the JSON ends in the middle, after 0 bytes" },
		{ "[]", "ERR not JSON: want an object at byte 0" },
		{ "{\"a\":1", "ERR cut off: the JSON ends in the middle, after 6 bytes" },
		{ "{\"a\":[1,", "a=1;ERR cut off: the JSON ends in the middle, after 8 bytes" },
		{ "{\"a\":{\"b\":[1}", "a.b=[1};ERR cut off: the JSON ends in the middle, after 13 bytes" },
		{ "{\"a\" 1}", "ERR not JSON: want ':' at byte 5" },
		{ "{a:1}", "ERR not JSON: want a member's name at byte 1" },
		{ "{\"a\":1 \"b\":2}", "a=1;ERR not JSON: want ',' or '}' at byte 7" },
		{ "{\"a\":[1 2]}", "a=1;ERR not JSON: want ',' or ']' at byte 8" },
		{ "{\"a\":}", "ERR not JSON: want a value at byte 5" },
		{ "{\"a\":1}{", "a=1;ERR not JSON: want the end at byte 7" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_items(rows[i].text, rows[i].want);
}

/* n times `item` between `before` and `after`, commas between them. */
static char *repeated(const char *before, const char *item, size_t n, const char *after)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	(void) fputs(before, out);
	for (size_t i = 0; i < n; i++)
		(void) fprintf(out, "%s%s", i ? "," : "", item);
	(void) fputs(after, out);
	(void) fclose(out);
	return text;
}

static void bounds_are_met_loudly(void **state)
{
	(void) state;
#define NPM_AFFECTED "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},"
	static const struct {
		const char *before, *item, *after, *says;
		size_t n;
		bool refused; /* the file, not the record */
	} rows[] = {
		{ NPM_AFFECTED "\"versions\":[", "\"1\"", "]}]}", "more versions of a package than", 65537, false },
		{ NPM_AFFECTED "\"ranges\":[", "{\"type\":\"SEMVER\"}", "]}]}", "more ranges of a package than", 8193, false },
		{ NPM_AFFECTED "\"ranges\":[{\"type\":\"SEMVER\",\"events\":[", "{\"introduced\":\"1\"}", "]}]}]}",
		  "more events of a range than", 2049, false },
		{ "{\"id\":\"X-1\",\"affected\":[", "{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"}}", "]}",
		  "more packages than", 65537, false },
		{ "{\"id\":\"X-1\",\"x\":[", "{}", "]}", "more than 262144 objects", 262144, true },
		{ "{\"id\":\"X-1\",\"x\":[", "1", "]}", "or 1048576 values", 1048577, true },
		{ "{\"id\":\"X-1\",\"x\":\"", "0123456789abcdef", "\"}", "larger than 16777216 bytes", 1048576, true },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		char *text = repeated(rows[i].before, rows[i].item, rows[i].n, rows[i].after);
		struct feed_run run = run_feed("osv/npm", text, strlen(text), 65536);
		const char *said = rows[i].refused ? run.err.msg : run.text;

		assert_int_equal(run.r, rows[i].refused ? -E2BIG : 0);
		if (!strstr(said, rows[i].says) || !strstr(said, BOLT_BOUND_HINT))
			fail_msg("'%.200s' does not say '%s'", said, rows[i].says);
		free(run.text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_of_publishers),
		cmocka_unit_test(names_of_parts),
		cmocka_unit_test(every_source_has_a_part_of_its_feed),
		cmocka_unit_test(osv_records),
		cmocka_unit_test(osv_archives),
		cmocka_unit_test(debian_tracker),
		cmocka_unit_test(secdb),
		cmocka_unit_test(nvd),
		cmocka_unit_test(kev),
		cmocka_unit_test(epss),
		cmocka_unit_test(recognised_by_content),
		cmocka_unit_test(members_of_a_streamed_document),
		cmocka_unit_test(bounds_are_met_loudly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
