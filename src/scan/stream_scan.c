/* An archive that comes as a stream. Which member is which layer is only known when manifest.json or index.json has been seen,
 * often last: so every member that is no JSON is read as a layer at once, and what no plan asks for is forgotten. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/grow.h"
#include "core/pump.h"
#include "core/text.h"
#include "oci/archive.h"
#include "oci/hashing.h"
#include "oci/inflate.h"
#include "oci/limits.h"
#include "oci/tar.h"
#include "oci/tar_header.h"
#include "scan/image_scan.h"
#include "scan/limits.h"

struct member {
	char *name;
	char *link;                      /* another name of that member, or NULL */
	struct bolt_buf document;        /* JSON members */
	bool too_large;                  /* a document over the bound: not kept */
	struct bolt_layer_result *layer; /* the others */
};

struct stream_scan {
	struct bolt_blobs blobs; /* hands out the documents */
	const struct bolt_scan_context *context;
	struct member *members;
	size_t len, room;
	size_t documents_bytes;
};

static void forget(struct stream_scan *s)
{
	for (size_t i = 0; i < s->len; i++) {
		free(s->members[i].name);
		free(s->members[i].link);
		bolt_buf_done(&s->members[i].document);
		if (s->members[i].layer)
			bolt_layer_result_done(s->members[i].layer);
		free(s->members[i].layer);
	}
	free(s->members);
}

static bool alike(const struct member *a, const struct member *b)
{
	if (a->link || b->link)
		return a->link && b->link && strcmp(a->link, b->link) == 0;
	if (a->layer || b->layer)
		return a->layer && b->layer && bolt_digest_equal(&a->layer->digest, &b->layer->digest);
	return !a->too_large && !b->too_large && a->document.len == b->document.len &&
	       (a->document.len == 0 || memcmp(a->document.data, b->document.data, a->document.len) == 0);
}

/* We would take the last member of a name, others the first: they must not differ. *ret_member is NULL when there is none. */
static int find_one(const struct stream_scan *s, const char *name, struct member **ret_member, struct bolt_err *err)
{
	struct member *found = NULL;

	for (size_t i = s->len; i-- > 0;) {
		if (strcmp(s->members[i].name, name) != 0)
			continue;
		if (found && !alike(found, &s->members[i]))
			return bolt_err_set(err, -EBADMSG, "the archive has two different members '%s'", name);
		if (!found)
			found = &s->members[i];
	}
	*ret_member = found;
	return 0;
}

/* 0 | -ENOENT | -EBADMSG. */
static int find(const struct stream_scan *s, const char *name, struct member **ret_member, struct bolt_err *err)
{
	char normal[BOLT_PATH_MAX + 1];
	size_t n = strlen(name);

	if (n > BOLT_PATH_MAX)
		return bolt_err_set(err, -ENOENT, "the archive has no member of so long a name");
	bolt_path_normalise(name, n, normal, NULL);
	for (int links = 0; links < 8; links++) {
		struct member *found;
		int r = find_one(s, normal, &found, err);

		if (r < 0)
			return r;
		if (!found)
			break;
		if (!found->link) {
			*ret_member = found;
			return 0;
		}
		(void) memccpy(normal, found->link, '\0', sizeof(normal));
	}
	return bolt_err_set(err, -ENOENT, "the archive has no member '%s'", name);
}

static int blobs_open(struct bolt_blobs *base, const char *name, uint64_t size, struct bolt_reader **ret_reader,
		      struct bolt_err *err)
{
	const struct stream_scan *s = (const struct stream_scan *) base;
	struct member *m;
	int r = find(s, name, &m, err);

	(void) size;
	if (r < 0)
		return r;
	if (m->layer)
		return bolt_err_set(err, -ENOENT, "the archive has no document '%s'", name);
	if (m->too_large)
		return bolt_err_set(err, -E2BIG, "'%s' is larger than the bound of %u bytes for a document (%u for all)", name,
				    BOLT_MANIFEST_MAX, BOLT_DOCUMENTS_MAX);
	*ret_reader = bolt_reader_memory(m->document.data, m->document.len, 0);
	return *ret_reader ? 0 : -ENOMEM;
}

