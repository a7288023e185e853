/* Private to the room: how an action is told to people, as something to do. */
#pragma once

#include <stdbool.h>

#include "core/arena.h"
#include "model/report.h"

struct bolt_action_subject {
	const struct bolt_package *package; /* the foremost one */
	size_t names;                       /* how many packages there are, by name */
	const char *version;                /* when there is one: the lowest without findings */
};

/* "rebuild on a current debian:11: removes 41 findings, 3 of them exploited". NULL when the arena is full. */
const char *bolt_action_text(struct bolt_arena *arena, const struct bolt_action *action, const struct bolt_action_subject *subject,
			     const struct bolt_os *os);

/* Go's own library in a program: its version is that of the Go it was built with. */
bool bolt_action_is_go(const struct bolt_package *package);
