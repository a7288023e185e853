#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/entry.h"
#include "advisory/limits.h"
#include "advisory/packing.h"
#include "advisory/record.h"
#include "advisory/write_private.h"

/* zstd wants some hundred times the dictionary's size of samples; more teach it little. */
enum { SAMPLES_BYTES = 4 << 20, SAMPLES_LEAST = 200, SAMPLES_MOST = 8192 };

/* One record out of the spool: canonical bytes in writer->record. */
struct item {
	struct bolt_incoming *in; /* NULL: a later one of the same id took its place */
	uint8_t hash[16];
};

/* The part's `number`-th item, counted from 1. */
static int take_item(struct bolt_part_run *run, uint32_t number, struct item *item)
{
	struct bolt_writer *w = run->writer;
	uint8_t bytes[8];
	struct bolt_cursor head = bolt_cursor(bytes, sizeof(bytes));
	uint32_t index = 0, len = 0;
	int r = bolt_spool_take(&w->spool, bytes, sizeof(bytes));

	if (r == 0 && (bolt_take_u32le(&head, &index) < 0 || bolt_take_u32le(&head, &len) < 0 || index >= run->incoming_len))
		r = -EBADMSG;
	if (r == 0)
		r = bolt_spool_take(&w->spool, item->hash, sizeof(item->hash));
	bolt_buf_clear(&w->record);
	if (r == 0)
		r = bolt_buf_reserve(&w->record, len);
	if (r == 0)
		r = bolt_spool_take(&w->spool, w->record.data, len);
	if (r < 0)
		return r;
	w->record.len = len;
	item->in = run->incoming[index].item == number ? &run->incoming[index] : NULL;
	return 0;
}

struct samples {
	struct bolt_buf bytes;
	size_t lengths[SAMPLES_MOST];
	unsigned len;
};

/* From all over the part, so that its beginning is not taken for all of it. */
static int collect_samples(struct bolt_part_run *run, struct samples *samples)
{
	struct bolt_writer *w = run->writer;
	uint64_t step = (w->spool.written + w->spool.block.len) / SAMPLES_BYTES + 1;
	struct item item;
	int r = bolt_spool_rewind(&w->spool);

	if (run->items / step > SAMPLES_MOST)
		step = run->items / SAMPLES_MOST + 1;
	for (uint32_t i = 1; r == 0 && i <= run->items; i++) {
		r = take_item(run, i, &item);
		if (r < 0 || i % step != 0 || !item.in || samples->len == SAMPLES_MOST)
			continue;
		size_t id_len = strlen(item.in->id) + 1, n = w->record.len - id_len;

		if (n > samples->bytes.max - samples->bytes.len)
			break;
		r = bolt_buf_add(&samples->bytes, w->record.data + id_len, n);
		samples->lengths[samples->len++] = n;
	}
	return r;
}

static int train(struct bolt_part_run *run, uint8_t number, const char *label, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct samples *samples = calloc(1, sizeof(*samples));
	uint8_t *dictionary = malloc(BOLT_DICTIONARY_BYTES);
	int r = samples && dictionary ? 0 : -ENOMEM;
	size_t n = 0;

	if (r == 0) {
		samples->bytes = (struct bolt_buf) BOLT_BUF_INIT(2 * SAMPLES_BYTES);
		r = collect_samples(run, samples);
	}
	if (r == 0)
		n = bolt_packer_train(samples->bytes.data, samples->lengths, samples->len, dictionary);
	if (r == 0 && n > 0) {
		bolt_buf_clear(&w->value);
		r = bolt_pack_text(&w->value, label);
		if (r == 0)
			r = bolt_buf_add(&w->value, dictionary, n);
		if (r == 0)
			r = bolt_packer_learn(&w->packer, number, label, dictionary, n);
		if (r == 0)
			r = bolt_writer_put(w, BOLT_TABLE_DICTIONARY, &number, 1, w->value.data, w->value.len, err);
		run->dictionary = r == 0 ? number : 0;
	}
	if (samples)
		bolt_buf_done(&samples->bytes);
	free(samples);
	free(dictionary);
	return r;
}

static int choose_dictionary(struct bolt_part_run *run, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	char label[BOLT_DICTIONARY_LABEL];

	bolt_packer_label(run->part, label);
	run->dictionary = bolt_packer_find(&w->packer, label);
	uint8_t number = bolt_packer_free_number(&w->packer);
	if (run->dictionary > 0 || number == 0 || run->items < SAMPLES_LEAST)
		return 0;
	return train(run, number, label, err);
}

