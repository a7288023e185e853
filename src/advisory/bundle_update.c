#include "advisory/bundle_update.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pthread.h>

#include "advisory/bundle_index.h"
#include "advisory/download.h"
#include "advisory/limits.h"
#include "core/digest.h"
#include "oci/hashing.h"

struct updating {
	const struct bolt_bundle_update *update;
	struct bolt_http *http;
	struct bolt_bundle_index *index;
	uint64_t generation, mark; /* what a difference must start from; 0: there is no database */
	uint64_t local_generation;
	int dir_fd;
	struct bolt_update_progress progress;
	struct bolt_err *err;
};

static int make_url(const struct updating *u, const char *file, char url[BOLT_DOWNLOAD_URL_MAX])
{
	const char *base = u->update->url;
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	return snprintf(url, BOLT_DOWNLOAD_URL_MAX, "%.*s/%s", (int) len, base, file) < (int) BOLT_DOWNLOAD_URL_MAX
		       ? 0
		       : bolt_err_set(u->err, -ENAMETOOLONG, "the address is too long");
}

static int read_index(struct updating *u)
{
	char url[BOLT_DOWNLOAD_URL_MAX], *text = NULL;
	int r = make_url(u, BOLT_BUNDLE_INDEX, url);

	if (r == 0)
		r = bolt_download_text(u->http, url, BOLT_BUNDLE_INDEX_MAX, u->update->import->cancelled, &text, u->err);
	if (r == 0) {
		r = bolt_bundle_index_read(bolt_cursor(text, strlen(text)), u->index, u->err);
		if (r < 0)
			(void) bolt_err_wrap(u->err, r, "'%s'", url);
	}
	free(text);
	return r;
}

static int read_base(struct updating *u)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	int r = bolt_database_open(u->update->import->database, &database, u->err);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = bolt_bundle_base(database, &u->generation, &u->mark);
	if (r == 0)
		u->local_generation = bolt_database_generation(database);
	return r;
}

static const struct bolt_index_file *choose(const struct updating *u)
{
	for (size_t i = 0; i < u->index->differences_len; i++) {
		const struct bolt_index_file *file = &u->index->differences[i];

		if (file->from == u->generation && file->from_mark == u->mark && file->bytes < u->index->full.bytes)
			return file;
	}
	return &u->index->full;
}

struct fetching {
	struct updating *u;
	struct bolt_download download;
	struct bolt_downloaded got;
	struct bolt_err err;
	int r;
	bool done;
};

static void *fetch(void *argument)
{
	struct fetching *f = argument;

	f->r = bolt_download(f->u->http, &f->download, &f->got, &f->err);
	__atomic_store_n(&f->done, true, __ATOMIC_RELEASE);
	return NULL;
}

/* On a thread, so that this one can draw. */
static int download(struct updating *u, const char *url, const struct bolt_index_file *file, int *ret_fd)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	struct fetching f = { .u = u, .got = { .fd = -1 } };
	pthread_t thread;

	f.download = (struct bolt_download){
		.url = url,
		.dir_fd = u->dir_fd,
		.name = "bundle",
		.cancelled = u->update->import->cancelled,
		.bytes_done = &u->progress.bytes_done,
		.bytes_total = &u->progress.bytes_total,
		.most = file->bytes,
	};
	u->progress.files_total = 1;
	if (pthread_create(&thread, NULL, fetch, &f) != 0)
		return bolt_err_set(u->err, -ENOMEM, "cannot start a thread");
	while (!__atomic_load_n(&f.done, __ATOMIC_ACQUIRE)) {
		if (u->update->tick)
			u->update->tick(u->update->import->context, &u->progress);
		(void) nanosleep(&pause, NULL);
	}
	(void) pthread_join(thread, NULL);
	if (f.r == 0 && f.got.outcome != BOLT_DOWNLOAD_FETCHED)
		f.r = bolt_err_set(&f.err, -ENOENT, "the index names it, but it is not there");
	if (f.r < 0)
		return bolt_err_set(u->err, f.r, "%s: %s", url, bolt_err_text(&f.err, f.r));
	*ret_fd = f.got.fd;
	return 0;
}

