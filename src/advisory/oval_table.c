#include <stdlib.h>
#include <string.h>

#include "advisory/limits.h"
#include "advisory/oval_private.h"
#include "core/grow.h"
#include "core/hash64.h"

uint64_t bolt_oval_id(const char *id)
{
	return id && *id ? bolt_hash64(id, strlen(id)) | 1 : 0; /* 0 stays "none" */
}

void *bolt_oval_add(struct oval_table *table)
{
	if (table->len >= BOLT_OVAL_ROWS_MAX || bolt_grow(&table->rows, table->len, &table->room, table->row_size) < 0)
		return NULL;
	return memset((char *) table->rows + table->len++ * table->row_size, 0, table->row_size);
}

static uint64_t id_of(const void *row)
{
	uint64_t id;

	memcpy(&id, row, sizeof(id));
	return id;
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = id_of(a), y = id_of(b);

	return x < y ? -1 : x > y;
}

void bolt_oval_sort(struct oval_table *table)
{
	if (table->len > 1)
		qsort(table->rows, table->len, table->row_size, by_id);
}

const void *bolt_oval_find(const struct oval_table *table, uint64_t id)
{
	size_t low = 0, high = table->len;
	const char *rows = table->rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (id_of(rows + middle * table->row_size) < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->len && id_of(rows + low * table->row_size) == id ? rows + low * table->row_size : NULL;
}
