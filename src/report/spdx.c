#include "report/spdx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "inventory/sbom_facts.h"
#include "report/identity.h"
#include "report/licenses.h"

static const char document_id[] = "SPDXRef-DOCUMENT", subject_id[] = "SPDXRef-Subject", os_id[] = "SPDXRef-OperatingSystem";

/* Facts gathered into a comment. */
struct comment {
	struct bolt_buf text;
	int failed;
};

static int add_escaped(struct bolt_buf *buf, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *p = (const uint8_t *) text;
	size_t left = strlen(text);
	int r = 0;

	while (left > 0 && r == 0) {
		size_t n = bolt_utf8_len(p, left);
		bool plain = n > 0 && *p >= 0x20 && *p != 0x7f && *p != '\\' && *p != '<';
		char escape[] = { '\\', hex[*p >> 4], hex[*p & 15] };

		r = plain ? bolt_buf_add(buf, p, n) : bolt_buf_add(buf, escape, sizeof(escape));
		n = plain ? n : 1;
		p += n;
		left -= n;
	}
	return r;
}

static void put_line(void *context, const char *name, const char *value)
{
	struct comment *comment = context;

	if (comment->failed == 0)
		comment->failed = bolt_buf_addf(&comment->text, "%s%s=", comment->text.len ? "\n" : "", name);
	if (comment->failed == 0)
		comment->failed = add_escaped(&comment->text, value);
}

static struct comment new_comment(void)
{
	return (struct comment){ .text = BOLT_BUF_INIT(SIZE_MAX / 4) };
}

/* SPDX identifiers are letters, digits, '.' and '-'. */
static void add_id_part(char *id, size_t room, const char *text, size_t most)
{
	size_t used = strlen(id);

	for (size_t i = 0; text[i] && i < most && used + 2 < room; i++) {
		char c = text[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';

		id[used++] = plain ? c : '-';
	}
	id[used] = '\0';
}

/* "SPDXRef-deb-zlib1g-<16 hex>": readable, and unique by the hash. 0 | -ENOMEM. */
static int package_id(const struct bolt_package_walk *walk, char id[128])
{
	char *ref = bolt_package_ref(walk), hash[17];
	int r = ref ? bolt_short_digest(ref, hash) : -ENOMEM;

	free(ref);
	if (r < 0)
		return r;
	(void) snprintf(id, 128, "SPDXRef-");
	add_id_part(id, 128, walk->package->type, 20);
	add_id_part(id, 128, "-", 1);
	add_id_part(id, 128, walk->package->name, 60);
	add_id_part(id, 128, "-", 1);
	add_id_part(id, 128, hash, 16);
	return 0;
}

static int license_ref(const char *text, char id[128])
{
	char hash[17];
	int r = bolt_short_digest(text, hash);

	if (r < 0)
		return r;
	(void) snprintf(id, 128, "LicenseRef-");
	add_id_part(id, 128, text, 40);
	add_id_part(id, 128, "-", 1);
	add_id_part(id, 128, hash, 16);
	return 0;
}

/* All that a package declares holds at once: for Debian each text is that of some of its files. */
static int add_licenses(struct bolt_buf *buf, const struct bolt_texts *licenses)
{
	if (licenses->len == 0)
		return bolt_buf_addf(buf, "NOASSERTION");
	for (size_t i = 0; i < licenses->len; i++) {
		BOLT_CLEANUP(bolt_buf_done) struct bolt_buf one = BOLT_BUF_INIT(SIZE_MAX / 4);
		char ref[128];
		bool compound = false;
		int r = bolt_license_expression(licenses->items[i], &one, &compound);

		if (r == -EINVAL) {
			r = license_ref(licenses->items[i], ref);
			if (r == 0)
				r = bolt_buf_addf(&one, "%s", ref);
		}
		if (r == 0)
			r = bolt_buf_addf(buf, compound && licenses->len > 1 ? "%s(%s)" : "%s%s", i ? " AND " : "",
					  (const char *) one.data);
		if (r < 0)
			return r;
	}
	return 0;
}

static int tell_subject(const struct bolt_report *report, const struct bolt_spdx_emitter *emitter, void *context)
{
	const struct bolt_subject *subject = &report->subject;
	bool image = subject->layers_len > 0 || subject->digest || subject->image_id;
	struct comment comment = new_comment();

	bolt_facts_of_subject(report, put_line, &comment);
	int r = bolt_facts_of_removed(report, put_line, &comment);
	struct bolt_spdx_item item = { .id = subject_id,
				       .name = subject->name ? subject->name : "unknown",
				       .version = subject->digest,
				       .purpose = image ? "CONTAINER" : "OTHER",
				       .license = "NOASSERTION",
				       .comment = (const char *) comment.text.data };
	r = r < 0 ? r : comment.failed;
	if (r == 0)
		emitter->package(context, &item);
	bolt_buf_done(&comment.text);
	return r;
}

static int tell_os(const struct bolt_os *os, const struct bolt_spdx_emitter *emitter, void *context)
{
	struct comment comment = new_comment();

	bolt_facts_of_os(os, put_line, &comment);
	struct bolt_spdx_item item = { .id = os_id,
				       .name = os->id,
				       .version = os->version_id ? os->version_id : os->version_codename,
				       .purpose = "OPERATING-SYSTEM",
				       .license = "NOASSERTION",
				       .comment = (const char *) comment.text.data };
	if (comment.failed == 0)
		emitter->package(context, &item);
	bolt_buf_done(&comment.text);
	return comment.failed;
}

static int tell_package(const struct bolt_package_walk *walk, const struct bolt_spdx_emitter *emitter, void *context)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf license = BOLT_BUF_INIT(SIZE_MAX / 4);
	const struct bolt_package *package = walk->package;
	struct comment comment = new_comment();
	char id[128];
	int r = package_id(walk, id);

	if (r == 0)
		r = add_licenses(&license, &package->licenses);
	bolt_facts_of_package(package, walk->report, put_line, &comment);
	struct bolt_spdx_item item = { .id = id,
				       .name = package->name,
				       .version = *package->version ? package->version : NULL,
				       .license = (const char *) license.data,
				       .purl = package->purl,
				       .comment = (const char *) comment.text.data };
	r = r < 0 ? r : comment.failed;
	if (r == 0)
		emitter->package(context, &item);
	bolt_buf_done(&comment.text);
	return r;
}

