/* Which library this is: for programs that find out when they run, and for bindings. */
#ifndef IMG_VERSION_H
#define IMG_VERSION_H

/* The version of these tools and this library. */
#define IMG_VERSION "0.1.0"

/*
 * The version of the interface. It grows by one with each change after which a program has to be
 * changed or compiled anew, and CHANGELOG.md has a line that says what changed. Additions leave
 * it alone.
 */
#define IMG_API 1

/* The newest CRIU whose images the schema describes; newer fields are kept unnamed. */
#define IMG_CRIU_SCHEMA "4.2"

/*
 * The same of the library that is linked: a program that was compiled with other headers is to
 * give up where img_api() is not its IMG_API. The string is static.
 */
const char *img_version(void);
int img_api(void);

#endif
