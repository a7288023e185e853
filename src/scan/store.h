/* The images that were scanned here, as records (scan/record.h) by digest, with an index of what to judge again when advisories
 * change. One LMDB file and its lock file beside it; several processes may use it at once. What it keeps of an image is opaque
 * here: written by one sandboxed process, read by another. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"
#include "scan/record.h"

struct bolt_store;

enum bolt_store_use {
	BOLT_STORE_READ,
	BOLT_STORE_SNAPSHOT, /* to read what another process holds open to read: nothing is locked, nothing is written */
	BOLT_STORE_WRITE,    /* waits for others who write */
};

struct bolt_store_limit {
	uint64_t images, bytes;
};

/* Makes the file if there is none, when it is opened to write. To read, too, the lock file is written.
 * 0 | -ENOENT (to read, and there is none) | -EBADMSG (no store, or damaged) | -EACCES | -EROFS | -ENOMEM | negative errno. err
 * says what, on what, and what to do. A transaction is begun at once: what is read is as it was then. */
BOLT_MUST_CHECK int bolt_store_open(const char *path, const struct bolt_store_limit *limit, enum bolt_store_use use,
				    struct bolt_store **ret_store, struct bolt_err *err);
/* What was written and not committed is forgotten. */
void bolt_store_close(struct bolt_store *store);
BOLT_DEFINE_CLEANUP(struct bolt_store *, bolt_store_close)

/* The writes since opening, all or none of them; the store can only be closed afterwards. 0 | negative errno (-ENOSPC: no room). */
BOLT_MUST_CHECK int bolt_store_commit(struct bolt_store *store, struct bolt_err *err);

/* An image: what was there of the same digest is replaced, unless that was judged and this was not. Those scanned longest ago go
 * when it gets too full; *ret_dropped says how many did. 0 | -EBADMSG | -ENOSPC | negative errno. */
BOLT_MUST_CHECK int bolt_store_put(struct bolt_store *store, const struct bolt_record *record, uint64_t *ret_dropped,
				   struct bolt_err *err);

/* An image that is there. Its number is never given to another, nor to a later scan of the same one. */
struct bolt_store_item {
	uint32_t number;
	struct bolt_stamp stamp;
};
/* All, in the order they were scanned. The list is the caller's to free. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_store_items(struct bolt_store *store, struct bolt_store_item **ret_items, size_t *ret_len);

/* What is kept of one; the cursors lie in the map until the store is written to or closed. 0 | -ENOENT | -EBADMSG. */
BOLT_MUST_CHECK int bolt_store_get(struct bolt_store *store, uint32_t number, struct bolt_cursor *ret_record,
				   struct bolt_cursor *ret_told, struct bolt_cursor *ret_keys);

/* Calls `each` with images that may have this key: those the index knows (some of them no longer have it, or are no longer there).
 * Images after bolt_store_indexed are not in the index yet: their keys are to be looked at. 0 | what each returned | -EBADMSG. */
BOLT_MUST_CHECK int bolt_store_find(struct bolt_store *store, uint64_t key, int (*each)(void *context, uint32_t number),
				    void *context);
uint32_t bolt_store_indexed(const struct bolt_store *store);

/* What a new judgement says of an image: told and keys are empty when nothing changed but the stamp. An image that has gone since
 * is passed over. 0 | -EBADMSG | -ENOSPC. */
BOLT_MUST_CHECK int bolt_store_judged(struct bolt_store *store, uint32_t number, struct bolt_stamp stamp, struct bolt_cursor told,
				      struct bolt_cursor keys, struct bolt_err *err);

/* Brings the index up to date with all images. 0 | -EBADMSG | -ENOSPC | -ENOMEM. */
BOLT_MUST_CHECK int bolt_store_index(struct bolt_store *store, struct bolt_err *err);
