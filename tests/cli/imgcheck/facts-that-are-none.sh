# What is read as facts or needs may be anything.
try()
{
	printf '%s\n' "$1" >f
	imgcheck --host=f "$DATA/dumps/cpuinfo-dump" >/dev/null
	echo "status $?"
}
try '{"fact":"weather","name":"rain"}'
try '{"name":"x"}'
try '["fact"]'
try '{"fact":"file","name":7,"mode":"x"}'
try '{"fact":"file","name":"/x","mode":"rw"}'
try '{"fact":"file","name":"/x","build_id":"0g"}'
try '{"fact":"file","name":{"@base64":"????"}}'
try '{"fact":"file","name":{"base":"eA=="}}'
try '{"fact":"file","name":"a\u0000b"}'
try '{"fact":'
try "{\"fact\":\"file\",\"name\":\"$(head -c 9000 /dev/zero | tr '\0' x)\"}"
try '{"fact":"file","name":"/x","more":{"a":[1,2]}}'
imgcheck --host=nowhere "$DATA/dumps/cpuinfo-dump"
echo "status $?"
