/* A made-up report with one of everything that a writer must carry and a reader bring back. */
#pragma once

#include "model/report.h"

/* Sorted. NULL when out of memory. */
struct bolt_report *sample_report(void);
