/* Content digests as OCI writes them ("sha256:<64 lower-case hex>", image-spec 1.1 descriptor.md), and computing them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

enum bolt_digest_algorithm { BOLT_DIGEST_NONE = 0, BOLT_DIGEST_SHA256, BOLT_DIGEST_SHA512 };

struct bolt_digest {
	enum bolt_digest_algorithm algorithm;
	uint8_t bytes[64]; /* the first 32 for SHA-256; the rest is zero */
};

enum { BOLT_DIGEST_TEXT = 8 + 128 }; /* "sha512:" + hex + NUL */

/* 0 | -EINVAL: not one of the two registered algorithms with exactly its lower-case hex. */
BOLT_MUST_CHECK int bolt_digest_parse(const char *text, struct bolt_digest *ret_digest, struct bolt_err *err);

/* The text form into buf (BOLT_DIGEST_TEXT bytes), which is returned. NONE gives "". */
const char *bolt_digest_text(const struct bolt_digest *digest, char *buf);

bool bolt_digest_equal(const struct bolt_digest *a, const struct bolt_digest *b);

/* Lower-case hex of n bytes and a NUL into out (2n + 1). */
void bolt_hex(const uint8_t *bytes, size_t n, char *out);

/* A running hash; reusable: final() resets it for the next message. */
struct bolt_hash;
struct bolt_hash *bolt_hash_new(enum bolt_digest_algorithm algorithm); /* NULL when out of memory */
void bolt_hash_free(struct bolt_hash *hash);
BOLT_DEFINE_CLEANUP(struct bolt_hash *, bolt_hash_free)
void bolt_hash_update(struct bolt_hash *hash, const void *bytes, size_t n);
void bolt_hash_final(struct bolt_hash *hash, struct bolt_digest *ret_digest);

/* One call for bytes in memory. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_digest_of(enum bolt_digest_algorithm algorithm, const void *bytes, size_t n,
				   struct bolt_digest *ret_digest);
