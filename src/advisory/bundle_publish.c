#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/bundle.h"
#include "advisory/bundle_index.h"
#include "advisory/limits.h"
#include "core/digest.h"
#include "core/out.h"

struct publishing {
	const struct bolt_bundle_publish *options;
	struct bolt_bundle_index old, new;
	bool had_index;
	struct bolt_err *err;
};

static int path_of(const struct publishing *p, const char *file, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s", p->options->directory, file) < PATH_MAX
		       ? 0
		       : bolt_err_set(p->err, -ENAMETOOLONG, "the directory's name is too long");
}

static int read_index(struct publishing *p)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = NULL;
	char path[PATH_MAX];
	uint8_t *bytes = NULL;
	size_t n;
	int r = path_of(p, BOLT_BUNDLE_INDEX, path);
	int fd = r == 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;

	if (r < 0 || (fd < 0 && errno == ENOENT))
		return r;
	if (fd < 0)
		return bolt_err_set(p->err, -errno, "cannot read '%s': %m", path);
	reader = bolt_reader_fd(fd);
	if (!reader) {
		close(fd);
		return -ENOMEM;
	}
	r = bolt_reader_slurp(reader, BOLT_BUNDLE_INDEX_MAX, "the index", &bytes, &n, p->err);
	if (r == 0)
		r = bolt_bundle_index_read(bolt_cursor(bytes, n), &p->old, p->err);
	free(bytes);
	p->had_index = r == 0;
	return r < 0 ? bolt_err_wrap(p->err, r, "'%s'", path) : 0;
}

static int hash_file(const char *path, struct bolt_index_file *file)
{
	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = NULL;
	const uint8_t *block;
	struct bolt_digest digest;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	reader = bolt_reader_fd(fd);
	if (!reader || !hash) {
		if (!reader)
			close(fd);
		return -ENOMEM;
	}
	file->bytes = 0;
	while ((n = bolt_read_next(reader, &block, NULL)) > 0) {
		bolt_hash_update(hash, block, (size_t) n);
		file->bytes += (uint64_t) n;
	}
	bolt_hash_final(hash, &digest);
	bolt_hex(digest.bytes, 32, file->sha256);
	return (int) n;
}

/* Names tell contents apart, so that a web server's caches never give an old one for a new one. */
static int write_bundle(struct publishing *p, uint64_t since, uint64_t to, struct bolt_index_file *file)
{
	struct bolt_bundle_header header;
	char path[PATH_MAX];

	if (since > 0)
		(void) snprintf(file->file, sizeof(file->file), "advisories-%llu-to-%llu.bundle", (unsigned long long) since,
				(unsigned long long) to);
	else
		(void) snprintf(file->file, sizeof(file->file), "advisories-%llu.bundle", (unsigned long long) to);
	int r = path_of(p, file->file, path);
	if (r < 0)
		return r;
	const struct bolt_bundle_export export = { p->options->database, path, since, p->options->sign_key, p->options->now_unix };
	r = bolt_bundle_export(&export, &header, p->err);
	if (r < 0)
		return r;
	if (header.to_generation != to)
		return bolt_err_set(p->err, -EAGAIN, "the database was changed meanwhile: try again");
	r = hash_file(path, file);
	if (r < 0)
		return bolt_err_set(p->err, r, "cannot read '%s': %s", path, strerror(-r));
	file->from = since;
	file->from_mark = header.from_mark;
	p->new.mark = header.to_mark;
	if (p->options->wrote)
		p->options->wrote(p->options->context, file->file, file->bytes);
	return 0;
}

