#include "oci/registry.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/buf.h"
#include "core/digest.h"
#include "core/write_all.h"
#include "oci/limits.h"
#include "oci/registry_endpoint.h"

#define MANIFEST_TYPES \
	"application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, " \
	"application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json"

struct bolt_registry {
	struct bolt_http *http;
	char *name; /* REGISTRY/REPOSITORY */
	unsigned retry_wait_ms;
	struct bolt_endpoint **endpoints; /* mirrors first, the registry itself last */
	size_t endpoints_len;
	atomic_bool *given_up;   /* one an endpoint: a mirror that failed is not asked again */
	pthread_mutex_t lock;    /* guards trouble */
	struct bolt_err trouble; /* of the first mirror that failed */
};

/* One thing to get. Its callbacks keep what must survive from one try to the next. */
struct job {
	const char *path;
	const char *accept;
	int (*body)(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err);
	uint64_t (*begin)(void *context); /* before each try: forgets what cannot be used, returns the byte to go on from */
	int (*end)(void *context, const struct bolt_http_answer *answer, struct bolt_err *err); /* after a complete answer */
	void *context;
	bool our_end_failed; /* set by body(): another try or another server would not help */
};

static int add_endpoint(struct bolt_registry *registry, const struct bolt_endpoint_site *site, struct bolt_err *err)
{
	int r = bolt_endpoint_new(registry->http, site, &registry->endpoints[registry->endpoints_len], err);

	if (r == 0)
		registry->endpoints_len++;
	return r;
}

/* "REGISTRY=[SCHEME://]HOST[:PORT][/PREFIX]" */
static int add_mirror(struct bolt_registry *registry, const struct bolt_reference *reference, const char *mirror,
		      struct bolt_err *err)
{
	const char *equals = strchr(mirror, '='), *url = equals ? equals + 1 : "", *scheme = NULL;
	char host[BOLT_REGISTRY_MAX + 1];
	char *repository = NULL;

	if (strncmp(url, "https://", 8) == 0)
		scheme = "https", url += 8;
	else if (strncmp(url, "http://", 7) == 0)
		scheme = "http", url += 7;
	size_t n = strcspn(url, "/");
	const char *prefix = url + n + strspn(url + n, "/");
	size_t prefix_len = strlen(prefix);
	while (prefix_len > 0 && prefix[prefix_len - 1] == '/')
		prefix_len--;
	if (!equals || equals == mirror || n == 0 || n >= sizeof(host) || strpbrk(url, "@?# "))
		return bolt_err_set(err, -EINVAL, "mirror '%.200s': want REGISTRY=URL, as in docker.io=https://mirror.example",
				    mirror);
	if ((size_t) (equals - mirror) != strlen(reference->registry) ||
	    strncmp(mirror, reference->registry, (size_t) (equals - mirror)) != 0)
		return 0;
	memcpy(host, url, n);
	host[n] = '\0';
	if (asprintf(&repository, "%.*s%s%s", (int) prefix_len, prefix, prefix_len > 0 ? "/" : "", reference->repository) < 0)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	const struct bolt_endpoint_site site = { .scheme = scheme, .host = host, .registry = host, .repository = repository };
	int r = 0;
	if (scheme && strcmp(scheme, "http") == 0) /* written out: that is being told */
		r = bolt_http_allow_plain(registry->http, equals + 1, err);
	if (r == 0)
		r = add_endpoint(registry, &site, err);
	free(repository);
	return r;
}

