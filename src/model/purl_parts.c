#include "model/purl_parts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/cursor.h"
#include "core/text.h"

/* Letter case and namespaces: purl-spec types/NAME-definition.json. */
static const struct bolt_purl_type types[] = {
	{ "alpm", BOLT_PURL_SPACE_OS, BOLT_PURL_LOWER },         { "apk", BOLT_PURL_SPACE_OS, BOLT_PURL_LOWER },
	{ "bitbucket", BOLT_PURL_SPACE_SLASH, BOLT_PURL_LOWER }, { "cargo", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },
	{ "cocoapods", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },  { "composer", BOLT_PURL_SPACE_SLASH, BOLT_PURL_LOWER },
	{ "conda", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },      { "cran", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },
	{ "deb", BOLT_PURL_SPACE_OS, BOLT_PURL_LOWER },          { "gem", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },
	{ "github", BOLT_PURL_SPACE_SLASH, BOLT_PURL_LOWER },    { "golang", BOLT_PURL_SPACE_SLASH, BOLT_PURL_LOWER },
	{ "hackage", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },    { "hex", BOLT_PURL_SPACE_SLASH, BOLT_PURL_LOWER },
	{ "maven", BOLT_PURL_SPACE_COLON, BOLT_PURL_AS_IS },     { "npm", BOLT_PURL_SPACE_SLASH, BOLT_PURL_AS_IS },
	{ "nuget", BOLT_PURL_SPACE_NONE, BOLT_PURL_AS_IS },      { "oci", BOLT_PURL_SPACE_NONE, BOLT_PURL_LOWER },
	{ "pub", BOLT_PURL_SPACE_NONE, BOLT_PURL_LOWER },        { "pypi", BOLT_PURL_SPACE_NONE, BOLT_PURL_PEP503 },
	{ "rpm", BOLT_PURL_SPACE_OS, BOLT_PURL_AS_IS },
};

static const struct bolt_purl_type any_type = { "", BOLT_PURL_SPACE_SLASH, BOLT_PURL_AS_IS };

const struct bolt_purl_type *bolt_purl_type(const char *type)
{
	for (size_t i = 0; i < BOLT_ARRAY_LEN(types); i++) {
		if (strcmp(type, types[i].type) == 0)
			return &types[i];
	}
	return &any_type;
}

const char *bolt_purl_qualifier(const struct bolt_purl_parts *parts, const char *key)
{
	for (size_t i = 0; i < parts->qualifiers_len; i++) {
		if (strcmp(parts->qualifiers[i].key, key) == 0)
			return parts->qualifiers[i].value;
	}
	return NULL;
}

/* Not <ctype.h>: the locale must not decide what a package is called. */
static bool is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(".-_~:", c));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

static int add_encoded(struct bolt_buf *buf, const char *text, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";
	static const uint8_t replacement[] = { 0xef, 0xbf, 0xbd };
	const uint8_t *p = (const uint8_t *) text;
	size_t left = strlen(text);
	int r = 0;

	while (left > 0 && r == 0) {
		size_t n = bolt_utf8_len(p, left), taken = n ? n : 1;
		const uint8_t *bytes = n ? p : replacement;
		bool plain = n == 1 && (is_plain(*p) || strchr(keep, *p));

		if (plain)
			r = bolt_buf_add(buf, p, 1);
		for (size_t i = 0; r == 0 && !plain && i < (n ? n : sizeof(replacement)); i++) {
			char triplet[] = { '%', hex[bytes[i] >> 4], hex[bytes[i] & 15] };

			r = bolt_buf_add(buf, triplet, sizeof(triplet));
		}
		p += taken;
		left -= taken;
	}
	return r;
}

/* PEP 503: runs of '-', '_' and '.' are one '-', letters lower-case. */
static int add_in_case(struct bolt_buf *buf, const char *text, enum bolt_purl_case letters, const char *keep)
{
	if (letters == BOLT_PURL_AS_IS)
		return add_encoded(buf, text, keep);
	char *copy = strdup(text), *to = copy;
	if (!copy)
		return -ENOMEM;
	for (const char *from = text; *from; from++) {
		if (letters == BOLT_PURL_PEP503 && strchr("-_.", *from)) {
			if (to == copy || to[-1] != '-')
				*to++ = '-';
		} else {
			*to++ = lower(*from);
		}
	}
	*to = '\0';
	int r = add_encoded(buf, copy, keep);
	free(copy);
	return r;
}

static int compare_qualifiers(const void *left, const void *right)
{
	const struct bolt_purl_qualifier *a = left, *b = right;

	return strcmp(a->key, b->key);
}

