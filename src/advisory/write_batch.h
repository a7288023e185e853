/* Changes to the tables `affected` and `name`, whose values are lists that many records have a share in. They are collected,
 * sorted, and written key by key: a value is read and written once however many records touched it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/database_format.h"
#include "core/buf.h"

struct bolt_batch_op {
	uint32_t name_at, name_len; /* in bytes: a full package name, or an id's key */
	uint32_t data_at, data_len; /* the entry to add; none: only what the record had is dropped */
	uint32_t record;
	uint8_t table; /* AFFECTED or NAME */
	bool add;
};

struct bolt_batch {
	struct bolt_batch_op *ops;
	size_t len, room;
	struct bolt_buf bytes;
};

void bolt_batch_init(struct bolt_batch *batch);
void bolt_batch_done(struct bolt_batch *batch);

/* Must it be written before the next record's changes come? */
bool bolt_batch_full(const struct bolt_batch *batch);

/* Whatever the record has under the name is dropped; when `add`, `data` takes its place (NAME: no data). 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_batch_add(struct bolt_batch *batch, enum bolt_table table, const void *name, size_t name_len,
				   uint32_t record, bool add, const void *data, size_t data_len);

/* All changes of one name. */
struct bolt_batch_group {
	enum bolt_table table;
	const uint8_t *name;
	size_t name_len;
	const struct bolt_batch_op *ops; /* by rising record */
	size_t len;
};

/* Calls `each` for every name in order, then forgets all. Stops at the first failure, which it returns. */
BOLT_MUST_CHECK int bolt_batch_each(struct bolt_batch *batch,
				    int (*each)(void *context, const struct bolt_batch *batch, const struct bolt_batch_group *group,
						struct bolt_err *err),
				    void *context, struct bolt_err *err);

/* The new value of a group: what others have in `old`, and what is added. 0 | -EBADMSG (`old` is damaged) | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_batch_merge(const struct bolt_batch *batch, const struct bolt_batch_group *group, struct bolt_cursor old,
				     struct bolt_buf *value);
