"""Reads TOML as tools write it into lock files: tables, arrays of them, and values on one key.

Strings of several lines, and dotted keys outside the names of tables, are refused.
https://toml.io/en/v1.0.0
"""

load("//rules/private:words.bzl", "without_byte_order_mark")

visibility("//...")

_PUNCTUATION = "[]{},="
_MARKS = ("\"", "'", "#")

def parse_toml(text):
    """Parse a document.

    Args:
      text: The document.

    Returns:
      A dict; and an error such as `line 3: …`, or an empty string.
    """
    tokens, error = _tokens(without_byte_order_mark(text).replace("\r\n", "\n"))
    if error:
        return {}, error
    document = {}
    table = document
    line = 1
    position = 0
    for _ in range(len(tokens)):
        if position >= len(tokens):
            break
        if tokens[position] == "\n":
            line += 1
            position += 1
            continue

        # A statement ends with its line, or with the line on which its brackets close.
        depth = 0
        end = position
        for end in range(position, len(tokens) + 1):
            if end == len(tokens) or (tokens[end] == "\n" and depth <= 0):
                break
            depth += {"[": 1, "]": -1, "{": 1, "}": -1}.get(tokens[end], 0)
        statement = tokens[position:end]
        if statement[0] == "[":
            found = _header(document, [token for token in statement if token != "\n"])
            if found == None:
                return {}, "line {}: this is not the name of a table".format(line)
            table = found
        else:
            key = _text(statement[0])
            value = _value(statement[2:]) if len(statement) > 2 and statement[1] == "=" else None
            if value == None or key in table:
                return {}, "line {}: {}".format(line, "`{}` is there twice".format(key) if value != None else "this is not KEY = VALUE, as lock files have it")
            table[key] = value[0]
        line += len([token for token in statement if token == "\n"])
        position = end
    return document, ""

def _tokens(text):
    """Return punctuation, line ends and bare words unchanged; strings in a tuple."""
    tokens = []
    position = 0
    line = 1

    # Where each is found next: one that is far away, or nowhere, is not searched for again.
    found = {mark: -1 for mark in _MARKS}
    for _ in range(len(text) + 1):
        for mark in _MARKS:
            if found[mark] < position:
                next = text.find(mark, position)
                found[mark] = next if next >= 0 else len(text)
        start = min(found.values())
        bare = text[position:start]
        for mark in _PUNCTUATION.elems():
            bare = bare.replace(mark, " " + mark + " ")
        tokens += [word for word in bare.replace("\t", " ").replace("\n", " \n ").split(" ") if word]
        line += bare.count("\n")
        if start == len(text):
            break
        quote = text[start]
        if quote == "#":
            end = text.find("\n", start)
            position = end if end >= 0 else len(text)
            continue
        if text[start:start + 3] == quote * 3:
            return [], "line {}: a string of several lines".format(line)
        end = start
        for _ in range(len(text)):
            end = text.find(quote, end + 1)
            if end < 0 or quote == "'" or not _is_escaped(text, end):
                break
        if end < 0 or "\n" in text[start:end]:
            return [], "line {}: a string does not end".format(line)
        content = text[start + 1:end]
        tokens.append((_unescape(content) if quote == "\"" else content,))
        position = end + 1
    return tokens, ""

def _is_escaped(text, position):
    before = text[:position] if position < 64 else text[position - 64:position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1

def _unescape(text):
    if "\\" not in text:
        return text

    # JSON's escapes are TOML's, except \e and \UXXXXXXXX, which no lock has.
    return json.decode("\"" + text.replace("\t", "\\t") + "\"", text)

def _text(token):
    return token[0] if type(token) == "tuple" else token

def _header(document, tokens):
    is_array = tokens[:2] == ["[", "["]
    size = 2 if is_array else 1
    if len(tokens) < 2 * size + 1 or tokens[-size:] != ["]"] * size:
        return None
    names = []
    for token in tokens[size:-size]:
        names += [token[0]] if type(token) == "tuple" else [part for part in token.split(".") if part]
    table = document
    for number, name in enumerate(names):
        last = number == len(names) - 1
        if last and is_array:
            table = table.setdefault(name, [])
            if type(table) != "list":
                return None
            table.append({})
            table = table[-1]
            break
        table = table.setdefault(name, {})
        if type(table) == "list":
            table = table[-1]
        if type(table) != "dict":
            return None
    return table

def _value(tokens):
    """Return the value in a list; None for anything else."""
    tokens = [token for token in tokens if token != "\n"]
    text = []
    for number, token in enumerate(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else ""
        if type(token) == "tuple":
            text.append(json.encode(token[0]))
        elif token == "=":
            text.append(":")
        elif token == "," and following in ("]", "}"):
            continue
        elif token in _PUNCTUATION or token in ("true", "false") or (token.lstrip("+-").isdigit() and following != "="):
            text.append(token.removeprefix("+"))
        else:
            text.append(json.encode(token))  # a key, a date
    decoded = json.decode("[" + " ".join(text) + "]", None)
    return decoded if decoded and len(decoded) == 1 else None
