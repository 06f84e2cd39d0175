"""The contract against the real daemon: every route that reads, with a little life behind it.

All other integration tests check it as well: Box.api judges each answer by it.
"""

import unittest

from tests.integration.box import Box
from tests.integration.contract import Contract, contract

QUERIES = {"/api/v1/search": "?q=customer", "/api/v1/holders": "?ip=10.0.0.1"}
NAMES = {"{id}": "1", "{code}": "home", "{username}": "user1"}


class ReadingRoutesTest(unittest.TestCase):
    def reading_paths(self):
        """Those that give JSON."""
        rules = contract()
        for path, operations in rules.document["paths"].items():
            answer = rules.resolve(operations.get("get", {}).get("responses", {}).get("200", {}))
            if any("json" in kind for kind in answer.get("content", {})):
                yield path

    def test_every_reading_route_answers_as_the_contract_says(self):
        with Box() as box:
            self.live(box)
            asked = 0
            for path in self.reading_paths():
                target = path + QUERIES.get(path, "")
                for name, value in NAMES.items():
                    target = target.replace(name, value)
                status, _ = box.api("GET", target)  # judges
                with self.subTest(path):
                    self.assertEqual(status, 200)
                asked += 1
            self.assertGreater(asked, 40)

    def live(self, box):
        """Something of each kind, with the number 1."""
        box.add_plan()
        jane, ali = box.add_customer(), box.add_customer()
        box.pay(jane)
        box.wait_projected()
        self.assertTrue(box.dial(jane).accepted)
        box.ask(jane.username, "wrong")
        box.collect(ali)
        site = box.must("POST", "/api/v1/sites", {"name": "Kisumu", "note": "By the lake"})
        box.must("PATCH", f"/api/v1/subscribers/{jane.subscriber_id}", {"site_id": site["id"], "note": "Blue gate"})
        area = box.must("POST", "/api/v1/areas", {"name": "Milimani", "site_id": site["id"]})
        house = box.must("POST", "/api/v1/buildings", {"name": "Blue Court", "area_id": area["id"],
                                                       "landlord_name": "Mrs. Kamau", "landlord_phone": "0722000000"})
        unit = box.must("POST", f"/api/v1/buildings/{house['id']}/units", {"label": "A1"})
        box.must("POST", f"/api/v1/buildings/{house['id']}/units", {"label": "A2"})
        box.must("POST", f"/api/v1/units/{unit['id']}/tenancies", {"subscriber_id": jane.subscriber_id})
        box.must("POST", f"/api/v1/subscriptions/{jane.subscription_id}/suspend", {"reason": "noise"})
        box.must("POST", f"/api/v1/subscriptions/{jane.subscription_id}/resume", {"reason": "quiet"})
        added, _ = box.api("POST", "/api/v1/operators", {"login": "wanjiru", "full_name": "Wanjiru K.", "role": "cashier",
                                                         "sites": [site["id"]]}, box.daemon.browser("owner"))
        self.assertEqual(added, 201)


class JudgeTest(unittest.TestCase):
    """The judge itself finds what is wrong."""

    def rules(self, schema):
        answer = {"description": "x", "content": {"application/json": {"schema": schema}}}
        return Contract({"paths": {"/x/{id}": {"get": {"responses": {"200": answer}}},
                                   "/x/last": {"get": {"responses": {"204": {"description": "x"}}}}},
                         "named": {"type": "integer", "minimum": 3}})

    def judge(self, schema, value):
        return not self.rules({"type": "object", "properties": {"value": schema}}).judge(
            "GET", "/x/1?a=b", 200, {"value": value})

    def test_routes_and_states(self):
        rules = self.rules({"type": "object"})
        for method, path, status, answer, is_right in (
                ("GET", "/x/1", 200, {}, True), ("GET", "/x/1", 200, None, False), ("GET", "/x/1", 404, {}, False),
                ("POST", "/x/1", 200, {}, False), ("GET", "/y", 404, {}, True), ("GET", "/y", 200, {}, False),
                ("GET", "/x/last", 204, None, True), ("GET", "/x/last", 204, {}, False)):
            with self.subTest(f"{method} {path} {status} {answer}"):
                self.assertEqual(not rules.judge(method, path, status, answer), is_right)

    def test_types_and_limits(self):
        for schema, good, bad in (({"type": "integer"}, 1, True), ({"type": "integer"}, 1, 1.5), ({"type": "string"}, "a", 1),
                                  ({"type": "string", "enum": ["a"]}, "a", "b"), ({"type": "boolean"}, True, 1),
                                  ({"$ref": "#/named"}, 3, 2), ({"type": "array", "maxItems": 1}, [1], [1, 2]),
                                  ({"type": "string", "nullable": True}, None, 1), ({"type": "string"}, "", None),
                                  ({"allOf": [{"$ref": "#/named"}], "nullable": True}, None, "a"),
                                  ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "a", [])):
            with self.subTest(schema=schema):
                self.assertTrue(self.judge(schema, good))
                self.assertFalse(self.judge(schema, bad))

    def test_fields(self):
        base = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
        more = {"allOf": [base, {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "string"}}}}]}
        counts = {"type": "object", "additionalProperties": {"type": "integer"}}
        for schema, good, bad in ((base, {"a": 1}, {}), (base, {"a": 1}, {"a": "1"}), (base, {"a": 1}, {"a": 1, "c": 2}),
                                  (more, {"a": 1, "b": ["x"]}, {"a": 1, "b": [1]}), (more, {"a": 1}, {"a": 1, "c": 2}),
                                  (counts, {"x": 1}, {"x": "y"}), (base, {"a": 1}, [1])):
            with self.subTest(schema=schema, bad=bad):
                self.assertTrue(self.judge(schema, good))
                self.assertFalse(self.judge(schema, bad))


if __name__ == "__main__":
    unittest.main()
