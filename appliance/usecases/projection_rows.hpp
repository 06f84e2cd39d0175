// From the facts of mnara.db to the rows of radius.db: the part that projecting a mark and
// comparing everything have in common. Used by projection.cpp alone.
#pragma once

#include "storage/plan_store.hpp"
#include "storage/projection_store.hpp"
#include "storage/radius_db.hpp"
#include "storage/router_store.hpp"
#include "usecases/context.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mnara::usecases {

inline constexpr std::string_view kLineAlert = "projection:";          // + username
inline constexpr std::string_view kRouterAlert = "projection-router:"; // + router id

// What the log says of a username: the phase that answers at this moment.
struct Projected
{
    std::string username, verdict;
    UnixTime until_at;
};

// Writes what mnara.db says at one moment into one transaction of radius.db, and remembers what
// came of it. A value that radius.db cannot hold costs its own username the access, and nobody
// else.
class ProjectionRows
{
public:
    ProjectionRows(const Context& context, storage::ReadTx& tx, storage::RadiusDb::Batch& batch);

    [[nodiscard]] const TrustedTime& time() const { return time_; }

    // Nothing where they cannot be known, as when the password cannot be unsealed; refused() says
    // why.
    std::optional<std::vector<domain::AccessPhase>> phases(const domain::Subscription& line);
    void write_line(const std::string& username, std::int64_t revision);
    // True where something changed.
    bool write_router(const storage::RouterRow& facts);
    void write_router(const std::string& name); // its id in decimal

    [[nodiscard]] const std::vector<Projected>& written() const { return written_; }
    // By the key of the alert: why.
    [[nodiscard]] const std::map<std::string, std::string>& refused() const { return refused_; }

private:
    std::optional<std::string> reveal(SecretId id, const std::string& alert);
    const std::optional<domain::PlanVersion>& version(PlanVersionId id);
    domain::EndBehaviour end_behaviour_on_sale(const std::string& plan_code);

    const Context& context_;
    storage::ReadTx& tx_;
    storage::RadiusDb::Batch& batch_;
    const domain::AccessSettings settings_;
    const TrustedTime time_;
    // Few plans, many lines.
    std::map<PlanVersionId, std::optional<domain::PlanVersion>> versions_;
    std::map<std::string, domain::EndBehaviour> behaviours_;
    std::vector<Projected> written_;
    std::map<std::string, std::string> refused_;
};

} // namespace mnara::usecases
