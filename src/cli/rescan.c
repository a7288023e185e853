/* boltseal rescan: stored images against the database as it is now. */
#include "scan/rescan.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/database_path.h"
#include "cli/output.h"
#include "cli/scan_options.h"
#include "cli/store.h"
#include "report/changes.h"

/* What is asked of the database, remembered and written out; a store of ten thousand large images takes some 100 MiB. */
enum { MEMORY_MIB = 512 };

struct run {
	const struct cli_options *options;
	struct cli_sink sinks[CLI_OUTPUTS_MOST];
	size_t sinks_len;
	int sink_fds[CLI_OUTPUTS_MOST];
	const struct bolt_rescan_format *formats[CLI_OUTPUTS_MOST];
	struct bolt_rescan_writer *writers; /* one a sink */
	bool reader_left;
};

static volatile int cancelled;

static void on_signal(int number)
{
	cancelled = number;
}

static int write_image(void *context, const struct bolt_image_changes *image, struct bolt_err *err)
{
	struct run *run = context;

	(void) err;
	for (size_t i = 0; i < run->sinks_len; i++)
		run->formats[i]->image(&run->writers[i], image);
	return 0;
}

static int write_end(void *context, const struct bolt_rescan_counts *counts, struct bolt_err *err)
{
	struct run *run = context;
	int r = 0;

	for (size_t i = 0; r == 0 && i < run->sinks_len; i++) {
		run->formats[i]->finish(&run->writers[i], counts);
		r = bolt_out_flush(&run->writers[i].out);
	}
	return r < 0 ? bolt_err_set(err, r, "cannot write what changed: %s", strerror(-r)) : 0;
}

static int commit(void *context, struct bolt_err *err)
{
	struct run *run = context;
	int r = cli_sinks_commit(run->sinks, run->sinks_len, err);

	run->reader_left = r == -EPIPE;
	return r;
}

static int open_sinks(struct run *run, struct bolt_err *err)
{
	const char *no_color = getenv("NO_COLOR");
	int r = cli_sinks_open(run->options, "table", run->sinks, &run->sinks_len, err);

	if (r < 0)
		return r;
	run->writers = calloc(run->sinks_len, sizeof(*run->writers));
	if (!run->writers)
		return -ENOMEM;
	for (size_t i = 0; i < run->sinks_len; i++) {
		struct bolt_rescan_writer *writer = &run->writers[i];

		run->sink_fds[i] = run->sinks[i].fd;
		run->formats[i] = bolt_rescan_format_named(run->sinks[i].format->name);
		bolt_out_init(&writer->out, run->sinks[i].fd);
		writer->style = (struct bolt_report_style){ .tool_version = BOLT_VERSION, .created_unix = cli_created_unix() };
		writer->style.color = !run->sinks[i].path && isatty(STDOUT_FILENO) && !run->options->no_color &&
				      !(no_color && *no_color);
	}
	return 0;
}

static int rescan(struct run *run, struct bolt_rescan_counts *counts, struct bolt_err *err)
{
	const struct cli_options *o = run->options;
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	char store[PATH_MAX], path[PATH_MAX];
	struct bolt_rescan_options options = {
		.store = store,
		.limit = cli_store_limit(o),
		.now_unix = cli_created_unix(),
		.since = o->since_said ? o->since : UINT64_MAX,
		.failing = o->fail_on,
		.dry_run = o->dry_run,
		.memory_limit_bytes = (uint64_t) MEMORY_MIB << 20,
		.image = write_image,
		.finish = write_end,
		.commit = commit,
		.context = run,
		.finish_fds = run->sink_fds,
		.cancelled = &cancelled,
		.scratch_fd = cli_open_nameless(),
	};
	int r = options.scratch_fd < 0 ? bolt_err_set(err, -errno, "cannot make a temporary file: %m") : 0;

	if (r == 0)
		r = cli_store_path(o, store, sizeof(store), err);
	if (r == 0)
		r = cli_database_path(o, false, path, sizeof(path), err);
	if (r == 0)
		r = bolt_database_open(path, &database, err);
	options.database = database;
	if (r == 0)
		r = open_sinks(run, err);
	options.finish_fds_len = run->sinks_len;
	if (r == 0)
		r = bolt_rescan(&options, counts, err);
	cli_sinks_close(run->sinks, run->sinks_len);
	if (options.scratch_fd >= 0)
		close(options.scratch_fd);
	free(run->writers);
	return r;
}

int cli_rescan(const struct cli_options *options)
{
	const struct sigaction stop = { .sa_handler = on_signal };
	struct run run = { .options = options };
	struct bolt_rescan_counts counts = { .images = 0 };
	struct bolt_err err = { .msg = "" };

	for (size_t i = 0; i < options->outputs_len; i++) {
		const char *format = options->outputs[i].format;

		if (format && !bolt_rescan_format_named(format)) {
			(void) fprintf(stderr, "boltseal: rescan does not write '%s'; it writes: %s\n", format,
				       bolt_rescan_formats);
			return CLI_USAGE;
		}
	}
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	(void) signal(SIGPIPE, SIG_IGN);
	int r = rescan(&run, &counts, &err);
	if (cancelled) {
		(void) signal(cancelled, SIG_DFL);
		raise(cancelled);
	}
	if (run.reader_left)
		return CLI_FAILED;
	if (r < 0) {
		(void) fprintf(stderr, "boltseal: rescan: %s\n", bolt_err_text(&err, r));
		return CLI_FAILED;
	}
	return counts.failing > 0 ? CLI_FINDINGS : CLI_OK;
}
