#include "advisory/download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "advisory/limits.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/write_all.h"

enum { FIELD = 256, STATE_BYTES = 8192, WAIT_MS = 50 };

/* What is known of a file that has come in part, or as a whole. Kept as lines beside it. */
struct known {
	char url[BOLT_DOWNLOAD_URL_MAX], etag[FIELD], last_modified[FIELD];
	uint64_t total; /* 0: not known */
};

struct fetch {
	struct bolt_http *http;
	const struct bolt_download *d;
	struct known known;
	uint64_t have, most; /* bytes in the file */
	uint64_t counted;    /* added to *bytes_total */
	bool began;          /* the answer's first bytes have been looked at */
	int fd;
};

static void count(uint64_t *counter, uint64_t more)
{
	if (counter)
		__atomic_add_fetch(counter, more, __ATOMIC_RELAXED);
}

static void state_name(const char *name, char *buf, size_t len)
{
	(void) snprintf(buf, len, "%s.state", name);
}

void bolt_download_forget(int dir_fd, const char *name)
{
	char state[BOLT_DOWNLOAD_NAME + 8];

	state_name(name, state, sizeof(state));
	BOLT_IGNORE(unlinkat(dir_fd, state, 0)); /* it may not be there */
	BOLT_IGNORE(unlinkat(dir_fd, name, 0));
}

static void take_field(struct bolt_cursor *lines, char *field, size_t len)
{
	struct bolt_cursor line;

	field[0] = '\0';
	if (bolt_take_line(lines, &line) && line.left < len) {
		memcpy(field, line.p, line.left);
		field[line.left] = '\0';
	}
}

