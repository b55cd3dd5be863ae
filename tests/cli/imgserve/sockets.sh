# The socket: for one client of the same user, where no other server is at work.
. "$SRC/tests/cli/serve.bash"
small_dump d
serve()
{
	imgserve "$@" 2>>said &
	server=$!
	until [ -S "$sock/streamer-serve.sock" ] && [ "$sock/streamer-serve.sock" -nt mark ]; do
		kill -0 $server 2>/dev/null || break
		sleep 0.01
	done
}
done_with()
{
	wait $server
	echo "status $?"
	sed 's/^/	/' said
	rm said
}
touch -d 2000-01-01 mark
sock=d

echo '-- one is left by a killed run'
serve d
{
	kill -9 $server
	wait $server
} 2>/dev/null
: >said
ls d/streamer-serve.sock
touch -d '10 seconds' mark
imgserve d -- fakecriu -q restore d . inventory.img && ls d/streamer-serve.sock 2>&1
touch -d 2000-01-01 mark

echo '-- another server is at work'
serve d
imgserve d -- echo started
echo "status $?"
fakecriu -q restore d . inventory.img
done_with

echo '-- a second client'
serve d
fakecriu -w 'fakecriu restore . . inventory.img' restore d . inventory.img 2>&1
done_with

echo '-- something else has the name'
echo text >d/streamer-serve.sock
imgserve d -- echo started
echo "status $?"
cat d/streamer-serve.sock
rm d/streamer-serve.sock

echo '-- a long path'
sock=$(printf '%0200d' 0)/$(printf '%0200d' 1)
mkdir -p "$sock"
serve -s "$sock" d
fakecriu restore "$sock" . inventory.img
done_with
sock=d

echo '-- no such directory'
imgserve -s nosuch d
echo "status $?"

echo '-- the client goes away'
serve d
fakecriu -c 2 restore d . inventory.img core-8493.img pages-2.img
done_with

# The filter says that it is at work.
at_work()
{
	until [ -e at-work ]; do sleep 0.01; done
	rm at-work
}
echo '-- in the middle of an image, while a filter works'
serve -f "core-*=touch $PWD/at-work; sleep 1000" d
fakecriu restore d . core-8493.img &
client=$!
at_work
{
	kill $client
	wait $client
} 2>/dev/null
done_with

echo '-- it has read enough'
serve d
fakecriu -p 10 restore d . inventory.img pagemap-8493.img pages-2.img
done_with

echo '-- garbage'
for bytes in '' '\1' '\377\377\377\377' '\3\0\0\0\12' '\0\0\0\0' '\2\0\0\0\377\377' '\2\0\0\0\12\0\2\0\0\0\12\0' \
	'\17\0\0\0\12\15inventory.imgx'; do
	serve d
	# shellcheck disable=SC2059
	printf "$bytes" | fakecriu send d
	done_with
done

echo '-- a signal'
serve d
kill -TERM $server
done_with
ls d/streamer-serve.sock 2>&1
serve -f "core-*=touch $PWD/at-work; sleep 1000" d
fakecriu restore d . core-8493.img >client &
client=$!
at_work
kill -TERM $server
done_with
wait $client
cat client
