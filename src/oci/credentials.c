#include "oci/credentials.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oci/network_limits.h"

void bolt_secret_text_free(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void bolt_credentials_done(struct bolt_credentials *credentials)
{
	bolt_secret_text_free(credentials->username);
	bolt_secret_text_free(credentials->password);
	bolt_secret_text_free(credentials->identity_token);
	bolt_secret_text_free(credentials->registry_token);
	*credentials = (struct bolt_credentials){ 0 };
}

void bolt_wipe_json(json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_string(value)) {
		/* jansson hands out its own memory as const; nobody reads it after this. */
		explicit_bzero((char *) (uintptr_t) json_string_value(value), json_string_length(value));
	} else if (json_is_object(value)) {
		json_object_foreach(value, key, member) bolt_wipe_json(member);
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, member) bolt_wipe_json(member);
	}
}

char *bolt_basic_authorization(const char *username, const char *password)
{
	static const char scheme[] = "Basic ";
	BOLT_CLEANUP(bolt_secret_text_freep) char *pair = NULL;
	int n = asprintf(&pair, "%s:%s", username, password);

	if (n < 0) {
		pair = NULL;
		return NULL;
	}
	char *text = malloc(sizeof(scheme) + ((size_t) n + 2) / 3 * 4);
	if (!text)
		return NULL;
	memcpy(text, scheme, sizeof(scheme));
	(void) EVP_EncodeBlock((unsigned char *) text + sizeof(scheme) - 1, (const unsigned char *) pair, n);
	return text;
}

int bolt_basic_decode(const char *base64, char **ret_username, char **ret_password)
{
	size_t n = strlen(base64);

	if (n == 0 || n % 4 != 0 || n > BOLT_DOCKER_CONFIG_MAX)
		return -EBADMSG;
	char *pair = calloc(1, n / 4 * 3 + 1);
	if (!pair)
		return -ENOMEM;
	int len = EVP_DecodeBlock((unsigned char *) pair, (const unsigned char *) base64, (int) n);
	/* The decoder leaves the padding's zero bytes, and older Docker stored a trailing NUL: both end the text. */
	char *colon = len > 0 ? strchr(pair, ':') : NULL;
	int r = colon && colon != pair ? 0 : -EBADMSG;
	char *username = NULL, *password = NULL;
	if (r == 0) {
		username = strndup(pair, (size_t) (colon - pair));
		password = strdup(colon + 1);
		if (!username || !password)
			r = -ENOMEM;
	}
	explicit_bzero(pair, n / 4 * 3);
	free(pair);
	if (r < 0) {
		bolt_secret_text_free(username);
		bolt_secret_text_free(password);
		return r;
	}
	*ret_username = username;
	*ret_password = password;
	return 0;
}
