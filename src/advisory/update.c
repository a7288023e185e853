#include "advisory/update.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "advisory/database.h"
#include "advisory/download.h"
#include "advisory/limits.h"
#include "advisory/update_resolve.h"

enum { TICK_MS = 100 };

/* One part of the plan, and what became of it. */
struct item {
	const struct bolt_update_item *plan;
	struct bolt_part_state state; /* what the database has; part NULL: nothing. Texts in the update's arena */
	const char *url;              /* where it was in the end */
	const char *shown;            /* the same without a user and password: for the database, which everybody may read */
	char name[BOLT_DOWNLOAD_NAME];
	int r;
	struct bolt_err err;
	struct bolt_downloaded got;
	int64_t fetched_unix;
};

struct worker {
	struct update *update;
	struct bolt_arena *arena;
	pthread_t thread;
	bool started;
};

struct update {
	const struct bolt_update_options *options;
	struct bolt_arena *arena;
	struct bolt_update_plan plan;
	struct item *items;
	size_t len;
	struct bolt_http *http;
	int dir_fd;
	size_t next; /* to be taken by a worker, atomically */
	struct worker workers[BOLT_DOWNLOADS_AT_ONCE];
	struct bolt_update_progress progress;
};

static bool is_cancelled(const struct update *u)
{
	const volatile int *cancelled = u->options->import->cancelled;

	return cancelled && *cancelled;
}

/* What the database has of a part, as it outlives the database. */
static int copy_state(struct update *u, struct item *item, const struct bolt_part_state *state)
{
	const char **texts[] = { &item->state.part, &item->state.url, &item->state.etag, &item->state.last_modified,
				 &item->state.sha256 };

	item->state = *state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(texts); i++) {
		const char *text = *texts[i];

		*texts[i] = text ? bolt_arena_strdup(u->arena, text) : NULL;
		if (text && !*texts[i])
			return -ENOMEM;
	}
	return 0;
}

static int load_states(struct update *u, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	int r = bolt_database_open(u->options->import->database, &database, err);

	if (r == -ENOENT) {
		if (err)
			err->msg[0] = '\0';
		return 0;
	}
	for (size_t i = 0; r == 0 && i < u->len; i++) {
		for (size_t k = 0; r == 0 && k < bolt_database_parts_len(database); k++) {
			const struct bolt_part_state *state = bolt_database_part(database, k);

			if (strcmp(state->part, u->items[i].plan->part) == 0)
				r = copy_state(u, &u->items[i], state);
		}
	}
	return r;
}

static void make_name(struct item *item)
{
	(void) snprintf(item->name, sizeof(item->name), "%s", item->plan->part);
	for (char *slash = item->name; (slash = strchr(slash, '/'));)
		*slash = '=';
}

/* NULL: out of memory. */
static const char *without_user(struct bolt_arena *arena, const char *url)
{
	const char *host = strstr(url, "://"), *at;

	if (!host)
		return url;
	host += strlen("://");
	size_t authority = strcspn(host, "/?#");
	at = memrchr(host, '@', authority);
	return at ? bolt_arena_printf(arena, "%.*s%s", (int) (host - url), url, at + 1) : url;
}

