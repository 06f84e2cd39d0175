#include "calls.hpp"

#include "http_connection.hpp"

#include <deque>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace load {

namespace {

constexpr double kHangSeconds = 600;
constexpr int kOkFirst = 200;
constexpr int kOkLast = 299;

struct Call
{
    std::string label, request;
};

std::vector<Call> read_calls(const CallsOptions& options)
{
    std::ifstream file(options.file);
    if (!file)
        throw std::runtime_error("cannot read " + options.file);
    const std::string headers =
        options.token.empty() ? "" : "Authorization: Bearer " + options.token + "\r\n";
    std::vector<Call> calls;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string label, method, path, body;
        std::getline(words, label, '\t');
        std::getline(words, method, '\t');
        std::getline(words, path, '\t');
        std::getline(words, body);
        calls.push_back({label, request_text(method, path, headers, body)});
    }
    if (calls.empty())
        throw std::runtime_error("no calls in " + options.file);
    return calls;
}

class Calls
{
public:
    explicit Calls(const CallsOptions& options)
        : options_(options), calls_(read_calls(options)),
          wanted_(calls_.size() * static_cast<std::size_t>(options.passes))
    {
        for (int i = 0; i < options.connections; ++i)
            idle_.push_back(connections_
                                .emplace_back(std::make_unique<HttpConnection>(
                                    loop_, address_of(options.server)))
                                .get());
    }

    nlohmann::json run()
    {
        started_ = now();
        const double most = options_.seconds_max > 0 ? options_.seconds_max : kHangSeconds;
        const Time deadline = started_ + Micros(static_cast<std::int64_t>(most * 1e6));
        if (options_.rate > 0)
            make_due();
        else
            while (!idle_.empty() && is_more())
                start(now());
        if (!loop_.run(deadline) && options_.seconds_max <= 0)
            throw std::runtime_error("the calls were not answered in time");
        return result();
    }

private:
    [[nodiscard]] bool is_more() const { return wanted_ == 0 || begun_ < wanted_; }

    // The next call becomes due; it is sent at once where a connection is free.
    void make_due()
    {
        due_.push_back(due_at(made_due_++));
        if (!idle_.empty())
            start_due();
        if (wanted_ == 0 || made_due_ < wanted_)
            loop_.at(due_at(made_due_), [this] { make_due(); });
    }
    [[nodiscard]] Time due_at(std::size_t number) const
    {
        return started_ +
               Micros(static_cast<std::int64_t>(1e6 * static_cast<double>(number) / options_.rate));
    }
    void start_due()
    {
        const Time since = due_.front();
        due_.pop_front();
        start(since);
    }

    void start(Time since)
    {
        HttpConnection* connection = idle_.back();
        idle_.pop_back();
        const Call& call = calls_[begun_++ % calls_.size()];
        connection->send(call.request, [this, connection, &call, since](int status) {
            idle_.push_back(connection);
            note(call, status, since);
        });
    }

    void note(const Call& call, int status, Time since)
    {
        const Time at = now();
        if (status >= kOkFirst && status <= kOkLast) {
            latencies_[call.label].add(since, at);
            all_.add(since, at);
        } else {
            ++failures_[call.label + " " + std::to_string(status)];
        }
        ++ended_;
        if (wanted_ > 0 && ended_ == wanted_)
            return loop_.stop();
        if (options_.rate <= 0) {
            if (is_more())
                start(now());
        } else if (!due_.empty()) {
            start_due();
        }
    }

    nlohmann::json result()
    {
        const double seconds = std::chrono::duration<double>(now() - started_).count();
        nlohmann::json by_label = nlohmann::json::object();
        for (auto& [label, latencies] : latencies_)
            by_label[label] = latencies.summary();
        return {
            {"calls", std::move(by_label)}, {"all", all_.summary()},
            {"failures", failures_},        {"ended", ended_},
            {"seconds", seconds},           {"per_second", static_cast<double>(ended_) / seconds}};
    }

    const CallsOptions& options_;
    EventLoop loop_;
    std::vector<Call> calls_;
    std::vector<std::unique_ptr<HttpConnection>> connections_;
    std::vector<HttpConnection*> idle_;
    std::deque<Time> due_;
    std::map<std::string, Latencies> latencies_;
    Latencies all_;
    std::map<std::string, int> failures_;
    Time started_;
    std::size_t wanted_, begun_ = 0, ended_ = 0, made_due_ = 0;
};

} // namespace

nlohmann::json run_calls(const CallsOptions& options)
{
    return Calls(options).run();
}

} // namespace load
