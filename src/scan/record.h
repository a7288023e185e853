/* What is kept of a scanned image, so that it can be judged again without it: packed by the sandboxed worker that has the report,
 * carried and stored by others as it is, unpacked only in a sandbox. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <zstd.h>

#include "core/buf.h"
#include "core/cursor.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/change.h"
#include "model/report.h"
#include "scan/told.h"

/* The subject, its system, the origins of its layers, its packages; not its findings. 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_record_pack(const struct bolt_report *report, struct bolt_buf *packed);
/* Into an empty report; texts live in its arena. `unpacker` NULL: one is made. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_record_unpack(struct bolt_cursor packed, ZSTD_DCtx *unpacker, struct bolt_report *report);

/* What was told of it, as one of `packages` packages each. As above. */
BOLT_MUST_CHECK int bolt_told_pack(const struct bolt_told *told, size_t len, struct bolt_buf *packed);
BOLT_MUST_CHECK int bolt_told_unpack(struct bolt_cursor packed, ZSTD_DCtx *unpacker, size_t packages, struct bolt_arena *arena,
				     struct bolt_told **ret_told, size_t *ret_len);

struct bolt_memo;

/* Where an image is looked for when advisories change: hashes of every question that is asked about its packages
 * (bolt_probes_of) and of every name of its findings. The same in every process. */
uint64_t bolt_key_of_package(const char *ecosystem, const char *package, bool binary);
uint64_t bolt_key_of_name(const char *name); /* in any case */
/* Those of one package: `keys` has room for BOLT_PROBES_MOST. How many. */
size_t bolt_keys_of_package(const struct bolt_package *package, const struct bolt_os *os, uint64_t *keys);
/* All of them, sorted, each once, 8 bytes each (little-endian); `memo`, which remembers those of packages, may be NULL. 0 | -E2BIG
 * | -ENOMEM. */
BOLT_MUST_CHECK int bolt_keys_pack(const struct bolt_report *report, const struct bolt_told *told, size_t told_len,
				   struct bolt_memo *memo, struct bolt_buf *keys);

/* How it comes from the worker: in a file of the kernel's, this head first, the three texts after it. */
struct bolt_record_head {
	char image[BOLT_DIGEST_TEXT]; /* its digest, else its ID; "" for what is no image */
	struct bolt_stamp stamp;
	uint32_t record_bytes, told_bytes, keys_bytes, padding;
};

/* In the worker, with every finding there is. Writes nothing when there is too much of it. 0 | -E2BIG | -ENOMEM | negative errno.
 */
BOLT_MUST_CHECK int bolt_record_write(int fd, const struct bolt_report *report, struct bolt_stamp stamp);

/* What a worker wrote, lengths checked, nothing else: the cursors lie in `bytes`. Empty is -ENODATA. 0 | -EBADMSG. */
struct bolt_record {
	struct bolt_record_head head; /* image is a digest or "" */
	struct bolt_cursor record, told, keys;
};
BOLT_MUST_CHECK int bolt_record_take(struct bolt_cursor bytes, struct bolt_record *ret_record);
