// How each thing looks in JSON. One function a thing, so that it looks the same wherever it comes.
#pragma once

#include "core/json.hpp"
#include "http/message.hpp"
#include "usecases/listing.hpp"
#include "usecases/operators.hpp"

namespace mnara::http::views {

[[nodiscard]] Json plan(const domain::Plan& plan);
// With wallet_cents and debt_cents.
[[nodiscard]] Json subscriber(storage::ReadTx& tx, const usecases::listing::SubscriberRow& row);
// The same with lines and place, as the list and the page of a subscriber show it.
[[nodiscard]] Json subscriber_card(storage::ReadTx& tx,
                                   const usecases::listing::SubscriberRow& row);
[[nodiscard]] Json tenancy(const usecases::listing::TenancyRow& tenancy);
// `judged_by`: the trusted time, by which access is described.
[[nodiscard]] Json subscription(storage::ReadTx& tx, const domain::Subscription& line,
                                UnixTime judged_by);
[[nodiscard]] Json attempt(storage::ReadTx& tx, const domain::PaymentAttempt& attempt);
[[nodiscard]] Json payment(storage::ReadTx& tx, const domain::Payment& payment);
// How it came, who gave it to whom, what it brought; of what is inside the scope.
[[nodiscard]] Json payment_story(storage::ReadTx& tx, const usecases::listing::ReadScope& scope,
                                 const domain::Payment& payment); // payment_story.cpp
[[nodiscard]] Json router(const usecases::listing::RouterView& router);
[[nodiscard]] Json session(const usecases::listing::SessionView& session);
[[nodiscard]] Json alert(const usecases::listing::AlertView& alert, usecases::Role viewer);
[[nodiscard]] Json op(const usecases::Operator& op);

} // namespace mnara::http::views
