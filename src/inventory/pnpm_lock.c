/* pnpm-lock.yaml, lockfileVersion 5 to 9 (pnpm's "spec" repository, lockfile/). Packages are the keys of "packages":
 *
 *	/@scope/name/1.2.3_peer@4.5.6:        5
 *	/@scope/name@1.2.3(peer@4.5.6):       6
 *	'@scope/name@1.2.3':                  9
 *
 * and say "name" and "version" themselves where the key is an address. Read as YAML events, so the memory does not grow with the
 * file. Aliases and directives, which pnpm never writes, are refused: aliases are how a small YAML file becomes a huge one, and
 * libyaml compares each %TAG directive with all before it. */
#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"
#include "inventory/npm_record.h"

/* The path of keys to where we are: this many levels tell a package's own fields and its resolution's from all else. */
enum level { LEVEL_TOP = 1, LEVEL_SECTION = 2, LEVEL_PACKAGE = 3, LEVEL_RESOLUTION = 4 };

struct state {
	struct bolt_sink *sink;
	struct bolt_err *err;
	unsigned depth;
	bool in_mapping[BOLT_YAML_DEPTH_MAX + 1]; /* by depth; false is a sequence */
	bool value_next[BOLT_YAML_DEPTH_MAX + 1]; /* by depth of a mapping: its key was read */
	bool in_packages, in_resolution;
	bool slashes; /* lockfileVersion 5: the version stands behind a slash */
	enum { FIELD_OTHER, FIELD_VERSION_OF_FILE, FIELD_NAME, FIELD_VERSION, FIELD_RESOLUTION_TYPE } field;

	struct bolt_found found;
	bool own_directory;
};

static const char *kept(struct state *s, struct bolt_cursor text)
{
	return bolt_sink_text(s->sink, text);
}

/* Where name and version part in "a/b/@scope/name/1.2.3" is the last slash; what precedes the name is a registry's host. */
static void split_at_slashes(struct bolt_cursor key, struct bolt_cursor *ret_name, struct bolt_cursor *ret_version)
{
	const uint8_t *slash = key.left ? memrchr(key.p, '/', key.left) : NULL;
	size_t n = slash ? (size_t) (slash - key.p) : key.left, from = n;

	*ret_version = slash ? bolt_cursor(slash + 1, key.left - n - 1) : bolt_cursor(key.p, 0);
	*ret_name = bolt_cursor(key.p, n);
	while (from > 0 && key.p[from - 1] != '/')
		from--;
	size_t scope = from;
	while (scope > 1 && key.p[scope - 2] != '/')
		scope--;
	if (scope > 0 && key.p[scope - 1] == '@')
		from = scope - 1;
	*ret_name = bolt_cursor(key.p + from, n - from);
	const uint8_t *peers = ret_version->left ? memchr(ret_version->p, '_', ret_version->left) : NULL;
	if (peers)
		ret_version->left = (size_t) (peers - ret_version->p);
}

static int begin_package(struct state *s, struct bolt_cursor key)
{
	struct bolt_cursor name, version;
	const uint8_t *peers = key.left ? memchr(key.p, '(', key.left) : NULL;

	if (peers)
		key.left = (size_t) (peers - key.p);
	(void) bolt_take_prefix(&key, "/");
	if (s->slashes)
		split_at_slashes(key, &name, &version);
	else
		(void) bolt_npm_split(key, &name, &version);
	s->found = (struct bolt_found){ .name = kept(s, name), .version = kept(s, version) };
	s->own_directory = false;
	return s->found.name && s->found.version ? 0 : -ENOMEM;
}

static int end_package(struct state *s)
{
	return s->own_directory || !*s->found.name ? 0 : bolt_sink_add(s->sink, &s->found, s->err);
}

static int read_key(struct state *s, struct bolt_cursor key)
{
	s->field = FIELD_OTHER;
	if (s->depth == LEVEL_TOP) {
		s->in_packages = bolt_cursor_is(key, "packages");
		s->field = bolt_cursor_is(key, "lockfileVersion") ? FIELD_VERSION_OF_FILE : FIELD_OTHER;
	} else if (s->depth == LEVEL_SECTION && s->in_packages) {
		return begin_package(s, key);
	} else if (s->depth == LEVEL_PACKAGE && s->in_packages) {
		s->in_resolution = bolt_cursor_is(key, "resolution");
		s->field = bolt_cursor_is(key, "name") ? FIELD_NAME : bolt_cursor_is(key, "version") ? FIELD_VERSION : FIELD_OTHER;
	} else if (s->depth == LEVEL_RESOLUTION && s->in_packages && s->in_resolution) {
		s->field = bolt_cursor_is(key, "type") ? FIELD_RESOLUTION_TYPE : FIELD_OTHER;
	}
	return 0;
}

