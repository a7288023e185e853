/* Reading one repository of a registry (OCI distribution-spec 1.1): manifests into memory, blobs into a pipe. Nothing is parsed
 * and no digest is checked here: that is the sandboxed reader's work. Any number of threads may use one registry. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "oci/reference.h"

struct bolt_registry;

/* Zeroed: TLS with the system's authorities, stored credentials, no mirror. Everything is borrowed until open returns. */
struct bolt_registry_options {
	const char *ca_file; /* PEM, trusted beside the system's */
	bool insecure_skip_verify;
	bool plain_http;                 /* speak HTTP to it; without this only to this machine, and only when there is no TLS */
	const char *username, *password; /* instead of stored ones; both or neither; never used for a mirror */
	const char *const *mirrors; /* "REGISTRY=URL" or "REGISTRY=HOST[:PORT][/PREFIX]"; those of other registries are ignored */
	size_t mirrors_len;
	unsigned connect_timeout_sec, stall_timeout_sec, retry_wait_ms; /* 0: see network_limits.h */
};

/* 0 | -EINVAL (a malformed mirror, a name without password) | -ENOMEM. No I/O. */
BOLT_MUST_CHECK int bolt_registry_open(const struct bolt_registry_options *options, const struct bolt_reference *reference,
				       struct bolt_registry **ret_registry, struct bolt_err *err);
void bolt_registry_free(struct bolt_registry *registry);
BOLT_DEFINE_CLEANUP(struct bolt_registry *, bolt_registry_free)

/* Both block, try again what broke (network_limits.h), go to the registry when its mirrors fail, and fail with:
 * -EINVAL (no tag or digest), -EACCES (log in, or stored credentials cannot be had), -ENOENT (no such manifest or blob), -EBUSY
 * (rate limit: longer than we wait), -EAGAIN (still in trouble after all tries), -EBADMSG (not what the protocol says), -E2BIG,
 * -ENOMEM, and the connection errors of bolt_http_perform. */

/* Up to BOLT_MANIFEST_MAX bytes, which the caller frees, and the Content-Type without parameters ("" when there was none; the
 * caller frees it; a hint, not a fact). The answer's own digest header is not looked at. */
BOLT_MUST_CHECK int bolt_registry_manifest(struct bolt_registry *registry, const char *tag_or_digest, uint8_t **ret_bytes,
					   size_t *ret_len, char **ret_media_type, struct bolt_err *err);

/* Writes exactly expected_size bytes to out_fd, or fails, having written some of them; after a broken connection it goes on where
 * it stopped. progress (may be NULL) counts the bytes written. Also -EPIPE (nobody reads out_fd any more; err is left alone) and
 * what else writing to it fails with. out_fd stays open. */
BOLT_MUST_CHECK int bolt_registry_blob(struct bolt_registry *registry, const char *digest, uint64_t expected_size, int out_fd,
				       _Atomic uint64_t *progress, struct bolt_err *err);

/* Why a mirror was not used, for a warning: the caller frees it. NULL: all mirrors did their work (or there are none). */
char *bolt_registry_mirror_trouble(struct bolt_registry *registry);
