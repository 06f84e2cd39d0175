#include "http/api.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "usecases/diagnosis.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

template <class Values> Json json_of(const Values& values)
{
    Json out = Json::object();
    for (const auto& [key, value] : values)
        std::visit([&out, &name = key](const auto& known) { out[name] = known; }, value);
    return out;
}

const char* word_of(usecases::Health health)
{
    switch (health) {
    case usecases::Health::Ok:
        return "ok";
    case usecases::Health::Fail:
        return "fail";
    case usecases::Health::Note:
        return "note";
    case usecases::Health::Unknown:
        break;
    }
    return "unknown";
}

Json fix_of(const usecases::Fix& fix)
{
    return {{"label", fix.label},
            {"method", fix.method.empty() ? Json() : Json(fix.method)},
            {"path", fix.path},
            {"body", json_of(fix.body)},
            {"needs", fix.needs}};
}

} // namespace

Reply diagnosis(storage::ReadTx& tx, Call& call)
{
    const auto found =
        usecases::diagnose(tx, call.context().clock, call.scope, id_in_path<SubscriptionId>(call));
    if (!found)
        return not_found("subscription");
    Json lines = Json::array();
    for (const auto& line : found->lines)
        lines.push_back({{"name", line.name},
                         {"state", word_of(line.health)},
                         {"words", {{"key", line.key()}, {"values", json_of(line.values)}}},
                         {"fix", line.fix ? fix_of(*line.fix) : Json()}});
    const auto* failing = found->first_failing();
    return json_reply({{"subscription_id", found->subscription_id.value},
                       {"subscriber_id", found->subscriber_id.value},
                       {"username", found->username},
                       {"now_at", to_seconds(found->now)},
                       {"online", found->online},
                       {"verdict", failing != nullptr ? Json(failing->key()) : Json()},
                       {"lines", std::move(lines)}});
}

} // namespace mnara::http::api
