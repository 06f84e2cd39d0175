"""Rules about C++: time, chance, floating point, shells, who may include what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.tidy.rule import Planted, Rule, in_appliance, in_room, matches_in_code
from tests.tidy.source import Source, Text

CLOCK_HOME = re.compile(r"appliance/core/clock[^/]*$")
RANDOM_HOME = re.compile(r"appliance/core/(random|crypto)[^/]*$")

WALL_CLOCKS = (
    r"\b\w*_clock\s*::\s*now\b|\bgettimeofday\b|\bclock_gettime\b|\btimespec_get\b|\blocaltime\w*\b"
    r"|\btime\s*\(\s*(?:NULL|nullptr|0|&\s*\w+)\s*\)"
    r"|\bPoco\s*::\s*(?:Clock|Stopwatch)\b"
    r"|\b(?:Timestamp|DateTime|LocalDateTime)\s*"
    r"(?:\(\s*\)|\{\s*\}|\s\w+\s*(?:;|\{\s*\}|\(\s*\)\s*;))")
CHANCE = (r"\b(?:s?rand|[deln]rand48|random)\s*\(|\brandom_device\b|\bmt19937(?:_64)?\b"
          r"|\bdefault_random_engine\b|\bgetrandom\s*\(|\barc4random\w*|\brandombytes_\w+"
          r"|\bPoco\s*::\s*Random\w*")
FLOATING = r"\b(?:double|float|stod|stof|stold|strtod|strtof|strtold|atof)\b"
SHELLS = r"\b(?:system|popen)\s*\("

# A room includes itself and the rooms named here: arrows point down, app and main join all.
BELOW = {
    "core": set(),
    "domain": {"core"},
    "storage": {"domain", "core"},
    "usecases": {"storage", "domain", "core"},
    "network": {"usecases", "domain", "core"},
    "documents": {"usecases", "domain", "core"},
    "http": {"usecases", "domain", "core"},
    "jobs": {"usecases", "domain", "core"},
}
# Each library has few homes, so that it can be replaced and its faults stay there.
LIBRARY_HOMES = [
    (re.compile(r"Poco/"), re.compile(r"appliance/(http/|network/|(app|command_)[^/]*$|main\.cpp$)")),
    (re.compile(r"sqlite3(ext)?\.h"), re.compile(r"appliance/storage/")),
    (re.compile(r"sodium"), RANDOM_HOME),
    (re.compile(r"mbedtls/"), re.compile(r"appliance/network/(tls|radius)[/._]")),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)


def wrong_includes(source: Source) -> Iterator[Text]:
    parts = source.path.split("/")
    room = parts[1] if len(parts) > 2 else ""  # files beside the rooms join everything
    for match in INCLUDE.finditer(source.code):
        target = match.group(1)
        line = source.line_of(match.start(1))
        if ".." in target.split("/"):
            yield Text(line, f'{target} climbs; name the room instead')
            continue
        for library, home in LIBRARY_HOMES:
            if library.match(target) and not home.match(source.path):
                yield Text(line, f"{target} outside its home")
        pieces = target.removeprefix("appliance/").split("/")
        if room in BELOW and len(pieces) > 1 and pieces[0] in BELOW:
            if pieces[0] != room and pieces[0] not in BELOW[room]:
                yield Text(line, f"{room} includes {target}")


def is_appliance_cpp(source: Source) -> bool:
    return in_appliance(source) and source.is_cpp


def without_home(home: re.Pattern) -> Callable[[Source], bool]:
    def applies(source: Source) -> bool:
        simulated = source.path.startswith("tests/sim/") and source.is_cpp
        return (is_appliance_cpp(source) or simulated) and not home.match(source.path)
    return applies


CODE_RULES = [
    Rule("wall-clock", "time is passed in; only core/clock asks the machine",
         without_home(CLOCK_HOME), matches_in_code(WALL_CLOCKS),
         (Planted("appliance/jobs/a.cpp", "auto t = std::chrono::system_clock::now();",
                  "// system_clock::now() would be wrong\nauto t = clock.now();"),
          Planted("appliance/jobs/a.cpp", "auto t = std::chrono::steady_clock :: now();", "f();"),
          Planted("appliance/core/b.hpp", "auto t = std::time(nullptr);", "runtime(nullptr_t{});"),
          Planted("appliance/http/c.cpp", "Poco::Timestamp now;", "Poco::Timestamp now(micros);"),
          Planted("appliance/http/c.cpp", "x = Poco::DateTime();", "x = Poco::DateTime(stamp);"),
          Planted("tests/sim/d.cpp", "gettimeofday(&tv, nullptr);", 'say("gettimeofday");'))),
    Rule("chance", "random numbers are passed in; only core/random asks the machine",
         without_home(RANDOM_HOME), matches_in_code(CHANCE),
         (Planted("appliance/domain/a.cpp", "int n = rand();", "int n = operand();"),
          Planted("appliance/domain/a.cpp", "std::random_device d;", "/* random_device */"),
          Planted("appliance/http/a.cpp", "std::mt19937_64 g;", 'auto s = "mt19937";'),
          Planted("appliance/http/a.cpp", "randombytes_buf(p, n);", "random.bytes(p, n);"))),
    Rule("floating-point", "money and time are integers here; a rounding error is a wrong bill",
         lambda source: source.is_cpp and in_room(source, "core", "domain", "usecases", "storage"),
         matches_in_code(FLOATING),
         (Planted("appliance/domain/a.cpp", "double price = 1.5;", "// a double would round\n"),
          Planted("appliance/storage/a.cpp", "auto x = std::stod(text);", "doubled(x);"))),
    Rule("shell", "nothing that came from outside may ever meet a shell",
         is_appliance_cpp, matches_in_code(SHELLS),
         (Planted("appliance/jobs/a.cpp", 'system("ls");', 'say("system(x)"); file_system(x);'),
          Planted("appliance/jobs/a.cpp", 'popen("ls", "r");', "pop_entry(x);"))),
    Rule("room", "arrows between rooms point down, and each library has its home",
         is_appliance_cpp, wrong_includes,
         (Planted("appliance/domain/a.cpp", '#include "storage/database.hpp"',
                  '#include "core/money.hpp"\n#include "domain/plan.hpp"\n#include <vector>'),
          Planted("appliance/http/a.cpp", '#include "appliance/storage/database.hpp"',
                  '#include "usecases/payments.hpp"\n#include <Poco/Net/HTTPServer.h>'),
          Planted("appliance/usecases/a.cpp", "#include <Poco/Net/Socket.h>",
                  '#include "storage/plan_store.hpp"'),
          Planted("appliance/core/money.cpp", "#include <sodium.h>", "#include <limits>"),
          Planted("appliance/usecases/a.cpp", "#include <sqlite3.h>", '// #include <sqlite3.h>'),
          Planted("appliance/network/routeros/a.cpp", "#include <mbedtls/ssl.h>",
                  '#include "network/tls/context.hpp"'),
          Planted("appliance/jobs/a.cpp", '#include "../storage/x.hpp"',
                  '#include "usecases/x.hpp"'))),
]
