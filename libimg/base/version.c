#include "libimg/base/version.h"

const char *img_version(void)
{
	return IMG_VERSION;
}

int img_api(void)
{
	return IMG_API;
}
