#include "oci/reference.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/digest.h"
#include "core/text.h"
#include "oci/network_limits.h"

static bool is_lower_alnum(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(uint8_t c)
{
	return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

static size_t span(struct bolt_cursor c, size_t from, bool (*accept)(uint8_t))
{
	size_t n = 0;

	while (from + n < c.left && accept(c.p[from + n]))
		n++;
	return n;
}

/* alnum { separator alnum }, where a separator is one '.', one or two '_', or any number of '-'. */
static bool is_path_component(struct bolt_cursor c)
{
	for (size_t at = 0;;) {
		size_t n = span(c, at, is_lower_alnum);

		at += n;
		if (n == 0 || at == c.left)
			return n > 0;
		if (c.p[at] == '.') {
			at++;
		} else if (c.p[at] == '_') {
			at += at + 1 < c.left && c.p[at + 1] == '_' ? 2 : 1;
		} else if (c.p[at] == '-') {
			while (at < c.left && c.p[at] == '-')
				at++;
		} else {
			return false;
		}
	}
}

static bool is_path(struct bolt_cursor path)
{
	struct bolt_cursor component;

	if (path.left == 0 || path.left > BOLT_REPOSITORY_MAX || path.p[path.left - 1] == '/')
		return false;
	while (bolt_take_until(&path, '/', &component)) {
		if (!is_path_component(component))
			return false;
	}
	return true;
}

static bool is_tag(struct bolt_cursor tag)
{
	if (tag.left == 0 || tag.left > BOLT_TAG_MAX || tag.p[0] == '.' || tag.p[0] == '-')
		return false;
	for (size_t i = 0; i < tag.left; i++) {
		if (!is_alnum(tag.p[i]) && tag.p[i] != '_' && tag.p[i] != '.' && tag.p[i] != '-')
			return false;
	}
	return true;
}

bool bolt_tag_ok(const char *tag)
{
	return is_tag(bolt_cursor(tag, strlen(tag)));
}

static bool is_host_label(struct bolt_cursor label)
{
	if (label.left == 0 || label.p[0] == '-' || label.p[label.left - 1] == '-')
		return false;
	for (size_t i = 0; i < label.left; i++) {
		if (!is_alnum(label.p[i]) && label.p[i] != '-')
			return false;
	}
	return true;
}

static bool is_host_name(struct bolt_cursor host)
{
	struct bolt_cursor label;

	if (host.left == 0 || host.p[host.left - 1] == '.')
		return false;
	while (bolt_take_until(&host, '.', &label)) {
		if (!is_host_label(label))
			return false;
	}
	return true;
}

static bool is_ipv6_literal(struct bolt_cursor host)
{
	if (host.left < 4 || host.p[0] != '[' || host.p[host.left - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < host.left; i++) {
		if (!isxdigit(host.p[i]) && host.p[i] != ':')
			return false;
	}
	return true;
}

static bool is_port(struct bolt_cursor port)
{
	unsigned value = 0;

	if (port.left == 0 || port.left > 5)
		return false;
	for (size_t i = 0; i < port.left; i++) {
		if (port.p[i] < '0' || port.p[i] > '9')
			return false;
		value = value * 10 + (port.p[i] - '0');
	}
	return value <= 65535;
}

static bool is_registry(struct bolt_cursor registry)
{
	struct bolt_cursor host = registry;
	const uint8_t *colon = registry.left > 0 ? memrchr(registry.p, ':', registry.left) : NULL;

	if (registry.left == 0 || registry.left > BOLT_REGISTRY_MAX)
		return false;
	if (colon && registry.p[registry.left - 1] != ']') {
		host.left = (size_t) (colon - registry.p);
		if (!is_port(bolt_cursor(colon + 1, registry.left - host.left - 1)))
			return false;
	}
	return is_host_name(host) || is_ipv6_literal(host);
}

/* Docker's rule for the part before the first '/': a registry when it could not be the first word of a Docker Hub name. */
static bool looks_like_registry(struct bolt_cursor first)
{
	for (size_t i = 0; i < first.left; i++) {
		if (first.p[i] == '.' || first.p[i] == ':' || (first.p[i] >= 'A' && first.p[i] <= 'Z'))
			return true;
	}
	return bolt_cursor_is(first, "localhost");
}

struct parts {
	struct bolt_cursor registry, path, tag, digest; /* p is NULL where nothing was written */
};

static void split(const char *text, struct parts *parts)
{
	struct bolt_cursor rest = bolt_cursor(text, strlen(text)), first;
	const uint8_t *at = memchr(text, '@', rest.left), *colon, *slash;

	if (at) {
		parts->digest = bolt_cursor(at + 1, rest.left - (size_t) (at + 1 - rest.p));
		rest.left = (size_t) (at - rest.p);
	}
	colon = memrchr(rest.p, ':', rest.left);
	slash = memrchr(rest.p, '/', rest.left);
	if (colon && (!slash || colon > slash)) {
		parts->tag = bolt_cursor(colon + 1, rest.left - (size_t) (colon + 1 - rest.p));
		rest.left = (size_t) (colon - rest.p);
	}
	parts->path = rest;
	if (slash && bolt_take_until(&rest, '/', &first) && looks_like_registry(first)) {
		parts->registry = first;
		parts->path = rest;
	}
}

static bool is_hex_id(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static int check(const char *text, const struct parts *parts, struct bolt_err *err)
{
	struct bolt_digest digest;
	char digest_text[BOLT_DIGEST_TEXT + 1];

	if (is_hex_id(text))
		return bolt_err_set(err, -EINVAL, "reference '%s': 64 hex digits name an image ID, not a repository", text);
	if (parts->registry.p && !is_registry(parts->registry))
		return bolt_err_set(err, -EINVAL, "reference '%.300s': '%.*s' is no HOST or HOST:PORT", text,
				    (int) parts->registry.left, (const char *) parts->registry.p);
	if (!is_path(parts->path))
		return bolt_err_set(err, -EINVAL,
				    "reference '%.300s': the repository must be lower-case letters, digits and single separators "
				    "(. _ __ -), in parts divided by '/', at most %u characters",
				    text, BOLT_REPOSITORY_MAX);
	if (parts->tag.p && !is_tag(parts->tag))
		return bolt_err_set(
			err, -EINVAL,
			"reference '%.300s': a tag is 1 to %u letters, digits, '_', '.' or '-', not starting with '.' or '-'", text,
			BOLT_TAG_MAX);
	if (!parts->digest.p)
		return 0;
	(void) snprintf(digest_text, sizeof(digest_text), "%.*s", (int) parts->digest.left, (const char *) parts->digest.p);
	int r = bolt_digest_parse(digest_text, &digest, err);
	return r < 0 ? bolt_err_wrap(err, r, "reference '%.300s'", text) : 0;
}

static char *copy(struct bolt_cursor part)
{
	return part.p ? strndup((const char *) part.p, part.left) : NULL;
}

static int build(const struct parts *parts, struct bolt_reference *reference)
{
	bool hub = !parts->registry.p || bolt_cursor_is(parts->registry, BOLT_HUB_REGISTRY) ||
		   bolt_cursor_is(parts->registry, BOLT_HUB_OLD_REGISTRY);
	bool implied_library = hub && !memchr(parts->path.p, '/', parts->path.left);

	reference->registry = hub ? strdup(BOLT_HUB_REGISTRY) : copy(parts->registry);
	if (asprintf(&reference->repository, "%s%.*s", implied_library ? "library/" : "", (int) parts->path.left,
		     (const char *) parts->path.p) < 0)
		reference->repository = NULL;
	reference->tag = copy(parts->tag);
	reference->digest = copy(parts->digest);
	if (!reference->registry || !reference->repository || (parts->tag.p && !reference->tag) ||
	    (parts->digest.p && !reference->digest))
		return -ENOMEM;
	return strlen(reference->repository) <= BOLT_REPOSITORY_MAX ? 0 : -EINVAL;
}

int bolt_reference_parse(const char *text, struct bolt_reference **ret_reference, struct bolt_err *err)
{
	struct parts parts = { 0 };

	if (!*text)
		return bolt_err_set(err, -EINVAL, "empty image reference");
	if (strnlen(text, BOLT_REFERENCE_MAX + 1) > BOLT_REFERENCE_MAX)
		return bolt_err_set(err, -EINVAL, "reference '%.60s...': longer than %u characters", text, BOLT_REFERENCE_MAX);
	split(text, &parts);
	int r = check(text, &parts, err);
	if (r < 0)
		return r;

	BOLT_CLEANUP(bolt_reference_freep) struct bolt_reference *reference = calloc(1, sizeof(*reference));
	if (!reference)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	r = build(&parts, reference);
	if (r < 0)
		return bolt_err_set(err, r, "reference '%.300s': %s", text, r == -ENOMEM ? "out of memory" : "repository too long");
	*ret_reference = BOLT_TAKE(reference);
	return 0;
}

void bolt_reference_free(struct bolt_reference *reference)
{
	if (!reference)
		return;
	free(reference->registry);
	free(reference->repository);
	free(reference->tag);
	free(reference->digest);
	free(reference);
}

char *bolt_reference_text(const struct bolt_reference *reference)
{
	char *text;
	int n = asprintf(&text, "%s/%s%s%s%s%s", reference->registry, reference->repository, reference->tag ? ":" : "",
			 reference->tag ? reference->tag : "", reference->digest ? "@" : "",
			 reference->digest ? reference->digest : "");

	return n < 0 ? NULL : text;
}

const char *bolt_reference_version(const struct bolt_reference *reference)
{
	if (reference->digest)
		return reference->digest;
	return reference->tag ? reference->tag : "latest";
}

const char *bolt_registry_api_host(const char *registry)
{
	return strcmp(registry, BOLT_HUB_REGISTRY) == 0 ? BOLT_HUB_API_HOST : registry;
}
