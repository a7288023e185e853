/* Any bytes as the texts of a report with findings: every format must come out whole. JSON parses again, nothing that could steer a
 * terminal or break markup is in the others, and no tag is anybody's but ours. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/cursor.h"
#include "core/json.h"
#include "core/text.h"
#include "model/purl.h"
#include "report/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { PACKAGES = 3, FINDINGS = 5 };

static struct bolt_out out;

/* The input is numbers (its first byte over and over, then the next) and texts that end with a line feed; when it is used up there
 * are no more of either. */
struct input {
	struct bolt_cursor texts;
	struct bolt_arena *arena;
	uint8_t numbers[16];
	size_t at;
};

static unsigned number(struct input *in, unsigned most)
{
	return in->numbers[in->at++ % sizeof(in->numbers)] % (most + 1);
}

static const char *text(struct input *in)
{
	struct bolt_cursor part = in->texts;

	if (!bolt_take_until(&in->texts, '\n', &part))
		in->texts.left = 0;
	char *copy = bolt_arena_text(in->arena, part.p, part.left);
	return copy ? copy : "";
}

static const char *maybe(struct input *in)
{
	const char *some = text(in);

	return *some ? some : NULL;
}

static struct bolt_texts list(struct input *in)
{
	struct bolt_texts texts = { 0 };

	for (unsigned i = number(in, 3); i > 0; i--) {
		if (bolt_texts_append(&texts, in->arena, text(in)) < 0)
			abort();
	}
	return texts;
}

static void fill_package(struct input *in, struct bolt_package *package, const struct bolt_os *os)
{
	static const char *const types[] = { "deb", "rpm", "apk", "npm", "maven", "golang" };

	*package = (struct bolt_package){ .type = types[number(in, 5)],
					  .name = maybe(in),
					  .version = text(in),
					  .source_name = maybe(in),
					  .source_version = maybe(in),
					  .owner = maybe(in),
					  .layer = (int) number(in, 3) - 1,
					  .removed_layer = -1 };
	package->name = package->name ? package->name : "x";
	package->locations = list(in);
	package->licenses = list(in);
	package->purl = bolt_purl_make(in->arena, package, os);
	if (!package->purl)
		abort();
}

static struct bolt_evidence *evidence(struct input *in)
{
	struct bolt_evidence *made = bolt_arena_alloc(in->arena, sizeof(*made));

	*made = (struct bolt_evidence){ text(in), text(in), text(in), maybe(in) };
	return made;
}

static void fill_finding(struct input *in, struct bolt_finding *finding, const struct bolt_package *package)
{
	const char *id = maybe(in);

	*finding = (struct bolt_finding){ .id = id ? id : "CVE-2024-1",
					  .severity = (enum bolt_severity) number(in, _BOLT_SEVERITY_MAX - 1),
					  .severity_source = maybe(in),
					  .cvss_tenths = number(in, 100),
					  .cvss_vector = maybe(in),
					  .title = maybe(in),
					  .description = maybe(in),
					  .package = package,
					  .fixed_version = maybe(in),
					  .status = (enum bolt_status) number(in, BOLT_STATUS_UNDER_INVESTIGATION),
					  .aliases = list(in),
					  .cwes = list(in),
					  .references = list(in),
					  .evidence = evidence(in),
					  .evidence_len = 1,
					  .published = maybe(in),
					  .epss = { number(in, 1), number(in, 255) * 390, number(in, 255) * 390 },
					  .kev = { number(in, 1), maybe(in), maybe(in), number(in, 1) },
					  .priority = { number(in, 255) * 3, list(in) } };
	if (number(in, 3) == 0)
		finding->suppressed = (struct bolt_suppression){ "ignore-file", maybe(in), maybe(in),
								 maybe(in),     maybe(in), maybe(in) };
}

static void fill(struct input *in, struct bolt_report *report)
{
	static const char *const tags[] = { "archive", "dir" };

	report->subject.kind = tags[number(in, 1)];
	report->subject.name = maybe(in);
	report->os = (struct bolt_os){ .id = maybe(in), .version_id = maybe(in), .name = maybe(in) };
	report->subject.layers = bolt_arena_alloc(in->arena, 2 * sizeof(*report->subject.layers));
	report->subject.layers_len = number(in, 2);
	for (size_t i = 0; i < report->subject.layers_len; i++)
		report->subject.layers[i] = (struct bolt_layer){ .created_by = maybe(in),
								 .origin = (enum bolt_origin) number(in, 3) };
	report->packages = bolt_arena_alloc(in->arena, PACKAGES * sizeof(*report->packages));
	report->packages_len = PACKAGES;
	for (size_t i = 0; i < PACKAGES; i++)
		fill_package(in, &report->packages[i], &report->os);
	bolt_report_sort(report);
	report->findings = bolt_arena_alloc(in->arena, FINDINGS * sizeof(*report->findings));
	report->findings_len = FINDINGS;
	for (size_t i = 0; i < FINDINGS; i++)
		fill_finding(in, &report->findings[i], &report->packages[number(in, PACKAGES - 1)]);
	report->actions = bolt_arena_alloc(in->arena, sizeof(*report->actions));
	report->actions_len = 1;
	report->actions[0] = (struct bolt_action){ .text = text(in), .packages = list(in) };
	if (bolt_report_warn(report, text(in), maybe(in), -1, text(in)) < 0)
		abort();
	bolt_report_sort(report);
}

