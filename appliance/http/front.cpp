// The poller's half of the front: accepting, waking, deadlines, room.
#include "http/front.hpp"

#include "core/check.hpp"
#include "domain/ip_network.hpp"
#include "http/connection.hpp"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace mnara::http {

namespace {

constexpr std::uint64_t kWake = 15; // and below it, the listeners by their number
constexpr int kBacklog = 1024;
constexpr int kAcceptsPerStep = 64;
constexpr int kEventsPerStep = 256;
constexpr Millis kSweepEvery{250};
constexpr int kRequestTimeout = 408;
constexpr int kUnavailable = 503;

void watch(int epoll, int operation, int file, std::uint32_t events, std::uint64_t id)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    if (::epoll_ctl(epoll, operation, file, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

// Gives POCO a socket that accept4 made, so that errno of the accept stays ours to read.
class AcceptedSocket : public Poco::Net::StreamSocket
{
public:
    explicit AcceptedSocket(int file) : StreamSocket(new Poco::Net::StreamSocketImpl(file)) {}
};

} // namespace

Front::Front(Handler& handler, const Clock& clock, const Log& log, Counters& counters,
             const std::string& listen, FrontLimits limits)
    : handler_(handler), clock_(clock), log_(log), counters_(counters), limits_(limits)
{
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (epoll_ < 0 || wake_ < 0)
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
    watch(epoll_, EPOLL_CTL_ADD, wake_, EPOLLIN, kWake);
    add_listener(listen, [](const Poco::Net::StreamSocket& socket) {
        return std::make_unique<Channel>(socket);
    });
}

void Front::listen_also(const std::string& listen, OpenChannel open)
{
    add_listener(listen, std::move(open));
}

void Front::add_listener(const std::string& listen, OpenChannel open)
{
    ENSURE(listeners_.size() < kWake);
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(listen), true, false);
    socket.listen(kBacklog);
    socket.setBlocking(false);
    watch(epoll_, EPOLL_CTL_ADD, socket.impl()->sockfd(), EPOLLIN, listeners_.size());
    listeners_.push_back({socket, std::move(open)});
}

Front::~Front()
{
    ::close(epoll_);
    ::close(wake_);
}

std::string Front::address(std::size_t number) const
{
    return listeners_.at(number).socket.address().toString();
}

void Front::poll_step(Millis wait)
{
    std::array<epoll_event, kEventsPerStep> events{};
    const Millis longest = std::min(wait, kSweepEvery);
    const int count =
        ::epoll_wait(epoll_, events.data(), kEventsPerStep, static_cast<int>(longest.count()));
    for (int at = 0; at < count; ++at) {
        const std::uint64_t id = events[static_cast<std::size_t>(at)].data.u64;
        if (id < listeners_.size()) {
            accept_all(listeners_[id]);
        } else if (id == kWake) {
            std::uint64_t times = 0;
            [[maybe_unused]] const auto size = ::read(wake_, &times, sizeof times);
        } else {
            const std::lock_guard lock(mutex_);
            // Its stream may have queued it since; parking it again asks anew what there is.
            if (const auto found = connections_.find(id);
                found != connections_.end() && !found->second->queued)
                queue_locked(*found->second);
        }
    }
    const Millis now = clock_.mono();
    bool stopping = false;
    {
        const std::lock_guard lock(mutex_);
        stopping = stopping_;
    }
    if (stopping)
        stop_listening();
    if (has_listeners_ && !listening_ && now >= accept_again_at_)
        watch_listeners();
    if (now >= next_sweep_) {
        next_sweep_ = now + kSweepEvery;
        sweep();
    }
}

void Front::watch_listeners()
{
    // Memory may still be short: then none counts as watched, and it is tried again.
    accept_again_at_ = clock_.mono() + limits_.accept_pause;
    for (std::size_t number = 0; number < listeners_.size(); ++number) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = number;
        const int file = listeners_[number].socket.impl()->sockfd();
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event) != 0 && errno != EEXIST)
            return;
    }
    listening_ = true;
}

void Front::stop_listening()
{
    if (has_listeners_) {
        has_listeners_ = false;
        for (Listener& listener : listeners_)
            listener.socket.close(); // a new daemon may take the port at once
        drain_until_ = clock_.mono() + limits_.drain;
    }
    close_idle();
}

void Front::accept_all(Listener& listener)
{
    for (int times = 0; times < kAcceptsPerStep && accept_one(listener); ++times) {
    }
}

bool Front::accept_one(Listener& listener)
{
    if (!listening_) // another listener found that there is no room
        return false;
    const int file =
        ::accept4(listener.socket.impl()->sockfd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (file < 0) {
        if (errno == EINTR || errno == ECONNABORTED)
            return true;
        if (errno != EAGAIN)
            pause_accepting(errno);
        return false;
    }
    const Poco::Net::StreamSocket socket = AcceptedSocket(file);
    try {
        admit(socket, listener.open);
    } catch (const std::exception&) {
        // It went away between the accept and here.
    }
    return true;
}

// Out of file descriptors or memory: listeners stay readable, so leave them for a moment instead of
// spinning on them.
void Front::pause_accepting(int error)
{
    ++counters_.accept_failures;
    log_.warning("http.accept_failed", "a connection could not be taken", {{"errno", error}});
    for (const Listener& listener : listeners_)
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listener.socket.impl()->sockfd(), nullptr);
    listening_ = false;
    accept_again_at_ = clock_.mono() + limits_.accept_pause;
}