static int open_endpoints(struct bolt_registry *registry, const struct bolt_registry_options *options,
			  const struct bolt_reference *reference, struct bolt_err *err)
{
	const struct bolt_endpoint_site origin = {
		.scheme = options->plain_http ? "http" : NULL,
		.host = bolt_registry_api_host(reference->registry),
		.registry = reference->registry,
		.repository = reference->repository,
		.username = options->username,
		.password = options->password,
	};
	const struct bolt_http_options http = {
		.ca_file = options->ca_file,
		.insecure_skip_verify = options->insecure_skip_verify,
		.plain_http = options->plain_http,
		.connect_timeout_sec = options->connect_timeout_sec,
		.stall_timeout_sec = options->stall_timeout_sec,
	};
	int r = bolt_http_new(&http, &registry->http, err);

	for (size_t i = 0; r == 0 && i < options->mirrors_len; i++)
		r = add_mirror(registry, reference, options->mirrors[i], err);
	return r < 0 ? r : add_endpoint(registry, &origin, err);
}

int bolt_registry_open(const struct bolt_registry_options *options, const struct bolt_reference *reference,
		       struct bolt_registry **ret_registry, struct bolt_err *err)
{
	if (!options->username != !options->password)
		return bolt_err_set(err, -EINVAL, "a user name for %s without a password, or the other way round",
				    reference->registry);
	BOLT_CLEANUP(bolt_registry_freep) struct bolt_registry *registry = calloc(1, sizeof(*registry));
	if (!registry)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	(void) pthread_mutex_init(&registry->lock, NULL);
	registry->retry_wait_ms = options->retry_wait_ms ? options->retry_wait_ms : BOLT_REGISTRY_RETRY_WAIT_MS;
	registry->endpoints = calloc(options->mirrors_len + 1, sizeof(struct bolt_endpoint *));
	registry->given_up = calloc(options->mirrors_len + 1, sizeof(*registry->given_up));
	if (asprintf(&registry->name, "%s/%s", reference->registry, reference->repository) < 0)
		registry->name = NULL;
	if (!registry->endpoints || !registry->given_up || !registry->name)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	int r = open_endpoints(registry, options, reference, err);
	if (r == 0)
		*ret_registry = BOLT_TAKE(registry);
	return r;
}

void bolt_registry_free(struct bolt_registry *registry)
{
	if (!registry)
		return;
	for (size_t i = 0; i < registry->endpoints_len; i++)
		bolt_endpoint_free(registry->endpoints[i]);
	free(registry->endpoints);
	free(registry->given_up);
	bolt_http_free(registry->http);
	(void) pthread_mutex_destroy(&registry->lock);
	free(registry->name);
	free(registry);
}

static bool worth_another_try(int r, struct bolt_endpoint *endpoint)
{
	if (r == -ECONNREFUSED || r == -EHOSTUNREACH || r == -ENXIO)
		return bolt_endpoint_answered(endpoint);
	return r == -EAGAIN || r == -ECONNRESET || r == -ETIMEDOUT;
}

static int wait_before_try(const struct bolt_registry *registry, unsigned tries, uint64_t retry_after_sec, struct bolt_err *err)
{
	uint64_t wait_ms = (uint64_t) registry->retry_wait_ms << (tries - 1);

	if (retry_after_sec > BOLT_REGISTRY_RETRY_AFTER_MAX_SEC)
		return bolt_err_wrap(err, -EBUSY,
				     "asked to wait %" PRIu64 " seconds (the bound is %u): try later, or log in for a higher limit",
				     retry_after_sec, BOLT_REGISTRY_RETRY_AFTER_MAX_SEC);
	if (retry_after_sec * 1000 > wait_ms)
		wait_ms = retry_after_sec * 1000;
	struct timespec left = { .tv_sec = (time_t) (wait_ms / 1000), .tv_nsec = (long) (wait_ms % 1000) * 1000000 };
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
	return 0;
}

