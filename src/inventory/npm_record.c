#include "inventory/npm_record.h"

#include <errno.h>
#include <string.h>

bool bolt_npm_in_node_modules(const char *path)
{
	return strncmp(path, "node_modules/", strlen("node_modules/")) == 0 || strstr(path, "/node_modules/") != NULL;
}

bool bolt_npm_split(struct bolt_cursor text, struct bolt_cursor *ret_name, struct bolt_cursor *ret_rest)
{
	const uint8_t *at = text.left > 1 ? memchr(text.p + 1, '@', text.left - 1) : NULL;
	size_t n = at ? (size_t) (at - text.p) : text.left;

	*ret_name = bolt_cursor(text.p, n);
	*ret_rest = at ? bolt_cursor(at + 1, text.left - n - 1) : bolt_cursor(text.p, 0);
	return at != NULL;
}

static bool ends_with(struct bolt_cursor text, const char *suffix)
{
	size_t n = strlen(suffix);

	return text.left >= n && memcmp(text.p + text.left - n, suffix, n) == 0;
}

bool bolt_npm_is_own_directory(struct bolt_cursor reference)
{
	struct bolt_cursor path = { 0 };

	if (bolt_cursor_starts(reference, "workspace:") || bolt_cursor_starts(reference, "link:") ||
	    bolt_cursor_starts(reference, "portal:"))
		return true;
	if (!bolt_take_prefix(&reference, "file:"))
		return false;
	(void) bolt_take_until(&reference, '#', &path); /* berry and classic put a hash behind it */
	return !ends_with(path, ".tgz") && !ends_with(path, ".tar.gz") && !ends_with(path, ".tar");
}

int bolt_npm_text(struct bolt_json_pull *p, struct bolt_sink *sink, const char **text)
{
	struct bolt_cursor value;
	int r = bolt_jp_text(p, &value);

	if (r <= 0)
		return r < 0 ? r : bolt_jp_skip(p, NULL);
	const char *kept = bolt_sink_text(sink, value);
	if (!kept)
		return -ENOMEM;
	*text = kept;
	return 0;
}

static int license_text(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_found *found)
{
	struct bolt_cursor license = { 0 };
	int r = bolt_jp_text_or_skip(p, &license);

	return r < 0 ? r : bolt_sink_license(sink, found, license);
}

/* "MIT" or {"type": "MIT", "url": ...}. */
static int one_license(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_found *found)
{
	struct bolt_cursor key;
	int r = bolt_jp_enter(p, '{');

	if (r <= 0)
		return r < 0 ? r : license_text(p, sink, found);
	while ((r = bolt_jp_key(p, &key)) > 0) {
		r = bolt_cursor_is(key, "type") ? license_text(p, sink, found) : bolt_jp_skip(p, NULL);
		if (r < 0)
			return r;
	}
	return r;
}

int bolt_npm_licenses(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_found *found)
{
	int r = bolt_jp_enter(p, '[');

	if (r <= 0)
		return r < 0 ? r : one_license(p, sink, found);
	while ((r = bolt_jp_item(p)) > 0) {
		r = one_license(p, sink, found);
		if (r < 0)
			return r;
	}
	return r;
}
