/* boltseal db export, db import --bundle, db keygen: advisories for machines without a network, and for one's own web server. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "advisory/bundle.h"
#include "advisory/bundle_key.h"
#include "cli/commands.h"
#include "cli/database_path.h"
#include "cli/db_run.h"
#include "core/text.h"

enum { KEEP = 14 };

static int misused(const char *text)
{
	(void) fprintf(stderr, "boltseal: %s\n", text);
	return CLI_USAGE;
}

int cli_db_import_bundle(const struct cli_options *options)
{
	struct cli_db_run run;
	struct bolt_import_result result = { .parts = NULL };
	struct bolt_err err = { .msg = "" };

	if (options->arguments_len > 0)
		return misused("--bundle brings a whole database: name no other files");
	if (!options->trust_key && !options->allow_unsigned)
		return misused("--bundle wants --trust-key FILE, the public key of whoever made it (or --allow-unsigned)");
	int r = cli_db_run_begin(&run, options, &err);
	const struct bolt_bundle_import import = {
		.import = &run.import,
		.path = options->bundle,
		.fd = -1,
		.trust_key = options->trust_key,
		.allow_unsigned = options->allow_unsigned,
	};
	if (r == 0)
		r = bolt_bundle_import(&import, &result, &err);
	cli_bar_clear(&run.bar);
	if (r < 0)
		return cli_db_fail("db import", &err, r);
	size_t refused = cli_db_run_print(&run, &result);
	bolt_import_result_done(&result);
	return refused > 0 ? CLI_FAILED : CLI_OK;
}

static void say_file(void *context, const char *file, uint64_t bytes)
{
	const struct cli_options *options = context;
	char size[32];

	if (!options->quiet)
		printf("%-40s %9s\n", file, bolt_format_size(bytes, size, sizeof(size)));
}

static int publish(const struct cli_options *options, const char *database, struct bolt_err *err)
{
	const struct bolt_bundle_publish publish = {
		.database = database,
		.directory = options->publish,
		.sign_key = options->sign_key,
		.keep = options->keep ? (unsigned) options->keep : KEEP,
		.now_unix = (int64_t) time(NULL),
		.wrote = say_file,
		.context = (void *) (uintptr_t) options,
	};
	uint64_t generation;
	int r = bolt_bundle_publish(&publish, &generation, err);

	if (r == 0 && !options->quiet)
		printf("%s: generation %" PRIu64 "\n", options->publish, generation);
	return r;
}

static int export(const struct cli_options *options, const char *database, struct bolt_err *err)
{
	const struct bolt_bundle_export export = {
		.database = database,
		.output = options->outputs[0].path,
		.since = options->since,
		.sign_key = options->sign_key,
		.now_unix = (int64_t) time(NULL),
	};
	struct bolt_bundle_header header;
	char size[32], since[48] = "everything";
	int r = bolt_bundle_export(&export, &header, err);

	if (options->since > 0)
		(void) snprintf(since, sizeof(since), "since generation %" PRIu64, options->since);
	if (r == 0 && !options->quiet)
		printf("%s: generation %" PRIu64 ", %s, %s%s\n", export.output, header.to_generation, since,
		       bolt_format_size(header.payload_bytes, size, sizeof(size)), options->sign_key ? "" : ", not signed");
	return r;
}

int cli_db_export(const struct cli_options *options)
{
	struct bolt_err err = { .msg = "" };
	char path[4096];
	const char *output = options->outputs_len > 0 ? options->outputs[0].path : NULL;

	if (!options->publish == !output)
		return misused("where to? Say --output FILE or --publish DIR");
	if (options->publish && options->since > 0)
		return misused("--publish finds out by itself which differences are wanted: leave --since away");
	if (options->publish && !options->sign_key)
		return misused("--publish wants --sign-key FILE: what is fetched from a web server must be signed");
	int r = cli_database_path(options, false, path, sizeof(path), &err);
	if (r == 0)
		r = options->publish ? publish(options, path, &err) : export(options, path, &err);
	return r < 0 ? cli_db_fail("db export", &err, r) : CLI_OK;
}

int cli_db_keygen(const struct cli_options *options)
{
	struct bolt_err err = { .msg = "" };
	const char *prefix = options->outputs_len > 0 ? options->outputs[0].path : NULL;

	if (!prefix)
		return misused("where to? Say --output PREFIX, for PREFIX.key and PREFIX.pub");
	int r = bolt_bundle_key_make(prefix, &err);
	if (r < 0)
		return cli_db_fail("db keygen", &err, r);
	if (!options->quiet)
		printf("%s.key signs (keep it secret), %s.pub is for --trust-key\n", prefix, prefix);
	return CLI_OK;
}