static int get_from(struct bolt_registry *registry, struct bolt_endpoint *endpoint, struct job *job, struct bolt_err *err)
{
	struct bolt_http_answer answer = { .status = 0 };
	struct bolt_http_request request = { .accept = job->accept, .body = job->body, .context = job->context };
	uint64_t counted = 0;
	int r;

	for (unsigned tries = 1;; tries++) {
		request.range_from = job->begin(job->context);
		if (request.range_from - counted >= BOLT_REGISTRY_PROGRESS_BYTES) {
			counted = request.range_from;
			tries = 1;
		}
		answer.retry_after_sec = 0;
		r = bolt_endpoint_get(endpoint, job->path, &request, &answer, err);
		if (r == 0)
			r = job->end(job->context, &answer, err);
		if (r == 0 || job->our_end_failed || !worth_another_try(r, endpoint))
			return r;
		if (tries == BOLT_REGISTRY_TRIES)
			return bolt_err_wrap(err, r, "gave up after %u tries", tries);
		int waited = wait_before_try(registry, tries, r == -EAGAIN ? answer.retry_after_sec : 0, err);
		if (waited < 0)
			return waited;
	}
}

static void note_trouble(struct bolt_registry *registry, size_t i, int r, const struct bolt_err *why)
{
	const char *host = bolt_endpoint_host(registry->endpoints[i]);

	/* A mirror that merely lacks something may still have the rest. */
	if (r != -ENOENT)
		atomic_store(&registry->given_up[i], true);
	(void) pthread_mutex_lock(&registry->lock);
	if (!registry->trouble.msg[0])
		bolt_err_set(&registry->trouble, r, "mirror %s not used for %s: %s", host, registry->name, bolt_err_text(why, r));
	(void) pthread_mutex_unlock(&registry->lock);
}

static int get(struct bolt_registry *registry, struct job *job, struct bolt_err *err)
{
	size_t last = registry->endpoints_len - 1;
	struct bolt_err why;

	for (size_t i = 0;; i++) {
		if (i < last && atomic_load(&registry->given_up[i]))
			continue;
		why.msg[0] = '\0';
		int r = get_from(registry, registry->endpoints[i], job, &why);
		if (r == 0 || (job->our_end_failed && r == -EPIPE))
			return r;
		if (i == last || job->our_end_failed)
			return bolt_err_set(err, r, "%s of %s from %s: %s", job->path, registry->name,
					    bolt_endpoint_host(registry->endpoints[i]), bolt_err_text(&why, r));
		note_trouble(registry, i, r, &why);
	}
}

char *bolt_registry_mirror_trouble(struct bolt_registry *registry)
{
	(void) pthread_mutex_lock(&registry->lock);
	char *text = registry->trouble.msg[0] ? strdup(registry->trouble.msg) : NULL;
	(void) pthread_mutex_unlock(&registry->lock);
	return text;
}

struct manifest {
	struct bolt_buf bytes;
	char *media_type;
};

static uint64_t manifest_begin(void *context)
{
	struct manifest *manifest = context;

	bolt_buf_clear(&manifest->bytes);
	return 0;
}

static int manifest_body(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err)
{
	struct manifest *manifest = context;

	return bolt_http_gather(&manifest->bytes, answer, bytes, n, err);
}

static int manifest_end(void *context, const struct bolt_http_answer *answer, struct bolt_err *err)
{
	struct manifest *manifest = context;

	free(manifest->media_type);
	manifest->media_type = strdup(answer->content_type);
	return manifest->media_type ? 0 : bolt_err_set(err, -ENOMEM, "out of memory");
}

int bolt_registry_manifest(struct bolt_registry *registry, const char *tag_or_digest, uint8_t **ret_bytes, size_t *ret_len,
			   char **ret_media_type, struct bolt_err *err)
{
	struct manifest manifest = { .bytes = BOLT_BUF_INIT(BOLT_MANIFEST_MAX) };
	struct bolt_digest digest;
	char path[sizeof("manifests/") + BOLT_DIGEST_TEXT];

	if (!bolt_tag_ok(tag_or_digest) && bolt_digest_parse(tag_or_digest, &digest, NULL) < 0)
		return bolt_err_set(err, -EINVAL, "'%.150s' is neither a tag nor a digest", tag_or_digest);
	(void) snprintf(path, sizeof(path), "manifests/%s", tag_or_digest);
	struct job job = {
		.path = path,
		.accept = MANIFEST_TYPES,
		.begin = manifest_begin,
		.body = manifest_body,
		.end = manifest_end,
		.context = &manifest,
	};
	int r = get(registry, &job, err);
	size_t len = manifest.bytes.len;
	if (r == 0)
		r = bolt_buf_take_text(&manifest.bytes, (char **) ret_bytes);
	if (r < 0) {
		bolt_buf_done(&manifest.bytes);
		free(manifest.media_type);
		return r;
	}
	*ret_len = len;
	*ret_media_type = manifest.media_type;
	return 0;
}