static int add_member(struct stream_scan *s, const char *name, struct member **ret_member, struct bolt_err *err)
{
	if (s->len >= BOLT_ARCHIVE_ENTRIES_MAX)
		return bolt_err_set(err, -E2BIG, "the archive has more than the bound of %u members", BOLT_ARCHIVE_ENTRIES_MAX);
	if (bolt_grow(&s->members, s->len, &s->room, sizeof(*s->members)) < 0)
		return -ENOMEM;
	struct member *m = &s->members[s->len];
	*m = (struct member){ .name = strdup(name), .document = BOLT_BUF_INIT(BOLT_MANIFEST_MAX) };
	if (!m->name)
		return -ENOMEM;
	s->len++;
	*ret_member = m;
	return 0;
}

static bool is_document(const char *name, const uint8_t *head, size_t len)
{
	const char *base = bolt_basename(name);
	struct tar_header ignored;

	if (len >= TAR_BLOCK && tar_header_parse(head, &ignored, NULL) == 0)
		return false; /* a layer whose first file is named like JSON begins */
	while (len > 0 && (*head == ' ' || *head == '\n' || *head == '\r' || *head == '\t')) {
		head++;
		len--;
	}
	return (len > 0 && (*head == '{' || *head == '[')) || strcmp(base, "VERSION") == 0 || strcmp(base, "repositories") == 0;
}

/* Attestations can be large documents too: one over the bound only matters when the plan asks for it. */
static int take_document(struct stream_scan *s, struct member *m, const uint8_t *block, size_t n, struct bolt_reader *rest,
			 struct bolt_err *err)
{
	ssize_t more = (ssize_t) n;

	while (more > 0 && !m->too_large) {
		int r = s->documents_bytes + (size_t) more > BOLT_DOCUMENTS_MAX ? -E2BIG
										: bolt_buf_add(&m->document, block, (size_t) more);

		if (r == -ENOMEM)
			return r;
		if (r == 0)
			s->documents_bytes += (size_t) more;
		m->too_large = r < 0;
		more = bolt_read_next(rest, &block, err);
	}
	if (!m->too_large || more < 0)
		return (int) more;
	s->documents_bytes -= m->document.len;
	bolt_buf_done(&m->document);
	return bolt_reader_drain(rest, NULL, err);
}

static int take_layer(struct stream_scan *s, struct member *m, const uint8_t *head, size_t n, struct bolt_reader *rest,
		      struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *blob = bolt_reader_after(head, n, rest);

	m->layer = calloc(1, sizeof(*m->layer));
	if (!blob || !m->layer)
		return -ENOMEM;
	/* What it will be held against is not known yet, only what its name says. */
	enum bolt_digest_algorithm algorithm = bolt_starts_with(m->name, "blobs/sha512/") ? BOLT_DIGEST_SHA512 : BOLT_DIGEST_SHA256;
	int r = bolt_layer_scan(s->context, blob, algorithm, BOLT_DIGEST_SHA256, m->layer, err);
	bolt_progress_add(&s->context->progress->layers_done, r == 0);
	return r < 0 ? bolt_err_wrap(err, r, "%s", m->name) : 0;
}

/* The first block of a member, and a reader of all that follows it. */
static int take_head(struct bolt_reader *content, uint8_t head[TAR_BLOCK], size_t *ret_len, struct bolt_reader **ret_rest,
		     struct bolt_err *err)
{
	const uint8_t *block = NULL;
	size_t len = 0, left = 0;

	while (len < TAR_BLOCK && left == 0) {
		ssize_t n = bolt_read_next(content, &block, err);

		if (n < 0)
			return (int) n;
		if (n == 0)
			break;
		size_t now = (size_t) n < TAR_BLOCK - len ? (size_t) n : TAR_BLOCK - len;
		memcpy(head + len, block, now);
		len += now;
		block += now;
		left = (size_t) n - now;
	}
	*ret_rest = bolt_reader_after(block, left, content);
	*ret_len = len;
	return *ret_rest ? 0 : -ENOMEM;
}

