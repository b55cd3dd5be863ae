# Columns of mappings, with the names that imgpages takes; pages where they are asked for.
imgmems -o +kind,present,parent,lazy "$DATA/dumps/memory-chain/3" | head -n 20
imgmems -b -o size,comm,offset,shmid,advice,name "$DATA/dumps/names" | sort -u | tail -n 8
imgmems -r -o pid "$DATA/dumps/names"