struct blob {
	struct job job;
	int out_fd;
	_Atomic uint64_t *progress;
	uint64_t expected, delivered;
	uint64_t skip; /* of this answer: bytes that were delivered by an earlier one */
	bool placed;   /* is skip known yet? */
};

static uint64_t blob_begin(void *context)
{
	struct blob *blob = context;

	blob->placed = false;
	return blob->delivered;
}

/* Where in the blob does this answer start? A server may ignore the Range and send everything again. */
static int place(struct blob *blob, const struct bolt_http_answer *answer, struct bolt_err *err)
{
	uint64_t start = answer->status == 206 ? answer->range_start : 0;

	if (answer->status == 206 && !answer->has_range)
		return bolt_err_set(err, -EBADMSG, "a partial answer that does not say which part");
	if (start > blob->delivered)
		return bolt_err_set(err, -EBADMSG, "asked for the part from byte %" PRIu64 ", got the one from %" PRIu64,
				    blob->delivered, start);
	if (answer->has_length && start + answer->length != blob->expected)
		return bolt_err_set(err, -EBADMSG, "the server has %" PRIu64 " bytes, the manifest says %" PRIu64,
				    start + answer->length, blob->expected);
	blob->skip = blob->delivered - start;
	blob->placed = true;
	return 0;
}

static int blob_body(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err)
{
	struct blob *blob = context;
	int r = blob->placed ? 0 : place(blob, answer, err);

	if (r < 0)
		return r;
	size_t skip = blob->skip < n ? (size_t) blob->skip : n;
	blob->skip -= skip;
	bytes += skip;
	n -= skip;
	if (n > blob->expected - blob->delivered)
		return bolt_err_set(err, -EBADMSG, "the server sends more than the %" PRIu64 " bytes the manifest says",
				    blob->expected);
	r = bolt_write_all(blob->out_fd, bytes, n);
	if (r < 0) {
		blob->job.our_end_failed = true;
		return r == -EPIPE ? r : bolt_err_set(err, r, "cannot hand it on: %s", strerror(-r));
	}
	blob->delivered += n;
	if (blob->progress)
		atomic_fetch_add(blob->progress, n);
	return 0;
}

static int blob_end(void *context, const struct bolt_http_answer *answer, struct bolt_err *err)
{
	struct blob *blob = context;

	(void) answer;
	if (blob->delivered == blob->expected)
		return 0;
	return bolt_err_set(err, -ECONNRESET, "the server stopped after %" PRIu64 " of %" PRIu64 " bytes", blob->delivered,
			    blob->expected);
}

int bolt_registry_blob(struct bolt_registry *registry, const char *digest, uint64_t expected_size, int out_fd,
		       _Atomic uint64_t *progress, struct bolt_err *err)
{
	struct bolt_digest parsed;
	char path[sizeof("blobs/") + BOLT_DIGEST_TEXT];
	int r = bolt_digest_parse(digest, &parsed, err);

	if (r < 0)
		return r;
	(void) snprintf(path, sizeof(path), "blobs/%s", digest);
	struct blob blob = {
		.job = { .path = path, .begin = blob_begin, .body = blob_body, .end = blob_end },
		.out_fd = out_fd,
		.progress = progress,
		.expected = expected_size,
	};
	blob.job.context = &blob;
	return get(registry, &blob.job, err);
}
