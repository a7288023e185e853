#include "scan/keep.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "scan/apart.h"
#include "scan/limits.h"

int bolt_record_map(int record_fd, struct bolt_record_map *ret_map)
{
	const uint64_t most = sizeof(struct bolt_record_head) + 2ull * BOLT_RECORD_PACKED_MAX +
			      (uint64_t) BOLT_RECORD_KEYS_MAX * sizeof(uint64_t);
	struct bolt_record_map map = { .bytes = NULL };
	struct stat st;

	if (fstat(record_fd, &st) < 0)
		return -errno;
	if (st.st_size == 0)
		return -ENODATA;
	if ((uint64_t) st.st_size > most)
		return -EBADMSG;
	map.len = (size_t) st.st_size;
	map.bytes = mmap(NULL, map.len, PROT_READ, MAP_PRIVATE, record_fd, 0);
	if (map.bytes == MAP_FAILED)
		return -errno;
	int r = bolt_record_take(bolt_cursor(map.bytes, map.len), &map.record);
	if (r < 0)
		munmap(map.bytes, map.len);
	else
		*ret_map = map;
	return r;
}

void bolt_record_unmap(struct bolt_record_map *map)
{
	if (map->bytes)
		munmap(map->bytes, map->len);
	map->bytes = NULL;
}

struct keeping {
	const char *path;
	const struct bolt_store_limit *limit;
	struct bolt_record_map map;
	struct bolt_kept *kept; /* shared */
};

static int keep(void *context, struct bolt_err *err)
{
	struct keeping *k = context;
	BOLT_CLEANUP(bolt_store_closep) struct bolt_store *store = NULL;
	int r = bolt_store_open(k->path, k->limit, BOLT_STORE_WRITE, &store, err);

	if (r == 0)
		r = bolt_store_put(store, &k->map.record, &k->kept->dropped, err);
	if (r == 0)
		r = bolt_store_commit(store, err);
	k->kept->stored = r == 0;
	return r;
}

int bolt_keep_record(const char *path, const struct bolt_store_limit *limit, int record_fd, struct bolt_kept *ret_kept,
		     struct bolt_err *err)
{
	struct keeping k = { .path = path, .limit = limit };
	char on_crash[512];
	int r = bolt_record_map(record_fd, &k.map);

	if (r == -ENODATA || (r == 0 && !k.map.record.head.image[0])) {
		bolt_record_unmap(&k.map);
		*ret_kept = (struct bolt_kept){ .stored = false };
		return 0;
	}
	if (r < 0)
		return bolt_err_set(err, r, "the scanning process left no usable record");
	(void) snprintf(on_crash, sizeof(on_crash), "the store '%.400s' may be damaged: remove it", path);
	const struct bolt_apart apart = { .name = "boltseal-store", .work = keep, .context = &k, .on_crash = on_crash };
	k.kept = bolt_shared_new(sizeof(*k.kept));
	r = k.kept ? bolt_run_apart(&apart, err) : -ENOMEM;
	if (r == 0)
		*ret_kept = *k.kept;
	bolt_shared_free(k.kept, sizeof(*k.kept));
	bolt_record_unmap(&k.map);
	return r;
}
