#include "sim/routers.hpp"

#include "sim/trace.hpp"

#include <algorithm>

namespace sim {

namespace {

using mnara::usecases::CoaAnswer;
using mnara::usecases::CoaRequest;

constexpr std::uint32_t kProhibited = 501;      // RFC 5176 3.5
constexpr std::uint32_t kContextNotFound = 503; // RFC 5176 3.5

} // namespace

Routers::Routers(Chance& chance, Faults& faults, std::function<Stamp()> now,
                 std::function<void(const std::string&)> reach)
    : chance_(chance), faults_(faults), now_(std::move(now)), reach_(std::move(reach))
{
}

void Routers::add(std::int64_t router, const std::string& address)
{
    ids_.push_back(router);
    by_address_[address] = router;
}

CoaAnswer Routers::send(const CoaRequest& request)
{
    reach_("coa:before");
    const std::int64_t router = by_address_.at(request.address);
    if (faults_.router_silent && chance_.one_in(2))
        return {CoaAnswer::Kind::NoAnswer, std::nullopt, "no answer"};
    if (faults_.coa_refused && chance_.one_in(3))
        return {CoaAnswer::Kind::Nak, kProhibited, "prohibited"};
    const auto found =
        std::find_if(sessions_.begin(), sessions_.end(), [&](const RouterSession& s) {
            return s.router == router && s.username == request.username &&
                   s.acct_id == request.acct_session_id;
        });
    const char* verb = request.disconnect ? "Disconnect " : "CoA ";
    if (found == sessions_.end()) {
        trace().add(std::string("  ") + verb + request.acct_session_id + ": not found");
        reach_("coa:after");
        return {CoaAnswer::Kind::Nak, kContextNotFound, "not found"};
    }
    const bool keeps = faults_.ack_but_keep && chance_.one_in(3);
    trace().add(std::string("  ") + verb + request.acct_session_id +
                (keeps ? ": acked, kept" : ""));
    if (!keeps && request.disconnect) {
        hang_up(static_cast<std::size_t>(found - sessions_.begin()), "Admin-Reset");
    } else if (!keeps) {
        found->rate = request.rate.value_or(found->rate);
        if (request.session_timeout) // counted from the start of the session, as RouterOS does
            found->ends_at = found->started_at + *request.session_timeout;
    }
    reach_("coa:after");
    return {CoaAnswer::Kind::Ack, std::nullopt, "acknowledged"};
}

void Routers::begin(std::int64_t router, const std::string& username, const std::string& station,
                    const std::string& class_text, const std::string& rate,
                    std::optional<Stamp> session_seconds)
{
    // A device dials anew because its old connection is dead: the router drops that one.
    for (std::size_t i = 0; i < sessions_.size();) {
        if (sessions_[i].username == username && sessions_[i].station == station)
            hang_up(i, "Lost-Carrier");
        else
            ++i;
    }
    RouterSession session;
    session.router = router;
    session.acct_id = "8" + std::to_string(100'000 + ++made_);
    session.username = username;
    session.station = station;
    session.address = "10.64.0." + std::to_string(made_ % 250 + 1);
    session.class_text = class_text;
    session.rate = rate;
    session.started_at = now_();
    session.next_interim = now_() + kInterim;
    if (session_seconds)
        session.ends_at = now_() + *session_seconds;
    sessions_.push_back(session);
    report(session, Status::Start);
}

void Routers::hang_up(std::size_t which, const char* cause)
{
    const RouterSession session = sessions_[which];
    sessions_.erase(sessions_.begin() + static_cast<std::ptrdiff_t>(which));
    report(session, Status::Stop, cause);
}

void Routers::power_cut(std::int64_t router)
{
    std::erase_if(sessions_, [&](const RouterSession& s) { return s.router == router; });
    if (!chance_.one_in(2))
        return; // some routers say so when they are up again
    Packet packet;
    packet.record.status = Status::AccountingOn;
    packet.record.router_id = {router};
    packet.record.event_at = mnara::unix_time(now_());
    post(packet);
}

void Routers::tick()
{
    for (std::size_t i = 0; i < sessions_.size();) {
        RouterSession& session = sessions_[i];
        if (session.ends_at && *session.ends_at <= now_() && !faults_.timeout_ignored) {
            hang_up(i, "Session-Timeout");
            continue;
        }
        if (session.next_interim <= now_()) { // one for a long pause: the network was away
            session.next_interim = now_() + kInterim;
            session.bytes += chance_.between(0, 5'000'000'000);
            report(session, Status::Interim);
        }
        ++i;
    }
}

std::optional<Stamp> Routers::next_timeout() const
{
    std::optional<Stamp> next;
    for (const RouterSession& session : sessions_)
        if (session.ends_at && (!next || *session.ends_at < *next))
            next = session.ends_at;
    return next;
}

void Routers::report(const RouterSession& session, Status status, const char* cause)
{
    Packet packet;
    auto& r = packet.record;
    r.status = status;
    r.router_id = {session.router};
    r.acct_session_id = session.acct_id;
    r.username = session.username;
    r.calling_station = session.station;
    r.class_text = session.class_text;
    r.framed_ipv4 = session.address;
    if (cause != nullptr)
        r.terminate_cause = cause;
    r.seconds = now_() - session.started_at;
    r.bytes_up = session.bytes / 10;
    r.bytes_down = session.bytes;
    r.event_at = mnara::unix_time(now_());
    post(std::move(packet));
}

void Routers::post(Packet packet)
{
    if (faults_.accounting_lost && chance_.one_in(5))
        return;
    if (faults_.accounting_twice && chance_.one_in(4))
        packets_.push_back(packet);
    packets_.push_back(std::move(packet));
}

std::optional<Packet> Routers::take_packet()
{
    if (packets_.empty())
        return std::nullopt;
    const std::size_t which = faults_.accounting_reordered ? chance_.below(packets_.size()) : 0;
    Packet packet = packets_[which];
    packets_.erase(packets_.begin() + static_cast<std::ptrdiff_t>(which));
    return packet;
}

} // namespace sim
