#include "inventory/file_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "inventory/file_owners.h"
#include "inventory/path_set.h"

/* The content that a hard link's target path had, seen from the layers so far. */
struct target {
	uint64_t hash;
	bool known;
	uint64_t size;
	uint8_t sha256[32];
};

struct view {
	const struct bolt_file_index *index;
	uint8_t **live;         /* a bit a record, a string of them a layer */
	struct target *targets; /* sorted by hash */
	size_t targets_len;
};

static bool test_bit(const uint8_t *bits, uint64_t at)
{
	return bits[at / 8] >> at % 8 & 1;
}

static void set_bit(uint8_t *bits, uint64_t at)
{
	bits[at / 8] = (uint8_t) (bits[at / 8] | 1u << at % 8);
}

static void clear_bit(uint8_t *bits, uint64_t at)
{
	bits[at / 8] = (uint8_t) (bits[at / 8] & ~(1u << at % 8));
}

static bool is_hidden(const struct path_set *above, const struct bolt_file_record *record)
{
	uint64_t hashes[PATH_PARTS_MOST];
	size_t n;

	if (above->used == 0) /* the top layer */
		return false;
	n = path_hashes(record->path, record->path_len, hashes);
	if (path_set_get(above, hashes[n - 1]) & PATH_TAKEN)
		return true;
	for (size_t i = 0; i + 1 < n; i++) {
		if (path_set_get(above, hashes[i]) & PATH_HIDES)
			return true;
	}
	return false;
}

static unsigned marks_of(enum bolt_file_kind kind)
{
	if (kind == BOLT_FILE_OPAQUE)
		return PATH_HIDES;
	return kind == BOLT_FILE_DIRECTORY ? PATH_TAKEN : PATH_TAKEN | PATH_HIDES;
}

/* A name may stand twice in one tar: only the last is extracted. */
struct twice {
	uint64_t hash, last; /* last: ordinal */
};

