#include "advisory/csaf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/limits.h"
#include "core/grow.h"
#include "core/hash64.h"
#include "core/text.h"

uint64_t bolt_csaf_id(struct bolt_cursor id)
{
	return bolt_hash64(id.p, id.left) | 1; /* 0 stays "none" */
}

int bolt_csaf_text(struct bolt_json_pull *json, struct bolt_arena *arena, const char **ret_text)
{
	struct bolt_cursor text = { .left = 0 };
	int r = bolt_jp_text_or_skip(json, &text);

	if (r < 0 || text.left == 0)
		return r;
	if (!bolt_utf8_valid((const char *) text.p, text.left))
		return bolt_err_set(json->err, -EBADMSG, "a text that is not UTF-8");
	const char *copy = bolt_arena_text(arena, text.p, text.left);
	if (!copy)
		return -ENOMEM;
	*ret_text = copy;
	return 0;
}

struct tree_reading {
	struct bolt_csaf_tree tree;
	struct bolt_arena *arena;
	struct bolt_json_pull json;
	struct bolt_err *err;
};

static int read_id(struct bolt_json_pull *json, uint64_t *ret_id)
{
	struct bolt_cursor text = { .left = 0 };
	int r = bolt_jp_text_or_skip(json, &text);

	if (r == 0 && text.left > 0)
		*ret_id = bolt_csaf_id(text);
	return r;
}

static int add_product(struct tree_reading *reading, const struct bolt_csaf_product *product)
{
	struct bolt_csaf_tree *tree = &reading->tree;

	if (product->id == 0)
		return 0;
	if (tree->products_len >= BOLT_CSAF_PRODUCTS_MAX)
		return bolt_err_set(reading->err, -E2BIG, "more than %zu products; " BOLT_BOUND_HINT, BOLT_CSAF_PRODUCTS_MAX);
	if (bolt_grow(&tree->products, tree->products_len, &tree->products_room, sizeof(*tree->products)) < 0)
		return -ENOMEM;
	tree->products[tree->products_len++] = *product;
	return 0;
}

