/* The JSON reader that builds nothing, against the one that builds: what jansson accepts, it accepts and walks to the end, entering
 * everything or passing over everything, and the texts are the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/json_pull.h"

enum { DEPTH = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static int walk(struct bolt_json_pull *p, const json_t *tree);

static int walk_object(struct bolt_json_pull *p, const json_t *tree)
{
	struct bolt_cursor key;
	int r;

	while ((r = bolt_jp_key(p, &key)) > 0) {
		if (tree && !json_object_getn(tree, (const char *) key.p, key.left))
			abort();
		r = walk(p, NULL); /* of members with the same name the tree keeps only the last */
		if (r < 0)
			return r;
	}
	return r;
}

static int walk_array(struct bolt_json_pull *p, const json_t *tree)
{
	size_t at = 0;
	int r;

	while ((r = bolt_jp_item(p)) > 0) {
		const json_t *item = tree ? json_array_get(tree, at++) : NULL;

		if (tree && !item)
			abort();
		r = walk(p, item);
		if (r < 0)
			return r;
	}
	if (r == 0 && tree && at != json_array_size(tree))
		abort();
	return r;
}

static int walk(struct bolt_json_pull *p, const json_t *tree)
{
	struct bolt_cursor text;
	int r = bolt_jp_enter(p, '{');

	if (r != 0)
		return r < 0 ? r : walk_object(p, tree);
	r = bolt_jp_enter(p, '[');
	if (r != 0)
		return r < 0 ? r : walk_array(p, tree);
	r = bolt_jp_text(p, &text);
	if (r <= 0)
		return r < 0 ? r : bolt_jp_skip(p, NULL);
	if (tree && (!json_is_string(tree) || json_string_length(tree) != text.left ||
		     (text.left > 0 && memcmp(json_string_value(tree), text.p, text.left) != 0)))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bolt_err err = { .msg = "" };
	struct bolt_json_pull p;
	BOLT_CLEANUP(bolt_json_decrefp) json_t *tree = NULL;

	if (n == 0 || memchr(bytes, 0, n)) /* jansson 2.14 loses a NUL that ends a number */
		return 0;
	bool is_json = bolt_json_load(bytes, n, DEPTH, &tree, &err) == 0;
	bolt_jp_init(&p, bolt_cursor(bytes, n), DEPTH, &err);
	int r = walk(&p, tree);
	if (r == 0)
		r = bolt_jp_end(&p);
	bolt_jp_done(&p);
	if (is_json && r != 0)
		abort();

	bool is_true;
	bolt_jp_init(&p, bolt_cursor(bytes, n), DEPTH, &err);
	int skipped = bolt_jp_skip(&p, &is_true);
	if (skipped == 0)
		skipped = bolt_jp_end(&p);
	bolt_jp_done(&p);
	if (is_json && (skipped != 0 || is_true != json_is_true(tree)))
		abort();
	if (r == 0 && skipped != 0) /* passing over checks no more than reading does */
		abort();
	return 0;
}
