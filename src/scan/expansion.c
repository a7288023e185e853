#include "scan/expansion.h"

#include <errno.h>
#include <stdlib.h>

#include "scan/limits.h"

struct expanding {
	struct bolt_reader base;
	struct bolt_reader *plain;
	const uint64_t *stored;
	struct bolt_budget *budget;
	uint64_t plain_bytes, drawn;
};

static ssize_t expanding_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct expanding *e = (struct expanding *) base;
	ssize_t n = bolt_read_next(e->plain, ret_block, err);

	if (n <= 0)
		return n;
	e->plain_bytes += (uint64_t) n;
	uint64_t free_bytes = __atomic_load_n(e->stored, __ATOMIC_RELAXED) * BOLT_IMAGE_EXPANSION_FREE + e->drawn;
	if (e->plain_bytes <= free_bytes)
		return n;
	if (!bolt_budget_take(e->budget, e->plain_bytes - free_bytes))
		return bolt_err_set(
			err, -EFBIG,
			"the image's layers expand to more than %u times their size and the bound of %llu GiB: decompression "
			"bombs; for an honest input " BOLT_BOUND_HINT,
			BOLT_IMAGE_EXPANSION_FREE, BOLT_IMAGE_EXPANSION_MAX >> 30);
	e->drawn += e->plain_bytes - free_bytes;
	return n;
}

static void expanding_free(struct bolt_reader *base)
{
	free(base);
}

struct bolt_reader *bolt_reader_expanding(struct bolt_reader *plain, const uint64_t *stored, struct bolt_budget *budget)
{
	struct expanding *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	*e = (struct expanding){ { expanding_next, expanding_free }, plain, stored, budget, 0, 0 };
	return &e->base;
}
