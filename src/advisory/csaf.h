/* What readers of CSAF 2.0 documents (docs.oasis-open.org/csaf) share: product trees, and the lists of products that statements are
 * about. Products are known by the hash of their id: lists name a kernel's 60,000 again and again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/json_pull.h"
#include "core/macros.h"

struct bolt_csaf_product {
	uint64_t id;
	const char *purl, *cpe;    /* of its identification helper, or NULL */
	uint64_t component, whole; /* a relationship's: this product is `component` in `whole`; else 0 */
};

struct bolt_csaf_group {
	uint64_t id;
	const uint64_t *products;
	size_t products_len;
};

struct bolt_csaf_tree {
	struct bolt_csaf_product *products; /* sorted by id; as groups, it is owned */
	size_t products_len, products_room;
	struct bolt_csaf_group *groups;
	size_t groups_len, groups_room;
};

uint64_t bolt_csaf_id(struct bolt_cursor id);

/* Reads `product_tree`. Texts live in the arena.
 * 0 | -EBADMSG (not JSON, or nested deeper than BOLT_ADVISORY_DEPTH_MAX) | -E2BIG (more products than BOLT_CSAF_PRODUCTS_MAX) |
 * -ENOMEM. */
BOLT_MUST_CHECK int bolt_csaf_tree_read(struct bolt_cursor bytes, struct bolt_arena *arena, struct bolt_csaf_tree *ret_tree,
					struct bolt_err *err);
void bolt_csaf_tree_done(struct bolt_csaf_tree *tree);
const struct bolt_csaf_product *bolt_csaf_product(const struct bolt_csaf_tree *tree, uint64_t id); /* or NULL */

/* What is said of products, sorted by product once bolt_csaf_words_sort has been called. */
struct bolt_csaf_word {
	uint64_t product;
	uint32_t what; /* the reader's own number */
};
struct bolt_csaf_words {
	struct bolt_csaf_word *items; /* owned */
	size_t len, room;
};

/* Adds a word on each product that an array of ids (of products, or of groups of them) names. As bolt_csaf_tree_read. */
BOLT_MUST_CHECK int bolt_csaf_words_ids(struct bolt_csaf_words *words, struct bolt_json_pull *json, uint32_t what);
BOLT_MUST_CHECK int bolt_csaf_words_groups(struct bolt_csaf_words *words, struct bolt_json_pull *json,
					   const struct bolt_csaf_tree *tree, uint32_t what);
/* Adds one. 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_csaf_words_add(struct bolt_csaf_words *words, uint64_t product, uint32_t what);
void bolt_csaf_words_sort(struct bolt_csaf_words *words);
/* The first on a product (the lowest `what`), or NULL. */
const struct bolt_csaf_word *bolt_csaf_word(const struct bolt_csaf_words *words, uint64_t product);
void bolt_csaf_words_done(struct bolt_csaf_words *words);

/* A copy of a text; what is none, or empty, leaves *ret_text alone. 0 | -EBADMSG (not JSON, not UTF-8) | -ENOMEM (the arena is
 * full). */
BOLT_MUST_CHECK int bolt_csaf_text(struct bolt_json_pull *json, struct bolt_arena *arena, const char **ret_text);
