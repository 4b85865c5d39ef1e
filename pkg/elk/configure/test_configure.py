"""Tests of configure.py: python3 -m unittest, in this folder."""

import copy
import http.server
import importlib.util
import json
import os
import pathlib
import threading
import unittest
import unittest.mock
import urllib.request

import configure

DOCUMENT = pathlib.Path(__file__).parent.parent / "testdata" / "document.json"


def document():
    """The configuration that the component renders."""
    return json.loads(DOCUMENT.read_text())


class FakeDomain:
    """A domain that keeps what it is given, and adds to policies what OpenSearch adds."""

    def __init__(self):
        self.stored = {}
        self.requests = []
        self.version = 7
        self.failures = []  # answers that come first
        self.indexes = True

    def send(self, method, path, body):
        self.requests.append((method, path))
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        path, _, query = path.partition("?")
        if path.startswith("/_plugins/_ism/change_policy/"):
            return (200, '{"updated_indices": 2}') if self.indexes else (404, '{"error": "no such index"}')
        if method == "GET":
            return self.get(path)
        if "/policies/" in path:
            return self.put_policy(path, query, body)
        self.stored[path] = copy.deepcopy(body)
        return 200, '{"acknowledged": true}'

    def get(self, path):
        if path not in self.stored:
            return 404, '{"error": "not found"}'
        found = copy.deepcopy(self.stored[path])
        found["policy"]["schema_version"] = 21
        for state in found["policy"]["states"]:
            for action in state["actions"]:
                action.setdefault("retry", {"count": 3, "backoff": "exponential", "delay": "1m"})
        return 200, json.dumps({**found, "_id": "logs", "_seq_no": self.version, "_primary_term": 1})

    def put_policy(self, path, query, body):
        if path in self.stored and query != f"if_seq_no={self.version}&if_primary_term=1":
            return 409, '{"error": "version conflict"}'
        self.stored[path] = copy.deepcopy(body)
        self.version += 1
        return 201, "{}"


def connect(fake, seconds=600):
    """The API of a fake domain, on a clock that only pauses move."""
    now = [0.0]
    pauses = []

    def pause(wait):
        pauses.append(wait)
        now[0] += wait

    api = configure.Domain(fake.send, seconds, clock=lambda: now[0], pause=pause)
    return api, pauses


class ApplyTest(unittest.TestCase):
    def setUp(self):
        self.fake = FakeDomain()
        self.api, self.pauses = connect(self.fake)

    def test_everything_of_the_document_is_written(self):
        wanted = document()
        done = configure.apply(wanted, self.api)
        for kind, path in configure.KINDS.items():
            self.assertEqual(sorted(done[kind]), sorted(wanted[kind]))
            for name, body in wanted[kind].items():
                self.assertEqual(self.fake.stored[path + name], body)
        self.assertEqual(len(self.fake.stored), sum(map(len, wanted.values())))

    def test_what_is_named_comes_before_what_names_it(self):
        configure.apply(document(), self.api)
        written = [path for method, path in self.fake.requests if method == "PUT"]
        order = [next(i for i, prefix in enumerate(configure.KINDS.values()) if path.startswith(prefix)) for path in written]
        self.assertEqual(order, sorted(order))

    def test_a_second_call_changes_nothing(self):
        configure.apply(document(), self.api)
        before = copy.deepcopy(self.fake.stored)
        self.fake.requests.clear()
        done = configure.apply(document(), self.api)
        self.assertEqual(done["policies"], {"logs": "unchanged"})
        self.assertEqual(self.fake.stored, before)
        self.assertFalse([path for _, path in self.fake.requests if "change_policy" in path])

    def test_a_changed_policy_reaches_the_indexes_that_there_are(self):
        configure.apply(document(), self.api)
        changed = document()
        changed["policies"]["logs"]["policy"]["states"][0]["transitions"][0]["conditions"]["min_index_age"] = "99d"
        self.fake.requests.clear()
        done = configure.apply(changed, self.api)
        self.assertEqual(done["policies"], {"logs": "changed"})
        self.assertIn(("PUT", "/_plugins/_ism/policies/logs?if_seq_no=8&if_primary_term=1"), self.fake.requests)
        self.assertIn(("POST", "/_plugins/_ism/change_policy/logs-*"), self.fake.requests)

    def test_a_changed_policy_without_indexes(self):
        configure.apply(document(), self.api)
        self.fake.indexes = False
        changed = document()
        changed["policies"]["logs"]["policy"]["description"] = "other"
        self.assertEqual(configure.apply(changed, self.api)["policies"], {"logs": "changed"})

    def test_a_policy_that_somebody_else_changes_meanwhile(self):
        path = "/_plugins/_ism/policies/logs"
        configure.apply(document(), self.api)
        changed = document()["policies"]["logs"]
        changed["policy"]["description"] = "other"
        stale = self.fake.get(path)
        self.fake.version += 1
        self.fake.failures = [stale]
        self.assertEqual(configure.put_policy(self.api, path, changed), "changed")
        self.fake.version += 1
        changed["policy"]["description"] = "another"
        with unittest.mock.patch.object(self.fake, "put_policy", side_effect=lambda *_: (409, "conflict")):
            with self.assertRaisesRegex(configure.RefusedError, "409: conflict"):
                configure.put_policy(self.api, path, changed)


