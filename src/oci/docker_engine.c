#include "oci/docker_engine.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/json.h"
#include "core/text.h"
#include "core/write_all.h"
#include "oci/http.h"
#include "oci/network_limits.h"

struct daemon {
	struct bolt_http *http;
	const char *product;
	char socket[sizeof(((struct sockaddr_un *) 0)->sun_path)];
	char version[16]; /* of the API, as in /v1.41/ */
};

static const struct {
	const char *product, *variable, *user_socket, *system_socket, *start;
} engines[] = {
	[BOLT_ENGINE_DOCKER] = { "Docker", "DOCKER_HOST", NULL, "/var/run/docker.sock", "systemctl start docker" },
	[BOLT_ENGINE_PODMAN] = { "Podman", "CONTAINER_HOST", "podman/podman.sock", "/run/podman/podman.sock",
				 "systemctl start podman.socket" },
};

static int set_socket(struct daemon *daemon, const char *path, struct bolt_err *err)
{
	if (strlen(path) >= sizeof(daemon->socket))
		return bolt_err_set(err, -EINVAL, "socket path '%.100s...' is too long", path);
	(void) snprintf(daemon->socket, sizeof(daemon->socket), "%s", path);
	return 0;
}

static int choose_socket(enum bolt_engine engine, const char *socket_path, struct daemon *daemon, struct bolt_err *err)
{
	const char *variable = getenv(engines[engine].variable), *runtime = getenv("XDG_RUNTIME_DIR");
	char path[4096];

	if (socket_path)
		return set_socket(daemon, socket_path, err);
	if (variable && *variable) {
		if (!bolt_starts_with(variable, "unix://"))
			return bolt_err_set(
				err, -EINVAL,
				"%s is '%.200s': only unix:// sockets are spoken to (use docker save and archive:FILE for a "
				"daemon elsewhere)",
				engines[engine].variable, variable);
		return set_socket(daemon, variable + strlen("unix://"), err);
	}
	if (engines[engine].user_socket && runtime && *runtime &&
	    snprintf(path, sizeof(path), "%s/%s", runtime, engines[engine].user_socket) < (int) sizeof(path) &&
	    access(path, F_OK) == 0)
		return set_socket(daemon, path, err);
	return set_socket(daemon, engines[engine].system_socket, err);
}

/* libcurl says of all of these only that it could not connect. */
static int check_socket(enum bolt_engine engine, const struct daemon *daemon, struct bolt_err *err)
{
	struct stat st;

	if (stat(daemon->socket, &st) < 0 && errno != EACCES)
		return bolt_err_set(err, -ENXIO, "no %s daemon: %s: %s (start it: %s)", daemon->product, daemon->socket,
				    strerror(errno), engines[engine].start);
	if (access(daemon->socket, R_OK | W_OK) < 0)
		return bolt_err_set(err, -EACCES, "no permission for %s (be root, or in the socket's group)", daemon->socket);
	return 0;
}

static bool is_api_version(const char *text)
{
	size_t major = strspn(text, "0123456789");

	return major > 0 && text[major] == '.' && text[major + 1] &&
	       strspn(text + major + 1, "0123456789") == strlen(text + major + 1);
}

static int get(const struct daemon *daemon, struct bolt_http_request *request, struct bolt_http_answer *answer,
	       struct bolt_err *err)
{
	int r = bolt_http_perform(daemon->http, request, answer, err);

	if (r == -ECONNREFUSED || r == -EHOSTUNREACH)
		return bolt_err_set(err, -ENXIO, "nothing answers at %s: is the %s daemon running?", daemon->socket,
				    daemon->product);
	return r;
}

/* The daemon says which API it speaks; the three calls made here have not changed since 1.24, so its own version is right. */
static int negotiate(struct daemon *daemon, struct bolt_err *err)
{
	struct bolt_http_answer answer;
	struct bolt_http_request request = { .url = "http://engine/_ping" };
	int r = get(daemon, &request, &answer, err);

	if (r == -ETIMEDOUT)
		return bolt_err_set(err, r, "the %s daemon at %s takes connections but does not answer", daemon->product,
				    daemon->socket);
	if (r < 0)
		return r;
	if (answer.status != 200 || !is_api_version(answer.api_version))
		return bolt_err_set(err, -EBADMSG, "what answers at %s does not speak the Docker Engine API (status %u)",
				    daemon->socket, answer.status);
	memcpy(daemon->version, answer.api_version, sizeof(daemon->version));
	return 0;
}

static void daemon_done(struct daemon *daemon)
{
	bolt_http_free(daemon->http);
}

static int daemon_open(enum bolt_engine engine, const char *socket_path, unsigned stall_timeout_sec, struct daemon *daemon,
		       struct bolt_err *err)
{
	*daemon = (struct daemon){ .product = engines[engine].product };
	int r = choose_socket(engine, socket_path, daemon, err);

	if (r == 0)
		r = check_socket(engine, daemon, err);
	if (r == 0)
		r = bolt_http_new(
			&(struct bolt_http_options){ .unix_socket = daemon->socket, .stall_timeout_sec = stall_timeout_sec },
			&daemon->http, err);
	return r < 0 ? r : negotiate(daemon, err);
}

/* Enough of a check to be safe in a URL's path; the daemon knows its own grammar. */
static bool is_image_name(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > BOLT_REFERENCE_MAX || !isalnum((unsigned char) name[0]) || strstr(name, "/.") || strstr(name, "//"))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char) name[i]) && !strchr("._-/:@", name[i]))
			return false;
	}
	return true;
}

