/* One place that serves one repository over the registry API: the registry itself or a mirror of it. Knows its scheme, answers
 * its challenges, turns its refusals into errors. Any number of threads may use one. */
#pragma once

#include <stdbool.h>

#include "core/err.h"
#include "oci/http.h"

struct bolt_endpoint;

struct bolt_endpoint_site {
	const char *scheme;   /* "https" or "http"; NULL: https, but on this machine http when there is no TLS */
	const char *host;     /* host or host:port that is connected to */
	const char *registry; /* the name credentials are stored under */
	const char *repository;
	const char *username, *password; /* used instead of stored ones; both or neither */
};

/* Copies what it is given; borrows http. 0 | -ENOMEM. No I/O. */
BOLT_MUST_CHECK int bolt_endpoint_new(struct bolt_http *http, const struct bolt_endpoint_site *site,
				      struct bolt_endpoint **ret_endpoint, struct bolt_err *err);
void bolt_endpoint_free(struct bolt_endpoint *endpoint);
BOLT_DEFINE_CLEANUP(struct bolt_endpoint *, bolt_endpoint_free)

/* host or host:port. Borrowed. */
const char *bolt_endpoint_host(const struct bolt_endpoint *endpoint);

/* Did it ever answer? Then a refused connection is worth another try. */
bool bolt_endpoint_answered(struct bolt_endpoint *endpoint);

/* GET /v2/REPOSITORY/PATH with request's accept, range and body. 0: a 2xx answer, its body delivered. -EACCES (401 or 403: err
 * says how to log in, or why the stored credentials could not be had), -ENOENT (404), -EAGAIN (429, or the server's trouble:
 * ret_answer->retry_after_sec counts), -EIO (any other status), what bolt_http_perform and bolt_registry_token fail with.
 * ret_answer is written on -EAGAIN, too. */
BOLT_MUST_CHECK int bolt_endpoint_get(struct bolt_endpoint *endpoint, const char *path, const struct bolt_http_request *request,
				      struct bolt_http_answer *ret_answer, struct bolt_err *err);
