/* What an update fetches, and from where; the texts that say where a file is; EPSS as bundles carry it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advisory/bundle_scores.h"
#include "advisory/update_plan.h"
#include "advisory/update_resolve.h"

static const char *url_of(const struct bolt_update_plan *plan, const char *part)
{
	for (size_t i = 0; i < plan->len; i++) {
		if (strcmp(plan->items[i].part, part) == 0)
			return plan->items[i].url;
	}
	return "none";
}

static void names_are_parts_or_feeds(void **state)
{
	static const struct {
		const char *name, *mirror;
		int want_r;
		size_t want_len;
		const char *part, *url;
	} rows[] = {
		{ "osv/npm", NULL, 0, 1, "osv/npm", "https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip" },
		{ "osv/npm", "https://m.example/a//", 0, 1, "osv/npm", "https://m.example/a/osv/npm/all.zip" },
		{ "osv/Rocky-Linux", "https://m.example", 0, 1, "osv/Rocky-Linux", "https://m.example/osv/Rocky%20Linux/all.zip" },
		{ "alpine/v3.18/main", NULL, 0, 1, "alpine/v3.18/main", "https://secdb.alpinelinux.org/v3.18/main.json" },
		{ "redhat-oval/rhel-8", NULL, 0, 1, "redhat-oval/rhel-8",
		  "https://security.access.redhat.com/data/oval/v2/RHEL8/rhel-8.oval.xml.bz2" },
		{ "kev", "https://m.example", 0, 1, "kev", "https://m.example/kev/known_exploited_vulnerabilities.json" },
		{ "redhat-oval", NULL, 0, 6, "redhat-oval/rhel-9-including-unpatched",
		  "https://security.access.redhat.com/data/oval/v2/RHEL9/rhel-9-including-unpatched.oval.xml.bz2" },
		{ "osv/", NULL, -EINVAL, 0, NULL, NULL },
		{ "osv/{}", NULL, -EINVAL, 0, NULL, NULL },
		{ "nothing", NULL, -EINVAL, 0, NULL, NULL },
		{ "", NULL, -EINVAL, 0, NULL, NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_arena *arena = bolt_arena_new(1 << 20);
		struct bolt_update_plan plan = { .len = 0 };
		struct bolt_err err = { .msg = "" };
		const struct bolt_update_wish wish = { .names = &rows[i].name, .names_len = 1, .mirror = rows[i].mirror };

		assert_int_equal(bolt_update_plan_make(&wish, arena, &plan, &err), rows[i].want_r);
		assert_int_equal(plan.len, rows[i].want_len);
		assert_true(rows[i].want_r == 0 || err.msg[0]);
		if (rows[i].part)
			assert_string_equal(url_of(&plan, rows[i].part), rows[i].url);
		bolt_update_plan_done(&plan);
		bolt_arena_free(arena);
	}
}

static void no_part_is_fetched_twice_and_an_address_of_ones_own_wins(void **state)
{
	static const char *const names[] = { "default", "osv", "osv/npm", "default" };
	static const char *const urls[] = { "osv/npm=https://own.example/npm.zip" };
	struct bolt_arena *arena = bolt_arena_new(1 << 20);
	const struct bolt_update_wish wish = { names, 4, urls, 1, NULL };
	struct bolt_update_plan plan;

	(void) state;
	assert_int_equal(bolt_update_plan_make(&wish, arena, &plan, NULL), 0);
	assert_string_equal(url_of(&plan, "osv/npm"), "https://own.example/npm.zip");
	for (size_t i = 0; i < plan.len; i++) {
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(plan.items[i].part, plan.items[k].part);
	}
	bolt_update_plan_done(&plan);
	bolt_arena_free(arena);
}

static void texts_say_where_a_file_is_on_their_own_server_alone(void **state)
{
	static const char here[] = "https://feeds.example/a/latest.txt",
			  repository[] = "https://feeds.example/a/repodata/repomd.xml";
	static const struct {
		int (*resolve)(struct bolt_cursor text, const char *url, struct bolt_arena *arena, const char **ret_url);
		const char *text, *url, *want; /* NULL: refused */
	} rows[] = {
		{ bolt_resolve_file_name, "csaf_2026.tar.zst\n", here, "https://feeds.example/a/csaf_2026.tar.zst" },
		{ bolt_resolve_file_name, "  b/c.zst \r\nmore", here, "https://feeds.example/a/b/c.zst" },
		{ bolt_resolve_file_name, "", here, NULL },
		{ bolt_resolve_file_name, "../c.zst", here, NULL },
		{ bolt_resolve_file_name, "/c.zst", here, NULL },
		{ bolt_resolve_file_name, "https://evil.example/c.zst", here, NULL },
		{ bolt_resolve_file_name, "c.zst?x=1", here, NULL },
		{ bolt_resolve_first_mirror, "https://feeds.example/core/1/\n", here,
		  "https://feeds.example/core/1/repodata/repomd.xml" },
		{ bolt_resolve_first_mirror, "https://feeds.example/core/1", here,
		  "https://feeds.example/core/1/repodata/repomd.xml" },
		{ bolt_resolve_first_mirror, "http://feeds.example/core/1", here, NULL },
		{ bolt_resolve_first_mirror, "https://feeds.example.evil.example/1", here, NULL },
		{ bolt_resolve_first_mirror, "https://feeds.example@evil.example/1", here, NULL },
		{ bolt_resolve_first_mirror, "https:///feeds.example/1", here, NULL },
		{ bolt_resolve_first_mirror, "\n", here, NULL },
		{ bolt_resolve_updateinfo, "<data type=\"updateinfo\"><location href=\"repodata/u.xml.gz\"/></data>", repository,
		  "https://feeds.example/a/repodata/u.xml.gz" },
		{ bolt_resolve_updateinfo, "<data type=\"updateinfo\"></data><location href=\"repodata/u.xml.gz\"/>", repository,
		  NULL },
		{ bolt_resolve_updateinfo, "<data type=\"updateinfo\"><location href=\"../../u.xml.gz\"/></data>", repository,
		  NULL },
		{ bolt_resolve_updateinfo, "<data type=\"primary\"><location href=\"p\"/></data>", repository, NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_arena *arena = bolt_arena_new(1 << 20);
		const char *url = "untouched";
		int r = rows[i].resolve(bolt_cursor(rows[i].text, strlen(rows[i].text)), rows[i].url, arena, &url);

		assert_int_equal(r, rows[i].want ? 0 : -EBADMSG);
		assert_string_equal(url, rows[i].want ? rows[i].want : "untouched");
		bolt_arena_free(arena);
	}
}

