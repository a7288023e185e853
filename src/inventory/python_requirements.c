/* requirements.txt (pip's documentation, "Requirements File Format"). Only "name==version" says which version would be installed;
 * ranges and addresses do not, and are left out. */
#include <errno.h>
#include <string.h>

#include "inventory/cataloger.h"
#include "inventory/limits.h"

/* The next line, past its continuations ("\" before the newline; comments have none). Only the first line matters: name and version
 * end before any "\". */
static bool take_logical_line(struct bolt_cursor *data, struct bolt_cursor *ret_line)
{
	struct bolt_cursor line, more;

	if (!bolt_take_line(data, &line))
		return false;
	bolt_trim(&line);
	*ret_line = line;
	more = bolt_cursor_starts(line, "#") ? (struct bolt_cursor){ 0 } : line;
	while (more.left > 0 && more.p[more.left - 1] == '\\' && bolt_take_line(data, &more))
		;
	if (ret_line->left > 0 && ret_line->p[ret_line->left - 1] == '\\')
		ret_line->left--;
	return true;
}

static bool is_name_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* What PEP 440 lets stand in a version. '*' is not among it: "==1.*" is a range. */
static bool is_version_byte(uint8_t c)
{
	return is_name_byte(c) || c == '+' || c == '!';
}

static struct bolt_cursor take_while(struct bolt_cursor *c, bool (*wanted)(uint8_t))
{
	size_t n = 0;

	while (n < c->left && wanted(c->p[n]))
		n++;
	struct bolt_cursor taken = bolt_cursor(c->p, n);
	c->p += n;
	c->left -= n;
	return taken;
}

/* "name[extra,...] == 1.2.3", and then nothing, a marker (;), a comment or an option ( --hash=...). */
static bool read_pin(struct bolt_cursor line, struct bolt_cursor *ret_name, struct bolt_cursor *ret_version)
{
	struct bolt_cursor extras;

	bolt_trim(&line);
	*ret_name = take_while(&line, is_name_byte);
	bolt_trim(&line);
	if (bolt_take_prefix(&line, "["))
		(void) bolt_take_until(&line, ']', &extras);
	bolt_trim(&line);
	if (!bolt_take_prefix(&line, "===") && !bolt_take_prefix(&line, "=="))
		return false;
	bolt_trim(&line);
	*ret_version = take_while(&line, is_version_byte);
	bool spaced = line.left > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
	bolt_trim(&line);
	bool ends = line.left == 0 || line.p[0] == ';' || (spaced && (line.p[0] == '#' || bolt_cursor_starts(line, "--")));
	return ends && ret_name->left > 0 && ret_name->p[0] != '-' && ret_version->left > 0;
}

static int parse_requirements(const struct bolt_catalog_file *file, struct bolt_sink *sink, struct bolt_err *err)
{
	struct bolt_cursor data = file->data, line, name, version;

	if (data.left > 0 && memchr(data.p, 0, data.left))
		return bolt_err_set(err, -EBADMSG, "holds NUL bytes: save it as UTF-8 text");
	(void) bolt_take_prefix(&data, "\xef\xbb\xbf");
	while (take_logical_line(&data, &line)) {
		if (!read_pin(line, &name, &version))
			continue;
		struct bolt_found found = { .name = bolt_sink_text(sink, name), .version = bolt_sink_text(sink, version) };
		if (!found.name || !found.version)
			return -ENOMEM;
		int r = bolt_sink_add(sink, &found, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static const char *const requirements_patterns[] = { "**/requirements.txt", NULL };

const struct bolt_cataloger bolt_cataloger_python_requirements = {
	.name = "python-requirements",
	.type = "pypi",
	.summary = "Python packages pinned in requirements.txt (name==version)",
	.where = BOLT_CATALOG_DECLARED,
	.patterns = requirements_patterns,
	.max_bytes = BOLT_TEXT_DATABASE_MAX,
	.parse = parse_requirements,
};
