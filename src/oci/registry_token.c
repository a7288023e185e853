#include "oci/registry_token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oci/url.h"

/* One question to the token service; all texts are ours. */
struct question {
	char *service, *scope; /* percent-encoded */
	char *url, *form, *authorization;
};

static void question_done(struct question *q)
{
	free(q->service);
	free(q->scope);
	free(q->url);
	bolt_secret_text_free(q->form);
	bolt_secret_text_free(q->authorization);
}

/* An identity token is exchanged by a POST (OAuth2 refresh); everything else is a GET, with Basic when a name is known. */
static int make_question(const struct bolt_challenge *challenge, const char *repository, const struct bolt_credentials *credentials,
			 struct question *q)
{
	char own_scope[sizeof("repository::pull") + BOLT_REPOSITORY_MAX];

	(void) snprintf(own_scope, sizeof(own_scope), "repository:%.*s:pull", (int) BOLT_REPOSITORY_MAX, repository);
	q->service = bolt_url_escape(challenge->service);
	q->scope = bolt_url_escape(challenge->scope[0] ? challenge->scope : own_scope);
	if (!q->service || !q->scope)
		return -ENOMEM;
	if (credentials->identity_token) {
		BOLT_CLEANUP(bolt_secret_text_freep) char *token = bolt_url_escape(credentials->identity_token);

		q->url = strdup(challenge->realm);
		if (token && asprintf(&q->form, "grant_type=refresh_token&client_id=boltseal&service=%s&scope=%s&refresh_token=%s",
				      q->service, q->scope, token) < 0)
			q->form = NULL;
		return q->url && q->form ? 0 : -ENOMEM;
	}
	if (asprintf(&q->url, "%s%cservice=%s&scope=%s", challenge->realm, strchr(challenge->realm, '?') ? '&' : '?', q->service,
		     q->scope) < 0)
		q->url = NULL;
	if (credentials->username)
		q->authorization = bolt_basic_authorization(credentials->username, credentials->password);
	return q->url && (q->authorization || !credentials->username) ? 0 : -ENOMEM;
}

static int ask(struct bolt_http *http, const struct question *q, struct bolt_buf *body, struct bolt_err *err)
{
	struct bolt_http_answer answer;
	const struct bolt_http_request request = {
		.url = q->url,
		.accept = "application/json",
		.authorization = q->authorization,
		.form = q->form,
		.body = bolt_http_gather,
		.context = body,
	};
	int r = bolt_buf_reserve(body, body->max); /* at once: growing would leave copies of the token behind */

	if (r == 0)
		r = bolt_http_perform(http, &request, &answer, err);
	if (r < 0)
		return r;
	if (answer.status == 401 || answer.status == 403)
		return bolt_err_set(err, -EACCES, "refused (status %u)", answer.status);
	if (answer.status == 429 || answer.status >= 500)
		return bolt_err_set(err, -EAGAIN, "status %u", answer.status);
	return answer.status == 200 ? 0 : bolt_err_set(err, -EIO, "status %u", answer.status);
}

static int exchange(struct bolt_http *http, const struct question *q, char **ret_authorization, struct bolt_err *err)
{
	struct bolt_buf body = BOLT_BUF_INIT(BOLT_TOKEN_ANSWER_MAX);
	BOLT_CLEANUP(bolt_secret_text_freep) char *token = NULL;
	int r = ask(http, q, &body, err);

	if (r == 0)
		r = bolt_token_parse(body.data, body.len, &token, err);
	if (r == 0 && asprintf(ret_authorization, "Bearer %s", token) < 0)
		r = -ENOMEM;
	if (body.data)
		explicit_bzero(body.data, body.len);
	bolt_buf_done(&body);
	return r;
}

int bolt_registry_token(struct bolt_http *http, const struct bolt_challenge *challenge, const char *repository,
			const struct bolt_credentials *credentials, bool from_tls, char **ret_authorization, struct bolt_err *err)
{
	struct question question = { 0 };
	struct bolt_site site;
	char *authorization = NULL;
	int r = bolt_url_site(challenge->realm, &site);

	if (r < 0)
		return bolt_err_set(err, r, "token service '%.200s' is no URL", challenge->realm);
	if (from_tls && strcmp(site.scheme, "https") != 0)
		return bolt_err_set(err, -EPERM, "token service %s: a registry with TLS may not send us to one without",
				    site.origin);
	r = make_question(challenge, repository, credentials, &question);
	if (r == 0)
		r = exchange(http, &question, &authorization, err);
	question_done(&question);
	if (r < 0)
		return bolt_err_wrap(err, r, "token for %s from %s", repository, site.origin);
	*ret_authorization = authorization;
	return 0;
}