static int read_helper(struct tree_reading *reading, struct bolt_csaf_product *product)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(&reading->json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(&reading->json, &key)) > 0) {
		if (bolt_cursor_is(key, "purl"))
			r = bolt_csaf_text(&reading->json, reading->arena, &product->purl);
		else if (bolt_cursor_is(key, "cpe"))
			r = bolt_csaf_text(&reading->json, reading->arena, &product->cpe);
		else
			r = bolt_jp_skip(&reading->json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

/* A full_product_name_t, into `product`. */
static int read_name(struct tree_reading *reading, struct bolt_csaf_product *product)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(&reading->json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(&reading->json, &key)) > 0) {
		if (bolt_cursor_is(key, "product_id"))
			r = read_id(&reading->json, &product->id);
		else if (bolt_cursor_is(key, "product_identification_helper"))
			r = read_helper(reading, product);
		else
			r = bolt_jp_skip(&reading->json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

static int read_product(struct tree_reading *reading)
{
	struct bolt_csaf_product product = { .id = 0 };
	int r = read_name(reading, &product);

	return r < 0 ? r : add_product(reading, &product);
}

static int read_relationship(struct tree_reading *reading)
{
	struct bolt_csaf_product product = { .id = 0 };
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(&reading->json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(&reading->json, &key)) > 0) {
		if (bolt_cursor_is(key, "full_product_name"))
			r = read_name(reading, &product);
		else if (bolt_cursor_is(key, "product_reference"))
			r = read_id(&reading->json, &product.component);
		else if (bolt_cursor_is(key, "relates_to_product_reference"))
			r = read_id(&reading->json, &product.whole);
		else
			r = bolt_jp_skip(&reading->json, NULL);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : add_product(reading, &product);
}

/* Every item of an array, by `one`. */
static int each(struct tree_reading *reading, int (*one)(struct tree_reading *reading))
{
	int r = bolt_jp_enter_or_skip(&reading->json, '[');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_item(&reading->json)) > 0) {
		r = one(reading);
		if (r < 0)
			return r;
	}
	return r;
}

/* As deep as the JSON is allowed to be. */
static int read_branch(struct tree_reading *reading)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(&reading->json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(&reading->json, &key)) > 0) {
		if (bolt_cursor_is(key, "branches"))
			r = each(reading, read_branch);
		else if (bolt_cursor_is(key, "product"))
			r = read_product(reading);
		else
			r = bolt_jp_skip(&reading->json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

static int read_group_products(struct tree_reading *reading, struct bolt_csaf_group *group)
{
	struct bolt_csaf_words words = { .len = 0 };
	int r = bolt_csaf_words_ids(&words, &reading->json, 0);
	uint64_t *products = r == 0 ? bolt_arena_alloc(reading->arena, (words.len + 1) * sizeof(*products)) : NULL;

	for (size_t i = 0; products && i < words.len; i++)
		products[i] = words.items[i].product;
	group->products = products;
	group->products_len = products ? words.len : 0;
	bolt_csaf_words_done(&words);
	return r < 0 ? r : products ? 0 : -ENOMEM;
}

static int read_group(struct tree_reading *reading)
{
	struct bolt_csaf_tree *tree = &reading->tree;
	struct bolt_csaf_group group = { .id = 0 };
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(&reading->json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(&reading->json, &key)) > 0) {
		if (bolt_cursor_is(key, "group_id"))
			r = read_id(&reading->json, &group.id);
		else if (bolt_cursor_is(key, "product_ids"))
			r = read_group_products(reading, &group);
		else
			r = bolt_jp_skip(&reading->json, NULL);
		if (r < 0)
			return r;
	}
	if (r < 0 || group.id == 0)
		return r;
	if (bolt_grow(&tree->groups, tree->groups_len, &tree->groups_room, sizeof(*tree->groups)) < 0)
		return -ENOMEM;
	tree->groups[tree->groups_len++] = group;
	return 0;
}

static int read_tree(struct tree_reading *reading)
{
	static const struct {
		const char *key;
		int (*one)(struct tree_reading *reading);
	} rows[] = {
		{ "branches", read_branch },
		{ "full_product_names", read_product },
		{ "relationships", read_relationship },
		{ "product_groups", read_group },
	};
	struct bolt_cursor key;
	int r = bolt_jp_enter_or_skip(&reading->json, '{');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_key(&reading->json, &key)) > 0) {
		size_t i = 0;

		while (i < BOLT_ARRAY_LEN(rows) && !bolt_cursor_is(key, rows[i].key))
			i++;
		r = i < BOLT_ARRAY_LEN(rows) ? each(reading, rows[i].one) : bolt_jp_skip(&reading->json, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

/* Every row of these lists begins with the id it is found by. */
static int by_id(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

int bolt_csaf_tree_read(struct bolt_cursor bytes, struct bolt_arena *arena, struct bolt_csaf_tree *ret_tree, struct bolt_err *err)
{
	struct tree_reading reading = { .arena = arena, .err = err };

	bolt_jp_init(&reading.json, bytes, BOLT_ADVISORY_DEPTH_MAX, err);
	int r = read_tree(&reading);
	bolt_jp_done(&reading.json);
	if (r < 0) {
		bolt_csaf_tree_done(&reading.tree);
		return r;
	}
	if (reading.tree.products_len > 1)
		qsort(reading.tree.products, reading.tree.products_len, sizeof(*reading.tree.products), by_id);
	if (reading.tree.groups_len > 1)
		qsort(reading.tree.groups, reading.tree.groups_len, sizeof(*reading.tree.groups), by_id);
	*ret_tree = reading.tree;
	return 0;
}

void bolt_csaf_tree_done(struct bolt_csaf_tree *tree)
{
	free(tree->products);
	free(tree->groups);
	*tree = (struct bolt_csaf_tree){ .products_len = 0 };
}

const struct bolt_csaf_product *bolt_csaf_product(const struct bolt_csaf_tree *tree, uint64_t id)
{
	return tree->products_len && id ? bsearch(&id, tree->products, tree->products_len, sizeof(*tree->products), by_id) : NULL;
}

int bolt_csaf_words_add(struct bolt_csaf_words *words, uint64_t product, uint32_t what)
{
	if (words->len >= BOLT_CSAF_WORDS_MAX)
		return -E2BIG;
	if (bolt_grow(&words->items, words->len, &words->room, sizeof(*words->items)) < 0)
		return -ENOMEM;
	words->items[words->len++] = (struct bolt_csaf_word){ .product = product, .what = what };
	return 0;
}

int bolt_csaf_words_ids(struct bolt_csaf_words *words, struct bolt_json_pull *json, uint32_t what)
{
	int r = bolt_jp_enter_or_skip(json, '[');

	if (r <= 0)
		return r;
	while ((r = bolt_jp_item(json)) > 0) {
		uint64_t id = 0;

		r = read_id(json, &id);
		if (r == 0 && id)
			r = bolt_csaf_words_add(words, id, what);
		if (r < 0)
			return r;
	}
	return r;
}

int bolt_csaf_words_groups(struct bolt_csaf_words *words, struct bolt_json_pull *json, const struct bolt_csaf_tree *tree,
			   uint32_t what)
{
	struct bolt_csaf_words named = { .len = 0 };
	int r = bolt_csaf_words_ids(&named, json, 0);

	for (size_t i = 0; i < named.len && r == 0; i++) {
		const struct bolt_csaf_group *group = tree->groups_len ? bsearch(&named.items[i].product, tree->groups,
										 tree->groups_len, sizeof(*tree->groups), by_id)
								       : NULL;

		for (size_t k = 0; group && k < group->products_len && r == 0; k++)
			r = bolt_csaf_words_add(words, group->products[k], what);
	}
	bolt_csaf_words_done(&named);
	return r;
}

static int by_product(const void *a, const void *b)
{
	const struct bolt_csaf_word *x = a, *y = b;

	if (x->product != y->product)
		return x->product < y->product ? -1 : 1;
	return x->what < y->what ? -1 : x->what > y->what;
}

void bolt_csaf_words_sort(struct bolt_csaf_words *words)
{
	if (words->len > 1)
		qsort(words->items, words->len, sizeof(*words->items), by_product);
}

const struct bolt_csaf_word *bolt_csaf_word(const struct bolt_csaf_words *words, uint64_t product)
{
	size_t low = 0, high = words->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (words->items[middle].product < product)
			low = middle + 1;
		else
			high = middle;
	}
	return low < words->len && words->items[low].product == product ? &words->items[low] : NULL;
}

void bolt_csaf_words_done(struct bolt_csaf_words *words)
{
	free(words->items);
	*words = (struct bolt_csaf_words){ .len = 0 };
}
