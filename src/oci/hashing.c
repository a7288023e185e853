#include "oci/hashing.h"

#include <stdlib.h>

struct hashing {
	struct bolt_reader base;
	struct bolt_reader *source;
	struct bolt_hash *hash;
};

static ssize_t hashing_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct hashing *r = (struct hashing *) base;
	const uint8_t *block = NULL;
	ssize_t n = bolt_read_next(r->source, &block, err);

	if (n > 0)
		bolt_hash_update(r->hash, block, (size_t) n);
	*ret_block = block;
	return n;
}

static void plain_free(struct bolt_reader *base)
{
	free(base);
}

struct bolt_reader *bolt_reader_hashing(struct bolt_reader *source, struct bolt_hash *hash)
{
	struct hashing *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct hashing){ { .next = hashing_next, .close = plain_free }, source, hash };
	return &r->base;
}

struct counting {
	struct bolt_reader base;
	struct bolt_reader *source;
	uint64_t *counter;
};

static ssize_t counting_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct counting *r = (struct counting *) base;
	ssize_t n = bolt_read_next(r->source, ret_block, err);

	if (n > 0)
		__atomic_add_fetch(r->counter, (uint64_t) n, __ATOMIC_RELAXED);
	return n;
}

struct bolt_reader *bolt_reader_counting(struct bolt_reader *source, uint64_t *counter)
{
	struct counting *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct counting){ { .next = counting_next, .close = plain_free }, source, counter };
	return &r->base;
}

struct after {
	struct bolt_reader base;
	const uint8_t *head;
	size_t head_len;
	struct bolt_reader *rest;
};

static ssize_t after_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct after *r = (struct after *) base;
	size_t n = r->head_len;

	if (n == 0)
		return bolt_read_next(r->rest, ret_block, err);
	*ret_block = r->head;
	r->head_len = 0;
	return (ssize_t) n;
}

struct bolt_reader *bolt_reader_after(const void *head, size_t head_len, struct bolt_reader *rest)
{
	struct after *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct after){ { .next = after_next, .close = plain_free }, head, head_len, rest };
	return &r->base;
}
