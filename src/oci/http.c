#include "oci/http.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/sigpipe.h"
#include "oci/http_transfer.h"

struct bolt_http {
	struct bolt_http_settings settings;
	char **plain_origins; /* allowed beside settings.plain_http */
	size_t plain_origins_len;
	pthread_mutex_t lock; /* guards what follows */
	CURL *idle[BOLT_HTTP_IDLE_MAX];
	size_t idle_len;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void init_curl(void)
{
	(void) curl_global_init(CURL_GLOBAL_DEFAULT); /* a failure shows again as curl_easy_init() == NULL */
}

static char *copy_or_null(const char *text)
{
	return text ? strdup(text) : NULL;
}

int bolt_http_new(const struct bolt_http_options *options, struct bolt_http **ret_http, struct bolt_err *err)
{
	(void) pthread_once(&curl_once, init_curl);
	BOLT_CLEANUP(bolt_http_freep) struct bolt_http *http = calloc(1, sizeof(*http));
	if (!http)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	(void) pthread_mutex_init(&http->lock, NULL);
	http->settings.ca_file = copy_or_null(options->ca_file);
	http->settings.unix_socket = copy_or_null(options->unix_socket);
	http->settings.insecure_skip_verify = options->insecure_skip_verify;
	http->settings.plain_http = options->plain_http;
	http->settings.connect_timeout_sec = options->connect_timeout_sec ? options->connect_timeout_sec
									  : BOLT_HTTP_CONNECT_TIMEOUT_SEC;
	http->settings.stall_timeout_sec = options->stall_timeout_sec ? options->stall_timeout_sec : BOLT_HTTP_STALL_TIMEOUT_SEC;
	if ((options->ca_file && !http->settings.ca_file) || (options->unix_socket && !http->settings.unix_socket))
		return bolt_err_set(err, -ENOMEM, "out of memory");
	*ret_http = BOLT_TAKE(http);
	return 0;
}

void bolt_http_free(struct bolt_http *http)
{
	if (!http)
		return;
	while (http->idle_len > 0)
		curl_easy_cleanup(http->idle[--http->idle_len]);
	(void) pthread_mutex_destroy(&http->lock);
	for (size_t i = 0; i < http->plain_origins_len; i++)
		free(http->plain_origins[i]);
	free(http->plain_origins);
	free(http->settings.ca_file);
	free(http->settings.unix_socket);
	free(http);
}

int bolt_http_allow_plain(struct bolt_http *http, const char *url, struct bolt_err *err)
{
	struct bolt_site site;
	int r = bolt_url_site(url, &site);

	if (r < 0)
		return bolt_err_set(err, r, "'%.200s' is no URL", url);
	char **more = reallocarray(http->plain_origins, http->plain_origins_len + 1, sizeof(*more));
	if (more)
		http->plain_origins = more;
	char *origin = more ? strdup(site.origin) : NULL;
	if (!origin)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	http->plain_origins[http->plain_origins_len++] = origin;
	return 0;
}

static CURL *take_handle(struct bolt_http *http)
{
	CURL *curl = NULL;

	(void) pthread_mutex_lock(&http->lock);
	if (http->idle_len > 0)
		curl = http->idle[--http->idle_len];
	(void) pthread_mutex_unlock(&http->lock);
	return curl ? curl : curl_easy_init();
}

/* Its connections stay open for the next taker; everything else about the last request is forgotten. */
static void give_handle(struct bolt_http *http, CURL *curl)
{
	curl_easy_reset(curl);
	(void) pthread_mutex_lock(&http->lock);
	bool kept = http->idle_len < BOLT_HTTP_IDLE_MAX;
	if (kept)
		http->idle[http->idle_len++] = curl;
	(void) pthread_mutex_unlock(&http->lock);
	if (!kept)
		curl_easy_cleanup(curl);
}

static int check_site(const struct bolt_http *http, const struct bolt_site *site, struct bolt_err *err)
{
	if (strcmp(site->scheme, "https") == 0 || http->settings.unix_socket)
		return 0;
	if (strcmp(site->scheme, "http") != 0)
		return bolt_err_set(err, -EPERM, "%s: only http and https are spoken", site->origin);
	if (http->settings.plain_http || bolt_host_is_local(site->host))
		return 0;
	for (size_t i = 0; i < http->plain_origins_len; i++) {
		if (strcmp(http->plain_origins[i], site->origin) == 0)
			return 0;
	}
	return bolt_err_set(err, -EPERM, "%s: plain HTTP to another machine is not allowed; say --plain-http if you mean it",
			    site->origin);
}

static int check_redirect(const struct bolt_http *http, const struct bolt_http_request *request, const struct bolt_site *from,
			  const char *to, struct bolt_site *ret_site, struct bolt_err *err)
{
	int r = bolt_url_site(to, ret_site);

	if (r < 0)
		return bolt_err_set(err, r, "%s redirects to something that is no URL", from->origin);
	if (http->settings.unix_socket || request->form) /* a form holds credentials of its own */
		return bolt_err_set(err, -EPERM, "%s redirects what must not be redirected", from->origin);
	r = check_site(http, ret_site, err);
	if (r == 0 && strcmp(from->scheme, "https") == 0 && strcmp(ret_site->scheme, "https") != 0)
		r = bolt_err_set(err, -EPERM, "it would leave TLS for %s", ret_site->origin);
	return r < 0 ? bolt_err_wrap(err, r, "%s redirects", from->origin) : 0;
}

/* A challenge counts from where the credentials belong. Obeyed, one from elsewhere would name who is to get them. */
static int refuse_challenge(const struct bolt_site *first, const struct bolt_site *at, struct bolt_http_answer *answer,
			    struct bolt_err *err)
{
	memset(&answer->challenge, 0, sizeof(answer->challenge));
	if (answer->status != 401)
		return 0;
	return bolt_err_set(err, -EACCES, "%s redirects to %s, which asks for credentials of its own (status 401)", first->origin,
			    at->origin);
}

static int follow(struct bolt_http *http, CURL *curl, const struct bolt_http_request *request, struct bolt_http_answer *answer,
		  struct bolt_err *err)
{
	struct bolt_site first = { .origin = "" }, at;
	char *url = strdup(request->url), *next = NULL;
	int r = url ? bolt_url_site(url, &first) : -ENOMEM;
	bool with_credentials = true;

