/* In the sandbox: which images are concerned, what changed about them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/out.h"
#include "scan/limits.h"
#include "scan/rejudge.h"
#include "scan/rescan_private.h"

enum concern { UNTOUCHED = 0, PARTLY, WHOLLY };

struct rescan {
	const struct rescan_work *work;
	const struct bolt_rescan_options *options;
	struct bolt_rescan_counts *counts;
	struct bolt_stamp stamp; /* of this judgement */
	struct bolt_store_item *items;
	size_t items_len;
	uint8_t *concern; /* of each */
	struct bolt_touched touched;
	struct bolt_judgement judgement;
	struct bolt_memo *memo;
	ZSTD_DCtx *unpacker;
	struct bolt_buf told, keys; /* packed anew */
	struct bolt_out updates;
};

int rescan_prepare(void *context, struct bolt_err *err)
{
	struct rescan_work *work = context;

	return bolt_store_open(work->options->store, &work->options->limit, BOLT_STORE_SNAPSHOT, &work->store, err);
}

/* The generation after which changes count for an image. */
static uint64_t after_of(const struct rescan *s, const struct bolt_store_item *item)
{
	return s->options->since < item->stamp.generation ? s->options->since : item->stamp.generation;
}

/* Was it judged by this very database, so that what the database notes of its changes can be gone by? */
static int judged_before(const struct rescan *s, const struct bolt_store_item *item, bool *ret_before)
{
	uint64_t mark = 0;
	int r = 0;

	if (item->stamp.generation > 0 && item->stamp.generation <= s->stamp.generation)
		r = bolt_database_mark(s->options->database, item->stamp.generation, &mark);
	*ret_before = mark != 0 && mark == item->stamp.mark && item->stamp.parts == s->stamp.parts;
	return r;
}

static int compare_items(const void *left, const void *right)
{
	const struct bolt_store_item *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

static int mark_number(struct rescan *s, uint32_t number, uint64_t generation)
{
	const struct bolt_store_item wanted = { .number = number };
	const struct bolt_store_item *item = s->items_len > 0
						     ? bsearch(&wanted, s->items, s->items_len, sizeof(wanted), compare_items)
						     : NULL;

	if (item && s->concern[item - s->items] == UNTOUCHED && generation > after_of(s, item))
		s->concern[item - s->items] = PARTLY;
	return 0;
}

struct found {
	struct rescan *rescan;
	uint64_t generation;
};

static int mark_found(void *context, uint32_t number)
{
	struct found *found = context;

	return mark_number(found->rescan, number, found->generation);
}

/* Images scanned since the index was brought up to date: their own keys are looked at. */
static int mark_unindexed(struct rescan *s)
{
	struct bolt_cursor record, told, keys;
	uint64_t key;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->items_len; i++) {
		if (s->items[i].number <= bolt_store_indexed(s->work->store) || s->concern[i] != UNTOUCHED)
			continue;
		r = bolt_store_get(s->work->store, s->items[i].number, &record, &told, &keys);
		while (r == 0 && s->concern[i] == UNTOUCHED && bolt_take_u64le(&keys, &key) == 0)
			r = mark_number(s, s->items[i].number, bolt_touched_at(&s->touched, key));
	}
	return r;
}

static int mark_touched(struct rescan *s)
{
	uint64_t oldest = s->stamp.generation;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->items_len; i++) {
		bool before;

		r = judged_before(s, &s->items[i], &before);
		if (!before || after_of(s, &s->items[i]) == 0)
			s->concern[i] = WHOLLY;
		else if (after_of(s, &s->items[i]) < oldest)
			oldest = after_of(s, &s->items[i]);
	}
	if (r == 0)
		r = bolt_touched_collect(s->options->database, oldest, &s->touched);
	if (r == -ESTALE) { /* so long ago that nobody knows any more: the generation of --since */
		memset(s->concern, WHOLLY, s->items_len);
		return 0;
	}
	for (size_t i = 0; r == 0 && i < s->touched.room; i++) {
		struct found found = { s, s->touched.slots[i].generation };

		if (found.generation > 0)
			r = bolt_store_find(s->work->store, s->touched.slots[i].key, mark_found, &found);
	}
	return r == 0 ? mark_unindexed(s) : r;
}

static void count(struct rescan *s, const struct bolt_told_change *changes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const struct bolt_told_change *change = &changes[i];

		if (!change->before) {
			s->counts->added++;
			s->counts->failing += (s->options->failing >> change->now->severity) & 1;
		} else if (!change->now) {
			s->counts->gone++;
		} else {
			s->counts->altered++;
		}
	}
	s->counts->changed += len > 0;
}

static void put_update(struct rescan *s, uint32_t number, const struct bolt_buf *told, const struct bolt_buf *keys)
{
	struct rescan_update update = { .number = number };

	if (told) {
		update.told_bytes = (uint32_t) told->len;
		update.keys_bytes = (uint32_t) keys->len;
	}
	bolt_out_bytes(&s->updates, &update, sizeof(update));
	if (told) {
		bolt_out_bytes(&s->updates, told->data, told->len);
		bolt_out_bytes(&s->updates, keys->data, keys->len);
	}
}

