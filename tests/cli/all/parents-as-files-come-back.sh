# An archive without links leaves the text of the link `parent`, which all tools follow. It is no
# image: a copy of the images alone has none.
cp -r "$DATA/dumps/memory-chain" chain && chmod -R u+w chain
for n in 2 3; do
	rm chain/$n/parent
	printf '../%d' $((n - 1)) >chain/$n/parent
done
cp -r chain copy
rm copy/3/*.img
img2json chain/3 | jq -c . | json2img -C copy/3
diff -r chain copy
imgcheck chain/2 copy/3
imgpages -s copy/3 | tail -n 1
