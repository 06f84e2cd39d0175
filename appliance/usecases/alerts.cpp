#include "usecases/alerts.hpp"

#include "storage/alert_store.hpp"
#include "storage/listing/office.hpp"
#include "usecases/audit.hpp"

#include <array>
#include <charconv>

namespace mnara::usecases {

namespace {

struct KeyRule
{
    std::string_view prefix;
    std::string_view subject; // empty: what follows is no id of a thing
    bool by_hand = false;
    bool for_managers = false; // they alone close it, and owners
};
constexpr std::array kRules{
    KeyRule{"unmatched:", "payment"},        KeyRule{"owner:", "payment", true},
    KeyRule{"attempt:", "attempt", true},    KeyRule{"parked:", "attempt", true},
    KeyRule{"inbox:", "message", true},      KeyRule{"router_coa:", "router"},
    KeyRule{"projection-router:", "router"}, KeyRule{"router_job:", "router_job"},
    KeyRule{"sign_in:", "", true, true},
};

const KeyRule* rule_of(std::string_view key)
{
    for (const KeyRule& rule : kRules)
        if (key.substr(0, rule.prefix.size()) == rule.prefix)
            return &rule;
    return nullptr;
}

} // namespace

std::optional<AlertSubject> alert_subject(std::string_view key)
{
    const KeyRule* rule = rule_of(key);
    if (rule == nullptr || rule->subject.empty())
        return std::nullopt;
    const std::string_view number = key.substr(rule->prefix.size());
    std::int64_t id = 0;
    const auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    if (error != std::errc{} || rest != number.data() + number.size())
        return std::nullopt;
    return AlertSubject{rule->subject, id};
}

bool may_close_by_hand(std::string_view key, Role role)
{
    const KeyRule* rule = rule_of(key);
    return rule != nullptr && rule->by_hand &&
           (!rule->for_managers || role == Role::Owner || role == Role::Manager);
}

Result<Done, CloseAlertError> close_alert_by_hand(storage::Tx& tx, const Context& context,
                                                  std::int64_t alert, const std::string& reason,
                                                  const Operator& by)
{
    const auto found = storage::listing::find_open_alert(tx, alert);
    if (!found)
        return refuse(CloseAlertError::UnknownAlert);
    if (!may_close_by_hand(found->key, Role::Owner))
        return refuse(CloseAlertError::ClosesItself);
    if (!may_close_by_hand(found->key, by.role))
        return refuse(CloseAlertError::NotYours);
    storage::close_alert(tx, found->key, context.clock.now());
    audit(tx, context, actor_of(by), "closed", "alert", alert,
          audit_fields({{"key", found->key}, {"reason", reason}}));
    return Done{};
}

} // namespace mnara::usecases
