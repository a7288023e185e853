#include "scan/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "oci/docker_engine.h"
#include "oci/inflate.h"
#include "oci/reference.h"

static const char *const schemes[] = {
	[BOLT_TARGET_ARCHIVE] = "archive", [BOLT_TARGET_OCI] = "oci",           [BOLT_TARGET_DOCKER] = "docker",
	[BOLT_TARGET_PODMAN] = "podman",   [BOLT_TARGET_REGISTRY] = "registry", [BOLT_TARGET_ROOTFS] = "rootfs",
	[BOLT_TARGET_DIR] = "dir",         [BOLT_TARGET_SBOM] = "sbom",
};

const char *bolt_target_kind_text(enum bolt_target_kind kind)
{
	return schemes[kind];
}

void bolt_target_free(struct bolt_target *target)
{
	if (!target)
		return;
	free(target->name);
	free(target->tag);
	free(target);
}

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static bool has_member(const char *dir, const char *member)
{
	char path[4096];

	return snprintf(path, sizeof(path), "%s/%s", dir, member) < (int) sizeof(path) && exists(path);
}

static enum bolt_target_kind kind_of_directory(const char *path)
{
	static const char *const signs[] = { "etc/os-release",       "usr/lib/os-release", "var/lib/dpkg/status",
					     "lib/apk/db/installed", "var/lib/rpm",        "etc/passwd" };

	if (has_member(path, "oci-layout"))
		return BOLT_TARGET_OCI;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(signs); i++) {
		if (has_member(path, signs[i]))
			return BOLT_TARGET_ROOTFS;
	}
	return BOLT_TARGET_DIR;
}

/* The first bytes of what can be read in any order. How many there are. */
static size_t read_head(const char *path, char *head, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : pread(fd, head, len, 0);

	if (fd >= 0)
		close(fd);
	return n < 0 ? 0 : (size_t) n;
}

/* Bills of materials are text; archives are not. */
static enum bolt_target_kind kind_of_file(const char *path)
{
	char head[16] = "";
	size_t n = read_head(path, head, sizeof(head) - 1);
	const char *p = head + strspn(head, " \t\r\n\xef\xbb\xbf");
	bool text = n > 0 && (*p == '{' || bolt_starts_with(p, "SPDXVersion:") || bolt_starts_with(p, "pkg:"));

	return text ? BOLT_TARGET_SBOM : BOLT_TARGET_ARCHIVE;
}

/* Compressed, or with the magic of POSIX tar where its header has it. */
static bool is_archive(const char *path)
{
	enum { MAGIC_AT = 257 };
	char head[MAGIC_AT + 5];
	size_t n = read_head(path, head, sizeof(head));

	return bolt_compression_of(head, n) != BOLT_PLAIN || (n == sizeof(head) && memcmp(head + MAGIC_AT, "ustar", 5) == 0);
}

/* An image's name. Whether Docker has it is never guessed from a failure to ask: the registry may hold another image under that
 * name. */
static int kind_of_name(struct bolt_target *target, const char *text, const char *engine_socket, struct bolt_err *err)
{
	struct bolt_reference *reference = NULL;
	BOLT_CLEANUP(bolt_docker_image_freep) struct bolt_docker_image *image = NULL;
	struct bolt_err why = { .msg = "" };

	if (text[0] == '/' || text[0] == '.')
		return bolt_err_set(err, -EINVAL, "'%s': no such file or directory", text);
	if (bolt_reference_parse(text, &reference, err) < 0)
		return bolt_err_wrap(err, -EINVAL, "'%s' is neither a file or directory here nor an image name", text);
	bolt_reference_free(reference);
	int r = bolt_docker_inspect(BOLT_ENGINE_DOCKER, engine_socket, text, &image, &why);
	if (r < 0 && r != -ENOENT && r != -ENXIO)
		return bolt_err_set(err, r,
				    "cannot tell whether Docker has it: %.400s; say docker:%.100s or registry:%.100s to choose",
				    bolt_err_text(&why, r), text, text);
	target->kind = r == 0 ? BOLT_TARGET_DOCKER : BOLT_TARGET_REGISTRY;
	target->by_name = true;
	return 0;
}

/* An image "app:latest" must not become the directory or program "app" that happens to be here: without a scheme, what stands
 * before the colon must be something that holds images. With one, the opening of it says what is wrong with it. */
static bool may_hold_tags(const char *path, enum bolt_target_kind kind)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	if (S_ISDIR(st.st_mode))
		return kind == BOLT_TARGET_OCI || (!kind && has_member(path, "oci-layout"));
	return kind == BOLT_TARGET_ARCHIVE || (!kind && is_archive(path));
}

/* "PATH:TAG" when PATH is there and the whole is not. */
static int split_tag(struct bolt_target *target)
{
	if (exists(target->name))
		return 0;
	for (char *colon = strchr(target->name, ':'); colon; colon = strchr(colon + 1, ':')) {
		*colon = '\0';
		if (may_hold_tags(target->name, target->kind)) {
			target->tag = strdup(colon + 1);
			return target->tag ? 0 : -ENOMEM;
		}
		*colon = ':';
	}
	return 0;
}

static int guess(struct bolt_target *target, const char *text, const char *engine_socket, struct bolt_err *err)
{
	struct stat st;
	int r = split_tag(target);

	if (r < 0)
		return r;
	if (strcmp(text, "-") == 0) {
		target->kind = BOLT_TARGET_ARCHIVE;
	} else if (stat(target->name, &st) == 0) {
		target->kind = S_ISDIR(st.st_mode) ? kind_of_directory(target->name) : kind_of_file(target->name);
	} else {
		r = kind_of_name(target, text, engine_socket, err);
	}
	return r;
}

int bolt_target_parse(const char *text, const char *engine_socket, struct bolt_target **ret_target, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_target_freep) struct bolt_target *target = calloc(1, sizeof(*target));
	const char *rest = text;

	if (!*text)
		return bolt_err_set(err, -EINVAL, "the subject is empty");
	for (size_t i = 1; target && i < BOLT_ARRAY_LEN(schemes); i++) {
		size_t n = strlen(schemes[i]);

		if (strncmp(text, schemes[i], n) == 0 && text[n] == ':') {
			target->kind = (enum bolt_target_kind) i;
			rest = text + n + 1;
		}
	}
	if (!target || !(target->name = strdup(rest)))
		return -ENOMEM;
	if (!*rest)
		return bolt_err_set(err, -EINVAL, "'%s' names nothing", text);
	int r = 0;
	if (!target->kind)
		r = guess(target, text, engine_socket, err);
	else if (target->kind == BOLT_TARGET_ARCHIVE || target->kind == BOLT_TARGET_OCI)
		r = split_tag(target);
	if (r < 0)
		return r;
	*ret_target = BOLT_TAKE(target);
	return 0;
}
