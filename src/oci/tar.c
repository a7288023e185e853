#include "oci/tar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "oci/limits.h"
#include "oci/tar_header.h"
#include "oci/tar_sparse.h"

/* What pax records and GNU long-name entries say about the entry that follows them. As in Go's archive/tar, which runtimes use, a
 * second pax header replaces the first, a global one in between drops all, and whatever their order a long name counts over pax. */
struct override {
	struct bolt_buf name, link, sparse_name; /* pax */
	struct bolt_buf long_name, long_link;    /* GNU */
	bool seen, has_size;
	uint64_t size;
	struct tar_sparse_hints sparse;
};

struct bolt_tar {
	struct bolt_reader content; /* first, so that it can be found from itself */
	struct bolt_reader *source;
	const uint8_t *block; /* unread bytes of the source's current block */
	size_t block_left;
	uint64_t offset;             /* bytes taken from the source */
	uint8_t straddle[TAR_BLOCK]; /* a header that crosses two source blocks */

	uint64_t stored_left; /* of the current entry, without padding */
	unsigned padding;
	struct tar_sparse sparse; /* maps of the current entry; used when entry_has_holes */
	bool entry_has_holes;

	struct override next;
	struct tar_header header;
	char name[BOLT_PATH_MAX + 1], link[BOLT_PATH_MAX + 1];
};

static ssize_t content_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err);
static void content_close(struct bolt_reader *base);

struct bolt_tar *bolt_tar_new(struct bolt_reader *source)
{
	struct bolt_tar *tar = calloc(1, sizeof(*tar));

	if (!tar)
		return NULL;
	tar->content = (struct bolt_reader){ .next = content_next, .close = content_close };
	tar->source = source;
	tar->next.name.max = tar->next.link.max = tar->next.sparse_name.max = BOLT_TAR_EXTENSION_MAX;
	tar->next.long_name.max = tar->next.long_link.max = BOLT_TAR_EXTENSION_MAX;
	return tar;
}

void bolt_tar_free(struct bolt_tar *tar)
{
	if (!tar)
		return;
	tar_sparse_done(&tar->sparse);
	tar_sparse_hints_clear(&tar->next.sparse);
	bolt_buf_done(&tar->next.name);
	bolt_buf_done(&tar->next.link);
	bolt_buf_done(&tar->next.sparse_name);
	bolt_buf_done(&tar->next.long_name);
	bolt_buf_done(&tar->next.long_link);
	free(tar);
}

/* Makes block_left > 0. 1 | 0 at the end of the source | error. */
static int need_block(struct bolt_tar *tar, struct bolt_err *err)
{
	if (tar->block_left > 0)
		return 1;
	ssize_t n = bolt_read_next(tar->source, &tar->block, err);
	if (n <= 0)
		return (int) n;
	tar->block_left = (size_t) n;
	return 1;
}

static void advance(struct bolt_tar *tar, size_t n)
{
	tar->block += n;
	tar->block_left -= n;
	tar->offset += n;
}

static int truncated(const struct bolt_tar *tar, struct bolt_err *err)
{
	return bolt_err_set(err, -EBADMSG, "truncated tar: it ends inside an entry, at byte %llu",
			    (unsigned long long) tar->offset);
}

static int skip(struct bolt_tar *tar, uint64_t n, struct bolt_err *err)
{
	while (n > 0) {
		int r = need_block(tar, err);

		if (r <= 0)
			return r < 0 ? r : truncated(tar, err);
		size_t now = n < tar->block_left ? (size_t) n : tar->block_left;
		advance(tar, now);
		n -= now;
	}
	return 0;
}

