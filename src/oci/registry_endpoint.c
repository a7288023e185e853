#include "oci/registry_endpoint.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "oci/credentials.h"
#include "oci/docker_config.h"
#include "oci/registry_token.h"
#include "oci/url.h"

struct bolt_endpoint {
	struct bolt_http *http;
	char *host, *registry, *repository;
	pthread_mutex_t lock; /* guards what follows; held while a scheme or a token is found out, so that one thread does it */
	const char *scheme;
	char base[300]; /* "https://host:port" */
	bool answered, credentials_known;
	struct bolt_credentials credentials;
	char *authorization;
	unsigned generation; /* of authorization: whoever was refused with an older one just tries again */
};

static void settle_scheme(struct bolt_endpoint *endpoint, const char *scheme)
{
	endpoint->scheme = scheme;
	(void) snprintf(endpoint->base, sizeof(endpoint->base), "%s://%s", scheme, endpoint->host);
}

int bolt_endpoint_new(struct bolt_http *http, const struct bolt_endpoint_site *site, struct bolt_endpoint **ret_endpoint,
		      struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_endpoint_freep) struct bolt_endpoint *endpoint = calloc(1, sizeof(*endpoint));

	if (!endpoint)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	(void) pthread_mutex_init(&endpoint->lock, NULL);
	endpoint->http = http;
	endpoint->host = strdup(site->host);
	endpoint->registry = strdup(site->registry);
	endpoint->repository = strdup(site->repository);
	if (site->username) {
		endpoint->credentials_known = true;
		endpoint->credentials.username = strdup(site->username);
		endpoint->credentials.password = strdup(site->password);
	}
	if (!endpoint->host || !endpoint->registry || !endpoint->repository ||
	    (site->username && (!endpoint->credentials.username || !endpoint->credentials.password)))
		return bolt_err_set(err, -ENOMEM, "out of memory");
	if (site->scheme)
		settle_scheme(endpoint, strcmp(site->scheme, "http") == 0 ? "http" : "https");
	else if (!bolt_host_is_local(endpoint->host))
		settle_scheme(endpoint, "https");
	*ret_endpoint = BOLT_TAKE(endpoint);
	return 0;
}

void bolt_endpoint_free(struct bolt_endpoint *endpoint)
{
	if (!endpoint)
		return;
	(void) pthread_mutex_destroy(&endpoint->lock);
	bolt_credentials_done(&endpoint->credentials);
	bolt_secret_text_free(endpoint->authorization);
	free(endpoint->host);
	free(endpoint->registry);
	free(endpoint->repository);
	free(endpoint);
}

const char *bolt_endpoint_host(const struct bolt_endpoint *endpoint)
{
	return endpoint->host;
}

bool bolt_endpoint_answered(struct bolt_endpoint *endpoint)
{
	(void) pthread_mutex_lock(&endpoint->lock);
	bool answered = endpoint->answered;
	(void) pthread_mutex_unlock(&endpoint->lock);
	return answered;
}

/* A registry on this machine usually has no TLS, and then says something that is no TLS handshake. */
static int find_scheme(struct bolt_endpoint *endpoint, struct bolt_err *err)
{
	struct bolt_http_answer *answer = malloc(sizeof(*answer));
	char url[320];
	int r = answer ? 0 : -ENOMEM;

	(void) snprintf(url, sizeof(url), "https://%s/v2/", endpoint->host);
	if (r == 0)
		r = bolt_http_perform(endpoint->http, &(struct bolt_http_request){ .url = url }, answer, err);
	free(answer);
	if (r == 0)
		settle_scheme(endpoint, "https");
	else if (r == -EPROTO)
		settle_scheme(endpoint, "http");
	return r == -EPROTO ? 0 : r;
}

/* What a request needs: the URL, and a copy of the current authorization (NULL: none yet) with its generation. */
static int prepare(struct bolt_endpoint *endpoint, const char *path, char **ret_url, char **ret_authorization,
		   unsigned *ret_generation, struct bolt_err *err)
{
	char *url = NULL, *authorization = NULL;
	int r = 0;

	(void) pthread_mutex_lock(&endpoint->lock);
	if (!endpoint->scheme)
		r = find_scheme(endpoint, err);
	if (r == 0 && asprintf(&url, "%s/v2/%s/%s", endpoint->base, endpoint->repository, path) < 0)
		r = -ENOMEM;
	if (r == 0 && endpoint->authorization) {
		authorization = strdup(endpoint->authorization);
		if (!authorization) {
			free(url);
			r = -ENOMEM;
		}
	}
	*ret_generation = endpoint->generation;
	(void) pthread_mutex_unlock(&endpoint->lock);
	if (r < 0)
		return r;
	*ret_url = url;
	*ret_authorization = authorization;
	return 0;
}

static int log_in_first(const struct bolt_endpoint *endpoint, const char *what, struct bolt_err *err)
{
	bool known = !bolt_credentials_empty(&endpoint->credentials);

	return bolt_err_set(err, -EACCES, "%s of %s; %s (docker login %s)", what, endpoint->repository,
			    known ? "the credentials in use are not enough: log in again" : "no credentials are stored: log in",
			    endpoint->registry);
}

static int make_authorization(struct bolt_endpoint *endpoint, const struct bolt_challenge *challenge, char **ret_authorization,
			      struct bolt_err *err)
{
	const struct bolt_credentials *c = &endpoint->credentials;
	char *authorization = NULL;
	int r;

