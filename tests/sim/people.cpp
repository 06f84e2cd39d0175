// The workload: what people and operators do with lines.
#include "sim/trace.hpp"
#include "sim/world.hpp"
#include "usecases/subscribers.hpp"

namespace sim {

namespace {

namespace domain = mnara::domain;
namespace storage = mnara::storage;
namespace usecases = mnara::usecases;

constexpr const char* kActor = "operator:1";

} // namespace

std::int64_t World::any_line()
{
    auto found = oracle_.lines.begin();
    std::advance(found, static_cast<std::ptrdiff_t>(chance_.below(oracle_.lines.size())));
    return found->first;
}

void World::people_step()
{
    const usecases::Context& context = box_.context();
    const std::int64_t line = any_line();
    const mnara::SubscriptionId id{line};
    const std::string of = " line " + std::to_string(line);
    const std::size_t dice = chance_.below(100);
    if (dice < 5)
        return join();
    if (dice < 45)
        return request_payment(line, chance_.one_in(5));
    if (dice < 65)
        return pay_by_hand();
    if (dice < 75)
        return buy(line);
    if (dice < 80)
        return by_hand(
            "suspend" + of,
            [&](storage::Tx& tx) {
                return usecases::suspend(tx, context, id, "late", kActor).has_value();
            },
            [&](const JudgedTime&) { return oracle_.suspend(line); });
    if (dice < 87)
        return by_hand(
            "resume" + of,
            [&](storage::Tx& tx) {
                return usecases::resume(tx, context, id, "came", kActor).has_value();
            },
            [&](const JudgedTime& time) { return oracle_.resume(line, time); });
    if (dice < 94) {
        const std::string code =
            chance_.pick(std::vector<std::string>{"quick", "hours", "day", "month"});
        const bool from_now = chance_.one_in(2);
        return by_hand(
            "change plan to " + code + (from_now ? " now" : "") + of,
            [&](storage::Tx& tx) {
                const auto change =
                    from_now ? &usecases::change_running_plan : &usecases::change_plan;
                return change(tx, context, id, code, kActor).has_value();
            },
            [&](const JudgedTime& time) {
                return oracle_.change_plan(line, code, from_now, time);
            });
    }
    if (dice < 97)
        return assign();
    if (dice < 99)
        return change_price();
    if (oracle_.lines.size() > 4 && chance_.one_in(4))
        by_hand(
            "terminate" + of,
            [&](storage::Tx& tx) {
                return usecases::terminate(tx, context, id, "moved", kActor).has_value();
            },
            [&](const JudgedTime&) { return oracle_.terminate(line); });
}

void World::by_hand(const std::string& what, const std::function<bool(storage::Tx&)>& product,
                    const std::function<bool(const JudgedTime&)>& oracle)
{
    trace().add(what);
    bool done = false;
    const End end = attempt([&] { done = box_.context().db.write(product); });
    if (took_place(end)) {
        const bool expected = oracle(time_);
        if (end == End::Done && done != expected)
            violated(what + (done ? " was done and had to be refused" : " was refused wrongly"));
    }
    settle(end);
}

} // namespace sim