/* 512 bytes, in place when the source's block holds them all. 1 | 0 when the source ends before the first | error. */
static int take_header_block(void *context, const uint8_t **ret_bytes, struct bolt_err *err)
{
	struct bolt_tar *tar = context;
	size_t have = 0;
	int r = need_block(tar, err);

	if (r <= 0)
		return r;
	if (tar->block_left >= TAR_BLOCK) {
		*ret_bytes = tar->block;
		advance(tar, TAR_BLOCK);
		return 1;
	}
	while (have < TAR_BLOCK) {
		r = need_block(tar, err);
		if (r <= 0)
			return r < 0 ? r : truncated(tar, err);
		size_t now = TAR_BLOCK - have < tar->block_left ? TAR_BLOCK - have : tar->block_left;
		memcpy(tar->straddle + have, tar->block, now);
		advance(tar, now);
		have += now;
	}
	*ret_bytes = tar->straddle;
	return 1;
}

/* Stored bytes of the current entry, as they come. */
static ssize_t stored_next(struct bolt_tar *tar, uint64_t most, const uint8_t **ret_block, struct bolt_err *err)
{
	if (most > tar->stored_left)
		most = tar->stored_left;
	if (most == 0)
		return 0;
	int r = need_block(tar, err);
	if (r <= 0)
		return r < 0 ? r : truncated(tar, err);
	size_t n = most < tar->block_left ? (size_t) most : tar->block_left;
	*ret_block = tar->block;
	advance(tar, n);
	tar->stored_left -= n;
	return (ssize_t) n;
}

static ssize_t content_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct bolt_tar *tar = (struct bolt_tar *) base;
	uint64_t run;

	if (!tar->entry_has_holes)
		return stored_next(tar, UINT64_MAX, ret_block, err);
	if (tar_sparse_hole(&tar->sparse, ret_block, &run))
		return (ssize_t) run;
	if (run == 0)
		return 0;
	ssize_t n = stored_next(tar, run, ret_block, err);
	if (n == 0)
		return bolt_err_set(err, -EBADMSG, "sparse file's map asks for more data than are stored");
	if (n > 0)
		tar_sparse_advance(&tar->sparse, (uint64_t) n);
	return n;
}

static void content_close(struct bolt_reader *base)
{
	(void) base; /* belongs to the tar */
}

struct bolt_reader *bolt_tar_content(struct bolt_tar *tar)
{
	return &tar->content;
}

static int finish_entry(struct bolt_tar *tar, struct bolt_err *err)
{
	int r = skip(tar, tar->stored_left, err);

	tar->stored_left = 0;
	if (r == 0)
		r = skip(tar, tar->padding, err);
	tar->padding = 0;
	return r;
}

static void begin_stored(struct bolt_tar *tar, uint64_t size)
{
	tar->stored_left = size;
	tar->padding = (unsigned) (-size & (TAR_BLOCK - 1));
}

uint64_t bolt_tar_leap(struct bolt_tar *tar)
{
	uint64_t n = tar->stored_left + tar->padding;

	tar->offset += n;
	tar->stored_left = 0;
	tar->padding = 0;
	return n;
}

static int slurp_entry(struct bolt_tar *tar, struct bolt_buf *buf, struct bolt_err *err)
{
	const uint8_t *block;
	ssize_t n;

	if (tar->header.size > BOLT_TAR_EXTENSION_MAX)
		return bolt_err_set(err, -E2BIG, "an extended tar header is larger than the bound of %u bytes",
				    BOLT_TAR_EXTENSION_MAX);
	begin_stored(tar, tar->header.size);
	bolt_buf_clear(buf);
	while ((n = stored_next(tar, UINT64_MAX, &block, err)) > 0) {
		if (bolt_buf_add(buf, block, (size_t) n) < 0)
			return bolt_err_set(err, -ENOMEM, "out of memory");
	}
	return n < 0 ? (int) n : finish_entry(tar, err);
}

static int override_text(struct bolt_buf *buf, struct bolt_cursor value)
{
	bolt_buf_clear(buf);
	return bolt_buf_add(buf, value.p, value.left);
}

static int override_size(struct override *o, struct bolt_cursor value)
{
	o->has_size = value.left > 0;
	return o->has_size ? tar_decimal(value, &o->size) : 0;
}

