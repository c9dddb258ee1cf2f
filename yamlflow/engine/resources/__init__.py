"""`resource` templates: objects that the engine keeps itself, as kubectl would make, change and read them."""
