#include "lib/sample.h"

#include <stdio.h>
#include <string.h>

/* Texts as an attacker would write them into an advisory: markup, markdown, spreadsheet formulas, controls, bytes that are no
 * UTF-8, characters that reorder what is shown. */
#define HOSTILE \
	"<script>alert(1)</script> | `x` [a](javascript:alert(2)) ![i](http://evil.example/p.png) =cmd|' /C calc'!A0\r\n\x1b[31m" \
	"\x01\xff\xfe \xe2\x80\xae]]>--> \"quoted\" 'single' &amp; {{7*7}} @everyone #1 </testcase> \\| **bold** </details>"

/* Lists are written "a|b", evidence "advisory|part|why|url". */
static const struct row {
	const char *id, *package; /* the first package of that name */
	enum bolt_severity severity;
	const char *severity_source;
	unsigned cvss_tenths;
	const char *cvss_vector, *title, *description, *fixed_version;
	enum bolt_status status;
	const char *aliases, *cwes, *references, *evidence[3], *published;
	struct bolt_epss epss;
	struct bolt_kev kev;
	unsigned priority;
	const char *reasons;
	struct bolt_suppression suppressed;
} rows[] = {
	{ .id = "CVE-2021-44228",
	  .package = "org.apache.logging.log4j:log4j-core",
	  .severity = BOLT_SEVERITY_CRITICAL,
	  .severity_source = "ghsa",
	  .cvss_tenths = 100,
	  .cvss_vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
	  .title = "Remote code injection in Log4j",
	  .description =
		  "JNDI features do not protect against attacker controlled LDAP endpoints.\n\nAn attacker who can control log "
		  "messages can execute arbitrary code.",
	  .fixed_version = "2.17.2",
	  .status = BOLT_STATUS_FIXED,
	  .aliases = "GHSA-jfh8-c2jp-5v3q",
	  .cwes = "CWE-20|CWE-400|CWE-502",
	  .references = "https://logging.apache.org/security.html|https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
	  .evidence = { "GHSA-jfh8-c2jp-5v3q|osv/Maven|2.17.1 is in [2.13.0, 2.17.2), Maven order|"
			"https://github.com/advisories/GHSA-jfh8-c2jp-5v3q",
			"CVE-2021-44228|kev|known to be exploited since 2021-12-10|" },
	  .published = "2021-12-10T00:40:56Z",
	  .epss = { true, 94358, 99958 },
	  .kev = { true, "2021-12-10", "2021-12-24", true },
	  .priority = 990,
	  .reasons = "known to be exploited, due 2021-12-24|94% likely to be exploited within 30 days|a fix is there" },
	{ .id = "CVE-2023-45853",
	  .package = "zlib1g",
	  .severity = BOLT_SEVERITY_CRITICAL,
	  .severity_source = "nvd",
	  .cvss_tenths = 98,
	  .cvss_vector = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
	  .title = "zlib: integer overflow in zipOpenNewFileInZip4_64",
	  .status = BOLT_STATUS_WILL_NOT_FIX,
	  .aliases = "DEBIAN-CVE-2023-45853",
	  .cwes = "CWE-190",
	  .references = "https://security-tracker.debian.org/tracker/CVE-2023-45853",
	  .evidence = { "CVE-2023-45853|debian/tracker|1:1.2.13.dfsg-1 has no fix (ignored), Debian:12 zlib|"
			"https://security-tracker.debian.org/tracker/CVE-2023-45853" },
	  .published = "2023-10-14T02:15:09.323Z",
	  .epss = { true, 1250, 85000 },
	  .priority = 610,
	  .reasons = "critical by nvd" },
	{ .id = "CVE-2022-3715",
	  .package = "bash",
	  .severity = BOLT_SEVERITY_HIGH,
	  .severity_source = "debian",
	  .cvss_tenths = 78,
	  .cvss_vector = "CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
	  .title = "heap buffer overflow in valid_parameter_transform",
	  .fixed_version = "5.2.15-2+deb12u1",
	  .status = BOLT_STATUS_FIXED,
	  .aliases = "DSA-0000-1",
	  .evidence = { "DSA-0000-1|osv/Debian|5.2.15-2 < 5.2.15-2+deb12u1 (fixed), Debian:12 bash|",
			"CVE-2022-3715|nvd|named by it|" },
	  .priority = 540,
	  .reasons = "high by debian|a fix is there" },
	{ .id = "CVE-2023-39333",
	  .package = "nodejs",
	  .severity = BOLT_SEVERITY_MEDIUM,
	  .severity_source = "redhat",
	  .cvss_tenths = 53,
	  .cvss_vector = "AV:N/AC:L/Au:N/C:P/I:N/A:N",
	  .title = "code injection by WebAssembly export names",
	  .status = BOLT_STATUS_DEFERRED,
	  .evidence = { "RHSA-2024:0001|csaf/redhat|no fixed build named|not a url" },
	  .priority = 300 },
	{ .id = "GHSA-67hx-6x53-jw92",
	  .package = "@babel/core",
	  .severity = BOLT_SEVERITY_LOW,
	  .severity_source = "ghsa",
	  .description = "Arbitrary code execution when compiling specifically crafted malicious code.",
	  .fixed_version = "7.23.2",
	  .status = BOLT_STATUS_FIXED,
	  .evidence = { "GHSA-67hx-6x53-jw92|osv/npm|7.23.0 < 7.23.2, SemVer|https://github.com/advisories/GHSA-67hx-6x53-jw92" },
	  .priority = 200 },
	{ .id = "CVE-2019-0001",
	  .package = "left-pad",
	  .severity = BOLT_SEVERITY_NEGLIGIBLE,
	  .status = BOLT_STATUS_END_OF_LIFE,
	  .evidence = { "CVE-2019-0001|osv/npm|all versions|" },
	  .priority = 20 },
	{ .id = "CVE-2024-9999",
	  .package = "serde",
	  .severity = BOLT_SEVERITY_UNKNOWN,
	  .title = "under discussion",
	  .status = BOLT_STATUS_UNDER_INVESTIGATION,
	  .evidence = { "CVE-2024-9999|osv/crates.io|version unknown|" },
	  .published = "yesterday",
	  .priority = 10 },
	{ .id = "EVIL-\"<img src=x onerror=alert(3)>|\x1b]0;x\x07",
	  .package = "evil\x1b[31m\n\xff<name>",
	  .severity = BOLT_SEVERITY_HIGH,
	  .severity_source = HOSTILE,
	  .cvss_tenths = 75,
	  .cvss_vector = HOSTILE,
	  .title = HOSTILE,
	  .description = HOSTILE,
	  .fixed_version = "</td><script>alert(4)</script>",
	  .status = BOLT_STATUS_FIXED,
	  .aliases = HOSTILE,
	  .cwes = "CWE-79|CWE-99999999999999999999|CWE-<b>",
	  .references = "javascript:alert(5)|https://evil.example/\"><script>alert(6)</script>|http://\xff",
	  .evidence = { HOSTILE },
	  .published = HOSTILE,
	  .kev = { true, HOSTILE, HOSTILE, false },
	  .priority = 700,
	  .reasons = HOSTILE },
	{ .id = "CVE-2022-0563",
	  .package = "mawk",
	  .severity = BOLT_SEVERITY_MEDIUM,
	  .severity_source = "nvd",
	  .title = "suppressed by VEX",
	  .status = BOLT_STATUS_AFFECTED,
	  .evidence = { "CVE-2022-0563|osv/Debian|all versions|" },
	  .priority = 250,
	  .suppressed = { "openvex", "vex/web.json", "not_affected", "vulnerable_code_not_in_execute_path", "no setuid here",
			  NULL } },
	{ .id = "CVE-2018-20796",
	  .package = "bash",
	  .severity = BOLT_SEVERITY_LOW,
	  .title = "suppressed by a person",
	  .fixed_version = "5.3",
	  .status = BOLT_STATUS_FIXED,
	  .evidence = { "CVE-2018-20796|osv/Debian|5.2.15-2 < 5.3|" },
	  .priority = 90,
	  .suppressed = { "ignore-file", ".boltsealignore", NULL, NULL, HOSTILE, "2027-01-31" } },
};

