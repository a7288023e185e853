#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bound.h"
#include "scan/layer_links.h"
#include "scan/limits.h"

static const struct row {
	const char *name;
	const char *links; /* "PATH TARGET" or "-PATH", each ended by ';', in order */
	const char *path, *want;
	int result;
} rows[] = {
	{ "no link", "", "a/f", NULL, 0 },
	{ "another link", "b d;", "a/f", NULL, 0 },
	{ "relative", "a d/real;", "a/f", "d/real/f", 1 },
	{ "absolute", "x/a /d/real;", "x/a/f", "d/real/f", 1 },
	{ "beside the link's own directory", "x/y/a ../z;", "x/y/a/f", "x/z/f", 1 },
	{ "never above the root", "x/a ../../../d;", "x/a/f", "d/f", 1 },
	{ "to the root", "a /;", "a/b/f", "b/f", 1 },
	{ "to itself's directory", "a .;", "a/a/a/f", "f", 1 },
	{ "odd slashes", "a .//d/./real//;", "a/f", "d/real/f", 1 },
	{ "an empty target", "a ;", "a/f", "f", 1 },
	{ "a chain", "b d/real;a b;", "a/f", "d/real/f", 1 },
	{ "two on the way", "a d;d/b ../e;", "a/b/f", "e/f", 1 },
	{ "up from where a link led", "a d/real;", "a/b/f", "d/real/b/f", 1 },
	{ "a target that goes through a link and up", "l u/v;a l/../w;", "a/f", "u/w/f", 1 },
	{ "the last component is not followed", "d/a /x;", "d/a", NULL, 0 },
	{ "a link that ended", "a d;-a;", "a/f", NULL, 0 },
	{ "a link set anew", "a d;a e;", "a/f", "e/f", 1 },
	{ "the start of a name is no directory", "ab d;", "abc/f", NULL, 0 },
	{ "a circle", "a b;b a;", "a/f", NULL, -ELOOP },
	{ "itself", "a a;", "a/f", NULL, -ELOOP },
};

static void set_all(struct bolt_layer_links *links, const char *text)
{
	char *copy = strdup(text), *rest = copy;

	for (char *word; (word = strsep(&rest, ";")) && *word;) {
		char *target = strchr(word, ' ');

		if (target)
			*target++ = '\0';
		if (target)
			assert_int_equal(bolt_layer_links_set(links, word, target), 0);
		else
			bolt_layer_links_end(links, word + 1);
	}
	free(copy);
}

static void names_lead_where_the_kernel_would_go(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		BOLT_CLEANUP(bolt_layer_links_freep) struct bolt_layer_links *links = bolt_layer_links_new(NULL);
		char path[BOLT_PATH_MAX + 1] = "untouched";

		set_all(links, rows[i].links);
		int r = bolt_layer_links_resolve(links, rows[i].path, path);
		if (r != rows[i].result || strcmp(path, rows[i].want ? rows[i].want : "untouched") != 0)
			fail_msg("%s: %d, '%s'", rows[i].name, r, path);
		assert_int_equal(bolt_layer_links_resolve(links, rows[i].path, path), rows[i].result); /* from what it remembers */
	}
}

/* What was found plain may lead elsewhere after the next link. */
static void a_link_counts_from_where_it_stands(void **state)
{
	(void) state;
	BOLT_CLEANUP(bolt_layer_links_freep) struct bolt_layer_links *links = bolt_layer_links_new(NULL);
	char path[BOLT_PATH_MAX + 1];

	set_all(links, "other d;");
	assert_int_equal(bolt_layer_links_resolve(links, "a/b/f", path), 0);
	set_all(links, "a/b/c d;a/bb d;");
	assert_int_equal(bolt_layer_links_resolve(links, "a/b/f", path), 0);
	set_all(links, "a x;");
	assert_int_equal(bolt_layer_links_resolve(links, "a/b/f", path), 1);
	assert_string_equal(path, "x/b/f");
	assert_string_equal(bolt_layer_links_target(links, "a/bb"), "d");
	assert_null(bolt_layer_links_target(links, "a/b"));
}