/* What a record says, in every place it says it: dropped, and with `add` put there anew. */
static int change_entries(struct bolt_part_run *run, const struct bolt_advisory *a, uint32_t number, bool add, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	uint8_t name[BOLT_FULL_NAME_MAX];
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->affected_len; i++) {
		const struct bolt_affected *one = &a->affected[i];
		size_t len = bolt_full_name(one->ecosystem, one->package, one->binary, name);

		bolt_buf_clear(&w->value);
		if (add)
			r = bolt_entry_pack(one, number, run->state.number, a->withdrawn, &w->value, err);
		if (r == 0)
			r = bolt_batch_add(&w->batch, BOLT_TABLE_AFFECTED, name, len, number, add, w->value.data, w->value.len);
	}
	return r;
}

static int change_names(struct bolt_writer *w, const struct bolt_advisory *a, uint32_t number, bool add)
{
	struct bolt_key key;

	bolt_key_id(a->id, &key);
	int r = bolt_batch_add(&w->batch, BOLT_TABLE_NAME, key.bytes, key.len, number, add, "", 0);
	for (size_t i = 0; r == 0 && i < a->aliases.len; i++) {
		bolt_key_id(a->aliases.items[i], &key);
		if (key.len > 0)
			r = bolt_batch_add(&w->batch, BOLT_TABLE_NAME, key.bytes, key.len, number, add, "", 0);
	}
	return r;
}

/* Everything the database has of a record leaves the batches' tables; the record itself stays. */
static int drop_old(struct bolt_part_run *run, uint32_t number, struct bolt_arena *arena, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct bolt_stored stored;
	struct bolt_advisory old;
	int r = bolt_writer_stored(w, number, &stored, err);

	if (r < 0)
		return r;
	size_t length = strlen(stored.id) + 1 + stored.length;
	char *bytes = bolt_arena_alloc(arena, length);
	if (!bytes)
		return -ENOMEM;
	r = bolt_stored_unpack(&stored, w->packer.unpacker, w->packer.dictionaries[stored.dictionary].unpack, bytes);
	if (r == 0)
		r = bolt_record_decode(bolt_cursor(bytes, length), true, arena, &old);
	if (r == -EBADMSG)
		return bolt_writer_fail(w, MDB_CORRUPTED, "a record is damaged", err);
	if (r == 0)
		r = change_entries(run, &old, number, false, err);
	if (r == 0)
		r = change_names(w, &old, number, false);
	return r;
}

static int write_group(void *context, const struct bolt_batch *batch, const struct bolt_batch_group *group, struct bolt_err *err)
{
	struct bolt_writer *w = context;
	struct bolt_cursor old = bolt_cursor("", 0);
	struct bolt_key key = { .len = group->name_len };
	int r = 0;

	if (group->table == BOLT_TABLE_AFFECTED)
		r = bolt_key_package(group->name, group->name_len, &key);
	else
		memcpy(key.bytes, group->name, group->name_len);
	if (r == 0)
		r = bolt_writer_get(w, group->table, key.bytes, key.len, &old, err);
	if (r < 0 && r != -ENOENT)
		return r;
	bolt_buf_clear(&w->value);
	r = bolt_batch_merge(batch, group, old, &w->value);
	if (r == -E2BIG)
		return bolt_err_set(err, r, "more than %u MiB are said of one package", BOLT_ENTRIES_BYTES_MAX >> 20);
	if (r == -EBADMSG)
		return bolt_writer_fail(w, MDB_CORRUPTED, "a package's entries are damaged", err);
	if (r < 0)
		return r;
	/* Also where the entries stay as they were: what the record itself says, its other names for one, decides as well. */
	r = group->table == BOLT_TABLE_AFFECTED ? bolt_note_package(w, group->name, group->name_len)
						: bolt_note_name(w, group->name, group->name_len);
	if (r < 0 || (w->value.len == old.left && memcmp(w->value.data, old.p, old.left) == 0))
		return r;
	r = bolt_writer_put(w, group->table, key.bytes, key.len, w->value.data, w->value.len, err);
	return r == 0 ? bolt_writer_breathe(w, false, err) : r;
}

static int flush(struct bolt_writer *w, bool now, struct bolt_err *err)
{
	return now || bolt_batch_full(&w->batch) ? bolt_batch_each(&w->batch, write_group, w, err) : 0;
}

