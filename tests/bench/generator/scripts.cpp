#include "scripts.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <ctime>
#include <numeric>

namespace bench {

namespace {

constexpr std::uint32_t kFramed = 2, kPpp = 1, kVirtual = 5, kRadius = 1, kUserRequest = 1;
constexpr int kAttemptsMost = 50;

std::uint32_t router_address(const Target& target)
{
    in_addr address{};
    inet_pton(AF_INET, target.source.c_str(), &address);
    return ntohl(address.s_addr);
}

// What RouterOS says of a PPPoE customer in both kinds of packet.
void add_customer(Packet& packet, const Target& target, Number i)
{
    packet.add_number(type::kServiceType, kFramed);
    packet.add_number(type::kFramedProtocol, kPpp);
    packet.add_number(type::kNasPortType, kVirtual);
    packet.add(type::kUserName, username(i));
    packet.add(type::kCallingStationId, device(i));
    packet.add(type::kCalledStationId, "pppoe-tower");
    packet.add(type::kNasPortId, "ether2");
    packet.add(type::kNasIdentifier, "bench tower");
    packet.add_number(type::kNasIpAddress, router_address(target));
}

std::string login(const Target& target, Number i, Method method, std::uint8_t id,
                  std::mt19937_64& chance)
{
    const Bytes16 authenticator = any_bytes(chance);
    Packet packet(Kind::AccessRequest, id, authenticator);
    add_customer(packet, target, i);
    add_password(packet, method, username(i), password(i), target.secret, authenticator, chance);
    return packet.sign(target.secret);
}

std::string report_of(const Target& target, Number i, const Report& report, std::uint8_t id,
                      const std::string& class_text)
{
    Packet packet(Kind::AccountingRequest, id, {});
    add_customer(packet, target, i);
    packet.add_number(type::kAcctStatusType, static_cast<std::uint32_t>(report.status));
    packet.add(type::kAcctSessionId, session_id(report.prefix, i));
    packet.add_number(type::kAcctAuthentic, kRadius);
    packet.add_number(type::kFramedIpAddress, address(i));
    packet.add(type::kClass, class_text);
    packet.add_number(type::kEventTimestamp, static_cast<std::uint32_t>(std::time(nullptr)));
    packet.add_number(type::kAcctDelayTime, 0);
    if (report.status != Status::Start) {
        packet.add_number(type::kAcctSessionTime, report.age);
        packet.add_number(type::kAcctInputOctets, report.age * 20'000);
        packet.add_number(type::kAcctOutputOctets, report.age * 300'000);
    }
    if (report.status == Status::Stop)
        packet.add_number(type::kAcctTerminateCause, kUserRequest);
    return packet.sign(target.secret);
}

// The Class that the box gives to the line of the filler's subscriber i.
std::string class_of(Number i)
{
    return "sub:" + std::to_string(i + 1) + ":full";
}

} // namespace

Turns::Turns(const People& people) : people_(people)
{
    // A step without a common divisor visits everybody.
    step_ = std::max<Number>(1, people.count * 618 / 1000);
    while (std::gcd(step_, people.count) != 1)
        ++step_;
}

Number Turns::next()
{
    at_ = (at_ + step_) % people_.count;
    return people_.first + at_;
}

Logins::Logins(const Target& target, const People& people, Method method, long long count)
    : target_(target), turns_(people), method_(method), left_(count)
{
}

std::optional<Script::Request> Logins::next(std::uint8_t id)
{
    if (left_-- <= 0)
        return std::nullopt;
    return Request{0, login(target_, turns_.next(), method_, id, chance_)};
}

Reports::Reports(const Target& target, const People& people, Report report, long long count)
    : target_(target), people_(people), turns_(people), report_(std::move(report)), left_(count)
{
}

std::optional<Script::Request> Reports::next(std::uint8_t id)
{
    if (left_-- <= 0)
        return std::nullopt;
    const Number i = turns_.next();
    return Request{0, report_of(target_, i, report_, id, class_of(i))};
}

Storm::Storm(const Target& target, const People& people, std::string prefix)
    : target_(target), people_(people), prefix_(std::move(prefix)),
      persons_(static_cast<std::size_t>(people.count)), start_(std::chrono::steady_clock::now())
{
    for (long long owner = 0; owner < people.count; ++owner)
        ready_.push_back(owner);
}

std::optional<Script::Request> Storm::next(std::uint8_t id)
{
    if (ready_.empty())
        return std::nullopt;
    const long long owner = ready_.front();
    ready_.pop_front();
    const Person& person = persons_[static_cast<std::size_t>(owner)];
    const Number i = people_.first + owner;
    if (person.step == Step::Login)
        return Request{owner, login(target_, i, Method::MsChap2, id, chance_)};
    return Request{owner,
                   report_of(target_, i, {Status::Start, prefix_, 0}, id, person.class_text)};
}

void Storm::answered(long long owner, const Reply& reply)
{
    Person& person = persons_[static_cast<std::size_t>(owner)];
    if (reply.kind == Kind::AccessAccept) {
        person.step = Step::Start;
        person.class_text = std::string(reply.class_text);
        ready_.push_front(owner);
    } else if (reply.kind == Kind::AccountingResponse) {
        person.step = Step::Online;
        person.online_after =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    } else {
        again(owner);
    }
}

void Storm::lost(long long owner)
{
    again(owner);
}

void Storm::again(long long owner)
{
    Person& person = persons_[static_cast<std::size_t>(owner)];
    if (++person.attempts >= kAttemptsMost) {
        person.step = Step::GivenUp;
        return;
    }
    ready_.push_back(owner); // a lost Start is told again, a lost login is dialled again
}

std::string Storm::summary(const Tally& tally) const
{
    std::vector<double> online;
    for (const Person& person : persons_)
        if (person.step == Step::Online)
            online.push_back(person.online_after);
    std::sort(online.begin(), online.end());
    const auto at = [&](double share) {
        return online.empty() ? 0.0
                              : online[static_cast<std::size_t>(
                                    share * static_cast<double>(online.size() - 1))];
    };
    char text[400];
    std::snprintf(text, sizeof text,
                  "{\"people\": %lld, \"online\": %zu, \"all_s\": %.4f, \"half_s\": %.4f, "
                  "\"p99_s\": %.4f, \"rejected\": %lld, \"lost\": %lld, \"retransmitted\": %lld, "
                  "\"unreadable\": %lld}",
                  people_.count, online.size(), at(1), at(0.5), at(0.99), tally.rejected,
                  tally.lost, tally.retransmitted, tally.unreadable);
    return text;
}

} // namespace bench
