#include "oci/archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/grow.h"
#include "core/text.h"
#include "oci/limits.h"
#include "oci/tar.h"

struct member {
	const char *name, *link; /* link: normalised target, or NULL */
	uint64_t offset, size;
	bool alike; /* others of its name have been found to be the same */
};

struct bolt_archive {
	int fd;
	struct bolt_arena *arena;
	struct member *members; /* sorted by name, of the same name the later first */
	size_t len, room;
};

/* A source for the tar reader that can leap over contents: it hands out one header's worth at a time. */
struct leaper {
	struct bolt_reader base;
	int fd;
	uint64_t offset;
	uint8_t block[512]; /* one header: content is never read */
};

static ssize_t leaper_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct leaper *r = (struct leaper *) base;
	ssize_t n;

	do {
		n = pread(r->fd, r->block, sizeof(r->block), (off_t) r->offset);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return bolt_err_set(err, -errno, "read failed: %m");
	r->offset += (uint64_t) n;
	*ret_block = r->block;
	return n;
}

static void leaper_close(struct bolt_reader *base)
{
	(void) base; /* on the stack of its user */
}

void bolt_archive_link_target(const char *from, const char *link, int is_hardlink, char *out)
{
	char joined[2 * BOLT_PATH_MAX + 2];
	const char *slash = strrchr(from, '/');
	int dir = is_hardlink || link[0] == '/' || !slash ? 0 : (int) (slash - from + 1);

	int n = snprintf(joined, sizeof(joined), "%.*s%s", dir, from, link);
	if (n < 0 || n > (int) BOLT_PATH_MAX)
		n = 0;
	bolt_path_normalise(joined, (size_t) n, out, NULL);
}

static int add_member(struct bolt_archive *a, const struct bolt_tar_entry *entry, uint64_t offset, struct bolt_err *err)
{
	char name[BOLT_PATH_MAX + 1], target[BOLT_PATH_MAX + 1];

	if (a->len >= BOLT_ARCHIVE_ENTRIES_MAX)
		return bolt_err_set(err, -E2BIG, "the archive has more than the bound of %u members", BOLT_ARCHIVE_ENTRIES_MAX);
	if (bolt_grow(&a->members, a->len, &a->room, sizeof(*a->members)) < 0)
		return -ENOMEM;
	bolt_path_normalise(entry->name, strlen(entry->name), name, NULL);
	struct member m = { .name = bolt_arena_strdup(a->arena, name), .offset = offset, .size = entry->size };
	if (entry->kind == BOLT_TAR_SYMLINK || entry->kind == BOLT_TAR_HARDLINK) {
		bolt_archive_link_target(name, entry->link, entry->kind == BOLT_TAR_HARDLINK, target);
		m.link = bolt_arena_strdup(a->arena, target);
		if (!m.link)
			return -ENOMEM;
	}
	if (!m.name)
		return -ENOMEM;
	a->members[a->len++] = m;
	return 0;
}

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int r = strcmp(a->name, b->name);

	return r ? r : (a->offset < b->offset) - (a->offset > b->offset);
}

static int read_headers(struct bolt_archive *a, struct bolt_err *err)
{
	struct leaper leaper = { .base = { leaper_next, leaper_close }, .fd = a->fd };
	struct bolt_tar_entry entry;
	struct stat st;
	int r;

	BOLT_CLEANUP(bolt_tar_freep) struct bolt_tar *tar = bolt_tar_new(&leaper.base);
	if (!tar)
		return -ENOMEM;
	if (fstat(a->fd, &st) < 0)
		return bolt_err_set(err, -errno, "cannot examine the file: %m");
	while ((r = bolt_tar_next(tar, &entry, err)) > 0) {
		bool named = entry.kind == BOLT_TAR_FILE || entry.kind == BOLT_TAR_SYMLINK || entry.kind == BOLT_TAR_HARDLINK;

		if (entry.holes)
			return bolt_err_set(err, -EBADMSG, "member '%s' is a sparse file: store the archive without --sparse",
					    entry.name);
		uint64_t end = leaper.offset + entry.size, file_end = (uint64_t) st.st_size;
		r = named ? add_member(a, &entry, leaper.offset, err) : 0;
		if (r < 0)
			return r;
		leaper.offset += bolt_tar_leap(tar);
		if (end > file_end || leaper.offset >= file_end + sizeof(leaper.block)) /* the last padding may be missing */
			return bolt_err_set(err, -EBADMSG, "truncated: member '%s' ends after byte %llu, the file at %llu",
					    entry.name, (unsigned long long) end, (unsigned long long) file_end);
	}
	return r;
}

