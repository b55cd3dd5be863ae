/* Settings of network namespaces and devices. */
#ifndef IMG_LAYOUT_NET_H
#define IMG_LAYOUT_NET_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_net;

#endif
