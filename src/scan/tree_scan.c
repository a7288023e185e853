#include "scan/tree_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/grow.h"
#include "oci/limits.h"
#include "scan/file_scan.h"
#include "scan/index_record.h"
#include "scan/limits.h"
#include "scan/linked_record.h"

struct directory {
	char **names; /* sorted */
	size_t len, at;
	size_t path_len; /* of the directory itself */
};

struct tree_walk {
	const struct bolt_scan_context *context;
	struct bolt_file_scan files;
	struct bolt_part part;
	int root_fd;
	dev_t device;
	struct directory *stack;
	size_t depth, room;
	size_t path_len;
	bool index_full;
	char path[BOLT_PATH_MAX + 1];
};

static int open_beneath(int root_fd, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t) (flags | O_CLOEXEC | O_NOFOLLOW),
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS };
	long fd = syscall(SYS_openat2, root_fd, *path ? path : ".", &how, sizeof(how));

	return fd < 0 ? -errno : (int) fd;
}

/* Something of the tree that cannot be read: told, unless strict makes it the end. */
static int cannot(struct tree_walk *w, const char *code, int r, const char *what, struct bolt_err *err)
{
	if (r == -ENOSYS)
		return bolt_err_set(err, -EOPNOTSUPP,
				    "this kernel has no openat2: Linux 5.6 or newer is needed to read a tree safely");
	if (w->context->strict)
		return bolt_err_set(err, -EBADMSG, "%s: %s: %s", w->path, what, strerror(-r));
	w->part.sink->file = w->path_len ? bolt_sink_strdup(w->part.sink, w->path) : NULL;
	bolt_sink_warn(w->part.sink, code, "%s: %s: %s", w->path_len ? w->path : ".", what, strerror(-r));
	return 0;
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *) left, *(char *const *) right);
}

static void leave(struct tree_walk *w)
{
	struct directory *d = &w->stack[--w->depth];

	for (size_t i = 0; i < d->len; i++)
		free(d->names[i]);
	free(d->names);
}

static int read_names(DIR *stream, struct directory *d)
{
	size_t room = 0;

	for (struct dirent *entry; errno = 0, (entry = readdir(stream));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (bolt_grow(&d->names, d->len, &room, sizeof(*d->names)) < 0)
			return -ENOMEM;
		d->names[d->len] = strdup(entry->d_name);
		if (!d->names[d->len])
			return -ENOMEM;
		d->len++;
	}
	int failed = -errno;
	if (d->len > 0)
		qsort(d->names, d->len, sizeof(*d->names), compare_names);
	return failed;
}

/* Pushes the directory that w->path names. */
static int enter(struct tree_walk *w, struct bolt_err *err)
{
	if (w->depth == BOLT_TREE_DEPTH_MAX)
		return cannot(w, "limit-depth", -ELOOP, "deeper than the bound on directories", err);
	int fd = open_beneath(w->root_fd, w->path, O_RDONLY | O_DIRECTORY);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return cannot(w, "directory-unreadable", fd < 0 ? fd : -errno, "cannot be read", err);
	}
	if (bolt_grow(&w->stack, w->depth, &w->room, sizeof(*w->stack)) < 0) {
		closedir(stream);
		return -ENOMEM;
	}
	w->stack[w->depth] = (struct directory){ .path_len = w->path_len };
	int r = read_names(stream, &w->stack[w->depth++]);
	closedir(stream);
	return r < 0 && r != -ENOMEM ? cannot(w, "directory-unreadable", r, "cannot be read to its end", err) : r;
}

/* A file of a living tree: what comes after the size it had when it was opened is not waited for. */
struct living {
	struct bolt_reader base;
	struct bolt_reader *file; /* borrowed */
	uint64_t left;
};

static ssize_t living_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct living *l = (struct living *) base;
	ssize_t n = l->left ? bolt_read_next(l->file, ret_block, err) : 0;

	if (n > 0 && (uint64_t) n > l->left)
		n = (ssize_t) l->left;
	l->left -= n > 0 ? (uint64_t) n : 0;
	return n;
}

static void living_close(struct bolt_reader *base)
{
	(void) base; /* on the stack of its user */
}

static int take_file(struct tree_walk *w, const struct stat *seen, struct bolt_file_record *record, struct bolt_err *err)
{
	struct stat st;
	int fd = open_beneath(w->root_fd, w->path, O_RDONLY | O_NOCTTY | O_NONBLOCK);

	bolt_progress_add(&w->context->progress->files, 1);
	if (fd < 0)
		return cannot(w, "file-unreadable", fd, "cannot be opened", err);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_ino != seen->st_ino) {
		close(fd);
		return cannot(w, "file-unreadable", -ESTALE, "changed while it was looked at", err);
	}
	record->size = (uint64_t) st.st_size;
	record->has_sha256 = st.st_size == 0;
	if (st.st_size == 0) {
		close(fd);
		return 0;
	}
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *content = bolt_reader_fd(fd);
	if (!content) {
		close(fd);
		return -ENOMEM;
	}
	struct living living = { { living_next, living_close }, content, record->size };
	struct bolt_err said = { .msg = "" };
	int r = bolt_file_scan(&w->files, w->path, (uint32_t) st.st_mode & 07777, record->size,
			       bolt_layer_files_count(w->part.files), &living.base, record->sha256, &said);
	if (r == -ENOMEM || r == -EBADMSG)
		return bolt_err_set(err, r, "%s", bolt_err_text(&said, r));
	if (r < 0)
		return cannot(w, "file-unreadable", r, "cannot be read", err);
	record->has_sha256 = true;
	record->size -= living.left; /* it shrank */
	bolt_progress_add(&w->context->progress->bytes_done, record->size);
	bolt_progress_add(&w->context->progress->bytes_uncompressed, record->size);
	return 0;
}

