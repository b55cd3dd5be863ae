/* imgserve --log: a JSON object a request. */
#ifndef IMGSERVE_LOG_H
#define IMGSERVE_LOG_H

#include "libimg/serve/serve.h"

struct serve_log;

/* NULL path: nothing is written, and NULL comes back. Exits where the file cannot be made. */
struct serve_log *serve_log_open(const char *path);
void serve_log_put(struct serve_log *l, const struct img_served *s);
int serve_log_close(struct serve_log *l); /* a status */

#endif
