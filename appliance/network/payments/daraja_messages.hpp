// What Daraja sends to us on its own account: STK callbacks and C2B notifications, read into the
// words of the domain. Pure; called through PaymentProvider for messages that are stored already.
//
// An error says in words what is wrong, and the message stays parked: an amount or a receipt that
// cannot be read exactly is never guessed. What nobody is credited by (date, phone, name) may be
// unreadable without harm and is then left out.
#pragma once

#include "core/result.hpp"
#include "domain/payment.hpp"

#include <string>
#include <string_view>

namespace mnara::network {

// {"Body":{"stkCallback":{...}}}; the metadata items are found by Name, in any order.
[[nodiscard]] Result<domain::StkCallback, std::string> parse_stk_callback(std::string_view body);

// The one object of a C2B validation or confirmation.
[[nodiscard]] Result<domain::C2bNotification, std::string> parse_c2b(std::string_view body);

} // namespace mnara::network
