#include "oci/docker_config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/json.h"
#include "oci/credential_helper.h"
#include "oci/network_limits.h"
#include "oci/reference.h"

void bolt_docker_config_answer_done(struct bolt_docker_config_answer *answer)
{
	bolt_credentials_done(&answer->credentials);
	free(answer->helper);
	free(answer->server);
	*answer = (struct bolt_docker_config_answer){ 0 };
}

/* "https://host:5000/v1/" is how older Docker wrote "host:5000". */
static bool key_is_host(const char *key, const char *host)
{
	size_t n = strlen(host);

	if (strncmp(key, "https://", 8) == 0)
		key += 8;
	else if (strncmp(key, "http://", 7) == 0)
		key += 7;
	else if (strcmp(key, host) == 0)
		return true;
	else
		return false;
	return strncasecmp(key, host, n) == 0 && (key[n] == '\0' || key[n] == '/');
}

/* The entry for the longest key that covers host/repository: auth.json may hold one for a namespace or a single repository. */
static json_t *find_by_path(json_t *table, const char *host, const char *repository)
{
	char key[BOLT_REGISTRY_MAX + BOLT_REPOSITORY_MAX + 2];

	(void) snprintf(key, sizeof(key), "%s/%s", host, repository);
	for (;;) {
		json_t *entry = json_object_get(table, key);

		if (entry)
			return entry;
		char *slash = strrchr(key, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
}

static json_t *find_entry(json_t *table, const char *registry, const char *repository)
{
	static const char *const hub_keys[] = { BOLT_HUB_AUTH_KEY, BOLT_HUB_OLD_REGISTRY, BOLT_HUB_API_HOST };
	json_t *entry = find_by_path(table, registry, repository);
	const char *key;
	json_t *value;

	if (!entry && strcmp(registry, BOLT_HUB_REGISTRY) == 0) {
		for (size_t i = 0; !entry && i < BOLT_ARRAY_LEN(hub_keys); i++)
			entry = json_object_get(table, hub_keys[i]);
	}
	if (entry)
		return entry;
	json_object_foreach(table, key, value)
	{
		if (key_is_host(key, registry))
			return value;
	}
	return NULL;
}

static int copy_text(const json_t *entry, const char *key, char **field)
{
	const char *text = bolt_json_text(entry, key);

	if (!text || !*text)
		return 0;
	*field = strdup(text);
	return *field ? 0 : -ENOMEM;
}

static int read_entry(const json_t *entry, struct bolt_credentials *ret_credentials)
{
	struct bolt_credentials found = { 0 };
	const char *basic = bolt_json_text(entry, "auth");
	int r = copy_text(entry, "identitytoken", &found.identity_token);

	if (r == 0)
		r = copy_text(entry, "registrytoken", &found.registry_token);
	if (r == 0 && basic && *basic) {
		r = bolt_basic_decode(basic, &found.username, &found.password);
	} else if (r == 0) {
		r = copy_text(entry, "username", &found.username);
		if (r == 0)
			r = copy_text(entry, "password", &found.password);
	}
	if (r == 0 && !found.username != !found.password)
		r = -EBADMSG;
	if (r < 0)
		bolt_credentials_done(&found);
	else
		*ret_credentials = found;
	return r;
}

static int name_helper(const char *helper, const char *registry, struct bolt_docker_config_answer *answer)
{
	answer->helper = strdup(helper);
	answer->server = strdup(strcmp(registry, BOLT_HUB_REGISTRY) == 0 ? BOLT_HUB_AUTH_KEY : registry);
	return answer->helper && answer->server ? 0 : -ENOMEM;
}

/* A helper named for this registry, then the stored entry, then the helper for everything: Docker writes empty entries into
 * "auths" for what credsStore keeps. */
static int search(json_t *config, const char *registry, const char *repository, struct bolt_docker_config_answer *answer,
		  struct bolt_err *err)
{
	const char *helper = json_string_value(find_entry(json_object_get(config, "credHelpers"), registry, repository));
	json_t *entry = find_entry(json_object_get(config, "auths"), registry, repository);
	const char *store = bolt_json_text(config, "credsStore");
	int r = 0;

	if (!helper && entry) {
		r = read_entry(entry, &answer->credentials);
		if (r == -EBADMSG)
			return bolt_err_set(err, r, "the \"auths\" entry for %s is not base64 of username:password", registry);
	}
	if (!helper && store && *store && bolt_credentials_empty(&answer->credentials))
		helper = store;
	if (r == 0 && helper && *helper) {
		if (!bolt_credential_helper_name_ok(helper))
			return bolt_err_set(err, -EBADMSG, "credential helper '%.80s': want 1 to %u of a-z 0-9 - _ .", helper,
					    BOLT_HELPER_NAME_MAX);
		r = name_helper(helper, registry, answer);
	}
	return r < 0 ? bolt_err_set(err, r, "out of memory") : 0;
}

int bolt_docker_config_parse(const void *bytes, size_t len, const char *registry, const char *repository,
			     struct bolt_docker_config_answer *ret_answer, struct bolt_err *err)
{
	struct bolt_docker_config_answer answer = { 0 };
	json_t *config = NULL;
	struct bolt_err why; /* jansson quotes what it could not read, which may be a secret: not passed on */
	int r;

	if (bolt_json_load(bytes, len, BOLT_DOCKER_CONFIG_DEPTH_MAX, &config, &why) < 0 || !json_is_object(config)) {
		json_decref(config);
		return bolt_err_set(err, -EBADMSG, "not a JSON object (or nested deeper than %u levels)",
				    BOLT_DOCKER_CONFIG_DEPTH_MAX);
	}
	r = search(config, registry, repository, &answer, err);
	bolt_wipe_json(config);
	json_decref(config);
	if (r < 0)
		bolt_docker_config_answer_done(&answer);
	else
		*ret_answer = answer;
	return r;
}

/* The whole file in one allocation, so that one wipe clears it. */
static int read_file(const char *path, uint8_t **ret_bytes, size_t *ret_len, struct bolt_err *err)
{
	struct stat st;
	size_t len = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int r = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;

	if (r == 0 && !S_ISREG(st.st_mode))
		r = -EINVAL;
	if (r == 0 && st.st_size > (off_t) BOLT_DOCKER_CONFIG_MAX)
		r = bolt_err_set(err, -E2BIG, "larger than the bound of %u bytes", BOLT_DOCKER_CONFIG_MAX);
	size_t room = r == 0 ? (size_t) st.st_size : 0;
	uint8_t *bytes = r == 0 ? malloc(room + 1) : NULL;
	if (r == 0 && !bytes)
		r = -ENOMEM;
	while (r == 0 && len < room) {
		n = read(fd, bytes + len, room - len);
		if (n < 0 && errno != EINTR)
			r = -errno;
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t) n;
	}
	if (fd >= 0)
		close(fd);
	if (r < 0) {
		if (bytes)
			explicit_bzero(bytes, room);
		free(bytes);
		return r;
	}
	*ret_bytes = bytes;
	*ret_len = len;
	return 0;
}

/* 1: found; 0: not this file. */
static int look_in(const char *path, bool must_be_there, const char *registry, const char *repository,
		   struct bolt_credentials *ret_credentials, struct bolt_err *err)
{
	struct bolt_docker_config_answer answer = { 0 };
	struct bolt_err why = { .msg = "" };
	uint8_t *bytes;
	size_t len;
	int r = read_file(path, &bytes, &len, &why);

	if ((r == -ENOENT || r == -ENOTDIR) && !must_be_there)
		return 0;
	if (r == 0) {
		r = bolt_docker_config_parse(bytes, len, registry, repository, &answer, &why);
		explicit_bzero(bytes, len);
		free(bytes);
	}
	if (r == 0 && answer.helper)
		r = bolt_credential_helper_get(answer.helper, answer.server, &answer.credentials, &why);
	if (r < 0) {
		bolt_docker_config_answer_done(&answer);
		return bolt_err_set(err, r, "credentials for %s from %s: %s", registry, path, bolt_err_text(&why, r));
	}
	bool found = !bolt_credentials_empty(&answer.credentials);
	if (found) {
		*ret_credentials = answer.credentials;
		answer.credentials = (struct bolt_credentials){ 0 };
	}
	bolt_docker_config_answer_done(&answer);
	return found;
}

int bolt_docker_credentials(const char *registry, const char *repository, struct bolt_credentials *ret_credentials,
			    struct bolt_err *err)
{
	const char *only = getenv("REGISTRY_AUTH_FILE"), *config_dir = getenv("DOCKER_CONFIG"), *home = getenv("HOME");
	const struct {
		const char *directory, *rest;
	} places[] = {
		{ getenv("XDG_RUNTIME_DIR"), "containers/auth.json" },
		{ config_dir && *config_dir ? config_dir : home,
		  config_dir && *config_dir ? "config.json" : ".docker/config.json" },
	};
	struct bolt_credentials found = { 0 };
	int r = 0;

	if (only && *only) {
		r = look_in(only, true, registry, repository, &found, err);
	} else {
		for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(places); i++) {
			char path[4096];

			if (!places[i].directory || !*places[i].directory ||
			    snprintf(path, sizeof(path), "%s/%s", places[i].directory, places[i].rest) >= (int) sizeof(path))
				continue;
			r = look_in(path, false, registry, repository, &found, err);
		}
	}
	if (r < 0)
		return r;
	*ret_credentials = found;
	return 0;
}
