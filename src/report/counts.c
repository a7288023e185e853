#include "report/counts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

int bolt_count_types(const struct bolt_report *report, struct bolt_type_count **ret_counts, size_t *ret_len)
{
	const char **types = calloc(report->packages_len + 1, sizeof(*types));
	struct bolt_type_count *counts = calloc(report->packages_len + 1, sizeof(*counts));
	size_t n = 0;

	if (!types || !counts) {
		free(types);
		free(counts);
		return -ENOMEM;
	}
	for (size_t i = 0; i < report->packages_len; i++)
		types[i] = report->packages[i].type;
	qsort(types, report->packages_len, sizeof(*types), compare_texts);
	for (size_t i = 0; i < report->packages_len; i++) {
		if (n == 0 || strcmp(counts[n - 1].type, types[i]) != 0)
			counts[n++].type = types[i];
		counts[n - 1].count++;
	}
	free(types);
	*ret_counts = counts;
	*ret_len = n;
	return 0;
}