static void scores_change_only_into_what_can_be(void **state)
{
	const struct bolt_score old[] = { { 10, 100, 25000 }, { 20, 200, 50000 }, { 30, 300, 75000 }, { 40, 400, 100000 } };
	static const struct {
		struct bolt_rescore change;
		int want_r;
		size_t want_len;
		uint32_t want_score, want_percentile; /* of the CVE changed */
	} rows[] = {
		{ { 20, BOLT_RESCORE_RANK, 0, -7 }, 0, 4, 200, 49993 },
		{ { 20, BOLT_RESCORE_SCORE, 400, 0 }, 0, 4, 400, 100000 },
		{ { 25, BOLT_RESCORE_SCORE, 50, 1 }, 0, 5, 50, 20001 },
		{ { 20, BOLT_RESCORE_GONE, 0, 0 }, 0, 3, 0, 0 },
		{ { 25, BOLT_RESCORE_RANK, 0, 0 }, -EBADMSG, 0, 0, 0 },
		{ { 25, BOLT_RESCORE_GONE, 0, 0 }, -EBADMSG, 0, 0, 0 },
		{ { 40, BOLT_RESCORE_RANK, 0, 1 }, -EBADMSG, 0, 0, 0 },
		{ { 20, BOLT_RESCORE_SCORE, 100001, 0 }, -EBADMSG, 0, 0, 0 },
		{ { 20, _BOLT_RESCORE_MAX, 0, 0 }, -EBADMSG, 0, 0, 0 },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_score *list = NULL;
		size_t len = 0;
		struct bolt_err err = { .msg = "" };

		assert_int_equal(bolt_scores_change(old, 4, &rows[i].change, 1, &list, &len, &err), rows[i].want_r);
		assert_int_equal(len, rows[i].want_len);
		for (size_t k = 0; k < len; k++) {
			if (list[k].cve == rows[i].change.cve) {
				assert_int_equal(list[k].score, rows[i].want_score);
				assert_int_equal(list[k].percentile, rows[i].want_percentile);
			}
		}
		free(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_parts_or_feeds),
		cmocka_unit_test(no_part_is_fetched_twice_and_an_address_of_ones_own_wins),
		cmocka_unit_test(texts_say_where_a_file_is_on_their_own_server_alone),
		cmocka_unit_test(scores_change_only_into_what_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
