/* A tar stream, entry by entry, as Linux container runtimes (Go's archive/tar) read it: v7, ustar (POSIX.1-1988), pax
 * (POSIX.1-2001), GNU long names and all four GNU sparse forms. Where readers differ, one that differs from the runtime can be
 * shown other files than the container gets: that, and names that stay bytes whatever the locale, is why it is our own rather than
 * libarchive's (docs/performance.md compares their speed). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

enum bolt_tar_kind {
	BOLT_TAR_FILE = 1,
	BOLT_TAR_HARDLINK,
	BOLT_TAR_SYMLINK,
	BOLT_TAR_DIRECTORY,
	BOLT_TAR_DEVICE, /* character or block */
	BOLT_TAR_FIFO,
	BOLT_TAR_OTHER, /* a type no runtime extracts; its data are skipped */
};

struct bolt_tar_entry {
	enum bolt_tar_kind kind;
	const char *name;   /* as stored: raw bytes, NUL-terminated, not normalised; valid until the next call */
	const char *link;   /* target of links, else "" */
	uint64_t size;      /* of the content as a program would read it: holes of sparse files included */
	uint32_t mode;      /* permission bits, 07777 */
	bool name_too_long; /* over BOLT_PATH_MAX: `name` holds its start */
	bool holes;         /* sparse: content is partly not stored */
};

struct bolt_tar;

/* The source is borrowed and must outlive it. NULL: out of memory. */
struct bolt_tar *bolt_tar_new(struct bolt_reader *source);
void bolt_tar_free(struct bolt_tar *tar);
BOLT_DEFINE_CLEANUP(struct bolt_tar *, bolt_tar_free)

/* The next entry; what was left of the last one's content is skipped. 1: *ret_entry is filled, 0: the end of the archive was
 * reached (trailing bytes of the source are not read), -EBADMSG: damaged or truncated (err says at which byte), -E2BIG: a bound,
 * -ENOMEM, or what the source failed with. After an error nothing more can be read. */
BOLT_MUST_CHECK int bolt_tar_next(struct bolt_tar *tar, struct bolt_tar_entry *ret_entry, struct bolt_err *err);

/* The content of the last entry (BOLT_TAR_FILE only), holes read as zeros. Belongs to the tar: do not close. */
struct bolt_reader *bolt_tar_content(struct bolt_tar *tar);

/* For a source that can leap: forgets the rest of the last entry's content and its padding, which the caller skips in the source
 * itself, and any unread part of the source's current block must be empty. Returns how many bytes to skip. */
uint64_t bolt_tar_leap(struct bolt_tar *tar);
