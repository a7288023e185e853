/* boltseal diff: two subjects, scanned one after the other, compared. */
#include "scan/diff.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/database_path.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/scan_options.h"
#include "core/bound.h"
#include "report/diff.h"
#include "scan/scan.h"

struct run {
	const struct cli_options *options;
	struct cli_sink sinks[CLI_OUTPUTS_MOST];
	size_t sinks_len;
	int sink_fds[CLI_OUTPUTS_MOST];
	struct bolt_report_style style;
	int record_fds[2];
	bool show_bar, reader_left;
	uint64_t failing;
	struct cli_bar bar;
};

static volatile int cancelled;
static const struct run *running; /* for on_alarm */

/* A second to end in good order; what blocks longer is not waited for. */
static void on_signal(int number)
{
	cancelled = number;
	alarm(1);
}

static void on_alarm(int number)
{
	if (!cancelled) { /* the time of --timeout */
		on_signal(number);
		return;
	}
	cli_sinks_forsake(running->sinks, running->sinks_len);
	_exit(CLI_FAILED);
}

static void catch_signals(void)
{
	const struct sigaction stop = { .sa_handler = on_signal }, last = { .sa_handler = on_alarm };

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGALRM, &last, NULL);
	(void) signal(SIGPIPE, SIG_IGN);
}

static void draw(void *context, const struct bolt_progress *progress)
{
	struct run *run = context;

	if (run->show_bar)
		cli_bar_draw(&run->bar, progress);
}

static void tell(void *context, const char *text)
{
	struct run *run = context;

	cli_bar_clear(&run->bar);
	if (!run->options->quiet)
		(void) fprintf(stderr, "boltseal: note: %s\n", text);
}

/* The record is all that is wanted of a scan. */
static int no_report(void *context, const struct bolt_report *report, struct bolt_err *err)
{
	(void) context;
	(void) report;
	(void) err;
	return 0;
}

static int scan_one(struct run *run, size_t index, struct bolt_database *database, struct bolt_err *err)
{
	const struct cli_options *o = run->options;
	BOLT_CLEANUP(bolt_target_freep) struct bolt_target *target = NULL;
	const struct bolt_judgement judgement = { .database = database, .now_unix = run->style.created_unix };
	struct bolt_scan_options options = { .judgement = database ? &judgement : NULL,
					     .tick = draw,
					     .note = tell,
					     .finish = no_report,
					     .context = run,
					     .cancelled = &cancelled };
	char password[CLI_PASSWORD] = "";
	int r = bolt_target_parse(o->arguments[index], o->engine_socket, &target, err);

	cli_scan_options(o, &options);
	run->record_fds[index] = memfd_create("record", MFD_CLOEXEC);
	if (r == 0 && run->record_fds[index] < 0)
		r = bolt_err_set(err, -errno, "cannot make a file in memory: %m");
	options.record_fd = run->record_fds[index];
	if (r == 0)
		r = cli_read_password(o, password, &options, err);
	cli_bar_start(&run->bar);
	if (r == 0)
		r = bolt_scan(target, &options, err);
	cli_bar_clear(&run->bar);
	explicit_bzero(password, sizeof(password));
	return r < 0 ? bolt_err_wrap(err, r, "%s", o->arguments[index]) : 0;
}

/* In the sandbox. */
static int write_diff(void *context, const struct bolt_diff *diff, struct bolt_err *err)
{
	const struct run *run = context;

	for (size_t i = 0; i < run->sinks_len; i++) {
		struct bolt_report_style style = run->style;
		struct bolt_out out;

		style.color &= !run->sinks[i].path;
		bolt_out_init(&out, run->sinks[i].fd);
		bolt_diff_format_named(run->sinks[i].format->name)->write(diff, &style, &out);
		int r = bolt_out_flush(&out);
		if (r < 0)
			return bolt_err_set(err, r, "cannot write what differs: %s", strerror(-r));
	}
	return 0;
}

static int compare(struct run *run, struct bolt_err *err)
{
	struct bolt_diff_options options = { .before_fd = run->record_fds[0],
					     .now_fd = run->record_fds[1],
					     .memory_limit_bytes = bolt_memory_limit(run->options->memory_limit_bytes),
					     .failing = run->options->fail_on,
					     .write = write_diff,
					     .context = run,
					     .finish_fds = run->sink_fds,
					     .cancelled = &cancelled };
	int r = cli_sinks_open(run->options, "table", run->sinks, &run->sinks_len, err);

	for (size_t i = 0; r == 0 && i < run->sinks_len; i++)
		run->sink_fds[options.finish_fds_len++] = run->sinks[i].fd;
	if (r == 0)
		r = bolt_diff_records(&options, &run->failing, err);
	if (r == 0) {
		r = cli_sinks_commit(run->sinks, run->sinks_len, err);
		run->reader_left = r == -EPIPE;
	}
	cli_sinks_close(run->sinks, run->sinks_len);
	return r;
}

/* Without a database packages are compared; unless findings were asked for. */
static int open_database(const struct cli_options *o, struct bolt_database **ret_database, struct bolt_err *err)
{
	char path[PATH_MAX];
	int r = cli_database_path(o, false, path, sizeof(path), err);

	if (r == 0)
		r = bolt_database_open(path, ret_database, err);
	return r == -ENOENT && !o->database && !o->fail_on ? 0 : r;
}

static int diff(struct run *run, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	int r = open_database(run->options, &database, err);

	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(run->record_fds); i++)
		r = scan_one(run, i, database, err);
	return r == 0 ? compare(run, err) : r;
}

static bool is_usable(const struct cli_options *o)
{
	if (o->arguments_len != 2) {
		(void) fprintf(stderr, "boltseal: name two SUBJECTs to compare; see boltseal diff --help\n");
		return false;
	}
	for (size_t i = 0; i < o->outputs_len; i++) {
		const char *format = o->outputs[i].format;

		if (format && !bolt_diff_format_named(format)) {
			(void) fprintf(stderr, "boltseal: diff does not write '%s'; it writes: %s\n", format, bolt_diff_formats);
			return false;
		}
	}
	return true;
}

int cli_diff(const struct cli_options *options)
{
	struct run run = { .options = options, .record_fds = { -1, -1 } };
	const char *no_color = getenv("NO_COLOR");
	struct bolt_err err = { .msg = "" };

	if (!is_usable(options))
		return CLI_USAGE;
	bolt_bounds_factor = (unsigned) options->bounds;
	run.style = (struct bolt_report_style){ .tool_version = BOLT_VERSION, .created_unix = cli_created_unix() };
	run.style.color = isatty(STDOUT_FILENO) && !options->no_color && !(no_color && *no_color);
	run.show_bar = isatty(STDERR_FILENO) && !options->quiet && !options->no_progress;
	running = &run;
	catch_signals();
	alarm(options->timeout_seconds);
	int r = diff(&run, &err);
	alarm(0);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(run.record_fds); i++) {
		if (run.record_fds[i] >= 0)
			close(run.record_fds[i]);
	}
	if (cancelled == SIGALRM && r < 0) {
		r = bolt_err_set(&err, -ETIMEDOUT, "not done in the time that --timeout gives: nothing was written");
	} else if (cancelled && cancelled != SIGALRM) {
		(void) signal(cancelled, SIG_DFL);
		raise(cancelled);
	}
	if (run.reader_left)
		return CLI_FAILED;
	if (r < 0) {
		(void) fprintf(stderr, "boltseal: diff: %s\n", bolt_err_text(&err, r));
		return CLI_FAILED;
	}
	return run.failing > 0 ? CLI_FINDINGS : CLI_OK;
}
