// A front door with a little life behind it: plans, people, payments, sessions, verdicts.
#pragma once

#include "domain/access.hpp"
#include "domain/payment.hpp"
#include "storage/subscriber_store.hpp"
#include "unit/catch.hpp"
#include "unit/http_office.hpp"
#include "usecases/accounting.hpp"
#include "usecases/auth_results.hpp"
#include "usecases/billing.hpp"
#include "usecases/payments.hpp"
#include "usecases/routers.hpp"

#include <nlohmann/json.hpp>

class Screens : public HttpOffice
{
public:
    using Json = mnara::Json;
    using Unit = mnara::domain::DurationUnit;

    Json get(const std::string& target, int status = 200)
    {
        return checked(as(Role::Owner, "GET", target), status);
    }
    Json post(const std::string& target, const Json& body, int status = 200)
    {
        return checked(as(Role::Owner, "POST", target, body.dump()), status);
    }
    Json patch(const std::string& target, const Json& body, int status = 200)
    {
        return checked(as(Role::Owner, "PATCH", target, body.dump()), status);
    }
    std::string text(const std::string& target)
    {
        const auto reply = as(Role::Owner, "GET", target);
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        return reply.body;
    }

    mnara::SubscriberId person(const std::string& name, const std::string& phone)
    {
        return db.write([&](mnara::storage::Tx& tx) {
            return mnara::usecases::add_subscriber(tx, context,
                                                   {name, phone, "en", std::nullopt, "system:test"})
                .value();
        });
    }
    std::string account_of(mnara::SubscriberId id)
    {
        return db.read([&](mnara::storage::ReadTx& tx) {
            return mnara::storage::find_subscriber(tx, id).value().account_no;
        });
    }
    // A paybill payment; `reference` as typed. What became of it.
    std::string pay(const std::string& reference, std::int64_t shillings,
                    const std::string& payer = "254799000000", const std::string& name = "PAYER")
    {
        const mnara::domain::C2bNotification message{"R" + std::to_string(++receipts_),
                                                     mnara::Money::from_cents(shillings * 100),
                                                     "600638",
                                                     reference,
                                                     mnara::domain::read_payer_phone(payer),
                                                     name,
                                                     clock.now()};
        return db
            .write([&](mnara::storage::Tx& tx) {
                return mnara::usecases::settle_c2b(tx, context, "mpesa-sandbox", message);
            })
            .outcome;
    }
    // Pays the price for a subscriber, who is then online-able.
    void pay_for(mnara::SubscriberId id, std::int64_t shillings)
    {
        REQUIRE(pay(account_of(id), shillings) == "credited");
    }

    mnara::RouterId router(const std::string& name, const std::string& source)
    {
        return db.write([&](mnara::storage::Tx& tx) {
            mnara::usecases::NewRouter wanted;
            wanted.name = name;
            wanted.radius_source = source;
            wanted.actor = "system:test";
            return mnara::usecases::add_router(tx, context, wanted).value().id;
        });
    }
    struct Login
    {
        mnara::RouterId router;
        std::string username, acct_session_id, station, ip;
        mnara::SubscriptionId line;
        bool full = true;
    };
    using Status = mnara::usecases::AccountingRecord::Status;
    void report(const Login& login, Status status, std::int64_t seconds,
                const std::string& cause = "")
    {
        mnara::usecases::AccountingRecord record;
        record.status = status;
        record.router_id = login.router;
        record.acct_session_id = login.acct_session_id;
        record.username = login.username;
        record.calling_station = login.station;
        record.framed_ipv4 = login.ip;
        record.class_text = mnara::domain::class_text({login.line, login.full});
        record.seconds = seconds;
        record.bytes_up = seconds * 100;
        record.bytes_down = seconds * 1000;
        record.event_at = clock.now();
        if (!cause.empty())
            record.terminate_cause = cause;
        mnara::usecases::record_accounting(context, std::span(&record, 1));
    }
    // FreeRADIUS says so now. Empty reason and accepted: full access.
    void verdict(const std::string& username, bool accepted, const std::string& reason,
                 mnara::RouterId at, const std::string& station = "AA-BB-CC-00-00-01")
    {
        const mnara::usecases::AuthVerdict line{clock.now(), accepted, std::to_string(at.value),
                                                station,     username, reason};
        mnara::usecases::record_auth_verdicts(context, std::span(&line, 1), {1, ++read_});
    }

private:
    static Json checked(const mnara::http::Reply& reply, int status)
    {
        INFO(reply.body);
        REQUIRE(reply.status == status);
        return reply.body.empty() ? Json() : Json::parse(reply.body);
    }
    int receipts_ = 1000;
    std::int64_t read_ = 0;
};
