#include "scan/worker.h"

#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bare_process.h"
#include "core/bound.h"
#include "core/clock.h"
#include "core/sandbox.h"
#include "core/text.h"
#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/sbom.h"
#include "inventory/sink_private.h"
#include "oci/inflate.h"
#include "scan/channel.h"
#include "scan/image_scan.h"
#include "scan/limits.h"
#include "scan/origin.h"
#include "scan/record.h"
#include "scan/tree_scan.h"

struct outcome { /* lives until the report is written */
	struct bolt_image_scan image;
	struct bolt_part tree;
	struct bolt_file_index tree_index;
};

/* An uncompressed tar in a file is read in any order; a pipe, or a compressed one, as it comes. */
static int scan_archive(const struct bolt_worker_job *job, const struct bolt_scan_context *context, struct bolt_report *report,
			struct outcome *outcome, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_archive_freep) struct bolt_archive *archive = NULL;
	struct bolt_archive_blobs blobs;
	struct stat st;
	uint8_t magic[6] = { 0 };
	bool seekable = fstat(job->input_fd, &st) == 0 && S_ISREG(st.st_mode) && pread(job->input_fd, magic, sizeof(magic), 0) > 0;
	bool compressed = bolt_compression_of(magic, sizeof(magic)) != BOLT_PLAIN;

	if (!seekable || compressed) {
		BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *stream = bolt_reader_fd(dup(job->input_fd));

		if (seekable)
			context->progress->bytes_total = (uint64_t) st.st_size;
		return stream ? bolt_stream_scan(context, report, stream, job->target->tag, job->options->platform, &outcome->image,
						 err)
			      : -ENOMEM;
	}
	int r = bolt_archive_open(job->input_fd, &archive, err);
	if (r < 0)
		return r;
	bolt_archive_blobs_init(&blobs, archive);
	return bolt_image_scan(context, report, &blobs.base, NULL, job->target->tag, job->options->platform, &outcome->image, err);
}

static int scan_blobs(const struct bolt_worker_job *job, const struct bolt_scan_context *context, struct bolt_report *report,
		      struct outcome *outcome, struct bolt_err *err)
{
	struct bolt_channel_blobs blobs;

	bolt_channel_blobs_init(&blobs, job->channel);
	return bolt_image_scan(context, report, &blobs.base, job->root, job->target->tag, job->options->platform, &outcome->image,
			       err);
}

static int scan_sbom(const struct bolt_worker_job *job, struct bolt_report *report, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = bolt_reader_fd(dup(job->input_fd));
	uint8_t *bytes;
	size_t len;
	int r = reader ? bolt_reader_slurp(reader, BOLT_SBOM_MAX, job->target->name, &bytes, &len, err) : -ENOMEM;

	if (r < 0)
		return r;
	bolt_progress_add(&job->progress->bytes_done, len);
	r = bolt_sbom_read(bytes, len, report, err);
	free(bytes);
	return r;
}

static int scan_image(const struct bolt_worker_job *job, const struct bolt_scan_context *context, struct bolt_report *report,
		      struct outcome *outcome, struct bolt_err *err)
{
	bool by_name = job->target->kind == BOLT_TARGET_OCI || job->target->kind == BOLT_TARGET_REGISTRY;
	int r = by_name ? scan_blobs(job, context, report, outcome, err) : scan_archive(job, context, report, outcome, err);

	if (r == 0)
		r = bolt_image_report(report, &outcome->image, err);
	if (r == 0)
		r = bolt_origin_fill(report, &outcome->image.plan.config, job->base, job->base_len, job->options->base);
	if (r == 0 && !report->subject.digest && job->digest && report->subject.image_id &&
	    strcmp(report->subject.image_id, job->image_id) == 0)
		report->subject.digest = job->digest;
	return r;
}

static int scan_tree(const struct bolt_worker_job *job, const struct bolt_scan_context *context, struct bolt_report *report,
		     struct outcome *outcome, struct bolt_err *err)
{
	int r = bolt_tree_scan(context, job->input_fd, &outcome->tree, err);

