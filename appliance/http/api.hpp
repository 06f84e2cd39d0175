// The handlers of the API and the pages, by subject; routes.cpp says who may call which. Each is
// described for its callers in openapi.yaml.
#pragma once

#include "http/routes.hpp"

namespace mnara::http::api {

// api_operators.cpp
Reply sign_in(Call& call);
Reply sign_in_form(Call& call);
Reply sign_in_by_link(Call& call);
Reply sign_out(Call& call);
Reply sign_out_form(Call& call);
Reply me(Call& call);

// api_plans.cpp
Reply list_plans(storage::ReadTx& tx, Call& call);
Reply add_plan(storage::Tx& tx, Call& call);
Reply add_plan_version(storage::Tx& tx, Call& call);

// api_subscribers.cpp
Reply list_subscribers(storage::ReadTx& tx, Call& call);
Reply add_subscriber(storage::Tx& tx, Call& call);
Reply get_subscriber(storage::ReadTx& tx, Call& call);

// api_subscriptions.cpp
Reply add_subscription(storage::Tx& tx, Call& call);
Reply get_subscription(storage::ReadTx& tx, Call& call);
Reply suspend(storage::Tx& tx, Call& call);
Reply resume(storage::Tx& tx, Call& call);
Reply terminate(storage::Tx& tx, Call& call);
Reply change_plan(storage::Tx& tx, Call& call);
Reply change_password(storage::Tx& tx, Call& call);
Reply usage(storage::ReadTx& tx, Call& call);

// api_payments.cpp
Reply collect(storage::Tx& tx, Call& call);
Reply buy_term(storage::Tx& tx, Call& call);
Reply get_attempt(storage::ReadTx& tx, Call& call);
Reply list_attempts(storage::ReadTx& tx, Call& call);
Reply list_payments(storage::ReadTx& tx, Call& call);
Reply get_payment(storage::ReadTx& tx, Call& call);
Reply assign_payment(storage::Tx& tx, Call& call);

// api_routers.cpp
Reply list_routers(storage::ReadTx& tx, Call& call);
Reply add_router(storage::Tx& tx, Call& call);
Reply change_router(storage::Tx& tx, Call& call);

// api_sessions.cpp
Reply list_sessions(storage::ReadTx& tx, Call& call);
Reply disconnect(storage::Tx& tx, Call& call);
Reply auth_result(storage::ReadTx& tx, Call& call);

// api_settings.cpp
Reply list_settings(storage::ReadTx& tx, Call& call);
Reply put_setting(Call& call);
Reply register_urls(Call& call);

// api_status.cpp
Reply status(storage::ReadTx& tx, Call& call);
Reply alerts(storage::ReadTx& tx, Call& call);
Reply health(Call& call);
Reply metrics(Call& call);
Reply openapi(Call& call);

// pages.cpp
Reply status_page(Call& call);
Reply style_sheet(Call& call);

// callbacks.cpp
Reply alive(Call& call);
Reply stk_callback(Call& call);
Reply c2b_confirmation(Call& call);
Reply c2b_validation(Call& call);

} // namespace mnara::http::api
