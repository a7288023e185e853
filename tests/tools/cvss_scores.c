/* cvss_scores: reads CVSS vectors, one a line, and writes for each "BASE SCORE" in tenths, or "-" for what is none. For comparing
 * with other implementations. */
#include <stdio.h>
#include <string.h>

#include "advisory/cvss.h"

int main(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		struct bolt_cvss cvss;

		line[strcspn(line, "\n")] = '\0';
		if (bolt_cvss_parse(line, &cvss) < 0)
			puts("-");
		else
			printf("%u %u\n", cvss.base_tenths, cvss.tenths);
	}
	return 0;
}
