#include "inventory/distribution_owner.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/owner_names.h"
#include "inventory/path_set.h"
#include "inventory/sink_private.h"

/* A path that records a package, looked for among the files that distribution packages list: those are many, these few. */
struct wanted {
	uint64_t hash;
	size_t location;  /* number of the record; one may be listed under two names */
	const char *purl; /* of its owner, or NULL */
};

struct search {
	struct wanted *paths; /* sorted by hash */
	size_t len;
};

static bool is_distribution_type(const char *type)
{
	return strcmp(type, "deb") == 0 || strcmp(type, "apk") == 0 || strcmp(type, "rpm") == 0;
}

static int compare_wanted(const void *left, const void *right)
{
	const struct wanted *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static size_t count_locations(const struct bolt_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->packages_len; i++)
		n += is_distribution_type(report->packages[i].type) ? 0 : report->packages[i].locations.len;
	return n;
}

static void want(struct search *s, const char *location, size_t number)
{
	const char *inside = strstr(location, "!/");
	size_t len = inside ? (size_t) (inside - location) : strlen(location);

	s->paths[s->len++] = (struct wanted){ path_hash(location, len), number, NULL };
	if (owner_names_may_be_old(location))
		s->paths[s->len++] = (struct wanted){ path_hash(location + 4, len - 4), number, NULL };
}

/* Of several owners always the same one: the first by purl. Only the first of equal paths learns it: a program of a thousand
 * modules has as many. */
static void found(struct search *s, uint64_t hash, const char *purl)
{
	size_t low = 0, high = s->len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->paths[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < s->len && s->paths[low].hash == hash && (!s->paths[low].purl || strcmp(purl, s->paths[low].purl) < 0))
		s->paths[low].purl = purl;
}

static int look_through(struct search *s, const struct owner_names *names, const struct bolt_sink *sink)
{
	const char **purls = calloc(sink->owners_len + 1, sizeof(*purls));

	if (!purls)
		return -ENOMEM;
	for (size_t i = 0; i < sink->owners_len; i++) {
		if (is_distribution_type(sink->owners[i].type))
			purls[i] = owner_names_purl(names, &sink->owners[i]);
	}
	for (size_t i = 0; i < sink->owned_len; i++) {
		if (purls[sink->owned[i].owner])
			found(s, sink->owned[i].path_hash, purls[sink->owned[i].owner]);
	}
	free(purls);
	return 0;
}

/* owners: of each location, in the order of the report. */
static void hand_out(struct bolt_report *report, const char *const *owners)
{
	size_t number = 0;

	for (size_t i = 0; i < report->packages_len; i++) {
		struct bolt_package *package = &report->packages[i];
		bool all = package->locations.len > 0;

		if (is_distribution_type(package->type))
			continue;
		for (size_t k = 0; k < package->locations.len; k++)
			all = all && owners[number + k];
		package->owner = all ? owners[number] : NULL;
		number += package->locations.len;
	}
}

int bolt_distribution_owners_fill(struct bolt_report *report, const struct bolt_part *parts, size_t parts_len)
{
	size_t locations = count_locations(report), number = 0;
	BOLT_CLEANUP(owner_names_freep) struct owner_names *names = locations ? owner_names_new(report) : NULL;
	struct search s = { .paths = calloc(2 * locations + 1, sizeof(*s.paths)) };
	const char **owners = calloc(locations + 1, sizeof(*owners));
	int r = s.paths && owners && (names || locations == 0) ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < report->packages_len; i++) {
		const struct bolt_package *package = &report->packages[i];

		for (size_t k = 0; !is_distribution_type(package->type) && k < package->locations.len; k++)
			want(&s, package->locations.items[k], number++);
	}
	if (r == 0 && s.len > 0)
		qsort(s.paths, s.len, sizeof(*s.paths), compare_wanted);
	for (size_t i = 0; r == 0 && s.len > 0 && i < parts_len; i++)
		r = look_through(&s, names, parts[i].sink);
	for (size_t i = 0; r == 0 && i < s.len; i++) {
		struct wanted *w = &s.paths[i];

		if (i > 0 && w->hash == w[-1].hash)
			w->purl = w[-1].purl;
		if (w->purl && (!owners[w->location] || strcmp(w->purl, owners[w->location]) < 0))
			owners[w->location] = w->purl;
	}
	if (r == 0)
		hand_out(report, owners);
	free(owners);
	free(s.paths);
	return r;
}
