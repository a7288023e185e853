#include <stdlib.h>
#include <string.h>

#include "advisory/feed_private.h"

static int compare_texts(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

/* The version before which it is vulnerable, or NULL. */
static const char *fix_of(const struct bolt_affected *affected)
{
	return affected->ranges_len > 0 && affected->ranges[0].events_len > 1 ? affected->ranges[0].events[1].version : NULL;
}

static int by_package(const void *a, const void *b)
{
	const struct bolt_affected *x = a, *y = b;
	int order = strcmp(x->ecosystem, y->ecosystem);

	order = order ? order : strcmp(x->package, y->package);
	order = order ? order : compare_texts(x->modularity, y->modularity);
	order = order ? order : (int) x->status - (int) y->status;
	order = order ? order : (int) x->severity - (int) y->severity;
	return order ? order : compare_texts(fix_of(x), fix_of(y));
}

void bolt_draft_drop_repeated(struct bolt_draft *draft)
{
	struct bolt_advisory *advisory = &draft->advisory;
	size_t kept = 0;

	if (advisory->affected_len < 2)
		return;
	qsort(advisory->affected, advisory->affected_len, sizeof(*advisory->affected), by_package);
	for (size_t i = 1; i < advisory->affected_len; i++) {
		if (by_package(&advisory->affected[kept], &advisory->affected[i]) != 0)
			advisory->affected[++kept] = advisory->affected[i];
	}
	advisory->affected_len = kept + 1;
}
