#include "storage/plan_store.hpp"

namespace mnara::storage {

namespace {

domain::PlanVersion read_version(const Query& q)
{
    domain::PlanVersion v;
    v.id = q.get<PlanVersionId>(0);
    v.plan_code = q.get<std::string>(1);
    v.version = q.get<int>(2);
    v.kind = domain::plan_kind(q.get<std::string>(3)).value();
    v.price = q.get<Money>(4);
    v.duration = {q.get<int>(5), domain::duration_unit(q.get<std::string>(6)).value()};
    if (const auto up = q.get<std::optional<std::int64_t>>(7)) {
        v.rate = domain::Rate{*up, q.get<std::int64_t>(8), std::nullopt};
        if (const auto burst_up = q.get<std::optional<std::int64_t>>(9))
            v.rate->burst =
                domain::Burst{*burst_up, q.get<std::int64_t>(10), q.get<std::int64_t>(11),
                              q.get<std::int64_t>(12), q.get<int>(13)};
    }
    v.device_limit = q.get<int>(14);
    v.end_behaviour = domain::end_behaviour(q.get<std::string>(15)).value();
    return v;
}

domain::Plan read_plan(const Query& q)
{
    return {q.get<std::string>(16), q.get<std::string>(17), q.get<bool>(18), read_version(q)};
}

constexpr std::string_view kVersionColumns =
    "SELECT v.id, v.plan_code, v.version, v.kind, v.price_cents, v.duration_n, v.duration_unit, "
    "v.up_bps, v.down_bps, v.burst_up_bps, v.burst_down_bps, v.burst_from_up_bps, "
    "v.burst_from_down_bps, v.burst_seconds, v.device_limit, v.end_behaviour";

std::string plans_where(std::string_view condition)
{
    return std::string(kVersionColumns) +
           ", p.code, p.name, p.on_sale FROM plan p JOIN plan_version v ON v.plan_code = p.code "
           "AND v.version = p.current_version " +
           std::string(condition);
}

} // namespace

bool insert_plan(Tx& tx, domain::Plan& plan, UnixTime now)
{
    try {
        tx.run("INSERT INTO plan(code, name, current_version, on_sale) VALUES (?1, ?2, 1, ?3)",
               plan.code, plan.name, plan.on_sale);
    } catch (const StorageError& error) {
        if (error.is_unique())
            return false;
        throw;
    }
    plan.current.plan_code = plan.code;
    insert_plan_version(tx, plan.current, now);
    return true;
}

void insert_plan_version(Tx& tx, domain::PlanVersion& v, UnixTime now)
{
    std::optional<std::int64_t> up, down, burst_up, burst_down, from_up, from_down, seconds;
    if (v.rate) {
        up = v.rate->up_bps;
        down = v.rate->down_bps;
        if (v.rate->burst) {
            burst_up = v.rate->burst->up_bps;
            burst_down = v.rate->burst->down_bps;
            from_up = v.rate->burst->from_up_bps;
            from_down = v.rate->burst->from_down_bps;
            seconds = v.rate->burst->seconds;
        }
    }
    {
        Query q = tx.query("SELECT COALESCE(MAX(version), 0) + 1 FROM plan_version "
                           "WHERE plan_code = ?1",
                           v.plan_code);
        ENSURE(q.step());
        v.version = q.get<int>(0);
    }
    v.id = tx.insert<PlanVersionId>(
        "INSERT INTO plan_version(plan_code, version, kind, price_cents, duration_n, "
        "duration_unit, "
        "up_bps, down_bps, burst_up_bps, burst_down_bps, burst_from_up_bps, burst_from_down_bps, "
        "burst_seconds, device_limit, end_behaviour, created_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        v.plan_code, v.version, to_text(v.kind), v.price, v.duration.n, to_text(v.duration.unit),
        up, down, burst_up, burst_down, from_up, from_down, seconds, v.device_limit,
        to_text(v.end_behaviour), now);
    tx.run("UPDATE plan SET current_version = ?2 WHERE code = ?1", v.plan_code, v.version);
}

void put_on_sale(Tx& tx, const std::string& code, bool on_sale)
{
    tx.run("UPDATE plan SET on_sale = ?2 WHERE code = ?1", code, on_sale);
}

std::optional<domain::Plan> find_plan(ReadTx& tx, const std::string& code)
{
    Query q = tx.query(plans_where("WHERE p.code = ?1"), code);
    if (!q.step())
        return std::nullopt;
    return read_plan(q);
}

std::optional<domain::PlanVersion> find_plan_version(ReadTx& tx, PlanVersionId id)
{
    Query q = tx.query(std::string(kVersionColumns) + " FROM plan_version v WHERE v.id = ?1", id);
    if (!q.step())
        return std::nullopt;
    return read_version(q);
}

std::vector<domain::Plan> all_plans(ReadTx& tx)
{
    std::vector<domain::Plan> plans;
    Query q = tx.query(plans_where("ORDER BY p.name, p.code"));
    while (q.step())
        plans.push_back(read_plan(q));
    return plans;
}

} // namespace mnara::storage
