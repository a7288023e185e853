/* One header of an RPM database: an index of (tag, type, offset, count) entries, big-endian, and the store they point into. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/limits.h"
#include "inventory/rpm.h"

enum type { TYPE_INT32 = 4, TYPE_STRING = 6, TYPE_STRING_ARRAY = 8, TYPE_I18N_STRING = 9 };

enum tag { NAME, VERSION, RELEASE, EPOCH, LICENSE, ARCH, SOURCE_RPM, DIR_INDEXES, BASE_NAMES, DIR_NAMES, MODULARITY, TAGS };

static const struct {
	uint32_t number;
	enum type type;
	const char *name;
} tags[TAGS] = {
	[NAME] = { 1000, TYPE_STRING, "NAME" },
	[VERSION] = { 1001, TYPE_STRING, "VERSION" },
	[RELEASE] = { 1002, TYPE_STRING, "RELEASE" },
	[EPOCH] = { 1003, TYPE_INT32, "EPOCH" },
	[LICENSE] = { 1014, TYPE_STRING, "LICENSE" },
	[ARCH] = { 1022, TYPE_STRING, "ARCH" },
	[SOURCE_RPM] = { 1044, TYPE_STRING, "SOURCERPM" },
	[DIR_INDEXES] = { 1116, TYPE_INT32, "DIRINDEXES" },
	[BASE_NAMES] = { 1117, TYPE_STRING_ARRAY, "BASENAMES" },
	[DIR_NAMES] = { 1118, TYPE_STRING_ARRAY, "DIRNAMES" },
	[MODULARITY] = { 5096, TYPE_STRING, "MODULARITYLABEL" },
};

/* A tag's values; count 0 when the header does not have it. */
struct entry {
	struct bolt_cursor data; /* from its offset to the end of the store: how long it is only its values tell */
	uint32_t count;
};

struct bolt_rpm bolt_rpm_begin(struct bolt_sink *sink, uint64_t file_bytes)
{
	return (struct bolt_rpm){
		.sink = sink, .blob_bytes_left = file_bytes, .paths_bytes_left = BOLT_OWNED_PATH_BYTES_MAX, .damage = { .msg = "" }
	};
}

void bolt_rpm_damaged(struct bolt_rpm *rpm, const char *format, ...)
{
	va_list args;

	if (rpm->damaged++ > 0)
		return;
	va_start(args, format);
	(void) vsnprintf(rpm->damage.msg, sizeof(rpm->damage.msg), format, args);
	va_end(args);
}

int bolt_rpm_end(const struct bolt_rpm *rpm, struct bolt_err *err)
{
	if (rpm->damaged == 0)
		return 0;
	if (rpm->damaged == 1)
		return bolt_err_set(err, -EBADMSG, "%s (%zu packages read)", rpm->damage.msg, rpm->packages);
	return bolt_err_set(err, -EBADMSG, "%zu damaged records, the first: %s (%zu packages read)", rpm->damaged, rpm->damage.msg,
			    rpm->packages);
}

/* Sets one of entries[] if the index entry is one of ours. 0 | -EBADMSG with err set. */
static int take_entry(struct bolt_cursor *index, const struct bolt_cursor *store, struct entry *entries, struct bolt_err *err)
{
	uint32_t number = 0, type = 0, offset = 0, count = 0;

	if (bolt_take_u32be(index, &number) < 0 || bolt_take_u32be(index, &type) < 0 || bolt_take_u32be(index, &offset) < 0 ||
	    bolt_take_u32be(index, &count) < 0)
		return bolt_err_set(err, -EBADMSG, "the header's index is cut short");
	for (int i = 0; i < TAGS; i++) {
		if (tags[i].number != number)
			continue;
		if (type != tags[i].type && !(type == TYPE_I18N_STRING && tags[i].type == TYPE_STRING))
			return bolt_err_set(err, -EBADMSG, "tag %s has type %u", tags[i].name, type);
		if (count == 0 || offset >= store->left || count > store->left - offset)
			return bolt_err_set(err, -EBADMSG, "tag %s (%u values at %u) lies outside its header of %zu bytes",
					    tags[i].name, count, offset, store->left);
		/* Entries behind the signed region replace those in it, so the last one counts. */
		entries[i] = (struct entry){ bolt_cursor(store->p + offset, store->left - offset), count };
	}
	return 0;
}

