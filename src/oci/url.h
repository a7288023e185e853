/* The little that is asked of URLs: whose they are, and writing a value into one. */
#pragma once

#include <stdbool.h>

#include "core/macros.h"

struct bolt_site {
	char origin[300]; /* "https://host:port", the port always there: equal texts are the same site */
	char scheme[8], host[280];
};

/* 0 | -EBADMSG (no absolute URL with a host, or one longer than the fields) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_url_site(const char *url, struct bolt_site *ret_site);

/* Is this host ("localhost", "127.1.2.3:5000", "[::1]:80") this machine itself? */
bool bolt_host_is_local(const char *host);

/* Percent-encoded for a query or form (RFC 3986 unreserved characters stay). The caller wipes and frees it.
 * NULL when out of memory. */
char *bolt_url_escape(const char *text);
