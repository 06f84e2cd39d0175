"""The contract, appliance/http/openapi/, as a judge of live answers.

    contract().judge("GET", "/api/v1/plans?limit=2", 200, {...})    a list of what is wrong; empty: nothing

Stricter than OpenAPI: a field that no part of a schema names is wrong, unless the schema says which
others there may be. Knows what our contract uses: $ref, allOf, oneOf, nullable, enum, type, required,
properties, additionalProperties, items and the limits of numbers, texts and lists.
"""

import functools
import pathlib

import yaml

CONTRACT = pathlib.Path(__file__).resolve().parents[2] / "appliance/http/openapi"
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


@functools.lru_cache(maxsize=None)
def contract():
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
    parts = [part.read_text(encoding="utf-8") for part in sorted(CONTRACT.rglob("*.yaml"))]
    return Contract(yaml.load("".join(parts), loader))


class Contract:
    def __init__(self, document):
        self.document = document

    def judge(self, method, target, status, answer):
        """Of an answer with JSON in it, or None for one without."""
        operation = self.operation(method, target.split("?")[0])
        if operation is None:
            return [] if status in (404, 405) else [f"{method} {target} stands nowhere in the contract"]
        responses = operation["responses"]
        response = self.resolve(responses.get(str(status), responses.get("default", {})))
        if not response:
            return [f"{method} {target}: {status} is not in the contract"]
        kinds = [kind for kind in response.get("content", {}) if "json" in kind]
        if answer is None:
            return [f"{method} {target}: {status} without JSON"] if kinds else []
        if not kinds:
            return [f"{method} {target}: {status} with JSON, of which the contract does not know"]
        return [f"{method} {target}: {status}: {wrong}"
                for wrong in self.wrongs(response["content"][kinds[0]]["schema"], answer, "answer")]

    def operation(self, method, path):
        """The one whose path fits in the most words as they are written."""
        words = path.split("/")
        fits = [(sum(a == b for a, b in zip(pattern.split("/"), words)), operations[method.lower()])
                for pattern, operations in self.document["paths"].items()
                if method.lower() in operations and len(pattern.split("/")) == len(words)
                and all(a == b or a.startswith("{") for a, b in zip(pattern.split("/"), words))]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None

    def resolve(self, thing):
        while "$ref" in thing:
            found = self.document
            for word in thing["$ref"].removeprefix("#/").split("/"):
                found = found[word]
            thing = found
        return thing

    def wrongs(self, schema, value, where):
        parts = list(self.parts(schema))
        if value is None:
            return [] if self.may_be_null(schema) else [f"{where} is null"]
        found = []
        for part in parts:
            if "oneOf" in part and sum(not self.wrongs(one, value, where) for one in part["oneOf"]) != 1:
                found.append(f"{where} is not just one of its kinds")
            found += self.plain_wrongs(part, value, where)
        if isinstance(value, dict):
            found += self.field_wrongs(parts, value, where)
        if isinstance(value, list):
            for part in parts:
                for number, item in enumerate(value if "items" in part else []):
                    found += self.wrongs(part["items"], item, f"{where}[{number}]")
        return found

    def parts(self, schema):
        schema = self.resolve(schema)
        yield schema
        for part in schema.get("allOf", []):
            yield from self.parts(part)

    def may_be_null(self, schema):
        schema = self.resolve(schema)
        if schema.get("nullable"):
            return True
        inside = schema.get("allOf", [])
        return not schema or (bool(inside) and "type" not in schema and all(map(self.may_be_null, inside)))

    @staticmethod
    def plain_wrongs(part, value, where):
        kind = part.get("type")
        if kind and (not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool))):
            return [f"{where} is no {kind}: {value!r}"]
        found = []
        if "enum" in part and value not in part["enum"]:
            found.append(f"{where} is none of {part['enum']}: {value!r}")
        size = len(value) if isinstance(value, (str, list, dict)) else value
        for words, is_wrong in ((("minimum", "minLength", "minItems"), lambda limit: size < limit),
                                (("maximum", "maxLength", "maxItems"), lambda limit: size > limit)):
            found += [f"{where} is beyond its {word}: {value!r}" for word in words if word in part and is_wrong(part[word])]
        return found

    def field_wrongs(self, parts, value, where):
        found = [f"{where}.{name} is missing" for part in parts for name in part.get("required", []) if name not in value]
        named = {}  # a field that several parts name fits all of them
        for part in parts:
            for name, schema in part.get("properties", {}).items():
                named.setdefault(name, []).append(schema)
        others = [part["additionalProperties"] for part in parts if isinstance(part.get("additionalProperties"), dict)]
        is_open = any(part.get("additionalProperties") is True or "oneOf" in part for part in parts) or not (named or others)
        for name, inside in value.items():
            if name not in named and not others and not is_open:
                found.append(f"{where}.{name} is not in the contract")
            for schema in named.get(name, others):
                found += self.wrongs(schema, inside, f"{where}.{name}")
        return found
