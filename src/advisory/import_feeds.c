#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advisory/feed.h"
#include "advisory/import_private.h"
#include "advisory/limits.h"
#include "core/buf.h"
#include "core/digest.h"
#include "oci/hashing.h"
#include "oci/inflate.h"

/* A file as it is read: stored bytes, counted and hashed, and what they unpack to. */
struct source {
	int fd;
	uint64_t bytes;
	struct bolt_hash *hash;
	struct bolt_reader *stored, *counted, *hashed, *plain, *reader; /* reader: the last of them */
};

static void source_close(struct source *s)
{
	if (s->plain)
		bolt_reader_close(s->plain);
	bolt_reader_close(s->hashed);
	bolt_reader_close(s->counted);
	bolt_reader_close(s->stored);
	bolt_hash_free(s->hash);
}

/* Takes the descriptor. 0 | -ENOMEM | what the first bytes were not. */
static int source_open(struct source *s, int fd, uint64_t *counter, struct bolt_err *err)
{
	uint8_t magic[6] = { 0 };
	ssize_t n = pread(fd, magic, sizeof(magic), 0);
	struct bolt_filler *filler;
	enum bolt_compression compression;

	*s = (struct source){ .fd = fd, .hash = bolt_hash_new(BOLT_DIGEST_SHA256) };
	BOLT_IGNORE(lseek(fd, 0, SEEK_SET)); /* what was handed over may have been read before */
	s->stored = bolt_reader_fd(fd);
	if (!s->stored)
		close(fd);
	s->counted = s->stored ? bolt_reader_counting(s->stored, counter) : NULL;
	s->hashed = s->counted && s->hash ? bolt_reader_hashing(s->counted, s->hash) : NULL;
	if (!s->hashed) {
		source_close(s);
		return -ENOMEM;
	}
	s->reader = s->hashed;
	if (n <= 0 || bolt_compression_of(magic, (size_t) n) == BOLT_PLAIN)
		return 0;
	int r = bolt_inflate_open(s->hashed, &filler, &compression, err);
	if (r == 0) {
		s->plain = s->reader = bolt_reader_pumped(filler);
		r = s->plain ? 0 : -ENOMEM;
	}
	if (r < 0)
		source_close(s);
	return r;
}

