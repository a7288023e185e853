/* The table of formats as docs/formats.md shows it. tools/check_formats.py holds the document against this. */
#include <stdio.h>

#include "report/format.h"

int main(void)
{
	printf("| Format | What | Media type |\n|---|---|---|\n");
	for (size_t i = 0; i < bolt_report_formats_len; i++)
		printf("| `%s` | %s | `%s` |\n", bolt_report_formats[i].name, bolt_report_formats[i].summary,
		       bolt_report_formats[i].media_type);
	return 0;
}