static bool add_texts(struct bolt_report *report, struct bolt_texts *texts, const char *list)
{
	while (list && *list) {
		size_t n = strcspn(list, "|");
		const char *text = bolt_arena_text(report->arena, list, n);

		if (!text || bolt_texts_append(texts, report->arena, text) < 0)
			return false;
		list += n + (list[n] == '|');
	}
	return true;
}

/* "advisory|part|why|url"; what lacks parts has them empty. */
static bool add_evidence(struct bolt_report *report, struct bolt_finding *finding, const char *list)
{
	struct bolt_texts parts = { 0 };
	struct bolt_evidence *evidence = &finding->evidence[finding->evidence_len++];

	if (!add_texts(report, &parts, list))
		return false;
	*evidence = (struct bolt_evidence){ .advisory = parts.items[0],
					    .part = parts.len > 1 ? parts.items[1] : "",
					    .why = parts.len > 2 ? parts.items[2] : "",
					    .url = parts.len > 3 ? parts.items[3] : NULL };
	return true;
}

static const struct bolt_package *package_named(const struct bolt_report *report, const char *name)
{
	for (size_t i = 0; i < report->packages_len; i++) {
		if (strcmp(report->packages[i].name, name) == 0)
			return &report->packages[i];
	}
	return NULL;
}

