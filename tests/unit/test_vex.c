/* VEX documents of others over one report: what they rule out, line by line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/vex.h"

#define DIGEST "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER "sha256:2222222222222222222222222222222222222222222222222222222222222222"

static struct bolt_package packages[] = {
	{ .purl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
	  .type = "deb",
	  .name = "libssl3",
	  .version = "3.0.11-1~deb12u2" },
	{ .purl = "pkg:npm/%40scope/left-pad@1.3.0", .type = "npm", .name = "@scope/left-pad", .version = "1.3.0" },
	{ .purl = "pkg:rpm/redhat/samba@4.1-2.el9?arch=x86_64", .type = "rpm", .name = "samba", .version = "4.1-2.el9" },
};

static const char *aliases[] = { "GHSA-aaaa-bbbb-cccc" }, *tags[] = { "example.test/team/app:1.2" };

/* An image with a finding CVE-1 on each package. */
static struct bolt_report *new_report(void)
{
	struct bolt_report *report = bolt_report_new(1 << 20);

	assert_non_null(report);
	report->subject = (struct bolt_subject){ .kind = "registry",
						 .name = "example.test/team/app:1.2",
						 .digest = DIGEST,
						 .platform = "linux/amd64",
						 .tags = { tags, 1 } };
	report->os = (struct bolt_os){ .id = "rhel", .version_id = "9.4" };
	report->packages = packages;
	report->packages_len = BOLT_ARRAY_LEN(packages);
	report->findings_len = BOLT_ARRAY_LEN(packages);
	report->findings = bolt_arena_alloc(report->arena, report->findings_len * sizeof(*report->findings));
	assert_non_null(report->findings);
	for (size_t i = 0; i < report->findings_len; i++)
		report->findings[i] = (struct bolt_finding){ .id = "CVE-1", .aliases = { aliases, 1 }, .package = &packages[i] };
	return report;
}

/* A line "NAME BY STATUS JUSTIFICATION REASON" for each finding that is suppressed, then "elsewhere N" unless that is 0. */
static void expect(const char *what, const char *document, const char *want)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report();
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = NULL;
	struct bolt_err err = { .msg = "" };
	char got[2048] = "";
	size_t elsewhere = 7, used = 0;

	assert_int_equal(bolt_suppressions_new(&suppressions), 0);
	int r = bolt_vex_read(suppressions, report, "f.json", document, strlen(document), &elsewhere, &err);
	if (r < 0)
		fail_msg("%s: %s", what, err.msg);
	assert_int_equal(bolt_suppressions_apply(suppressions, report, "2026-06-15"), 0);
	for (size_t i = 0; i < report->findings_len; i++) {
		const struct bolt_suppression *said = &report->findings[i].suppressed;

		if (!said->by)
			continue;
		assert_string_equal(said->source, "f.json");
		used += (size_t) snprintf(got + used, sizeof(got) - used, "%s %s %s %s %s\n", report->findings[i].package->name,
					  said->by, said->status, said->justification ? said->justification : "-",
					  said->reason ? said->reason : "-");
	}
	if (elsewhere > 0)
		(void) snprintf(got + used, sizeof(got) - used, "elsewhere %zu\n", elsewhere);
	if (strcmp(got, want) != 0)
		fail_msg("%s: '%s' instead of '%s'", what, got, want);
}

#define VEX(statements) \
	"{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"statements\":[" statements "],\"timestamp\":\"2024-01-02T00:00:00Z\"}"
#define ABOUT(products) "{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"not_affected\",\"products\":[" products "]}"