	if (r < 0)
		return r;
	outcome->tree_index = (struct bolt_file_index){ &outcome->tree, 1, false };
	report->files = &outcome->tree_index;
	return bolt_merge(report, &outcome->tree, 1, false, err);
}

static void fill_stats(struct bolt_report *report, const struct bolt_progress *progress, uint64_t started_usec)
{
	struct rusage usage;

	report->stats.elapsed_usec = bolt_now_usec() - started_usec;
	report->stats.files = bolt_progress_get(&progress->files);
	report->stats.directories = bolt_progress_get(&progress->directories);
	report->stats.bytes_read = bolt_progress_get(&progress->bytes_done);
	report->stats.bytes_uncompressed = bolt_progress_get(&progress->bytes_uncompressed);
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		report->stats.peak_rss_bytes = (uint64_t) usage.ru_maxrss * 1024;
}

/* Without Landlock there is no refusing to write; what a program taken over by the tree could have reached is then told. */
static const char *why_reduced(const struct bolt_sandbox_state *sandbox)
{
	if (!sandbox->root_changed)
		return "this kernel has no Landlock: the process that read the tree could have used any file its user may use";
	if (!sandbox->user_changed)
		return "this kernel has no Landlock: the process that read the tree could have written in it";
	return "this kernel has no Landlock: the process that read the tree could have written what everybody may write in it";
}

/* Before anything is left out. A scan does not fail for it: who finds no record says so. */
static void keep_record(const struct bolt_scan_options *options, const struct bolt_report *report)
{
	struct bolt_stamp stamp = { .generation = 0 };
	bool judged = options->judgement && options->judgement->database;

	if (!judged || bolt_stamp_of(options->judgement->database, &stamp) == 0)
		BOLT_IGNORE(bolt_record_write(options->record_fd, report, stamp));
}

static int do_job(const struct bolt_worker_job *job, struct bolt_report *report, uint64_t started_usec,
		  const struct bolt_sandbox_state *sandbox, struct bolt_err *err)
{
	const struct bolt_scan_options *o = job->options;
	struct bolt_budget budget = { .left = o->memory_limit_bytes - BOLT_WORKER_FIXED_BYTES };
	struct bolt_budget holes = { .left = BOLT_IMAGE_HOLES_MAX }, expansion = { .left = BOLT_IMAGE_EXPANSION_MAX };
	struct bolt_scan_context context = { .budget = &budget,
					     .holes = &holes,
					     .expansion = &expansion,
					     .progress = job->progress,
					     .strict = o->strict,
					     .plan_only = job->plan_only };
	struct outcome outcome = { .tree = { NULL, NULL } };
	enum bolt_target_kind kind = job->target->kind;
	bool tree = kind == BOLT_TARGET_ROOTFS || kind == BOLT_TARGET_DIR;
	int r;

	context.where_mask = BOLT_CATALOG_INSTALLED | (kind == BOLT_TARGET_DIR ? BOLT_CATALOG_DECLARED : 0u);
	if (kind == BOLT_TARGET_SBOM)
		r = scan_sbom(job, report, err);
	else
		r = tree ? scan_tree(job, &context, report, &outcome, err) : scan_image(job, &context, report, &outcome, err);
	if (kind != BOLT_TARGET_SBOM) {
		report->subject.kind = bolt_target_kind_text(kind);
		report->subject.name = job->target->name;
	} else if (!report->subject.name) {
		report->subject.name = job->target->name;
	}
	if (r == 0 && tree && !sandbox->landlock)
		r = bolt_report_warn(report, "sandbox-reduced", NULL, -1, why_reduced(sandbox));
	if (r == 0) {
		bolt_report_sort(report);
		if (o->judgement && !job->plan_only)
			r = bolt_judge(report, o->judgement, err);
		if (r == 0 && o->record_fd > 0 && !job->plan_only)
			keep_record(o, report);
		if (r == 0 && o->judgement && !job->plan_only)
			r = bolt_judgement_tell(report, o->judgement, err);
	}
	if (r == 0) {
		bolt_report_sort_findings(report);
		fill_stats(report, job->progress, started_usec);
		bolt_progress_add(&job->progress->warnings, report->warnings_len);
		if (o->judgement)
			bolt_progress_add(&job->progress->failing, bolt_judgement_failing(report, o->judgement));
		r = o->finish(o->context, report, err);
	}
	bolt_image_scan_done(&outcome.image);
	bolt_sink_free(outcome.tree.sink);
	bolt_layer_files_free(outcome.tree.files);
	return r;
}

