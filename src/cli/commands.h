/* One function a verb: takes parsed options, returns the exit code. */
#pragma once

#include "cli/options.h"

int cli_scan(const struct cli_options *options);
int cli_sbom(const struct cli_options *options);
int cli_rescan(const struct cli_options *options);
int cli_diff(const struct cli_options *options);
int cli_db_import(const struct cli_options *options);
int cli_db_import_bundle(const struct cli_options *options);
int cli_db_update(const struct cli_options *options);
int cli_db_export(const struct cli_options *options);
int cli_db_keygen(const struct cli_options *options);
int cli_db_status(const struct cli_options *options);
int cli_db_explain(const struct cli_options *options);
int cli_version(const struct cli_options *options);

/* Texts made from the tables: help for one verb (NULL: all), the man page, completions for bash, zsh or fish (-1: no such shell).
 */
void cli_help(const struct cli_verb *verb);
void cli_man(void);
int cli_completion(const char *shell);
