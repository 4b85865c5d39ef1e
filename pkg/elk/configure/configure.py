"""Brings an OpenSearch domain to the configuration that it is called with.

The event holds, for each kind of thing, the bodies of OpenSearch's API by name:
pipelines, templates, policies, tenants, roles and mappings. Everything is written as
it is there, whatever it was before; what the event does not name is left alone. A
second call with the same event changes nothing.

Requests are signed with the function's own role, which is the domain's master user.
"""

import json
import logging
import os
import re
import time
import urllib.error
import urllib.request

# The kinds, each after those that it may name, and where they are.
KINDS = {
    "pipelines": "/_ingest/pipeline/",
    "templates": "/_index_template/",
    "policies": "/_plugins/_ism/policies/",
    "tenants": "/_plugins/_security/api/tenants/",
    "roles": "/_plugins/_security/api/roles/",
    "mappings": "/_plugins/_security/api/rolesmapping/",
}
# Names are parts of paths, and of nothing more.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,127}")
# What a request may take, and what is kept of the time that Lambda gives, to say why
# the domain did not answer.
REQUEST_SECONDS = 30
SPARE_SECONDS = 15
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30
# Answers to a request that may succeed later: too many, and a domain that starts.
LATER = frozenset({429, 500, 502, 503, 504})

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """The domain refused a request."""

    def __init__(self, method, path, status, body):
        super().__init__(f"{method} {path}: {status}: {body[:1000]}")
        self.status = status


class Domain:
    """The API of a domain. send(method, path, body) returns status and text, or raises
    OSError when there is no answer; clock and pause are those of the time module."""

    def __init__(self, send, deadline, clock=time.monotonic, pause=time.sleep):
        self._send = send
        self._deadline = deadline
        self._clock = clock
        self._pause = pause

    def call(self, method, path, body=None):
        """Returns the answer as JSON. It repeats what may succeed later until the
        deadline, and raises RefusedError for everything else."""
        wait = FIRST_PAUSE_SECONDS
        while True:
            try:
                status, text = self._send(method, path, body)
            except OSError as error:
                status, text = 0, str(error)
            if 200 <= status < 300:
                return json.loads(text or "{}")
            if (status and status not in LATER) or self._clock() + wait > self._deadline:
                raise RefusedError(method, path, status, text)
            log.info("%s %s: %s: again in %s seconds", method, path, status or text, wait)
            self._pause(wait)
            wait = min(2 * wait, LONGEST_PAUSE_SECONDS)

    def find(self, path):
        """Returns the answer to a GET, or None when there is nothing."""
        try:
            return self.call("GET", path)
        except RefusedError as error:
            if error.status == 404:
                return None
            raise


def check(document):
    """Raises ValueError, with all that is wrong, for what is no configuration."""
    if not isinstance(document, dict):
        raise ValueError("the event is no object")
    wrong = [f"kind {kind!r} is unknown" for kind in sorted(document.keys() - KINDS.keys())]
    wrong += [f"kind {kind!r} is missing" for kind in KINDS if kind not in document]
    for kind in KINDS:
        things = document.get(kind, {})
        if not isinstance(things, dict):
            wrong.append(f"{kind} is no object")
            continue
        for name, body in sorted(things.items()):
            if not NAME.fullmatch(name):
                wrong.append(f"{kind}: name {name!r} is not valid")
            if not isinstance(body, dict):
                wrong.append(f"{kind}: {name!r} is no object")
    if wrong:
        raise ValueError("; ".join(wrong))


def holds(actual, wanted):
    """Whether actual has all that wanted has. The domain adds defaults of its own."""
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(key in actual and holds(actual[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(actual, list) and len(actual) == len(wanted) and all(map(holds, actual, wanted))
    return actual == wanted


def put_policy(domain, path, body):
    """Writes a policy of Index State Management unless it is there. A policy is changed
    only by who names its version, and indexes keep the version that they began with
    unless they are told."""
    for attempt in (1, 2):
        current = domain.find(path)
        if current is None:
            domain.call("PUT", path, body)
            return "created"
        if holds(current, body):
            return "unchanged"
        version = f"?if_seq_no={current['_seq_no']}&if_primary_term={current['_primary_term']}"
        try:
            domain.call("PUT", path + version, body)
            break
        except RefusedError as error:
            if error.status != 409 or attempt == 2:
                raise
    for template in body["policy"].get("ism_template", []):
        change_policy(domain, path.rsplit("/", 1)[1], template["index_patterns"])
    return "changed"


def change_policy(domain, name, patterns):
    """Makes the indexes that there are follow the policy as it is now."""
    try:
        domain.call("POST", "/_plugins/_ism/change_policy/" + ",".join(patterns), {"policy_id": name})
    except RefusedError as error:
        if error.status != 404:  # there is no index yet
            raise


def apply(document, domain):
    """Brings the domain to the document and returns what it did, by kind and name."""
    check(document)
    done = {}
    for kind, path in KINDS.items():
        done[kind] = {}
        for name, body in sorted(document[kind].items()):
            if kind == "policies":
                done[kind][name] = put_policy(domain, path + name, body)
            else:
                domain.call("PUT", path + name, body)
                done[kind][name] = "written"
            log.info("%s %s: %s", kind, name, done[kind][name])
    return done


def signed_sender(endpoint, region):
    """Returns the function that sends requests to a domain, signed with the credentials
    of the process."""
    # Only here, so that the rest runs where there is no library of AWS.
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.session import get_session

    session = get_session()

    def send(method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = AWSRequest(method, "https://" + endpoint + path, {"Content-Type": "application/json"}, data)
        SigV4Auth(session.get_credentials(), "es", region).add_auth(request)
        return answer(urllib.request.Request(request.url, data, dict(request.headers.items()), method=method))

    return send


def answer(request):
    """Returns status and text of the answer to a request, whatever the status."""
    try:
        with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")


def handler(event, context):
    """What Lambda calls."""
    log.setLevel(logging.INFO)
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS - REQUEST_SECONDS
    return apply(event, Domain(signed_sender(os.environ["ENDPOINT"], os.environ["AWS_REGION"]), deadline))
