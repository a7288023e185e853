#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "advisory/database_format.h"

static const char magic[8] = "BOLTADV\n";

enum { BLOCK = 1 << 20 };

/* All of n bytes, or -EBADMSG. */
static int read_at(int fd, void *to, size_t n, uint64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (uint8_t *) to + done, n - done, (off_t) (offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EBADMSG;
		done += (size_t) got;
	}
	return 0;
}

static int write_at(int fd, const void *from, size_t n, uint64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t put = pwrite(fd, (const uint8_t *) from + done, n - done, (off_t) (offset + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? -errno : -EIO;
		done += (size_t) put;
	}
	return 0;
}

/* LMDB works with pages of 512 bytes to 64 KiB. */
static bool is_page_size(uint32_t bytes)
{
	return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

static int hash_head(int fd, uint32_t page_bytes, uint64_t *ret_hash)
{
	uint8_t *pages = malloc(2 * (size_t) page_bytes);
	int r = pages ? read_at(fd, pages, 2 * (size_t) page_bytes, 0) : -ENOMEM;

	if (r == 0)
		*ret_hash = XXH3_64bits(pages, 2 * (size_t) page_bytes);
	free(pages);
	return r;
}

static int hash_all(int fd, uint64_t length, uint64_t ret_hash[2])
{
	XXH3_state_t *state = XXH3_createState();
	uint8_t *block = malloc(BLOCK);
	int r = state && block && XXH3_128bits_reset(state) == XXH_OK ? 0 : -ENOMEM;

	for (uint64_t at = 0; r == 0 && at < length;) {
		size_t n = length - at < BLOCK ? (size_t) (length - at) : BLOCK;

		r = read_at(fd, block, n, at);
		if (r == 0)
			(void) XXH3_128bits_update(state, block, n); /* fails only for NULL */
		at += n;
	}
	if (r == 0) {
		XXH128_hash_t hash = XXH3_128bits_digest(state);

		ret_hash[0] = hash.low64;
		ret_hash[1] = hash.high64;
	}
	free(block);
	BOLT_IGNORE(XXH3_freeState(state)); /* always XXH_OK */
	return r;
}

static int take_trailer(const uint8_t bytes[BOLT_TRAILER_BYTES], struct bolt_trailer *trailer)
{
	struct bolt_cursor c = bolt_cursor(bytes, BOLT_TRAILER_BYTES);

	if (bolt_skip(&c, sizeof(magic)) < 0 || bolt_take_u64le(&c, &trailer->length) < 0 ||
	    bolt_take_u64le(&c, &trailer->hash[0]) < 0 || bolt_take_u64le(&c, &trailer->hash[1]) < 0 ||
	    bolt_take_u64le(&c, &trailer->head) < 0 || bolt_take_u32le(&c, &trailer->page_bytes) < 0 ||
	    bolt_take_u32le(&c, &trailer->schema) < 0)
		return -EBADMSG;
	return memcmp(bytes, magic, sizeof(magic)) == 0 ? 0 : -EBADMSG;
}

int bolt_trailer_read(int fd, struct bolt_trailer *ret_trailer, struct bolt_err *err)
{
	uint8_t bytes[BOLT_TRAILER_BYTES];
	struct bolt_trailer trailer;
	struct stat st;
	uint64_t head;

	if (fstat(fd, &st) < 0)
		return bolt_err_set(err, -errno, "cannot look at the file: %m");
	if (!S_ISREG(st.st_mode) || st.st_size < BOLT_TRAILER_BYTES)
		return bolt_err_set(err, -EBADMSG, "not an advisory database");
	int r = read_at(fd, bytes, sizeof(bytes), (uint64_t) st.st_size - sizeof(bytes));
	if (r < 0 && r != -EBADMSG)
		return bolt_err_set(err, r, "cannot read the file");
	if (r < 0 || take_trailer(bytes, &trailer) < 0)
		return bolt_err_set(err, -EBADMSG, "not an advisory database, or cut off");
	if (trailer.schema != BOLT_DATABASE_SCHEMA)
		return bolt_err_set(err, -EBADMSG, "made by another version of boltseal (format %u, not %u): import or update anew",
				    trailer.schema, BOLT_DATABASE_SCHEMA);
	if (trailer.length != (uint64_t) st.st_size - sizeof(bytes) || !is_page_size(trailer.page_bytes) ||
	    trailer.length < 2 * (uint64_t) trailer.page_bytes)
		return bolt_err_set(err, -EBADMSG, "damaged: it is not as long as it was");
	r = hash_head(fd, trailer.page_bytes, &head);
	if (r < 0 && r != -EBADMSG)
		return bolt_err_set(err, r, "cannot read the file");
	if (r < 0 || head != trailer.head)
		return bolt_err_set(err, -EBADMSG, "damaged: its first pages are not what was written");
	*ret_trailer = trailer;
	return 0;
}

int bolt_trailer_write(int fd, uint64_t length, uint32_t page_bytes, struct bolt_err *err)
{
	uint8_t bytes[BOLT_TRAILER_BYTES];
	uint64_t hash[2], head;
	int r = ftruncate(fd, (off_t) length) < 0 ? -errno : 0;

	if (r == 0)
		r = hash_head(fd, page_bytes, &head);
	if (r == 0)
		r = hash_all(fd, length, hash);
	if (r < 0)
		return bolt_err_set(err, r, "cannot read back what was written");
	memcpy(bytes, magic, sizeof(magic));
	bolt_put_u64le(bytes + 8, length);
	bolt_put_u64le(bytes + 16, hash[0]);
	bolt_put_u64le(bytes + 24, hash[1]);
	bolt_put_u64le(bytes + 32, head);
	bolt_put_u32le(bytes + 40, page_bytes);
	bolt_put_u32le(bytes + 44, BOLT_DATABASE_SCHEMA);
	r = write_at(fd, bytes, sizeof(bytes), length);
	return r < 0 ? bolt_err_set(err, r, "cannot write the end of the file") : 0;
}

int bolt_trailer_verify(int fd, const struct bolt_trailer *trailer, struct bolt_err *err)
{
	uint64_t hash[2];
	int r = hash_all(fd, trailer->length, hash);

	if (r < 0 && r != -EBADMSG)
		return bolt_err_set(err, r, "cannot read the file");
	if (r < 0 || hash[0] != trailer->hash[0] || hash[1] != trailer->hash[1])
		return bolt_err_set(err, -EBADMSG, "damaged: its checksum is not what it was");
	return 0;
}
