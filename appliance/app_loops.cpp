#include "app_loops.hpp"

namespace mnara::app {

Loops::~Loops()
{
    stop();
}

void Loops::add(jobs::Job job)
{
    auto& loop = *loops_.emplace_back(std::make_unique<Loop>());
    loop.job = std::move(job);
    for (const std::string& table : loop.job.wake)
        db_.on_commit(table, [&loop] {
            {
                const std::lock_guard lock(loop.mutex);
                ++loop.wakes;
            }
            loop.woken.notify_all();
        });
}

void Loops::start()
{
    for (const auto& loop : loops_)
        for (int i = 0; i < loop->job.workers; ++i)
            loop->threads.emplace_back([this, &loop = *loop] { run(loop); });
}

void Loops::stop()
{
    for (const auto& loop : loops_) {
        {
            const std::lock_guard lock(loop->mutex);
            loop->stopping = true;
        }
        loop->woken.notify_all();
    }
    for (const auto& loop : loops_)
        for (std::thread& thread : loop->threads)
            if (thread.joinable())
                thread.join();
}

void Loops::run(Loop& loop)
{
    std::uint64_t seen = 0;
    std::unique_lock lock(loop.mutex);
    while (!loop.stopping) {
        seen = loop.wakes;
        lock.unlock();
        const bool more = step_safely(loop);
        lock.lock();
        if (!more)
            loop.woken.wait_for(lock, loop.job.idle,
                                [&] { return loop.stopping || loop.wakes != seen; });
    }
}

bool Loops::step_safely(const Loop& loop)
{
    try {
        return loop.job.step();
    } catch (const std::exception& error) {
        // One of the three places where broken infrastructure is caught: the work waits for the
        // next step, which comes after the job's pause.
        log_.error("job.failed", error.what(), {{"job", loop.job.name}});
        return false;
    }
}

} // namespace mnara::app