static void fetch_item(struct worker *worker, struct item *item)
{
	struct update *u = worker->update;
	const volatile int *cancelled = u->options->import->cancelled;
	int r = 0;

	item->url = item->plan->url;
	if (item->plan->resolve)
		r = bolt_update_resolve(u->http, item->plan->part, item->plan->url, cancelled, worker->arena, &item->url,
					&item->err);
	item->shown = r == 0 ? without_user(worker->arena, item->url) : "";
	if (!item->shown)
		r = -ENOMEM;
	bool same = r == 0 && item->state.part && item->state.url && strcmp(item->state.url, item->shown) == 0;
	struct bolt_download download = {
		.url = item->url,
		.dir_fd = u->dir_fd,
		.name = item->name,
		.etag = same ? item->state.etag : NULL,
		.last_modified = same ? item->state.last_modified : NULL,
		.cancelled = cancelled,
		.bytes_done = &u->progress.bytes_done,
		.bytes_total = &u->progress.bytes_total,
	};
	if (r == 0)
		r = bolt_download(u->http, &download, &item->got, &item->err);
	if (r == 0 && item->got.outcome == BOLT_DOWNLOAD_ABSENT && item->plan->exact)
		r = bolt_err_set(&item->err, -ENOENT, "there is no '%s' (status 404)", item->shown);
	item->fetched_unix = (int64_t) time(NULL);
	item->r = r;
	__atomic_add_fetch(&u->progress.files_done, 1, __ATOMIC_RELAXED);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct update *u = worker->update;

	for (;;) {
		size_t i = __atomic_fetch_add(&u->next, 1, __ATOMIC_RELAXED);

		if (i >= u->len || is_cancelled(u))
			return NULL;
		fetch_item(worker, &u->items[i]);
	}
}

static int start_workers(struct update *u, struct bolt_err *err)
{
	size_t started = 0;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(u->workers) && i < u->len; i++) {
		struct worker *worker = &u->workers[i];

		worker->update = u;
		worker->arena = bolt_arena_new(BOLT_RESOLVE_TEXT_MAX * 4);
		worker->started = worker->arena && pthread_create(&worker->thread, NULL, work, worker) == 0;
		started += worker->started;
	}
	return started > 0 || u->len == 0 ? 0 : bolt_err_set(err, -ENOMEM, "cannot start a thread");
}

static int fetch_all(struct update *u, struct bolt_err *err)
{
	const struct timespec pause = { .tv_nsec = TICK_MS * 1000000 };
	int r = start_workers(u, err);

	while (r == 0 && __atomic_load_n(&u->progress.files_done, __ATOMIC_RELAXED) < u->len && !is_cancelled(u)) {
		if (u->options->tick)
			u->options->tick(u->options->import->context, &u->progress);
		(void) nanosleep(&pause, NULL);
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(u->workers); i++) {
		if (u->workers[i].started)
			(void) pthread_join(u->workers[i].thread, NULL);
	}
	if (r == 0 && is_cancelled(u))
		r = bolt_err_set(err, -EINTR,
				 "interrupted; what has come is kept, and the next 'boltseal db update' goes on from there");
	return r;
}

/* What came, for the import; and counts. */
static size_t make_inputs(struct update *u, struct bolt_import_input *inputs, struct bolt_update_result *result)
{
	size_t len = 0;

	for (size_t i = 0; i < u->len; i++) {
		struct item *item = &u->items[i];
		struct bolt_import_input *input = &inputs[len];

		if (item->r < 0) {
			result->failed++;
			if (u->options->failed)
				u->options->failed(u->options->import->context, item->plan->part,
						   bolt_err_text(&item->err, item->r));
			continue;
		}
		if (item->got.outcome == BOLT_DOWNLOAD_ABSENT) {
			result->absent++;
			continue;
		}
		*input = (struct bolt_import_input){ .path = item->shown, .fd = item->got.fd, .part = item->plan->part };
		input->unchanged = item->got.outcome == BOLT_DOWNLOAD_NOT_MODIFIED;
		input->source = (struct bolt_part_source){ .url = item->shown, .fetched_unix = item->fetched_unix };
		if (input->unchanged) {
			input->source.etag = item->state.etag;
			input->source.last_modified = item->state.last_modified;
			input->source.sha256 = item->state.sha256;
			input->source.bytes = item->state.bytes;
			result->unchanged++;
		} else {
			input->source.etag = item->got.etag[0] ? item->got.etag : NULL;
			input->source.last_modified = item->got.last_modified[0] ? item->got.last_modified : NULL;
			result->fetched++;
		}
		len++;
	}
	return len;
}

