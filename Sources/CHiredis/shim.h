// The two parts of hiredis that Levee uses, the reply reader and the command formatter, with the guards that 0.14 and
// 1.x lack and the differences between the two evened out.
#ifndef LEVEE_CHIREDIS_SHIM_H
#define LEVEE_CHIREDIS_SHIM_H

#include <stdlib.h>
#include <hiredis.h>

#if HIREDIS_MAJOR >= 1
typedef size_t levee_count;
#else
typedef int levee_count;
#endif

// Why a guard refused a reply; the reader itself then says no more than "out of memory".
enum levee_refusal {
    LEVEE_REFUSED_NOTHING = 0,
    LEVEE_REFUSED_ELEMENTS = 1,
    LEVEE_REFUSED_DEPTH = 2,
    LEVEE_REFUSED_TRAILER = 3,
    LEVEE_REFUSED_TYPE = 4,
};

// A reply reader that makes default reply objects through guarded functions.
typedef struct levee_reader {
    redisReader *reader;
    redisReplyObjectFunctions guarded;
    const redisReplyObjectFunctions *plain;
    size_t max_elements;
    int max_depth;
    enum levee_refusal refusal;
} levee_reader;

// An announced array gets its memory before its elements come, and 1.x before 1.3.1 nests until the stack is gone.
static inline void *levee_create_array(const redisReadTask *task, levee_count elements) {
    levee_reader *self = (levee_reader *)task->privdata;
    int depth = 1;
    for (const redisReadTask *up = task->parent; up != NULL; up = up->parent) depth++;
    if (depth > self->max_depth) {
        self->refusal = LEVEE_REFUSED_DEPTH;
        return NULL;
    }
    if ((size_t)elements > self->max_elements) {
        self->refusal = LEVEE_REFUSED_ELEMENTS;
        return NULL;
    }
    return self->plain->createArray(task, elements);
}

// hiredis skips the two bytes after a bulk string without looking at them. They are in the buffer when this is called.
static inline void *levee_create_string(const redisReadTask *task, char *bytes, size_t length) {
    levee_reader *self = (levee_reader *)task->privdata;
    if (bytes[length] != '\r' || bytes[length + 1] != '\n') {
        self->refusal = LEVEE_REFUSED_TRAILER;
        return NULL;
    }
    return self->plain->createString(task, bytes, length);
}

// In RESP2 a string or an array is null; a null of its own is RESP3, which 1.x reads and 0.14 does not.
static inline void *levee_create_nil(const redisReadTask *task) {
    levee_reader *self = (levee_reader *)task->privdata;
    if (task->type == REDIS_REPLY_NIL) {
        self->refusal = LEVEE_REFUSED_TYPE;
        return NULL;
    }
    return self->plain->createNil(task);
}

static inline void levee_reader_free(levee_reader *self) {
    if (self == NULL) return;
    if (self->reader != NULL) redisReaderFree(self->reader);
    free(self);
}

// NULL when there is no memory.
static inline levee_reader *levee_reader_create(size_t max_elements, int max_depth) {
    levee_reader *self = (levee_reader *)calloc(1, sizeof(*self));
    if (self == NULL) return NULL;
    self->reader = redisReaderCreate();
    if (self->reader == NULL) {
        levee_reader_free(self);
        return NULL;
    }
    self->max_elements = max_elements;
    self->max_depth = max_depth;
    self->plain = self->reader->fn;
    self->guarded = *self->plain;
    self->guarded.createArray = levee_create_array;
    self->guarded.createString = levee_create_string;
    self->guarded.createNil = levee_create_nil;
    self->reader->fn = &self->guarded;
    self->reader->privdata = self;
    return self;
}

static inline int levee_reader_feed(levee_reader *self, const char *bytes, size_t length) {
    return redisReaderFeed(self->reader, bytes, length);
}

// REDIS_OK with NULL in `reply` when the reply is not yet whole; the caller frees a reply with freeReplyObject.
static inline int levee_reader_next(levee_reader *self, redisReply **reply) {
    void *object = NULL;
    int status = redisReaderGetReply(self->reader, &object);
    *reply = (redisReply *)object;
    return status;
}

// Bytes that were fed and not yet consumed.
static inline size_t levee_reader_unread(const levee_reader *self) {
    return self->reader->len - self->reader->pos;
}

static inline const char *levee_reader_error(const levee_reader *self) {
    return self->reader->errstr;
}

// The length of the command put into `target` (free it with redisFreeCommand), or -1. An int in 0.14, long long in 1.1.
static inline long long levee_format(char **target, int count, const char **arguments, const size_t *lengths) {
    return redisFormatCommandArgv(target, count, arguments, lengths);
}

#endif