static bool add_finding(struct bolt_report *report, const struct row *row)
{
	struct bolt_finding *finding = &report->findings[report->findings_len++];

	*finding = (struct bolt_finding){ .id = row->id,
					  .severity = row->severity,
					  .severity_source = row->severity_source,
					  .cvss_tenths = row->cvss_tenths,
					  .cvss_vector = row->cvss_vector,
					  .title = row->title,
					  .description = row->description,
					  .package = package_named(report, row->package),
					  .fixed_version = row->fixed_version,
					  .status = row->status,
					  .evidence = bolt_arena_alloc(report->arena, 3 * sizeof(*finding->evidence)),
					  .published = row->published,
					  .epss = row->epss,
					  .kev = row->kev,
					  .priority = { .score = row->priority },
					  .suppressed = row->suppressed };
	if (!finding->package || !finding->evidence || !add_texts(report, &finding->aliases, row->aliases) ||
	    !add_texts(report, &finding->cwes, row->cwes) || !add_texts(report, &finding->references, row->references) ||
	    !add_texts(report, &finding->priority.reasons, row->reasons))
		return false;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(row->evidence) && row->evidence[i]; i++) {
		if (!add_evidence(report, finding, row->evidence[i]))
			return false;
	}
	return true;
}

static bool add_actions(struct bolt_report *report)
{
	static const struct bolt_action actions[] = {
		{ BOLT_ACTION_BUMP_DEPENDENCY,
		  "update org.apache.logging.log4j:log4j-core to 2.17.2: removes 1 finding, exploited",
		  1,
		  1,
		  990,
		  { 0 } },
		{ BOLT_ACTION_BUMP_DEPENDENCY, "update " HOSTILE, 1, 1, 700, { 0 } },
		{ BOLT_ACTION_REBUILD_BASE, "rebuild on a current debian:12: removes 1 finding", 1, 0, 540, { 0 } },
	};

	report->actions = bolt_arena_alloc(report->arena, sizeof(actions));
	if (!report->actions)
		return false;
	memcpy(report->actions, actions, sizeof(actions));
	report->actions_len = BOLT_ARRAY_LEN(actions);
	return add_texts(report, &report->actions[0].packages, "org.apache.logging.log4j:log4j-core") &&
	       add_texts(report, &report->actions[2].packages, "bash");
}

