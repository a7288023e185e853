/* The option table as completions for three shells. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "report/format.h"

static const char subject_words[] = "docker: podman: registry: oci: archive: rootfs: dir: sbom:";

static void format_words(void)
{
	for (size_t i = 0; i < bolt_report_formats_len; i++)
		printf("%s%s", i ? " " : "", bolt_report_formats[i].name);
}

static void option_words(const struct cli_verb *verb)
{
	for (size_t i = 0; i < cli_option_rows_len; i++) {
		if (cli_option_rows[i].verbs & verb->bit)
			printf("--%s ", cli_option_rows[i].name);
	}
}

/* Of the verbs whose names begin with the same word, the first. */
static bool is_first(size_t i)
{
	size_t len = cli_verb_first(&cli_verbs[i]);

	return i == 0 || cli_verb_first(&cli_verbs[i - 1]) != len || strncmp(cli_verbs[i].name, cli_verbs[i - 1].name, len) != 0;
}

/* "import status explain" of the family that verb `i` is the first of; nothing for a verb of one word. */
static void family_words(size_t i)
{
	size_t len = cli_verb_first(&cli_verbs[i]);

	for (size_t k = i; k < cli_verbs_len && cli_verbs[k].name[len] == ' ' && (k == i || !is_first(k)); k++)
		printf("%s%s", k > i ? " " : "", cli_verbs[k].name + len + 1);
}

static bool is_family(size_t i)
{
	return cli_verbs[i].name[cli_verb_first(&cli_verbs[i])] == ' ';
}

static void bash_values(void)
{
	for (size_t i = 0; i < cli_option_rows_len; i++) {
		const struct cli_option *row = &cli_option_rows[i];

		if (!row->argument)
			continue;
		printf("\t--%s", row->name);
		if (row->letter)
			printf("|-%c", row->letter);
		if (row->complete && strcmp(row->complete, "file") == 0) {
			printf(") compopt -o default; return ;;\n");
		} else if (row->complete && strcmp(row->complete, "format") == 0) {
			printf(") COMPREPLY=($(compgen -W '");
			format_words();
			printf("' -- \"$cur\")); return ;;\n");
		} else {
			printf(") COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", row->complete ? row->complete : "");
		}
	}
}

static void bash(void)
{
	printf("# bash completion for boltseal\n_boltseal() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	       "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	       "\tCOMPREPLY=()\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '");
	for (size_t i = 0; i < cli_verbs_len; i++) {
		if (is_first(i))
			printf("%.*s ", (int) cli_verb_first(&cli_verbs[i]), cli_verbs[i].name);
	}
	printf("man completion help' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $prev in\n");
	bash_values();
	printf("\tesac\n\tlocal verb=${COMP_WORDS[1]}\n\tcase $verb in\n");
	for (size_t i = 0; i < cli_verbs_len; i++) {
		if (!is_family(i) || !is_first(i))
			continue;
		printf("\t%.*s)\n\t\tif [ \"$COMP_CWORD\" -eq 2 ]; then\n\t\t\tCOMPREPLY=($(compgen -W '",
		       (int) cli_verb_first(&cli_verbs[i]), cli_verbs[i].name);
		family_words(i);
		printf("' -- \"$cur\"))\n\t\t\treturn\n\t\tfi\n\t\tverb+=\" ${COMP_WORDS[2]}\" ;;\n");
	}
	printf("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tcase $verb in\n");
	for (size_t i = 0; i < cli_verbs_len; i++) {
		printf("\t\t'%s') COMPREPLY=($(compgen -W '", cli_verbs[i].name);
		option_words(&cli_verbs[i]);
		printf("' -- \"$cur\")) ;;\n");
	}
	printf("\t\tesac\n\t\treturn\n\tfi\n\tif [[ $verb == completion ]]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\"))\n\t\treturn\n\tfi\n"
	       "\tcompopt -o default\n\t[[ $cur != */* ]] && COMPREPLY=($(compgen -o nospace -W '%s' -- \"$cur\"))\n}\n"
	       "complete -F _boltseal boltseal\n",
	       subject_words);
}