int bolt_archive_open(int fd, struct bolt_archive **ret_archive, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_archive_freep) struct bolt_archive *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->fd = fd;
	a->arena = bolt_arena_new(64u << 20);
	if (!a->arena)
		return -ENOMEM;
	int r = read_headers(a, err);
	if (r < 0)
		return r;
	if (a->len > 0)
		qsort(a->members, a->len, sizeof(*a->members), compare_members);
	*ret_archive = BOLT_TAKE(a);
	return 0;
}

void bolt_archive_free(struct bolt_archive *a)
{
	if (!a)
		return;
	bolt_arena_free(a->arena);
	free(a->members);
	free(a);
}

static struct member *find(const struct bolt_archive *a, const char *name)
{
	size_t low = 0, high = a->len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(a->members[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < a->len && strcmp(a->members[low].name, name) == 0 ? &a->members[low] : NULL;
}

static int same_bytes(const struct bolt_archive *a, const struct member *x, const struct member *y, struct bolt_err *err)
{
	uint8_t left[16 * 1024], right[sizeof(left)];

	if (x->size != y->size)
		return 0;
	for (uint64_t at = 0; at < x->size;) {
		size_t n = x->size - at < sizeof(left) ? (size_t) (x->size - at) : sizeof(left);

		if (pread(a->fd, left, n, (off_t) (x->offset + at)) != (ssize_t) n ||
		    pread(a->fd, right, n, (off_t) (y->offset + at)) != (ssize_t) n)
			return bolt_err_set(err, -EIO, "read failed or the file changed");
		if (memcmp(left, right, n) != 0)
			return 0;
		at += n;
	}
	return 1;
}

/* We would take the last of a name, others the first: they must not differ. Once a name: what is compared is no more than the file.
 */
static int check_alike(const struct bolt_archive *a, struct member *m, struct bolt_err *err)
{
	if (__atomic_load_n(&m->alike, __ATOMIC_RELAXED))
		return 0;
	for (const struct member *other = m + 1; other < a->members + a->len && strcmp(other->name, m->name) == 0; other++) {
		int r = !m->link != !other->link ? 0 : m->link ? strcmp(m->link, other->link) == 0 : same_bytes(a, m, other, err);

		if (r <= 0)
			return r < 0 ? r : bolt_err_set(err, -EBADMSG, "the archive has two different members '%s'", m->name);
	}
	__atomic_store_n(&m->alike, true, __ATOMIC_RELAXED);
	return 0;
}

int bolt_archive_member(const struct bolt_archive *a, const char *name, struct bolt_reader **ret_reader, struct bolt_err *err)
{
	char normal[BOLT_PATH_MAX + 1];
	size_t n = strlen(name);

	if (n >= sizeof(normal))
		return bolt_err_set(err, -ENOENT, "the archive has no member of so long a name");
	bolt_path_normalise(name, n, normal, NULL);
	struct member *m = find(a, normal);
	int r = m ? check_alike(a, m, err) : 0;
	for (int links = 0; r == 0 && m && m->link && links < 8; links++) {
		m = find(a, m->link);
		r = m ? check_alike(a, m, err) : 0;
	}
	if (r < 0)
		return r;
	if (!m || m->link)
		return bolt_err_set(err, -ENOENT, "the archive has no member '%s'", name);
	struct bolt_reader *reader = bolt_reader_range(a->fd, m->offset, m->size);
	if (!reader)
		return -ENOMEM;
	*ret_reader = reader;
	return 0;
}
