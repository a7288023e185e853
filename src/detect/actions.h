/* What to do first: the few things that take most findings away. */
#pragma once

#include "core/macros.h"
#include "model/report.h"

enum { BOLT_ACTIONS_MOST = 3 };

/* Fills report->actions from findings that have priorities, a fixed version and no suppression; most risk first. One action for one
 * thing that somebody would do: a rebuild on a current base image (distribution packages in the base's layers), an upgrade of all
 * other distribution packages, a newer Go, and for each package of a language the lowest version without any of its findings.
 * What it makes lives in the report's arena. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_actions_of(struct bolt_report *report);
