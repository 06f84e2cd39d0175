#include "domain/access.hpp"

#include <algorithm>
#include <charconv>

namespace mnara::domain {

namespace {

char small_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// ' aa:..:01 aa:..:02 ', or ' ' for none: the form the query searches with instr().
std::string station_list(const std::vector<OpenSession>& sessions)
{
    std::string list = " ";
    for (const OpenSession& session : sessions) {
        const std::string station = normalise_station(session.calling_station);
        if (station.find_first_of(" `") == std::string::npos)
            list += station + ' ';
    }
    return list;
}

AccessPhase blocked(AccessPhase phase, std::string verdict, const AccessSettings& settings,
                    EndBehaviour behaviour)
{
    phase.until_at = kForever;
    phase.verdict = std::move(verdict);
    phase.class_text = class_text({read_class(phase.class_text)->subscription_id, false});
    if (behaviour == EndBehaviour::PayPage) {
        phase.pay_page = true;
        phase.pool = settings.pay_page_pool;
        phase.address_list = settings.pay_page_address_list;
        phase.rate = settings.pay_page_rate;
        phase.session_seconds = settings.pay_page_seconds;
    }
    return phase;
}

} // namespace

UnixTime served_alike_until(const std::vector<PaidStretch>& stretches)
{
    const auto service = [](const PaidStretch& stretch) {
        return std::pair(stretch.plan.rate ? mikrotik_rate_limit(*stretch.plan.rate) : "",
                         stretch.plan.device_limit);
    };
    auto last = stretches.begin();
    while (last + 1 != stretches.end() && service(*last) == service(*(last + 1)))
        ++last;
    return last->ends_at;
}

std::vector<AccessPhase> access_phases(const AccessFacts& facts, const AccessSettings& settings)
{
    const Subscription& line = facts.subscription;
    if (line.state == SubscriptionState::Terminated)
        return {};

    AccessPhase common;
    common.username = line.username;
    common.password = facts.password;
    common.class_text = class_text({line.id, true});
    common.interim_seconds = settings.interim_seconds;
    common.open_sessions = static_cast<int>(facts.open_sessions.size());
    common.open_macs = station_list(facts.open_sessions);
    common.allowed_macs = line.device_macs;
    const EndBehaviour behaviour =
        facts.stretches.empty() ? facts.end_behaviour : facts.stretches.back().plan.end_behaviour;

    if (line.state == SubscriptionState::Suspended) {
        AccessPhase phase = blocked(common, "suspended", settings, EndBehaviour::Reject);
        phase.message = "This line is suspended. Please contact your provider.";
        return {phase};
    }
    std::vector<AccessPhase> phases;
    // Each phase ends by itself, so an expired line is right here even before the sweep has seen
    // it.
    for (auto stretch = facts.stretches.begin();
         line.paid_until && stretch != facts.stretches.end(); ++stretch) {
        AccessPhase paid = common;
        paid.until_at = stretch->ends_at;
        paid.verdict = "ok";
        paid.session_until = served_alike_until({stretch, facts.stretches.end()});
        paid.allowed_sessions = stretch->plan.device_limit;
        if (stretch->plan.rate)
            paid.rate = mikrotik_rate_limit(*stretch->plan.rate);
        paid.static_ipv4 = line.static_ipv4;
        if (!line.static_ipv4 && !settings.pool.empty())
            paid.pool = settings.pool;
        phases.push_back(std::move(paid));
    }
    common.allowed_sessions =
        facts.stretches.empty() ? 1 : facts.stretches.back().plan.device_limit;
    AccessPhase after =
        blocked(common, line.paid_until ? "expired" : "not paid yet", settings, behaviour);
    after.message = line.paid_until ? "Your time is over. Pay to be online again."
                                    : "Not paid yet. Pay to be online.";
    phases.push_back(std::move(after));
    return phases;
}

std::string class_text(const AccessClass& access_class)
{
    return "sub:" + std::to_string(access_class.subscription_id.value) +
           (access_class.full ? ":full" : ":limited");
}

std::optional<AccessClass> read_class(std::string_view text)
{
    if (text.substr(0, 4) != "sub:")
        return std::nullopt;
    AccessClass read;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + 4, end, read.subscription_id.value);
    if (error != std::errc{})
        return std::nullopt;
    const std::string_view tail(rest, static_cast<std::size_t>(end - rest));
    if (tail != ":full" && tail != ":limited")
        return std::nullopt;
    read.full = tail == ":full";
    return read;
}

std::optional<std::string> read_station(std::string_view text)
{
    std::string mac;
    std::size_t digits = 0;
    for (const char c : text) {
        const char small = small_letter(c);
        if ((small >= '0' && small <= '9') || (small >= 'a' && small <= 'f')) {
            if (digits > 0 && digits % 2 == 0)
                mac.push_back(':');
            mac.push_back(small);
            ++digits;
        } else if (std::string_view(":-.").find(small) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    constexpr std::size_t kDigits = 12;
    return digits == kDigits ? std::optional(mac) : std::nullopt;
}

std::string normalise_station(std::string_view calling_station)
{
    if (auto mac = read_station(calling_station))
        return std::move(*mac);
    std::string lower(calling_station);
    std::transform(lower.begin(), lower.end(), lower.begin(), small_letter);
    return lower;
}

} // namespace mnara::domain
