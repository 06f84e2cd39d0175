#include "usecases/auth_results.hpp"

#include "domain/access.hpp"
#include "storage/auth_result_store.hpp"

namespace mnara::usecases {

namespace {

constexpr int kNamesKept = 200'000;
constexpr int kAttemptsKept = 10'000;
constexpr std::size_t kTextBytesMax = 253;

} // namespace

std::optional<AuthLogPosition> auth_log_position(storage::ReadTx& tx)
{
    const auto mark = storage::auth_log_mark(tx);
    if (!mark)
        return std::nullopt;
    return AuthLogPosition{mark->inode, mark->offset};
}

void record_auth_verdicts(const Context& context, std::span<const AuthVerdict> verdicts,
                          const AuthLogPosition& read_up_to)
{
    context.db.write([&](storage::Tx& tx) {
        bool grown = false;
        for (const AuthVerdict& v : verdicts) {
            const std::string station = domain::normalise_station(v.calling_station);
            storage::AuthVerdictRow row{v.username.substr(0, kTextBytesMax),
                                        v.at,
                                        v.accepted,
                                        v.reason.substr(0, kTextBytesMax),
                                        v.router_name.substr(0, kTextBytesMax),
                                        std::nullopt};
            if (!station.empty() && station != "-")
                row.calling_station = station.substr(0, kTextBytesMax);
            grown = storage::count_auth_verdict(tx, row) || grown;
            storage::note_auth_attempt(tx, row);
        }
        storage::prune_auth_attempts(tx, kAttemptsKept);
        // Counting all names takes milliseconds, so only when there may be more than before.
        if (grown)
            storage::prune_auth_results(tx, kNamesKept);
        storage::put_auth_log_mark(tx, {read_up_to.inode, read_up_to.offset});
    });
}

} // namespace mnara::usecases