class DomainTest(unittest.TestCase):
    def test_it_waits_for_a_domain_that_starts(self):
        fake = FakeDomain()
        fake.failures = [OSError("no route to host"), (503, "OpenSearch Security not initialized."), (429, "")]
        api, pauses = connect(fake)
        configure.apply(document(), api)
        self.assertEqual(pauses, [1, 2, 4])

    def test_it_gives_up_at_the_deadline_and_says_why(self):
        fake = FakeDomain()
        fake.failures = [(503, "starting")] * 100
        api, pauses = connect(fake, seconds=100)
        with self.assertRaisesRegex(configure.RefusedError, r"^GET /_cat: 503: starting$"):
            api.call("GET", "/_cat")
        self.assertLessEqual(sum(pauses), 100)
        self.assertEqual(max(pauses), configure.LONGEST_PAUSE_SECONDS)

    def test_it_does_not_repeat_what_is_refused(self):
        for status in (400, 401, 403, 404):
            fake = FakeDomain()
            fake.failures = [(status, "no")]
            api, pauses = connect(fake)
            with self.assertRaises(configure.RefusedError) as caught:
                api.call("PUT", "/x", {})
            self.assertEqual((caught.exception.status, pauses), (status, []))

    def test_a_refusal_is_not_taken_for_nothing(self):
        fake = FakeDomain()
        fake.failures = [(403, "no permissions")]
        with self.assertRaisesRegex(configure.RefusedError, "403"):
            connect(fake)[0].find("/x")

    def test_errors_are_short(self):
        self.assertLess(len(str(configure.RefusedError("GET", "/x", 500, "y" * 100_000))), 1100)


class CheckTest(unittest.TestCase):
    def test_the_document_is_sound(self):
        configure.check(document())

    def test_everything_wrong_is_said(self):
        wrong = document()
        wrong["users"] = {}
        del wrong["tenants"]
        wrong["roles"] = []
        wrong["templates"]["../_all"] = {}
        wrong["policies"]["x"] = None
        with self.assertRaises(ValueError) as caught:
            configure.check(wrong)
        self.assertEqual(
            str(caught.exception),
            "kind 'users' is unknown; kind 'tenants' is missing; templates: name '../_all' is not valid; policies: 'x' is no object; roles is no object",
        )

    def test_nothing_is_written_of_a_wrong_document(self):
        fake = FakeDomain()
        wrong = document()
        wrong["mappings"]["a/b"] = {}
        with self.assertRaises(ValueError):
            configure.apply(wrong, connect(fake)[0])
        self.assertEqual(fake.requests, [])

    def test_what_is_no_object(self):
        for event in (None, [], "x"):
            with self.assertRaisesRegex(ValueError, "no object"):
                configure.check(event)


class HoldsTest(unittest.TestCase):
    def test_additions_are_fine_and_differences_are_not(self):
        wanted = {"a": [{"b": 1}], "c": {}}
        self.assertTrue(configure.holds({"a": [{"b": 1, "x": 2}], "c": {"y": 1}, "z": 0}, wanted))
        for actual in ({"a": [{"b": 2}], "c": {}}, {"a": [], "c": {}}, {"a": [{"b": 1}]}, {"a": [{"b": 1}, {}], "c": {}}, None, []):
            self.assertFalse(configure.holds(actual, wanted), actual)


class Loopback(http.server.BaseHTTPRequestHandler):
    """Answers with what it was sent, and with the status in the path."""

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = int(self.path.strip("/"))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"got " + body)

    def log_message(self, *_):
        pass


class AnswerTest(unittest.TestCase):
    def test_status_and_text_of_every_answer(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Loopback)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for status in (200, 403, 503):
            request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}/{status}", b"{}", method="PUT")
            self.assertEqual(configure.answer(request), (status, "got {}"))


@unittest.skipUnless(importlib.util.find_spec("botocore"), "botocore, which Lambda's runtime brings, is not installed here")
class SignTest(unittest.TestCase):
    def test_requests_are_signed_for_the_domain(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session"}
        sent = []
        with unittest.mock.patch.dict(os.environ, keys), unittest.mock.patch.object(configure, "answer", side_effect=lambda r: (sent.append(r), (200, "{}"))[1]):
            send = configure.signed_sender("vpc-logs.example", "us-east-1")
            self.assertEqual(send("PUT", "/_index_template/logs", {"a": 1}), (200, "{}"))
            send("GET", "/x", None)
        put, get = sent
        self.assertEqual((put.get_method(), put.full_url, put.data), ("PUT", "https://vpc-logs.example/_index_template/logs", b'{"a": 1}'))
        self.assertRegex(put.get_header("Authorization"), r"^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/us-east-1/es/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$")
        self.assertEqual(put.get_header("X-amz-security-token"), "session")
        self.assertIsNone(get.data)
        self.assertNotIn("secret", str(put.headers))

    def test_the_handler_keeps_time_to_say_why(self):
        context = unittest.mock.Mock(**{"get_remaining_time_in_millis.return_value": 600_000})
        with unittest.mock.patch.dict(os.environ, {"ENDPOINT": "vpc-logs.example", "AWS_REGION": "us-east-1"}), \
                unittest.mock.patch.object(configure, "apply", side_effect=lambda _, api: api) as apply, \
                unittest.mock.patch.object(configure.time, "monotonic", return_value=0):
            api = configure.handler({"x": 1}, context)
        apply.assert_called_once_with({"x": 1}, api)
        self.assertEqual(api._deadline, 600 - configure.SPARE_SECONDS - configure.REQUEST_SECONDS)


if __name__ == "__main__":
    unittest.main()
