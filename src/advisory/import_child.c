#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "advisory/import_job.h"
#include "core/bare_process.h"
#include "core/bound.h"
#include "core/digest.h"
#include "core/sandbox.h"
#include "core/text.h"

int bolt_import_tell(struct bolt_import_job *job, const struct bolt_part_result *part)
{
	struct bolt_import_message message = { .kind = BOLT_IMPORT_PART, .part = *part };

	return bolt_channel_send(job->channel, &message, sizeof(message), -1);
}

int bolt_import_ask(struct bolt_import_job *job, const struct bolt_import_message *message, struct bolt_import_answer *ret_answer,
		    int *ret_fd)
{
	int r = bolt_channel_send(job->channel, message, sizeof(*message), -1);

	return r == 0 ? bolt_channel_receive(job->channel, ret_answer, sizeof(*ret_answer), ret_fd) : r;
}

/* What libraries read files for, while files can still be opened. */
static void prepare_libraries(void)
{
	bolt_hash_free(bolt_hash_new(BOLT_DIGEST_SHA256));
	json_object_seed(0);
	(void) mallopt(M_ARENA_MAX, 2);
	(void) mallopt(M_MMAP_THRESHOLD, 256 * 1024); /* large buffers go back to the system when they are freed */
}

static int do_job(struct bolt_import_job *job, const struct bolt_import_place *place, struct bolt_import_message *done)
{
	BOLT_CLEANUP(bolt_writer_closep) struct bolt_writer *writer = NULL;
	const struct bolt_import_options *o = job->options;
	struct bolt_writer_options options = { place->path_new, place->spool_fd, o->allow_shrink, o->now_unix };
	struct bolt_sandbox sandbox = { .read_dir_fd = -1, .write_files = true, .memory_bytes = o->memory_limit_bytes };
	struct bolt_sandbox_state state;
	struct bolt_writer_outcome outcome;
	int r = bolt_writer_open(&options, &writer, &done->err);

	if (r == 0)
		r = bolt_sandbox_enter(&sandbox, &state, &done->err);
	if (r == 0)
		r = job->work(job, writer, &done->err);
	if (r == 0)
		r = bolt_writer_finish(writer, place->compact_fd, &outcome, &done->err);
	if (r == 0) {
		done->changed = outcome.changed;
		done->compacted = outcome.compacted;
		done->number = outcome.generation;
	}
	return r;
}

_Noreturn void bolt_import_child(struct bolt_import_job *job, const struct bolt_import_place *place)
{
	struct bolt_import_message done = { .kind = BOLT_IMPORT_DONE };
	int kept[64] = { STDERR_FILENO, job->channel, place->spool_fd, place->compact_fd };
	size_t n = 4;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != place->parent) /* died before it was asked for */
		_exit(3);
	prctl(PR_SET_NAME, "boltseal-import");
	for (size_t i = 0; i < job->work_fds_len && n < BOLT_ARRAY_LEN(kept); i++)
		kept[n++] = job->work_fds[i];
	bolt_close_others(kept, n);
	bolt_wipe_environment();
	prepare_libraries();
	int r = do_job(job, place, &done);
	if (r == -ENOMEM && !done.err.msg[0]) {
		char limit[32];

		(void) bolt_err_set(&done.err, r, "out of memory at the limit of %s: raise it with --memory-limit",
				    bolt_format_size(job->options->memory_limit_bytes, limit, sizeof(limit)));
	}
	done.status = r;
	BOLT_IGNORE(bolt_channel_send(job->channel, &done, sizeof(done), -1)); /* a parent that is gone needs no answer */
	_exit(r < 0 ? 3 : 0);
}
