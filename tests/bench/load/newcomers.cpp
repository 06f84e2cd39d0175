#include "newcomers.hpp"

#include "http_connection.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {

namespace {

// The front keeps at most 256 connections of an address: the rest come from its neighbours.
constexpr int kIdlePerAddress = 200;
constexpr std::string_view kIdleNetwork = "127.0.20.";
constexpr std::string_view kSlowAddress = "127.0.21.1";
constexpr std::string_view kNewcomerAddress = "127.0.22.1";
constexpr std::chrono::seconds kHang{60};
constexpr std::chrono::seconds kSlowPause{1}; // between two bytes

// Sends a request a byte a second, and begins anew when it is thrown out.
class SlowClient
{
public:
    SlowClient(EventLoop& loop, const NewcomersOptions& options)
        : loop_(loop), server_(address_of(options.server)),
          request_(request_text("GET", options.path, "", ""))
    {
        begin();
        drip();
    }
    SlowClient(SlowClient&&) = delete;
    ~SlowClient() { end(); }
    [[nodiscard]] int begun() const { return begun_; }

private:
    void begin()
    {
        socket_ = open_tcp(server_, std::string(kSlowAddress));
        sent_ = 0;
        ++begun_;
        loop_.watch(socket_.file(), EPOLLIN, [this](std::uint32_t) { look(); });
    }
    void end()
    {
        if (socket_.is_open())
            loop_.forget(socket_.file());
        socket_.close();
    }
    void look() // it was answered (too late) or closed
    {
        std::array<char, 4096> bytes{};
        const ssize_t got = ::recv(socket_.file(), bytes.data(), bytes.size(), 0);
        if (got > 0 || (got < 0 && errno == EAGAIN))
            return;
        end();
        begin();
    }
    void drip()
    {
        const char byte = request_[sent_ % request_.size()];
        if (::send(socket_.file(), &byte, 1, MSG_NOSIGNAL) == 1)
            ++sent_;
        loop_.at(now() + kSlowPause, [this] { drip(); });
    }

    EventLoop& loop_;
    sockaddr_in server_;
    std::string request_;
    Socket socket_;
    std::size_t sent_ = 0;
    int begun_ = 0;
};

class Newcomers
{
public:
    explicit Newcomers(const NewcomersOptions& options)
        : options_(options),
          request_(request_text("GET", options.path, "Connection: close\r\n", ""))
    {
    }

    nlohmann::json run()
    {
        settle_idle();
        for (int i = 0; i < options_.slow; ++i)
            slow_.push_back(std::make_unique<SlowClient>(loop_, options_));
        first_ = now();
        come();
        if (!loop_.run(first_ + Micros(static_cast<std::int64_t>(options_.seconds * 1e6)) + kHang))
            throw std::runtime_error("newcomers were not served");
        int idle_left = 0;
        for (const auto& connection : idle_)
            idle_left += connection->is_open() ? 1 : 0;
        int slow_begun = 0;
        for (const auto& client : slow_)
            slow_begun += client->begun();
        return {{"newcomer", latencies_.summary()},
                {"failures", failures_},
                {"idle_left", idle_left},
                {"slow_begun", slow_begun}};
    }

private:
    // One after the other, so that none of them is a burst.
    void settle_idle()
    {
        for (int i = 0; i < options_.idle; ++i) {
            const std::string source =
                std::string(kIdleNetwork) + std::to_string(1 + i / kIdlePerAddress);
            auto& connection = *idle_.emplace_back(
                std::make_unique<HttpConnection>(loop_, address_of(options_.server), source));
            int answer = 0;
            connection.send(request_text("GET", options_.path, "", ""), [&](int status) {
                answer = status;
                loop_.stop();
            });
            if (!loop_.run(now() + kHang) || answer == 0)
                throw std::runtime_error("an idle client could not settle");
        }
    }

    void come()
    {
        const Time due = due_at(come_);
        auto guest = std::make_shared<HttpConnection>(loop_, address_of(options_.server),
                                                      std::string(kNewcomerAddress));
        guests_[++come_] = guest;
        guest->send(request_, [this, due, number = come_](int status) {
            if (status == 0)
                ++failures_;
            else
                latencies_.add(due, now());
            // Not here: the connection is still running this.
            loop_.at(now(), [this, number] { leave(number); });
        });
        if (due_at(come_) < first_ + Micros(static_cast<std::int64_t>(options_.seconds * 1e6)))
            loop_.at(due_at(come_), [this] { come(); });
        else
            all_came_ = true;
    }
    void leave(std::size_t number)
    {
        guests_.erase(number);
        if (all_came_ && guests_.empty())
            loop_.stop();
    }
    [[nodiscard]] Time due_at(std::size_t number) const
    {
        return first_ + Micros(static_cast<std::int64_t>(1000 * options_.every_ms *
                                                         static_cast<double>(number)));
    }

    const NewcomersOptions& options_;
    EventLoop loop_;
    std::string request_;
    std::vector<std::unique_ptr<HttpConnection>> idle_;
    std::vector<std::unique_ptr<SlowClient>> slow_;
    std::map<std::size_t, std::shared_ptr<HttpConnection>> guests_;
    Latencies latencies_;
    int failures_ = 0;
    Time first_;
    std::size_t come_ = 0;
    bool all_came_ = false;
};

} // namespace

nlohmann::json run_newcomers(const NewcomersOptions& options)
{
    return Newcomers(options).run();
}

} // namespace load