/* Up to BOLT_FEED_HEAD_BYTES from the beginning. */
static int read_head(struct bolt_reader *reader, struct bolt_buf *head, struct bolt_err *err)
{
	const uint8_t *block;

	bolt_buf_clear(head);
	while (head->len < BOLT_FEED_HEAD_BYTES) {
		ssize_t n = bolt_read_next(reader, &block, err);
		size_t room = BOLT_FEED_HEAD_BYTES - head->len;

		if (n <= 0)
			return (int) n;
		int r = bolt_buf_add(head, block, (size_t) n < room ? (size_t) n : room);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What part a file is; empty: no feed knows it. */
static void look(const char *name, int fd, struct bolt_buf *head, char part[BOLT_PART_NAME])
{
	struct source source;
	uint64_t counter = 0;

	part[0] = '\0';
	if (source_open(&source, fd, &counter, NULL) < 0)
		return;
	int r = read_head(source.reader, head, NULL);
	/* What is damaged further on is still recognised by its beginning: that it is damaged is for the reader to say. */
	for (size_t i = 0; (r == 0 || head->len > 0) && i < bolt_feeds_len; i++) {
		if (bolt_feeds[i]->recognise(name, bolt_cursor(head->data, head->len), part) && bolt_feed_of_part(part))
			break;
		part[0] = '\0';
	}
	source_close(&source);
}

static const struct bolt_import_file *file_numbered(const struct bolt_import_work *work, uint64_t number)
{
	return number > 0 && number <= work->files.len ? &work->files.items[number - 1] : NULL;
}

static int look_at_all(struct bolt_import_job *job, struct bolt_err *err)
{
	struct bolt_import_work *work = job->context;
	struct bolt_import_message *message = calloc(1, sizeof(*message));
	struct bolt_import_answer *answer = calloc(1, sizeof(*answer));
	struct bolt_buf head = BOLT_BUF_INIT(BOLT_FEED_HEAD_BYTES);
	int fd = -1, r = message && answer ? bolt_buf_reserve(&head, BOLT_FEED_HEAD_BYTES) : -ENOMEM;

	while (r == 0) {
		fd = -1;
		message->kind = BOLT_IMPORT_LOOK;
		r = bolt_import_ask(job, message, answer, &fd);
		if (r < 0 || answer->status == 0)
			break;
		const struct bolt_import_file *file = file_numbered(work, answer->number);
		message->number = answer->number;
		message->name[0] = '\0';
		if (file && answer->status > 0 && fd >= 0)
			look(bolt_import_file_name(work->inputs, file) + file->name, fd, &head, message->name);
		else if (fd >= 0)
			close(fd);
	}
	bolt_buf_done(&head);
	free(message);
	free(answer);
	return r < 0 ? bolt_err_set(err, r, "cannot look at the files") : 0;
}

/* The part whose files are being read. */
struct reading {
	struct bolt_import_job *job;
	struct bolt_writer *writer;
	struct bolt_feed_sink *sink;
	const struct bolt_feed *feed;
	char part[BOLT_PART_NAME]; /* empty: none */
	size_t whole, failed;      /* files */
	int r;                     /* why the part cannot be used, 0 so far */
	struct bolt_err why;
	int first_r; /* of the first file that failed */
	struct bolt_err first_why;
	struct bolt_part_source source;
	char sha256[2 * 32 + 1];
};

static int end_part(struct reading *p, struct bolt_err *err)
{
	struct bolt_part_result result;

	if (!p->part[0])
		return 0;
	if (p->r == 0 && p->whole == 0) {
		p->r = p->first_r;
		p->why = p->first_why;
	}
	p->source.sha256 = p->whole + p->failed == 1 ? p->sha256 : NULL;
	int r = bolt_writer_end(p->writer, p->r, &p->why, &p->source, &result, err);
	if (r == 0) {
		p->job->progress->records += result.records;
		r = bolt_import_tell(p->job, &result);
	}
	p->part[0] = '\0';
	return r;
}

static int begin_part(struct reading *p, const struct bolt_import_answer *answer, const struct bolt_import_input *input,
		      struct bolt_err *err)
{
	struct bolt_import_job *job = p->job;
	struct bolt_writer *writer = p->writer;

	if (strcmp(p->part, answer->part) == 0)
		return 0;
	int r = end_part(p, err);
	if (r < 0)
		return r;
	*p = (struct reading){ .job = job, .writer = writer, .source = input->source };
	p->source.bytes = 0;
	p->feed = bolt_feed_of_part(answer->part);
	if (!p->feed)
		return bolt_err_set(err, -EINVAL, "'%.80s' is a part of no feed that is known", answer->part);
	(void) snprintf(job->progress->part, sizeof(job->progress->part), "%s", answer->part);
	r = bolt_writer_begin(writer, answer->part, true, &p->sink, err);
	if (r == 0)
		(void) snprintf(p->part, sizeof(p->part), "%s", answer->part);
	return r;
}

/* To its very end: a checksum may come last. */
static int read_file(struct reading *p, int fd, struct bolt_err *why)
{
	struct bolt_digest digest;
	struct source source;
	uint64_t before = p->job->progress->bytes_done;
	int r = source_open(&source, fd, &p->job->progress->bytes_done, why);

	if (r < 0)
		return r;
	r = p->feed->read(source.reader, p->part, p->sink, why);
	if (r == 0)
		r = bolt_reader_drain(source.reader, NULL, why);
	if (r == 0)
		r = bolt_reader_drain(source.hashed, NULL, why);
	bolt_hash_final(source.hash, &digest);
	bolt_hex(digest.bytes, 32, p->sha256);
	source_close(&source);
	p->source.bytes += p->job->progress->bytes_done - before;
	return r;
}

/* A file that breaks off after records have come out of it spoils its part. One among several that gives none is a damaged record.
 */
static int note_file(struct reading *p, const char *name, int r, const struct bolt_err *why, bool gave, struct bolt_err *err)
{
	if (r == 0) {
		p->whole++;
		return 0;
	}
	if (p->failed++ == 0) {
		p->first_r = r;
		p->first_why = *why;
	}
	if (gave && p->r == 0) {
		p->r = r;
		p->why = *why;
	}
	return p->sink->damaged(p->sink, name, bolt_err_text(why, r), err);
}

static int read_one(struct reading *p, const struct bolt_import_answer *answer, int fd, struct bolt_err *err)
{
	const struct bolt_import_work *work = p->job->context;
	const struct bolt_import_file *file = file_numbered(work, answer->number);
	struct bolt_err why = { .msg = "" };
	int r;

	if (!file)
		return bolt_err_set(err, -EPROTO, "no such file");
	r = begin_part(p, answer, &work->inputs[file->input], err);
	if (r < 0) {
		if (fd >= 0)
			close(fd);
		return r;
	}
	uint64_t before = bolt_writer_taken(p->writer);
	if (answer->status < 0) {
		why = answer->err;
		r = answer->status;
	} else {
		r = read_file(p, fd, &why);
	}
	const char *path = bolt_import_file_name(work->inputs, file);
	return note_file(p, path + file->name, r, &why, bolt_writer_taken(p->writer) > before, err);
}

static int note_unchanged(struct bolt_import_job *job, struct bolt_writer *writer, const struct bolt_import_input *input,
			  struct bolt_err *err)
{
	struct bolt_part_result result;
	struct bolt_feed_sink *sink;
	int r = bolt_writer_has(writer, input->part, err);

	if (r <= 0)
		return r;
	r = bolt_writer_begin(writer, input->part, false, &sink, err);
	if (r == 0)
		r = bolt_writer_end(writer, 0, NULL, &input->source, &result, err);
	return r == 0 ? bolt_import_tell(job, &result) : r;
}

int bolt_import_feeds(struct bolt_import_job *job, struct bolt_writer *writer, struct bolt_err *err)
{
	struct bolt_import_message *message = calloc(1, sizeof(*message));
	struct bolt_import_answer *answer = calloc(1, sizeof(*answer));
	struct reading *p = calloc(1, sizeof(*p));
	int r = message && answer && p ? look_at_all(job, err) : -ENOMEM;

	if (r == 0) {
		message->kind = BOLT_IMPORT_READ;
		p->job = job;
		p->writer = writer;
	}
	while (r == 0) {
		int fd = -1;

		r = bolt_import_ask(job, message, answer, &fd);
		if (r < 0 || answer->status == 0)
			break;
		answer->part[sizeof(answer->part) - 1] = '\0';
		r = read_one(p, answer, fd, err);
	}
	if (r == 0)
		r = end_part(p, err);
	const struct bolt_import_work *work = job->context;
	for (size_t i = 0; r == 0 && i < work->inputs_len; i++) {
		if (work->inputs[i].unchanged)
			r = note_unchanged(job, writer, &work->inputs[i], err);
	}
	free(p);
	free(message);
	free(answer);
	return r;
}
