#include "oci/http_transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/text.h"

/* One request on its way, as libcurl's callbacks see it. */
struct transfer {
	CURL *curl;
	const struct bolt_http_request *request;
	struct bolt_http_answer *answer;
	struct bolt_err *err;
	int failed; /* what a callback ended the transfer with */
	bool error_body_full;
	size_t header_bytes, error_body_len, dropped;
	/* How much came since when; time spent handing bytes on is taken out, so that a slow reader is no stall. */
	int64_t window_start_ms;
	uint64_t window_bytes;
	unsigned stall_timeout_sec;
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* "bytes 100-199/200" */
static void read_content_range(struct bolt_cursor value, struct bolt_http_answer *answer)
{
	struct bolt_cursor first;
	char text[24];

	if (!bolt_take_prefix(&value, "bytes ") || !bolt_take_until(&value, '-', &first) || first.left >= sizeof(text))
		return;
	memcpy(text, first.p, first.left);
	text[first.left] = '\0';
	answer->has_range = bolt_parse_u64(text, INT64_MAX, &answer->range_start) == 0;
	if (!bolt_take_until(&value, '/', &first) || value.left >= sizeof(text))
		return;
	memcpy(text, value.p, value.left);
	text[value.left] = '\0';
	if (bolt_parse_u64(text, INT64_MAX, &answer->range_total) < 0)
		answer->range_total = 0;
}

static void copy_value(struct bolt_cursor value, char *field, size_t room)
{
	if (value.left >= room)
		return;
	memcpy(field, value.p, value.left);
	field[value.left] = '\0';
}

static int read_header(struct transfer *t, struct bolt_cursor line)
{
	struct bolt_http_answer *answer = t->answer;
	struct bolt_cursor name, part;

	if (!bolt_take_until(&line, ':', &name))
		return 0;
	bolt_trim(&line);
	const char *text = (const char *) name.p;
	if (name.left == 12 && strncasecmp(text, "Content-Type", 12) == 0) {
		if (bolt_take_until(&line, ';', &part)) {
			bolt_trim(&part);
			copy_value(part, answer->content_type, sizeof(answer->content_type));
		}
	} else if (name.left == 13 && strncasecmp(text, "Content-Range", 13) == 0) {
		read_content_range(line, answer);
	} else if (name.left == 11 && strncasecmp(text, "Api-Version", 11) == 0) {
		copy_value(line, answer->api_version, sizeof(answer->api_version));
	} else if (name.left == 4 && strncasecmp(text, "ETag", 4) == 0) {
		copy_value(line, answer->etag, sizeof(answer->etag));
	} else if (name.left == 13 && strncasecmp(text, "Last-Modified", 13) == 0) {
		copy_value(line, answer->last_modified, sizeof(answer->last_modified));
	} else if (name.left == 16 && strncasecmp(text, "WWW-Authenticate", 16) == 0) {
		return bolt_challenge_parse(line, &answer->challenge, t->err);
	}
	return 0;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	struct bolt_cursor c = bolt_cursor(bytes, size * n), line;

	t->header_bytes += size * n;
	if (t->header_bytes > BOLT_HTTP_HEADERS_MAX) {
		t->failed = bolt_err_set(t->err, -E2BIG, "the answer's headers pass the bound of %u bytes", BOLT_HTTP_HEADERS_MAX);
		return 0;
	}
	if (!bolt_take_line(&c, &line))
		return size * n;
	if (bolt_cursor_starts(line, "HTTP/")) /* after a 1xx answer the real one starts anew */
		memset(t->answer, 0, sizeof(*t->answer));
	else
		t->failed = read_header(t, line);
	return t->failed < 0 ? 0 : size * n;
}

static void read_status(struct transfer *t)
{
	curl_off_t length = -1, retry_after = 0;
	long status = 0;

	(void) curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	(void) curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	(void) curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &retry_after);
	t->answer->status = (unsigned) status;
	t->answer->has_length = length >= 0;
	t->answer->length = length >= 0 ? (uint64_t) length : 0;
	t->answer->retry_after_sec = retry_after > 0 ? (uint64_t) retry_after : 0;
}

/* Read to its end, because libcurl forgets where a redirect leads when its body is cut off. */
static size_t drop_redirect_body(struct transfer *t, size_t n)
{
	t->dropped += n;
	if (t->dropped <= BOLT_HTTP_REDIRECT_BODY_MAX)
		return n;
	t->failed = bolt_err_set(t->err, -E2BIG, "a redirect's page passes the bound of %u bytes", BOLT_HTTP_REDIRECT_BODY_MAX);
	return 0;
}