static void check_json(const char *document, size_t n)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *value = NULL;
	struct bolt_err err;

	if (bolt_json_load_unambiguous(document, n, 64, &value, &err) < 0)
		abort();
}

/* Only our own tags: whatever follows a '<' is one of them. */
static void check_tags(const char *document, const char *const *ours, size_t n)
{
	for (const char *p = document; (p = strchr(p, '<')); p++) {
		bool known = false;

		for (size_t i = 0; i < n && !known; i++)
			known = bolt_starts_with(p + 1 + (p[1] == '/'), ours[i]);
		if (!known)
			abort();
	}
}

static void check_text(const char *document)
{
	for (const unsigned char *p = (const unsigned char *) document; *p; p++) {
		if ((*p < 0x20 && *p != '\n') || *p == 0x7f)
			abort();
	}
}

static void check(const char *name, const char *document, size_t n)
{
	static const char *const xml[] = { "?xml ", "testsuite", "testcase ", "testcase>", "failure", "skipped " };
	static const char *const html[] = {
		"!DOCTYPE html>",
		"html",
		"head",
		"meta ",
		"title>",
		"style>",
		"script>",
		"body>",
		"header>",
		"main>",
		"footer>",
		"section",
		"p>",
		"p ",
		"h1>",
		"h2>",
		"h3>",
		"h4>",
		"dl",
		"dt>",
		"dd>",
		"div",
		"svg",
		"rect",
		"ol",
		"li",
		"article",
		"details",
		"summary>",
		"span",
		"a>",
		"a rel",
		"code>",
		"table>",
		"thead>",
		"tbody>",
		"tr>",
		"td",
		"th",
		"ul>",
		"b>",
		"input",
		"select",
		"option",
		"button",
		"output>",
		"f.hidden",
		"least",
		"b.dataset",
		"a.dataset",
		"groups",
		"0;",
	};
	static const char *const markdown[] = { "code>", "details>", "summary>", "sub>", "http://", "https://" };

	if (!bolt_utf8_valid(document, n) || strlen(document) != n)
		abort();
	if (strcmp(name, "junit") == 0)
		check_tags(document, xml, BOLT_ARRAY_LEN(xml));
	else if (strcmp(name, "html") == 0)
		check_tags(document, html, BOLT_ARRAY_LEN(html));
	else if (strcmp(name, "markdown") == 0)
		check_tags(document, markdown, BOLT_ARRAY_LEN(markdown));
	else if (n > 0 && document[0] == '{')
		check_json(document, n);
	if (strcmp(name, "spdx") != 0 && strcmp(name, "files") != 0)
		check_text(document);
}

static void write_all(const struct bolt_report *report, unsigned columns)
{
	const struct bolt_report_style style = { .columns = columns, .tool_version = "0" };

	for (size_t i = 0; i < bolt_report_formats_len; i++) {
		int fd = memfd_create("document", MFD_CLOEXEC);

		bolt_out_init(&out, fd);
		if (fd < 0 || bolt_report_formats[i].write(report, &style, &out) < 0 || bolt_out_flush(&out) < 0)
			abort();
		off_t n = lseek(fd, 0, SEEK_END);
		char *document = malloc((size_t) n + 1);
		if (!document || pread(fd, document, (size_t) n, 0) != n)
			abort();
		document[n] = '\0';
		check(bolt_report_formats[i].name, document, (size_t) n);
		free(document);
		close(fd);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(64 << 20);
	struct input in = { .arena = report ? report->arena : NULL };

	if (!report || n < sizeof(in.numbers) || n > (1 << 16))
		return 0;
	memcpy(in.numbers, bytes, sizeof(in.numbers));
	in.texts = bolt_cursor(bytes + sizeof(in.numbers), n - sizeof(in.numbers));
	fill(&in, report);
	write_all(report, 0);
	write_all(report, 80);
	return 0;
}
