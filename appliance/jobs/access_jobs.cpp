#include "jobs/access_jobs.hpp"

#include "usecases/accounting.hpp"
#include "usecases/billing.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <memory>
#include <optional>

namespace mnara::jobs {

namespace {

constexpr int kBatch = 200;
constexpr Millis kMarkEvery{60'000};

constexpr int kTroubleAfter = 3; // failures in a row: a lock held for a moment is none

// The one writer of radius.db. The mark of mnara.db is raised first, then its copy for FreeRADIUS;
// one that could not be copied is tried again with the next step.
class Projector
{
public:
    Projector(const usecases::Context& context, storage::RadiusDb& radius)
        : context_(context), radius_(radius)
    {
    }
    bool step()
    {
        try {
            raise_mark_if_due();
            const bool more = usecases::project_dirty(context_, radius_, kBatch) > 0;
            if (!said_well_)
                usecases::report_radius_well(context_);
            said_well_ = true;
            said_trouble_ = false;
            failures_ = 0;
            return more;
        } catch (const storage::StorageError& error) {
            if (error.is_corruption()) {
                context_.log.error("projection.corrupt", error.what());
                usecases::heal_projection(context_, radius_, true);
                return true;
            }
            said_well_ = false;
            if (++failures_ >= kTroubleAfter && !said_trouble_) {
                // Not said yet where this fails too, with a disk that is full for both files.
                usecases::report_radius_trouble(context_, error.what());
                said_trouble_ = true;
            }
            throw;
        }
    }

private:
    void raise_mark_if_due()
    {
        const Millis now = context_.clock.mono();
        if (raised_ && now - *raised_ < kMarkEvery)
            return;
        context_.db.write([&](storage::Tx& tx) { usecases::raise_clock_mark(tx, context_.clock); });
        usecases::project_clock_mark(context_, radius_);
        raised_ = now;
    }

    const usecases::Context& context_;
    storage::RadiusDb& radius_;
    std::optional<Millis> raised_;
    int failures_ = 0; // in a row
    bool said_trouble_ = false;
    bool said_well_ = false; // what an earlier run reported is taken back by the first success
};

} // namespace

Job projection_job(const usecases::Context& context, storage::RadiusDb& radius)
{
    const auto projector = std::make_shared<Projector>(context, radius);
    return {"projection",
            [projector] { return projector->step(); },
            Millis{1000},
            {"projection_dirty"},
            1};
}

Job expiry_job(const usecases::Context& context)
{
    return {"expiry",
            [&context] { return usecases::expire_due(context, kBatch) > 0; },
            Millis{500},
            {},
            1};
}

Job router_job(const usecases::Context& context, usecases::CoaClient& coa)
{
    const auto step = [&context, &coa] {
        const auto job = usecases::claim_router_job(context);
        if (!job)
            return false;
        usecases::settle_router_job(context, *job, coa.send(job->request));
        return true;
    };
    // Its jobs wait for the projection of their username, so its end wakes them as well.
    return {"router", step, Millis{250}, {"router_job", "router_reach", "projection_dirty"}, 4};
}

Job stale_session_job(const usecases::Context& context)
{
    const auto step = [&context] {
        const Seconds silence{std::stoi(context.db.read(
            [](storage::ReadTx& tx) { return usecases::setting(tx, "radius.stale_seconds"); }))};
        return usecases::close_stale_sessions(context, silence, kBatch) > 0;
    };
    return {"stale_session", step, Millis{30'000}, {}, 1};
}

} // namespace mnara::jobs
