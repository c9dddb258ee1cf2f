echo a: b
ls
