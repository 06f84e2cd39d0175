#include "interims.hpp"

#include "event_loop.hpp"
#include "packets.hpp"
#include "sockets.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {

namespace {

// An id is one byte, so many sockets take turns: an id comes again after 256 x 32 reports.
constexpr std::size_t kSockets = 32;
constexpr std::size_t kIds = 256;
constexpr std::uint32_t kInterimUpdate = 3;   // RFC 2866 section 5.1
constexpr std::uint8_t kInputGigawords = 52;  // RFC 2869
constexpr std::uint8_t kOutputGigawords = 53; // RFC 2869
constexpr std::uint64_t kBytesUpPerSecond = 20'000;
constexpr std::uint64_t kBytesDownPerSecond = 300'000;
constexpr std::chrono::seconds kLastAnswers{3};

struct Session
{
    std::string username, session_id, calling_station, session_class;
    std::int64_t started_at = 0; // UTC seconds
};

void add_octets(bench::Packet& packet, std::uint8_t low, std::uint8_t high, std::uint64_t count)
{
    packet.add_number(low, static_cast<std::uint32_t>(count));
    packet.add_number(high, static_cast<std::uint32_t>(count >> 32));
}

std::string interim_update(std::uint8_t id, const Session& session, const std::string& secret)
{
    namespace type = bench::type;
    const auto wall = std::chrono::duration_cast<std::chrono::seconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
    const auto seconds = static_cast<std::uint32_t>(wall - session.started_at);
    bench::Packet packet(bench::Kind::AccountingRequest, id, {});
    packet.add_number(type::kAcctStatusType, kInterimUpdate);
    packet.add(type::kUserName, session.username);
    packet.add(type::kAcctSessionId, session.session_id);
    packet.add(type::kCallingStationId, session.calling_station);
    packet.add(type::kClass, session.session_class);
    packet.add_number(type::kAcctSessionTime, seconds);
    packet.add_number(type::kEventTimestamp, static_cast<std::uint32_t>(wall));
    add_octets(packet, type::kAcctInputOctets, kInputGigawords, kBytesUpPerSecond * seconds);
    add_octets(packet, type::kAcctOutputOctets, kOutputGigawords, kBytesDownPerSecond * seconds);
    return packet.sign(secret);
}

std::vector<Session> read_sessions(const std::string& path)
{
    std::ifstream file(path);
    std::vector<Session> sessions;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        Session s;
        std::getline(words, s.username, '\t');
        std::getline(words, s.session_id, '\t');
        std::getline(words, s.calling_station, '\t');
        std::getline(words, s.session_class, '\t');
        words >> s.started_at;
        sessions.push_back(std::move(s));
    }
    if (sessions.empty())
        throw std::runtime_error("no sessions in " + path);
    return sessions;
}

class Interims
{
public:
    explicit Interims(const InterimsOptions& options)
        : options_(options), sessions_(read_sessions(options.file)), asked_(kSockets * kIds)
    {
        for (std::size_t i = 0; i < kSockets; ++i) {
            sockets_[i] = open_udp(address_of(options.radius), options.source);
            loop_.watch(sockets_[i].file(), EPOLLIN, [this, i](std::uint32_t) { receive(i); });
        }
    }

    nlohmann::json run()
    {
        first_ = now();
        send();
        loop_.run(first_ + Micros(static_cast<std::int64_t>(options_.seconds * 1e6)) +
                  kLastAnswers);
        return {{"answered", latencies_.summary()},
                {"sent", sent_},
                {"lost", sent_ - latencies_.count()}};
    }

private:
    struct Asked
    {
        std::string request; // empty: answered
        Time due;
    };

    void send()
    {
        const std::size_t slot = sent_ % asked_.size();
        asked_[slot] = {interim_update(static_cast<std::uint8_t>(slot / kSockets),
                                       sessions_[sent_ % sessions_.size()], options_.secret),
                        due_at(sent_)};
        const std::string& request = asked_[slot].request;
        // A full socket buffer is a lost report, as on a real network.
        (void)::send(sockets_[slot % kSockets].file(), request.data(), request.size(), 0);
        ++sent_;
        if (due_at(sent_) < first_ + Micros(static_cast<std::int64_t>(options_.seconds * 1e6)))
            loop_.at(due_at(sent_), [this] { send(); });
        else
            all_sent_ = true;
    }

    void receive(std::size_t socket)
    {
        std::array<char, 4096> bytes{};
        ssize_t got = 0;
        while ((got = ::recv(sockets_[socket].file(), bytes.data(), bytes.size(), 0)) > 1) {
            const auto id = static_cast<std::uint8_t>(bytes[1]);
            Asked& asked = asked_[id * kSockets + socket];
            if (asked.request.empty() ||
                !bench::read_reply({bytes.data(), static_cast<std::size_t>(got)}, asked.request,
                                   options_.secret))
                continue;
            latencies_.add(asked.due, now());
            asked.request.clear();
        }
        if (all_sent_ && latencies_.count() == sent_)
            loop_.stop();
    }

    [[nodiscard]] Time due_at(std::size_t number) const
    {
        return first_ +
               Micros(static_cast<std::int64_t>(1e6 * static_cast<double>(number) / options_.rate));
    }

    const InterimsOptions& options_;
    std::vector<Session> sessions_;
    EventLoop loop_;
    std::array<Socket, kSockets> sockets_;
    std::vector<Asked> asked_;
    Latencies latencies_;
    Time first_;
    std::size_t sent_ = 0;
    bool all_sent_ = false;
};

} // namespace

nlohmann::json run_interims(const InterimsOptions& options)
{
    return Interims(options).run();
}

} // namespace load
