# Fields 100 and 50 of a seccomp entry, in this order: the schema knows neither.
printf '\031\103\126\124\111\060\101\144\006\000\000\000\240\006\001\220\003\002' >seccomp.img
img2json seccomp.img
img2json seccomp.img | json2img | cmp - seccomp.img
