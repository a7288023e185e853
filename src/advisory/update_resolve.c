#include "advisory/update_resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/download.h"
#include "advisory/limits.h"
#include "core/text.h"

/* A path below where we are, of harmless letters, that leaves neither it nor the server. */
static bool is_path_below(struct bolt_cursor path)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+~/-";

	if (path.left == 0 || path.left > 512 || path.p[0] == '/' || memmem(path.p, path.left, "..", 2))
		return false;
	for (size_t i = 0; i < path.left; i++) {
		if (!path.p[i] || !strchr(letters, path.p[i]))
			return false;
	}
	return true;
}

static int below(const char *base, size_t base_len, struct bolt_cursor path, struct bolt_arena *arena, const char **ret_url)
{
	if (!is_path_below(path))
		return -EBADMSG;
	const char *url = bolt_arena_printf(arena, "%.*s%.*s", (int) base_len, base, (int) path.left, (const char *) path.p);
	if (url)
		*ret_url = url;
	return url ? 0 : -ENOMEM;
}

static size_t directory_len(const char *url)
{
	const char *slash = strrchr(url, '/');

	return slash ? (size_t) (slash - url) + 1 : 0;
}

/* The name of a file beside this one: Red Hat's archive_latest.txt. */
int bolt_resolve_file_name(struct bolt_cursor text, const char *url, struct bolt_arena *arena, const char **ret_url)
{
	struct bolt_cursor line;

	if (!bolt_take_line(&text, &line))
		return -EBADMSG;
	bolt_trim(&line);
	return below(url, directory_len(url), line, arena, ret_url);
}

/* The base URL of a repository, whose list of files we want: Amazon's mirror.list. */
int bolt_resolve_first_mirror(struct bolt_cursor text, const char *url, struct bolt_arena *arena, const char **ret_url)
{
	const char *host = strstr(url, "://"), *slash = host ? strchr(host + 3, '/') : NULL;
	struct bolt_cursor line, path;

	if (!slash || !bolt_take_line(&text, &line))
		return -EBADMSG;
	bolt_trim(&line);
	path = line;
	size_t origin_len = (size_t) (slash - url) + 1;
	/* Whoever answers may say where on this server, and not that we leave it or TLS. */
	if (line.left <= origin_len || memcmp(line.p, url, origin_len) != 0 || bolt_skip(&path, origin_len) < 0 ||
	    !is_path_below(path))
		return -EBADMSG;
	bool ends = line.p[line.left - 1] == '/';
	const char *whole = bolt_arena_printf(arena, "%.*s%srepodata/repomd.xml", (int) line.left, (const char *) line.p,
					      ends ? "" : "/");
	if (whole)
		*ret_url = whole;
	return whole ? 0 : -ENOMEM;
}

/* The next `needle` in what is left, which ends behind it. */
static bool pass(struct bolt_cursor *c, const char *needle)
{
	size_t len = strlen(needle);
	const uint8_t *at = memmem(c->p, c->left, needle, len);

	if (!at)
		return false;
	return bolt_skip(c, (size_t) (at - c->p) + len) == 0;
}

/* repomd.xml: <data type="updateinfo"> ... <location href="repodata/...-updateinfo.xml.gz"/> ... </data> */
int bolt_resolve_updateinfo(struct bolt_cursor text, const char *url, struct bolt_arena *arena, const char **ret_url)
{
	static const char end[] = "repodata/repomd.xml";
	struct bolt_cursor data, href;

	if (!pass(&text, "<data type=\"updateinfo\"") || !bolt_ends_with(url, end))
		return -EBADMSG;
	const uint8_t *close = memmem(text.p, text.left, "</data>", 7);
	data = bolt_cursor(text.p, close ? (size_t) (close - text.p) : 0);
	if (!pass(&data, "<location") || !pass(&data, "href=\"") || !bolt_take_until(&data, '"', &href))
		return -EBADMSG;
	return below(url, strlen(url) - strlen(end), href, arena, ret_url);
}

typedef int resolver(struct bolt_cursor text, const char *url, struct bolt_arena *arena, const char **ret_url);

static const struct {
	const char *part; /* it, or what it begins with */
	resolver *steps[2];
} rows[] = {
	{ "redhat-vex/all", { bolt_resolve_file_name, NULL } },
	{ "updateinfo/Amazon-Linux-", { bolt_resolve_first_mirror, bolt_resolve_updateinfo } },
};

static int resolve_step(struct bolt_http *http, resolver *step, const volatile int *cancelled, struct bolt_arena *arena,
			const char **url, struct bolt_err *err)
{
	char *text = NULL;
	int r = bolt_download_text(http, *url, BOLT_RESOLVE_TEXT_MAX, cancelled, &text, err);

	if (r < 0)
		return r;
	r = step(bolt_cursor(text, strlen(text)), *url, arena, url);
	free(text);
	return r == -EBADMSG ? bolt_err_set(err, r, "'%s' does not say where the file is", *url) : r;
}

int bolt_update_resolve(struct bolt_http *http, const char *part, const char *url, const volatile int *cancelled,
			struct bolt_arena *arena, const char **ret_url, struct bolt_err *err)
{
	const char *at = url;
	int r = 0;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (!bolt_starts_with(part, rows[i].part))
			continue;
		for (size_t k = 0; r == 0 && k < BOLT_ARRAY_LEN(rows[i].steps) && rows[i].steps[k]; k++)
			r = resolve_step(http, rows[i].steps[k], cancelled, arena, &at, err);
	}
	if (r == 0)
		*ret_url = at;
	return r;
}
