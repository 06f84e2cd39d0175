// What comes over the wires: the provider's messages, accounting packets, logins.
#include "sim/trace.hpp"
#include "sim/world.hpp"
#include "usecases/accounting.hpp"
#include "usecases/inbox.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr Stamp kBackwardLimit = 300;
constexpr Stamp kForwardLimit = 30 * 86'400;
constexpr Stamp kPayPageSeconds = 600;

} // namespace

// As http does: stored, committed, then answered with 200. What was not answered so is sent again
// or not, as the provider likes.
bool World::deliver_message()
{
    const auto message = provider_.take_message();
    if (!message)
        return false;
    trace().add(std::string("message ") + (message->is_stk ? "stk " : "c2b ") + message->receipt);
    using usecases_kind = mnara::usecases::InboxKind;
    const auto kind = message->is_stk ? usecases_kind::StkCallback : usecases_kind::C2bConfirmation;
    const auto store = [&] {
        mnara::usecases::receive_message(
            box_.context(), {kind, message->token, "196.201.214.200", "", message->body});
    };
    const auto told = [&] {
        if (!message->receipt.empty())
            oracle_.movements.at(message->receipt).told = true;
    };
    if (!message->receipt.empty())
        oracle_.movements.at(message->receipt).offered = true;
    if (box_.is_in_step()) { // it overtakes the answer to a push
        const int before = box_.commits();
        try {
            store();
        } catch (const SimulatedCrash&) {
            if (box_.commits() > before)
                told();
            throw;
        }
        told();
        return true;
    }
    const End end = attempt(store);
    if (took_place(end))
        told();
    if (end != End::Done && chance_.one_in(2))
        provider_.send_again(*message, chance_.between(1, 300));
    settle(end);
    return end != End::Failed;
}

bool World::deliver_packets(std::size_t most)
{
    std::vector<Packet> packets;
    while (packets.size() < most)
        if (auto packet = routers_.take_packet())
            packets.push_back(std::move(*packet));
        else
            break;
    if (packets.empty())
        return false;
    std::vector<mnara::usecases::AccountingRecord> records;
    for (const Packet& packet : packets) {
        records.push_back(packet.record);
        // What network/radius derives: the arrival by our clock, less Acct-Delay-Time.
        records.back().event_at += mnara::Seconds{wall_now() - true_now()};
    }
    trace().add("accounting, " + std::to_string(packets.size()) + " from " +
                records.front().acct_session_id);
    const End end = attempt([&] { mnara::usecases::record_accounting(box_.context(), records); });
    if (end != End::Done) // not answered: the spool keeps it, in its order
        for (auto packet = packets.rbegin(); packet != packets.rend(); ++packet)
            routers_.put_back(std::move(*packet));
    settle(end);
    return end != End::Failed;
}

void World::network_step()
{
    const std::size_t dice = chance_.below(100);
    if (dice < 30) {
        (void)deliver_message();
    } else if (dice < 60) {
        (void)deliver_packets(chance_.below(4) + 1);
    } else if (dice < 90) {
        auto chosen = stations_.begin();
        std::advance(chosen, static_cast<std::ptrdiff_t>(chance_.below(stations_.size())));
        dial(chosen->first, chance_.pick(chosen->second));
    } else if (dice < 93) {
        dial("nobody", "aa:bb:cc:99:99:99");
    } else if (dice < 98) {
        if (routers_.sessions().empty())
            return;
        const std::size_t which = chance_.below(routers_.sessions().size());
        trace().add("hang up " + routers_.sessions()[which].acct_id);
        routers_.hang_up(which);
    } else if (faults_.power_cut) {
        const std::int64_t router = chance_.pick(routers_.ids());
        trace().add("power cut of router " + std::to_string(router));
        routers_.power_cut(router);
    }
}