	if (challenge->bearer && c->registry_token) {
		if (asprintf(&authorization, "Bearer %s", c->registry_token) < 0)
			return bolt_err_set(err, -ENOMEM, "out of memory");
	} else if (challenge->bearer) {
		bool tls = strcmp(endpoint->scheme, "https") == 0;

		r = bolt_registry_token(endpoint->http, challenge, endpoint->repository, c, tls, &authorization, err);
		if (r == -EACCES)
			return log_in_first(endpoint, "the token service refused the reading", err);
		if (r < 0)
			return r;
	} else if (challenge->basic && c->username) {
		authorization = bolt_basic_authorization(c->username, c->password);
		if (!authorization)
			return bolt_err_set(err, -ENOMEM, "out of memory");
	} else {
		return log_in_first(endpoint, "the registry refuses the reading", err);
	}
	*ret_authorization = authorization;
	return 0;
}

/* After a 401 to a request that carried `generation`. */
static int authorize(struct bolt_endpoint *endpoint, const struct bolt_challenge *challenge, unsigned generation,
		     struct bolt_err *err)
{
	char *authorization = NULL;
	int r = 0;

	(void) pthread_mutex_lock(&endpoint->lock);
	if (endpoint->generation != generation)
		goto unlock;
	if (!endpoint->credentials_known)
		r = bolt_docker_credentials(endpoint->registry, endpoint->repository, &endpoint->credentials, err);
	endpoint->credentials_known = r == 0;
	if (r < 0 && r != -ENOMEM)
		r = -EACCES; /* above us the code speaks of the registry: a missing helper is no missing image, a slow one no slow
				network */
	if (r == 0)
		r = make_authorization(endpoint, challenge, &authorization, err);
	if (r == 0) {
		bolt_secret_text_free(endpoint->authorization);
		endpoint->authorization = authorization;
		endpoint->generation++;
	}
unlock:
	(void) pthread_mutex_unlock(&endpoint->lock);
	return r;
}

/* The first message of the error document of distribution-spec 1.1 ("Error Codes"), or "". */
static void read_error(const struct bolt_http_answer *answer, char *message, size_t room)
{
	json_t *document = NULL;
	struct bolt_err ignored;

	message[0] = '\0';
	if (bolt_json_load(answer->error_body, strlen(answer->error_body), BOLT_HTTP_ERROR_DEPTH_MAX, &document, &ignored) < 0)
		return;
	json_t *first = json_array_get(json_object_get(document, "errors"), 0);
	const char *code = bolt_json_text(first, "code"), *text = bolt_json_text(first, "message");
	if (code || text)
		(void) snprintf(message, room, ": %.200s", text && *text ? text : code);
	json_decref(document);
}

static int judge(struct bolt_endpoint *endpoint, const struct bolt_http_answer *answer, struct bolt_err *err)
{
	char said[224];

	if (answer->status >= 200 && answer->status <= 299)
		return 0;
	read_error(answer, said, sizeof(said));
	switch (answer->status) {
	case 401:
	case 403: {
		char what[300];

		(void) snprintf(what, sizeof(what), "status %u%s, on reading", answer->status, said);
		(void) pthread_mutex_lock(&endpoint->lock);
		int r = log_in_first(endpoint, what, err);
		(void) pthread_mutex_unlock(&endpoint->lock);
		return r;
	}
	case 404:
		return bolt_err_set(err, -ENOENT, "the registry has no such thing (status 404%s)", said);
	case 429:
		return bolt_err_set(err, -EAGAIN, "too many requests (status 429%s)", said);
	case 408:
	case 500:
	case 502:
	case 503:
	case 504:
		return bolt_err_set(err, -EAGAIN, "the registry is in trouble (status %u%s)", answer->status, said);
	default:
		return bolt_err_set(err, -EIO, "unexpected status %u%s", answer->status, said);
	}
}

static int get_once(struct bolt_endpoint *endpoint, const char *path, const struct bolt_http_request *request,
		    struct bolt_http_answer *answer, unsigned *ret_generation, struct bolt_err *err)
{
	struct bolt_http_request with = *request;
	char *url, *authorization;
	int r = prepare(endpoint, path, &url, &authorization, ret_generation, err);

	if (r < 0)
		return r;
	with.url = url;
	with.authorization = authorization;
	r = bolt_http_perform(endpoint->http, &with, answer, err);
	free(url);
	bolt_secret_text_free(authorization);
	if (r < 0)
		return r;
	(void) pthread_mutex_lock(&endpoint->lock);
	endpoint->answered = true;
	(void) pthread_mutex_unlock(&endpoint->lock);
	return 0;
}

int bolt_endpoint_get(struct bolt_endpoint *endpoint, const char *path, const struct bolt_http_request *request,
		      struct bolt_http_answer *ret_answer, struct bolt_err *err)
{
	struct bolt_http_answer *answer = calloc(1, sizeof(*answer));
	unsigned generation = 0;
	int r = answer ? 0 : bolt_err_set(err, -ENOMEM, "out of memory");

	for (unsigned challenges = 0; r == 0; challenges++) {
		r = get_once(endpoint, path, request, answer, &generation, err);
		if (r < 0 || answer->status != 401 || challenges == BOLT_REGISTRY_CHALLENGES_MAX)
			break;
		r = authorize(endpoint, &answer->challenge, generation, err);
	}
	if (r == 0)
		r = judge(endpoint, answer, err);
	if (r == 0 || r == -EAGAIN)
		*ret_answer = *answer;
	free(answer);
	return r;
}
