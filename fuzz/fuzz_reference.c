/* Any text as an image reference. What parses must print, parse again and print the same, and be safe to put into a URL. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oci/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:@[]";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_reference_freep) struct bolt_reference *reference = NULL, *again = NULL;
	struct bolt_err err = { .msg = "" };
	char *text = strndup((const char *) bytes, n);

	if (!text)
		return 0;
	int r = bolt_reference_parse(text, &reference, &err);
	free(text);
	if (r < 0) {
		if (reference || (r != -EINVAL && r != -ENOMEM) || !err.msg[0])
			abort();
		return 0;
	}
	char *printed = bolt_reference_text(reference);
	if (!printed || strspn(printed, safe) != strlen(printed) || strstr(printed, "//") || strstr(printed, "/.") ||
	    strstr(printed, "./"))
		abort();
	if (bolt_reference_parse(printed, &again, &err) < 0)
		abort();
	char *printed_again = bolt_reference_text(again);
	if (!printed_again || strcmp(printed, printed_again) != 0)
		abort();
	free(printed);
	free(printed_again);
	return 0;
}
