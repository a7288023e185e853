#include "cli/db_run.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/database_path.h"
#include "core/bound.h"

int cli_db_fail(const char *what, const struct bolt_err *err, int r)
{
	(void) fprintf(stderr, "boltseal: %s: %s\n", what, bolt_err_text(err, r));
	return CLI_FAILED;
}

static volatile int cancelled;

static void on_signal(int number)
{
	cancelled = number;
}

static void draw(void *context, const struct bolt_import_progress *progress)
{
	struct cli_db_run *run = context;

	if (run->show_bar)
		cli_bar_draw_import(&run->bar, progress);
}

static void tell(void *context, const char *text)
{
	struct cli_db_run *run = context;

	cli_bar_clear(&run->bar);
	if (!run->options->quiet)
		(void) fprintf(stderr, "boltseal: note: %s\n", text);
}

size_t cli_db_run_print(const struct cli_db_run *run, const struct bolt_import_result *result)
{
	bool quiet = run->options->quiet;
	size_t refused = 0;

	for (size_t i = 0; i < result->parts_len; i++) {
		const struct bolt_part_result *part = &result->parts[i];

		if (part->outcome == BOLT_PART_REFUSED) {
			(void) fprintf(stderr, "boltseal: %s: refused, what was there stays: %s\n", part->part, part->reason);
			refused++;
			continue;
		}
		if (quiet)
			continue;
		printf("%-36s %-9s %9" PRIu64 "  +%" PRIu64 " ~%" PRIu64 " -%" PRIu64, part->part,
		       bolt_part_outcome_text((enum bolt_part_outcome) part->outcome), part->records, part->added, part->changed,
		       part->removed);
		if (part->damaged > 0)
			printf("  %" PRIu64 " damaged and left out (%s)", part->damaged, part->reason);
		printf("\n");
	}
	if (!quiet)
		printf("%s: generation %" PRIu64 "%s\n", run->path, result->generation, result->changed ? "" : ", as it was");
	return refused;
}

int cli_db_run_begin(struct cli_db_run *run, const struct cli_options *options, struct bolt_err *err)
{
	const struct sigaction stop = { .sa_handler = on_signal };

	*run = (struct cli_db_run){ .options = options };
	run->show_bar = isatty(STDERR_FILENO) && !options->quiet && !options->no_progress;
	cli_bar_start(&run->bar);
	int r = cli_database_path(options, true, run->path, sizeof(run->path), err);
	if (r == 0 && !options->database)
		r = cli_make_directory_of(run->path, err);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	bolt_bounds_factor = (unsigned) options->bounds;
	run->import = (struct bolt_import_options){
		.database = run->path,
		.allow_shrink = options->allow_shrink,
		.memory_limit_bytes = BOLT_IMPORT_MEMORY_BYTES,
		.now_unix = (int64_t) time(NULL),
		.tick = draw,
		.note = tell,
		.context = run,
		.cancelled = &cancelled,
	};
	return r;
}