/* A generation that somebody may still have. What is no longer known of is passed over. */
static int write_difference(struct publishing *p, uint64_t from, uint64_t mark)
{
	struct bolt_index_file *file = &p->new.differences[p->new.differences_len];

	if (p->new.differences_len == p->options->keep || p->new.differences_len == BOLT_INDEX_DIFFERENCES_MAX ||
	    from >= p->new.generation)
		return 0;
	int r = write_bundle(p, from, p->new.generation, file);
	if (r == -ESTALE) {
		if (p->err)
			p->err->msg[0] = '\0';
		return 0;
	}
	if (r == 0 && file->from_mark != mark)
		r = bolt_err_set(
			p->err, -EINVAL,
			"'%s' holds what another database's generations were published as: take another directory, or empty it",
			p->options->directory);
	p->new.differences_len += r == 0;
	return r;
}

static int write_index(struct publishing *p)
{
	char path[PATH_MAX], path_new[PATH_MAX];
	struct bolt_out *out = malloc(sizeof(*out));
	int r = out ? path_of(p, BOLT_BUNDLE_INDEX, path) : -ENOMEM;

	if (r == 0)
		r = path_of(p, BOLT_BUNDLE_INDEX ".new", path_new);
	int fd = r == 0 ? open(path_new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644) : -1;
	if (r == 0 && fd < 0)
		r = -errno;
	if (r == 0) {
		bolt_out_init(out, fd);
		bolt_bundle_index_write(&p->new, out);
		r = bolt_out_flush(out);
	}
	if (r == 0 && (fsync(fd) < 0 || rename(path_new, path) < 0))
		r = -errno;
	if (fd >= 0)
		close(fd);
	free(out);
	return r < 0 && !(p->err && p->err->msg[0]) ? bolt_err_set(p->err, r, "cannot write '%s': %s", path, strerror(-r)) : r;
}

static bool is_named(const struct bolt_bundle_index *index, const char *file)
{
	bool named = strcmp(index->full.file, file) == 0;

	for (size_t i = 0; !named && i < index->differences_len; i++)
		named = strcmp(index->differences[i].file, file) == 0;
	return named;
}

/* What the index no longer names. Who has just read the old one finds the new one on the next try. */
static void take_away_old(struct publishing *p)
{
	const struct bolt_bundle_index *old = &p->old;
	char path[PATH_MAX];

	for (size_t i = 0; p->had_index && i < old->differences_len + 1; i++) {
		const char *file = i == 0 ? old->full.file : old->differences[i - 1].file;

		if (!is_named(&p->new, file) && path_of(p, file, path) == 0)
			BOLT_IGNORE(unlink(path)); /* it may be gone already */
	}
}

static int publish(struct publishing *p)
{
	BOLT_CLEANUP(bolt_database_closep) struct bolt_database *database = NULL;
	int r = bolt_database_open(p->options->database, &database, p->err);

	if (r < 0)
		return r;
	p->new.generation = bolt_database_generation(database);
	if (p->had_index && p->old.generation > p->new.generation)
		return bolt_err_set(p->err, -EINVAL, "'%s' has generation %llu, which is newer than the database's %llu",
				    p->options->directory, (unsigned long long) p->old.generation,
				    (unsigned long long) p->new.generation);
	r = write_bundle(p, 0, p->new.generation, &p->new.full);
	if (r == 0 && p->had_index)
		r = write_difference(p, p->old.generation, p->old.mark);
	for (size_t i = 0; r == 0 && p->had_index && i < p->old.differences_len; i++)
		r = write_difference(p, p->old.differences[i].from, p->old.differences[i].from_mark);
	if (r == 0)
		r = write_index(p);
	if (r == 0)
		take_away_old(p);
	return r;
}

int bolt_bundle_publish(const struct bolt_bundle_publish *options, uint64_t *ret_generation, struct bolt_err *err)
{
	struct publishing *p = calloc(1, sizeof(*p));

	if (!p)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	p->options = options;
	p->err = err;
	int r = 0;
	if (mkdir(options->directory, 0755) < 0 && errno != EEXIST)
		r = bolt_err_set(err, -errno, "cannot make the directory '%s': %m", options->directory);
	if (r == 0)
		r = read_index(p);
	if (r == 0)
		r = publish(p);
	if (r == 0)
		*ret_generation = p->new.generation;
	free(p);
	return r;
}
