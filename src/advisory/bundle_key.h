/* The keys of bundles: Ed25519 (RFC 8032), in PEM files as OpenSSL writes them. */
#pragma once

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

void bolt_bundle_key_free(EVP_PKEY *key);
BOLT_DEFINE_CLEANUP(EVP_PKEY *, bolt_bundle_key_free)

/* 0 | -EINVAL (no such key in the file) | what opening it fails with. Never asks for a passphrase. */
BOLT_MUST_CHECK int bolt_bundle_key_private(const char *path, EVP_PKEY **ret_key, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_bundle_key_public(const char *path, EVP_PKEY **ret_key, struct bolt_err *err);

/* SHA-256 of the raw public key: which one it is. 0 | -EINVAL | -ENOMEM. */
BOLT_MUST_CHECK int bolt_bundle_key_id(EVP_PKEY *key, uint8_t ret_id[32]);

BOLT_MUST_CHECK int bolt_bundle_sign(EVP_PKEY *key, const uint8_t *bytes, size_t n, uint8_t ret_signature[64]); /* 0 | -EIO */
/* 0 | -EKEYREJECTED. */
BOLT_MUST_CHECK int bolt_bundle_verify(EVP_PKEY *key, const uint8_t *bytes, size_t n, const uint8_t signature[64]);

/* Makes PREFIX.key, which its owner alone may read, and PREFIX.pub. 0 | -EEXIST (neither is ever overwritten) | other negative
 * errno. */
BOLT_MUST_CHECK int bolt_bundle_key_make(const char *prefix, struct bolt_err *err);
