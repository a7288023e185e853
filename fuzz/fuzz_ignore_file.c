/* Ignore files: what is read can be applied; what is not says why and where, and leaves nothing behind. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/ignore_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *locations[] = { "app/package.json" }, *aliases[] = { "GHSA-1" };
static const struct bolt_package package = {
	.purl = "pkg:npm/%40a/b@1?arch=x", .type = "npm", .name = "@a/b", .version = "1", .locations = { locations, 1 }
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = NULL;
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(16 << 20);
	struct bolt_finding finding = { .id = "CVE-1", .aliases = { aliases, 1 }, .package = &package };
	struct bolt_err err = { .msg = "" };

	if (!report || bolt_suppressions_new(&suppressions) < 0)
		return 0;
	int r = bolt_ignore_file_read(suppressions, "F", bytes, n, &err);
	if (r < 0 && (strncmp(err.msg, "F:", 2) != 0 || bolt_suppressions_len(suppressions) > 0))
		abort();
	if (r < 0)
		return 0;
	report->findings = &finding;
	report->findings_len = 1;
	if (bolt_suppressions_apply(suppressions, report, "2026-06-15") < 0)
		abort();
	if (finding.suppressed.by && strcmp(finding.suppressed.source, "F") != 0)
		abort();
	for (size_t i = 0; i < bolt_suppressions_len(suppressions); i++) {
		if (!*bolt_suppressions_at(suppressions, i)->id)
			abort();
	}
	return 0;
}