/* {"message":"..."} */
static void read_message(const struct bolt_http_answer *answer, char *message, size_t room)
{
	json_t *document = NULL;
	struct bolt_err ignored;

	(void) snprintf(message, room, "status %u", answer->status);
	if (bolt_json_load(answer->error_body, strlen(answer->error_body), BOLT_HTTP_ERROR_DEPTH_MAX, &document, &ignored) < 0)
		return;
	const char *text = bolt_json_text(document, "message");
	if (text)
		(void) snprintf(message, room, "status %u: %.300s", answer->status, text);
	json_decref(document);
}

/* GET /images/NAME/WHAT */
static int get_image(const struct daemon *daemon, const char *name, const char *what, struct bolt_http_request *request,
		     struct bolt_err *err)
{
	struct bolt_http_answer answer;
	char url[sizeof("http://engine/v/images//json") + sizeof(daemon->version) + BOLT_REFERENCE_MAX], said[340];

	if (!is_image_name(name))
		return bolt_err_set(err, -EINVAL, "'%.200s' is not the name or ID of an image", name);
	(void) snprintf(url, sizeof(url), "http://engine/v%s/images/%s/%s", daemon->version, name, what);
	request->url = url;
	int r = get(daemon, request, &answer, err);
	if (r < 0 || answer.status == 200)
		return r;
	read_message(&answer, said, sizeof(said));
	if (answer.status == 404)
		return bolt_err_set(err, -ENOENT, "%s at %s has no image '%s' (%s)", daemon->product, daemon->socket, name, said);
	return bolt_err_set(err, -EIO, "%s at %s failed on image '%s': %s", daemon->product, daemon->socket, name, said);
}

struct save {
	int out_fd;
	_Atomic uint64_t *progress;
};

static int save_body(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err)
{
	struct save *save = context;
	int r = bolt_write_all(save->out_fd, bytes, n);

	(void) answer;
	if (r < 0)
		return r == -EPIPE ? r : bolt_err_set(err, r, "cannot hand it on: %s", strerror(-r));
	if (save->progress)
		atomic_fetch_add(save->progress, n);
	return 0;
}

int bolt_docker_save(enum bolt_engine engine, const char *socket_path, const char *name, int out_fd, _Atomic uint64_t *progress,
		     struct bolt_err *err)
{
	struct save save = { .out_fd = out_fd, .progress = progress };
	struct bolt_http_request request = { .body = save_body, .context = &save };
	struct daemon daemon;
	/* How long the daemon thinks before the first byte of a large image is its business: a stall of ten minutes is not. */
	int r = daemon_open(engine, socket_path, 600, &daemon, err);

	if (r == 0)
		r = get_image(&daemon, name, "get", &request, err);
	if (r == -ECONNRESET)
		r = bolt_err_wrap(err, r, "saving image '%s' broke off", name);
	daemon_done(&daemon);
	return r;
}

static int add_repo_digests(struct bolt_docker_image *image, const json_t *list)
{
	size_t n = json_array_size(list);

	image->repo_digests = calloc(n + 1, sizeof(char *));
	if (!image->repo_digests)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (!text)
			continue;
		char *copy = strdup(text);
		if (!copy)
			return -ENOMEM;
		image->repo_digests[image->repo_digests_len++] = copy;
	}
	return 0;
}

/* Podman writes the ID without its algorithm. */
static int read_id(struct bolt_docker_image *image, const char *id, struct bolt_err *err)
{
	struct bolt_digest digest;
	char text[BOLT_DIGEST_TEXT];

	(void) snprintf(text, sizeof(text), "%s%s", id && !strchr(id, ':') ? "sha256:" : "", id ? id : "");
	int r = bolt_digest_parse(text, &digest, err);
	if (r < 0)
		return bolt_err_wrap(err, -EBADMSG, "the daemon gives no image ID");
	image->id = strdup(text);
	return image->id ? 0 : bolt_err_set(err, -ENOMEM, "out of memory");
}

static int read_image(const struct bolt_buf *body, struct bolt_docker_image *image, struct bolt_err *err)
{
	json_t *document = NULL;
	int r = bolt_json_load(body->data, body->len, BOLT_ENGINE_INSPECT_DEPTH_MAX, &document, err);

	if (r < 0)
		return r;
	r = read_id(image, bolt_json_text(document, "Id"), err);
	if (r == 0 && add_repo_digests(image, json_object_get(document, "RepoDigests")) < 0)
		r = bolt_err_set(err, -ENOMEM, "out of memory");
	json_decref(document);
	return r;
}

int bolt_docker_inspect(enum bolt_engine engine, const char *socket_path, const char *name, struct bolt_docker_image **ret_image,
			struct bolt_err *err)
{
	struct bolt_buf body = BOLT_BUF_INIT(BOLT_ENGINE_INSPECT_MAX);
	struct bolt_http_request request = { .body = bolt_http_gather, .context = &body };
	BOLT_CLEANUP(bolt_docker_image_freep) struct bolt_docker_image *image = calloc(1, sizeof(*image));
	struct daemon daemon;

	if (!image)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	int r = daemon_open(engine, socket_path, BOLT_HTTP_STALL_TIMEOUT_SEC, &daemon, err);
	if (r == 0)
		r = get_image(&daemon, name, "json", &request, err);
	if (r == 0)
		r = read_image(&body, image, err);
	daemon_done(&daemon);
	bolt_buf_done(&body);
	if (r == 0)
		*ret_image = BOLT_TAKE(image);
	return r;
}

void bolt_docker_image_free(struct bolt_docker_image *image)
{
	if (!image)
		return;
	for (size_t i = 0; i < image->repo_digests_len; i++)
		free(image->repo_digests[i]);
	free(image->repo_digests);
	free(image->id);
	free(image);
}
