"""Documents made to hurt their reader: small to send, endless to read, or read differently by two readers."""

import json

DEEP = 100_000
_BILLION = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))

AS_JSON: dict[str, bytes] = {
    "lists 100,000 deep": b"[" * DEEP + b"]" * DEEP,
    "objects 100,000 deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "never closed": b'{"resourceType":"Observation","x":' + b"[" * DEEP,
    "a list 100,000 deep inside": b'{"resourceType":"Observation","status":"final","facts":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a number of 100,000 digits": b'{"resourceType":"Observation","id":1,"value":' + b"9" * DEEP + b"}",
    "the same name twice": b'{"resourceType":"Observation","status":"final","status":"entered-in-error"}',
    "the same name twice, one escaped": b'{"resourceType":"Observation","status":"final","st\\u0061tus":"x"}',
    "the same name twice inside": b'{"resourceType":"Observation","subject":{"reference":"Patient/1","reference":"Patient/2"}}',
    "half a character": b'{"resourceType":"Observation","id":"\\ud800"}',
    "not UTF-8": b'{"resourceType":"Observation","id":"\xff\xfe\xc0\x80"}',
    "UTF-16": json.dumps({"resourceType": "Observation"}).encode("utf-16"),
    "no number": b'{"resourceType":"Observation","value":NaN}',
    "endless": b'{"resourceType":"Observation","value":Infinity}',
    "two documents": b'{"resourceType":"Observation"}{"resourceType":"Patient"}',
    "a NUL after it": b'{"resourceType":"Observation"}\0',
    "a comment": b'{"resourceType":"Observation" /* x */}',
    "XML with a billion laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>',
    "XML that reads a file": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Patient><id value="&e;"/></Patient>',
    "nothing": b"",
}  # fmt: skip
"""Each by what it is; every reader of JSON refuses every one of them."""

AS_YAML: dict[str, bytes] = {
    "a billion laughs": ("a0: &a0 [ha, ha]\n" + _BILLION).encode(),
    "within itself": b"facts: &a\n  work: *a\n",
    "lists 100,000 deep": b"facts: " + b"[" * DEEP + b"]" * DEEP,
    "lists in lines": b"facts:\n  work: " + b"- " * 20_000 + b"x\n",
    "a call of Python": b"facts: !!python/object/apply:os.system ['true']\n",
    "a class of Python": b"facts: !!python/object/new:type {args: [x, [], {}]}\n",
    "a number of 100,000 digits": b"facts: {paresis_grade: " + b"9" * DEEP + b"}\n",
    "the same name twice": b"facts: {work: employed, work: other}\n",
    "the same name twice inside": b"facts: {pain_sites: [{a: 1, a: 2}]}\n",
    "a list as a name": b"facts: {? [a, b] : 1}\n",
    "not UTF-8": b"facts: {work: \xff\xfe}\n",
    "a NUL": b"facts: {work: 'a\0b'}\n",
}  # fmt: skip
"""The same for readers of YAML."""