void World::dial(const std::string& username, const std::string& station)
{
    const auto answer = radius_.ask(box_.radius_path(), username, station, wall_now());
    const std::string who = "dial " + username + " from " + station + ": ";
    if (!answer) {
        trace().add(who + "no answer");
        if (box_.is_open() && !waits_for_projection(username))
            violated("radius.db gives no answer to " + username);
        return;
    }
    trace().add(who + answer->verdict);
    check_answer(username, station, *answer);
    if (!answer->is_accept())
        return;
    ++accepted_;
    routers_.begin(chance_.pick(routers_.ids()), username, station, answer->class_text,
                   answer->rate, answer->session_seconds);
}

// "ok", or that these are enough already. While the clock is wrong a stretch that begins later may
// be served: then what one of them allows is right too.
std::string World::verdict_on_devices(const OracleLine& line, Stamp at, std::size_t online,
                                      const std::string& given) const
{
    const auto verdict = [online](int limit) {
        return static_cast<int>(online) >= limit ? "too many sessions" : "ok";
    };
    const std::vector<int> limits = oracle_.device_limits(line, at);
    const auto allows_it = [&](int limit) { return verdict(limit) == given; };
    if (!clock_is_right_ && std::any_of(limits.begin(), limits.end(), allows_it))
        return given;
    return verdict(limits.front());
}

void World::check_answer(const std::string& username, const std::string& station,
                         const RadiusAnswer& answer)
{
    // What is committed and not projected yet is allowed to be late.
    if (waits_for_projection(username))
        return;
    ++answered_;
    const auto mark = radius_.clock_mark(box_.radius_path());
    if (!mark)
        violated("radius.db has no clock mark");
    const Stamp now = wall_now();
    const Stamp at = now >= *mark - kBackwardLimit && now <= *mark + kForwardLimit ? now : *mark;
    Oracle::Answer expected = oracle_.answer(username, at);
    const OracleLine* line = oracle_.live_line(username);
    if (expected.verdict == "ok") {
        const auto online = eye_.stations_online(username);
        const bool is_redial = std::find(online.begin(), online.end(), station) != online.end();
        if (line->only_device && *line->only_device != station)
            expected.verdict = "wrong device";
        else if (!is_redial)
            expected.verdict = verdict_on_devices(*line, at, online.size(), answer.verdict);
    }
    const auto differ = [&](const std::string& what, const std::string& is,
                            const std::string& must) {
        violated("RADIUS answers " + username + " with " + what + " \"" + is + "\", right is \"" +
                 must + "\"");
    };
    if (answer.verdict == "wrong device" && expected.verdict != "ok" && line != nullptr &&
        line->only_device)
        expected.verdict = answer.verdict;
    if (answer.verdict != expected.verdict)
        differ("verdict", answer.verdict, expected.verdict);
    if (answer.pay_page != expected.pay_page)
        differ("pay page", answer.pay_page ? "1" : "0", expected.pay_page ? "1" : "0");
    if (line == nullptr)
        return;
    if (answer.class_text !=
        "sub:" + std::to_string(line->id) + (expected.until ? ":full" : ":limited"))
        differ("Class", answer.class_text, "that of line " + std::to_string(line->id));
    if (!clock_is_right_)
        return; // then stretches that begin later may be served already
    if (expected.until && answer.rate != expected.rate)
        differ("rate", answer.rate, expected.rate);
    const std::optional<Stamp> seconds =
        expected.until ? std::optional(std::min<Stamp>(*expected.until - at, 2147483647))
                       : (expected.pay_page ? std::optional(kPayPageSeconds) : std::nullopt);
    if (answer.session_seconds != seconds)
        differ("Session-Timeout", std::to_string(answer.session_seconds.value_or(-1)),
               std::to_string(seconds.value_or(-1)));
    // The query doubles backslashes for FreeRADIUS, which takes one level of them away.
    std::string password;
    for (const char c : line->password)
        password += c == '\\' ? "\\\\" : std::string(1, c);
    if (answer.password != password)
        differ("password", answer.password, password);
}

} // namespace sim