static size_t keep_error_body(struct transfer *t, const char *bytes, size_t n)
{
	size_t room = BOLT_HTTP_ERROR_BODY_MAX - t->error_body_len, take = n < room ? n : room;

	memcpy(t->answer->error_body + t->error_body_len, bytes, take);
	t->error_body_len += take;
	t->answer->error_body[t->error_body_len] = '\0';
	t->error_body_full = take < n;
	return take; /* less than n ends the transfer: what is needed is there */
}

static size_t on_body(char *bytes, size_t size, size_t n, void *user)
{
	struct transfer *t = user;

	n *= size;
	t->window_bytes += n;
	read_status(t);
	if (t->answer->status >= 300 && t->answer->status <= 399)
		return drop_redirect_body(t, n);
	if (t->answer->status < 200 || t->answer->status > 299)
		return keep_error_body(t, bytes, n);
	if (!t->request->body)
		return n;
	int64_t before_ms = now_ms();
	t->failed = t->request->body(t->request->context, t->answer, (const uint8_t *) bytes, n, t->err);
	t->window_start_ms += now_ms() - before_ms;
	return t->failed < 0 ? 0 : n;
}

static int on_progress(void *user, curl_off_t all, curl_off_t got, curl_off_t up_all, curl_off_t up)
{
	struct transfer *t = user;
	int64_t now = now_ms();

	(void) all, (void) got, (void) up_all, (void) up;
	if (t->request->cancelled && *t->request->cancelled) {
		t->failed = bolt_err_set(t->err, -EINTR, "interrupted");
		return 1;
	}
	if (now - t->window_start_ms < (int64_t) t->stall_timeout_sec * 1000)
		return 0;
	bool stalled = t->window_bytes < (uint64_t) t->stall_timeout_sec * BOLT_HTTP_STALL_BYTES_PER_SEC;
	t->window_start_ms = now;
	t->window_bytes = 0;
	return stalled;
}

static int add_header(struct curl_slist **list, const char *name, const char *value)
{
	char *line = NULL;
	int n = asprintf(&line, "%s: %s", name, value);
	struct curl_slist *longer = n < 0 ? NULL : curl_slist_append(*list, line);

	if (n >= 0) {
		explicit_bzero(line, (size_t) n); /* it may be the Authorization header */
		free(line);
	}
	if (!longer)
		return -ENOMEM;
	*list = longer;
	return 0;
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *at = list; at; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(list);
}

static int make_headers(const struct bolt_http_request *request, bool with_credentials, struct curl_slist **ret_list)
{
	struct curl_slist *list = NULL;
	const struct {
		const char *name, *value;
	} plain[] = {
		{ "Accept", request->accept },
		{ "If-None-Match", request->if_none_match },
		{ "If-Modified-Since", request->if_modified_since },
		{ "If-Range", request->range_from > 0 ? request->if_range : NULL },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < BOLT_ARRAY_LEN(plain); i++)
		r = plain[i].value ? add_header(&list, plain[i].name, plain[i].value) : 0;

	if (r == 0 && request->authorization && with_credentials)
		r = add_header(&list, "Authorization", request->authorization);
	if (r < 0)
		free_headers(list);
	else
		*ret_list = list;
	return r;
}

static CURLcode set_options(CURL *curl, const struct bolt_http_settings *settings, const struct bolt_site *site, struct transfer *t)
{
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_NOPROGRESS, 0 },
		{ CURLOPT_PATH_AS_IS, 1 },
		{ CURLOPT_SUPPRESS_CONNECT_HEADERS, 1 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
		{ CURLOPT_SSL_VERIFYPEER, !settings->insecure_skip_verify },
		{ CURLOPT_SSL_VERIFYHOST, settings->insecure_skip_verify ? 0 : 2 },
		{ CURLOPT_CONNECTTIMEOUT, settings->connect_timeout_sec },
		{ CURLOPT_BUFFERSIZE, 256 * 1024 },
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK && i < BOLT_ARRAY_LEN(numbers); i++)
		code = curl_easy_setopt(curl, numbers[i].option, numbers[i].value);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_USERAGENT, "boltseal/" BOLT_VERSION);
	if (code == CURLE_OK && settings->ca_file)
		code = curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
	if (code == CURLE_OK && settings->unix_socket)
		code = curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, settings->unix_socket);
	/* The proxy variables are for reaching others, not for reaching ourselves. */
	if (code == CURLE_OK && (settings->unix_socket || bolt_host_is_local(site->host)))
		code = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
	return code;
}

