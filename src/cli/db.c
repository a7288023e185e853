/* boltseal db: the advisory database. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "advisory/database.h"
#include "advisory/import.h"
#include "advisory/update_plan.h"
#include "cli/commands.h"
#include "cli/database_path.h"
#include "cli/db_run.h"
#include "core/json_writer.h"
#include "core/out.h"
#include "core/text.h"
#include "detect/explain.h"

static int open_database(const struct cli_options *options, struct bolt_database **ret_database, struct bolt_err *err)
{
	char path[PATH_MAX];
	int r = cli_database_path(options, false, path, sizeof(path), err);

	return r < 0 ? r : bolt_database_open(path, ret_database, err);
}

static const char *date_text(int64_t unix_seconds, char *buf, size_t len)
{
	time_t seconds = (time_t) unix_seconds;
	struct tm tm;

	if (unix_seconds <= 0 || !gmtime_r(&seconds, &tm) || strftime(buf, len, "%Y-%m-%d %H:%M", &tm) == 0)
		(void) snprintf(buf, len, "-");
	return buf;
}

static bool has_part(const struct bolt_database *database, const char *part)
{
	for (size_t i = 0; i < bolt_database_parts_len(database); i++) {
		if (strcmp(bolt_database_part(database, i)->part, part) == 0)
			return true;
	}
	return false;
}

/* What an update without arguments would fetch, and is not there: sorted, in the arena. 0 | -ENOMEM. */
static int missing_parts(const struct bolt_database *database, struct bolt_arena *arena, struct bolt_texts *ret_missing)
{
	static const char *const defaults[] = { "default" };
	const struct bolt_update_wish wish = { .names = defaults, .names_len = 1 };
	struct bolt_update_plan plan = { .items = NULL };
	int r = bolt_update_plan_make(&wish, arena, &plan, NULL);

	for (size_t i = 0; r == 0 && i < plan.len; i++) {
		if (!has_part(database, plan.items[i].part))
			r = bolt_texts_add(ret_missing, arena, plan.items[i].part);
	}
	bolt_update_plan_done(&plan);
	return r;
}

/* "12 d" since the publisher's date, or since the fetching of what has none. */
static const char *age_text(const struct bolt_part_state *part, char *buf, size_t len)
{
	int64_t since = part->dated_unix > 0 ? part->dated_unix : part->fetched_unix, now = (int64_t) time(NULL);

	(void) snprintf(buf, len, "%" PRId64 " d", since < now ? (now - since) / 86400 : 0);
	return buf;
}

static void print_missing(const struct bolt_texts *missing)
{
	int column = 0;

	if (missing->len == 0)
		return;
	printf("\nNot there (boltseal db update fetches them):\n");
	for (size_t i = 0; i < missing->len; i++) {
		int width = (int) strlen(missing->items[i]) + 2;

		if (column > 0 && column + width > 100) {
			printf("\n");
			column = 0;
		}
		printf("  %s", missing->items[i]);
		column += width;
	}
	printf("\n");
}

static void status_table(const struct bolt_database *database, const char *path, const struct bolt_texts *missing)
{
	char dated[32], fetched[32], size[32], age[32];

	printf("%s, generation %" PRIu64 ", changed %s UTC\n\n", path, bolt_database_generation(database),
	       date_text(bolt_database_built_unix(database), dated, sizeof(dated)));
	printf("%-36s %10s  %-16s  %-16s  %7s  %9s\n", "PART", "ADVISORIES", "PUBLISHED", "FETCHED", "AGE", "SIZE");
	for (size_t i = 0; i < bolt_database_parts_len(database); i++) {
		const struct bolt_part_state *part = bolt_database_part(database, i);

		printf("%-36s %10" PRIu64 "  %-16s  %-16s  %7s  %9s\n", part->part, part->advisories,
		       date_text(part->dated_unix, dated, sizeof(dated)), date_text(part->fetched_unix, fetched, sizeof(fetched)),
		       age_text(part, age, sizeof(age)), bolt_format_size(part->bytes, size, sizeof(size)));
	}
	print_missing(missing);
}

