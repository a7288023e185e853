/* boltseal scan, boltseal sbom: the same job, with other defaults for what is written. */
#include "scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/database_path.h"
#include "cli/documents.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/scan_options.h"
#include "cli/store.h"
#include "core/bound.h"
#include "core/text.h"
#include "inventory/cataloger.h"
#include "oci/reference.h"

struct run {
	const struct cli_options *options;
	struct cli_sink sinks[CLI_OUTPUTS_MOST];
	size_t sinks_len;
	int sink_fds[CLI_OUTPUTS_MOST];
	struct bolt_report_style style;
	bool to_terminal; /* standard output is one: only the report that goes there is cut to its width and coloured */
	bool show_bar;
	bool reader_left;  /* all is done but standard output, which nobody reads any more */
	uint64_t warnings; /* of the report */
	uint64_t failing;  /* findings that --fail-on names */
	struct cli_documents documents;
	struct cli_bar bar;
};

static volatile int cancelled;
static struct run *running; /* for on_alarm */

/* A second to end in good order. What blocks longer, such as a silent registry, is not waited for. */
static void on_signal(int number)
{
	cancelled = number;
	alarm(1);
}

/* The time of --timeout is up, or the second after that or a signal is. The worker goes with us (PR_SET_PDEATHSIG); files that are
 * not whole go here. */
static void on_alarm(int number)
{
	static const char text[] = "boltseal: the time that --timeout gives was up\n";

	if (!cancelled) {
		on_signal(number);
		return;
	}
	cli_sinks_forsake(running->sinks, running->sinks_len);
	if (cancelled == SIGALRM) {
		BOLT_IGNORE(write(STDERR_FILENO, text, sizeof(text) - 1));
		_exit(CLI_FAILED);
	}
	(void) signal(cancelled, SIG_DFL);
	raise(cancelled);
}

static void catch_signals(struct run *run)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction stop = { .sa_handler = on_signal }, last = { .sa_handler = on_alarm };

	running = run;
	sigaction(SIGALRM, &last, NULL);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(stops); i++) {
		if (stops[i] != SIGHUP || signal(SIGHUP, SIG_IGN) != SIG_IGN) /* nohup(1) wants it ignored */
			sigaction(stops[i], &stop, NULL);
	}
	(void) signal(SIGPIPE, SIG_IGN);
}

/* In the sandboxed worker: every report to its descriptor. */
static int write_reports(void *context, const struct bolt_report *report, struct bolt_err *err)
{
	const struct run *run = context;

	for (size_t i = 0; i < run->sinks_len; i++) {
		const struct cli_sink *sink = &run->sinks[i];
		struct bolt_report_style style = run->style;
		struct bolt_out out;

		if (sink->path || !run->to_terminal) {
			style.columns = 0;
			style.color = false;
		}
		bolt_out_init(&out, sink->fd);
		int r = sink->format->write(report, &style, &out);
		if (r == 0)
			r = bolt_out_flush(&out);
		if (r < 0)
			return bolt_err_set(err, r, "cannot write the %s report: %s", sink->format->name, strerror(-r));
	}
	return 0;
}