static CURLcode set_request(CURL *curl, const char *url, const struct bolt_http_request *request, struct curl_slist *headers)
{
	char range[24];
	CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);

	if (code == CURLE_OK && headers)
		code = curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (code == CURLE_OK && request->form)
		code = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->form);
	if (code == CURLE_OK && request->range_from > 0) {
		(void) snprintf(range, sizeof(range), "%llu-", (unsigned long long) request->range_from);
		code = curl_easy_setopt(curl, CURLOPT_RANGE, range);
	}
	return code;
}

/* What libcurl says, as our errors and what to do about it. What is not here broke on the way. */
static const struct {
	CURLcode code;
	int error;
	const char *advice;
} outcomes[] = {
	{ CURLE_OUT_OF_MEMORY, -ENOMEM, "" },
	{ CURLE_COULDNT_RESOLVE_HOST, -ENXIO, " (is the name right, and the network there?)" },
	{ CURLE_COULDNT_RESOLVE_PROXY, -ENXIO, " (see the variables http_proxy, HTTPS_PROXY and NO_PROXY)" },
	{ CURLE_COULDNT_CONNECT, -ECONNREFUSED, "" },
	{ CURLE_OPERATION_TIMEDOUT, -EHOSTUNREACH, "" },
	{ CURLE_PEER_FAILED_VERIFICATION, -EKEYREJECTED,
	  " (if the server is right, name its authority's certificate with --ca-file)" },
	{ CURLE_SSL_CACERT_BADFILE, -EINVAL, " (--ca-file wants a readable PEM file)" },
	{ CURLE_SSL_CONNECT_ERROR, -EPROTO, " (no TLS 1.2 or later there; if the server speaks plain HTTP, say --plain-http)" },
	{ CURLE_URL_MALFORMAT, -EBADMSG, "" },
	{ CURLE_UNSUPPORTED_PROTOCOL, -EPERM, "" },
	{ CURLE_WEIRD_SERVER_REPLY, -EBADMSG, " (this is not HTTP)" },
	{ CURLE_BAD_CONTENT_ENCODING, -EBADMSG, "" },
};

static int explain(const struct transfer *t, CURLcode code, const char *detail, const char *origin)
{
	if (t->failed < 0)
		return t->failed;
	if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && t->error_body_full))
		return 0;
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return bolt_err_set(t->err, -ETIMEDOUT, "%s: fewer than %u bytes a second for %u seconds", origin,
				    BOLT_HTTP_STALL_BYTES_PER_SEC, t->stall_timeout_sec);
	if (!*detail)
		detail = curl_easy_strerror(code);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(outcomes); i++) {
		if (outcomes[i].code == code)
			return bolt_err_set(t->err, outcomes[i].error, "%s: %s%s", origin, detail, outcomes[i].advice);
	}
	return bolt_err_set(t->err, -ECONNRESET, "%s: %s", origin, detail);
}

int bolt_http_transfer(CURL *curl, const struct bolt_http_settings *settings, const char *url, const struct bolt_site *site,
		       bool with_credentials, const struct bolt_http_request *request, struct bolt_http_answer *answer,
		       char **ret_next, struct bolt_err *err)
{
	struct transfer t = {
		.curl = curl,
		.request = request,
		.answer = answer,
		.err = err,
		.window_start_ms = now_ms(),
		.stall_timeout_sec = settings->stall_timeout_sec,
	};
	struct curl_slist *headers = NULL;
	char detail[CURL_ERROR_SIZE] = "";
	const char *next = NULL;

	memset(answer, 0, sizeof(*answer));
	if (make_headers(request, with_credentials, &headers) < 0)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	curl_easy_reset(curl);
	CURLcode code = set_options(curl, settings, site, &t);
	if (code == CURLE_OK)
		code = set_request(curl, url, request, headers);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	if (code == CURLE_OK)
		code = curl_easy_perform(curl);
	int r = explain(&t, code, detail, site->origin);
	if (r == 0) {
		read_status(&t);
		(void) curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &next);
		*ret_next = next && answer->status >= 301 && answer->status <= 308 && answer->status != 304 ? strdup(next) : NULL;
	}
	(void) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
	free_headers(headers);
	return r;
}