static int import(struct update *u, struct bolt_update_result *result, struct bolt_err *err)
{
	struct bolt_import_input *inputs = calloc(u->len + 1, sizeof(*inputs));
	int r = 0;

	if (!inputs)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	size_t len = make_inputs(u, inputs, result);
	if (len > 0)
		r = bolt_import_inputs(u->options->import, inputs, len, &result->import, err);
	else if (result->failed == 0)
		r = bolt_err_set(err, -ENOENT, "nothing of what was asked for is there%s%s", u->options->wish.mirror ? ": " : "",
				 u->options->wish.mirror ? u->options->wish.mirror : "");
	free(inputs);
	/* Refused or not, the next update fetches it anew; only what was not looked at can still be of use. */
	for (size_t i = 0; r == 0 && i < u->len; i++) {
		if (u->items[i].got.outcome == BOLT_DOWNLOAD_FETCHED)
			bolt_download_forget(u->dir_fd, u->items[i].name);
	}
	return r;
}

int bolt_update_directory(const char *database, int *ret_dir_fd, struct bolt_err *err)
{
	char path[4200];

	if (snprintf(path, sizeof(path), "%s.download", database) >= (int) sizeof(path))
		return bolt_err_set(err, -ENAMETOOLONG, "the database's path is too long");
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return bolt_err_set(err, -errno, "cannot make the directory '%s': %m", path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot open the directory '%s': %m", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int r = errno == EWOULDBLOCK ? bolt_err_set(err, -EBUSY, "another update of this database is under way")
					     : bolt_err_set(err, -errno, "cannot lock '%s': %m", path);
		close(fd);
		return r;
	}
	*ret_dir_fd = fd;
	return 0;
}

void bolt_update_directory_done(const char *database, int dir_fd)
{
	char path[4200];

	(void) snprintf(path, sizeof(path), "%s.download", database);
	BOLT_IGNORE(rmdir(path)); /* it stays while there is something in it */
	close(dir_fd);
}

static int prepare(struct update *u, struct bolt_err *err)
{
	const struct bolt_http_options http = { .ca_file = u->options->ca_file, .plain_http = u->options->plain_http };
	int r = bolt_update_plan_make(&u->options->wish, u->arena, &u->plan, err);

	if (r == 0)
		r = bolt_http_new(&http, &u->http, err);
	if (r < 0)
		return r;
	u->len = u->plan.len;
	u->progress.files_total = u->len;
	u->items = calloc(u->len + 1, sizeof(*u->items));
	if (!u->items)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < u->len; i++) {
		u->items[i].plan = &u->plan.items[i];
		u->items[i].got.fd = -1;
		make_name(&u->items[i]);
	}
	r = load_states(u, err);
	return r == 0 ? bolt_update_directory(u->options->import->database, &u->dir_fd, err) : r;
}

static void clear(struct update *u)
{
	for (size_t i = 0; u->items && i < u->len; i++) {
		if (u->items[i].got.fd >= 0)
			close(u->items[i].got.fd);
	}
	if (u->dir_fd >= 0)
		bolt_update_directory_done(u->options->import->database, u->dir_fd);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(u->workers); i++)
		bolt_arena_free(u->workers[i].arena);
	free(u->items);
	bolt_update_plan_done(&u->plan);
	bolt_http_free(u->http);
	bolt_arena_free(u->arena);
}

int bolt_update(const struct bolt_update_options *options, struct bolt_update_result *ret_result, struct bolt_err *err)
{
	struct bolt_update_result result = { .fetched = 0 };
	struct update u = { .options = options, .dir_fd = -1, .arena = bolt_arena_new(8u << 20) };
	int r = u.arena ? prepare(&u, err) : -ENOMEM;

	if (r == 0)
		r = fetch_all(&u, err);
	if (r == 0)
		r = import(&u, &result, err);
	clear(&u);
	if (r == 0)
		*ret_result = result;
	return r;
}

void bolt_update_result_done(struct bolt_update_result *result)
{
	bolt_import_result_done(&result->import);
	*result = (struct bolt_update_result){ .fetched = 0 };
}
