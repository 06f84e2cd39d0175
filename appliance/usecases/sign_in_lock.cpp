#include "usecases/sign_in_lock.hpp"

#include "domain/ip_network.hpp"
#include "domain/lockout.hpp"
#include "storage/operator_session_store.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

// The times of the wrong tries that count for `place`, after the last right one among them.
std::vector<UnixTime> wrong_tries(const std::vector<storage::SignInTry>& tries,
                                  const std::set<std::string>& known, const std::string& place)
{
    std::vector<UnixTime> wrong;
    for (const auto& one : tries) {
        const std::string from = domain::place_of(one.peer);
        const bool counts = known.contains(place) ? from == place : !known.contains(from);
        if (one.outcome == "unlocked" || (counts && one.is_right()))
            wrong.clear();
        else if (counts)
            wrong.push_back(one.at);
    }
    std::sort(wrong.begin(), wrong.end()); // the clock may have been turned back between two
    return wrong;
}

} // namespace

std::optional<Seconds> lock_left(storage::ReadTx& tx, const std::string& login,
                                 const std::string& peer, UnixTime now)
{
    const UnixTime since = now - domain::kWrongTriesSpan;
    const std::set<std::string> known = storage::operator_places(tx, login);
    const std::string place = domain::place_of(peer);
    UnixTime until = domain::locked_until(
        wrong_tries(storage::tries_of_login(tx, login, since, now), known, place));
    if (!known.contains(place))
        until = std::max(until,
                         domain::locked_until(storage::wrong_tries_of_peer(tx, peer, since, now)));
    if (until <= now)
        return std::nullopt;
    return until - now;
}

} // namespace mnara::usecases
