#include "cli/documents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/grow.h"
#include "core/text.h"

enum { DOCUMENTS_MOST = 1000 };

static int open_one(struct cli_documents *documents, const char *path, bool ignore_file, struct bolt_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot open '%s': %m", path);
	int r = documents->len < DOCUMENTS_MOST
			? bolt_grow(&documents->items, documents->len, &documents->room, sizeof(*documents->items))
			: bolt_err_set(err, -E2BIG, "more than %d VEX documents", DOCUMENTS_MOST);
	char *name = r == 0 ? strdup(path) : NULL;
	if (!name) {
		close(fd);
		return r < 0 ? r : -ENOMEM;
	}
	documents->items[documents->len++] = (struct bolt_document){ .name = name, .fd = fd, .ignore_file = ignore_file };
	return 0;
}

static int is_document(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && bolt_ends_with(entry->d_name, ".json");
}

static int open_directory(struct cli_documents *documents, const char *path, struct bolt_err *err)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_document, alphasort), r = 0;
	char name[PATH_MAX];

	if (n < 0)
		return bolt_err_set(err, -errno, "cannot read the directory '%s': %m", path);
	if (n == 0)
		r = bolt_err_set(err, -ENOENT, "no *.json file in '%s'", path);
	for (int i = 0; i < n; i++) {
		int used = snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);

		if (r == 0)
			r = used < (int) sizeof(name) ? open_one(documents, name, false, err)
						      : bolt_err_set(err, -ENAMETOOLONG, "a name in '%s' is too long", path);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int cli_documents_open(const struct cli_options *options, struct cli_documents *documents, struct bolt_err *err)
{
	static const char usual[] = ".boltsealignore";
	int r = 0;

	for (size_t i = 0; r == 0 && i < options->vex_len; i++) {
		struct stat st;

		r = stat(options->vex[i], &st) == 0 && S_ISDIR(st.st_mode) ? open_directory(documents, options->vex[i], err)
									   : open_one(documents, options->vex[i], false, err);
	}
	if (r == 0 && options->ignore_file)
		r = open_one(documents, options->ignore_file, true, err);
	else if (r == 0 && access(usual, F_OK) == 0)
		r = open_one(documents, usual, true, err);
	return r;
}

void cli_documents_close(struct cli_documents *documents)
{
	for (size_t i = 0; i < documents->len; i++) {
		close(documents->items[i].fd);
		free((void *) (uintptr_t) documents->items[i].name);
	}
	free(documents->items);
	*documents = (struct cli_documents){ .items = NULL };
}
