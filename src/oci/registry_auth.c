#include "oci/registry_auth.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "core/json.h"
#include "oci/credentials.h"
#include "oci/network_limits.h"

/* RFC 9110 section 5.6.2 */
static bool is_token_char(uint8_t c)
{
	return c < 0x80 && (isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c)));
}

/* RFC 9110 section 11.2, without the '=' that may only end it */
static bool is_token68_char(uint8_t c)
{
	return c < 0x80 && (isalnum(c) || (c && strchr("-._~+/", c)));
}

static struct bolt_cursor take_while(struct bolt_cursor *c, bool (*accept)(uint8_t))
{
	size_t n = 0;

	while (n < c->left && accept(c->p[n]))
		n++;
	struct bolt_cursor part = bolt_cursor(c->p, n);
	c->p += n;
	c->left -= n;
	return part;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool is_separator(uint8_t c)
{
	return is_space(c) || c == ',';
}

static bool is_equals(uint8_t c)
{
	return c == '=';
}

static bool same_word(struct bolt_cursor c, const char *word)
{
	return c.left == strlen(word) && strncasecmp((const char *) c.p, word, c.left) == 0;
}

struct value {
	char text[1024]; /* as large as the largest field of struct bolt_challenge */
	size_t len;
};

static int add_char(struct value *value, uint8_t c)
{
	if (value->len + 1 >= sizeof(value->text) || c == 0)
		return -EBADMSG;
	value->text[value->len++] = (char) c;
	value->text[value->len] = '\0';
	return 0;
}

/* quoted-string or token */
static int take_value(struct bolt_cursor *c, struct value *ret_value)
{
	struct value value = { .len = 0 };
	bool quoted = bolt_take_prefix(c, "\"");
	uint8_t byte;

	for (;;) {
		if (!quoted && (c->left == 0 || !is_token_char(c->p[0])))
			break;
		if (bolt_take_u8(c, &byte) < 0)
			return -EBADMSG; /* the quote was never closed */
		if (quoted && byte == '"')
			break;
		if (quoted && byte == '\\' && bolt_take_u8(c, &byte) < 0)
			return -EBADMSG;
		if (add_char(&value, byte) < 0)
			return -EBADMSG;
	}
	if (!quoted && value.len == 0)
		return -EBADMSG;
	*ret_value = value;
	return 0;
}

static int keep(char *field, size_t room, const struct value *value)
{
	if (value->len >= room)
		return -EBADMSG;
	memcpy(field, value->text, value->len + 1);
	return 0;
}

static int keep_parameter(struct bolt_challenge *bearer, struct bolt_cursor name, const struct value *value)
{
	if (same_word(name, "realm"))
		return keep(bearer->realm, sizeof(bearer->realm), value);
	if (same_word(name, "service"))
		return keep(bearer->service, sizeof(bearer->service), value);
	if (same_word(name, "scope"))
		return keep(bearer->scope, sizeof(bearer->scope), value);
	return 0;
}

/* name "=" value, with the spaces the RFC tolerates. Moves nothing and says false when a new challenge starts here instead. */
static bool take_parameter_name(struct bolt_cursor *c, struct bolt_cursor *ret_name)
{
	struct bolt_cursor at = *c, name = take_while(&at, is_token_char);

	(void) take_while(&at, is_space);
	if (name.left == 0 || !bolt_take_prefix(&at, "="))
		return false;
	(void) take_while(&at, is_space);
	*c = at;
	*ret_name = name;
	return true;
}

/* The one unnamed value some schemes have instead of parameters, as in "Negotiate oYG...==". */
static void skip_token68(struct bolt_cursor *c)
{
	struct bolt_cursor at = *c;

	struct bolt_cursor part = take_while(&at, is_token68_char);
	(void) take_while(&at, is_equals);
	(void) take_while(&at, is_space);
	if (part.left > 0 && (at.left == 0 || at.p[0] == ','))
		*c = at;
}

/* auth-scheme [ 1*SP ( token68 / #auth-param ) ] */
static int take_challenge(struct bolt_cursor *c, struct bolt_challenge *found)
{
	struct bolt_challenge bearer = { .bearer = true };
	struct bolt_cursor scheme = take_while(c, is_token_char), name;
	struct value value;

	if (scheme.left == 0 || (c->left > 0 && !is_separator(c->p[0])))
		return -EBADMSG;
	if (take_while(c, is_space).left > 0 && !take_parameter_name(&(struct bolt_cursor){ c->p, c->left }, &name))
		skip_token68(c);
	for (;;) {
		struct bolt_cursor before = *c;

		(void) take_while(c, is_separator);
		if (!take_parameter_name(c, &name)) {
			*c = before;
			break;
		}
		if (take_value(c, &value) < 0 || keep_parameter(&bearer, name, &value) < 0)
			return -EBADMSG;
		(void) take_while(c, is_space);
		if (c->left > 0 && c->p[0] != ',')
			return -EBADMSG;
	}
	if (same_word(scheme, "Basic"))
		found->basic = true;
	if (same_word(scheme, "Bearer") && bearer.realm[0] && !found->bearer) {
		bearer.basic = found->basic;
		*found = bearer;
	}
	return 0;
}

int bolt_challenge_parse(struct bolt_cursor value, struct bolt_challenge *challenge, struct bolt_err *err)
{
	struct bolt_challenge found = *challenge;

	for (;;) {
		(void) take_while(&value, is_separator);
		if (value.left == 0)
			break;
		if (take_challenge(&value, &found) < 0)
			return bolt_err_set(err, -EBADMSG, "malformed WWW-Authenticate header, at '%.*s'",
					    (int) (value.left > 80 ? 80 : value.left), (const char *) value.p);
	}
	*challenge = found;
	return 0;
}

static bool can_be_in_header(const char *token)
{
	size_t n = strlen(token);

	if (n == 0 || n > BOLT_TOKEN_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (token[i] <= ' ' || token[i] >= 0x7f)
			return false;
	}
	return true;
}

int bolt_token_parse(const void *bytes, size_t len, char **ret_token, struct bolt_err *err)
{
	json_t *answer = NULL;
	int r = bolt_json_load(bytes, len, BOLT_HTTP_ERROR_DEPTH_MAX, &answer, err);

	if (r < 0)
		return r;
	const char *token = bolt_json_text(answer, "token");
	if (!token || !*token)
		token = bolt_json_text(answer, "access_token");
	char *copy = NULL;
	if (!token || !can_be_in_header(token))
		r = bolt_err_set(err, -EBADMSG, "the token service's answer holds no usable token");
	else if (!(copy = strdup(token)))
		r = bolt_err_set(err, -ENOMEM, "out of memory");
	bolt_wipe_json(answer);
	json_decref(answer);
	if (r == 0)
		*ret_token = copy;
	return r;
}
