"""Compares answers as they came over the wire with the output shapes of AWS's service models."""

import json
from xml.etree import ElementTree


def problems_of(operation, response):
    """What is wrong with an answer: unknown members, members that are missing, wrong types."""
    shape = operation.output_shape
    if shape is None:
        return []
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "blob":
        return []
    body = response["body"]
    protocol = operation.service_model.metadata["protocol"]
    if protocol in ("json", "rest-json"):
        return list(json_problems(shape, json.loads(body or b"{}"), operation.name))
    root = ElementTree.fromstring(body) if body else ElementTree.Element("empty")
    if protocol == "query":
        wrapper = shape.serialization.get("resultWrapper")
        root = next((child for child in root if local_name(child) == wrapper), None)
        if root is None:
            return [f"{operation.name}: there is no {wrapper}"]
    return list(xml_problems(shape, root, operation.name))


def json_problems(shape, value, path):
    kind = shape.type_name
    if kind == "structure" and not shape.metadata.get("document"):
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no structure"
            return
        members = wire_members(shape)
        for name in value.keys() - members.keys() - {"__type"}:
            yield f"{path}: unknown member {name}"
        yield from missing(shape, {name for name, (wire, _) in by_name(shape).items() if wire in value}, path)
        for name in value.keys() & members.keys():
            yield from json_problems(members[name], value[name], f"{path}.{name}")
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
            return
        for index, item in enumerate(value):
            yield from json_problems(shape.member, item, f"{path}[{index}]")
    elif kind == "map":
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no map"
            return
        for key, item in value.items():
            yield from json_problems(shape.value, item, f"{path}[{key}]")
    else:
        yield from scalar_problems(shape, value, path)


def scalar_problems(shape, value, path):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "character": isinstance(value, str),
        "blob": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": number and int(value) == value,
        "long": number and int(value) == value,
        "float": number,
        "double": number,
        "timestamp": number or isinstance(value, str),
    }.get(shape.type_name, True)
    if not fits:
        yield f"{path}: {value!r} is no {shape.type_name}"
    elif shape.type_name == "string" and getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"


def xml_problems(shape, element, path):
    kind = shape.type_name
    if kind == "structure":
        members = wire_members(shape)
        seen = {local_name(child) for child in element}
        for name in seen - members.keys():
            yield f"{path}: unknown element {name}"
        yield from missing(shape, {name for name, (wire, _) in by_name(shape).items() if wire in seen}, path)
        for child in element:
            member = members.get(local_name(child))
            if member is None:
                continue
            flat = member.type_name == "list" and member.serialization.get("flattened")
            yield from xml_problems(member.member if flat else member, child, f"{path}.{local_name(child)}")
    elif kind == "list":
        wanted = shape.member.serialization.get("name", "member")
        for child in element:
            if local_name(child) != wanted:
                yield f"{path}: unknown element {local_name(child)}, not {wanted}"
            yield from xml_problems(shape.member, child, f"{path}.{wanted}")
    elif len(element):
        yield f"{path}: elements where there should be a text"
    else:
        yield from scalar_problems(shape, read_text(shape.type_name, element.text or ""), path)


def read_text(kind, text):
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "long", "float", "double"):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def by_name(shape):
    """Members that travel in the body: name to the name on the wire and the shape."""
    return {
        name: (member.serialization.get("name", name), member)
        for name, member in shape.members.items()
        if "location" not in member.serialization
    }


def wire_members(shape):
    return dict(by_name(shape).values())


def missing(shape, present, path):
    for name in set(shape.required_members) & by_name(shape).keys() - present:
        yield f"{path}: {name} is missing"


def local_name(element):
    return element.tag.split("}")[-1]