static int add_parts(struct bolt_buf *buf, const struct bolt_purl_parts *parts)
{
	const struct bolt_purl_type *row = bolt_purl_type(parts->type);
	enum bolt_purl_case space_letters = row->space == BOLT_PURL_SPACE_OS ? BOLT_PURL_LOWER : row->letters;
	struct bolt_purl_qualifier sorted[BOLT_PURL_QUALIFIERS_MAX];
	int r = bolt_buf_addf(buf, "pkg:%s/", parts->type);

	if (r == 0 && parts->space) {
		r = add_in_case(buf, parts->space, space_letters, "/");
		if (r == 0)
			r = bolt_buf_add(buf, "/", 1);
	}
	if (r == 0)
		r = add_in_case(buf, parts->name, row->letters, "");
	if (r == 0 && parts->version) {
		r = bolt_buf_add(buf, "@", 1);
		if (r == 0)
			r = add_encoded(buf, parts->version, "");
	}
	memcpy(sorted, parts->qualifiers, sizeof(sorted));
	qsort(sorted, parts->qualifiers_len, sizeof(sorted[0]), compare_qualifiers);
	for (size_t i = 0; r == 0 && i < parts->qualifiers_len; i++) {
		r = bolt_buf_addf(buf, "%c%s=", i ? '&' : '?', sorted[i].key);
		if (r == 0)
			r = add_encoded(buf, sorted[i].value, "");
	}
	if (r == 0 && parts->subpath) {
		r = bolt_buf_add(buf, "#", 1);
		if (r == 0)
			r = add_encoded(buf, parts->subpath, "/");
	}
	return r;
}

