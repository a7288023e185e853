/* Package URLs, one a line: what the subject holds, each once. */
#include <string.h>

#include "report/writers.h"

int bolt_write_purls(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const char *last = "";

	(void) style;
	for (size_t i = 0; i < report->packages_len; i++) {
		if (strcmp(last, report->packages[i].purl) == 0)
			continue;
		last = report->packages[i].purl;
		bolt_out_text(out, last);
		bolt_out_char(out, '\n');
	}
	return 0;
}
