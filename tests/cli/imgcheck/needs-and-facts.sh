# --needs, --facts and --host=FACTS together: what a machine says of itself is what it is asked.
mkdir -m 755 root
echo here >root/file
imgcheck --needs "$DATA/dumps/names" >needs
imgcheck --facts=needs --root=root >facts
# All kinds are there, and all names of files, those that are no UTF-8 too.
jq -r 'select(.complete or .unknown).fact' facts | sort
diff <(jq -c 'select(.need == "file").name' needs | sort -u) <(jq -c 'select(.fact == "file").name' facts | sort -u)
imgcheck --json --host=facts "$DATA/dumps/names" 2>/dev/null | jq -r 'select(.need == "file") | "\(.state) \(.failure)"' | sort | uniq -c | sed 's/^ *//'
imgcheck --json --host --root=root "$DATA/dumps/names" 2>/dev/null | jq -r 'select(.need == "file") | "\(.state) \(.failure)"' | sort | uniq -c | sed 's/^ *//'
imgcheck --facts <&- >again && jq -s 'length > 20' again