static int read_index(struct bolt_cursor blob, struct entry *entries, struct bolt_err *err)
{
	uint32_t entries_len = 0, store_len = 0;
	struct bolt_cursor index, store;

	if (bolt_take_u32be(&blob, &entries_len) < 0 || bolt_take_u32be(&blob, &store_len) < 0)
		return bolt_err_set(err, -EBADMSG, "a header of %zu bytes", blob.left);
	if (blob.left != (uint64_t) entries_len * 16 + store_len || bolt_take_sub(&blob, (size_t) entries_len * 16, &index) < 0 ||
	    bolt_take_sub(&blob, store_len, &store) < 0)
		return bolt_err_set(err, -EBADMSG, "a header says %u entries and %u bytes of data but has %zu bytes", entries_len,
				    store_len, blob.left);
	for (uint32_t i = 0; i < entries_len; i++) {
		int r = take_entry(&index, &store, entries, err);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The text of a tag, "" when the header has none. 0 | -EBADMSG with err set. */
static int take_text(const struct entry *entries, enum tag tag, struct bolt_cursor *ret_text, struct bolt_err *err)
{
	struct bolt_cursor data = entries[tag].data;
	const uint8_t *end = data.left > 0 ? memchr(data.p, 0, data.left) : data.p;

	if (data.left > 0 && (!end || end - data.p > BOLT_RPM_TEXT_MAX))
		return bolt_err_set(err, -EBADMSG, "the text of tag %s has no end within %u bytes", tags[tag].name,
				    BOLT_RPM_TEXT_MAX);
	*ret_text = bolt_cursor(data.p, data.left > 0 ? (size_t) (end - data.p) : 0);
	return 0;
}

int bolt_rpm_source(struct bolt_sink *sink, struct bolt_cursor source_rpm, struct bolt_found *found)
{
	static const char *const endings[] = { ".src.rpm", ".nosrc.rpm" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(endings); i++) {
		size_t n = strlen(endings[i]);

		if (source_rpm.left <= n || memcmp(source_rpm.p + source_rpm.left - n, endings[i], n) != 0)
			continue;
		struct bolt_cursor stem = bolt_cursor(source_rpm.p, source_rpm.left - n);
		const uint8_t *release = memrchr(stem.p, '-', stem.left);
		const uint8_t *version = release ? memrchr(stem.p, '-', (size_t) (release - stem.p)) : NULL;
		if (!version || version == stem.p)
			return 0;
		const uint8_t *end = stem.p + stem.left;
		found->source_name = bolt_sink_text(sink, bolt_cursor(stem.p, (size_t) (version - stem.p)));
		found->source_version = bolt_sink_text(sink, bolt_cursor(version + 1, (size_t) (end - version - 1)));
		return found->source_name && found->source_version ? 0 : -ENOMEM;
	}
	return 0;
}

/* "epoch:version-release"; an epoch of 0 is left out, as rpm's own tools do. NULL when out of memory. */
static const char *full_version(struct bolt_sink *sink, uint32_t epoch, struct bolt_cursor version, struct bolt_cursor release)
{
	char prefix[16] = "";

	if (epoch > 0)
		(void) snprintf(prefix, sizeof(prefix), "%u:", epoch);
	return bolt_sink_printf(sink, "%s%.*s%s%.*s", prefix, (int) version.left, (const char *) version.p,
				release.left > 0 ? "-" : "", (int) release.left, (const char *) release.p);
}

static int add_package(struct bolt_rpm *rpm, const struct entry *entries, struct bolt_cursor *ret_name, struct bolt_err *err)
{
	struct bolt_cursor text[TAGS] = { 0 }, epoch_data = entries[EPOCH].data;
	struct bolt_found found = { 0 };
	uint32_t epoch = 0;

	for (enum tag tag = NAME; tag < TAGS; tag++) {
		int r = tags[tag].type == TYPE_STRING ? take_text(entries, tag, &text[tag], err) : 0;

		if (r < 0)
			return r;
	}
	if (text[NAME].left == 0 || text[VERSION].left == 0)
		return bolt_err_set(err, -EBADMSG, "a header without NAME or VERSION");
	if (entries[EPOCH].count > 0 && bolt_take_u32be(&epoch_data, &epoch) < 0)
		return bolt_err_set(err, -EBADMSG, "tag EPOCH is cut short");

	found.name = bolt_sink_text(rpm->sink, text[NAME]);
	found.version = full_version(rpm->sink, epoch, text[VERSION], text[RELEASE]);
	if (!found.name || !found.version)
		return -ENOMEM;
	if (text[ARCH].left > 0 && !(found.arch = bolt_sink_text(rpm->sink, text[ARCH])))
		return -ENOMEM;
	if (text[MODULARITY].left > 0 && !(found.modularity = bolt_sink_text(rpm->sink, text[MODULARITY])))
		return -ENOMEM;
	int r = bolt_rpm_source(rpm->sink, text[SOURCE_RPM], &found);
	if (r == 0)
		r = bolt_sink_license(rpm->sink, &found, text[LICENSE]);
	if (r == 0)
		r = bolt_sink_add(rpm->sink, &found, err);
	if (r == 0)
		rpm->packages++;
	*ret_name = text[NAME];
	return r;
}

/* The next of `count` NUL-terminated texts. */
static int take_string(struct bolt_cursor *strings, struct bolt_cursor *ret_string)
{
	const uint8_t *end = strings->left > 0 ? memchr(strings->p, 0, strings->left) : NULL;

	if (!end)
		return -EBADMSG;
	*ret_string = bolt_cursor(strings->p, (size_t) (end - strings->p));
	return bolt_skip(strings, ret_string->left + 1);
}

/* DIRNAMES as a list of names->count texts, which the caller frees. */
static int read_directories(const struct entry *names, struct bolt_cursor **ret_directories, struct bolt_err *err)
{
	struct bolt_cursor data = names->data;

	if (names->count > BOLT_RPM_DIRECTORIES_MAX)
		return bolt_err_set(err, -EBADMSG, "a header with %u directories, the bound is %u", names->count,
				    BOLT_RPM_DIRECTORIES_MAX);
	struct bolt_cursor *directories = calloc(names->count, sizeof(*directories));
	if (!directories)
		return -ENOMEM;
	for (uint32_t i = 0; i < names->count; i++) {
		if (take_string(&data, &directories[i]) < 0) {
			free(directories);
			return bolt_err_set(err, -EBADMSG, "DIRNAMES holds %u of the %u directories it promises", i, names->count);
		}
	}
	*ret_directories = directories;
	return 0;
}

static int add_file(struct bolt_rpm *rpm, struct bolt_cursor package, struct bolt_cursor directory, struct bolt_cursor base,
		    struct bolt_err *err)
{
	char path[4096];
	size_t n = directory.left + base.left;

	if (n > sizeof(path))
		return bolt_err_set(err, -EBADMSG, "a file name of %zu bytes in package %.*s", n, (int) package.left,
				    (const char *) package.p);
	if (n > rpm->paths_bytes_left)
		return bolt_err_set(err, -EBADMSG, "the file lists pass the bound of %u bytes", BOLT_OWNED_PATH_BYTES_MAX);
	rpm->paths_bytes_left -= n;
	memcpy(path, directory.p, directory.left);
	memcpy(path + directory.left, base.p, base.left);
	return bolt_sink_owns(rpm->sink, "rpm", package, bolt_cursor(path, n));
}

static int add_files(struct bolt_rpm *rpm, const struct entry *entries, struct bolt_cursor package, struct bolt_err *err)
{
	struct bolt_cursor bases = entries[BASE_NAMES].data, indexes = entries[DIR_INDEXES].data, base;
	uint32_t count = entries[BASE_NAMES].count, index = 0;
	struct bolt_cursor *directories = NULL;

	if (count == 0)
		return 0;
	if (entries[DIR_INDEXES].count != count || entries[DIR_NAMES].count == 0)
		return bolt_err_set(err, -EBADMSG, "%u file names with %u directory indexes in %u directories", count,
				    entries[DIR_INDEXES].count, entries[DIR_NAMES].count);
	int r = read_directories(&entries[DIR_NAMES], &directories, err);
	for (uint32_t i = 0; i < count && r == 0; i++) {
		if (take_string(&bases, &base) < 0 || bolt_take_u32be(&indexes, &index) < 0 || index >= entries[DIR_NAMES].count)
			r = bolt_err_set(err, -EBADMSG, "the list of %u files is damaged at entry %u", count, i);
		else
			r = add_file(rpm, package, directories[index], base, err);
	}
	free(directories);
	return r;
}

int bolt_rpm_add(struct bolt_rpm *rpm, struct bolt_cursor blob, struct bolt_err *err)
{
	struct entry entries[TAGS] = { 0 };
	struct bolt_cursor name = { 0 };
	struct bolt_err damage = { .msg = "" };
	uint64_t cost = blob.left > 16 ? blob.left : 16; /* no header is shorter, so honest files never pay the minimum */

	if (cost > rpm->blob_bytes_left)
		return bolt_err_set(err, -EBADMSG, "its records are longer than the file itself (%zu packages read)",
				    rpm->packages);
	rpm->blob_bytes_left -= cost;
	if (blob.left > BOLT_RPM_HEADER_MAX) {
		bolt_rpm_damaged(rpm, "a header of %zu bytes, the bound is %u", blob.left, BOLT_RPM_HEADER_MAX);
		return 0;
	}
	int r = read_index(blob, entries, &damage);
	if (r == 0)
		r = add_package(rpm, entries, &name, &damage);
	if (r == 0)
		r = add_files(rpm, entries, name, &damage);
	if (r == -EBADMSG) {
		bolt_rpm_damaged(rpm, "%s", damage.msg);
		return 0;
	}
	return r < 0 ? bolt_err_set(err, r, "%s", bolt_err_text(&damage, r)) : 0;
}
