#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/bundle.h"
#include "advisory/bundle_apply.h"
#include "advisory/bundle_key.h"
#include "advisory/import_job.h"
#include "core/digest.h"
#include "oci/hashing.h"
#include "oci/inflate.h"

enum { PAYLOAD_AT = BOLT_BUNDLE_HEADER + BOLT_BUNDLE_SIGNATURE };

struct bundle {
	const struct bolt_bundle_import *options;
	struct bolt_bundle_header header;
	struct bolt_import_options import;
	int fd;
};

/* Of the header. Nothing of it is believed before. */
static int check_signature(const struct bolt_bundle_import *options, const uint8_t *head, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_bundle_key_freep) EVP_PKEY *key = NULL;
	static const uint8_t nobody[BOLT_BUNDLE_HASH];
	uint8_t id[BOLT_BUNDLE_HASH];

	if (!options->trust_key)
		return options->allow_unsigned
			       ? 0
			       : bolt_err_set(err, -EKEYREJECTED,
					      "whose key it must be signed by is not said: name it with --trust-key FILE");
	int r = bolt_bundle_key_public(options->trust_key, &key, err);
	if (r == 0)
		r = bolt_bundle_key_id(key, id);
	if (r < 0)
		return r;
	if (bolt_bundle_verify(key, head, BOLT_BUNDLE_HEADER, head + BOLT_BUNDLE_HEADER) == 0)
		return 0;
	/* The key's id only helps to say what is wrong. */
	const uint8_t *signer = head + BOLT_BUNDLE_HEADER - BOLT_BUNDLE_HASH;
	const char *why = memcmp(signer, nobody, sizeof(nobody)) == 0 ? "it is not signed"
			  : memcmp(signer, id, sizeof(id)) == 0       ? "its signature is wrong: it was changed after it was signed"
								      : "it is signed by another key";
	return bolt_err_set(err, -EKEYREJECTED, "%s", why);
}

static int check_payload(struct bundle *b, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *stored = NULL;
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *hashed = NULL;
	struct bolt_digest digest;
	struct stat st;

	if (fstat(b->fd, &st) < 0)
		return bolt_err_set(err, -errno, "cannot read it: %m");
	if ((uint64_t) st.st_size != PAYLOAD_AT + b->header.payload_bytes)
		return bolt_err_set(err, -EBADMSG, "it has %llu bytes, and should have %llu: it is cut off, or something was added",
				    (unsigned long long) st.st_size, (unsigned long long) (PAYLOAD_AT + b->header.payload_bytes));
	stored = bolt_reader_range(b->fd, PAYLOAD_AT, b->header.payload_bytes);
	hashed = stored && hash ? bolt_reader_hashing(stored, hash) : NULL;
	if (!hashed)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	int r = bolt_reader_drain(hashed, NULL, err);
	bolt_hash_final(hash, &digest);
	if (r == 0 && memcmp(digest.bytes, b->header.payload_hash, BOLT_BUNDLE_HASH) != 0)
		r = bolt_err_set(err, -EKEYREJECTED, "its content is not what was signed");
	return r;
}

static int check(struct bundle *b, struct bolt_err *err)
{
	uint8_t head[PAYLOAD_AT];
	ssize_t n = pread(b->fd, head, sizeof(head), 0);
	int r;

	if (n < 0)
		return bolt_err_set(err, -errno, "cannot read it: %m");
	if (n != (ssize_t) sizeof(head))
		return bolt_err_set(err, -EBADMSG, "this is no bundle of 'boltseal db export', or it is cut off");
	if (memcmp(head, "BOLTBDL\n", 8) == 0) { /* otherwise taking the header says what it is not */
		r = check_signature(b->options, head, err);
		if (r < 0)
			return r;
	}
	r = bolt_bundle_header_take(bolt_cursor(head, BOLT_BUNDLE_HEADER), &b->header, err);
	return r == 0 ? check_payload(b, err) : r;
}

static int tell_part(void *context, const struct bolt_part_result *part)
{
	return bolt_import_tell(context, part);
}

/* The file is read anew, so it is hashed anew: between the check and now somebody may have written to it. */
static int work(struct bolt_import_job *job, struct bolt_writer *writer, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *stored = NULL;
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *counted = NULL;
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *hashed = NULL;
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *plain = NULL;
	struct bundle *b = job->context;
	struct bolt_bundle_apply apply = { writer, &b->header, tell_part, job };
	struct bolt_filler *filler;
	enum bolt_compression compression;
	struct bolt_digest digest;

	job->progress->bytes_total = b->header.payload_bytes;
	(void) snprintf(job->progress->part, sizeof(job->progress->part), "bundle");
	stored = bolt_reader_range(b->fd, PAYLOAD_AT, b->header.payload_bytes);
	counted = stored ? bolt_reader_counting(stored, &job->progress->bytes_done) : NULL;
	hashed = counted && hash ? bolt_reader_hashing(counted, hash) : NULL;
	if (!hashed)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	int r = bolt_inflate_open(hashed, &filler, &compression, err);
	if (r < 0)
		return r;
	plain = bolt_reader_pumped(filler);
	if (!plain)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	r = bolt_bundle_apply(&apply, plain, err);
	if (r == 0)
		r = bolt_reader_drain(hashed, NULL, err);
	bolt_hash_final(hash, &digest);
	if (r == 0 && memcmp(digest.bytes, b->header.payload_hash, BOLT_BUNDLE_HASH) != 0)
		r = bolt_err_set(err, -EKEYREJECTED, "its content is not what was signed");
	return r;
}

int bolt_bundle_import(const struct bolt_bundle_import *options, struct bolt_import_result *ret_result, struct bolt_err *err)
{
	struct bundle b = { .options = options, .import = *options->import };
	int r = 0;

	b.import.allow_shrink = true; /* who signed it has looked at that */
	b.fd = options->fd >= 0 ? fcntl(options->fd, F_DUPFD_CLOEXEC, 0)
				: open(options->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (b.fd < 0)
		r = bolt_err_set(err, -errno, "cannot open it: %m");
	if (r == 0)
		r = check(&b, err);
	struct bolt_import_job job = { .options = &b.import, .work = work, .context = &b, .work_fds = &b.fd, .work_fds_len = 1 };
	if (r == 0)
		r = bolt_import_run(&job, ret_result, err);
	if (r == 0)
		ret_result->files = 1;
	if (b.fd >= 0)
		close(b.fd);
	return r < 0 ? bolt_err_wrap(err, r, "bundle '%s'", options->path) : 0;
}
