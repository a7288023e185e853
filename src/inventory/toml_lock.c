#include "inventory/toml_lock.h"

#include <errno.h>
#include <string.h>

enum table { TABLE_OTHER, TABLE_PACKAGE, TABLE_SOURCE };

/* Drops a comment behind a header or a plain value; texts are looked at before this. */
static struct bolt_cursor without_comment(struct bolt_cursor text)
{
	const uint8_t *mark = text.left ? memchr(text.p, '#', text.left) : NULL;

	if (mark)
		text.left = (size_t) (mark - text.p);
	bolt_trim(&text);
	return text;
}

/* The text in quotes with which the value begins. 0 | -EBADMSG: no closing quote, or an escape. */
static int quoted(struct bolt_cursor value, struct bolt_cursor *ret_text)
{
	char quote = (char) value.p[0];
	const uint8_t *end = memchr(value.p + 1, quote, value.left - 1);

	if (!end)
		return -EBADMSG;
	*ret_text = bolt_cursor(value.p + 1, (size_t) (end - value.p) - 1);
	return quote == '"' && ret_text->left && memchr(ret_text->p, '\\', ret_text->left) ? -EBADMSG : 0;
}

/* Is this the opening of a text over several lines? Then its lines are passed over, the closing one included. */
static bool skip_long_text(struct bolt_toml_lock *lock, struct bolt_cursor value)
{
	struct bolt_cursor line;
	const char *quotes = bolt_cursor_starts(value, "'") ? "'''" : "\"\"\"";

	if (!bolt_take_prefix(&value, quotes))
		return false;
	while (!(value.left && memmem(value.p, value.left, quotes, 3))) {
		if (!bolt_take_line(&lock->at, &line))
			break; /* the file ends inside: nothing more to find */
		lock->line++;
		value = line;
	}
	return true;
}

static int read_value(enum table table, struct bolt_cursor key, struct bolt_cursor value, struct bolt_toml_package *package)
{
	struct bolt_cursor *field = NULL;

	if (table == TABLE_PACKAGE)
		field = bolt_cursor_is(key, "name")      ? &package->name
			: bolt_cursor_is(key, "version") ? &package->version
			: bolt_cursor_is(key, "source")  ? &package->source
							 : NULL;
	else if (table == TABLE_SOURCE)
		field = bolt_cursor_is(key, "type") ? &package->source_type : bolt_cursor_is(key, "url") ? &package->source : NULL;
	if (!field || value.left == 0)
		return 0;
	if (value.p[0] == '"' || value.p[0] == '\'')
		return quoted(value, field);
	if (field != &package->source || value.p[0] != '{')
		return -EBADMSG;
	*field = value;
	return 0;
}

int bolt_toml_lock_next(struct bolt_toml_lock *lock, struct bolt_toml_package *ret_package, struct bolt_err *err)
{
	struct bolt_toml_package package = { 0 };
	enum table table = lock->started ? TABLE_PACKAGE : TABLE_OTHER;
	struct bolt_cursor line, key;

	while (bolt_take_line(&lock->at, &line)) {
		lock->line++;
		bolt_trim(&line);
		if (line.left == 0 || line.p[0] == '#')
			continue;
		if (bolt_cursor_is(without_comment(line), "[[package]]")) {
			if (lock->started) {
				*ret_package = package;
				return 1;
			}
			lock->started = true;
			table = TABLE_PACKAGE;
			continue;
		}
		if (line.p[0] == '[') {
			table = bolt_cursor_is(without_comment(line), "[package.source]") ? TABLE_SOURCE : TABLE_OTHER;
			continue;
		}
		struct bolt_cursor value = line;
		(void) bolt_take_until(&value, '=', &key);
		bolt_trim(&key);
		bolt_trim(&value);
		if (!skip_long_text(lock, value) && read_value(table, key, value, &package) < 0)
			return bolt_err_set(err, -EBADMSG, "line %zu: want '%.*s' as a text on one line, without escapes",
					    lock->line, (int) (key.left < 20 ? key.left : 20), (const char *) key.p);
	}
	if (!lock->started)
		return 0;
	lock->started = false;
	*ret_package = package;
	return 1;
}