/* zsh's _arguments takes '[', ']' and ':' as its own in a description, and a quote ends the word. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf("'\\''");
		else if (*text == '[' || *text == ']' || *text == ':')
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void zsh_option(const struct cli_option *row)
{
	printf("\t\t\t'--%s[", row->name);
	zsh_text(row->help);
	printf("]");
	if (row->argument) {
		printf(":");
		zsh_text(row->argument);
		if (row->complete && strcmp(row->complete, "file") == 0) {
			printf(":_files");
		} else if (row->complete && strcmp(row->complete, "format") == 0) {
			printf(":(");
			format_words();
			printf(")");
		} else if (row->complete) {
			printf(":(%s)", row->complete);
		} else {
			printf(": ");
		}
	}
	printf("' \\\n");
}

static void zsh_verb(const struct cli_verb *verb, const char *word)
{
	printf("\t%s)\n\t\tshift words; (( CURRENT-- ))\n\t\t_arguments \\\n", word);
	for (size_t k = 0; k < cli_option_rows_len; k++) {
		if (cli_option_rows[k].verbs & verb->bit)
			zsh_option(&cli_option_rows[k]);
	}
	printf("\t\t\t'*:subject:_files'\n\t\t;;\n");
}

static void zsh_family(size_t i)
{
	size_t len = cli_verb_first(&cli_verbs[i]);

	printf("\t%.*s)\n\tif (( CURRENT == 3 )); then\n\t\t_values verb ", (int) len, cli_verbs[i].name);
	family_words(i);
	printf("\n\t\treturn\n\tfi\n\tshift words; (( CURRENT-- ))\n\tcase $words[2] in\n");
	for (size_t k = i; k < cli_verbs_len && is_family(k) && (k == i || !is_first(k)); k++)
		zsh_verb(&cli_verbs[k], cli_verbs[k].name + len + 1);
	printf("\tesac\n\t;;\n");
}

static void zsh(void)
{
	printf("#compdef boltseal\n_boltseal() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a verbs=(\n");
	for (size_t i = 0; i < cli_verbs_len; i++) {
		if (!is_first(i))
			continue;
		printf("\t\t\t'%.*s:", (int) cli_verb_first(&cli_verbs[i]), cli_verbs[i].name);
		if (is_family(i))
			family_words(i);
		else
			zsh_text(cli_verbs[i].summary);
		printf("'\n");
	}
	printf("\t\t\t'man:write the manual page'\n\t\t\t'completion:write completions for a shell'\n\t\t)\n"
	       "\t\t_describe verb verbs\n\t\treturn\n\tfi\n\tcase $words[2] in\n");
	for (size_t i = 0; i < cli_verbs_len; i++) {
		if (!is_family(i))
			zsh_verb(&cli_verbs[i], cli_verbs[i].name);
		else if (is_first(i))
			zsh_family(i);
	}
	printf("\tcompletion) _values shell bash zsh fish ;;\n\tesac\n}\n_boltseal \"$@\"\n");
}

/* Single quotes: only the quote and the backslash need an escape in fish. */
static void fish_text(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

static void fish_option(const struct cli_verb *verb, const struct cli_option *row)
{
	size_t len = cli_verb_first(verb);

	printf("complete -c boltseal -n '__fish_seen_subcommand_from %.*s%s%s' -l %s", (int) len, verb->name,
	       verb->name[len] ? "; and __fish_seen_subcommand_from " : "", verb->name[len] ? verb->name + len + 1 : "", row->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (row->argument && row->complete && strcmp(row->complete, "file") == 0) {
		printf(" -r -F");
	} else if (row->argument && row->complete && strcmp(row->complete, "format") == 0) {
		printf(" -x -a '");
		format_words();
		printf("'");
	} else if (row->argument) {
		printf(" -x -a '%s'", row->complete ? row->complete : "");
	}
	printf(" -d ");
	fish_text(row->help);
	printf("\n");
}

static void fish(void)
{
	printf("# fish completion for boltseal\n");
	for (size_t i = 0; i < cli_verbs_len; i++) {
		int len = (int) cli_verb_first(&cli_verbs[i]);

		if (is_first(i)) {
			printf("complete -c boltseal -n __fish_use_subcommand -f -a %.*s -d ", len, cli_verbs[i].name);
			fish_text(is_family(i) ? "" : cli_verbs[i].summary);
			printf("\n");
		}
		if (is_family(i)) {
			printf("complete -c boltseal -n '__fish_seen_subcommand_from %.*s' -f -a %s -d ", len, cli_verbs[i].name,
			       cli_verbs[i].name + len + 1);
			fish_text(cli_verbs[i].summary);
			printf("\n");
		}
		for (size_t k = 0; k < cli_option_rows_len; k++) {
			if (cli_option_rows[k].verbs & cli_verbs[i].bit)
				fish_option(&cli_verbs[i], &cli_option_rows[k]);
		}
	}
	printf("complete -c boltseal -n __fish_use_subcommand -f -a 'man completion'\n"
	       "complete -c boltseal -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n");
}

int cli_completion(const char *shell)
{
	static const struct {
		const char *shell;
		void (*write)(void);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(shells); i++) {
		if (strcmp(shells[i].shell, shell) == 0) {
			shells[i].write();
			return 0;
		}
	}
	return -1;
}