/* Nothing, when there is no such file or it is about another URL. */
static void load_state(struct fetch *f)
{
	char name[BOLT_DOWNLOAD_NAME + 8], bytes[STATE_BYTES], total[32];
	struct known known = { .total = 0 };
	struct stat st;

	state_name(f->d->name, name, sizeof(name));
	int fd = openat(f->d->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = fd >= 0 ? read(fd, bytes, sizeof(bytes)) : -1;
	if (fd >= 0)
		close(fd);
	if (n <= 0 || fstat(f->fd, &st) < 0)
		return;
	struct bolt_cursor lines = bolt_cursor(bytes, (size_t) n);
	take_field(&lines, known.url, sizeof(known.url));
	take_field(&lines, known.etag, sizeof(known.etag));
	take_field(&lines, known.last_modified, sizeof(known.last_modified));
	take_field(&lines, total, sizeof(total));
	if (strcmp(known.url, f->d->url) != 0 || bolt_parse_u64(total, INT64_MAX, &known.total) < 0)
		return;
	f->known = known;
	f->have = (uint64_t) st.st_size;
}

static int save_state(struct fetch *f, struct bolt_err *err)
{
	char name[BOLT_DOWNLOAD_NAME + 8], text[STATE_BYTES];
	const struct known *k = &f->known;
	int n = snprintf(text, sizeof(text), "%s\n%s\n%s\n%llu\n", k->url, k->etag, k->last_modified,
			 (unsigned long long) k->total);

	state_name(f->d->name, name, sizeof(name));
	int fd = openat(f->d->dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = fd < 0 ? -errno : bolt_write_all(fd, text, (size_t) n);
	if (fd >= 0)
		close(fd);
	return r < 0 ? bolt_err_set(err, r, "cannot keep what is downloaded: %s", strerror(-r)) : 0;
}

/* What a later request for the rest can be tied to. A weak ETag does not promise the same bytes. */
static const char *validator(const struct known *k)
{
	if (k->etag[0] && !bolt_starts_with(k->etag, "W/"))
		return k->etag;
	return k->last_modified[0] ? k->last_modified : NULL;
}

static int begin_again(struct fetch *f, struct bolt_err *err)
{
	f->have = 0;
	if (ftruncate(f->fd, 0) < 0 || lseek(f->fd, 0, SEEK_SET) < 0)
		return bolt_err_set(err, -errno, "cannot keep what is downloaded: %m");
	return 0;
}

/* The first bytes of an answer: of what, and where they go. */
static int begin(struct fetch *f, const struct bolt_http_answer *answer, struct bolt_err *err)
{
	bool rest = answer->status == 206;
	uint64_t total = rest ? answer->range_total : answer->has_length ? answer->length : 0;
	int r = 0;

	f->began = true;
	if (rest && (!answer->has_range || answer->range_start != f->have))
		return bolt_err_set(err, -EBADMSG, "the server sent another part of the file than it was asked for");
	if (total > f->most)
		return bolt_err_set(err, -E2BIG, "it has %llu bytes, more than the bound of %llu (" BOLT_BOUND_HINT ")",
				    (unsigned long long) total, (unsigned long long) f->most);
	if (!rest)
		r = begin_again(f, err);
	(void) snprintf(f->known.url, sizeof(f->known.url), "%s", f->d->url);
	(void) snprintf(f->known.etag, sizeof(f->known.etag), "%s", answer->etag);
	(void) snprintf(f->known.last_modified, sizeof(f->known.last_modified), "%s", answer->last_modified);
	f->known.total = total;
	if (total > f->counted) {
		count(f->d->bytes_total, total - f->counted);
		f->counted = total;
	}
	return r == 0 ? save_state(f, err) : r;
}

static int take_body(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err)
{
	struct fetch *f = context;
	int r = f->began ? 0 : begin(f, answer, err);

	if (r == 0 && n > f->most - f->have)
		return bolt_err_set(err, -E2BIG, "it passes the bound of %llu bytes (" BOLT_BOUND_HINT ")",
				    (unsigned long long) f->most);
	if (r == 0)
		r = bolt_write_all(f->fd, bytes, n);
	if (r < 0)
		return err && err->msg[0] ? r : bolt_err_set(err, r, "cannot keep what is downloaded: %s", strerror(-r));
	f->have += n;
	count(f->d->bytes_done, n);
	return 0;
}

/* -EAGAIN: worth another try, after a while. */
static int judge_status(const struct bolt_http_answer *answer, struct bolt_err *err)
{
	unsigned status = answer->status;
	bool later = status == 429 || status == 408 || (status >= 500 && status <= 504 && status != 501);

	return bolt_err_set(err, later ? -EAGAIN : -EIO, "the server answered with status %u%s", status,
			    status == 429                    ? " (too many requests: try again later)"
			    : status == 401 || status == 403 ? " (it wants credentials, or does not let us in)"
							     : "");
}

static int one_request(struct fetch *f, struct bolt_http_answer *answer, enum bolt_download_outcome *outcome, struct bolt_err *err)
{
	const struct bolt_download *d = f->d;
	bool whole = f->known.total > 0 && f->have == f->known.total && validator(&f->known);
	bool some = !whole && f->have > 0 && validator(&f->known) && (f->known.total == 0 || f->have < f->known.total);
	struct bolt_http_request request = { .url = d->url, .body = take_body, .context = f, .cancelled = d->cancelled };

	if (!whole && !some && begin_again(f, err) < 0)
		return -EIO;
	f->began = false;
	if (some) {
		request.range_from = f->have;
		request.if_range = validator(&f->known);
	} else {
		request.if_none_match = whole ? (f->known.etag[0] ? f->known.etag : NULL) : d->etag;
		request.if_modified_since = whole ? (f->known.last_modified[0] ? f->known.last_modified : NULL) : d->last_modified;
	}
	if (lseek(f->fd, (off_t) f->have, SEEK_SET) < 0)
		return bolt_err_set(err, -errno, "cannot keep what is downloaded: %m");
	int r = bolt_http_perform(f->http, &request, answer, err);
	if (r < 0)
		return r;
	if (answer->status == 404 || answer->status == 410) {
		*outcome = BOLT_DOWNLOAD_ABSENT;
	} else if (answer->status == 304 && !some) {
		*outcome = whole ? BOLT_DOWNLOAD_FETCHED : BOLT_DOWNLOAD_NOT_MODIFIED;
	} else if (answer->status == 416 && some) {
		f->have = 0; /* it has become shorter; from the beginning, then */
		return bolt_err_set(err, -EAGAIN, "the server has no more of the file than what came of an older one");
	} else if (answer->status == 200 || (answer->status == 206 && some)) {
		r = f->began ? 0 : begin(f, answer, err); /* an empty file has no body */
		if (r == 0 && f->known.total > 0 && f->have != f->known.total)
			return bolt_err_set(err, -ECONNRESET, "it was cut off");
		*outcome = BOLT_DOWNLOAD_FETCHED;
	} else {
		r = judge_status(answer, err);
	}
	return r;
}

static bool worth_another_try(int r)
{
	return r == -EAGAIN || r == -ECONNRESET || r == -ETIMEDOUT || r == -EHOSTUNREACH;
}

/* Twice as long each time, or as long as the server asks for. */
static int wait_before_try(unsigned tries, uint64_t retry_after_sec, const volatile int *cancelled, struct bolt_err *err)
{
	const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000 };
	uint64_t wait_ms = retry_after_sec ? retry_after_sec * 1000 : (uint64_t) BOLT_DOWNLOAD_RETRY_WAIT_MS << (tries - 1);

	if (retry_after_sec > BOLT_DOWNLOAD_RETRY_AFTER_MAX_SEC)
		return bolt_err_wrap(err, -EAGAIN, "the server wants to be left alone for %llu seconds",
				     (unsigned long long) retry_after_sec);
	for (uint64_t waited = 0; waited < wait_ms; waited += WAIT_MS) {
		if (cancelled && *cancelled)
			return bolt_err_set(err, -EINTR, "interrupted");
		(void) nanosleep(&pause, NULL);
	}
	return 0;
}

static int fetch(struct fetch *f, enum bolt_download_outcome *outcome, struct bolt_err *err)
{
	struct bolt_http_answer *answer = malloc(sizeof(*answer));
	uint64_t progress = f->have;
	int r = answer ? 0 : -ENOMEM;

	for (unsigned tries = 1; answer; tries++) {
		memset(answer, 0, sizeof(*answer));
		r = one_request(f, answer, outcome, err);
		if (r == 0 || !worth_another_try(r))
			break;
		if (f->have > progress + BOLT_DOWNLOAD_PROGRESS_BYTES) { /* a connection that breaks brings us on all the same */
			progress = f->have;
			tries = 1;
		}
		if (tries == BOLT_DOWNLOAD_TRIES) {
			r = bolt_err_wrap(err, r, "gave up after %u tries", tries);
			break;
		}
		r = wait_before_try(tries, r == -EAGAIN ? answer->retry_after_sec : 0, f->d->cancelled, err);
		if (r < 0)
			break;
	}
	free(answer);
	return r;
}

int bolt_download(struct bolt_http *http, const struct bolt_download *download, struct bolt_downloaded *ret_downloaded,
		  struct bolt_err *err)
{
	struct bolt_downloaded done = { .fd = -1 };
	struct fetch f = { .http = http, .d = download, .most = download->most ? download->most : BOLT_DOWNLOAD_BYTES_MAX };

	if (strlen(download->url) >= BOLT_DOWNLOAD_URL_MAX || strlen(download->name) >= BOLT_DOWNLOAD_NAME)
		return bolt_err_set(err, -ENAMETOOLONG, "its address is too long");
	f.fd = openat(download->dir_fd, download->name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (f.fd < 0)
		return bolt_err_set(err, -errno, "cannot keep what is downloaded: %m");
	load_state(&f);
	int r = fetch(&f, &done.outcome, err);
	if (r == 0 && done.outcome == BOLT_DOWNLOAD_FETCHED) {
		done.fd = f.fd;
		(void) snprintf(done.etag, sizeof(done.etag), "%s", f.known.etag);
		(void) snprintf(done.last_modified, sizeof(done.last_modified), "%.39s", f.known.last_modified);
	} else {
		close(f.fd);
		if (f.have == 0 || r == 0 || r == -E2BIG)
			bolt_download_forget(download->dir_fd, download->name);
	}
	if (r == 0)
		*ret_downloaded = done;
	return r;
}

int bolt_download_text(struct bolt_http *http, const char *url, size_t most, const volatile int *cancelled, char **ret_text,
		       struct bolt_err *err)
{
	struct bolt_buf buf = BOLT_BUF_INIT(most);
	struct bolt_http_request request = { .url = url, .body = bolt_http_gather, .context = &buf, .cancelled = cancelled };
	struct bolt_http_answer *answer = calloc(1, sizeof(*answer));
	int r = answer ? 0 : -ENOMEM;

	for (unsigned tries = 1; answer; tries++) {
		bolt_buf_clear(&buf);
		answer->retry_after_sec = 0;
		r = bolt_http_perform(http, &request, answer, err);
		if (r == 0 && (answer->status == 404 || answer->status == 410))
			r = bolt_err_set(err, -ENOENT, "there is no '%s' (status %u)", url, answer->status);
		else if (r == 0 && answer->status != 200)
			r = judge_status(answer, err);
		if (r == 0 || !worth_another_try(r) || tries == BOLT_DOWNLOAD_TRIES)
			break;
		r = wait_before_try(tries, r == -EAGAIN ? answer->retry_after_sec : 0, cancelled, err);
		if (r < 0)
			break;
	}
	free(answer);
	if (r == 0)
		r = bolt_buf_take_text(&buf, ret_text);
	bolt_buf_done(&buf);
	return r;
}
