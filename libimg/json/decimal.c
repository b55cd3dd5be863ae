#include "libimg/json/decimal.h"

char *img_decimal_long(char *p, uint64_t v)
{
	uint64_t high = v / IMG_EIGHT_DIGITS, low = v % IMG_EIGHT_DIGITS;

	p = high < IMG_EIGHT_DIGITS ? img_decimal_short(p, high) : img_decimal_long(p, high);
	return img_put_digits(p, img_eight_digits(low), 8);
}