static bool add_advisories(struct bolt_report *report)
{
	static const struct bolt_feed_used feeds[] = {
		{ "debian/tracker", 1699900000, 41234, false },
		{ "kev", 1690000000, 1102, true },
		{ "osv/Debian", 1699999000, 38211, false },
	};

	report->advisories = (struct bolt_advisories_used){ .used = true,
							    .generation = 12,
							    .built_unix = 1699999000,
							    .feeds = bolt_arena_alloc(report->arena, sizeof(feeds)),
							    .feeds_len = BOLT_ARRAY_LEN(feeds) };
	if (!report->advisories.feeds)
		return false;
	memcpy(report->advisories.feeds, feeds, sizeof(feeds));
	return true;
}

bool sample_add_findings(struct bolt_report *report)
{
	report->findings = bolt_arena_alloc(report->arena, sizeof(struct bolt_finding) * BOLT_ARRAY_LEN(rows));
	if (!report->findings)
		return false;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (!add_finding(report, &rows[i]))
			return false;
	}
	return add_actions(report) && add_advisories(report);
}

/* The k-th of many findings: of every severity, some fixed, some exploited. */
static bool add_one_of_many(struct bolt_report *report, const struct bolt_package *package, size_t k)
{
	static const char *const titles[] = { "use after free in the parser of certificates",
					      "heap buffer overflow when a name is too long",
					      "denial of service by a crafted archive with many small entries in it",
					      "timing side channel in RSA decryption" };
	struct bolt_finding *finding = &report->findings[report->findings_len++];

	*finding = (struct bolt_finding){ .id = bolt_arena_printf(report->arena, "CVE-%zu-%04zu", 2015 + k % 9,
								  1000 + k * 37 % 9000),
					  .severity = (enum bolt_severity)(1 + k * 7 % 5),
					  .severity_source = "debian",
					  .title = bolt_arena_printf(report->arena, "%s: %s", package->source_name, titles[k % 4]),
					  .package = package,
					  .status = k % 3 ? BOLT_STATUS_FIXED : BOLT_STATUS_AFFECTED,
					  .kev = { .known = k % 97 == 5, .added = "2023-01-01", .due = "2023-01-22" },
					  .priority = { .score = (unsigned) (1 + k * 7 % 5) * 150 + (unsigned) (k % 100) } };
	if (k % 3)
		finding->fixed_version = bolt_arena_printf(report->arena, "%s+deb12u%zu", package->version, 1 + k % 4);
	return finding->id && finding->title;
}

struct bolt_report *sample_report_of_many(size_t packages, size_t findings_each)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new((size_t) 256 << 20);

	if (!report)
		return NULL;
	report->subject.kind = "archive";
	report->subject.name = "shop/big:1.0";
	report->packages = bolt_arena_alloc(report->arena, packages * sizeof(*report->packages));
	report->findings = bolt_arena_alloc(report->arena, packages * findings_each * sizeof(*report->findings));
	if (!report->packages || !report->findings || !add_advisories(report))
		return NULL;
	for (size_t i = 0; i < packages; i++) {
		const char *source = bolt_arena_printf(report->arena, "source%03zu", i / 2);

		report->packages[i] = (struct bolt_package){ .type = "deb",
							     .name = bolt_arena_printf(report->arena, "package%04zu", i),
							     .version = "1.2.3-4",
							     .source_name = source,
							     .source_version = "1.2.3-4",
							     .layer = -1,
							     .removed_layer = -1 };
		report->packages[i].purl = bolt_arena_printf(report->arena, "pkg:deb/debian/package%04zu@1.2.3-4", i);
		for (size_t k = 0; k < findings_each; k++) {
			if (!add_one_of_many(report, &report->packages[i], i / 2 * findings_each + k))
				return NULL;
		}
	}
	report->packages_len = packages;
	bolt_report_sort(report);
	return BOLT_TAKE(report);
}
