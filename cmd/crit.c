/* crit - the command line of CRIU's crit, over libimg */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/crit/crit.h"

static const struct crit_command commands[] = {
	{ "decode", "[-h] [--pretty] [-i IN] [-o OUT]",
	  "convert criu image from binary type to json", true, true, false, 0, crit_decode },
	{ "encode", "[-h] [-i IN] [-o OUT]", "convert criu image from json type to binary", true,
	  false, false, 0, crit_encode },
	{ "info", "[-h] in", "show info about image", false, false, false, 1, crit_info },
	{ "x", "[-h] dir {ps,fds,mems,rss}", "explore image dir", false, false, false, 2,
	  crit_explore },
	{ "show", "[-h] [--nopl] in", "convert criu image from binary to human-readable json",
	  false, false, true, 1, crit_show },
	{ NULL, NULL, NULL, false, false, false, 0, NULL },
};

_Noreturn static void leave(void)
{
	exit(fflush(stdout) == 0 && !ferror(stdout) ? TOOL_OK : crit_sysfail("<stdout>"));
}

static const struct {
	const char *name, *help;
} option_help[] = {
	{ "  --pretty",
	  "multiline with indents and some numerical fields in field-specific format" },
	{ "  -i, --in IN", "criu image in binary format to be decoded (stdin by default)" },
	{ "  -o, --out OUT", "where to put criu image in json format (stdout by default)" },
	{ "  -i, --in IN", "criu image in json format to be encoded (stdin by default)" },
	{ "  -o, --out OUT", "where to put criu image in binary format (stdout by default)" },
	{ "  --nopl", "do not show entry payload (if exists)" },
};

_Noreturn static void help(const struct crit_command *c)
{
	size_t from = 0, to = 0;

	crit_put_usage(stdout, c);
	if (c == NULL) {
		printf("\n%s\n\npositional arguments:\n", crit_tool.about);
		for (c = commands; c->name != NULL; c++)
			printf("    %-20s%s\n", c->name, c->help);
		printf("\noptions:\n  %-22s%s\n  %-22s%s\n", "-h, --help",
		       "show this help message and exit", "--version",
		       "show the version of CRIU that it follows, and exit");
		leave();
	}
	printf("\n%s\n\noptions:\n  %-22s%s\n", c->help, "-h, --help",
	       "show this help message and exit");
	if (c->io) {
		from = c->pretty ? 0 : 3;
		to = c->pretty ? 3 : 5;
	} else if (c->nopl) {
		from = 5;
		to = 6;
	}
	for (; from < to; from++)
		printf("%-24s%s\n", option_help[from].name, option_help[from].help);
	leave();
}

/* ---- the words after a command ---- */

enum word { WORD_HELP, WORD_IN, WORD_OUT, WORD_PRETTY, WORD_NOPL, WORD_NONE };

/* Also --input and --output, which the crit of go-criu has. */
static const struct {
	const char *name;
	enum word word;
} longs[] = {
	{ "help", WORD_HELP }, { "in", WORD_IN },      { "input", WORD_IN },
	{ "out", WORD_OUT },   { "output", WORD_OUT }, { "pretty", WORD_PRETTY },
	{ "nopl", WORD_NOPL },
};

static bool takes(const struct crit_command *c, enum word w)
{
	switch (w) {
	case WORD_HELP: return true;
	case WORD_IN:
	case WORD_OUT: return c->io;
	case WORD_PRETTY: return c->pretty;
	case WORD_NOPL: return c->nopl;
	default: return false;
	}
}

/* The option that a long name, or the only beginning of one, stands for. */
static enum word long_word(const struct crit_command *c, const char *name, size_t n)
{
	enum word found = WORD_NONE;

	for (size_t i = 0; i < sizeof(longs) / sizeof(longs[0]); i++)
		if (takes(c, longs[i].word) && n > 0 && strncmp(longs[i].name, name, n) == 0) {
			if (longs[i].name[n] == '\0')
				return longs[i].word;
			found = longs[i].word;
		}
	return found;
}