/* The link that w->path names, open with O_PATH. */
static void look_at_link(struct tree_walk *w, int fd)
{
	char link[BOLT_PATH_MAX + 1];
	ssize_t n = readlinkat(fd, "", link, sizeof(link) - 1);

	if (n <= 0)
		return; /* it changed: there is nothing left to be told */
	link[n] = '\0';
	bolt_judge_symlink(w->part.sink, w->path, link, w->context->where_mask);
}

/* What w->path names. */
static int take_path(struct tree_walk *w, struct bolt_err *err)
{
	struct bolt_file_record record = { .path = w->path, .path_len = w->path_len, .link = "" };
	struct stat st;
	int r = 0;

	/* O_PATH through openat2, then fstat: fstatat would resolve the directories on the way without its guards. */
	int fd = open_beneath(w->root_fd, w->path, O_PATH);
	if (fd < 0)
		return cannot(w, "file-unreadable", fd, "cannot be examined", err);
	int failed = fstat(fd, &st) < 0 ? -errno : 0;
	if (!failed && S_ISLNK(st.st_mode))
		look_at_link(w, fd);
	close(fd);
	if (failed)
		return cannot(w, "file-unreadable", failed, "cannot be examined", err);
	record.mode = (uint32_t) st.st_mode & 07777;
	if (S_ISDIR(st.st_mode)) {
		record.kind = BOLT_FILE_DIRECTORY;
		bolt_progress_add(&w->context->progress->directories, 1);
		r = bolt_index_record(&w->part, &w->index_full, &record);
		if (r == 0)
			r = st.st_dev == w->device
				    ? enter(w, err)
				    : cannot(w, "other-file-system", -EXDEV, "is another file system and left out", err);
		return r;
	}
	record.kind = S_ISREG(st.st_mode) ? BOLT_FILE_REGULAR : S_ISLNK(st.st_mode) ? BOLT_FILE_SYMLINK : BOLT_FILE_OTHER;
	if (record.kind == BOLT_FILE_REGULAR)
		r = take_file(w, &st, &record, err);
	return r < 0 ? r : bolt_index_record(&w->part, &w->index_full, &record);
}

static int walk(struct tree_walk *w, struct bolt_err *err)
{
	int r = enter(w, err);

	while (r == 0 && w->depth > 0) {
		struct directory *d = &w->stack[w->depth - 1];

		if (d->at == d->len) {
			leave(w);
			continue;
		}
		const char *name = d->names[d->at++];
		size_t n = strlen(name), used = d->path_len;
		w->path[used] = '\0';
		w->path_len = used;
		if (used + 1 + n > BOLT_PATH_MAX) {
			r = cannot(w, "name-too-long", -ENAMETOOLONG, "holds a name over the bound", err);
			continue;
		}
		if (used > 0)
			w->path[used++] = '/';
		memcpy(w->path + used, name, n + 1);
		w->path_len = used + n;
		r = take_path(w, err);
	}
	while (w->depth > 0)
		leave(w);
	free(w->stack);
	return r;
}

int bolt_tree_scan(const struct bolt_scan_context *context, int root_fd, struct bolt_part *ret_part, struct bolt_err *err)
{
	struct tree_walk w = { .context = context, .root_fd = root_fd };
	struct stat st;

	BOLT_CLEANUP(bolt_hash_freep) struct bolt_hash *hash = bolt_hash_new(BOLT_DIGEST_SHA256);
	if (fstat(root_fd, &st) < 0)
		return bolt_err_set(err, -errno, "cannot examine the directory: %m");
	w.device = st.st_dev;
	w.part.sink = bolt_sink_new(-1, SIZE_MAX / 2);
	w.part.files = bolt_layer_files_new(context->budget);
	w.files = (struct bolt_file_scan){ .sink = w.part.sink,
					   .hash = hash,
					   .budget = context->budget,
					   .where_mask = context->where_mask,
					   .strict = context->strict };
	int r = hash && w.part.sink && w.part.files ? walk(&w, err) : -ENOMEM;
	if (r < 0) {
		bolt_sink_free(w.part.sink);
		bolt_layer_files_free(w.part.files);
		return r;
	}
	*ret_part = w.part;
	return 0;
}
