// The two parts of hiredis that Levee uses, the reply reader and the command formatter, with the guards that 0.14 and
// 1.x lack and the differences between the two evened out.
#ifndef LEVEE_CHIREDIS_SHIM_H
#define LEVEE_CHIREDIS_SHIM_H

#include <stdlib.h>
#include <string.h>
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

// A part of a reply: a string or a status (its bytes), an integer, a null, or an array, whose elements come next.
typedef struct levee_item {
    int type;
    // The integer, or how many elements there are.
    long long value;
    // Where its bytes are.
    size_t offset;
    size_t length;
} levee_item;

// A reply reader that puts the parts of a reply one after the other: an object for each would cost two allocations.
typedef struct levee_reader {
    redisReader *reader;
    redisReplyObjectFunctions functions;
    levee_item *items;
    size_t item_count;
    size_t item_capacity;
    char *bytes;
    size_t byte_count;
    size_t byte_capacity;
    size_t max_elements;
    int max_depth;
    enum levee_refusal refusal;
} levee_reader;

// Not NULL if there was memory: the reader asks for no more.
static inline void *levee_add(levee_reader *self, int type, long long value, size_t length) {
    if (self->item_count == self->item_capacity) {
        size_t capacity = self->item_capacity == 0 ? 64 : 2 * self->item_capacity;
        levee_item *items = (levee_item *)realloc(self->items, capacity * sizeof(*items));
        if (items == NULL) return NULL;
        self->items = items;
        self->item_capacity = capacity;
    }
    levee_item item = {type, value, self->byte_count, length};
    self->items[self->item_count++] = item;
    self->byte_count += length;
    return self;
}

// An array may announce more than is there, and 1.x before 1.3.1 nests until the stack is gone.
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
    return levee_add(self, task->type, (long long)elements, 0);
}

// hiredis skips the two bytes after a bulk string without looking at them. They are in the buffer when this is called.
static inline void *levee_create_string(const redisReadTask *task, char *bytes, size_t length) {
    levee_reader *self = (levee_reader *)task->privdata;
    if (bytes[length] != '\r' || bytes[length + 1] != '\n') {
        self->refusal = LEVEE_REFUSED_TRAILER;
        return NULL;
    }
    if (length > self->byte_capacity - self->byte_count) {
        size_t capacity = 2 * self->byte_capacity + length;
        char *copy = (char *)realloc(self->bytes, capacity);
        if (copy == NULL) return NULL;
        self->bytes = copy;
        self->byte_capacity = capacity;
    }
    if (length > 0) memcpy(self->bytes + self->byte_count, bytes, length);
    return levee_add(self, task->type, 0, length);
}

static inline void *levee_create_integer(const redisReadTask *task, long long value) {
    return levee_add((levee_reader *)task->privdata, task->type, value, 0);
}

// In RESP2 a string or an array is null; a null of its own is RESP3, which 1.x reads and 0.14 does not.
static inline void *levee_create_nil(const redisReadTask *task) {
    levee_reader *self = (levee_reader *)task->privdata;
    if (task->type == REDIS_REPLY_NIL) {
        self->refusal = LEVEE_REFUSED_TYPE;
        return NULL;
    }
    return levee_add(self, REDIS_REPLY_NIL, 0, 0);
}

#if HIREDIS_MAJOR >= 1
static inline void *levee_create_double(const redisReadTask *task, double value, char *bytes, size_t length) {
    (void)value;
    (void)bytes;
    (void)length;
    return levee_add((levee_reader *)task->privdata, task->type, 0, 0);
}

static inline void *levee_create_bool(const redisReadTask *task, int value) {
    return levee_add((levee_reader *)task->privdata, task->type, value, 0);
}
#endif

// The parts are the reader's own.
static inline void levee_free_nothing(void *object) {
    (void)object;
}

static inline void levee_reader_free(levee_reader *self) {
    if (self == NULL) return;
    if (self->reader != NULL) redisReaderFree(self->reader);
    free(self->items);
    free(self->bytes);
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
    self->functions.createString = levee_create_string;
    self->functions.createArray = levee_create_array;
    self->functions.createInteger = levee_create_integer;
    self->functions.createNil = levee_create_nil;
#if HIREDIS_MAJOR >= 1
    self->functions.createDouble = levee_create_double;
    self->functions.createBool = levee_create_bool;
#endif
    self->functions.freeObject = levee_free_nothing;
    self->reader->fn = &self->functions;
    self->reader->privdata = self;
    return self;
}

static inline int levee_reader_feed(levee_reader *self, const char *bytes, size_t length) {
    return redisReaderFeed(self->reader, bytes, length);
}

// REDIS_OK with 0 in `is_whole` when the reply is not yet whole; the caller drops the parts of one that is.
static inline int levee_reader_next(levee_reader *self, int *is_whole) {
    void *object = NULL;
    int status = redisReaderGetReply(self->reader, &object);
    *is_whole = object != NULL;
    return status;
}

// Forgets the parts of the last reply.
static inline void levee_reader_drop(levee_reader *self) {
    self->item_count = 0;
    self->byte_count = 0;
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
