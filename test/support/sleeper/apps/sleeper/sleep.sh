echo $$ > pid
exec sleep 600
