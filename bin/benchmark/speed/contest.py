"""Contests: several contenders answer one question in turns, in short rounds."""

import http.client
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from workshop.steps import Refusal, say

from benchmark.speed.client import Asked, load
from benchmark.speed.figures import Contest, Result, Round
from benchmark.speed.limit import Limit
from benchmark.speed.peers import Running
from benchmark.speed.processes import cpu_ms, database_cpu_ms, wait_for_rest

FEW = 10
"""With fewer answers in a round its rate is taken from their latency: those cut off at its end would count for much."""
SLOW_SECONDS = 2
"""Who needs longer rounds than that plays few of them: time is short."""


@dataclass(frozen=True)
class Pace:
    """How much time is taken: rounds at 2 and at 8 connections, both for the slow, the longest round, how many samples.

    ``samples`` is how many answers' SQL, and how many filters, stand for all of their kind.
    """

    rounds: int
    rounds_of_8: int
    slow_rounds: int
    slow_rounds_of_8: int
    most_seconds: int
    samples: int


ROUNDS, QUICK_ROUNDS = 5, 2


def pace_of(rounds: int) -> Pace:
    """Return the pace of so many rounds."""
    quick = rounds <= QUICK_ROUNDS
    return Pace(
        rounds=rounds,
        rounds_of_8=(rounds + 1) // 2,
        slow_rounds=max(1, rounds // 2),
        slow_rounds_of_8=0 if quick else 1,
        most_seconds=8 if rounds >= ROUNDS else 5,
        samples=80 if quick else 400,
    )


class Contender(Protocol):
    """Whoever answers."""

    def play(self, connections: int, seconds: int, postmaster: int | None) -> Round:
        """Answer for some seconds over some connections."""

    def once(self) -> float:
        """Answer once; return seconds."""


@dataclass
class Served:
    """A server that is asked a list of paths."""

    server: Running
    asked: Asked
    taken_s: float = math.inf
    size: int = 0

    def play(self, connections: int, seconds: int, postmaster: int | None) -> Round:
        """Answer for some seconds over some connections. Raises Refusal."""
        wait_for_rest()
        before = cpu_ms(self.server.processes()), database_cpu_ms(postmaster)
        found = load(self.asked, connections, seconds)
        after = cpu_ms(self.server.processes()), database_cpu_ms(postmaster)
        if found.wrong:
            raise Refusal(f"{self.asked.name}: {found.wrong} of {found.requests} answers were wrong")
        number = max(found.requests, 1)
        rate = found.requests / found.seconds
        if found.requests < FEW:
            rate = connections * 1000 / found.p50_ms if found.p50_ms else 1 / self.taken_s
        return Round(
            rate=rate,
            p50_ms=found.p50_ms,
            p99_ms=found.p99_ms,
            bytes=found.bytes / number if found.requests >= FEW else self.size,
            server_cpu_ms=(after[0] - before[0]) / number,
            database_cpu_ms=(after[1] - before[1]) / number,
            requests=found.requests,
        )

    def once(self) -> float:
        """Answer the first path; return seconds. Raises Refusal."""
        began = time.monotonic()
        self.size = len(get(self.server, self.asked.paths[0], self.asked.headers))
        self.taken_s = time.monotonic() - began
        return self.taken_s


@dataclass
class Bare:
    """PostgreSQL alone."""

    limit: Limit

    def play(self, connections: int, seconds: int, postmaster: int | None) -> Round:
        """Send the SQL for some seconds over some connections."""
        wait_for_rest()
        before = database_cpu_ms(postmaster)
        rate = self.limit.rate(connections, seconds)
        spent = database_cpu_ms(postmaster) - before
        return Round(rate=rate, database_cpu_ms=spent / max(rate * seconds, 1))

    def once(self) -> float:
        """Cost no time worth knowing."""
        return 0.0


def get(server: Running, path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """Return the body of an answer, uncompressed unless asked otherwise. Raises Refusal."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=120)
    connection.request("GET", path, headers={"Accept-Encoding": "identity", **(headers or {})})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status not in (200, 304):
        raise Refusal(f"{server.name} answers {path} with {response.status}: {body[:300]!r}")
    return body


@dataclass
class Arena:
    """Where contests are held: at which pace, and PostgreSQL's first process."""

    pace: Pace
    postmaster: int | None

    def hold(self, name: str, question: str, contenders: Mapping[str, Contender]) -> Contest:
        """Let everybody answer in turns; who is first changes from round to round. Raises Refusal."""
        say(f"{name}: {question} …")
        contest = Contest(name, question, {who: Result() for who in contenders})
        seconds = {}
        for who, contender in contenders.items():
            if isinstance(contender, Served):
                contender.asked.write()
            taken = contender.once()
            seconds[who] = (
                1 if taken < 0.15 else 2 if taken < 0.6 else min(self.pace.most_seconds, math.ceil(3 * taken))
            )
        order = list(contenders)
        for turn in range(self.pace.rounds):
            for who in order[turn % len(order) :] + order[: turn % len(order)]:
                slow = seconds[who] > SLOW_SECONDS
                if turn < (self.pace.slow_rounds if slow else self.pace.rounds):
                    contest.results[who].two.append(contenders[who].play(2, seconds[who], self.postmaster))
                of_8 = self.pace.slow_rounds_of_8 if slow else self.pace.rounds_of_8
                if turn < of_8 and isinstance(contenders[who], Served):
                    contest.results[who].eight.append(contenders[who].play(8, seconds[who], None))
        shown = ", ".join(
            f"{who} {result.rate:.0f}/s" if result.rate > 9 else f"{who} {result.rate:.2f}/s"
            for who, result in contest.results.items()
        )
        say(f"  {shown}")
        return contest


def in_turn(server: Running, paths: list[str], patience_s: float = math.inf) -> list[float]:
    """Ask one path after the other over one connection; return the ms of each, as many as fit into the patience."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=120)
    taken: list[float] = []
    end = time.monotonic() + patience_s
    for path in paths:
        if time.monotonic() > end:
            break
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        response = connection.getresponse()
        body = response.read()
        taken.append((time.perf_counter() - began) * 1000)
        if response.status != 200:
            raise Refusal(f"{server.name} answers {path} with {response.status}: {body[:300]!r}")
    connection.close()
    return taken
