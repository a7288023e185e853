#include "core/json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

/* Counts brackets outside strings: enough, because what miscounts here is not JSON and fails in the parser. */
static size_t depth_passed_at(const uint8_t *p, size_t len, unsigned max_depth)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		if (in_string) {
			if (p[i] == '\\')
				i++;
			else if (p[i] == '"')
				in_string = false;
		} else if (p[i] == '"') {
			in_string = true;
		} else if (p[i] == '[' || p[i] == '{') {
			if (++depth > max_depth)
				return i;
		} else if ((p[i] == ']' || p[i] == '}') && depth > 0) {
			depth--;
		}
	}
	return len;
}

static int load(const void *bytes, size_t len, unsigned max_depth, size_t flags, json_t **ret_value, struct bolt_err *err)
{
	json_error_t where;
	size_t too_deep = depth_passed_at(bytes, len, max_depth);

	if (too_deep < len)
		return bolt_err_set(err, -EBADMSG, "JSON nested deeper than the bound of %u levels (at byte %zu)", max_depth,
				    too_deep);
	json_t *value = json_loadb(bytes, len, flags, &where);
	if (!value)
		return bolt_err_set(err, -EBADMSG, "not JSON: %s (line %d, column %d)", where.text, where.line, where.column);
	*ret_value = value;
	return 0;
}

int bolt_json_load(const void *bytes, size_t len, unsigned max_depth, json_t **ret_value, struct bolt_err *err)
{
	return load(bytes, len, max_depth, JSON_DECODE_ANY, ret_value, err);
}

int bolt_json_load_unambiguous(const void *bytes, size_t len, unsigned max_depth, json_t **ret_value, struct bolt_err *err)
{
	return load(bytes, len, max_depth, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, ret_value, err);
}

const char *bolt_json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}