static int take_entry(struct stream_scan *s, struct bolt_tar *tar, const struct bolt_tar_entry *entry, struct bolt_err *err)
{
	char name[BOLT_PATH_MAX + 1], target[BOLT_PATH_MAX + 1];
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *rest = NULL;
	uint8_t head[TAR_BLOCK];
	struct member *m;
	size_t n;

	if (entry->kind != BOLT_TAR_FILE && entry->kind != BOLT_TAR_SYMLINK && entry->kind != BOLT_TAR_HARDLINK)
		return 0;
	bolt_path_normalise(entry->name, strlen(entry->name), name, NULL);
	int r = add_member(s, name, &m, err);
	if (r < 0)
		return r;
	if (entry->kind != BOLT_TAR_FILE) {
		bolt_archive_link_target(name, entry->link, entry->kind == BOLT_TAR_HARDLINK, target);
		m->link = strdup(target);
		return m->link ? 0 : -ENOMEM;
	}
	r = take_head(bolt_tar_content(tar), head, &n, &rest, err);
	if (r < 0)
		return r;
	return n == 0 || is_document(name, head, n) ? take_document(s, m, head, n, rest, err)
						    : take_layer(s, m, head, n, rest, err);
}

static int read_members(struct stream_scan *s, struct bolt_reader *stream, struct bolt_err *err)
{
	enum bolt_compression compression;
	struct bolt_filler *filler;
	struct bolt_tar_entry entry;
	BOLT_CLEANUP(bolt_reader_closep)
	struct bolt_reader *counted = bolt_reader_counting(stream, &s->context->progress->bytes_done);
	int r = counted ? bolt_inflate_open(counted, &filler, &compression, err) : -ENOMEM;

	if (r < 0)
		return r;
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *plain = bolt_reader_pumped(filler);
	BOLT_CLEANUP(bolt_tar_freep) struct bolt_tar *tar = plain ? bolt_tar_new(plain) : NULL;
	if (!tar)
		return -ENOMEM;
	while ((r = bolt_tar_next(tar, &entry, err)) > 0) {
		r = take_entry(s, tar, &entry, err);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return bolt_err_wrap(err, r, "not a readable image archive (%s)", bolt_compression_text(compression));
	if (s->len == 0)
		return bolt_err_set(err, -EBADMSG, "the archive is empty");
	return bolt_reader_drain(plain, NULL, err);
}

/* Moves the planned layers' results out of the members. A layer that an image has twice is read once and shared. */
static int take_results(struct stream_scan *s, struct bolt_report *report, struct bolt_image_scan *scan, struct bolt_err *err)
{
	for (size_t i = 0; i < scan->plan.layers_len; i++) {
		struct member *m = NULL;
		int r = find(s, scan->plan.layers[i].name, &m, err);

		if (r == -ENOENT || (r == 0 && !m->layer))
			return bolt_err_set(err, -EBADMSG, "the archive lacks layer %zu, '%s'", i + 1, scan->plan.layers[i].name);
		if (r < 0)
			return r;
		r = bolt_layer_judge(s->context, report, &scan->plan, i, m->layer, err);
		if (r < 0)
			return r;
		scan->results[i] = *m->layer;
		m->layer->shared = true;
	}
	return 0;
}

int bolt_stream_scan(const struct bolt_scan_context *context, struct bolt_report *report, struct bolt_reader *stream,
		     const char *tag, const char *platform, struct bolt_image_scan *ret_scan, struct bolt_err *err)
{
	struct stream_scan s = { .blobs = { blobs_open }, .context = context };
	struct bolt_image_scan scan = { .results = NULL };
	int r = read_members(&s, stream, err);

	if (r == 0)
		r = bolt_plan_make(report->arena, &s.blobs, NULL, tag, platform, &scan.plan, err);
	if (r == 0) {
		scan.results = calloc(scan.plan.layers_len + 1, sizeof(*scan.results));
		scan.results_len = scan.results ? scan.plan.layers_len : 0;
		r = scan.results ? take_results(&s, report, &scan, err) : -ENOMEM;
	}
	forget(&s);
	if (r < 0) {
		bolt_image_scan_done(&scan);
		return r;
	}
	*ret_scan = scan;
	return 0;
}
