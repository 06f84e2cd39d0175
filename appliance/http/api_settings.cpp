#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/problem.hpp"
#include "usecases/audit.hpp"
#include "usecases/settings.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

struct C2bAddresses
{
    usecases::MpesaAccount account;
    std::string confirmation, validation;
};

Result<C2bAddresses, std::string> c2b_addresses(const Services& services)
{
    using Found = Result<C2bAddresses, std::string>;
    const usecases::Context& context = services.context;
    return context.db.read([&](storage::ReadTx& tx) -> Found {
        auto account = usecases::mpesa_account(tx, context.keys);
        if (!account)
            return refuse(account.error());
        const std::string base = services.public_url + "/cb/c/" +
                                 usecases::c2b_token(tx, context.keys, account->provider);
        return C2bAddresses{*account, base + "/confirmation", base + "/validation"};
    });
}

Reply refused(const std::string& key, const usecases::WrongValue& wrong)
{
    Json more{{"key", key}, {"reason", wrong.reason}};
    if (wrong.least)
        more["least"] = *wrong.least;
    if (wrong.most)
        more["most"] = *wrong.most;
    return problem(422, "bad_setting", wrong.words, more);
}

} // namespace

Reply list_settings(storage::ReadTx& tx, Call&)
{
    Json items = Json::array();
    for (const auto& setting : usecases::list_settings(tx)) {
        Json item{{"key", setting.key}, {"secret", setting.secret}, {"set", setting.is_set}};
        if (!setting.secret)
            item["value"] = setting.value;
        items.push_back(std::move(item));
    }
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

Reply put_setting(Call& call)
{
    Fields fields(call.body);
    const std::string value = fields.text("value");
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto done =
        usecases::change_setting(call.context(), call.path.at("key"), value, call.actor);
    if (!done)
        return refused(call.path.at("key"), done.error());
    return {204, "", "", {}};
}

// The one handler that calls the outside world and waits: an owner does it once, and wants to read
// what M-Pesa said. No transaction is open meanwhile.
Reply register_urls(Call& call)
{
    const auto addresses = c2b_addresses(call.services);
    if (!addresses)
        return problem(409, "not_configured", addresses.error());
    const auto done = call.services.provider.register_urls(
        addresses->account, addresses->confirmation, addresses->validation);
    if (!done)
        return problem(502, "provider_refused", done.error().text);
    call.context().db.write([&](storage::Tx& tx) {
        usecases::audit(tx, call.context(), call.actor, "mpesa.urls_registered", "provider", 0,
                        usecases::audit_fields({{"provider", addresses->account.provider}}));
    });
    // Not the addresses: the word in them is what keeps strangers from posting payments.
    return json_reply({{"registered", true}, {"provider", addresses->account.provider}});
}

} // namespace mnara::http::api
