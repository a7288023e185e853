#include "oci/url.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int bolt_url_site(const char *url, struct bolt_site *ret_site)
{
	char *scheme = NULL, *host = NULL, *port = NULL;
	CURLU *parsed = curl_url();
	int r = -EBADMSG;

	if (!parsed)
		return -ENOMEM;
	if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    strlen(scheme) < sizeof(ret_site->scheme) && strlen(host) < sizeof(ret_site->host)) {
		(void) snprintf(ret_site->scheme, sizeof(ret_site->scheme), "%s", scheme);
		(void) snprintf(ret_site->host, sizeof(ret_site->host), "%s", host);
		(void) snprintf(ret_site->origin, sizeof(ret_site->origin), "%s://%s:%s", scheme, host, port);
		r = 0;
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parsed);
	return r;
}

/* Dotted decimal without an optional port; names such as 127.evil.example are no address. */
static bool is_loopback_ipv4(const char *host)
{
	unsigned parts[4] = { 0 };
	const char *p = host;

	for (size_t i = 0; i < 4; i++) {
		size_t n = strspn(p, "0123456789");

		if (n == 0 || n > 3)
			return false;
		for (size_t k = 0; k < n; k++)
			parts[i] = parts[i] * 10 + (unsigned) (p[k] - '0');
		p += n;
		if (parts[i] > 255 || (i < 3 && *p++ != '.'))
			return false;
	}
	return parts[0] == 127 && (*p == '\0' || *p == ':');
}

bool bolt_host_is_local(const char *host)
{
	size_t n = strcspn(host, ":");

	if (strncmp(host, "[::1]", 5) == 0)
		return host[5] == '\0' || host[5] == ':';
	return (n == 9 && strncasecmp(host, "localhost", 9) == 0) || is_loopback_ipv4(host);
}

char *bolt_url_escape(const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = malloc(strlen(text) * 3 + 1), *out = escaped;

	if (!escaped)
		return NULL;
	for (; *text; text++) {
		uint8_t c = (uint8_t) *text;

		if (strchr(plain, c)) {
			*out++ = *text;
			continue;
		}
		*out++ = '%';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	*out = '\0';
	return escaped;
}
