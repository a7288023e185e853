/* catalog ROW FILE [AS-PATH]: runs one cataloger over one file and prints what it found, a line a package:
 * type, name, version, arch, source name, source version, modularity, licences, location. For component tests. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "inventory/cataloger.h"
#include "inventory/sink_private.h"

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_found(const struct bolt_found *found)
{
	printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t", found->type, found->name, or_dash(found->version), or_dash(found->arch),
	       or_dash(found->source_name), or_dash(found->source_version), or_dash(found->modularity));
	for (size_t i = 0; i < found->licenses.len; i++)
		printf("%s%s", i ? "," : "", found->licenses.items[i]);
	printf("%s\t%s\n", found->licenses.len ? "" : "-", found->location);
}

int main(int argc, char **argv)
{
	struct bolt_err err = { .msg = "" };
	const struct bolt_cataloger *row = argc >= 3 ? bolt_cataloger_named(argv[1]) : NULL;
	int fd = row ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	uint8_t *bytes = NULL;
	size_t n = 0;

	if (fd < 0) {
		(void) fprintf(stderr, "usage: catalog ROW FILE [AS-PATH]\n");
		return 2;
	}
	struct bolt_reader *content = bolt_reader_fd(fd);
	struct bolt_sink *sink = bolt_sink_new(0, (size_t) 256 << 20);
	const char *path = argc > 3 ? argv[3] : argv[2];
	int r = sink && content ? bolt_sink_begin(sink, row, path) : -1;
	struct bolt_catalog_file file = { .path = path, .mode = 0755 };
	struct stat facts;

	if (fstat(fd, &facts) == 0)
		file.size = (uint64_t) facts.st_size;
	if (r == 0 && row->parse) {
		r = bolt_reader_slurp(content, row->max_bytes, path, &bytes, &n, &err);
		file.data = bolt_cursor(bytes, n);
		file.size = n;
	}
	file.content = content;
	if (r == 0)
		r = row->parse ? row->parse(&file, sink, &err) : row->stream(&file, sink, &err);
	for (size_t i = 0; sink && i < sink->found_len; i++)
		print_found(&sink->found[i]);
	for (size_t i = 0; sink && i < sink->warnings_len; i++)
		(void) fprintf(stderr, "warning: %s: %s\n", sink->warnings[i].code, sink->warnings[i].message);
	if (r < 0)
		(void) fprintf(stderr, "catalog: %s: %s\n", path, bolt_err_text(&err, r));
	bolt_sink_free(sink);
	free(bytes);
	bolt_reader_close(content);
	return r < 0;
}