	if (r < 0)
		r = bolt_err_set(err, r, "'%.200s' is no URL", request->url);
	else
		r = check_site(http, &first, err);
	at = first;
	for (unsigned hops = 0; r == 0; hops++) {
		struct bolt_site to;

		next = NULL;
		r = bolt_http_transfer(curl, &http->settings, url, &at, with_credentials, request, answer, &next, err);
		if (r == 0 && !next && !with_credentials)
			r = refuse_challenge(&first, &at, answer, err);
		if (r < 0 || !next)
			break;
		r = hops == BOLT_HTTP_REDIRECTS_MAX
			    ? bolt_err_set(err, -ELOOP, "%s: more than %u redirects", first.origin, BOLT_HTTP_REDIRECTS_MAX)
			    : check_redirect(http, request, &at, next, &to, err);
		free(url);
		url = next;
		if (r == 0)
			at = to;
		/* Once gone they do not come back: a host elsewhere could redirect us to a page of its choice here. */
		with_credentials = with_credentials && strcmp(at.origin, first.origin) == 0;
	}
	free(url);
	return r;
}

int bolt_http_perform(struct bolt_http *http, const struct bolt_http_request *request, struct bolt_http_answer *ret_answer,
		      struct bolt_err *err)
{
	struct bolt_sigpipe sigpipe;
	struct bolt_http_answer *answer = malloc(sizeof(*answer));
	CURL *curl = answer ? take_handle(http) : NULL;

	if (!curl) {
		free(answer);
		return bolt_err_set(err, -ENOMEM, "out of memory");
	}
	bolt_sigpipe_hold(&sigpipe);
	int r = follow(http, curl, request, answer, err);
	give_handle(http, curl);
	bolt_sigpipe_release(&sigpipe);
	if (r == 0)
		*ret_answer = *answer;
	free(answer);
	return r;
}

int bolt_http_gather(void *context, const struct bolt_http_answer *answer, const uint8_t *bytes, size_t n, struct bolt_err *err)
{
	struct bolt_buf *buf = context;
	size_t max = buf->max;
	int r = bolt_buf_add(buf, bytes, n);

	(void) answer;
	if (r == -E2BIG)
		return bolt_err_set(err, r, "the answer passes the bound of %zu bytes", max);
	return r < 0 ? bolt_err_set(err, r, "out of memory") : 0;
}