static enum word short_word(const struct crit_command *c, char letter)
{
	enum word w = letter == 'h'   ? WORD_HELP
		      : letter == 'i' ? WORD_IN
		      : letter == 'o' ? WORD_OUT
				      : WORD_NONE;

	return takes(c, w) ? w : WORD_NONE;
}

static void set(const struct crit_command *c, struct crit_args *a, enum word w, const char *name,
		const char *value)
{
	bool wants = w == WORD_IN || w == WORD_OUT;

	if (wants && value == NULL)
		crit_usage(c, "argument %s: expected one argument", name);
	if (!wants && value != NULL)
		crit_usage(c, "argument %s: ignored explicit argument '%s'", name, value);
	/* An empty name is none, as in a script's -o "$OUT". */
	if (value != NULL && *value == '\0')
		value = NULL;
	switch (w) {
	case WORD_HELP: help(c);
	case WORD_IN: a->in = value; break;
	case WORD_OUT: a->out = value; break;
	case WORD_PRETTY: a->pretty = true; break;
	default: a->no_payload = true;
	}
}

/* One option; *word moves over a value of its own. */
static void option(const struct crit_command *c, struct crit_args *a, char ***word)
{
	const char *text = **word, *value = NULL;
	bool is_long = text[1] == '-';
	size_t n = is_long ? strcspn(text + 2, "=") : 1;
	enum word w = is_long ? long_word(c, text + 2, n) : short_word(c, text[1]);

	if (w == WORD_NONE)
		crit_usage(NULL, "unrecognized arguments: %s", text);
	if (is_long && text[2 + n] == '=')
		value = text + 3 + n;
	else if (!is_long && text[2] != '\0')
		value = text[2] == '=' ? text + 3 : text + 2;
	else if ((w == WORD_IN || w == WORD_OUT) && (*word)[1] != NULL &&
		 ((*word)[1][0] != '-' || (*word)[1][1] == '\0'))
		value = *++*word;
	set(c, a, w, text, value);
}

static void operand(const struct crit_command *c, struct crit_args *a, const char *text)
{
	if (c->operands > 0 && a->operand == NULL)
		a->operand = text;
	else if (c->operands > 1 && a->what == NULL)
		a->what = text;
	else
		crit_usage(NULL, "unrecognized arguments: %s", text);
}

static void parse(const struct crit_command *c, char **words, struct crit_args *a)
{
	bool ended = false;

	for (; *words != NULL; words++)
		if (!ended && strcmp(*words, "--") == 0)
			ended = true;
		else if (!ended && (*words)[0] == '-' && (*words)[1] != '\0')
			option(c, a, &words);
		else
			operand(c, a, *words);
	if (c->operands > 0 && a->operand == NULL)
		crit_usage(c, "the following arguments are required: %s",
			   c->operands > 1 ? "dir, what" : "in");
	if (c->operands > 1 && a->what == NULL)
		crit_usage(c, "the following arguments are required: what");
}

/* Is `word` a long option, or a beginning of it? The two there are differ in the first letter. */
static bool begins(const char *option, const char *word)
{
	return strlen(word) > 2 && strncmp(option, word, strlen(word)) == 0;
}

int main(int argc, char **argv)
{
	const struct crit_command *c = commands;
	struct crit_args a = { .command = NULL };

	if (argc < 2) {
		crit_put_usage(stderr, NULL);
		fputs("crit: error: too few arguments\n", stderr);
		return 1;
	}
	if (strcmp(argv[1], "-h") == 0 || begins("--help", argv[1]))
		help(NULL);
	if (begins("--version", argv[1])) {
		puts(IMG_CRIU_SCHEMA);
		leave();
	}
	if (argv[1][0] == '-')
		crit_usage(NULL, "unrecognized arguments: %s", argv[1]);
	while (c->name != NULL && strcmp(c->name, argv[1]) != 0)
		c++;
	if (c->name == NULL)
		crit_usage(NULL,
			   "argument {decode,encode,info,x,show}: invalid choice: '%s' (choose "
			   "from decode, encode, info, x, show)",
			   argv[1]);
	a.command = c;
	parse(c, argv + 2, &a);
	return c->run(&a);
}
