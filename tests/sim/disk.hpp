// The disk under SQLite. It can be full; it can stop at any write, truncation or sync, as when the
// process dies there; and it can lose what was never synced, as when the power goes.
#pragma once

#include "core/random.hpp"

namespace sim {

class Disk
{
public:
    enum class Full { No, Main, Radius, Both }; // which of the two files cannot grow

    // A new run: nothing is known of any file.
    void begin();

    Full full = Full::No;
    // Dies at that event from now on, counted from 1.
    void die_at(int event) { events_left_ = event; }
    void disarm() { events_left_ = 0; }
    [[nodiscard]] bool is_armed() const { return events_left_ > 0; }
    // From here on nothing reaches the disk.
    void die() { dead_ = true; }
    [[nodiscard]] bool is_dead() const { return dead_; }
    // What was done until now has reached the disk, as it does after some seconds.
    void settle();
    // To be called when every connection is closed: rewrites the files as they may look afterwards.
    void lose_power(mnara::Random& random);
    void revive();

    // For the layer below SQLite: whether the next event happens. Counts it.
    [[nodiscard]] bool happens();

private:
    int events_left_ = 0;
    bool dead_ = false;
};

// One for the process, as SQLite's default VFS is. The first call installs it.
Disk& disk();

} // namespace sim
