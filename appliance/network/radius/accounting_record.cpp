#include "network/radius/accounting_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace mnara::network::radius {

namespace {

using Record = usecases::AccountingRecord;

// A spool may be replayed weeks later; a delay beyond this is a router that counts wrongly.
constexpr Seconds kDelayMax = std::chrono::days{90};
// Event-Timestamp sharpens the time of a packet that was sent again without a new delay. A router
// whose clock is further off than that is not believed, and never one whose clock is ahead.
constexpr Seconds kHintMax{60};
// 64 pebibytes in one session: more is a broken counter, and would overflow sums later.
constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 56;

std::optional<Record::Status> status_of(const Packet& packet)
{
    switch (packet.integer(Type::AcctStatusType).value_or(0)) {
    case 1:
        return Record::Status::Start;
    case 2:
        return Record::Status::Stop;
    case 3:
        return Record::Status::Interim;
    case 7:
        return Record::Status::AccountingOn;
    case 8:
        return Record::Status::AccountingOff;
    default:
        return std::nullopt;
    }
}

std::optional<RouterId> router_of(const Packet& packet)
{
    const std::string* name = packet.find(kMnaraRouter);
    if (name == nullptr)
        return std::nullopt;
    RouterId id;
    const char* const end = name->data() + name->size();
    const auto [stopped, error] = std::from_chars(name->data(), end, id.value);
    if (error != std::errc{} || stopped != end || id.value <= 0)
        return std::nullopt;
    return id;
}

std::string text_of(const Packet& packet, Name name)
{
    const std::string* value = packet.find(name);
    return value == nullptr ? std::string() : *value;
}

std::optional<std::string> optional_text(const Packet& packet, Name name)
{
    const std::string* value = packet.find(name);
    if (value == nullptr || value->empty())
        return std::nullopt;
    return *value;
}

// Counters only rise, so a value that cannot be true is read as 0, which changes nothing.
std::int64_t bytes_of(const Packet& packet, Name octets, Name gigawords)
{
    const std::uint64_t low = packet.integer(octets).value_or(0);
    const std::uint64_t high = packet.integer(gigawords).value_or(0);
    const std::uint64_t bytes = (high << 32) | low;
    return bytes > kBytesMax ? 0 : static_cast<std::int64_t>(bytes);
}

std::optional<std::string> address_of(const Packet& packet)
{
    const std::string* value = packet.find(Type::FramedIpAddress);
    if (value == nullptr || value->size() != 4)
        return std::nullopt;
    const auto part = [&](std::size_t at) { return static_cast<unsigned char>((*value)[at]); };
    return fmt::format("{}.{}.{}.{}", part(0), part(1), part(2), part(3));
}

std::optional<std::string> port_of(const Packet& packet)
{
    if (auto text = optional_text(packet, Type::NasPortId))
        return text;
    if (const auto number = packet.integer(Type::NasPort))
        return std::to_string(*number);
    return std::nullopt;
}

UnixTime event_time(const Packet& packet, UnixTime arrived_at)
{
    Seconds delay{packet.integer(Type::AcctDelayTime).value_or(0)};
    if (delay > kDelayMax)
        delay = Seconds{0};
    const UnixTime by_delay = std::max(arrived_at - delay, UnixTime{});
    if (const auto stamp = packet.integer(Type::EventTimestamp)) {
        const UnixTime hint = unix_time(*stamp);
        if (hint <= by_delay && by_delay - hint <= kHintMax)
            return hint;
    }
    return by_delay;
}

} // namespace

std::string terminate_cause_text(std::uint32_t cause)
{
    static constexpr std::array kNames{
        "user-request", "lost-carrier",  "lost-service",   "idle-timeout",   "session-timeout",
        "admin-reset",  "admin-reboot",  "port-error",     "nas-error",      "nas-request",
        "nas-reboot",   "port-unneeded", "port-preempted", "port-suspended", "service-unavailable",
        "callback",     "user-error",    "host-request"};
    if (cause >= 1 && cause <= kNames.size())
        return kNames[cause - 1];
    return fmt::format("cause {}", cause);
}

Result<Record, std::string> read_accounting(const Packet& packet, UnixTime arrived_at)
{
    const auto router = router_of(packet);
    if (!router)
        return refuse(std::string("no router id"));
    const auto status = status_of(packet);
    if (!status)
        return refuse(std::string("no status that is kept"));
    Record record;
    record.status = *status;
    record.router_id = *router;
    record.acct_session_id = text_of(packet, Type::AcctSessionId);
    const bool of_router =
        *status == Record::Status::AccountingOn || *status == Record::Status::AccountingOff;
    if (record.acct_session_id.empty() && !of_router)
        return refuse(std::string("no session id"));
    record.username = text_of(packet, Type::UserName);
    record.calling_station = text_of(packet, Type::CallingStationId);
    record.class_text = optional_text(packet, Type::Class);
    record.framed_ipv4 = address_of(packet);
    record.port = port_of(packet);
    if (const auto cause = packet.integer(Type::AcctTerminateCause))
        record.terminate_cause = terminate_cause_text(*cause);
    record.seconds = packet.integer(Type::AcctSessionTime).value_or(0);
    record.bytes_up = bytes_of(packet, Type::AcctInputOctets, Type::AcctInputGigawords);
    record.bytes_down = bytes_of(packet, Type::AcctOutputOctets, Type::AcctOutputGigawords);
    record.event_at = event_time(packet, arrived_at);
    return record;
}

} // namespace mnara::network::radius