static int tell_relationships(const struct bolt_report *report, const struct bolt_spdx_emitter *emitter, void *context)
{
	struct bolt_package_walk walk = { .report = report };
	char id[128];

	emitter->begin_relationships(context);
	emitter->relationship(context, document_id, "DESCRIBES", subject_id);
	if (report->os.id)
		emitter->relationship(context, subject_id, "CONTAINS", os_id);
	while (bolt_package_walk_next(&walk)) {
		int r = package_id(&walk, id);

		if (r < 0)
			return r;
		emitter->relationship(context, subject_id, "CONTAINS", id);
	}
	return 0;
}

static int compare_texts(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* The texts that are no expression of known licences, of all packages. Caller frees. */
static int foreign_licenses(const struct bolt_report *report, const char ***ret_texts, size_t *ret_len)
{
	struct bolt_package_walk walk = { .report = report };
	size_t most = 0, n = 0;

	while (bolt_package_walk_next(&walk))
		most += walk.package->licenses.len;
	const char **texts = calloc(most + 1, sizeof(*texts));
	if (!texts)
		return -ENOMEM;
	walk = (struct bolt_package_walk){ .report = report };
	while (bolt_package_walk_next(&walk)) {
		for (size_t i = 0; i < walk.package->licenses.len; i++) {
			BOLT_CLEANUP(bolt_buf_done) struct bolt_buf ignored = BOLT_BUF_INIT(SIZE_MAX / 4);

			if (bolt_license_expression(walk.package->licenses.items[i], &ignored, NULL) == -EINVAL)
				texts[n++] = walk.package->licenses.items[i];
		}
	}
	qsort(texts, n, sizeof(*texts), compare_texts);
	*ret_texts = texts;
	*ret_len = n;
	return 0;
}

static int tell_licenses(const struct bolt_report *report, const struct bolt_spdx_emitter *emitter, void *context)
{
	const char **texts;
	char id[128];
	size_t n;
	int r = foreign_licenses(report, &texts, &n);

	if (r < 0)
		return r;
	emitter->begin_licenses(context);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (i > 0 && strcmp(texts[i - 1], texts[i]) == 0)
			continue;
		r = license_ref(texts[i], id);
		if (r == 0)
			emitter->license(context, id, texts[i]);
	}
	free(texts);
	return r;
}

int bolt_spdx_tell(const struct bolt_report *report, const struct bolt_report_style *style, const struct bolt_spdx_emitter *emitter,
		   void *context)
{
	struct bolt_package_walk walk = { .report = report };
	char uuid[BOLT_UUID_TEXT], space[64], created[BOLT_TIMESTAMP_TEXT], creator[80];
	int r = bolt_report_uuid(report, uuid);

	if (r < 0)
		return r;
	(void) snprintf(space, sizeof(space), "urn:uuid:%s", uuid);
	(void) snprintf(creator, sizeof(creator), "Tool: boltseal-%s", style->tool_version);
	struct bolt_spdx_head head = { .name = report->subject.name ? report->subject.name : "unknown",
				       .space = space,
				       .created = bolt_timestamp(style->created_unix, created),
				       .creator = creator };
	emitter->head(context, &head);
	r = tell_subject(report, emitter, context);
	if (r == 0 && report->os.id)
		r = tell_os(&report->os, emitter, context);
	while (r == 0 && bolt_package_walk_next(&walk))
		r = tell_package(&walk, emitter, context);
	if (r == 0)
		r = tell_relationships(report, emitter, context);
	if (r == 0)
		r = tell_licenses(report, emitter, context);
	if (r == 0)
		emitter->end(context);
	return r;
}
