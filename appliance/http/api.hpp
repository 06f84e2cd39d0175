// The handlers of the API and the pages, by subject; routes.cpp says who may call which. Each is
// described for its callers in openapi/.
#pragma once

#include "http/routes.hpp"

namespace mnara::http::api {

// api_sign_in.cpp
Reply sign_in(Call& call);
Reply sign_in_with(Call& call, const std::string& login, const std::string& password,
                   const std::string& code = "");
Reply sign_in_form(Call& call);
Reply sign_in_by_link(Call& call);
Reply sign_in_link_page(Call& call);           // link_pages.cpp
Reply used_link_page(Call& call);              // link_pages.cpp
Reply link_waits_page(Call& call, int status); // link_pages.cpp
Reply sign_in_by_link_and_code(Call& call);
Reply sign_out(Call& call);
Reply sign_out_form(Call& call);

// api_session.cpp
Reply isp(storage::ReadTx& tx, Call& call);
Reply session(Call& call);

// api_me.cpp
Reply me(Call& call);
Reply put_my_password(Call& call);
Reply my_sessions(storage::ReadTx& tx, Call& call);
Reply end_my_session(storage::Tx& tx, Call& call);
Reply end_my_other_sessions(storage::Tx& tx, Call& call);
Reply my_sign_ins(storage::ReadTx& tx, Call& call);
Reply begin_second_factor(storage::Tx& tx, Call& call);
Reply confirm_second_factor(storage::Tx& tx, Call& call);
Reply end_second_factor(Call& call);

// api_operators.cpp
Reply list_operators(storage::ReadTx& tx, Call& call);
Reply get_operator(storage::ReadTx& tx, Call& call);
Reply add_operator(Call& call);
Reply change_operator(storage::Tx& tx, Call& call);
Reply reset_operator_password(storage::Tx& tx, Call& call);
Reply unlock_operator(storage::Tx& tx, Call& call);
Reply drop_second_factor(storage::Tx& tx, Call& call);

// api_operator_sessions.cpp
Reply list_operator_sessions(storage::ReadTx& tx, Call& call);
Reply end_operator_session(storage::Tx& tx, Call& call);
Reply list_tokens(storage::ReadTx& tx, Call& call);
Reply add_token(storage::Tx& tx, Call& call);
Reply end_token(storage::Tx& tx, Call& call);
Reply list_sign_ins(storage::ReadTx& tx, Call& call);
Reply get_allow_list(storage::ReadTx& tx, Call& call);
Reply put_allow_list(storage::Tx& tx, Call& call);
Reply list_audit(storage::ReadTx& tx, Call& call);

// api_first_run.cpp
Reply first_run_owner(Call& call);
Reply first_run_steps(storage::ReadTx& tx, Call& call);
Reply get_logo(storage::ReadTx& tx, Call& call);
Reply put_logo(storage::Tx& tx, Call& call);
Reply delete_logo(storage::Tx& tx, Call& call);
Reply test_mpesa(Call& call);

// api_home.cpp
Reply home(storage::ReadTx& tx, Call& call);
Reply payment_summary(storage::ReadTx& tx, Call& call);

// api_plans.cpp
Reply list_plans(storage::ReadTx& tx, Call& call);
Reply add_plan(storage::Tx& tx, Call& call);
Reply change_plan_sale(storage::Tx& tx, Call& call);
Reply add_plan_version(storage::Tx& tx, Call& call);

// api_subscribers.cpp
Reply list_subscribers(storage::ReadTx& tx, Call& call);
Reply subscriber_summary(storage::ReadTx& tx, Call& call);
Reply add_subscriber(storage::Tx& tx, Call& call);
Reply get_subscriber(storage::ReadTx& tx, Call& call);
Reply change_subscriber(storage::Tx& tx, Call& call);

// api_timeline.cpp
Reply timeline(storage::ReadTx& tx, Call& call);
Reply wallet(storage::ReadTx& tx, Call& call);
Reply sessions_of_subscriber(storage::ReadTx& tx, Call& call);

// api_search.cpp
Reply search(storage::ReadTx& tx, Call& call);
Reply holders(storage::ReadTx& tx, Call& call);

// api_diagnosis.cpp
Reply diagnosis(storage::ReadTx& tx, Call& call);

// api_places.cpp
Reply list_sites(storage::ReadTx& tx, Call& call);
Reply add_site(storage::Tx& tx, Call& call);
Reply change_site(storage::Tx& tx, Call& call);
Reply remove_site(storage::Tx& tx, Call& call);
Reply list_areas(storage::ReadTx& tx, Call& call);
Reply add_area(storage::Tx& tx, Call& call);
Reply change_area(storage::Tx& tx, Call& call);
Reply remove_area(storage::Tx& tx, Call& call);
Reply list_buildings(storage::ReadTx& tx, Call& call);
Reply add_building(storage::Tx& tx, Call& call);
Reply change_building(storage::Tx& tx, Call& call);
Reply remove_building(storage::Tx& tx, Call& call);
Reply remove_unit(storage::Tx& tx, Call& call);

// api_tenancies.cpp
Reply list_units(storage::ReadTx& tx, Call& call);
Reply add_unit(storage::Tx& tx, Call& call);
Reply change_unit(storage::Tx& tx, Call& call);
Reply tenancies_of_unit(storage::ReadTx& tx, Call& call);
Reply tenancies_of_subscriber(storage::ReadTx& tx, Call& call);
Reply move_in(storage::Tx& tx, Call& call);
Reply move_out(storage::Tx& tx, Call& call);

// api_landlord.cpp, api_reports.cpp
Reply landlord_report(storage::ReadTx& tx, Call& call);
Reply landlord_report_csv(storage::ReadTx& tx, Call& call);
Reply revenue(storage::ReadTx& tx, Call& call);
Reply revenue_csv(storage::ReadTx& tx, Call& call);
Reply growth(storage::ReadTx& tx, Call& call);
Reply growth_csv(storage::ReadTx& tx, Call& call);
Reply plan_report(storage::ReadTx& tx, Call& call);
Reply plan_report_csv(storage::ReadTx& tx, Call& call);

// api_unmatched.cpp
Reply unmatched_payments(storage::ReadTx& tx, Call& call);
Reply unassign_payment(storage::Tx& tx, Call& call);
Reply close_alert(storage::Tx& tx, Call& call);

// api_subscriptions.cpp
Reply add_subscription(storage::Tx& tx, Call& call);
Reply get_subscription(storage::ReadTx& tx, Call& call);
Reply suspend(storage::Tx& tx, Call& call);
Reply resume(storage::Tx& tx, Call& call);
Reply terminate(storage::Tx& tx, Call& call);
Reply change_plan(storage::Tx& tx, Call& call);
Reply change_running_plan(storage::Tx& tx, Call& call);
Reply change_username(storage::Tx& tx, Call& call);
Reply change_password(storage::Tx& tx, Call& call);
Reply change_devices(storage::Tx& tx, Call& call);
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
Reply remove_router(storage::Tx& tx, Call& call);
Reply put_router_site(storage::Tx& tx, Call& call);

// api_sessions.cpp
Reply list_sessions(storage::ReadTx& tx, Call& call);
Reply session_summary(storage::ReadTx& tx, Call& call);
Reply disconnect(storage::Tx& tx, Call& call);
Reply auth_result(storage::ReadTx& tx, Call& call);
Reply auth_attempts(storage::ReadTx& tx, Call& call);

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

// static_files.cpp
Reply app_page(Call& call);
Reply asset(Call& call);

// api_events.cpp
Reply events(Call& call);
Reply ca_certificate(Call& call);

// callbacks.cpp
Reply alive(Call& call);
Reply stk_callback(Call& call);
Reply c2b_confirmation(Call& call);
Reply c2b_validation(Call& call);

} // namespace mnara::http::api
