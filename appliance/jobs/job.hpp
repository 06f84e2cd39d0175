// What runs by itself. A job is a bounded step without a thread, a clock or a socket of its own:
// app_loops gives it threads, the simulation calls it in a seeded order.
#pragma once

#include "core/time.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mnara::jobs {

struct Job
{
    std::string name;
    // Does at most one unit of work; true where there may be more to do at once. May throw: the
    // loop logs it and tries again later.
    std::function<bool()> step;
    Millis idle{1000};             // the longest pause between two steps
    std::vector<std::string> wake; // tables whose commits end the pause
    int workers = 1;               // how many threads may step it at once
};

} // namespace mnara::jobs
