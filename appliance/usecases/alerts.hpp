// What an alert is about, and closing one by hand. Alerts close by themselves when the fact is
// right again; a few tell of something that only a person can settle, and those a person closes.
#pragma once

#include "core/result.hpp"
#include "usecases/context.hpp"
#include "usecases/operators.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mnara::usecases {

struct AlertSubject
{
    std::string_view kind; // 'payment', 'attempt', 'message', 'router', 'router_job'
    std::int64_t id = 0;
};
// Read from the key; nothing where it is about the box.
[[nodiscard]] std::optional<AlertSubject> alert_subject(std::string_view key);
// True where nothing else will ever close it, and somebody of that role may. News of a sign-in from
// a new place are for owners and managers alone: whoever made them by signing in as one of these
// must not be able to put them away with a login of the own.
[[nodiscard]] bool may_close_by_hand(std::string_view key, Role role);

enum class CloseAlertError { UnknownAlert, ClosesItself, NotYours };
Result<Done, CloseAlertError> close_alert_by_hand(storage::Tx& tx, const Context& context,
                                                  std::int64_t alert, const std::string& reason,
                                                  const Operator& by);

} // namespace mnara::usecases