static void draw(void *context, const struct bolt_progress *progress)
{
	struct run *run = context;

	run->warnings = bolt_progress_get(&progress->warnings);
	run->failing = bolt_progress_get(&progress->failing);
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

/* The registry's name in full: "app:latest" is docker.io/library/app:latest, which not everybody means. */
static void tell_source(struct run *run, const struct bolt_target *target)
{
	BOLT_CLEANUP(bolt_reference_freep) struct bolt_reference *reference = NULL;
	char text[1024], *full = NULL;

	if (!target->by_name)
		return;
	if (target->kind == BOLT_TARGET_REGISTRY && bolt_reference_parse(target->name, &reference, NULL) == 0)
		full = bolt_reference_text(reference);
	(void) snprintf(text, sizeof(text), "taken from %s, as %s:%s", target->kind == BOLT_TARGET_DOCKER ? "Docker" : "a registry",
			bolt_target_kind_text(target->kind), full ? full : target->name);
	free(full);
	tell(run, text);
}

/* Warnings say what a report could not see. Where no report says them, somebody has to. */
static void tell_warnings(struct run *run)
{
	uint64_t n = run->warnings;
	char text[128];

	for (size_t i = 0; i < run->sinks_len; i++) {
		if (strcmp(run->sinks[i].format->name, "table") == 0 || strcmp(run->sinks[i].format->name, "json") == 0)
			return;
	}
	if (n == 0)
		return;
	(void) snprintf(text, sizeof(text), "%llu warning%s; see %s with --format table or json", (unsigned long long) n,
			n == 1 ? "" : "s", n == 1 ? "it" : "them");
	tell(run, text);
}

static void set_style(struct run *run, bool sbom)
{
	struct winsize size;
	const char *no_color = getenv("NO_COLOR");
	int terminal = isatty(STDOUT_FILENO);

	run->to_terminal = terminal;
	run->style = (struct bolt_report_style){ .sbom = sbom, .tool_version = BOLT_VERSION, .created_unix = cli_created_unix() };
	run->style.color = terminal && !run->options->no_color && !(no_color && *no_color);
	if (terminal)
		run->style.columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
	run->show_bar = isatty(STDERR_FILENO) && !run->options->quiet && !run->options->no_progress;
}

/* Without a database the packages are told, and that nothing was judged; unless judging was asked for. */
static int open_database(const struct cli_options *o, struct bolt_database **ret_database, struct bolt_err *err)
{
	bool asked = o->scanners & SCANNER_VULN || o->database || o->fail_on || o->severities || o->max_db_age_seconds;
	char path[PATH_MAX];
	int r = cli_database_path(o, false, path, sizeof(path), err);

	if (r == 0)
		r = bolt_database_open(path, ret_database, err);
	return r == -ENOENT && !asked ? 0 : r;
}

/* Lists of packages and files say nothing of vulnerabilities. */
static bool wants_judgement(const struct cli_options *o, bool sbom)
{
	bool told = o->outputs_len == 0 || o->fail_on || (o->scanners & SCANNER_VULN);

	for (size_t i = 0; i < o->outputs_len; i++)
		told |= !o->outputs[i].format || bolt_report_format_named(o->outputs[i].format)->findings;
	return !sbom && told && (o->scanners == 0 || (o->scanners & SCANNER_VULN));
}

/* Images are known again by their digest; trees and lists are not. */
static bool keeps_record(const struct cli_options *o, const struct bolt_target *target, bool sbom)
{
	return !sbom && !o->no_store && target->kind != BOLT_TARGET_ROOTFS && target->kind != BOLT_TARGET_DIR &&
	       target->kind != BOLT_TARGET_SBOM;
}

static int scan(struct run *run, bool sbom, struct bolt_err *err)
{
	const struct cli_options *o = run->options;
	BOLT_CLEANUP(bolt_target_freep) struct bolt_target *target = NULL;
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	struct bolt_judgement judgement = { .now_unix = run->style.created_unix,
					    .max_age_seconds = o->max_db_age_seconds,
					    .severities = o->severities,
					    .failing = o->fail_on,
					    .only_fixed = o->ignore_unfixed };
	char password[CLI_PASSWORD] = "";
	struct bolt_scan_options options = {
		.tick = draw,
		.note = tell,
		.finish = write_reports,
		.context = run,
		.finish_fds = run->sink_fds,
		.cancelled = &cancelled,
	};
	cli_scan_options(o, &options);
	int r = bolt_target_parse(o->arguments[0], o->engine_socket, &target, err);

	if (r == 0)
		tell_source(run, target);
	if (r == 0 && wants_judgement(o, sbom)) {
		r = open_database(o, &database, err);
		judgement.database = database;
		options.judgement = &judgement;
		if (r == 0)
			r = cli_documents_open(o, &run->documents, err);
		judgement.documents = run->documents.items;
		judgement.documents_len = run->documents.len;
	}
	if (r == 0)
		r = cli_read_password(o, password, &options, err);
	if (r == 0 && keeps_record(o, target, sbom))
		options.record_fd = memfd_create("record", MFD_CLOEXEC); /* without one nothing is kept */
	if (r == 0)
		r = cli_sinks_open(o, sbom ? "cyclonedx" : "table", run->sinks, &run->sinks_len, err);
	for (size_t i = 0; r == 0 && i < run->sinks_len; i++)
		run->sink_fds[options.finish_fds_len++] = run->sinks[i].fd;
	if (r == 0) {
		cli_bar_start(&run->bar);
		r = bolt_scan(target, &options, err);
		cli_bar_clear(&run->bar);
	}
	explicit_bzero(password, sizeof(password));
	if (r == 0) {
		tell_warnings(run);
		r = cli_sinks_commit(run->sinks, run->sinks_len, err);
		run->reader_left = r == -EPIPE;
	}
	if (r == 0 && options.record_fd > 0)
		cli_store_keep(o, options.record_fd, tell, run);
	if (options.record_fd > 0)
		close(options.record_fd);
	cli_sinks_close(run->sinks, run->sinks_len);
	cli_documents_close(&run->documents);
	return r;
}

static int run_scan(const struct cli_options *options, bool sbom)
{
	struct run run = { .options = options };
	struct bolt_err err = { .msg = "" };

	if (options->arguments_len == 0 || !*options->arguments[0]) {
		(void) fprintf(stderr,
			       "boltseal: nothing to scan: name a SUBJECT, such as debian:12 or archive:image.tar; see boltseal %s "
			       "--help\n",
			       sbom ? "sbom" : "scan");
		return CLI_USAGE;
	}
	set_style(&run, sbom);
	bolt_bounds_factor = (unsigned) options->bounds;
	catch_signals(&run);
	alarm(options->timeout_seconds);
	int r = scan(&run, sbom, &err);
	alarm(0);
	if (cancelled == SIGALRM && r < 0) {
		r = bolt_err_set(&err, -ETIMEDOUT, "not done in the time that --timeout gives: nothing was written");
	} else if (cancelled && cancelled != SIGALRM) { /* end the way the signal would have ended us, so that a shell sees it */
		(void) signal(cancelled, SIG_DFL);
		raise(cancelled);
	}
	if (run.reader_left)
		return CLI_FAILED; /* whoever read our output has had enough */
	if (r < 0) {
		(void) fprintf(stderr, "boltseal: %s: %s\n", options->arguments[0], bolt_err_text(&err, r));
		return CLI_FAILED;
	}
	return run.failing > 0 ? CLI_FINDINGS : CLI_OK;
}

static int list_catalogers(void)
{
	for (size_t i = 0; i < bolt_catalogers_len; i++) {
		const struct bolt_cataloger *row = bolt_catalogers[i];

		printf("%-22s %-8s %-9s %s\n", row->name, *row->type ? row->type : "-",
		       row->where == BOLT_CATALOG_DECLARED ? "declared" : "installed", row->summary);
	}
	return CLI_OK;
}

int cli_scan(const struct cli_options *options)
{
	return options->list_catalogers ? list_catalogers() : run_scan(options, false);
}

int cli_sbom(const struct cli_options *options)
{
	return run_scan(options, true);
}
