/* Records in JSON, and the beginnings of documents. */
#include <errno.h>
#include <string.h>

#include "advisory/feed_private.h"
#include "advisory/limits.h"
#include "core/json.h"
#include "core/json_pull.h"

/* jansson makes a tree of many times the text's size from `{},{},...`: a count bounds it before it is built. What stands inside
 * texts is counted too, which errs on the safe side. */
static int check_proportion(struct bolt_cursor bytes, struct bolt_err *err)
{
	size_t containers = 0, values = 1;

	if (bytes.left <= BOLT_FEED_RECORD_CONTAINERS_MAX)
		return 0;
	for (size_t i = 0; i < bytes.left; i++) {
		containers += bytes.p[i] == '{' || bytes.p[i] == '[';
		values += bytes.p[i] == ',';
	}
	if (containers > BOLT_FEED_RECORD_CONTAINERS_MAX || values > BOLT_FEED_RECORD_VALUES_MAX)
		return bolt_err_set(err, -E2BIG, "a record of more than %u objects or %u values; " BOLT_BOUND_HINT,
				    BOLT_FEED_RECORD_CONTAINERS_MAX, BOLT_FEED_RECORD_VALUES_MAX);
	return 0;
}

int bolt_feed_load(struct bolt_cursor bytes, json_t **ret_record, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *record = NULL;
	int r = check_proportion(bytes, err);

	if (r == 0)
		r = bolt_json_load(bytes.p, bytes.left, BOLT_ADVISORY_DEPTH_MAX, &record, err);
	if (r < 0)
		return r;
	if (!json_is_object(record))
		return bolt_err_set(err, -EBADMSG, "not a JSON object");
	*ret_record = BOLT_TAKE(record);
	return 0;
}

/* Stands before the value of that member, or says false. */
static bool find_member(struct bolt_json_pull *p, const char *key)
{
	struct bolt_cursor name;

	if (bolt_jp_enter(p, '{') <= 0)
		return false;
	while (bolt_jp_key(p, &name) > 0) {
		if (bolt_cursor_is(name, key))
			return true;
		if (bolt_jp_skip(p, NULL) < 0)
			return false;
	}
	return false;
}

bool bolt_feed_head_text(struct bolt_cursor head, const char *key, char *ret_text, size_t room)
{
	struct bolt_json_pull p;
	struct bolt_cursor text;

	bolt_jp_init(&p, head, BOLT_ADVISORY_DEPTH_MAX, NULL);
	bool found = find_member(&p, key) && bolt_jp_text(&p, &text) > 0 && text.left < room && !memchr(text.p, '\0', text.left);
	if (found) {
		memcpy(ret_text, text.p, text.left);
		ret_text[text.left] = '\0';
	}
	bolt_jp_done(&p);
	return found;
}

bool bolt_feed_head_has(struct bolt_cursor head, const char *key)
{
	struct bolt_json_pull p;

	bolt_jp_init(&p, head, BOLT_ADVISORY_DEPTH_MAX, NULL);
	bool found = find_member(&p, key);
	bolt_jp_done(&p);
	return found;
}
