#include "detect/ignore_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/cursor.h"
#include "core/text.h"
#include "detect/limits.h"

struct reader {
	struct bolt_suppressions *suppressions;
	const char *source;
	struct bolt_err *err;
	yaml_parser_t parser;
	yaml_event_t event; /* the last one; deleted by whoever takes the next */
};

enum field { FIELD_ID, FIELD_PACKAGE, FIELD_VERSION, FIELD_PATH, FIELD_REASON, FIELD_EXPIRES, FIELDS };
static const char *const field_names[FIELDS] = { "id", "package", "version", "path", "reason", "expires" };

#define PLACE_FORMAT "%s:%zu:%zu: "

static int bad(struct reader *r, const yaml_mark_t *mark, const char *why)
{
	return bolt_err_set(r->err, -EBADMSG, PLACE_FORMAT "%s", r->source, mark->line + 1, mark->column + 1, why);
}

static int parser_failure(struct reader *r)
{
	if (r->parser.error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	return bad(r, &r->parser.problem_mark, r->parser.problem ? r->parser.problem : "not YAML");
}

/* The next event, which must be of this type, or, where `other` is not YAML_NO_EVENT, of that one. Anchors and aliases are refused:
 * they are how a small file becomes a huge one. */
static int take(struct reader *r, yaml_event_type_t type, yaml_event_type_t other, const char *wanted)
{
	yaml_event_delete(&r->event);
	if (!yaml_parser_parse(&r->parser, &r->event))
		return parser_failure(r);
	const yaml_event_t *event = &r->event;
	bool anchored = (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor) ||
			(event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor) ||
			(event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor);
	if (event->type == YAML_ALIAS_EVENT || anchored)
		return bad(r, &event->start_mark, "YAML anchors and aliases are refused");
	if (event->type != type && (other == YAML_NO_EVENT || event->type != other))
		return bad(r, &event->start_mark, wanted);
	return 0;
}

/* The text of the scalar at hand, owned by the caller. */
static int scalar(struct reader *r, char **ret_text)
{
	const char *value = (const char *) r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;

	if (len == 0 || memchr(value, '\0', len))
		return bad(r, &r->event.start_mark, len == 0 ? "an empty value" : "a value with a NUL byte");
	char *text = strndup(value, len);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	return 0;
}

static int find_field(struct reader *r, size_t *ret_field)
{
	const char *name = (const char *) r->event.data.scalar.value;

	for (size_t i = 0; i < FIELDS; i++) {
		if (strcmp(name, field_names[i]) == 0) {
			*ret_field = i;
			return 0;
		}
	}
	return bolt_err_set(r->err, -EBADMSG,
			    PLACE_FORMAT "'%.40s' is not a key of an entry (id, package, version, path, reason, expires)",
			    r->source, r->event.start_mark.line + 1, r->event.start_mark.column + 1, name);
}

static int add(struct reader *r, char *const fields[FIELDS], const yaml_mark_t *mark)
{
	struct bolt_err why = { .msg = "" };
	struct bolt_statement statement = { .id = fields[FIELD_ID],
					    .package = fields[FIELD_PACKAGE],
					    .version = fields[FIELD_VERSION],
					    .path = fields[FIELD_PATH],
					    .says = { .by = "ignore-file",
						      .source = r->source,
						      .reason = fields[FIELD_REASON],
						      .expires = fields[FIELD_EXPIRES] },
					    .stated_unix = INT64_MAX,
					    .line = (unsigned) mark->line + 1 };

	if (statement.path && strlen(statement.path) > 2 && strstr(statement.path + 2, "**"))
		return bad(r, mark, "'**' stands only at the beginning of a path");
	if (statement.id && strpbrk(statement.id, "*? \t\n"))
		return bad(r, mark, "an id is the whole name of one vulnerability");
	int result = bolt_suppressions_add(r->suppressions, &statement, &why);
	if (result == -EINVAL)
		return bad(r, mark, why.msg);
	return result < 0 ? bolt_err_set(r->err, result, "%s: %s", r->source, bolt_err_text(&why, result)) : 0;
}

/* An entry, whose MAPPING-START is the event at hand, into fields that the caller frees. */
static int take_fields(struct reader *r, char *fields[FIELDS])
{
	for (;;) {
		size_t field = 0;
		int result = take(r, YAML_SCALAR_EVENT, YAML_MAPPING_END_EVENT, "want a key");

		if (result < 0 || r->event.type == YAML_MAPPING_END_EVENT)
			return result;
		result = find_field(r, &field);
		if (result == 0 && fields[field])
			result = bad(r, &r->event.start_mark, "the key is there twice");
		if (result == 0)
			result = take(r, YAML_SCALAR_EVENT, YAML_NO_EVENT, "want a text");
		if (result == 0)
			result = scalar(r, &fields[field]);
		if (result < 0)
			return result;
	}
}

static int take_entry(struct reader *r)
{
	char *fields[FIELDS] = { NULL };
	yaml_mark_t mark = r->event.start_mark;
	int result = take_fields(r, fields);

	if (result == 0 && !fields[FIELD_ID])
		result = bad(r, &mark, "an entry without id");
	if (result == 0 && !fields[FIELD_REASON])
		result = bad(r, &mark, "an entry without reason");
	if (result == 0)
		result = add(r, fields, &mark);
	for (size_t i = 0; i < FIELDS; i++)
		free(fields[i]);
	return result;
}

/* What stands behind "ignore:". */
static int take_list(struct reader *r)
{
	int result = take(r, YAML_SEQUENCE_START_EVENT, YAML_SCALAR_EVENT, "want a list of entries");

	if (result == 0 && r->event.type == YAML_SCALAR_EVENT)
		return r->event.data.scalar.length == 0 ? 0 : bad(r, &r->event.start_mark, "want a list of entries");
	while (result == 0) {
		result = take(r, YAML_MAPPING_START_EVENT, YAML_SEQUENCE_END_EVENT, "want an entry: keys with values");
		if (result < 0 || r->event.type == YAML_SEQUENCE_END_EVENT)
			return result;
		result = take_entry(r);
	}
	return result;
}

static int take_document(struct reader *r)
{
	bool seen = false;
	int result = take(r, YAML_STREAM_START_EVENT, YAML_NO_EVENT, "not YAML");

	if (result == 0)
		result = take(r, YAML_DOCUMENT_START_EVENT, YAML_STREAM_END_EVENT, "not YAML");
	if (result < 0 || r->event.type == YAML_STREAM_END_EVENT)
		return result;
	result = take(r, YAML_MAPPING_START_EVENT, YAML_NO_EVENT, "want 'ignore:' and a list of entries");
	while (result == 0) {
		result = take(r, YAML_SCALAR_EVENT, YAML_MAPPING_END_EVENT, "want 'ignore:' and a list of entries");
		if (result < 0 || r->event.type == YAML_MAPPING_END_EVENT)
			break;
		if (seen || strcmp((const char *) r->event.data.scalar.value, "ignore") != 0)
			return bad(r, &r->event.start_mark, "nothing but one 'ignore:' stands here");
		seen = true;
		result = take_list(r);
	}
	if (result == 0)
		result = take(r, YAML_DOCUMENT_END_EVENT, YAML_NO_EVENT, "not YAML");
	return result < 0 ? result : take(r, YAML_STREAM_END_EVENT, YAML_NO_EVENT, "a second document");
}

static int read_yaml(struct reader *r, struct bolt_cursor data)
{
	if (!yaml_parser_initialize(&r->parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, data.p, data.left);
	int result = take_document(r);
	yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
	return result;
}

static bool is_id(struct bolt_cursor word)
{
	for (size_t i = 0; i < word.left; i++) {
		if (!isalnum(word.p[i]) && !strchr("-_.", word.p[i]))
			return false;
	}
	return word.left > 0 && word.p[0] != '-'; /* "---" begins a YAML document */
}

/* The next word of a line, without the blanks around it. */
static bool take_word(struct bolt_cursor *line, struct bolt_cursor *ret_word)
{
	bolt_trim(line);
	size_t len = 0;

	while (len < line->left && line->p[len] != ' ' && line->p[len] != '\t')
		len++;
	*ret_word = bolt_cursor(line->p, len);
	line->p += len;
	line->left -= len;
	return len > 0;
}

/* "ID [exp:DATE] [# reason]" or nothing but a remark. */
static int read_line(struct reader *r, struct bolt_cursor line, yaml_mark_t mark)
{
	struct bolt_cursor words, word, reason = { .left = 0 };
	char *fields[FIELDS] = { NULL };
	int result = 0;

	if (memchr(line.p, '\0', line.left))
		return bad(r, &mark, "a NUL byte");
	if (!bolt_take_until(&line, '#', &words) || !take_word(&words, &word))
		return 0;
	if (!is_id(word))
		return bad(r, &mark, "want the id of one vulnerability a line");
	bolt_trim(&line);
	reason = line;
	fields[FIELD_ID] = strndup((const char *) word.p, word.left);
	fields[FIELD_REASON] = reason.left > 0 ? strndup((const char *) reason.p, reason.left) : NULL;
	if (take_word(&words, &word)) {
		if (bolt_take_prefix(&word, "exp:"))
			fields[FIELD_EXPIRES] = strndup((const char *) word.p, word.left);
		else
			result = bad(r, &mark, "want nothing behind an id but exp:YYYY-MM-DD and a # with a reason");
	}
	if (result == 0 && take_word(&words, &word))
		result = bad(r, &mark, "want nothing behind exp:YYYY-MM-DD but a # with a reason");
	if (result == 0)
		result = fields[FIELD_ID] ? add(r, fields, &mark) : -ENOMEM;
	for (size_t i = 0; i < FIELDS; i++)
		free(fields[i]);
	return result;
}

static int read_lines(struct reader *r, struct bolt_cursor data)
{
	struct bolt_cursor line;
	yaml_mark_t mark = { 0 };
	int result = 0;

	for (; result == 0 && bolt_take_line(&data, &line); mark.line++)
		result = read_line(r, line, mark);
	return result;
}

/* What libyaml takes for the end of a line, too: nobody else does, and what looks like one line would be two. */
static bool has_odd_break(struct bolt_cursor line)
{
	static const char *const breaks[] = { "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(breaks); i++) {
		if (memmem(line.p, line.left, breaks[i], strlen(breaks[i])))
			return true;
	}
	return false;
}

/* Is the first thing it says an id? YAML directives are refused, because libyaml compares each %TAG with all before it. */
static int look_at(struct reader *r, struct bolt_cursor data, bool *ret_plain)
{
	struct bolt_cursor line, word;
	yaml_mark_t mark = { 0 };
	bool decided = false, plain = true;

	for (; bolt_take_line(&data, &line); mark.line++) {
		if (line.left > 0 && line.p[0] == '%')
			return bad(r, &mark, "YAML directives are refused");
		if (has_odd_break(line))
			return bad(r, &mark, "a line break that is none everywhere (CR, NEL, LS or PS)");
		if (decided || !take_word(&line, &word) || word.p[0] == '#')
			continue;
		plain = is_id(word);
		decided = true;
	}
	*ret_plain = plain;
	return 0;
}

int bolt_ignore_file_read(struct bolt_suppressions *suppressions, const char *source, const void *bytes, size_t len,
			  struct bolt_err *err)
{
	struct reader r = { .suppressions = suppressions, .source = source, .err = err };
	struct bolt_cursor data = bolt_cursor(bytes, len);
	size_t before = bolt_suppressions_len(suppressions);
	bool plain = false;

	if (len > BOLT_IGNORE_FILE_MAX)
		return bolt_err_set(err, -E2BIG, "%s: larger than the bound of %u bytes; " BOLT_BOUND_HINT, source,
				    BOLT_IGNORE_FILE_MAX);
	(void) bolt_take_prefix(&data, "\xef\xbb\xbf");
	if (!bolt_utf8_valid((const char *) data.p, data.left))
		return bolt_err_set(err, -EBADMSG, "%s: not UTF-8", source);
	int result = look_at(&r, data, &plain);
	if (result == 0)
		result = plain ? read_lines(&r, data) : read_yaml(&r, data);
	if (result < 0)
		bolt_suppressions_cut(suppressions, before);
	return result;
}
