#include "inventory/lower_links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash64.h"
#include "inventory/limits.h"
#include "inventory/path_set.h"
#include "inventory/squash.h"

/* A path that is a symbolic link in the layers so far. */
struct link {
	uint64_t hash; /* 0: an empty slot */
	int layer;     /* the layer that set it; -1: it is one no more */
};

/* Names of one layer that lead through one link. */
struct crossing {
	char *link, *first; /* paths: of the link, of the first such name */
	uint64_t hash;      /* of the link */
	int link_layer, layer;
	uint64_t entries;
};

struct bolt_lower_links {
	struct link *slots; /* open addressing */
	size_t used, room;
	bool full;
	struct crossing crossings[BOLT_CROSSINGS_TOLD];
	size_t crossings_len;
	uint64_t untold; /* entries */
	/* The directory looked at last, when no link is on the way to it: archives go directory by directory. */
	int plain_layer;
	size_t plain_len;
	char plain[4096 + 1];
};

struct bolt_lower_links *bolt_lower_links_new(void)
{
	return calloc(1, sizeof(struct bolt_lower_links));
}

void bolt_lower_links_free(struct bolt_lower_links *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->crossings_len; i++) {
		free(l->crossings[i].link);
		free(l->crossings[i].first);
	}
	free(l->slots);
	free(l);
}

static struct link *slot(const struct bolt_lower_links *l, uint64_t hash)
{
	size_t at = (size_t) (hash >> 8) & (l->room - 1);

	while (l->slots[at].hash && l->slots[at].hash != hash)
		at = (at + 1) & (l->room - 1);
	return &l->slots[at];
}

static int grow(struct bolt_lower_links *l)
{
	struct bolt_lower_links bigger = { .room = l->room ? l->room * 2 : 1024 };

	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < l->room; i++) {
		if (l->slots[i].hash)
			*slot(&bigger, l->slots[i].hash) = l->slots[i];
	}
	free(l->slots);
	l->slots = bigger.slots;
	l->room = bigger.room;
	return 0;
}

/* The record's own path is a link from now on, or is none any more. */
static int learn(struct bolt_lower_links *l, const struct bolt_file_record *record, uint64_t hash, int layer)
{
	bool is_link = record->kind == BOLT_FILE_SYMLINK;

	if (record->kind == BOLT_FILE_OPAQUE || (l->used == 0 && !is_link))
		return 0;
	if (is_link && l->used * 2 >= l->room && l->room < 2 * BOLT_LOWER_LINKS_MAX && grow(l) < 0)
		return -ENOMEM;
	struct link *link = slot(l, hash);
	if (link->hash) {
		link->layer = is_link ? layer : -1;
	} else if (is_link && l->used < BOLT_LOWER_LINKS_MAX) {
		*link = (struct link){ hash, layer };
		l->used++;
	} else if (is_link) {
		l->full = true;
	}
	return 0;
}

/* The first link of a lower layer on the way to the directory; *ret_len: of its path. */
static const struct link *on_the_way(const struct bolt_lower_links *l, const char *directory, size_t len, int layer,
				     size_t *ret_len)
{
	uint64_t hash = path_hash_start();

	for (size_t at = 0; at < len;) {
		const char *slash = memchr(directory + at, '/', len - at);
		size_t end = slash ? (size_t) (slash - directory) : len;

		hash = bolt_hash64_after(hash, directory + at, end - at);
		const struct link *link = slot(l, path_hash_finish(hash));
		if (link->hash && link->layer >= 0 && link->layer < layer) {
			*ret_len = end;
			return link;
		}
		at = end + 1;
	}
	return NULL;
}