/* Packed as before, it is as before; names that findings go by may have changed though nothing that is told has. */
static int keep(struct rescan *s, uint32_t number, const struct bolt_rejudgement *j, struct bolt_cursor told)
{
	bolt_buf_clear(&s->told);
	bolt_buf_clear(&s->keys);
	int r = bolt_told_pack(j->all, j->all_len, &s->told);
	if (r == 0 && s->told.len == told.left && memcmp(s->told.data, told.p, told.left) == 0) {
		put_update(s, number, NULL, NULL);
		return 0;
	}
	if (r == 0)
		r = bolt_keys_pack(j->report, j->all, j->all_len, s->memo, &s->keys);
	if (r == 0)
		put_update(s, number, &s->told, &s->keys);
	return r;
}

static int rescan_image(struct rescan *s, size_t index, struct bolt_err *err)
{
	const struct bolt_store_item *item = &s->items[index];
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(SIZE_MAX / 2);
	struct bolt_rejudgement j = { .judgement = &s->judgement,
				      .memo = s->memo,
				      .touched = &s->touched,
				      .after = s->concern[index] == WHOLLY ? 0 : after_of(s, item),
				      .unpacker = s->unpacker,
				      .report = report };
	struct bolt_image_changes image = { .report = report, .generation = item->stamp.generation };
	struct bolt_told_change *changes;
	struct bolt_cursor record, told, keys;

	if (!report)
		return -ENOMEM;
	int r = bolt_store_get(s->work->store, item->number, &record, &told, &keys);
	if (r == 0)
		r = bolt_rejudge(&j, record, told, err);
	if (r == 0)
		r = bolt_told_compare(j.before, j.before_len, j.now, j.now_len, report->arena, &changes, &image.changes_len);
	if (r == 0)
		r = keep(s, item->number, &j, told);
	if (r < 0)
		return r;
	s->counts->asked++;
	s->counts->packages += j.judged;
	count(s, changes, image.changes_len);
	image.changes = changes;
	if (image.changes_len > 0)
		r = s->options->image(s->options->context, &image, err);
	bolt_report_free(BOLT_TAKE(report));
	return r == 0 ? bolt_memo_trim(s->memo) : r;
}

static int rescan_images(struct rescan *s, struct bolt_err *err)
{
	bool write = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->items_len; i++) {
		write |= memcmp(&s->items[i].stamp, &s->stamp, sizeof(s->stamp)) != 0 ||
			 s->items[i].number > bolt_store_indexed(s->work->store);
		if (s->concern[i] == UNTOUCHED)
			put_update(s, s->items[i].number, NULL, NULL);
		else
			r = rescan_image(s, i, err);
	}
	if (r == 0)
		r = bolt_out_flush(&s->updates);
	s->work->results->write = write || s->counts->asked > 0;
	s->work->results->stamp = s->stamp;
	return r;
}

static int open_tools(struct rescan *s)
{
	s->told = (struct bolt_buf) BOLT_BUF_INIT(BOLT_RECORD_PACKED_MAX);
	s->keys = (struct bolt_buf) BOLT_BUF_INIT(BOLT_RECORD_KEYS_MAX * sizeof(uint64_t));
	s->memo = bolt_memo_new(BOLT_MEMO_BYTES);
	s->unpacker = ZSTD_createDCtx();
	s->concern = calloc(s->items_len + 1, sizeof(*s->concern));
	bolt_out_init(&s->updates, s->work->updates_fd);
	return s->memo && s->unpacker && s->concern ? 0 : -ENOMEM;
}

int rescan_work(void *context, struct bolt_err *err)
{
	struct rescan_work *work = context;
	struct rescan *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->work = work;
	s->options = work->options;
	s->counts = &work->results->counts;
	s->judgement = (struct bolt_judgement){ .database = s->options->database, .now_unix = s->options->now_unix };
	int r = bolt_stamp_of(s->options->database, &s->stamp);
	if (r == 0)
		r = bolt_store_items(work->store, &s->items, &s->items_len);
	if (r == 0)
		r = open_tools(s);
	s->counts->images = s->items_len;
	s->counts->generation = s->stamp.generation;
	if (r == 0)
		r = mark_touched(s);
	if (r == 0)
		r = rescan_images(s, err);
	if (r == 0)
		r = s->options->finish(s->options->context, s->counts, err);
	if (r == -EBADMSG && (!err || !err->msg[0]))
		r = bolt_err_set(err, r, "store '%s' is damaged: remove it; the next scans fill it anew", s->options->store);
	if (r == -ENOMEM && (!err || !err->msg[0]))
		r = bolt_err_set(err, r, "out of memory");
	return r; /* the process ends here, and with it all that was allocated */
}
