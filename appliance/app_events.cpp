#include "app_events.hpp"

#include <array>
#include <utility>

namespace mnara::app {

namespace {

// Only tables with a rowid tell of their commits. Verdicts have none: they are committed together
// with the position in the log they were read from.
constexpr std::array<std::pair<const char*, const char*>, 15> kTopics{{
    {"alert", "alerts"},
    {"payment_attempt", "attempts"},
    {"audit_log", "audit"},
    {"auth_log_position", "auth_results"},
    {"payment", "payments"},
    {"plan_version", "plans"},
    {"router", "routers"},
    {"session", "sessions"},
    {"sign_in", "sign_ins"},
    {"site", "sites"},
    {"subscriber", "subscribers"},
    {"subscription", "subscriptions"},
    {"term", "subscriptions"},
    {"journal", "wallets"},
    {"transfer", "wallets"},
}};
// Where it shows that somebody was signed out, disabled or may do less from now on.
constexpr std::array kOfRights{"operator", "audit_log"};
constexpr Millis kLook{100};

} // namespace

jobs::Job events_job(storage::Database& db, http::EventHub& events)
{
    std::vector<std::string> wake;
    for (const auto& [table, topic] : kTopics) {
        db.on_commit(table, [&events, name = std::string_view(topic)] { events.changed(name); });
        wake.emplace_back(table);
    }
    for (const char* table : kOfRights) {
        db.on_commit(table, [&events] { events.recheck(); });
        wake.emplace_back(table);
    }
    return {"events",
            [&events] {
                events.step();
                return false;
            },
            kLook, wake, 1};
}

} // namespace mnara::app
