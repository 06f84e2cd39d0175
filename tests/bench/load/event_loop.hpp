// One thread that waits for sockets and for moments, and calls whoever waited.
#pragma once

#include "latency.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

namespace load {

class EventLoop
{
public:
    using Ready = std::function<void(std::uint32_t events)>; // EPOLLIN, EPOLLOUT, ...

    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Calls `ready` whenever one of `events` holds. Again for the same file: replaces both.
    void watch(int file, std::uint32_t events, Ready ready);
    // Must come before the file is closed.
    void forget(int file);
    void at(Time moment, std::function<void()> what);

    // Returns after stop(), or at the deadline: then false.
    bool run(Time deadline);
    void stop() { stopped_ = true; }

private:
    int epoll_;
    bool stopped_ = false;
    std::unordered_map<int, std::shared_ptr<Ready>> waiting_;
    std::multimap<Time, std::function<void()>> due_;
};

} // namespace load