/* 0 | -ENOMEM. */
static int close_the_rest(const struct bolt_worker_job *job)
{
	const struct bolt_scan_options *o = job->options;
	size_t documents = o->judgement ? o->judgement->documents_len : 0, n = 0;
	int *kept = calloc(4 + o->finish_fds_len + documents, sizeof(*kept));

	if (!kept)
		return -ENOMEM;
	kept[n++] = STDERR_FILENO;
	kept[n++] = job->channel;
	kept[n++] = job->input_fd;
	kept[n++] = o->record_fd > 0 ? o->record_fd : -1;
	for (size_t i = 0; i < o->finish_fds_len; i++)
		kept[n++] = o->finish_fds[i];
	for (size_t i = 0; i < documents; i++)
		kept[n++] = o->judgement->documents[i].fd;
	bolt_close_others(kept, n);
	free(kept);
	return 0;
}

void bolt_worker_main(const struct bolt_worker_job *job)
{
	uint64_t started_usec = bolt_now_usec();
	struct bolt_ask done = { .kind = BOLT_ASK_DONE };
	struct bolt_sandbox sandbox = { .read_dir_fd = -1, .memory_bytes = job->options->memory_limit_bytes };
	struct bolt_sandbox_state state = { .landlock = false };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != job->parent) /* died before it was asked for */
		_exit(3);
	prctl(PR_SET_NAME, "boltseal-scan");
	if (close_the_rest(job) < 0)
		_exit(3);
	if (job->options->registry.password) /* ours is a copy, and nothing here needs it */
		explicit_bzero((char *) (uintptr_t) job->options->registry.password, strlen(job->options->registry.password));
	bolt_wipe_environment();
	mallopt(M_ARENA_MAX, 4);
	mallopt(M_MMAP_THRESHOLD, 256 * 1024); /* large buffers go back to the system when they are freed */
	if (job->target->kind == BOLT_TARGET_ROOTFS || job->target->kind == BOLT_TARGET_DIR)
		sandbox.read_dir_fd = job->input_fd;
	/* What libraries read files for, while files can still be opened: OpenSSL its configuration, jansson randomness for its
	 * tables. */
	bolt_hash_free(bolt_hash_new(BOLT_DIGEST_SHA256));
	json_object_seed(0);

	int r = bolt_sandbox_enter(&sandbox, &state, &done.err);
	struct bolt_report *report = r == 0 ? bolt_report_new(SIZE_MAX / 2) : NULL;
	if (r == 0)
		r = report ? do_job(job, report, started_usec, &state, &done.err) : -ENOMEM;
	bolt_report_free(report);
	if (r == -ENOMEM) {
		char limit[32];

		(void) bolt_err_set(&done.err, r, "out of memory at the limit of %s: raise it with --memory-limit",
				    bolt_format_size(job->options->memory_limit_bytes, limit, sizeof(limit)));
	}
	if (r == -E2BIG && !strstr(done.err.msg, "--memory-limit")) {
		size_t used = strlen(done.err.msg);

		(void) snprintf(done.err.msg + used, sizeof(done.err.msg) - used, "; for an honest input " BOLT_BOUND_HINT);
	}
	done.status = r;
	BOLT_IGNORE(bolt_channel_send(job->channel, &done, sizeof(done), -1)); /* a parent that is gone needs no answer */
	_exit(r < 0 ? 3 : 0);
}
