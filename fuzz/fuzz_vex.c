/* VEX documents of all kinds: what is read can be applied; what is not says why, and leaves nothing behind. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/vex.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *aliases[] = { "GHSA-1" }, *tags[] = { "example.test/app:1" };
static struct bolt_package packages[] = {
	{ .purl = "pkg:deb/debian/libssl3@3?arch=amd64", .type = "deb", .name = "libssl3", .version = "3" },
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = NULL;
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(16 << 20);
	struct bolt_finding finding = { .id = "CVE-1", .aliases = { aliases, 1 }, .package = &packages[0] };
	struct bolt_err err = { .msg = "" };
	size_t elsewhere = SIZE_MAX;

	if (!report || bolt_suppressions_new(&suppressions) < 0)
		return 0;
	report->subject = (struct bolt_subject){ .name = "example.test/app:1", .tags = { tags, 1 } };
	report->os = (struct bolt_os){ .id = "rhel", .version_id = "9" };
	report->packages = packages;
	report->packages_len = 1;
	int r = bolt_vex_read(suppressions, report, "F", bytes, n, &elsewhere, &err);
	if (r < 0 &&
	    (r == -EINVAL || strncmp(err.msg, "F", 1) != 0 || bolt_suppressions_len(suppressions) > 0 || elsewhere != SIZE_MAX))
		abort();
	if (r < 0)
		return 0;
	report->findings = &finding;
	report->findings_len = 1;
	if (bolt_suppressions_apply(suppressions, report, "2026-06-15") < 0)
		abort();
	if (finding.suppressed.by && (strcmp(finding.suppressed.source, "F") != 0 || !finding.suppressed.status))
		abort();
	return 0;
}
