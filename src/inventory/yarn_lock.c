/* yarn.lock of both kinds, read line by line: the classic one ("# yarn lockfile v1") and berry's, which is YAML of one fixed shape.
 * An entry's key stands at column 0, its own fields two spaces in, everything else deeper.
 *
 *	"a@^1.0.0", "alias@npm:a@^1":         classic: names and the ranges asked for
 *	  version "1.2.3"
 *	"a@npm:^1.0.0, a@npm:^1.2.0":         berry
 *	  version: 1.2.3
 *	  resolution: "a@npm:1.2.3"           the real name */
#include <errno.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/npm_record.h"

struct entry {
	struct bolt_cursor key, version, resolution;
};

static struct bolt_cursor unquoted(struct bolt_cursor text)
{
	bolt_trim(&text);
	if (text.left >= 2 && text.p[0] == '"' && text.p[text.left - 1] == '"')
		text = bolt_cursor(text.p + 1, text.left - 2);
	return text;
}

/* The real name, and what follows it, from berry's resolution or the first of a classic key's descriptors. */
static void name_of(const struct entry *entry, struct bolt_cursor *ret_name, struct bolt_cursor *ret_reference)
{
	struct bolt_cursor key = entry->key, first = { 0 }, real;

	if (entry->resolution.left > 0) {
		(void) bolt_npm_split(entry->resolution, ret_name, ret_reference);
		return;
	}
	(void) bolt_take_until(&key, ',', &first);
	first = unquoted(first);
	(void) bolt_take_prefix(&first, "\""); /* berry writes one pair of quotes around the whole list */
	(void) bolt_npm_split(first, ret_name, ret_reference);
	real = *ret_reference;
	if (bolt_take_prefix(&real, "npm:"))
		(void) bolt_npm_split(real, ret_name, &key);
}

static int add_entry(struct bolt_sink *sink, const struct entry *entry, struct bolt_err *err)
{
	struct bolt_cursor name, reference;

	if (entry->key.left == 0 || bolt_cursor_is(entry->key, "__metadata"))
		return 0;
	name_of(entry, &name, &reference);
	if (name.left == 0 || entry->version.left == 0)
		return bolt_err_set(err, -EBADMSG, "entry '%.*s' has no name or no version",
				    (int) (entry->key.left < 200 ? entry->key.left : 200), (const char *) entry->key.p);
	if (bolt_npm_is_own_directory(reference))
		return 0;
	struct bolt_found found = { .name = bolt_sink_text(sink, name), .version = bolt_sink_text(sink, entry->version) };
	if (!found.name || !found.version)
		return -ENOMEM;
	if (!*found.name)
		return bolt_err_set(err, -EBADMSG, "an entry's name holds a NUL byte");
	return bolt_sink_add(sink, &found, err);
}

/* `version "1.2.3"` or `version: 1.2.3`. */
static void read_field(struct bolt_cursor line, struct entry *entry)
{
	struct bolt_cursor word = { 0 };

	(void) bolt_take_until(&line, ' ', &word);
	if (bolt_cursor_is(word, "version") || bolt_cursor_is(word, "version:"))
		entry->version = unquoted(line);
	else if (bolt_cursor_is(word, "resolution:"))
		entry->resolution = unquoted(line);
}

/* A line at column 0: "key:", or "? key" before a lone ":" (YAML's form of keys over 1024 characters). */
static bool read_key(struct bolt_cursor line, struct bolt_cursor *ret_key)
{
	if (!bolt_take_prefix(&line, "? ")) {
		if (line.p[line.left - 1] != ':')
			return false;
		line.left--;
	}
	/* A classic key is a list of texts, each with quotes or without; only one pair around the whole can be taken off here. */
	*ret_key = memchr(line.p, ',', line.left) ? line : unquoted(line);
	return ret_key->left > 0;
}

static int parse_yarn_lock(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor data = file->data, line = { 0 };
	struct entry entry = { 0 };
	size_t strays = 0;
	int damaged = 0;

	if (bolt_npm_in_node_modules(file->path))
		return 0;
	for (bool more = true; more;) {
		more = bolt_take_line(&data, &line);
		if (more && (line.left == 0 || line.p[0] == '#' || bolt_cursor_is(line, ":")))
			continue;
		if (more && line.p[0] == ' ') {
			if (bolt_take_prefix(&line, "  ") && line.left > 0 && line.p[0] != ' ')
				read_field(line, &entry);
			continue;
		}
		int r = add_entry(sink, &entry, err);
		entry = (struct entry){ 0 };
		if (r == -EBADMSG)
			damaged = r; /* costs this entry, not the others */
		else if (r < 0)
			return r;
		if (more && !read_key(line, &entry.key))
			strays++;
	}
	if (strays > 0)
		damaged = bolt_err_set(err, -EBADMSG, "%zu lines are neither an entry nor one of its fields", strays);
	return damaged;
}

static const char *const lock_patterns[] = { "**/yarn.lock", NULL };

const struct bolt_cataloger bolt_cataloger_yarn_lock = {
	.name = "yarn-lock",
	.type = "npm",
	.summary = "Node packages locked by yarn: yarn.lock, classic and berry",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = lock_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_yarn_lock,
};
