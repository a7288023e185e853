/* One file from a web server into a directory, in a way that can be broken off at any time and goes on where it was: what has come
 * is kept beside the server's name for it (ETag, date), and asked for from there on. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "oci/http.h"

enum { BOLT_DOWNLOAD_NAME = 200 };

struct bolt_download {
	const char *url;
	int dir_fd;                         /* of a directory that nobody else may write to; borrowed */
	const char *name;                   /* of the file in it */
	const char *etag, *last_modified;   /* of what is there already, elsewhere; NULL: nothing */
	const volatile int *cancelled;      /* or NULL */
	uint64_t *bytes_done, *bytes_total; /* added to atomically */
	uint64_t most;                      /* bytes; 0: BOLT_DOWNLOAD_BYTES_MAX */
};

enum bolt_download_outcome { BOLT_DOWNLOAD_NONE = 0, BOLT_DOWNLOAD_FETCHED, BOLT_DOWNLOAD_NOT_MODIFIED, BOLT_DOWNLOAD_ABSENT };

struct bolt_downloaded {
	enum bolt_download_outcome outcome;
	int fd;                            /* FETCHED: the whole file, the caller's to close; otherwise -1 */
	char etag[256], last_modified[40]; /* empty: the server did not say */
};

/* Blocks, tries again what is worth it. ABSENT: the server says that there is no such file (404, 410). 0 | -EINTR (cancelled) |
 * -E2BIG | what bolt_http_perform and opening files fail with; err says what, and what to do. What came is kept. */
BOLT_MUST_CHECK int bolt_download(struct bolt_http *http, const struct bolt_download *download,
				  struct bolt_downloaded *ret_downloaded, struct bolt_err *err);

/* The file and what is known of it are taken away. */
void bolt_download_forget(int dir_fd, const char *name);

/* A small text from a web server, NUL-terminated, the caller's to free; tried again as above. -ENOENT: there is none. */
BOLT_MUST_CHECK int bolt_download_text(struct bolt_http *http, const char *url, size_t most, const volatile int *cancelled,
				       char **ret_text, struct bolt_err *err);
