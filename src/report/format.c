#include "report/format.h"

#include <string.h>

#include "report/writers.h"

const struct bolt_report_format bolt_report_formats[] = {
	{ "table", "for people, as wide as the terminal", "text/plain; charset=utf-8", bolt_write_table },
	{ "json", "everything, as boltseal.report/1 (docs/schema/report-1.schema.json)", "application/json", bolt_write_json },
	{ "cyclonedx", "CycloneDX 1.7 JSON", "application/vnd.cyclonedx+json; version=1.7", bolt_write_cyclonedx_1_7 },
	{ "cyclonedx-1.7", "CycloneDX 1.7 JSON", "application/vnd.cyclonedx+json; version=1.7", bolt_write_cyclonedx_1_7 },
	{ "cyclonedx-1.6", "CycloneDX 1.6 JSON", "application/vnd.cyclonedx+json; version=1.6", bolt_write_cyclonedx_1_6 },
	{ "spdx-json", "SPDX 2.3 JSON", "application/spdx+json", bolt_write_spdx_json },
	{ "spdx", "SPDX 2.3 tag-value", "text/spdx", bolt_write_spdx_tags },
	{ "files", "every regular file, tab-separated: sha256, mode, size, layer, live or hidden, owning package, path",
	  "text/tab-separated-values; charset=utf-8", bolt_write_files },
	{ "purls", "package URLs, one a line", "text/plain; charset=utf-8", bolt_write_purls },
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
