"""Pieces of Python from which the program of a function is put together; they need nothing but Python."""

# Each kind of value: the function that makes it a text.
WRITERS = {
    "str": """\
def _serialize_str(value):
    if not isinstance(value, str):
        raise TypeError('Value "{}" has type "{}" instead of str.'.format(value, type(value)))
    return value
""",
    "int": """\
def _serialize_int(value):
    if isinstance(value, str):
        return value
    if not isinstance(value, int):
        raise TypeError('Value "{}" has type "{}" instead of int.'.format(value, type(value)))
    return str(value)
""",
    "float": """\
def _serialize_float(value):
    if isinstance(value, str):
        return value
    if not isinstance(value, (float, int)):
        raise TypeError('Value "{}" has type "{}" instead of float.'.format(value, type(value)))
    return str(value)
""",
    "bool": """\
def _serialize_bool(value):
    if isinstance(value, str):
        return value
    if not isinstance(value, bool):
        raise TypeError('Value "{}" has type "{}" instead of bool.'.format(value, type(value)))
    return str(value)
""",
    "json": """\
def _serialize_json(value):
    if isinstance(value, str):
        return value
    import json

    def default(item):
        if hasattr(item, 'to_struct'):
            return item.to_struct()
        raise TypeError('Value "{}" of type "{}" has no JSON form.'.format(item, type(item)))

    return json.dumps(value, default=default, sort_keys=True)
""",
}
KINDS = {
    **dict.fromkeys(("String", "str"), "str"),
    **dict.fromkeys(("Integer", "int"), "int"),
    **dict.fromkeys(("Float", "float"), "float"),
    **dict.fromkeys(("Bool", "Boolean", "bool"), "bool"),
    **dict.fromkeys(("JsonArray", "List", "list", "JsonObject", "Dictionary", "Dict", "dict", "Json"), "json"),
}
# What reads an argument of a kind, and the definition that it needs.
READERS = {
    "bool": (
        "_deserialize_bool",
        """\
def _deserialize_bool(text):
    word = text.strip().lower()
    if word in ('y', 'yes', 't', 'true', 'on', '1'):
        return True
    if word in ('n', 'no', 'f', 'false', 'off', '0'):
        return False
    raise ValueError('invalid truth value ' + repr(text))
""",
    ),
    "json": ("_json.loads", "import json as _json\n"),
}
# What makes a path the thing that the function takes, and the definition that it needs.
FILES = {
    "InputPath": ("str", ""),
    "InputTextFile": ("open", ""),
    "InputBinaryFile": (
        "_open_binary_file",
        """\
def _open_binary_file(path):
    return open(path, 'rb')
""",
    ),
    "OutputPath": (
        "_make_parent_dirs_and_return_path",
        """\
def _make_parent_dirs_and_return_path(path):
    import os
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path
""",
    ),
    "OutputTextFile": (
        "_create_text_file",
        """\
def _create_text_file(path):
    import os
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return open(path, 'w')
""",
    ),
    "OutputBinaryFile": (
        "_create_binary_file",
        """\
def _create_binary_file(path):
    import os
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return open(path, 'wb')
""",
    ),
}
WRITE_OUTPUTS = """\
for _index, _path in enumerate(_output_files):
    _os.makedirs(_os.path.dirname(_path), exist_ok=True)
    with open(_path, 'w', encoding='utf-8') as _file:
        _file.write(_output_serializers[_index](_outputs[_index]))
"""
LAUNCH = 'program_path=$(mktemp)\nprintf "%s" "$0" > "$program_path"\npython3 -u "$program_path" "$@"\n'
