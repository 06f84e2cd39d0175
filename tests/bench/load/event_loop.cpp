#include "event_loop.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>

namespace load {

namespace {

constexpr int kEventsPerWait = 256;

} // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC))
{
    if (epoll_ < 0)
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

EventLoop::~EventLoop()
{
    ::close(epoll_);
}

void EventLoop::watch(int file, std::uint32_t events, Ready ready)
{
    epoll_event event{};
    event.events = events;
    event.data.fd = file;
    const bool known = waiting_.contains(file);
    if (::epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, file, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    waiting_[file] = std::make_shared<Ready>(std::move(ready));
}

void EventLoop::forget(int file)
{
    if (waiting_.erase(file) > 0)
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, file, nullptr);
}

void EventLoop::at(Time moment, std::function<void()> what)
{
    due_.emplace(moment, std::move(what));
}

bool EventLoop::run(Time deadline)
{
    std::array<epoll_event, kEventsPerWait> events{};
    stopped_ = false;
    while (!stopped_) {
        const Time wake = due_.empty() ? deadline : std::min(deadline, due_.begin()->first);
        // Microseconds matter for a rate, and epoll_wait knows milliseconds only.
        const auto wait = std::max(Micros{0}, std::chrono::duration_cast<Micros>(wake - now()));
        const timespec patience{wait.count() / 1'000'000, wait.count() % 1'000'000 * 1000};
        const int count = ::epoll_pwait2(epoll_, events.data(), kEventsPerWait, &patience, nullptr);
        for (int i = 0; i < count && !stopped_; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            // Kept alive while it runs: it may forget itself. One forgotten by an earlier one of
            // this turn is not found any more.
            if (const auto found = waiting_.find(event.data.fd); found != waiting_.end()) {
                const auto ready = found->second;
                (*ready)(event.events);
            }
        }
        while (!stopped_ && !due_.empty() && due_.begin()->first <= now()) {
            const auto what = std::move(due_.begin()->second);
            due_.erase(due_.begin());
            what();
        }
        if (now() >= deadline)
            return stopped_;
    }
    return true;
}

} // namespace load
