/* Bundles: the database, or what changed in it since a generation, as one signed file for other machines. A header of fixed size,
 * an Ed25519 signature of it (it holds the SHA-256 of all that follows), then one zstd stream (bundle_payload.h). Full bundles and
 * differences are the same thing; a full one is the difference since nothing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "advisory/database.h"
#include "advisory/import.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

enum { BOLT_BUNDLE_HASH = 32, BOLT_BUNDLE_SIGNATURE = 64, BOLT_BUNDLE_HEADER = 128 };

enum bolt_bundle_kind { BOLT_BUNDLE_FULL = 1, BOLT_BUNDLE_DIFFERENCE = 2 };

struct bolt_bundle_header {
	uint32_t kind;
	uint64_t from_generation, to_generation; /* from: 0 in a full one */
	uint64_t from_mark, to_mark;             /* bolt_database_mark of those generations */
	int64_t created_unix;
	uint64_t payload_bytes; /* as they follow, compressed */
	uint8_t payload_hash[BOLT_BUNDLE_HASH];
	uint8_t key[BOLT_BUNDLE_HASH]; /* SHA-256 of the signer's raw public key; zeros: not signed */
};

/* The header's bytes. */
void bolt_bundle_header_put(const struct bolt_bundle_header *header, uint8_t bytes[BOLT_BUNDLE_HEADER]);
/* 0 | -EBADMSG (no bundle, or of another version). */
BOLT_MUST_CHECK int bolt_bundle_header_take(struct bolt_cursor bytes, struct bolt_bundle_header *ret_header, struct bolt_err *err);

struct bolt_bundle_export {
	const char *database, *output; /* paths; the output appears whole or not at all */
	uint64_t since;                /* 0: everything */
	const char *sign_key;          /* PEM file; NULL: not signed */
	int64_t now_unix;
};

/* Blocks. 0 | -ESTALE (`since` is older than what is known of changes) | -EINVAL (the generation is not one of this database; the
 * key) | -ENOENT | -EBADMSG (the database is damaged) | other negative errno. ret_header may be NULL. */
BOLT_MUST_CHECK int bolt_bundle_export(const struct bolt_bundle_export *options, struct bolt_bundle_header *ret_header,
				       struct bolt_err *err);

struct bolt_bundle_import {
	const struct bolt_import_options *import;
	const char *path;      /* of the bundle, also its name in messages */
	int fd;                /* an open file to read from its beginning, borrowed; -1: open path */
	const char *trust_key; /* PEM file; NULL: none */
	bool allow_unsigned;   /* without trust_key: whoever made it */
};

/* Blocks, as bolt_import_inputs. The signature is verified before anything behind it is looked at.
 * 0 | -EKEYREJECTED (not signed, or not by this key, or changed since) | -EBADMSG (no bundle; damaged) | -ESTALE (a difference to
 * another generation than the database has) | -EINVAL (the key) | as bolt_import. */
BOLT_MUST_CHECK int bolt_bundle_import(const struct bolt_bundle_import *options, struct bolt_import_result *ret_result,
				       struct bolt_err *err);

/* What a bundle's differences to this database must start from: what the last bundle brought, or else its own generation.
 * 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_bundle_base(struct bolt_database *database, uint64_t *ret_generation, uint64_t *ret_mark);

#define BOLT_BUNDLE_INDEX "boltseal-advisories.json"

struct bolt_bundle_publish {
	const char *database, *directory;
	const char *sign_key;
	unsigned keep; /* differences to so many generations */
	int64_t now_unix;
	void (*wrote)(void *context, const char *file, uint64_t bytes); /* may be NULL */
	void *context;
};

/* Writes a full bundle, differences to the generations that the directory's index knows, and the index last: who reads meanwhile
 * finds the old one and its files. What the index no longer names is taken away. As bolt_bundle_export. */
BOLT_MUST_CHECK int bolt_bundle_publish(const struct bolt_bundle_publish *options, uint64_t *ret_generation, struct bolt_err *err);