static int read_value(struct state *s, struct bolt_cursor value)
{
	const char *text = NULL;

	if ((s->field == FIELD_NAME || s->field == FIELD_VERSION) && !(text = kept(s, value)))
		return -ENOMEM;
	if (s->field == FIELD_NAME)
		s->found.name = text;
	else if (s->field == FIELD_VERSION)
		s->found.version = text;
	else if (s->field == FIELD_VERSION_OF_FILE)
		s->slashes = bolt_cursor_starts(value, "5");
	else if (s->field == FIELD_RESOLUTION_TYPE && bolt_cursor_is(value, "directory"))
		s->own_directory = true;
	s->field = FIELD_OTHER;
	return 0;
}

/* A node begins: is it a mapping's key? Every second one is. */
static bool takes_key_place(struct state *s)
{
	if (s->depth == 0 || !s->in_mapping[s->depth])
		return false;
	s->value_next[s->depth] = !s->value_next[s->depth];
	return s->value_next[s->depth];
}

static int enter(struct state *s, bool mapping)
{
	if (takes_key_place(s))
		return bolt_err_set(s->err, -EBADMSG, "a mapping or list where a key should be");
	if (s->depth >= BOLT_YAML_DEPTH_MAX)
		return bolt_err_set(s->err, -EBADMSG, "YAML nested deeper than the bound of %u levels", BOLT_YAML_DEPTH_MAX);
	s->field = FIELD_OTHER;
	s->depth++;
	s->in_mapping[s->depth] = mapping;
	s->value_next[s->depth] = false;
	return 0;
}

static int leave(struct state *s)
{
	s->depth--;
	return s->depth == LEVEL_SECTION && s->in_packages && s->in_mapping[LEVEL_SECTION] ? end_package(s) : 0;
}

/* One event. 1: go on, 0: the stream's end, negative errno. */
static int take_event(struct state *s, const yaml_event_t *event)
{
	struct bolt_cursor text;
	int r = 0;

	switch (event->type) {
	case YAML_STREAM_END_EVENT:
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		s->in_packages = false; /* newer pnpm writes a document about itself in front */
		break;
	case YAML_ALIAS_EVENT:
		return bolt_err_set(s->err, -EBADMSG, "YAML aliases are refused (line %zu)", event->start_mark.line + 1);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		r = enter(s, event->type == YAML_MAPPING_START_EVENT);
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		r = leave(s);
		break;
	case YAML_SCALAR_EVENT:
		text = bolt_cursor(event->data.scalar.value, event->data.scalar.length);
		r = takes_key_place(s) ? read_key(s, text) : read_value(s, text);
		break;
	default:
		break;
	}
	return r < 0 ? r : 1;
}

/* Is there a '%' behind a line break (any that libyaml knows: LF, CR, NEL, LS, PS) or at the very start? */
static bool has_directive(struct bolt_cursor data)
{
	static const char *const breaks[] = { "\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };
	const uint8_t *start = data.p, *at;

	while (data.left > 0 && (at = memchr(data.p, '%', data.left))) {
		size_t before = (size_t) (at - start);

		if (before == 0)
			return true;
		for (size_t i = 0; i < BOLT_ARRAY_LEN(breaks); i++) {
			size_t n = strlen(breaks[i]);

			if (before >= n && memcmp(at - n, breaks[i], n) == 0)
				return true;
		}
		data.left -= (size_t) (at + 1 - data.p);
		data.p = at + 1;
	}
	return false;
}

static int parser_failure(const yaml_parser_t *parser, struct bolt_err *err)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	return bolt_err_set(err, -EBADMSG, "not YAML: %s (line %zu)", parser->problem ? parser->problem : "unreadable",
			    parser->problem_mark.line + 1);
}

static int parse_pnpm_lock(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct state s = { .sink = sink, .err = err };
	struct bolt_cursor data = file->data;
	yaml_parser_t parser;
	yaml_event_t event;
	int r = 1;

	if (bolt_npm_in_node_modules(file->path))
		return 0;
	(void) bolt_take_prefix(&data, "\xef\xbb\xbf");
	if (has_directive(data))
		return bolt_err_set(err, -EBADMSG, "YAML directives (%%) are refused");
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING); /* or a UTF-16 mark would hide directives from the look above */
	yaml_parser_set_input_string(&parser, data.p, data.left);
	while (r > 0) {
		if (!yaml_parser_parse(&parser, &event)) {
			r = parser_failure(&parser, err);
			break;
		}
		r = take_event(&s, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return r;
}

static const char *const lock_patterns[] = { "**/pnpm-lock.yaml", NULL };

const struct bolt_cataloger bolt_cataloger_pnpm_lock = {
	.name = "pnpm-lock",
	.type = "npm",
	.summary = "Node packages locked by pnpm: pnpm-lock.yaml",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = lock_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_pnpm_lock,
};