static int note(struct bolt_lower_links *l, const struct link *link, size_t link_len, const struct bolt_file_record *record,
		int layer)
{
	for (size_t i = 0; i < l->crossings_len; i++) {
		if (l->crossings[i].hash == link->hash && l->crossings[i].layer == layer) {
			l->crossings[i].entries++;
			return 0;
		}
	}
	if (l->crossings_len == BOLT_ARRAY_LEN(l->crossings)) {
		l->untold++;
		return 0;
	}
	struct crossing c = { .link = strndup(record->path, link_len),
			      .first = strdup(record->path),
			      .hash = link->hash,
			      .link_layer = link->layer,
			      .layer = layer,
			      .entries = 1 };
	l->crossings[l->crossings_len++] = c;
	return c.link && c.first ? 0 : -ENOMEM;
}

int bolt_lower_links_record(struct bolt_lower_links *l, int layer, const struct bolt_file_record *record, uint64_t hash)
{
	const char *slash = memrchr(record->path, '/', record->path_len);
	size_t dir = slash ? (size_t) (slash - record->path) : 0, link_len;
	int r = 0;

	if (l->used > 0 && layer > 0 && dir > 0 &&
	    !(l->plain_layer == layer && l->plain_len == dir && memcmp(l->plain, record->path, dir) == 0)) {
		const struct link *link = on_the_way(l, record->path, dir, layer, &link_len);

		if (link) {
			r = note(l, link, link_len, record, layer);
		} else { /* what this layer itself puts on the way later was resolved when it was read */
			memcpy(l->plain, record->path, dir);
			l->plain_len = dir;
			l->plain_layer = layer;
		}
	}
	return r < 0 ? r : learn(l, record, hash, layer);
}

static int tell(struct bolt_report *report, const struct crossing *c)
{
	char *text = bolt_arena_printf(
		report->arena,
		"%llu name%s, the first '%.300s', lead%s through '%.300s', a symbolic link of layer %d: container runtimes "
		"with overlay "
		"file systems make a directory in its place, which is what is reported; others put them where the link leads",
		(unsigned long long) c->entries, c->entries == 1 ? "" : "s", c->first, c->entries == 1 ? "s" : "", c->link,
		c->link_layer);

	return text ? bolt_report_warn(report, "name-through-lower-link", c->link, c->layer, text) : -ENOMEM;
}

/* A link may have gone with a directory above it: then its name is free. */
static int tell_crossings(struct bolt_report *report, const struct bolt_lower_links *l, const struct bolt_part *parts,
			  size_t parts_len)
{
	BOLT_CLEANUP(bolt_squash_freep) struct bolt_squash *squash = bolt_squash_new();
	int r = squash ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < l->crossings_len; i++)
		r = bolt_squash_watch(squash, l->crossings[i].link);
	for (size_t i = 0; r == 0 && i < parts_len; i++)
		r = bolt_squash_layer(squash, (int) i, parts[i].files);
	for (size_t i = 0; r == 0 && i < l->crossings_len; i++) {
		const struct crossing *c = &l->crossings[i];

		if (bolt_squash_ends(squash, c->link, c->link_layer) >= c->layer)
			r = tell(report, c);
	}
	return r;
}

static int tell_bounds(struct bolt_report *report, const struct bolt_lower_links *l)
{
	int r = 0;

	if (l->untold > 0) {
		char *text = bolt_arena_printf(report->arena,
					       "%llu more entries may be named through symbolic links of lower layers",
					       (unsigned long long) l->untold);

		r = text ? bolt_report_warn(report, "name-through-lower-link", NULL, -1, text) : -ENOMEM;
	}
	if (r == 0 && l->full) {
		char *text = bolt_arena_printf(report->arena,
					       "the layers have more than %u symbolic links: names that lead through the others "
					       "were not looked for (" BOLT_BOUND_HINT ")",
					       BOLT_LOWER_LINKS_MAX);

		r = text ? bolt_report_warn(report, "limit-links", NULL, -1, text) : -ENOMEM;
	}
	return r;
}

int bolt_lower_links_warn(const struct bolt_lower_links *l, struct bolt_report *report, const struct bolt_part *parts,
			  size_t parts_len)
{
	int r = l->crossings_len > 0 ? tell_crossings(report, l, parts, parts_len) : 0;

	return r < 0 ? r : tell_bounds(report, l);
}
