// Tells screens that are open what has changed, as Server-Sent Events. It says only which lists are
// to be fetched anew, never what is in them: who may see what is decided where they are fetched.
// Knows no table: app wires it to the database's commits.
#pragma once

#include "core/clock.hpp"
#include "http/message.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <vector>

namespace mnara::http {

class EventStream;

class EventHub
{
public:
    using Topics = std::set<std::string, std::less<>>;

    // `run`: a word that differs from one start of the process to the next.
    EventHub(const Clock& clock, std::string run) : clock_(clock), run_(std::move(run)) {}

    // Every topic there is.
    [[nodiscard]] static std::span<const std::string_view> topics();

    // From any thread; quick, so that a commit can call it.
    void changed(std::string_view topic);
    // Somebody may have lost his rights: each stream is asked at the next step whether it may go
    // on.
    void recheck();
    // Tells the streams what has changed since the last time; at most five times a second, however
    // much is written, and of `sessions` and `auth_results` at most every 5 seconds. From one loop.
    void step();

    // `last_id`: the last event the client saw, if any: what has changed since then comes first;
    // where that is not known any more, everything counts as changed. Nothing where too many
    // listen.
    [[nodiscard]] std::shared_ptr<Stream> subscribe(Topics topics, const std::string& last_id);
    [[nodiscard]] std::size_t listeners();

private:
    struct Event
    {
        std::uint64_t number;
        Topics topics;
    };
    [[nodiscard]] Topics due_topics(Millis now) const; // those that wait and may be told of
    [[nodiscard]] Topics missed(const Topics& wanted, const std::string& last_id) const;
    [[nodiscard]] std::string text_of(std::string_view kind, const Topics& topics) const;
    std::vector<std::shared_ptr<EventStream>> living();

    const Clock& clock_;
    const std::string run_;
    std::mutex mutex_;
    Topics waiting_; // changed, not told yet
    std::map<std::string, Millis, std::less<>> told_at_;
    bool recheck_ = false;
    Millis next_at_{0};
    std::uint64_t last_number_ = 0;
    std::deque<Event> recent_;
    std::vector<std::weak_ptr<EventStream>> streams_;
};

} // namespace mnara::http
