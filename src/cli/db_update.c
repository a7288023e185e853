/* boltseal db update: advisories from the network. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "advisory/bundle_update.h"
#include "advisory/update.h"
#include "cli/commands.h"
#include "cli/db_run.h"
#include "core/text.h"

static void draw(void *context, const struct bolt_update_progress *progress)
{
	struct cli_db_run *run = context;
	char files[48];

	if (!run->show_bar)
		return;
	(void) snprintf(files, sizeof(files), "%" PRIu64 "/%" PRIu64 " files", bolt_progress_get(&progress->files_done),
			progress->files_total);
	cli_bar_draw_bytes(&run->bar, bolt_progress_get(&progress->bytes_done), bolt_progress_get(&progress->bytes_total), files);
}

static void tell_failure(void *context, const char *part, const char *why)
{
	struct cli_db_run *run = context;

	cli_bar_clear(&run->bar);
	(void) fprintf(stderr, "boltseal: %s: not fetched, what was there stays: %s\n", part, why);
}

static int say_result(const struct cli_db_run *run, const struct bolt_update_result *result)
{
	size_t refused = result->import.generation > 0 ? cli_db_run_print(run, &result->import) : 0;

	if (!run->options->quiet) {
		printf("%zu fetched, %zu as they were", result->fetched, result->unchanged);
		if (result->absent > 0)
			printf(", %zu not there", result->absent);
		if (result->failed > 0)
			printf(", %zu failed", result->failed);
		printf("\n");
	}
	return refused > 0 || result->failed > 0 ? CLI_FAILED : CLI_OK;
}

static int update_feeds(struct cli_db_run *run)
{
	const struct cli_options *options = run->options;
	const struct bolt_update_options update = {
		.wish = { options->arguments, options->arguments_len, options->urls, options->urls_len, options->feed_mirror },
		.import = &run->import,
		.ca_file = options->ca_file,
		.plain_http = options->plain_http,
		.tick = draw,
		.failed = tell_failure,
	};
	struct bolt_update_result result = { .fetched = 0 };
	struct bolt_err err = { .msg = "" };
	int r = bolt_update(&update, &result, &err);

	cli_bar_clear(&run->bar);
	if (r < 0) {
		(void) cli_db_fail("db update", &err, r);
		return r == -EINVAL ? CLI_USAGE : CLI_FAILED;
	}
	int code = say_result(run, &result);
	bolt_update_result_done(&result);
	return code;
}

static int update_from_bundles(struct cli_db_run *run)
{
	const struct cli_options *options = run->options;
	const struct bolt_bundle_update update = {
		.url = options->from,
		.trust_key = options->trust_key,
		.import = &run->import,
		.ca_file = options->ca_file,
		.plain_http = options->plain_http,
		.tick = draw,
	};
	struct bolt_bundle_update_result result = { .bytes = 0 };
	struct bolt_err err = { .msg = "" };
	char size[32];
	int r = bolt_bundle_update(&update, &result, &err);

	cli_bar_clear(&run->bar);
	if (r < 0)
		return cli_db_fail("db update", &err, r);
	size_t refused = 0;
	if (result.current && !options->quiet)
		printf("%s: generation %" PRIu64 ", as it was\n", run->path, result.import.generation);
	if (!result.current) {
		refused = cli_db_run_print(run, &result.import);
		if (!options->quiet)
			printf("%s fetched (%s)\n", bolt_format_size(result.bytes, size, sizeof(size)),
			       result.difference ? "a difference" : "everything");
	}
	bolt_import_result_done(&result.import);
	return refused > 0 ? CLI_FAILED : CLI_OK;
}

int cli_db_update(const struct cli_options *options)
{
	struct cli_db_run run;
	struct bolt_err err = { .msg = "" };
	const char *wrong = NULL;

	if (options->from && (options->arguments_len > 0 || options->urls_len > 0 || options->feed_mirror))
		wrong = "--from brings everything: name no parts, and no --mirror or --url";
	else if (options->from && !options->trust_key)
		wrong = "--from wants --trust-key FILE: who may say what is vulnerable";
	if (wrong) {
		(void) fprintf(stderr, "boltseal: %s\n", wrong);
		return CLI_USAGE;
	}
	int r = cli_db_run_begin(&run, options, &err);
	if (r < 0)
		return cli_db_fail("db update", &err, r);
	return options->from ? update_from_bundles(&run) : update_feeds(&run);
}
