// The clock is a thing that is handed in. Only app.cpp builds a SystemClock; tests and the
// simulation hand in a ManualClock. No other file may ask the operating system for the time.
#pragma once

#include "core/time.hpp"

#include <atomic>

namespace mnara {

class Clock
{
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    // Wall time in UTC milliseconds: what is billed, stored and logged. May jump.
    [[nodiscard]] virtual Millis wall() const = 0;
    // Time since some fixed moment, never falling: for deadlines and back-off inside one run.
    [[nodiscard]] virtual Millis mono() const = 0;

    [[nodiscard]] UnixTime now() const { return UnixTime{std::chrono::floor<Seconds>(wall())}; }
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] Millis wall() const override;
    [[nodiscard]] Millis mono() const override;
};

// Stands still until told. Safe to read from many threads while one advances it.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(UnixTime start) : wall_(Millis{start.time_since_epoch()}.count()) {}
    [[nodiscard]] Millis wall() const override { return Millis{wall_.load()}; }
    [[nodiscard]] Millis mono() const override { return Millis{mono_.load()}; }

    void advance(Millis by)
    {
        wall_ += by.count();
        mono_ += by.count();
    }
    // The wall clock jumps (a dead battery, a wrong NTP server); real time goes on unmoved.
    void jump_to(UnixTime to) { wall_ = Millis{to.time_since_epoch()}.count(); }

private:
    std::atomic<std::int64_t> wall_;
    std::atomic<std::int64_t> mono_{0};
};

} // namespace mnara
