#include "http/events.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mnara::http {

namespace {

constexpr std::array<std::string_view, 13> kTopics{
    "alerts",   "attempts", "audit", "auth_results", "payments",      "plans",  "routers",
    "sessions", "sign_ins", "sites", "subscribers",  "subscriptions", "wallets"};
constexpr Millis kTellEvery{200};
// Reports of routers come all the time; who sits before a screen need not see each.
constexpr std::array<std::string_view, 2> kBusyTopics{"auth_results", "sessions"};
constexpr Millis kTellBusyEvery{5'000};
constexpr std::size_t kRecentMax = 512;
constexpr std::size_t kStreamsMax = 1000;
constexpr std::size_t kPendingMax = 64 * 1024;

constexpr std::string_view kBeat = ":\n\n"; // a comment: nobody hears it, but the line is used

} // namespace

// What one screen has still to be told. The front owns it; the hub only remembers it.
class EventStream final : public Stream
{
public:
    EventStream(EventHub::Topics topics, std::string first)
        : topics_(std::move(topics)), pending_(std::move(first))
    {
    }

    [[nodiscard]] const EventHub::Topics& topics() const { return topics_; }

    void only_while(std::function<bool()> is_allowed) override
    {
        is_allowed_ = std::move(is_allowed);
    }
    void on_more(std::function<void()> wake) override
    {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    std::string take(bool beat) override
    {
        {
            const std::lock_guard lock(mutex_);
            if (pending_.empty() && !recheck_ && !beat)
                return {};
            recheck_ = false;
        }
        const bool allowed = !is_allowed_ || is_allowed_();
        const std::lock_guard lock(mutex_);
        over_ = over_ || !allowed;
        if (over_)
            return {};
        std::string text = std::exchange(pending_, {});
        if (text.empty() && beat)
            text = kBeat;
        return text;
    }
    [[nodiscard]] bool is_over() const override
    {
        const std::lock_guard lock(mutex_);
        return over_;
    }

    // With an empty text: asks whether it may go on.
    void tell(const std::string& text)
    {
        std::function<void()> wake;
        {
            const std::lock_guard lock(mutex_);
            recheck_ = true;
            pending_ += text;
            // Who does not read is dropped; what he missed he learns when he comes again.
            if (pending_.size() > kPendingMax) {
                over_ = true;
                pending_.clear();
            }
            wake = wake_;
        }
        if (wake)
            wake();
    }

private:
    const EventHub::Topics topics_;
    std::function<bool()> is_allowed_;
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::string pending_;
    bool recheck_ = true, over_ = false;
};

std::span<const std::string_view> EventHub::topics()
{
    return kTopics;
}

void EventHub::changed(std::string_view topic)
{
    const std::lock_guard lock(mutex_);
    waiting_.emplace(topic);
}

void EventHub::recheck()
{
    const std::lock_guard lock(mutex_);
    recheck_ = true;
}

void EventHub::step()
{
    std::vector<std::pair<std::shared_ptr<EventStream>, std::string>> due;
    {
        const std::lock_guard lock(mutex_);
        const Millis now = clock_.mono();
        const Topics told = due_topics(now);
        if ((told.empty() && !recheck_) || now < next_at_)
            return;
        next_at_ = now + kTellEvery;
        if (!told.empty()) {
            recent_.push_back({++last_number_, told});
            if (recent_.size() > kRecentMax)
                recent_.pop_front();
        }
        for (auto& stream : living()) {
            Topics of_it;
            std::ranges::set_intersection(told, stream->topics(),
                                          std::inserter(of_it, of_it.end()));
            if (!of_it.empty() || recheck_)
                due.emplace_back(std::move(stream), of_it.empty() ? "" : text_of("changed", of_it));
        }
        for (const std::string& topic : told) {
            waiting_.erase(topic);
            told_at_[topic] = now;
        }
        recheck_ = false;
    }
    // Outside of the lock: the front that is woken has one of its own.
    for (const auto& [stream, text] : due)
        stream->tell(text);
}

EventHub::Topics EventHub::due_topics(Millis now) const
{
    Topics due;
    for (const std::string& topic : waiting_) {
        const auto told = told_at_.find(topic);
        const bool is_busy = std::ranges::find(kBusyTopics, topic) != kBusyTopics.end();
        if (!is_busy || told == told_at_.end() || now >= told->second + kTellBusyEvery)
            due.insert(topic);
    }
    return due;
}

std::shared_ptr<Stream> EventHub::subscribe(Topics topics, const std::string& last_id)
{
    const std::lock_guard lock(mutex_);
    if (living().size() >= kStreamsMax)
        return nullptr;
    std::string first = "retry: 2000\n" + text_of("hello", topics);
    if (!last_id.empty())
        if (const Topics since = missed(topics, last_id); !since.empty())
            first += text_of("changed", since);
    auto stream = std::make_shared<EventStream>(std::move(topics), std::move(first));
    streams_.push_back(stream);
    return stream;
}

std::size_t EventHub::listeners()
{
    const std::lock_guard lock(mutex_);
    return living().size();
}

EventHub::Topics EventHub::missed(const Topics& wanted, const std::string& last_id) const
{
    const std::size_t dash = last_id.find('-');
    std::uint64_t number = 0;
    const char* from = last_id.data() + std::min(dash, last_id.size() - 1) + 1;
    const char* end = last_id.data() + last_id.size();
    const auto [rest, error] = std::from_chars(from, end, number);
    const bool is_ours = dash != std::string::npos && last_id.substr(0, dash) == run_ &&
                         error == std::errc{} && rest == end && number <= last_number_;
    const std::uint64_t oldest = recent_.empty() ? last_number_ + 1 : recent_.front().number;
    if (!is_ours || number + 1 < oldest)
        return wanted;
    Topics since;
    for (const Event& event : recent_)
        if (event.number > number)
            std::ranges::set_intersection(event.topics, wanted, std::inserter(since, since.end()));
    return since;
}

std::string EventHub::text_of(std::string_view kind, const Topics& topics) const
{
    std::string list;
    for (const std::string& topic : topics)
        list += (list.empty() ? "\"" : ",\"") + topic + "\"";
    return "id: " + run_ + "-" + std::to_string(last_number_) + "\nevent: " + std::string(kind) +
           "\ndata: {\"topics\":[" + list + "]}\n\n";
}

std::vector<std::shared_ptr<EventStream>> EventHub::living()
{
    std::vector<std::shared_ptr<EventStream>> alive;
    std::erase_if(streams_, [&](const std::weak_ptr<EventStream>& weak) {
        auto stream = weak.lock();
        if (stream != nullptr)
            alive.push_back(std::move(stream));
        return weak.expired();
    });
    return alive;
}

} // namespace mnara::http
