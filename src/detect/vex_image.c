/* Is a product the image that was looked at? By digest where there is one; by name and tag else. */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "detect/vex_private.h"
#include "model/purl_parts.h"
#include "oci/reference.h"

/* What a product says of an image. Texts live in the arena, or in `text`. */
struct image {
	const char *digest;     /* or NULL */
	const char *repository; /* "debian" "docker.io/library/debian"; or NULL */
	const char *tag, *arch; /* or NULL */
};

static const char *digest_in(const char *text)
{
	const char *at = strrchr(text, '@');

	return at && bolt_starts_with(at + 1, "sha256:") ? at + 1 : NULL;
}

bool bolt_vex_is_image(const char *product)
{
	if (bolt_starts_with(product, "pkg:"))
		return bolt_starts_with(product, "pkg:oci/") || bolt_starts_with(product, "pkg:docker/");
	return digest_in(product) != NULL;
}

static bool is_digest(const struct bolt_subject *subject, const char *digest)
{
	return (subject->digest && strcmp(subject->digest, digest) == 0) ||
	       (subject->image_id && strcmp(subject->image_id, digest) == 0);
}

/* "docker.io/library/debian" ends with "debian", "library/debian" and itself. */
static bool names_repository(const char *whole, const char *end)
{
	size_t len = strlen(whole), end_len = strlen(end);

	return end_len > 0 && len >= end_len && strcmp(whole + len - end_len, end) == 0 &&
	       (len == end_len || whole[len - end_len - 1] == '/');
}

static bool is_reference(const char *text, const struct image *image)
{
	BOLT_CLEANUP(bolt_reference_freep) struct bolt_reference *reference = NULL;
	char whole[1024];

	if (!text || bolt_reference_parse(text, &reference, NULL) < 0)
		return false;
	int n = snprintf(whole, sizeof(whole), "%s/%s", reference->registry, reference->repository);
	if (n < 0 || (size_t) n >= sizeof(whole) || !names_repository(whole, image->repository))
		return false;
	return !image->tag || strcmp(image->tag, bolt_reference_version(reference)) == 0;
}

static bool is_subject(const struct bolt_subject *subject, const struct image *image)
{
	const char *slash = subject->platform ? strchr(subject->platform, '/') : NULL;

	if (image->arch && slash) {
		size_t len = strcspn(slash + 1, "/");

		if (strlen(image->arch) != len || strncmp(image->arch, slash + 1, len) != 0)
			return false;
	}
	if (image->digest)
		return is_digest(subject, image->digest);
	if (!image->repository)
		return false;
	for (size_t i = 0; i < subject->tags.len; i++) {
		if (is_reference(subject->tags.items[i], image))
			return true;
	}
	return is_reference(subject->name, image);
}

/* "pkg:oci/debian@sha256:...?repository_url=docker.io/library/debian&tag=12&arch=amd64", where the address may or may not end with
 * the name; "pkg:docker/library/debian@12" */
static bool read_purl(struct bolt_arena *arena, const char *purl, struct image *ret_image)
{
	struct bolt_purl_parts parts;

	if (bolt_purl_parts_parse(arena, purl, &parts, NULL) < 0)
		return false;
	const char *url = bolt_purl_qualifier(&parts, "repository_url");
	*ret_image = (struct image){
		.digest = parts.version && bolt_starts_with(parts.version, "sha256:") ? parts.version : NULL,
		.tag = bolt_purl_qualifier(&parts, "tag"),
		.arch = bolt_purl_qualifier(&parts, "arch"),
		.repository = parts.space ? bolt_arena_printf(arena, "%s/%s", parts.space, parts.name) : parts.name,
	};
	if (url && names_repository(url, parts.name))
		ret_image->repository = url;
	else if (url)
		ret_image->repository = bolt_arena_printf(arena, "%s/%s", url, parts.name);
	if (!ret_image->digest && !ret_image->tag && strcmp(parts.type, "docker") == 0)
		ret_image->tag = parts.version;
	return true;
}

bool bolt_vex_is_subject(const struct bolt_report *report, const char *product)
{
	const struct bolt_subject *subject = &report->subject;
	struct image image = { .digest = digest_in(product) };

	if (!bolt_starts_with(product, "pkg:"))
		return image.digest ? is_digest(subject, image.digest) : subject->name && strcmp(subject->name, product) == 0;
	if (!bolt_vex_is_image(product))
		return false;
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(1 << 20);
	return arena && read_purl(arena, product, &image) && is_subject(subject, &image);
}
