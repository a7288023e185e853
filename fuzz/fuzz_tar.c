/* A tar stream of any bytes: entries, names and contents. Aborts when the reader breaks oci/tar.h's promises. The first byte says
 * in blocks of what length the rest arrives. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oci/limits.h"
#include "oci/tar.h"
#include "tar_repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Holes cost nothing in the file, so that a few bytes could keep the fuzzer busy for hours. */
enum { CONTENT_MOST = 4 << 20 };

static void read_content(struct bolt_tar *tar, const struct bolt_tar_entry *entry)
{
	struct bolt_err err = { .msg = "" };
	const uint8_t *block;
	uint64_t total = 0;
	ssize_t got = 1;

	while (got > 0 && total < CONTENT_MOST) {
		got = bolt_read_next(bolt_tar_content(tar), &block, &err);
		total += got > 0 ? (uint64_t) got : 0;
	}
	if (total > entry->size || (got == 0 && total != entry->size) || (got < 0 && !err.msg[0]))
		abort();
}

static void check_entry(const struct bolt_tar_entry *entry)
{
	size_t name = strlen(entry->name), link = strlen(entry->link);

	if (entry->kind < BOLT_TAR_FILE || entry->kind > BOLT_TAR_OTHER || name > BOLT_PATH_MAX || link > BOLT_PATH_MAX ||
	    entry->size > INT64_MAX || (entry->mode & ~07777u))
		abort();
}

static void read_tar(struct bolt_tar *tar, size_t n)
{
	struct bolt_tar_entry entry;
	struct bolt_err err = { .msg = "" };
	size_t entries = 0;
	int r;

	while ((r = bolt_tar_next(tar, &entry, &err)) != 0) {
		if (r < 0) {
			if ((r != -EBADMSG && r != -E2BIG && r != -ENOMEM) || !err.msg[0])
				abort();
			return;
		}
		if (r != 1 || ++entries > n / 512) /* every entry has a header */
			abort();
		check_entry(&entry);
		if (entry.kind == BOLT_TAR_FILE && entries % 3)
			read_content(tar, &entry);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = n > 0 ? tar_repaired(bytes + 1, n - 1) : NULL;

	if (!copy)
		return 0;
	struct bolt_reader *source = bolt_reader_memory(copy, n - 1, (size_t) bytes[0] * 13);
	struct bolt_tar *tar = source ? bolt_tar_new(source) : NULL;
	if (tar)
		read_tar(tar, n - 1);
	bolt_tar_free(tar);
	bolt_reader_close(source);
	free(copy);
	return 0;
}
