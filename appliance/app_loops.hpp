// Gives jobs their threads: steps a job until it is idle, then waits for a wake, its pause or the
// end.
#pragma once

#include "core/log.hpp"
#include "jobs/job.hpp"
#include "storage/database.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mnara::app {

class Loops
{
public:
    Loops(storage::Database& db, const Log& log) : db_(db), log_(log) {}
    ~Loops();
    Loops(const Loops&) = delete;
    Loops& operator=(const Loops&) = delete;

    // All jobs are added before any is started, because wakes are wired to the database.
    void add(jobs::Job job);
    void start();
    // Ends after the step under way.
    void stop();

private:
    struct Loop
    {
        jobs::Job job;
        std::mutex mutex;
        std::condition_variable woken;
        std::uint64_t wakes = 0; // counted, so that a wake between step and wait is not lost
        bool stopping = false;
        std::vector<std::thread> threads;
    };
    void run(Loop& loop);
    bool step_safely(const Loop& loop);

    storage::Database& db_;
    const Log& log_;
    std::vector<std::unique_ptr<Loop>> loops_;
};

} // namespace mnara::app