static int apply_pax(struct override *o, struct bolt_cursor records, struct bolt_err *err)
{
	struct bolt_cursor key, value;
	int r;

	while ((r = tar_pax_next(&records, &key, &value)) > 0) {
		r = 0;
		if (bolt_cursor_is(key, "path"))
			r = override_text(&o->name, value);
		else if (bolt_cursor_is(key, "linkpath"))
			r = override_text(&o->link, value);
		else if (bolt_cursor_is(key, "size"))
			r = override_size(o, value);
		else if (bolt_take_prefix(&key, "GNU.sparse."))
			r = bolt_cursor_is(key, "name") ? override_text(&o->sparse_name, value)
							: tar_sparse_pax(&o->sparse, key, value);
		if (r < 0)
			return bolt_err_set(err, r, "bad pax record");
	}
	return r < 0 ? bolt_err_set(err, r, "a pax header is not made of records") : 0;
}

static void pax_clear(struct override *o)
{
	bolt_buf_clear(&o->name);
	bolt_buf_clear(&o->link);
	bolt_buf_clear(&o->sparse_name);
	o->has_size = false;
	tar_sparse_hints_clear(&o->sparse);
}

static void override_clear(struct override *o)
{
	pax_clear(o);
	bolt_buf_clear(&o->long_name);
	bolt_buf_clear(&o->long_link);
	o->seen = false;
}

/* Headers that only speak about the next entry. 1: it was one, 0: it is an entry of its own. Global ones, which would speak about
 * all that follow, are read over: Docker and containerd ignore them, so what they say is not what a container sees. */
static int take_extension(struct bolt_tar *tar, struct bolt_err *err)
{
	struct bolt_buf buf = BOLT_BUF_INIT(BOLT_TAR_EXTENSION_MAX);
	char type = tar->header.type;
	int r;

	if (type != 'x' && type != 'g' && type != 'L' && type != 'K')
		return 0;
	r = slurp_entry(tar, &buf, err);
	struct bolt_cursor text = bolt_cursor(buf.data, buf.len);
	tar->next.seen |= type != 'g';
	if (type == 'g')
		override_clear(&tar->next);
	if (r == 0 && type == 'x') {
		pax_clear(&tar->next);
		r = apply_pax(&tar->next, text, err);
	} else if (r == 0 && type != 'g') {
		text.left = text.left ? strnlen((const char *) text.p, text.left) : 0;
		r = type == 'L' ? override_text(&tar->next.long_name, text) : override_text(&tar->next.long_link, text);
	}
	bolt_buf_done(&buf);
	return r < 0 ? r : 1;
}

/* An empty text is none. Returns whether the chosen one is over the bound. */
static bool choose_text(char *to, const struct bolt_buf *long_text, const struct bolt_buf *pax, const char *plain)
{
	const char *from = long_text->len ? (const char *) long_text->data : pax->len ? (const char *) pax->data : plain;
	size_t n = strlen(from);
	bool too_long = n > BOLT_PATH_MAX - 1;

	if (too_long)
		n = BOLT_PATH_MAX - 1;
	memcpy(to, from, n);
	to[n] = '\0';
	return too_long;
}

static enum bolt_tar_kind kind_of(char type, const char *name)
{
	size_t n = strlen(name);

	switch (type) {
	case '1':
		return BOLT_TAR_HARDLINK;
	case '2':
		return BOLT_TAR_SYMLINK;
	case '3':
	case '4':
		return BOLT_TAR_DEVICE;
	case '5':
		return BOLT_TAR_DIRECTORY;
	case '6':
		return BOLT_TAR_FIFO;
	case '\0': /* v7: a slash is all that marks a directory */
		return n > 0 && name[n - 1] == '/' ? BOLT_TAR_DIRECTORY : BOLT_TAR_FILE;
	case '0':
	case '7':
	case 'S':
		return BOLT_TAR_FILE;
	default:
		return BOLT_TAR_OTHER;
	}
}

