#include "crash/story.hpp"

#include "usecases/plans.hpp"
#include "usecases/settings.hpp"
#include "usecases/subscribers.hpp"

#include <fmt/format.h>

namespace crash {

using namespace mnara;

const std::vector<Story>& stories()
{
    static const std::vector<Story> all = {stk_story(),     c2b_story(),        expiry_story(),
                                           suspend_story(), accounting_story(), projection_story()};
    return all;
}

void add_plan(House& house, const std::string& code, std::int64_t shillings,
              domain::Duration duration, std::int64_t bps)
{
    domain::Plan plan;
    plan.code = plan.name = code;
    plan.current.price = Money::from_cents(shillings * 100);
    plan.current.duration = duration;
    plan.current.rate = domain::Rate{bps, bps, std::nullopt};
    house.db.write([&](storage::Tx& tx) {
        return usecases::add_plan(tx, house.context, plan, "system:test").value();
    });
}

void add_line(House& house, const std::string& username, const std::string& plan,
              const std::string& phone)
{
    house.db.write([&](storage::Tx& tx) {
        const auto subscriber =
            usecases::add_subscriber(tx, house.context,
                                     {"Jane Wanjiru", phone, "en", std::nullopt, "system:test"})
                .value();
        return usecases::add_subscription(
                   tx, house.context,
                   {subscriber, username, "pw", plan, std::nullopt, {}, "system:test"})
            .value();
    });
}

void set_up_mpesa(House& house)
{
    for (const auto& [key, value] : {std::pair{"mpesa.consumer_key", "key"},
                                     {"mpesa.consumer_secret", "secret"},
                                     {"mpesa.passkey", "passkey"},
                                     {"mpesa.short_code", "600638"}})
        ENSURE(usecases::change_setting(house.context, key, value, "system:test").has_value());
}

void pay(House& house, const std::string& receipt, const std::string& reference,
         std::int64_t shillings)
{
    const std::string body =
        fmt::format(R"({{"TransactionType":"Pay Bill","TransID":"{}","TransTime":"20260115090100",)"
                    R"("TransAmount":"{}.00","BusinessShortCode":"600638","BillRefNumber":"{}",)"
                    R"("MSISDN":"2547 ***** 678","FirstName":"JANE"}})",
                    receipt, shillings, reference);
    ENSURE(house.ask("POST", house.c2b_path(), body).status == 200);
}

bool inbox_has(House& house, const std::string& words)
{
    return house.number(fmt::format(
               "SELECT COUNT(*) FROM inbox WHERE instr(CAST(body AS TEXT), '{}') > 0", words)) > 0;
}

void order(House& house, const std::string& method, const std::string& path,
           const std::string& body, const std::string& key)
{
    const auto reply = house.ask(method, path, body, key);
    if (reply.status >= 300 && reply.status != 409)
        throw std::runtime_error(
            fmt::format("{} {}: {} {}", method, path, reply.status, reply.body));
}

std::string differs(House& house, const std::string& what, const std::string& sql,
                    std::int64_t expected)
{
    const std::int64_t is = house.number(sql);
    return is == expected ? "" : fmt::format("{}: {}, not {}", what, is, expected);
}

std::string access_differs(House& house, const std::string& username, const std::string& expected)
{
    const std::string is = house.access(username);
    return is == expected ? "" : fmt::format("access of {}: {}, not {}", username, is, expected);
}

std::string first_of(std::initializer_list<std::string> troubles)
{
    for (const std::string& trouble : troubles)
        if (!trouble.empty())
            return trouble;
    return {};
}

} // namespace crash