static void member_time(struct bolt_json_writer *w, const char *key, int64_t unix_seconds)
{
	time_t seconds = (time_t) unix_seconds;
	struct tm tm;
	char text[32];

	if (unix_seconds > 0 && gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		bolt_jw_member(w, key, text);
}

static int status_json(const struct bolt_database *database, const char *path, const struct bolt_texts *missing)
{
	struct bolt_out out;
	struct bolt_json_writer w;

	bolt_out_init(&out, STDOUT_FILENO);
	bolt_json_writer_init(&w, &out);
	bolt_jw_object(&w);
	bolt_jw_member(&w, "path", path);
	bolt_jw_member_u64(&w, "generation", bolt_database_generation(database));
	member_time(&w, "built", bolt_database_built_unix(database));
	bolt_jw_key(&w, "parts");
	bolt_jw_array(&w);
	for (size_t i = 0; i < bolt_database_parts_len(database); i++) {
		const struct bolt_part_state *part = bolt_database_part(database, i);

		bolt_jw_object(&w);
		bolt_jw_member(&w, "part", part->part);
		bolt_jw_member_u64(&w, "advisories", part->advisories);
		bolt_jw_member_u64(&w, "damaged", part->damaged);
		bolt_jw_member_u64(&w, "generation", part->generation);
		member_time(&w, "published", part->dated_unix);
		member_time(&w, "fetched", part->fetched_unix);
		bolt_jw_member_opt(&w, "url", part->url);
		bolt_jw_member_opt(&w, "sha256", part->sha256);
		bolt_jw_member_u64(&w, "bytes", part->bytes);
		bolt_jw_end_object(&w);
	}
	bolt_jw_end_array(&w);
	bolt_jw_key(&w, "missing");
	bolt_jw_array(&w);
	for (size_t i = 0; i < missing->len; i++)
		bolt_jw_text(&w, missing->items[i]);
	bolt_jw_end_array(&w);
	bolt_jw_end_object(&w);
	bolt_out_char(&out, '\n');
	return bolt_out_flush(&out);
}

int cli_db_status(const struct cli_options *options)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1u << 20);
	struct bolt_texts missing = { .items = NULL };
	struct bolt_err err = { .msg = "" };
	char path[PATH_MAX];
	bool json = options->outputs_len > 0 && strcmp(options->outputs[0].format, "json") == 0;
	int r = cli_database_path(options, false, path, sizeof(path), &err);

	if (r == 0)
		r = bolt_database_open(path, &database, &err);
	if (r == 0)
		r = arena ? missing_parts(database, arena, &missing) : -ENOMEM;
	if (r == 0 && json)
		r = status_json(database, path, &missing);
	else if (r == 0)
		status_table(database, path, &missing);
	return r < 0 ? cli_db_fail("db status", &err, r) : CLI_OK;
}

int cli_db_import(const struct cli_options *options)
{
	struct cli_db_run run;
	struct bolt_import_result result = { .parts = NULL };
	struct bolt_err err = { .msg = "" };

	if (options->bundle)
		return cli_db_import_bundle(options);
	if (options->arguments_len == 0) {
		(void) fprintf(stderr, "boltseal: nothing to import: name files or directories; see boltseal db import --help\n");
		return CLI_USAGE;
	}
	int r = cli_db_run_begin(&run, options, &err);
	if (r == 0)
		r = bolt_import(&run.import, options->arguments, options->arguments_len, &result, &err);
	cli_bar_clear(&run.bar);
	if (r < 0)
		return cli_db_fail("db import", &err, r);
	size_t refused = cli_db_run_print(&run, &result);
	bolt_import_result_done(&result);
	return refused > 0 ? CLI_FAILED : CLI_OK;
}

int cli_db_explain(const struct cli_options *options)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	struct bolt_err err = { .msg = "" };
	struct bolt_out out;

	if (options->arguments_len == 0) {
		(void) fprintf(
			stderr,
			"boltseal: nothing to explain: name a vulnerability (CVE-2022-0778) or a package URL; see boltseal db "
			"explain --help\n");
		return CLI_USAGE;
	}
	const char *what = options->arguments[0];
	int r = open_database(options, &database, &err);
	bolt_out_init(&out, STDOUT_FILENO);
	if (r == 0)
		r = bolt_starts_with(what, "pkg:") ? bolt_explain_package(database, what, &out, &err)
						   : bolt_explain_id(database, what, &out, &err);
	int flushed = bolt_out_flush(&out);
	if (r == 0)
		r = flushed;
	return r < 0 ? cli_db_fail(what, &err, r) : CLI_OK;
}