/* Against the index: what came is what was put there. (That it is who it should be who put it there, the signature says.) */
static int check_hash(struct updating *u, int fd, const struct bolt_index_file *file)
{
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *stored = bolt_reader_range(fd, 0, file->bytes);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *hashed = stored && hash ? bolt_reader_hashing(stored, hash) : NULL;
	struct bolt_digest digest;
	char sha256[65];

	if (!hashed)
		return bolt_err_set(u->err, -ENOMEM, "out of memory");
	int r = bolt_reader_drain(hashed, NULL, u->err);
	bolt_hash_final(hash, &digest);
	bolt_hex(digest.bytes, 32, sha256);
	if (r == 0 && strcmp(sha256, file->sha256) != 0)
		r = bolt_err_set(u->err, -EBADMSG, "'%s' is not what the index says (sha256)", file->file);
	return r;
}

static int bring(struct updating *u, const struct bolt_index_file *file, struct bolt_bundle_update_result *result)
{
	char url[BOLT_DOWNLOAD_URL_MAX];
	int fd = -1, r = file->bytes <= BOLT_BUNDLE_BYTES_MAX ? make_url(u, file->file, url) : -E2BIG;

	if (r == -E2BIG)
		return bolt_err_set(u->err, r, "'%s' has %llu bytes, more than the bound (" BOLT_BOUND_HINT ")", file->file,
				    (unsigned long long) file->bytes);
	if (r == 0)
		r = download(u, url, file, &fd);
	if (r < 0)
		return r;
	const struct bolt_bundle_import import = {
		.import = u->update->import, .path = url, .fd = fd, .trust_key = u->update->trust_key
	};
	r = check_hash(u, fd, file);
	if (r == 0)
		r = bolt_bundle_import(&import, &result->import, u->err);
	close(fd);
	if (r != -EINTR)
		bolt_download_forget(u->dir_fd, "bundle");
	result->bytes += file->bytes;
	result->difference = file->from > 0;
	return r;
}

static int update(struct updating *u, struct bolt_bundle_update_result *result)
{
	const struct bolt_import_options *import = u->update->import;

	if (u->generation == u->index->generation && u->mark == u->index->mark) {
		result->current = true;
		result->import.generation = u->local_generation;
		return 0;
	}
	if (u->generation > u->index->generation && import->note)
		import->note(import->context, "the server has an older generation than the one that is here");
	const struct bolt_index_file *file = choose(u);
	int r = bolt_update_directory(import->database, &u->dir_fd, u->err);
	if (r == 0)
		r = bring(u, file, result);
	if (r == -ESTALE && file->from > 0) {
		if (import->note)
			import->note(import->context, u->err ? u->err->msg : "the difference does not fit");
		r = bring(u, &u->index->full, result);
	}
	return r;
}

int bolt_bundle_update(const struct bolt_bundle_update *options, struct bolt_bundle_update_result *ret_result, struct bolt_err *err)
{
	const struct bolt_http_options http = { .ca_file = options->ca_file, .plain_http = options->plain_http };
	struct bolt_bundle_update_result result = { .bytes = 0 };
	struct bolt_err own = { .msg = "" };
	struct updating u = { .update = options, .dir_fd = -1, .err = err ? err : &own };

	u.index = calloc(1, sizeof(*u.index));
	int r = u.index ? bolt_http_new(&http, &u.http, u.err) : -ENOMEM;
	if (r == 0)
		r = read_base(&u);
	if (r == 0)
		r = read_index(&u);
	if (r == 0)
		r = update(&u, &result);
	if (u.dir_fd >= 0)
		bolt_update_directory_done(options->import->database, u.dir_fd);
	bolt_http_free(u.http);
	free(u.index);
	if (r == 0)
		*ret_result = result;
	return r;
}
