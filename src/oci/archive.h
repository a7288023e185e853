/* The members of an uncompressed tar file that can be read at any offset: docker save and OCI archives on disk. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

struct bolt_archive;

/* Reads all headers (not the contents) of the tar in `fd`, which is borrowed and must outlive the archive. 0 | -EBADMSG (not a tar,
 * or damaged) | -E2BIG | -ENOMEM | read errors. */
BOLT_MUST_CHECK int bolt_archive_open(int fd, struct bolt_archive **ret_archive, struct bolt_err *err);
void bolt_archive_free(struct bolt_archive *archive);
BOLT_DEFINE_CLEANUP(struct bolt_archive *, bolt_archive_free)

/* A member by its normalised name, through at most a few links (older docker save links equal layers). Any number may be open at
 * once, on any threads. 0 | -ENOENT (err names it) | -EBADMSG (the archive has it twice, and not alike:
 * readers take the first or the last) | -ENOMEM | read errors. */
BOLT_MUST_CHECK int bolt_archive_member(const struct bolt_archive *archive, const char *name, struct bolt_reader **ret_reader,
					struct bolt_err *err);

/* Names of links and what they point at, for archives that can only be read in order. `from` is the link's own normalised name.
 * Writes the normalised target into out (BOLT_PATH_MAX + 1 bytes). */
void bolt_archive_link_target(const char *from, const char *link, int is_hardlink, char *out);
