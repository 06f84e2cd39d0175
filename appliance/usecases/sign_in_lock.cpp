#include "usecases/sign_in_lock.hpp"

#include "domain/ip_network.hpp"
#include "domain/lockout.hpp"
#include "storage/operator_session_store.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

// With whom an address is counted: for itself where the login has signed in from it, with the other
// newcomers of its network where only that is known, with all strangers (empty) otherwise.
std::string company_of(const std::set<std::string>& known, const std::string& peer)
{
    for (const std::string& name : {domain::household_of(peer), domain::place_of(peer)})
        if (known.contains(name))
            return name;
    return "";
}

// The times of the wrong tries of that company, after the last right one among them.
std::vector<UnixTime> wrong_tries(const std::vector<storage::SignInTry>& tries,
                                  const std::set<std::string>& known, const std::string& company)
{
    std::vector<UnixTime> wrong;
    for (const auto& one : tries) {
        const bool counts = company_of(known, one.peer) == company;
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
    const std::string company = company_of(known, peer);
    UnixTime until = domain::locked_until(
        wrong_tries(storage::tries_of_login(tx, login, since, now), known, company));
    if (company.empty())
        until = std::max(until,
                         domain::locked_until(storage::wrong_tries_of_peer(tx, peer, since, now)));
    if (until <= now)
        return std::nullopt;
    return until - now;
}

} // namespace mnara::usecases