static void a_link_may_be_set_to_its_own_target(void **state)
{
	(void) state;
	BOLT_CLEANUP(bolt_layer_links_freep) struct bolt_layer_links *links = bolt_layer_links_new(NULL);

	set_all(links, "a somewhere/else;");
	assert_int_equal(bolt_layer_links_set(links, "a", bolt_layer_links_target(links, "a")), 0);
	assert_string_equal(bolt_layer_links_target(links, "a"), "somewhere/else");
}

static void hops_and_lengths_are_bounded(void **state)
{
	(void) state;
	BOLT_CLEANUP(bolt_layer_links_freep) struct bolt_layer_links *links = bolt_layer_links_new(NULL);
	char path[BOLT_PATH_MAX + 1], name[32], target[32], *dir = malloc(BOLT_PATH_MAX);

	for (unsigned i = 0; i < BOLT_LINK_HOPS_MAX; i++) {
		(void) snprintf(name, sizeof(name), "l%u", i);
		(void) snprintf(target, sizeof(target), "l%u", i + 1);
		assert_int_equal(bolt_layer_links_set(links, name, target), 0);
	}
	assert_int_equal(bolt_layer_links_resolve(links, "l0/f", path), 1);
	assert_int_equal(bolt_layer_links_set(links, "l40", "end"), 0);
	assert_int_equal(bolt_layer_links_resolve(links, "l0/f", path), -ELOOP);
	assert_int_equal(bolt_layer_links_resolve(links, "l1/f", path), 1);
	assert_string_equal(path, "end/f");

	memset(dir, 'd', BOLT_PATH_MAX - 2);
	dir[BOLT_PATH_MAX - 2] = '\0';
	assert_int_equal(bolt_layer_links_set(links, "long", dir), 0);
	assert_int_equal(bolt_layer_links_resolve(links, "long/f", path), 1);
	assert_int_equal(strlen(path), BOLT_PATH_MAX);
	assert_int_equal(bolt_layer_links_resolve(links, "long/ff", path), -ENAMETOOLONG);
	free(dir);
}

static void links_and_memory_are_bounded(void **state)
{
	(void) state;
	struct bolt_budget budget = { .left = 10000 };
	struct bolt_layer_links *links = bolt_layer_links_new(&budget);
	char name[32], path[BOLT_PATH_MAX + 1];
	unsigned set = 0;

	for (; (void) snprintf(name, sizeof(name), "l%u", set), bolt_layer_links_set(links, name, "d") == 0; set++)
		assert_true(set < 1000);
	assert_true(set > 100);
	assert_int_equal(bolt_layer_links_resolve(links, "l7/f", path), 1); /* what is known stays known */
	bolt_layer_links_free(links);
	assert_int_equal(budget.left, 10000);

	links = bolt_layer_links_new(NULL);
	for (set = 0; (void) snprintf(name, sizeof(name), "l%u", set), bolt_layer_links_set(links, name, "d") == 0; set++)
		assert_true(set < BOLT_LAYER_LINKS_MAX);
	assert_int_equal(set, BOLT_LAYER_LINKS_MAX);
	bolt_layer_links_free(links);
}

static void steps_are_bounded(void **state)
{
	(void) state;
	BOLT_CLEANUP(bolt_layer_links_freep) struct bolt_layer_links *links = bolt_layer_links_new(NULL);
	char path[BOLT_PATH_MAX + 1], deep[4001];
	int r = 1;

	for (size_t i = 0; i < 4000; i += 2)
		memcpy(deep + i, "d/", 2);
	deep[4000] = '\0';
	assert_int_equal(bolt_layer_links_set(links, "a", deep), 0);
	assert_int_equal(bolt_layer_links_set(links, "b", deep), 0);
	uint64_t names = 0;
	for (; r == 1; names++)
		r = bolt_layer_links_resolve(links, names % 2 ? "a/f" : "b/f", path);
	assert_int_equal(r, -E2BIG);
	assert_in_range(names, BOLT_LINK_STEPS_MAX / 2100, BOLT_LINK_STEPS_MAX / 1900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_where_the_kernel_would_go), cmocka_unit_test(a_link_counts_from_where_it_stands),
		cmocka_unit_test(a_link_may_be_set_to_its_own_target),  cmocka_unit_test(hops_and_lengths_are_bounded),
		cmocka_unit_test(links_and_memory_are_bounded),         cmocka_unit_test(steps_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