static int start_sparse(struct bolt_tar *tar, const uint8_t *block, struct bolt_err *err)
{
	struct tar_sparse_source io = { tar, take_header_block };
	int r;

	tar->entry_has_holes = false;
	if (tar->header.type == 'S' && tar->header.gnu)
		r = tar_sparse_old_gnu(&tar->sparse, block, &io, err);
	else
		r = tar_sparse_from_hints(&tar->sparse, &tar->next.sparse, &io, &tar->stored_left, err);
	if (r > 0)
		tar->entry_has_holes = true;
	return r < 0 ? r : 0;
}

static int fill_entry(struct bolt_tar *tar, const uint8_t *block, struct bolt_tar_entry *entry, struct bolt_err *err)
{
	uint64_t size = tar->header.size;
	bool link_too_long;

	if (tar->next.has_size)
		size = tar->next.size;
	if (size > INT64_MAX)
		return bolt_err_set(err, -EBADMSG, "an entry's size is over 2^63");
	entry->name_too_long = choose_text(tar->name, &tar->next.long_name, &tar->next.name, tar->header.name);
	link_too_long = choose_text(tar->link, &tar->next.long_link, &tar->next.link, tar->header.link);
	entry->kind = kind_of(tar->header.type, tar->name);
	entry->name_too_long |= link_too_long && (entry->kind == BOLT_TAR_HARDLINK || entry->kind == BOLT_TAR_SYMLINK);
	entry->name = tar->name;
	entry->link = tar->link;
	entry->mode = tar->header.mode;

	/* Links, devices and directories, also those told by their slash alone, have no content, whatever their size field says: a
	 * hard link's may tell the target's. */
	bool stored = entry->kind == BOLT_TAR_FILE || entry->kind == BOLT_TAR_OTHER;
	tar->entry_has_holes = false;
	int r = 0;
	if (stored) {
		begin_stored(tar, size);
		r = start_sparse(tar, block, err);
		/* GNU.sparse.name only counts for a file that the other records make sparse. */
		if (r == 0 && tar->entry_has_holes && tar->header.type != 'S' && tar->next.sparse_name.len)
			entry->name_too_long = choose_text(tar->name, &tar->next.sparse_name, &tar->next.name, tar->header.name);
	}
	entry->holes = tar->entry_has_holes;
	entry->size = tar->entry_has_holes ? tar->sparse.real_size : entry->kind == BOLT_TAR_FILE ? size : 0;
	override_clear(&tar->next);
	return r;
}

int bolt_tar_next(struct bolt_tar *tar, struct bolt_tar_entry *ret_entry, struct bolt_err *err)
{
	struct bolt_tar_entry entry = { 0 };
	const uint8_t *block;
	int r = finish_entry(tar, err);

	while (r == 0) {
		r = take_header_block(tar, &block, err);
		if (r == 0 && tar->next.seen)
			return truncated(tar, err);
		if (r <= 0)
			return r; /* a tar without its end mark is what some tools write: accepted, as Go's reader does */
		if (tar_block_is_zero(block)) {
			r = take_header_block(tar, &block, err);
			if (r > 0 && !tar_block_is_zero(block))
				return bolt_err_set(err, -EBADMSG, "entries follow the end mark, at byte %llu",
						    (unsigned long long) tar->offset);
			return r < 0 ? r : 0;
		}
		r = tar_header_parse(block, &tar->header, err);
		if (r < 0)
			return bolt_err_wrap(err, r, "damaged tar at byte %llu", (unsigned long long) (tar->offset - TAR_BLOCK));
		r = take_extension(tar, err);
		if (r < 0)
			return bolt_err_wrap(err, r, "damaged tar at byte %llu", (unsigned long long) tar->offset);
		if (r == 0) {
			r = fill_entry(tar, block, &entry, err);
			if (r < 0)
				return r;
			*ret_entry = entry;
			return 1;
		}
		r = 0;
	}
	return r;
}
