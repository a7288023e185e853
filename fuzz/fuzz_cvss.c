/* CVSS vectors: what is taken has scores in their range, whatever the order of its metrics; what is refused leaves nothing. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bolt_cvss cvss = { .major = 7 };
	char *vector = malloc(n + 1);

	if (!vector)
		return 0;
	if (n > 0)
		memcpy(vector, bytes, n);
	vector[n] = '\0';
	int r = bolt_cvss_parse(vector, &cvss);
	if (r != 0 && (r != -EINVAL || cvss.major != 7))
		abort();
	if (r == 0 && (cvss.major < 2 || cvss.major > 4 || cvss.base_tenths > 100 || cvss.tenths > 100 ||
		       cvss.severity == BOLT_SEVERITY_UNKNOWN || cvss.severity > BOLT_SEVERITY_CRITICAL))
		abort();
	free(vector);
	return 0;
}
