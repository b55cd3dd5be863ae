# Images of CRIU before 3.5 lack pages_lazy; both ways.
f=$DATA/dumps/old-v2.0-k2m2/stats-dump
img2json "$f"
img2json "$f" | json2img | cmp - "$f"
img2json -d "$f" | json2img | cmp - "$f"
