#include "usecases/projection.hpp"

#include "domain/clock_trust.hpp"
#include "storage/alert_store.hpp"
#include "storage/subscription_store.hpp"
#include "usecases/projection_rows.hpp"

#include <set>

namespace mnara::usecases {

namespace {

using storage::RadiusDb;

constexpr std::string_view kRadiusAlert = "radius_db";

void log_written(const Context& context, const ProjectionRows& projection)
{
    for (const Projected& line : projection.written())
        context.log.info(
            "access.projected", "What the network answers to this username has changed.",
            {{"username", line.username}, {"verdict", line.verdict}, {"until_at", line.until_at}});
}

void open_refusals(storage::Tx& tx, const ProjectionRows& projection, UnixTime now)
{
    for (const auto& [key, reason] : projection.refused())
        storage::open_alert(
            tx, key, "warning",
            "The network cannot be told about this one, which is rejected until the "
            "cause is mended: " +
                reason,
            now);
}

std::string alert_key(const storage::DirtyMark& mark)
{
    return std::string(mark.is_router() ? kRouterAlert : kLineAlert) + mark.key;
}

// The usernames whose rows are not what they must be. Nothing is written while the scan runs.
std::vector<std::string> compare(storage::ReadTx& tx, ProjectionRows& projection,
                                 RadiusDb::Batch& batch)
{
    std::vector<std::string> differing;
    RadiusDb::AccessScan scan(batch);
    auto there = scan.next();
    storage::for_each_live_subscription(tx, [&](const domain::Subscription& line) {
        const std::string& username = line.username;
        for (; there && there->username < username; there = scan.next())
            differing.push_back(there->username);
        std::vector<storage::AccessCells> wanted;
        if (const auto phases = projection.phases(line))
            wanted = storage::access_rows(*phases);
        const bool found = there && there->username == username;
        if (found ? there->phases != wanted : !wanted.empty())
            differing.push_back(username);
        if (found)
            there = scan.next();
    });
    for (; there; there = scan.next())
        differing.push_back(there->username);
    return differing;
}

int heal_access(storage::ReadTx& tx, ProjectionRows& projection, RadiusDb::Batch& batch)
{
    for (const std::string& username : compare(tx, projection, batch))
        projection.write_line(username, 1);
    return static_cast<int>(projection.written().size());
}

int heal_routers(storage::ReadTx& tx, ProjectionRows& projection, RadiusDb::Batch& batch)
{
    int mended = 0;
    std::set<std::string> wanted;
    for (const storage::RouterRow& router : storage::all_routers(tx)) {
        wanted.insert(std::to_string(router.id.value));
        mended += projection.write_router(router) ? 1 : 0;
    }
    for (const std::string& name : batch.router_names()) {
        if (!wanted.contains(name))
            mended += batch.remove_router(name) ? 1 : 0;
    }
    return mended;
}

// Only a mark that is missing or absurd counts as mended: it moves every minute anyway.
int heal_clock_mark(const TrustedTime& time, RadiusDb::Batch& batch)
{
    const auto mark = batch.clock_mark();
    const bool wrong = !mark || domain::is_suspect(time.judged_by, *mark);
    if (wrong || *mark < time.judged_by)
        batch.set_clock_mark(time.judged_by);
    return wrong ? 1 : 0;
}

void settle_alerts_after_heal(const Context& context, const ProjectionRows& projection)
{
    context.db.write([&](storage::Tx& tx) {
        // '.' and ';' enclose '-' and ':', with which the two kinds of keys go on.
        for (const std::string& key : storage::open_alert_keys(tx, "projection-", "projection;")) {
            if (!projection.refused().contains(key))
                storage::close_alert(tx, key, context.clock.now());
        }
        open_refusals(tx, projection, context.clock.now());
    });
}

// The comparison at start may have met a held lock or a full disk.
void compare_if_due(const Context& context, RadiusDb& radius)
{
    if (!radius.is_compared())
        heal_projection(context, radius, false);
}

} // namespace

int project_dirty(const Context& context, storage::RadiusDb& radius, int limit)
{
    compare_if_due(context, radius);
    // A look without the lock first: most wake-ups find what an earlier one has done.
    if (context.db.read([](storage::ReadTx& tx) { return storage::dirty_marks(tx, 1).empty(); }))
        return 0;
    RadiusDb::Batch batch(radius);
    std::vector<storage::DirtyMark> marks;
    std::optional<ProjectionRows> done;
    context.db.read([&](storage::ReadTx& tx) {
        marks = storage::dirty_marks(tx, limit);
        ProjectionRows& projection = done.emplace(context, tx, batch);
        for (const storage::DirtyMark& mark : marks) {
            if (mark.is_router())
                projection.write_router(mark.key);
            else
                projection.write_line(mark.key, mark.revision);
        }
    });
    batch.commit();
    log_written(context, *done);
    context.db.write([&](storage::Tx& tx) {
        for (const storage::DirtyMark& mark : marks) {
            storage::delete_dirty_mark(tx, mark);
            if (!done->refused().contains(alert_key(mark)))
                storage::close_alert(tx, alert_key(mark), context.clock.now());
        }
        open_refusals(tx, *done, context.clock.now());
    });
    return static_cast<int>(marks.size());
}

HealReport heal_projection(const Context& context, storage::RadiusDb& radius, bool force_rebuild)
{
    HealReport report;
    report.rebuilt = radius.make_usable(force_rebuild);
    RadiusDb::Batch batch(radius);
    std::optional<ProjectionRows> done;
    context.db.read([&](storage::ReadTx& tx) {
        ProjectionRows& projection = done.emplace(context, tx, batch);
        report.rows_mended = heal_access(tx, projection, batch) +
                             heal_routers(tx, projection, batch) +
                             heal_clock_mark(projection.time(), batch);
    });
    batch.commit();
    radius.set_compared();
    if (!report.rebuilt)
        log_written(context, *done);
    if (report.rebuilt || report.rows_mended > 0)
        context.log.warning("projection.mended",
                            "radius.db was not what it must be and was mended.",
                            {{"rebuilt", report.rebuilt ? 1 : 0}, {"mended", report.rows_mended}});
    settle_alerts_after_heal(context, *done);
    return report;
}

void project_clock_mark(const Context& context, storage::RadiusDb& radius)
{
    const TrustedTime time =
        context.db.read([&](storage::ReadTx& tx) { return trusted_time(tx, context.clock); });
    if (time.suspect)
        return;
    compare_if_due(context, radius);
    bool has_gone_back = false;
    {
        RadiusDb::Batch batch(radius);
        const auto before = batch.clock_mark();
        has_gone_back = before && *before > time.now + domain::kBackwardLimit;
        batch.set_clock_mark(time.now);
        batch.commit();
    }
    // What was over by the clock that was ahead is missing in its rows.
    if (has_gone_back)
        heal_projection(context, radius, false);
}

void report_radius_trouble(const Context& context, const std::string& what)
{
    context.db.write([&](storage::Tx& tx) {
        storage::open_alert(tx, kRadiusAlert, "critical",
                            "FreeRADIUS cannot be told of changes: " + what +
                                ". Payments are recorded; access follows when this is mended.",
                            context.clock.now());
    });
}

void report_radius_well(const Context& context)
{
    context.db.write(
        [&](storage::Tx& tx) { storage::close_alert(tx, kRadiusAlert, context.clock.now()); });
}

} // namespace mnara::usecases