void Front::admit(const Poco::Net::StreamSocket& accepted, const OpenChannel& open)
{
    Poco::Net::StreamSocket socket = accepted;
    socket.setBlocking(false);
    socket.setNoDelay(true);
    const std::string peer = socket.peerAddress().host().toString();
    auto channel = open(socket);
    const std::lock_guard lock(mutex_);
    const std::string household = domain::household_of(peer);
    if (!make_room(household)) {
        ++counters_.connections_refused;
        // Through TLS it could not be said before a handshake, which takes the room there is not.
        if (channel->is_open())
            channel->send(write_reply(handler_.refusal(kUnavailable), false, false, clock_.now()));
        return;
    }
    const std::uint64_t id = ++last_id_;
    auto connection = std::make_unique<Connection>(
        id, std::move(channel), peer,
        RequestReader(limits_.header_bytes_max,
                      [this](const std::string& method, const std::string& path) {
                          return handler_.body_bytes_max(method, path);
                      }));
    connection->began = clock_.mono();
    connection->deadline = deadline_of(*connection);
    watch(epoll_, EPOLL_CTL_ADD, connection->channel->file(), EPOLLIN | EPOLLONESHOT, id);
    connections_.emplace(id, std::move(connection));
    ++per_household_[household];
    ++counters_.connections_accepted;
    ++counters_.connections_open;
}

// At a limit the connection that has waited longest for its client gives way, of the same
// household where that is the limit, so that no flood of silent connections locks out a newcomer or
// a whole NAT.
bool Front::make_room(const std::string& household)
{
    const auto held = per_household_.find(household);
    const bool household_full =
        held != per_household_.end() && held->second >= limits_.connections_per_address_max;
    if (!household_full && connections_.size() < limits_.connections_max)
        return true;
    const Connection* longest = nullptr;
    for (const auto& [id, connection] : connections_)
        if (!connection->queued && connection->may_give_way() &&
            (!household_full || connection->household == household) &&
            (longest == nullptr || connection->began < longest->began))
            longest = connection.get();
    if (longest == nullptr)
        return false;
    ++counters_.connections_evicted;
    close_locked(longest->id);
    return true;
}

Millis Front::deadline_of(const Connection& connection) const
{
    if (connection.lingering)
        return connection.began + limits_.linger;
    if (!connection.channel->is_open())
        return connection.began + limits_.handshake_deadline;
    if (!connection.out.empty())
        return connection.began + limits_.reply_deadline;
    if (connection.stream != nullptr)
        return connection.began + limits_.heartbeat;
    switch (connection.reader.state()) {
    case RequestReader::State::Idle:
        return connection.began + limits_.idle_deadline;
    case RequestReader::State::Header:
        return connection.began + limits_.header_deadline;
    default:
        return connection.began + limits_.body_deadline;
    }
}

void Front::sweep()
{
    const Millis now = clock_.mono();
    const bool is_drained_enough = drain_until_ && now >= *drain_until_;
    const std::lock_guard lock(mutex_);
    std::vector<Connection*> over;
    for (const auto& [id, connection] : connections_)
        if (!connection->queued && (is_drained_enough || now >= connection->deadline))
            over.push_back(connection.get());
    for (Connection* connection : over) {
        if (connection->stream != nullptr && connection->out.empty() && !is_drained_enough) {
            queue_locked(*connection); // it is time that its stream says something
            continue;
        }
        const bool asking = connection->reader.state() == RequestReader::State::Header ||
                            connection->reader.state() == RequestReader::State::Body;
        if (!connection->lingering)
            ++counters_.connections_timed_out;
        const bool wants_to_know = asking && connection->out.empty() && !connection->lingering;
        if (is_drained_enough || !wants_to_know || !tell_late(*connection))
            close_locked(connection->id);
    }
}

// It still waits for bytes, so it keeps its place in the epoll set and ends by reading our end, or
// at its next deadline. False where it is gone already.
bool Front::tell_late(Connection& connection)
{
    const std::string bytes =
        write_reply(handler_.refusal(kRequestTimeout), false, false, clock_.now());
    try {
        connection.channel->send(bytes);
        connection.channel->end();
    } catch (const std::exception&) {
        return false;
    }
    connection.lingering = true;
    connection.began = clock_.mono();
    connection.deadline = deadline_of(connection);
    return true;
}

void Front::close_idle()
{
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> idle;
    for (const auto& [id, connection] : connections_)
        if (!connection->queued && connection->out.empty() && !connection->lingering &&
            connection->reader.state() == RequestReader::State::Idle)
            idle.push_back(id);
    for (const std::uint64_t id : idle)
        close_locked(id);
}

void Front::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    const std::uint64_t once = 1;
    [[maybe_unused]] const auto size = ::write(wake_, &once, sizeof once);
    ready_changed_.notify_all();
}

bool Front::drained() const
{
    const std::lock_guard lock(mutex_);
    return stopping_ && connections_.empty();
}

} // namespace mnara::http
