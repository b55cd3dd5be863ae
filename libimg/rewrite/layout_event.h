/* What an eventpoll, inotify or fanotify file watches: in it, or in an image of its own. */
#ifndef IMG_LAYOUT_EVENT_H
#define IMG_LAYOUT_EVENT_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_event;

#endif
