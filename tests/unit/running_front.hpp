// The front with its threads, as app runs it, an echoing handler, and a clock that stands still
// until a test moves it: deadlines are reached at once and nothing waits for real time.
#pragma once

#include "http/front.hpp"
#include "unit/http_client.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

inline constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr const char* kEnd = "[end]";

class Echo final : public mnara::http::Handler
{
public:
    std::size_t body_bytes_max(const std::string&, const std::string& path) const override
    {
        return path == "/big" ? 1'000'000 : 1000;
    }
    mnara::http::Reply answer(const mnara::http::Request& request) override
    {
        if (request.path == "/throws")
            throw std::runtime_error("on purpose");
        const std::string size(request.path == "/large" ? 8'000'000 : 0, 'x');
        return {200,
                request.method + " " + request.path + " " + request.body + size + kEnd,
                "text/plain",
                {}};
    }
    mnara::http::Reply refusal(int status) const override
    {
        return {status, "refused" + std::string(kEnd), "text/plain", {}};
    }
};

class Running
{
public:
    explicit Running(mnara::http::FrontLimits limits = {}, int workers = 2)
        : Running(echo, limits, workers)
    {
    }
    // `open`: makes a second listener, front.address(1).
    Running(mnara::http::Handler& handler, mnara::http::FrontLimits limits, int workers,
            mnara::http::OpenChannel open = {})
        : clock(mnara::unix_time(1'768'456'800)), log(clock, [](const std::string&) {}),
          front(handler, clock, log, counters, "127.0.0.1:0", limits)
    {
        if (open)
            front.listen_also("127.0.0.1:0", std::move(open));
        threads_.emplace_back([this] {
            while (!over_) {
                front.poll_step(mnara::Millis{5});
                ++polls_;
            }
        });
        for (int at = 0; at < workers; ++at)
            threads_.emplace_back([this] {
                while (!over_)
                    front.work_step(mnara::Millis{5});
            });
    }
    ~Running()
    {
        over_ = true;
        for (std::thread& thread : threads_)
            thread.join();
    }
    HttpClient client(const std::string& from = "127.0.0.1")
    {
        return HttpClient(front.address(), from);
    }
    // Polls until it is true; the deadline only ends a hang.
    template <class Condition> bool becomes(Condition condition)
    {
        for (int times = 0; times < 20'000; ++times) {
            if (condition())
                return true;
            std::this_thread::sleep_for(mnara::Millis{1});
        }
        return false;
    }

    // Moves the clock, and comes back when the front has looked at it.
    void pass(mnara::Millis time)
    {
        const int polls = polls_;
        clock.advance(time);
        CHECK(becomes([&] { return polls_ >= polls + 2; }));
    }
    // Lets time go on until that many connections were given up; the milliseconds it took at most.
    mnara::Millis time_until_given_up(std::int64_t count)
    {
        const mnara::Millis from = clock.mono();
        CHECK(becomes([&] {
            if (counters.connections_timed_out >= count)
                return true;
            pass(mnara::Millis{50});
            return false;
        }));
        return clock.mono() - from;
    }

    mnara::ManualClock clock;
    mnara::Log log;
    mnara::http::Counters counters;
    Echo echo;
    mnara::http::Front front;

private:
    std::atomic<bool> over_{false};
    std::atomic<int> polls_{0};
    std::vector<std::thread> threads_;
};

inline bool starts_with(const std::string& text, std::string_view start)
{
    return text.substr(0, start.size()) == start;
}
