// Just enough JSON for a scorer: find a member, read a text or a number, write a text.
//
// A value is a pointer to its first character in the text of the request, or NULL where there is none; all functions take
// NULL. The request is valid JSON, as bench writes it.

#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *json_space(const char *at) {
    return at + strspn(at, " \t\r\n");
}

// What follows the text that begins at `at`.
static const char *json_after_text(const char *at) {
    for (at++; *at != '\0' && *at != '"'; at++) {
        if (*at == '\\' && at[1] != '\0') at++;
    }
    return *at == '"' ? at + 1 : at;
}

// What follows the value that begins at `at`.
static const char *json_after(const char *at) {
    int depth = 0;
    do {
        if (*at == '"') {
            at = json_after_text(at);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            depth--;
            at++;
        } else if (depth == 0) {
            at += strcspn(at, ",}] \t\r\n");
        } else {
            at++;
        }
    } while (depth > 0 && *at != '\0');
    return at;
}

// The member of an object with a name that needs no escapes.
static const char *json_member(const char *object, const char *name) {
    if (object == NULL) return NULL;
    const char *at = json_space(object);
    if (*at != '{') return NULL;
    size_t size = strlen(name);
    at = json_space(at + 1);
    while (*at == '"') {
        const char *key = at + 1;
        at = json_after_text(at);
        int same = (size_t)(at - key) == size + 1 && memcmp(key, name, size) == 0;
        at = json_space(at);
        if (*at != ':') return NULL;
        at = json_space(at + 1);
        if (same) return at;
        at = json_space(json_after(at));
        if (*at != ',') return NULL;
        at = json_space(at + 1);
    }
    return NULL;
}

static double json_number(const char *value, double otherwise) {
    if (value == NULL || strchr("-0123456789", *value) == NULL) return otherwise;
    return strtod(value, NULL);
}

static unsigned long json_hex(const char *at) {
    char digits[5] = {0};
    memcpy(digits, at, 4);
    return strtoul(digits, NULL, 16);
}

static char *json_put(char *out, unsigned long c) {
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | (c >> 6));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | (c >> 12));
        *out++ = (char)(0x80 | ((c >> 6) & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | (c >> 18));
        *out++ = (char)(0x80 | ((c >> 12) & 0x3F));
        *out++ = (char)(0x80 | ((c >> 6) & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

// A text in memory of its own, as UTF-8; NULL where the value is no text. U+0000 becomes U+FFFD.
static char *json_text(const char *value) {
    if (value == NULL || *value != '"') return NULL;
    const char *end = json_after_text(value);
    char *text = malloc((size_t)(end - value) + 1);
    if (text == NULL) return NULL;
    char *out = text;
    for (const char *at = value + 1; at + 1 < end; at++) {
        if (*at != '\\') {
            *out++ = *at;
            continue;
        }
        at++;
        const char *known = strchr("b\bf\fn\nr\rt\t", *at);
        if (*at == 'u' && end - at > 4) {
            unsigned long c = json_hex(at + 1);
            at += 4;
            if (c >= 0xD800 && c < 0xDC00 && end - at > 6 && at[1] == '\\' && at[2] == 'u') {
                c = 0x10000 + ((c - 0xD800) << 10) + (json_hex(at + 3) - 0xDC00);
                at += 6;
            }
            out = json_put(out, c == 0 ? 0xFFFD : c);
        } else {
            *out++ = known != NULL ? known[1] : *at;
        }
    }
    *out = '\0';
    return text;
}

static void json_write_text(FILE *file, const char *text) {
    fputc('"', file);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            fprintf(file, "\\%c", c);
        } else if (c < 0x20) {
            fprintf(file, "\\u%04x", c);
        } else {
            fputc(c, file);
        }
    }
    fputc('"', file);
}
