#include "inventory/squash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "inventory/path_set.h"

/* Something a layer did at a watched path or at a directory above one. */
struct event {
	uint32_t next; /* index + 1 of the path's next event, a layer never lower than this one's; 0: none */
	int layer;
	enum bolt_file_kind kind;
	uint64_t ordinal;
};

struct watch {
	uint64_t hash;        /* of the path: 64 keyed bits stand for it */
	uint32_t first, last; /* events, index + 1 */
};

struct bolt_squash {
	struct watch *table; /* open addressing; hash 0 is empty */
	size_t used, room;   /* room is a power of two */
	struct event *events;
	size_t events_len, events_room;
};

struct bolt_squash *bolt_squash_new(void)
{
	return calloc(1, sizeof(struct bolt_squash));
}

void bolt_squash_free(struct bolt_squash *squash)
{
	if (!squash)
		return;
	free(squash->table);
	free(squash->events);
	free(squash);
}

static struct watch *find(const struct bolt_squash *s, uint64_t hash)
{
	if (s->room == 0)
		return NULL;
	for (size_t at = hash & (s->room - 1); s->table[at].hash; at = (at + 1) & (s->room - 1)) {
		if (s->table[at].hash == hash)
			return &s->table[at];
	}
	return NULL;
}

static void insert(struct watch *table, size_t room, struct watch watch)
{
	size_t at = watch.hash & (room - 1);

	while (table[at].hash)
		at = (at + 1) & (room - 1);
	table[at] = watch;
}

static int watch_hash(struct bolt_squash *s, uint64_t hash)
{
	if (find(s, hash))
		return 0;
	if (s->used * 2 >= s->room) {
		size_t room = s->room ? s->room * 2 : 256;
		struct watch *table = calloc(room, sizeof(*table));

		if (!table)
			return -ENOMEM;
		for (size_t i = 0; i < s->room; i++) {
			if (s->table[i].hash)
				insert(table, room, s->table[i]);
		}
		free(s->table);
		s->table = table;
		s->room = room;
	}
	insert(s->table, s->room, (struct watch){ .hash = hash });
	s->used++;
	return 0;
}

int bolt_squash_watch(struct bolt_squash *s, const char *path)
{
	uint64_t hashes[PATH_PARTS_MOST];
	size_t n = path_hashes(path, strlen(path), hashes);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) /* the root too: it can be opaque */
		r = watch_hash(s, hashes[i]);
	return r;
}

int bolt_squash_record(struct bolt_squash *s, int layer, const struct bolt_file_record *record, uint64_t hash, uint64_t ordinal)
{
	struct watch *w = find(s, hash);

	if (!w)
		return 0;
	if (s->events_len >= UINT32_MAX - 1 || bolt_grow(&s->events, s->events_len, &s->events_room, sizeof(*s->events)) < 0)
		return -ENOMEM;
	s->events[s->events_len++] = (struct event){ 0, layer, record->kind, ordinal };
	if (w->last)
		s->events[w->last - 1].next = (uint32_t) s->events_len;
	else
		w->first = (uint32_t) s->events_len;
	w->last = (uint32_t) s->events_len;
	return 0;
}

int bolt_squash_layer(struct bolt_squash *s, int layer, const struct bolt_layer_files *files)
{
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	int r = 0;

	bolt_file_first(files, &cursor);
	while (r == 0 && bolt_file_next(&cursor, &record))
		r = bolt_squash_record(s, layer, &record, path_hash(record.path, record.path_len), cursor.ordinal);
	return r;
}

/* The lowest layer above `layer` with an event at the path for which `hides` says true, but no higher than `most`. */
static int first_above(const struct bolt_squash *s, uint64_t hash, int layer, int most, bool (*hides)(enum bolt_file_kind))
{
	const struct watch *w = find(s, hash);

	for (uint32_t i = w ? w->first : 0; i; i = s->events[i - 1].next) {
		const struct event *e = &s->events[i - 1];

		if (e->layer > layer && e->layer < most && hides(e->kind))
			return e->layer;
	}
	return most;
}

static bool replaces(enum bolt_file_kind kind)
{
	return kind != BOLT_FILE_OPAQUE; /* even a directory hides the file that was there */
}

static bool hides_what_is_under(enum bolt_file_kind kind)
{
	return kind != BOLT_FILE_DIRECTORY;
}

int bolt_squash_ends(const struct bolt_squash *s, const char *path, int layer)
{
	uint64_t hashes[PATH_PARTS_MOST];
	size_t n = path_hashes(path, strlen(path), hashes);
	int ends = first_above(s, hashes[n - 1], layer, BOLT_SQUASH_STAYS, replaces);

	for (size_t i = 0; i + 1 < n; i++)
		ends = first_above(s, hashes[i], layer, ends, hides_what_is_under);
	return ends;
}

uint64_t bolt_squash_last_ordinal(const struct bolt_squash *s, const char *path, int layer)
{
	const struct watch *w = find(s, path_hash(path, strlen(path)));
	uint64_t last = UINT64_MAX;

	for (uint32_t i = w ? w->first : 0; i; i = s->events[i - 1].next) {
		const struct event *e = &s->events[i - 1];

		if (e->layer == layer && e->kind != BOLT_FILE_WHITEOUT && e->kind != BOLT_FILE_OPAQUE)
			last = e->ordinal;
	}
	return last;
}
