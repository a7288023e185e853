#include "advisory/import_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/limits.h"
#include "core/grow.h"

static int add_file(struct bolt_import_files *files, struct bolt_import_file file, const char *part, struct bolt_err *err)
{
	int r = files->len < BOLT_IMPORT_FILES_MAX ? bolt_grow(&files->items, files->len, &files->room, sizeof(file)) : -E2BIG;

	if (r == 0 && part) {
		file.part = strdup(part);
		r = file.part ? 0 : -ENOMEM;
	}
	if (r < 0) {
		free(file.path);
		return bolt_err_set(err, r, r == -E2BIG ? "too many files" : "out of memory");
	}
	files->items[files->len++] = file;
	return 0;
}

struct walk {
	struct bolt_import_files *files;
	size_t input, name;
	struct bolt_err *err;
};

static int walk_directory(struct walk *walk, int parent_fd, const char *name, const char *path, unsigned depth);

/* One name in a directory. */
static int visit(struct walk *walk, int dir_fd, const char *name, const char *directory, unsigned depth)
{
	struct stat st;
	char *path;
	int r = 0;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0; /* gone since it was listed */
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return bolt_err_set(walk->err, -ENOMEM, "out of memory");
	if (S_ISREG(st.st_mode)) {
		struct bolt_import_file file = { .path = path, .name = walk->name, .input = walk->input };

		file.bytes = (uint64_t) st.st_size;
		return add_file(walk->files, file, NULL, walk->err);
	}
	r = walk_directory(walk, dir_fd, name, path, depth + 1);
	free(path);
	return r;
}

static int walk_directory(struct walk *walk, int parent_fd, const char *name, const char *path, unsigned depth)
{
	struct dirent *entry;
	int r = 0, fd;

	if (depth > BOLT_IMPORT_DEPTH_MAX)
		return bolt_err_set(walk->err, -E2BIG, "directories more than %u deep: '%s'", BOLT_IMPORT_DEPTH_MAX, path);
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth > 0 ? O_NOFOLLOW : 0));
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	if (!directory) {
		r = bolt_err_set(walk->err, -errno, "cannot read the directory '%s': %m", path);
		if (fd >= 0)
			close(fd);
		return r;
	}
	while (r == 0 && (errno = 0, entry = readdir(directory))) {
		if (entry->d_name[0] != '.')
			r = visit(walk, fd, entry->d_name, path, depth);
	}
	if (r == 0 && errno != 0)
		r = bolt_err_set(walk->err, -errno, "cannot read the directory '%s': %m", path);
	closedir(directory);
	return r;
}

static int compare_paths(const void *left, const void *right)
{
	const struct bolt_import_file *a = left, *b = right;

	return strcmp(a->path, b->path);
}

static int find_path(const struct bolt_import_input *input, size_t number, struct bolt_import_files *files, struct bolt_err *err)
{
	size_t len = strlen(input->path), first = files->len;
	struct stat st;

	if (stat(input->path, &st) < 0)
		return bolt_err_set(err, -errno, "cannot open '%s': %m", input->path);
	if (S_ISDIR(st.st_mode)) {
		struct walk walk = { files, number, len + 1, err };
		int r = walk_directory(&walk, AT_FDCWD, input->path, input->path, 0);

		if (r == 0 && files->len > first)
			qsort(files->items + first, files->len - first, sizeof(*files->items), compare_paths);
		return r;
	}
	struct bolt_import_file file = {
		.path = strdup(input->path), .input = number, .bytes = (uint64_t) st.st_size, .named = true
	};
	return file.path ? add_file(files, file, input->part, err) : -ENOMEM;
}

int bolt_import_files_find(const struct bolt_import_input *inputs, size_t inputs_len, struct bolt_import_files *files,
			   struct bolt_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < inputs_len; i++) {
		struct bolt_import_file file = { .input = i, .named = true };
		struct stat st;

		if (inputs[i].unchanged)
			continue;
		if (inputs[i].fd < 0) {
			r = find_path(&inputs[i], i, files, err);
			continue;
		}
		file.bytes = fstat(inputs[i].fd, &st) == 0 ? (uint64_t) st.st_size : 0;
		r = add_file(files, file, inputs[i].part, err);
	}
	return r;
}

int bolt_import_files_open(const struct bolt_import_input *inputs, const struct bolt_import_file *file, int *ret_fd,
			   struct bolt_err *err)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (file->named ? 0 : O_NOFOLLOW);
	int fd = file->path ? open(file->path, flags) : fcntl(inputs[file->input].fd, F_DUPFD_CLOEXEC, 0);
	struct stat st;

	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot open '%s': %m", bolt_import_file_name(inputs, file));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return bolt_err_set(err, -EINVAL, "'%s' is not a regular file", bolt_import_file_name(inputs, file));
	}
	*ret_fd = fd;
	return 0;
}

const char *bolt_import_file_name(const struct bolt_import_input *inputs, const struct bolt_import_file *file)
{
	return file->path ? file->path : inputs[file->input].path;
}

void bolt_import_files_done(struct bolt_import_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		free(files->items[i].path);
		free(files->items[i].part);
	}
	free(files->items);
	*files = (struct bolt_import_files){ .items = NULL };
}
