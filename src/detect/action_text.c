#include "detect/action_text.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* How the images of a distribution are called, and how many parts of its version are their tag. */
static const struct {
	const char *os_id, *image;
	unsigned parts;
} images[] = {
	{ "debian", "debian:", 1 },    { "ubuntu", "ubuntu:", 2 }, { "alpine", "alpine:", 2 },
	{ "rhel", "ubi", 1 },          { "centos", "centos:", 1 }, { "almalinux", "almalinux:", 1 },
	{ "rocky", "rockylinux:", 1 }, { "fedora", "fedora:", 1 }, { "amzn", "amazonlinux:", 1 },
	{ "ol", "oraclelinux:", 1 },   { "sles", "sles:", 2 },     { "opensuse-leap", "opensuse/leap:", 2 },
	{ "wolfi", "wolfi-base", 0 },  { "arch", "archlinux", 0 }, { "opensuse-tumbleweed", "opensuse/tumbleweed", 0 },
};

static size_t parts_len(const char *version, unsigned parts)
{
	size_t len = 0;

	for (; parts > 0 && version[len]; parts--)
		len += strcspn(version + len + (len > 0), ".") + (len > 0);
	return len;
}

static const char *image_name(const struct bolt_os *os, char *name, size_t room)
{
	const char *version = os->version_id ? os->version_id : "";
	const char *image = os->id;
	size_t len = strlen(version);

	for (size_t i = 0; os->id && i < BOLT_ARRAY_LEN(images); i++) {
		if (strcmp(images[i].os_id, os->id) == 0) {
			image = images[i].image;
			len = parts_len(version, images[i].parts);
		}
	}
	if (!os->id || strlen(os->id) > 64 || len > 64)
		return "base image";
	(void) snprintf(name, room, "%s%s%.*s", image, image == os->id && len > 0 ? ":" : "", (int) len, version);
	return name;
}

static const char *upgrade_command(const struct bolt_package *package, const struct bolt_os *os)
{
	if (strcmp(package->type, "deb") == 0)
		return "apt-get upgrade";
	if (strcmp(package->type, "apk") == 0)
		return "apk upgrade";
	if (strcmp(package->type, "alpm") == 0)
		return "pacman -Syu";
	return os->id && (strstr(os->id, "suse") || bolt_starts_with(os->id, "sle")) ? "zypper update" : "dnf upgrade";
}

bool bolt_action_is_go(const struct bolt_package *package)
{
	return strcmp(package->type, "golang") == 0 && strcmp(package->name, "stdlib") == 0;
}

static const char *what_to_do(struct bolt_arena *arena, const struct bolt_action *action, const struct bolt_action_subject *subject,
			      const struct bolt_os *os)
{
	const struct bolt_package *package = subject->package;
	char image[160];

	if (action->kind == BOLT_ACTION_REBUILD_BASE)
		return bolt_arena_printf(arena, "rebuild on a current %s", image_name(os, image, sizeof(image)));
	if (action->kind == BOLT_ACTION_BUMP_DEPENDENCY)
		return bolt_arena_printf(arena, "update %s to %s", package->name, subject->version);
	if (bolt_action_is_go(package))
		return bolt_arena_printf(arena, "build with Go %s", subject->version);
	if (subject->names == 1)
		return bolt_arena_printf(arena, "upgrade %s to %s (%s)", package->name, subject->version,
					 upgrade_command(package, os));
	return bolt_arena_printf(arena, "upgrade %s and %zu other package%s (%s)", package->name, subject->names - 1,
				 subject->names == 2 ? "" : "s", upgrade_command(package, os));
}

const char *bolt_action_text(struct bolt_arena *arena, const struct bolt_action *action, const struct bolt_action_subject *subject,
			     const struct bolt_os *os)
{
	const char *what = what_to_do(arena, action, subject, os);

	if (!what)
		return NULL;
	if (action->removes == 1)
		return bolt_arena_printf(arena, "%s: removes 1 finding%s", what, action->exploited ? ", which is exploited" : "");
	if (action->exploited == 0)
		return bolt_arena_printf(arena, "%s: removes %zu findings", what, action->removes);
	return bolt_arena_printf(arena, "%s: removes %zu findings, %zu of them exploited", what, action->removes,
				 action->exploited);
}
