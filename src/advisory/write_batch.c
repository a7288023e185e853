#include "advisory/write_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/limits.h"
#include "core/grow.h"

/* One record's changes come whole, also when the batch was nearly full before. */
#define BYTES_MAX (BOLT_BATCH_BYTES_MAX + (size_t) 4 * BOLT_RECORD_BYTES_MAX)

void bolt_batch_init(struct bolt_batch *batch)
{
	*batch = (struct bolt_batch){ .bytes = BOLT_BUF_INIT(BYTES_MAX) };
}

void bolt_batch_done(struct bolt_batch *batch)
{
	free(batch->ops);
	bolt_buf_done(&batch->bytes);
}

bool bolt_batch_full(const struct bolt_batch *batch)
{
	return batch->bytes.len + batch->len * sizeof(*batch->ops) > BOLT_BATCH_BYTES_MAX;
}

int bolt_batch_add(struct bolt_batch *batch, enum bolt_table table, const void *name, size_t name_len, uint32_t record, bool add,
		   const void *data, size_t data_len)
{
	size_t at = batch->bytes.len;
	int r = bolt_buf_add(&batch->bytes, name, name_len);

	if (r == 0)
		r = bolt_buf_add(&batch->bytes, data, data_len);
	if (r == 0)
		r = bolt_grow(&batch->ops, batch->len, &batch->room, sizeof(*batch->ops));
	if (r < 0)
		return r;
	batch->ops[batch->len++] = (struct bolt_batch_op){
		.name_at = (uint32_t) at,
		.name_len = (uint32_t) name_len,
		.data_at = (uint32_t) (at + name_len),
		.data_len = (uint32_t) data_len,
		.record = record,
		.table = (uint8_t) table,
		.add = add,
	};
	return 0;
}

static int compare_names(const struct bolt_batch *batch, const struct bolt_batch_op *a, const struct bolt_batch_op *b)
{
	uint32_t n = a->name_len < b->name_len ? a->name_len : b->name_len;

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	int order = memcmp(batch->bytes.data + a->name_at, batch->bytes.data + b->name_at, n);
	return order != 0 ? order : a->name_len < b->name_len ? -1 : a->name_len > b->name_len;
}

static int compare(const void *left, const void *right, void *context)
{
	const struct bolt_batch_op *a = left, *b = right;
	int order = compare_names(context, a, b);

	if (order != 0)
		return order;
	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	return a->name_at < b->name_at ? -1 : a->name_at > b->name_at; /* as they came */
}

int bolt_batch_each(struct bolt_batch *batch,
		    int (*each)(void *context, const struct bolt_batch *batch, const struct bolt_batch_group *group,
				struct bolt_err *err),
		    void *context, struct bolt_err *err)
{
	int r = 0;

	if (batch->len > 0)
		qsort_r(batch->ops, batch->len, sizeof(*batch->ops), compare, batch);
	for (size_t i = 0, end; r == 0 && i < batch->len; i = end) {
		const struct bolt_batch_op *first = &batch->ops[i];

		for (end = i + 1; end < batch->len && compare_names(batch, first, &batch->ops[end]) == 0;)
			end++;
		struct bolt_batch_group group = {
			.table = first->table,
			.name = batch->bytes.data + first->name_at,
			.name_len = first->name_len,
			.ops = first,
			.len = end - i,
		};
		r = each(context, batch, &group, err);
	}
	batch->len = 0;
	bolt_buf_clear(&batch->bytes);
	return r;
}

/* The next old item and whose it is. 1 | 0 at the end | -EBADMSG. */
static int take_item(enum bolt_table table, struct bolt_cursor *old, struct bolt_cursor *ret_item, uint32_t *ret_record)
{
	struct bolt_cursor from = *old;
	struct bolt_entry entry;
	int r;

	if (table == BOLT_TABLE_NAME) {
		r = old->left == 0 ? 0 : bolt_take_u32be(old, ret_record) == 0 ? 1 : -EBADMSG;
	} else {
		r = bolt_entry_next(old, &entry);
		if (r == 1)
			*ret_record = entry.record;
	}
	if (r == 1)
		*ret_item = bolt_cursor(from.p, from.left - old->left);
	return r;
}

/* What one record adds. A name it has only once. */
static int add_items(const struct bolt_batch *batch, const struct bolt_batch_group *group, size_t *at, struct bolt_buf *value)
{
	uint32_t record = group->ops[*at].record;
	bool named = false;
	int r = 0;

	for (; *at < group->len && group->ops[*at].record == record; (*at)++) {
		const struct bolt_batch_op *op = &group->ops[*at];
		uint8_t number[4];

		if (r < 0 || !op->add)
			continue;
		if (group->table == BOLT_TABLE_AFFECTED) {
			r = bolt_buf_add(value, batch->bytes.data + op->data_at, op->data_len);
		} else if (!named) {
			bolt_put_u32be(number, record);
			r = bolt_buf_add(value, number, sizeof(number));
			named = true;
		}
	}
	return r;
}

int bolt_batch_merge(const struct bolt_batch *batch, const struct bolt_batch_group *group, struct bolt_cursor old,
		     struct bolt_buf *value)
{
	struct bolt_cursor item;
	uint32_t record = 0;
	size_t at = 0;
	int r = 0, more = take_item(group->table, &old, &item, &record);

	while (r == 0 && (more == 1 || at < group->len)) {
		if (more < 0)
			return more;
		if (at < group->len && (more == 0 || group->ops[at].record <= record)) {
			uint32_t touched = group->ops[at].record;

			r = add_items(batch, group, &at, value);
			while (more == 1 && record == touched)
				more = take_item(group->table, &old, &item, &record);
		} else {
			r = bolt_buf_add(value, item.p, item.left);
			more = take_item(group->table, &old, &item, &record);
		}
	}
	return r < 0 ? r : more;
}