static int compare_twice(const void *left, const void *right)
{
	const struct twice *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static void keep_last(const struct bolt_layer_files *files, uint8_t *live, struct twice *names, size_t len)
{
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;

	qsort(names, len, sizeof(*names), compare_twice);
	for (int pass = 0; pass < 2; pass++) {
		bolt_file_first(files, &cursor);
		while (bolt_file_next(&cursor, &record)) {
			const struct twice key = { .hash = path_hash(record.path, record.path_len) };
			struct twice *name = bsearch(&key, names, len, sizeof(*names), compare_twice);

			if (name && pass == 0)
				name->last = cursor.ordinal;
			else if (name && name->last != cursor.ordinal)
				clear_bit(live, cursor.ordinal);
		}
	}
}

/* Marks what is in sight of the layers above, then adds the layer's own paths to them. */
static int mark_layer(struct view *v, size_t layer, struct path_set *above)
{
	const struct bolt_layer_files *files = v->index->parts[layer].files;
	uint8_t *live = calloc(bolt_layer_files_count(files) / 8 + 1, 1);
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	struct twice *names = NULL;
	size_t names_len = 0, names_room = 0;
	int r = 0;

	v->live[layer] = live;
	if (!live)
		return -ENOMEM;
	bolt_file_first(files, &cursor);
	while (bolt_file_next(&cursor, &record)) {
		if (!is_hidden(above, &record))
			set_bit(live, cursor.ordinal);
	}
	bolt_file_first(files, &cursor);
	while (r == 0 && bolt_file_next(&cursor, &record)) {
		uint64_t hash = path_hash(record.path, record.path_len);
		unsigned before;

		r = path_set_add(above, hash, marks_of(record.kind), &before);
		if (r < 0 || !(before & PATH_TAKEN) || !test_bit(live, cursor.ordinal))
			continue;
		/* In sight of the layers above, yet taken: by this layer itself. */
		r = bolt_grow(&names, names_len, &names_room, sizeof(*names));
		if (r == 0)
			names[names_len++] = (struct twice){ .hash = hash };
	}
	if (r == 0 && names_len > 0)
		keep_last(files, live, names, names_len);
	free(names);
	return r;
}

static int compare_targets(const void *left, const void *right)
{
	const struct target *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static int collect_targets(struct view *v)
{
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	size_t room = 0;

	for (size_t i = 0; i < v->index->parts_len; i++) {
		bolt_file_first(v->index->parts[i].files, &cursor);
		while (bolt_file_next(&cursor, &record)) {
			if (record.kind != BOLT_FILE_HARDLINK)
				continue;
			if (bolt_grow(&v->targets, v->targets_len, &room, sizeof(*v->targets)) < 0)
				return -ENOMEM;
			v->targets[v->targets_len++] = (struct target){ .hash = path_hash(record.link, strlen(record.link)) };
		}
	}
	if (v->targets_len > 0)
		qsort(v->targets, v->targets_len, sizeof(*v->targets), compare_targets);
	return 0;
}

static struct target *find_target(struct view *v, const char *path, size_t len)
{
	const struct target key = { .hash = path_hash(path, len) };

	return v->targets_len ? bsearch(&key, v->targets, v->targets_len, sizeof(key), compare_targets) : NULL;
}

/* bsearch lands on any of equal targets; all of them get the content. */
static void learn_target(struct view *v, const struct bolt_file_record *record)
{
	struct target *t = find_target(v, record->path, record->path_len);

	if (!t)
		return;
	while (t > v->targets && t[-1].hash == t->hash)
		t--;
	for (uint64_t hash = t->hash; t < v->targets + v->targets_len && t->hash == hash; t++) {
		t->known = record->has_sha256;
		t->size = record->size;
		memcpy(t->sha256, record->sha256, sizeof(t->sha256));
	}
}

static void take_content(struct view *v, struct bolt_file_record *record)
{
	const struct target *t = find_target(v, record->link, strlen(record->link));

	if (!t || !t->known)
		return;
	record->size = t->size;
	record->has_sha256 = true;
	memcpy(record->sha256, t->sha256, sizeof(record->sha256));
}

static int show(struct view *v, const struct file_owners *owners, int (*each)(void *context, const struct bolt_file_entry *entry),
		void *context)
{
	struct bolt_file_cursor cursor;
	struct bolt_file_record record;
	int r = 0;

	for (size_t i = 0; r == 0 && i < v->index->parts_len; i++) {
		bolt_file_first(v->index->parts[i].files, &cursor);
		while (r == 0 && bolt_file_next(&cursor, &record)) {
			if (record.kind != BOLT_FILE_REGULAR && record.kind != BOLT_FILE_HARDLINK)
				continue;
			if (record.kind == BOLT_FILE_HARDLINK)
				take_content(v, &record);
			learn_target(v, &record); /* a link may name a link */
			const struct bolt_file_entry entry = { &record, v->index->layered ? (int) i : -1,
							       test_bit(v->live[i], cursor.ordinal),
							       file_owners_find(owners, record.path, record.path_len) };
			r = each(context, &entry);
			r = r > 0 ? 0 : r;
		}
	}
	return r;
}

int bolt_file_view(const struct bolt_report *report, const struct bolt_file_index *index,
		   int (*each)(void *context, const struct bolt_file_entry *entry), void *context)
{
	struct view v = { .index = index, .live = calloc(index->parts_len + 1, sizeof(uint8_t *)) };
	struct path_set above = { .slots = NULL };
	struct file_owners *owners = NULL;
	int r = v.live ? collect_targets(&v) : -ENOMEM;

	for (size_t i = index->parts_len; r == 0 && i-- > 0;)
		r = mark_layer(&v, i, &above);
	path_set_done(&above);
	if (r == 0)
		r = file_owners_new(report, index->parts, index->parts_len, &owners);
	if (r == 0)
		r = show(&v, owners, each, context);
	file_owners_free(owners);
	for (size_t i = 0; v.live && i < index->parts_len; i++)
		free(v.live[i]);
	free(v.live);
	free(v.targets);
	return r;
}
