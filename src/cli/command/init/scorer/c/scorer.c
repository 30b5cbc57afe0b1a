// A scorer: how many words of the golden text does the output have?
//
// Reads one request from stdin and writes one score to stdout.

#include "json.h"

static const char *const SPACE = " \t\r\n\f\v";

// A failure of the scorer: the outcome is scorer-error, never a score. The last line of stderr says why.
static void fail(const char *message) {
    fprintf(stderr, "%s\n", message);
    exit(1);
}

static char *read_all(FILE *file) {
    size_t size = 0, room = 1 << 16;
    char *text = malloc(room);
    while (text != NULL) {
        size_t got = fread(text + size, 1, room - size - 1, file);
        if (got == 0) break;
        size += got;
        if (room - size < 2) text = realloc(text, room *= 2);
    }
    if (text == NULL) fail("no memory");
    text[size] = '\0';
    return text;
}

static size_t count_words(const char *text) {
    size_t words = 0;
    for (text += strspn(text, SPACE); *text != '\0'; text += strspn(text, SPACE)) {
        words++;
        text += strcspn(text, SPACE);
    }
    return words;
}

int main(void) {
    const char *request = read_all(stdin);
    const char *context = json_member(request, "context");
    const char *output = json_text(json_member(request, "output"));
    char *golden = json_text(json_member(context, "golden"));
    double least = json_number(json_member(json_member(context, "config"), "least"), 1);
    if (output == NULL) fail("the request has no output");
    if (golden == NULL || count_words(golden) == 0) fail("the golden must be a text with words in it");

    size_t words = count_words(output), wanted = 0, found = 0;
    fprintf(stderr, "%zu words\n", words);
    for (char *word = strtok(golden, SPACE); word != NULL; word = strtok(NULL, SPACE)) {
        wanted++;
        if (strstr(output, word) != NULL) found++;
    }
    double score = (double)found / (double)wanted;
    double brief = words > wanted ? (double)wanted / (double)words : 1;
    char reason[80];
    snprintf(reason, sizeof reason, "%zu of %zu words of the golden are there", found, wanted);
    printf("{\"score\": %.17g, \"pass\": %s, \"reason\": ", score, score >= least ? "true" : "false");
    json_write_text(stdout, reason);
    printf(", \"named\": {\"brief\": %.17g}}\n", brief);
    return 0;
}
