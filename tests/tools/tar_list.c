/* One line a tar file: its entries as boltseal reads them, for tests that hold other readers against it.
 * " NAME|KIND|SIZE|SUM" a file, " NAME|KIND|LINK" anything else, " ERR" when it ends badly, then a tab and the error. */
#include <fcntl.h>
#include <stdio.h>

#include "core/reader.h"
#include "oci/tar.h"

static int print_content(struct bolt_tar *tar, const char *name, struct bolt_err *err)
{
	unsigned long long size = 0;
	unsigned sum = 0;
	const uint8_t *block;
	ssize_t n;

	while ((n = bolt_read_next(bolt_tar_content(tar), &block, err)) > 0) {
		size += (unsigned long long) n;
		for (ssize_t i = 0; i < n; i++)
			sum = sum * 31 + block[i];
	}
	if (n == 0)
		printf(" %s|%d|%llu|%u", name, BOLT_TAR_FILE, size, sum);
	return (int) n;
}

static void list(const char *path)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *source = bolt_reader_fd(open(path, O_RDONLY | O_CLOEXEC));
	BOLT_CLEANUP(bolt_tar_freep) struct bolt_tar *tar = source ? bolt_tar_new(source) : NULL;
	struct bolt_tar_entry entry;
	struct bolt_err err = { .msg = "" };
	int r = tar ? 1 : -1;

	printf("%s:", path);
	while (r > 0 && (r = bolt_tar_next(tar, &entry, &err)) > 0) {
		bool linked = entry.kind == BOLT_TAR_HARDLINK || entry.kind == BOLT_TAR_SYMLINK;

		if (entry.kind == BOLT_TAR_FILE)
			r = print_content(tar, entry.name, &err) < 0 ? -1 : 1;
		else if (entry.kind != BOLT_TAR_OTHER)
			printf(" %s|%d|%s", entry.name, (int) entry.kind, linked ? entry.link : "");
	}
	printf("%s\t%s\n", r < 0 ? " ERR" : "", r < 0 ? err.msg : "");
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		list(argv[i]);
	return 0;
}
