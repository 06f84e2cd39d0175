// What happened last, and how a run ends that has found something.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>

namespace sim {

// An invariant does not hold. Caught by main alone.
class Violation : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

[[noreturn]] inline void violated(const std::string& what)
{
    throw Violation(what);
}

class Trace
{
public:
    static constexpr std::size_t kKept = 40;

    void begin(std::uint64_t new_seed, bool is_loud)
    {
        seed = new_seed;
        step = 0;
        faults.clear();
        loud_ = is_loud;
        lines_.clear();
    }
    void add(const std::string& text)
    {
        std::string line = std::to_string(step) + "  " + text;
        if (loud_)
            (void)std::fprintf(stderr, "%s\n", line.c_str());
        lines_.push_back(std::move(line));
        if (lines_.size() > kKept)
            lines_.pop_front();
    }
    // It happened: a suite in which something never did would prove nothing about it.
    void see(const std::string& what) { ++seen_[what]; }
    [[nodiscard]] const std::map<std::string, int>& seen() const { return seen_; }
    void print() const
    {
        (void)std::fprintf(stderr, "seed=%llu step=%d faults: %s; the last %zu actions:\n",
                           static_cast<unsigned long long>(seed), step, faults.c_str(),
                           lines_.size());
        for (const std::string& line : lines_)
            (void)std::fprintf(stderr, "  %s\n", line.c_str());
    }

    std::uint64_t seed = 0;
    int step = 0;
    std::string faults;

private:
    std::deque<std::string> lines_;
    std::map<std::string, int> seen_; // by all seeds
    bool loud_ = false;
};

// One for the process, because a failed ENSURE has to print it from a signal handler.
inline Trace& trace()
{
    static Trace the;
    return the;
}

} // namespace sim