static void openvex_products(void **state)
{
	static const struct {
		const char *what, *document, *want;
	} rows[] = {
		{ "a package of any version", VEX(ABOUT("{\"@id\":\"pkg:deb/debian/libssl3\"}")),
		  "libssl3 openvex not_affected - -\n" },
		{ "its version", VEX(ABOUT("{\"@id\":\"pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64\"}")),
		  "libssl3 openvex not_affected - -\n" },
		{ "another version", VEX(ABOUT("{\"@id\":\"pkg:deb/debian/libssl3@3.0.12\"}")), "" },
		{ "another architecture", VEX(ABOUT("{\"@id\":\"pkg:deb/debian/libssl3?arch=arm64\"}")), "" },
		{ "another namespace", VEX(ABOUT("{\"@id\":\"pkg:deb/ubuntu/libssl3\"}")), "" },
		{ "a purl among the identifiers",
		  VEX(ABOUT("{\"@id\":\"x\",\"identifiers\":{\"purl\":\"pkg:npm/%40scope/left-pad\"}}")),
		  "@scope/left-pad openvex not_affected - -\n" },
		{ "the image by digest",
		  VEX(ABOUT("{\"@id\":\"pkg:oci/app@sha256%3A1111111111111111111111111111111111111111111111111111111111111111\"}")),
		  "libssl3 openvex not_affected - -\n@scope/left-pad openvex not_affected - -\nsamba openvex not_affected - -\n" },
		{ "a package in the image",
		  VEX(ABOUT("{\"@id\":\"pkg:oci/app@" DIGEST "\",\"subcomponents\":[{\"@id\":\"pkg:deb/debian/libssl3\"}]}")),
		  "libssl3 openvex not_affected - -\n" },
		{ "a package in another image",
		  VEX(ABOUT("{\"@id\":\"pkg:oci/app@" OTHER "\",\"subcomponents\":[{\"@id\":\"pkg:deb/debian/libssl3\"}]}")),
		  "elsewhere 1\n" },
		{ "the image by repository and tag",
		  VEX(ABOUT("{\"@id\":\"pkg:oci/app?repository_url=example.test/team&tag=1.2\",\"subcomponents\":[\"pkg:deb/debian/"
			    "libssl3\"]}")),
		  "libssl3 openvex not_affected - -\n" },
		{ "another tag", VEX(ABOUT("{\"@id\":\"pkg:oci/app?repository_url=example.test/team/app&tag=1.3\"}")),
		  "elsewhere 1\n" },
		{ "another registry", VEX(ABOUT("{\"@id\":\"pkg:oci/app?repository_url=other.test/team/app\"}")), "elsewhere 1\n" },
		{ "another platform", VEX(ABOUT("{\"@id\":\"pkg:oci/app?arch=arm64\"}")), "elsewhere 1\n" },
		{ "a reference with its digest", VEX(ABOUT("{\"@id\":\"example.test/team/app@" DIGEST "\"}")),
		  "libssl3 openvex not_affected - -\n@scope/left-pad openvex not_affected - -\nsamba openvex not_affected - -\n" },
		{ "a part of a package that is there",
		  VEX(ABOUT("{\"@id\":\"pkg:npm/%40scope/left-pad@1.3.0\",\"subcomponents\":[{\"@id\":\"pkg:deb/debian/"
			    "libssl3\"}]}")),
		  "libssl3 openvex not_affected - -\n" },
		{ "a part of a package that is not",
		  VEX(ABOUT("{\"@id\":\"pkg:npm/other\",\"subcomponents\":[{\"@id\":\"pkg:deb/debian/libssl3\"}]}")),
		  "elsewhere 1\n" },
		{ "a product by a name of its own", VEX(ABOUT("{\"@id\":\"https://example.test/product\"}")), "elsewhere 1\n" },
		{ "no product", VEX("{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"fixed\"}"), "elsewhere 1\n" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		expect(rows[i].what, rows[i].document, rows[i].want);
}

#define LIBSSL "\"products\":[{\"@id\":\"pkg:deb/debian/libssl3\"}]"

static void openvex_statements(void **state)
{
	static const struct {
		const char *what, *document, *want;
	} rows[] = {
		{ "an alias, with its justification",
		  VEX("{\"vulnerability\":{\"name\":\"OSV-1\",\"aliases\":[\"GHSA-aaaa-bbbb-cccc\"]},\"status\":\"not_affected\","
		      "\"justification\":\"vulnerable_code_not_present\",\"impact_statement\":\"no\"," LIBSSL "}"),
		  "libssl3 openvex not_affected vulnerable_code_not_present no\n" },
		{ "another vulnerability", VEX("{\"vulnerability\":{\"name\":\"CVE-2\"},\"status\":\"fixed\"," LIBSSL "}"), "" },
		{ "fixed, with notes",
		  VEX("{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"fixed\",\"status_notes\":\"n\"," LIBSSL "}"),
		  "libssl3 openvex fixed - n\n" },
		{ "affected", VEX("{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"affected\"," LIBSSL "}"), "" },
		{ "the newest holds, wherever it stands",
		  VEX("{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"not_affected\",\"timestamp\":\"2024-05-01T00:00:"
		      "00Z\"," LIBSSL "},"
		      "{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"affected\"," LIBSSL "}"),
		  "libssl3 openvex not_affected - -\n" },
		{ "and takes back what was said",
		  VEX("{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"under_investigation\",\"last_updated\":\"2024-05-01T00:"
		      "00:00Z\","
		      "\"timestamp\":\"2020-01-01T00:00:00Z\"," LIBSSL
		      "},{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"not_affected\"," LIBSSL "}"),
		  "" },
		{ "plain texts of 0.0.x",
		  "{\"statements\":[{\"vulnerability\":\"CVE-1\",\"products\":[\"pkg:oci/app@" DIGEST "\"],"
		  "\"subcomponents\":[\"pkg:deb/debian/libssl3\"],\"status\":\"not_affected\"}]}",
		  "libssl3 openvex not_affected - -\n" },
		{ "an unknown status", VEX("{\"vulnerability\":{\"name\":\"CVE-1\"},\"status\":\"perhaps\"," LIBSSL "}"), "" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		expect(rows[i].what, rows[i].document, rows[i].want);
}

#define PRODUCT(id, helper) \
	"{\"product\":{\"name\":\"n\",\"product_id\":\"" id "\",\"product_identification_helper\":{" helper "}}}"
#define PART_OF(id, part, whole) \
	"{\"full_product_name\":{\"name\":\"n\",\"product_id\":\"" id "\"},\"product_reference\":\"" part \
	"\",\"relates_to_product_reference\":\"" whole "\"}"
#define CSAF(vulnerability) \
	"{\"vulnerabilities\":[{\"cve\":\"CVE-1\"," vulnerability \
	"}],\"product_tree\":{\"branches\":[{\"branches\":[" PRODUCT("libssl3", "\"purl\":\"pkg:deb/debian/libssl3\"") "," PRODUCT("samba", "\"purl\":\"pkg:rpm/redhat/samba\"") "," PRODUCT( \
		"app", \
		"\"purl\":\"pkg:oci/app@" DIGEST \
		"\"") "," PRODUCT("not-app", \
				  "\"purl\":\"pkg:oci/app@" OTHER \
				  "\"") "," PRODUCT("rhel-8", \
						    "\"cpe\":\"cpe:/" \
						    "o:redhat:enterprise_linux:" \
						    "8\"") "," PRODUCT("rhel-9", \
								       "\"cpe\":" \
								       "\"cpe:/" \
								       "o:" \
								       "redhat:" \
								       "enterpri" \
								       "se_" \
								       "linux:9:" \
								       ":baseos" \
								       "\"") "]}" \
									     "]," \
									     "\"" \
									     "fu" \
									     "ll" \
									     "_p" \
									     "ro" \
									     "du" \
									     "ct" \
									     "_n" \
									     "am" \
									     "es" \
									     "\"" \
									     ":[" \
									     "{" \
									     "\"" \
									     "na" \
									     "me" \
									     "\"" \
									     ":" \
									     "\"" \
									     "n" \
									     "\"" \
									     "," \
									     "\"" \
									     "pr" \
									     "od" \
									     "uc" \
									     "t_" \
									     "id" \
									     "\"" \
									     ":" \
									     "\"" \
									     "pa" \
									     "d" \
									     "\"" \
									     "," \
									     "\"" \
									     "pr" \
									     "od" \
									     "uc" \
									     "t_" \
									     "id" \
									     "en" \
									     "ti" \
									     "fi" \
									     "ca" \
									     "ti" \
									     "on" \
									     "_h" \
									     "el" \
									     "pe" \
									     "r" \
									     "\"" \
									     ":{" \
									     "\"" \
									     "pu" \
									     "rl" \
									     "\"" \
									     ":" \
									     "\"" \
									     "pk" \
									     "g:" \
									     "np" \
									     "m/" \
									     "%4" \
									     "0s" \
									     "co" \
									     "pe" \
									     "/l" \
									     "ef" \
									     "t-" \
									     "pa" \
									     "d@" \
									     "1." \
									     "3." \
									     "0" \
									     "\"" \
									     "}}" \
									     "]," \
									     "\"" \
									     "re" \
									     "la" \
									     "ti" \
									     "on" \
									     "sh" \
									     "ip" \
									     "s" \
									     "\"" \
									     ":" \
									     "[" PART_OF("app:libssl3", "libssl3", "app") "," PART_OF( \
										     "not-app:libssl3", "libssl3", \
										     "not-app") "," PART_OF("rhel-8:samba", \
													    "samba", \
													    "rhel-8") "," PART_OF("rhel-9:samba", \
																  "samba", \
																  "rhel-9") "],\"product_groups\":[{\"group_id\":\"g\",\"product_ids\":[\"pad\",\"app:libssl3\"]}]}," \
																	    "\"document\":{\"category\":\"csaf_vex\",\"tracking\":{\"current_release_date\":\"2024-01-01T00:00:00Z\"}}}"

static void csaf_products(void **state)
{
	static const struct {
		const char *what, *document, *want;
	} rows[] = {
		{ "packages by themselves", CSAF("\"product_status\":{\"known_not_affected\":[\"libssl3\"],\"fixed\":[\"pad\"]}"),
		  "libssl3 csaf not_affected - -\n@scope/left-pad csaf fixed - -\n" },
		{ "a flag of a group, an impact of a product",
		  CSAF("\"flags\":[{\"label\":\"component_not_present\",\"group_ids\":[\"g\"]}],"
		       "\"threats\":[{\"category\":\"impact\",\"details\":\"none\",\"product_ids\":[\"pad\"]},"
		       "{\"category\":\"exploit_status\",\"details\":\"x\",\"product_ids\":[\"app:libssl3\"]}],"
		       "\"product_status\":{\"known_not_affected\":[\"pad\",\"app:libssl3\"]}"),
		  "libssl3 csaf not_affected component_not_present -\n@scope/left-pad csaf not_affected component_not_present "
		  "none\n" },
		{ "a part of another image", CSAF("\"product_status\":{\"known_not_affected\":[\"not-app:libssl3\"]}"),
		  "elsewhere 1\n" },
		{ "the image", CSAF("\"product_status\":{\"fixed\":[\"app\"]}"),
		  "libssl3 csaf fixed - -\n@scope/left-pad csaf fixed - -\nsamba csaf fixed - -\n" },
		{ "a part of this release", CSAF("\"product_status\":{\"known_not_affected\":[\"rhel-9:samba\"]}"),
		  "samba csaf not_affected - -\n" },
		{ "a part of another release", CSAF("\"product_status\":{\"known_not_affected\":[\"rhel-8:samba\"]}"),
		  "elsewhere 1\n" },
		{ "what counts holds",
		  CSAF("\"product_status\":{\"known_affected\":[\"libssl3\"],\"known_not_affected\":[\"libssl3\",\"app:libssl3\"]"
		       "}"),
		  "" },
		{ "products that are not in the tree", CSAF("\"product_status\":{\"fixed\":[\"x\",\"rhel-9\"]}"), "elsewhere 2\n" },
		{ "another vulnerability with this one among its ids",
		  CSAF("\"cve\":\"CVE-2\",\"ids\":[{\"system_name\":\"s\",\"text\":\"GHSA-aaaa-bbbb-cccc\"}],"
		       "\"product_status\":{\"fixed\":[\"libssl3\"]}"),
		  "libssl3 csaf fixed - -\n" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		expect(rows[i].what, rows[i].document, rows[i].want);
}

#define CDX(vulnerability) \
	"{\"vulnerabilities\":[{\"id\":\"CVE-1\"," vulnerability \
	"}],\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{" \
	"\"timestamp\":\"2024-01-01T00:00:00Z\",\"component\":{\"bom-ref\":\"app\",\"purl\":\"pkg:oci/app@" DIGEST "\"}}," \
	"\"components\":[{\"bom-ref\":\"outer\",\"components\":[{\"bom-ref\":\"libssl3\",\"purl\":\"pkg:deb/debian/libssl3\"}]}]}"

static void cyclonedx_components(void **state)
{
	static const struct {
		const char *what, *document, *want;
	} rows[] = {
		{ "a component within another",
		  CDX("\"analysis\":{\"state\":\"not_affected\",\"justification\":\"code_not_reachable\",\"detail\":\"d\"},"
		      "\"affects\":[{\"ref\":\"libssl3\"}]"),
		  "libssl3 cyclonedx not_affected code_not_reachable d\n" },
		{ "one of another document, by its purl",
		  CDX("\"affects\":[{\"ref\":\"urn:cdx:3e671687/1#pkg:npm/%40scope/"
		      "left-pad@1.3.0\"}],\"analysis\":{\"state\":\"resolved\"}"),
		  "@scope/left-pad cyclonedx fixed - -\n" },
		{ "the image", CDX("\"affects\":[{\"ref\":\"app\"}],\"analysis\":{\"state\":\"false_positive\"}"),
		  "libssl3 cyclonedx not_affected - -\n@scope/left-pad cyclonedx not_affected - -\nsamba cyclonedx not_affected - "
		  "-\n" },
		{ "a component without a purl", CDX("\"affects\":[{\"ref\":\"outer\"}],\"analysis\":{\"state\":\"resolved\"}"),
		  "elsewhere 1\n" },
		{ "exploitable", CDX("\"affects\":[{\"ref\":\"libssl3\"}],\"analysis\":{\"state\":\"exploitable\"}"), "" },
		{ "no analysis", CDX("\"affects\":[{\"ref\":\"libssl3\"}]"), "" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		expect(rows[i].what, rows[i].document, rows[i].want);
}

static void what_is_no_vex_document_is_refused_and_adds_nothing(void **state)
{
	static const struct {
		const char *document, *why;
	} rows[] = {
		{ "", "f.json: " },
		{ "{}", "neither OpenVEX nor CSAF nor CycloneDX" },
		{ "[]", "neither OpenVEX nor CSAF nor CycloneDX" },
		{ VEX(ABOUT("{\"@id\":\"pkg:deb/debian/libssl3\"}") "," ABOUT("{\"@id\":\"pkg:deb\"}")), "f.json: " },
		{ VEX(ABOUT("{\"@id\":\"pkg:deb/debian/libssl3\"}")) "x", "f.json: " },
		{ "{\"statements\":[" ABOUT("{\"@id\":\"pkg:deb/debian/libssl3\"}"), "f.json: " },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = new_report();
		BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = NULL;
		struct bolt_err err = { .msg = "" };
		size_t elsewhere = 7;

		assert_int_equal(bolt_suppressions_new(&suppressions), 0);
		assert_int_equal(
			bolt_vex_read(suppressions, report, "f.json", rows[i].document, strlen(rows[i].document), &elsewhere, &err),
			-EBADMSG);
		if (!strstr(err.msg, rows[i].why))
			fail_msg("row %zu: '%s'", i, err.msg);
		assert_int_equal(elsewhere, 7);
		assert_int_equal(bolt_suppressions_len(suppressions), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openvex_products),
		cmocka_unit_test(openvex_statements),
		cmocka_unit_test(csaf_products),
		cmocka_unit_test(cyclonedx_components),
		cmocka_unit_test(what_is_no_vex_document_is_refused_and_adds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
