#include "scan/rescan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/apart.h"
#include "scan/limits.h"
#include "scan/rescan_private.h"

struct write_back {
	const struct rescan_work *work;
	struct bolt_stamp stamp;
};

static int apply(struct bolt_store *store, struct bolt_cursor updates, struct bolt_stamp stamp, struct bolt_err *err)
{
	struct rescan_update update;
	struct bolt_cursor told, keys;
	const uint8_t *head;
	int r = 0;

	while (r == 0 && updates.left > 0) {
		if (bolt_take_bytes(&updates, sizeof(update), &head) < 0)
			return -EBADMSG;
		memcpy(&update, head, sizeof(update));
		if (update.told_bytes > BOLT_RECORD_PACKED_MAX || update.keys_bytes > BOLT_RECORD_KEYS_MAX * sizeof(uint64_t) ||
		    bolt_take_sub(&updates, update.told_bytes, &told) < 0 || bolt_take_sub(&updates, update.keys_bytes, &keys) < 0)
			return -EBADMSG;
		r = bolt_store_judged(store, update.number, stamp, told, keys, err);
	}
	return r;
}

/* In a process of its own, not because of what is written but because of where: a damaged file may end who touches it. */
static int write_back(void *context, struct bolt_err *err)
{
	const struct write_back *w = context;
	const struct bolt_rescan_options *o = w->work->options;
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = NULL;
	struct stat st;

	if (fstat(w->work->updates_fd, &st) < 0)
		return -errno;
	void *map = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_PRIVATE, w->work->updates_fd, 0);
	if (map == MAP_FAILED)
		return bolt_err_set(err, -errno, "cannot read back what was judged: %m");
	int r = bolt_store_open(o->store, &o->limit, BOLT_STORE_WRITE, &store, err);
	if (r == 0)
		r = apply(store, bolt_cursor(map, (size_t) st.st_size), w->stamp, err);
	if (r == 0)
		r = bolt_store_index(store, err);
	if (r == 0)
		r = bolt_store_commit(store, err);
	munmap(map, (size_t) st.st_size);
	return r;
}

static int judge(struct rescan_work *work, const char *on_crash, struct bolt_err *err)
{
	const struct bolt_rescan_options *o = work->options;
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *held = NULL; /* keeps the snapshot that the other process reads */
	int fds[16] = { work->updates_fd };
	size_t n = 1;

	for (size_t i = 0; i < o->finish_fds_len && n < BOLT_ARRAY_LEN(fds); i++)
		fds[n++] = o->finish_fds[i];
	const struct bolt_apart apart = { .name = "boltseal-rescan",
					  .prepare = rescan_prepare,
					  .work = rescan_work,
					  .context = work,
					  .sandboxed = true,
					  .memory_bytes = o->memory_limit_bytes,
					  .fds = fds,
					  .fds_len = n,
					  .on_crash = on_crash,
					  .cancelled = o->cancelled };
	int r = bolt_store_open(o->store, &o->limit, BOLT_STORE_READ, &held, err);
	return r == 0 ? bolt_run_apart(&apart, err) : r;
}

static int run(struct rescan_work *work, struct bolt_rescan_counts *ret_counts, struct bolt_err *err)
{
	const struct bolt_rescan_options *o = work->options;
	char on_crash[512];

	(void) snprintf(on_crash, sizeof(on_crash), "the store '%.400s' may be damaged: remove it; the next scans fill it anew",
			o->store);
	int r = judge(work, on_crash, err);
	if (r < 0)
		return r;
	const struct rescan_results results = *work->results; /* nobody writes there any more */
	r = o->commit(o->context, err);
	struct write_back back = { work, results.stamp };
	const struct bolt_apart apart = { .name = "boltseal-store",
					  .work = write_back,
					  .context = &back,
					  .fds = &work->updates_fd,
					  .fds_len = 1,
					  .on_crash = on_crash,
					  .cancelled = o->cancelled };
	if (r == 0 && results.write && !o->dry_run && results.counts.images > 0)
		r = bolt_run_apart(&apart, err);
	if (r == 0)
		*ret_counts = results.counts;
	return r;
}

int bolt_rescan(const struct bolt_rescan_options *options, struct bolt_rescan_counts *ret_counts, struct bolt_err *err)
{
	struct rescan_work work = { .options = options, .updates_fd = options->scratch_fd };

	work.results = bolt_shared_new(sizeof(*work.results));
	int r = work.results ? run(&work, ret_counts, err) : -ENOMEM;
	bolt_shared_free(work.results, sizeof(*work.results));
	return r;
}
