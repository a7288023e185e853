/* One HTTP exchange on one libcurl handle: what http.c builds its redirects, its threads and its pool of connections from. */
#pragma once

#include <curl/curl.h>

#include "oci/http.h"
#include "oci/url.h"

struct bolt_http_settings { /* struct bolt_http_options, owned and with the defaults filled in */
	char *ca_file, *unix_socket;
	bool insecure_skip_verify, plain_http;
	unsigned connect_timeout_sec, stall_timeout_sec;
};

/* site is that of url. Everything is borrowed. ret_next is the absolute URL of a redirect (the caller frees it), or NULL.
 * 0: an answer came, complete. Errors: those of bolt_http_perform. The caller holds back SIGPIPE. */
BOLT_MUST_CHECK int bolt_http_transfer(CURL *curl, const struct bolt_http_settings *settings, const char *url,
				       const struct bolt_site *site, bool with_credentials, const struct bolt_http_request *request,
				       struct bolt_http_answer *answer, char **ret_next, struct bolt_err *err);
