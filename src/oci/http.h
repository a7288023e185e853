/* HTTP requests over libcurl, for registries and the Docker Engine's socket: bounded answers, redirects that never carry
 * credentials to another host nor leave TLS, proxies by the usual environment variables. Any number of threads may use one
 * struct bolt_http; connections are kept and reused. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "oci/network_limits.h"
#include "oci/registry_auth.h"

struct bolt_http;

struct bolt_http_options {
	const char *ca_file;     /* PEM, trusted beside the system's authorities; NULL: only those. Copied */
	const char *unix_socket; /* talk through this socket whatever the URL's host. NULL: TCP. Copied */
	bool insecure_skip_verify;
	bool plain_http;                                 /* allow http:// to hosts that are not this machine */
	unsigned connect_timeout_sec, stall_timeout_sec; /* 0: the defaults of network_limits.h */
};

/* 0 | -ENOMEM. No I/O. */
BOLT_MUST_CHECK int bolt_http_new(const struct bolt_http_options *options, struct bolt_http **ret_http, struct bolt_err *err);
void bolt_http_free(struct bolt_http *http);

/* Plain HTTP to url's host and port is allowed from now on, and to no other for it. Before the first request.
 * 0 | -EBADMSG (no URL) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_http_allow_plain(struct bolt_http *http, const char *url, struct bolt_err *err);
BOLT_DEFINE_CLEANUP(struct bolt_http *, bolt_http_free)

struct bolt_http_answer {
	unsigned status;
	bool has_length, has_range;
	uint64_t length;          /* Content-Length */
	uint64_t range_start;     /* first byte of a Content-Range */
	uint64_t range_total;     /* of the whole, as a Content-Range says; 0: it does not */
	uint64_t retry_after_sec; /* 0: the server did not say */
	char content_type[128];   /* without parameters; empty when missing or longer */
	char api_version[16];     /* of the Docker Engine */
	char etag[256];           /* as it came, quotes and all; empty when missing or longer */
	char last_modified[40];
	struct bolt_challenge challenge;
	char error_body[BOLT_HTTP_ERROR_BODY_MAX + 1]; /* the start of the body when the status is not 2xx; NUL-terminated */
};

struct bolt_http_request {
	const char *url;
	const char *accept;        /* NULL: anything */
	const char *authorization; /* the header's value; NULL: none. Sent to url's own scheme, host and port only */
	const char *form;          /* NULL: GET; otherwise POST this application/x-www-form-urlencoded text */
	uint64_t range_from;       /* ask for the body from this byte on */
	const char *if_range;      /* ... if it still is the one of this ETag or date; NULL: whatever it is */
	const char *if_none_match, *if_modified_since; /* status 304 instead of the body we have; NULL: not asked */
	const volatile int *cancelled;                 /* becomes non-zero (from a signal handler) to stop; may be NULL */

	/* Receives the body of a 2xx answer block by block, with the answer's headers. NULL: dropped. 0, or a negative errno
	 * (with err set) that ends the request and is what bolt_http_perform returns. */
	int (*body)(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err);
	void *context;
};

/* One request with its redirects; blocks. 0: an answer came, complete, whatever its status (so look at it). Otherwise:
 * -ECONNRESET (broke on the way: worth another try), -ETIMEDOUT (stalled; likewise), -ECONNREFUSED, -EHOSTUNREACH (no connection in
 * time), -ENXIO (the name does not resolve), -EKEYREJECTED (certificate), -EPROTO (no TLS there), -EPERM (plain HTTP not allowed,
 * a redirect that leaves TLS or takes a form along), -EACCES (who a redirect led to elsewhere asks for credentials), -ELOOP
 * (redirects), -EINTR (cancelled), -E2BIG (headers over the bound), -EBADMSG (malformed), -EINVAL (ca_file), -ENOMEM, -EIO, or what
 * body() returned. SIGPIPE is held back meanwhile. */
BOLT_MUST_CHECK int bolt_http_perform(struct bolt_http *http, const struct bolt_http_request *request,
				      struct bolt_http_answer *ret_answer, struct bolt_err *err);

/* A body() that gathers into the struct bolt_buf that is its context. -E2BIG past the buffer's cap. */
int bolt_http_gather(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err);
