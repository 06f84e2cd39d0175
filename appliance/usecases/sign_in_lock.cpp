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

// What there is to judge a login by.
struct Tried
{
    std::set<std::string> known;
    std::vector<storage::SignInTry> tries;
    UnixTime since, now;
};

Tried tried(storage::ReadTx& tx, const std::string& login, UnixTime now)
{
    const UnixTime since = now - domain::kWrongTriesSpan;
    return {storage::operator_places(tx, login), storage::tries_of_login(tx, login, since, now),
            since, now};
}

// The times of the wrong tries of that company, after the last right one among them.
std::vector<UnixTime> wrong_tries(const Tried& tried, const std::string& company)
{
    std::vector<UnixTime> wrong;
    for (const auto& one : tried.tries) {
        const bool counts = company_of(tried.known, one.peer) == company;
        if (one.outcome == "unlocked" || (counts && one.is_right()))
            wrong.clear();
        else if (counts)
            wrong.push_back(one.at);
    }
    std::sort(wrong.begin(), wrong.end()); // the clock may have been turned back between two
    return wrong;
}

// The end of the last lock from that address, long over or not.
UnixTime end_of_lock(storage::ReadTx& tx, const Tried& tried, const std::string& peer)
{
    const std::string company = company_of(tried.known, peer);
    const UnixTime until = domain::locked_until(wrong_tries(tried, company));
    if (!company.empty())
        return until;
    return std::max(until, domain::locked_until(
                               storage::wrong_tries_of_peer(tx, peer, tried.since, tried.now)));
}

} // namespace

std::optional<Seconds> lock_left(storage::ReadTx& tx, const std::string& login,
                                 const std::string& peer, UnixTime now)
{
    const UnixTime until = end_of_lock(tx, tried(tx, login, now), peer);
    if (until <= now)
        return std::nullopt;
    return until - now;
}

std::optional<UnixTime> locked_until(storage::ReadTx& tx, const std::string& login, UnixTime now)
{
    const Tried all = tried(tx, login, now);
    std::set<std::string> peers;
    for (const auto& one : all.tries) {
        if (one.outcome == "unlocked")
            peers.clear();
        else if (!one.is_right())
            peers.insert(one.peer);
    }
    UnixTime until = now;
    for (const std::string& peer : peers)
        until = std::max(until, end_of_lock(tx, all, peer));
    if (until <= now)
        return std::nullopt;
    return until;
}

} // namespace mnara::usecases
