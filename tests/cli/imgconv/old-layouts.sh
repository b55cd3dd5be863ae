# Old layouts come up to that of 4.2: the dump is as sound as before, says the same, and is converted
# once. What the target knows of terminals without a file is added.
for dump in "$DATA"/dumps/old-v*; do
	name=${dump##*/}
	[ -f "$dump/inventory.img" ] || continue
	echo "$name"
	imgconv -o up "$dump" >report || continue
	sed 's/^[a-z-]*-[0-9]*\.img/X.img/; s/: [0-9]* entr.*//' report | sort | uniq -c
	for i in "$dump" up; do
		imgcheck --strict "$i" 2>&1 | grep -o '\[[a-z-]*\]' | sort | uniq -c >"found-${i##*/}"
	done
	diff "found-$name" found-up
	imgconv -o twice up && diff -r up twice
	for tool in imgps imgfds imgmems imgpages; do
		$tool "$dump" >before 2>/dev/null
		$tool up >after 2>/dev/null
		sed -i "s,$dump,DIR,g" before
		sed -i 's,^up:,DIR:,; s,in up$,in DIR,' after
		diff before after >differs || sed "s/^/$tool: /" differs
	done
	rm -r up twice
done
