#include "report/format.h"

#include <string.h>

#include "report/writers.h"

const struct bolt_report_format bolt_report_formats[] = {
	{ "table", "for people, as wide as the terminal", "text/plain; charset=utf-8", true, bolt_write_table },
	{ "json", "everything, as boltseal.report/1 (docs/schema/report-1.schema.json)", "application/json", true,
	  bolt_write_json },
	{ "html", "for people: one page without anything else, to be kept or handed on", "text/html; charset=utf-8", true,
	  bolt_write_html },
	{ "markdown", "for a comment on a change", "text/markdown; charset=utf-8; variant=GFM", true, bolt_write_markdown },
	{ "sarif", "SARIF 2.1.0, for code hosts and editors", "application/sarif+json", true, bolt_write_sarif },
	{ "junit", "JUnit XML, for CI systems", "application/xml", true, bolt_write_junit },
	{ "gitlab", "GitLab container scanning report 15.0", "application/json", true, bolt_write_gitlab },
	{ "openvex", "OpenVEX 0.2.0: a statement for each finding", "application/json", true, bolt_write_openvex },
	{ "cyclonedx", "CycloneDX 1.7 JSON, with vulnerabilities", "application/vnd.cyclonedx+json; version=1.7", true,
	  bolt_write_cyclonedx_1_7 },
	{ "cyclonedx-1.7", "CycloneDX 1.7 JSON, with vulnerabilities", "application/vnd.cyclonedx+json; version=1.7", true,
	  bolt_write_cyclonedx_1_7 },
	{ "cyclonedx-1.6", "CycloneDX 1.6 JSON, with vulnerabilities", "application/vnd.cyclonedx+json; version=1.6", true,
	  bolt_write_cyclonedx_1_6 },
	{ "spdx-json", "SPDX 2.3 JSON", "application/spdx+json", false, bolt_write_spdx_json },
	{ "spdx", "SPDX 2.3 tag-value", "text/spdx", false, bolt_write_spdx_tags },
	{ "files", "every regular file, tab-separated: sha256, mode, size, layer, live or hidden, owning package, path",
	  "text/tab-separated-values; charset=utf-8", false, bolt_write_files },
	{ "purls", "package URLs, one a line", "text/plain; charset=utf-8", false, bolt_write_purls },
};
const size_t bolt_report_formats_len = BOLT_ARRAY_LEN(bolt_report_formats);

const struct bolt_report_format *bolt_report_format_named(const char *name)
{
	for (size_t i = 0; i < bolt_report_formats_len; i++) {
		if (strcmp(bolt_report_formats[i].name, name) == 0)
			return &bolt_report_formats[i];
	}
	return NULL;
}