static int put_record(struct bolt_part_run *run, const struct item *item, const char *id, uint32_t number, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	size_t id_len = strlen(id) + 1;
	uint8_t key[4];
	int r = bolt_packer_pack(&w->packer, run->dictionary, w->record.data + id_len, w->record.len - id_len);

	if (r < 0)
		return r;
	struct bolt_stored stored = {
		.part = run->state.number,
		.dictionary = run->dictionary,
		.length = (uint32_t) (w->record.len - id_len),
		.id = id,
		.packed = bolt_cursor(w->packer.packed.data, w->packer.packed.len),
	};
	memcpy(stored.hash, item->hash, sizeof(stored.hash));
	bolt_buf_clear(&w->value);
	r = bolt_stored_put(&w->value, &stored);
	bolt_put_u32be(key, number);
	return r == 0 ? bolt_writer_put(w, BOLT_TABLE_RECORD, key, sizeof(key), w->value.data, w->value.len, err) : r;
}

static int apply_item(struct bolt_part_run *run, const struct item *item, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(SIZE_MAX / 2);
	struct bolt_writer *w = run->writer;
	struct bolt_incoming *in = item->in;
	struct bolt_advisory advisory;
	bool known = in->number != BOLT_INCOMING_NEW;
	uint32_t number = known ? in->number : w->next_record;

	if (!arena)
		return -ENOMEM;
	if (number == UINT32_MAX)
		return bolt_err_set(err, -E2BIG, "no number is left for a new record: make the database anew");
	int r = known ? drop_old(run, number, arena, err) : 0;
	if (r == 0)
		r = bolt_record_decode(bolt_cursor(w->record.data, w->record.len), true, arena, &advisory);
	if (r == 0)
		r = change_entries(run, &advisory, number, true, err);
	if (r == 0)
		r = change_names(w, &advisory, number, true);
	if (r == 0)
		r = put_record(run, item, in->id, number, err);
	if (r == 0 && !known)
		r = bolt_index_add(&w->index, bolt_index_hash(run->state.number, in->id), run->state.number, number);
	if (r == 0)
		r = bolt_note_record(w, run->state.number, in->id, false);
	if (r < 0)
		return r;
	w->next_record += !known;
	run->added += !known;
	run->changed += known;
	r = flush(w, false, err);
	return r == 0 ? bolt_writer_breathe(w, false, err) : r;
}

static int remove_record(struct bolt_part_run *run, struct bolt_slot *slot, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(SIZE_MAX / 2);
	struct bolt_writer *w = run->writer;
	struct bolt_stored stored;
	uint8_t key[4];
	int r = arena ? drop_old(run, slot->number, arena, err) : -ENOMEM;

	if (r == 0)
		r = bolt_writer_stored(w, slot->number, &stored, err);
	if (r == 0)
		r = bolt_note_record(w, run->state.number, stored.id, true);
	bolt_put_u32be(key, slot->number);
	if (r == 0)
		r = bolt_writer_put(w, BOLT_TABLE_RECORD, key, sizeof(key), NULL, 0, err);
	if (r < 0)
		return r;
	slot->state = BOLT_SLOT_GONE;
	run->removed++;
	r = flush(w, false, err);
	return r == 0 ? bolt_writer_breathe(w, false, err) : r;
}

static int remove_gone(struct bolt_part_run *run, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct bolt_slot *slot;
	int r = 0;

	for (size_t i = 0; run->whole && run->known && r == 0 && w->index.slots && i <= w->index.mask; i++) {
		slot = &w->index.slots[i];
		if (slot->state == BOLT_SLOT_USED && slot->part == run->state.number && !slot->seen)
			r = remove_record(run, slot, err);
	}
	for (size_t i = 0; r == 0 && i < run->removed_ids_len; i++) {
		const char *id = run->removed_ids[i];

		r = bolt_writer_slot(w, bolt_index_hash(run->state.number, id), run->state.number, id, &slot, err);
		r = r == -ENOENT ? 0 : r < 0 ? r : remove_record(run, slot, err);
	}
	return r;
}

int bolt_apply_records(struct bolt_part_run *run, struct bolt_err *err)
{
	struct bolt_writer *w = run->writer;
	struct item item;
	int r = choose_dictionary(run, err);

	if (r == 0)
		r = remove_gone(run, err);
	if (r == 0)
		r = bolt_spool_rewind(&w->spool);
	for (uint32_t i = 1; r == 0 && i <= run->items; i++) {
		r = take_item(run, i, &item);
		if (r == 0 && item.in)
			r = apply_item(run, &item, err);
	}
	return r == 0 ? flush(w, true, err) : r;
}