const char *bolt_purl_parts_text(struct bolt_arena *arena, const struct bolt_purl_parts *parts)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf buf = BOLT_BUF_INIT(SIZE_MAX / 4);

	if (add_parts(&buf, parts) < 0)
		return NULL;
	return bolt_arena_text(arena, buf.data, buf.len);
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes into the arena. `what` names the component in errors. */
static int decode(struct bolt_arena *arena, struct bolt_cursor c, const char *what, const char **ret_text, struct bolt_err *err)
{
	char *text = bolt_arena_text(arena, c.p, c.left);
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < c.left; i++) {
		int high = c.p[i] == '%' && c.left - i > 2 ? hex_digit(c.p[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(c.p[i + 2]) : -1;

		if (c.p[i] == '%' && low < 0)
			return bolt_err_set(err, -EINVAL, "the %s has a '%%' that is not followed by two hex digits", what);
		if (low >= 0 && high * 16 + low == 0)
			return bolt_err_set(err, -EINVAL, "the %s holds a NUL", what);
		text[n++] = low >= 0 ? (char) (high * 16 + low) : (char) c.p[i];
		i += low >= 0 ? 2 : 0;
	}
	text[n] = '\0';
	if (!bolt_utf8_valid(text, n))
		return bolt_err_set(err, -EINVAL, "the %s is not UTF-8", what);
	*ret_text = text;
	return 0;
}

/* Decodes segment by segment; empty ones (and, in a subpath, "." and "..") fall away. *ret_text is NULL when nothing is left. */
static int decode_segments(struct bolt_arena *arena, struct bolt_cursor c, const char *what, bool no_dots, const char **ret_text,
			   struct bolt_err *err)
{
	char *joined = bolt_arena_text(arena, c.p, c.left);
	size_t n = 0;
	struct bolt_cursor segment;
	const char *text;

	if (!joined)
		return -ENOMEM;
	while (bolt_take_until(&c, '/', &segment)) {
		if (segment.left == 0)
			continue;
		int r = decode(arena, segment, what, &text, err);
		if (r < 0)
			return r;
		if (strchr(text, '/'))
			return bolt_err_set(err, -EINVAL, "a segment of the %s holds a '/'", what);
		if (no_dots && (strcmp(text, ".") == 0 || strcmp(text, "..") == 0))
			continue;
		if (n > 0)
			joined[n++] = '/';
		memcpy(joined + n, text, strlen(text));
		n += strlen(text);
	}
	joined[n] = '\0';
	*ret_text = n ? joined : NULL;
	return 0;
}

/* Cuts at the last `mark`: what follows it goes to *ret_after (NULL cursor when there is no mark). */
static void cut_last(struct bolt_cursor *c, char mark, struct bolt_cursor *ret_after)
{
	const uint8_t *at = c->left ? memrchr(c->p, mark, c->left) : NULL;

	*ret_after = (struct bolt_cursor){ 0 };
	if (!at)
		return;
	*ret_after = bolt_cursor(at + 1, c->left - (size_t) (at + 1 - c->p));
	c->left = (size_t) (at - c->p);
}

static int parse_type(struct bolt_arena *arena, struct bolt_cursor *c, const char **ret_type, struct bolt_err *err)
{
	struct bolt_cursor type;

	if (!bolt_take_until(c, '/', &type) || type.left == 0)
		return bolt_err_set(err, -EINVAL, "no package type after 'pkg:'");
	char *text = bolt_arena_text(arena, type.p, type.left);
	if (!text)
		return -ENOMEM;
	for (char *p = text; *p; p++) {
		*p = lower(*p);
		if (!(*p >= 'a' && *p <= 'z') && (p == text || !strchr("0123456789.+-", *p)))
			return bolt_err_set(err, -EINVAL, "the package type '%.40s' has characters that no type has", text);
	}
	*ret_type = text;
	return 0;
}

static int parse_qualifier(struct bolt_arena *arena, struct bolt_cursor pair, struct bolt_purl_parts *parts, struct bolt_err *err)
{
	struct bolt_cursor key;
	const char *value;

	if (!bolt_take_until(&pair, '=', &key) || key.left == 0)
		return pair.left == 0 && key.left == 0 ? 0 : bolt_err_set(err, -EINVAL, "a qualifier has no name");
	char *name = bolt_arena_text(arena, key.p, key.left);
	if (!name)
		return -ENOMEM;
	for (char *p = name; *p; p++) {
		*p = lower(*p);
		if (!(*p >= 'a' && *p <= 'z') && (p == name || !strchr("0123456789.-_", *p)))
			return bolt_err_set(err, -EINVAL, "the qualifier '%.40s' has characters that no qualifier has", name);
	}
	int r = decode(arena, pair, "qualifier", &value, err);
	if (r < 0 || !*value)
		return r;
	if (bolt_purl_qualifier(parts, name))
		return bolt_err_set(err, -EINVAL, "the qualifier '%.40s' is there twice", name);
	if (parts->qualifiers_len == BOLT_PURL_QUALIFIERS_MAX)
		return bolt_err_set(err, -EINVAL, "more than the bound of %u qualifiers", BOLT_PURL_QUALIFIERS_MAX);
	parts->qualifiers[parts->qualifiers_len++] = (struct bolt_purl_qualifier){ name, value };
	return 0;
}

static int parse_name(struct bolt_arena *arena, struct bolt_cursor path, struct bolt_purl_parts *parts, struct bolt_err *err)
{
	struct bolt_cursor name;

	while (path.left > 0 && path.p[path.left - 1] == '/')
		path.left--;
	cut_last(&path, '/', &name);
	if (!name.p) {
		name = path;
		path.left = 0;
	}
	if (name.left == 0)
		return bolt_err_set(err, -EINVAL, "no name");
	int r = decode(arena, name, "name", &parts->name, err);
	return r < 0 || path.left == 0 ? r : decode_segments(arena, path, "namespace", false, &parts->space, err);
}

int bolt_purl_parts_parse(struct bolt_arena *arena, const char *purl, struct bolt_purl_parts *ret_parts, struct bolt_err *err)
{
	struct bolt_purl_parts parts = { 0 };
	struct bolt_cursor c = bolt_cursor(purl, strlen(purl)), subpath, qualifiers, pair, version = { 0 };

	if (c.left > BOLT_PURL_MAX)
		return bolt_err_set(err, -EINVAL, "longer than the bound of %u bytes", BOLT_PURL_MAX);
	if (strncasecmp(purl, "pkg:", 4) != 0)
		return bolt_err_set(err, -EINVAL, "'%.60s' does not begin with 'pkg:'", purl);
	BOLT_IGNORE(bolt_skip(&c, 4)); /* strncasecmp saw these four */
	while (bolt_take_prefix(&c, "/"))
		;
	cut_last(&c, '#', &subpath);
	cut_last(&c, '?', &qualifiers);
	int r = parse_type(arena, &c, &parts.type, err);

	/* An '@' that begins a segment with more to follow is an npm scope somebody did not encode. */
	const uint8_t *at = c.left ? memrchr(c.p, '@', c.left) : NULL;
	bool begins_segment = at && (at == c.p || at[-1] == '/');
	if (r == 0 && at && !(begins_segment && memchr(at, '/', c.left - (size_t) (at - c.p)))) {
		cut_last(&c, '@', &version);
		if (version.left > 0)
			r = decode(arena, version, "version", &parts.version, err);
	}
	if (r == 0)
		r = parse_name(arena, c, &parts, err);
	while (r == 0 && bolt_take_until(&qualifiers, '&', &pair))
		r = parse_qualifier(arena, pair, &parts, err);
	if (r == 0 && subpath.left > 0)
		r = decode_segments(arena, subpath, "subpath", true, &parts.subpath, err);
	if (r < 0)
		return r;
	*ret_parts = parts;
	return 0;
}
