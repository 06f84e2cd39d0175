#include "traffic.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::size_t kIds = 256;
constexpr std::size_t kBatch = 64;
constexpr std::size_t kReplyBytes = 4096;
constexpr int kBufferBytes = 8 * 1024 * 1024;

sockaddr_in endpoint(const std::string& address, std::uint16_t port)
{
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &out.sin_addr) != 1)
        throw std::runtime_error(address + " is not an IPv4 address");
    return out;
}

// A server remembers an answered identifier for seconds, as it should. With a few sockets more than
// the window needs, none is used again at once.
std::size_t sockets_for(int outstanding)
{
    return std::max<std::size_t>(16, static_cast<std::size_t>(outstanding) / 128 + 1);
}

int open_socket(const sockaddr_in& source)
{
    const int s = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // Ours must not be where packets are lost; without root the system's limit holds.
    if (::setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes) != 0)
        ::setsockopt(s, SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
    if (s < 0 || ::bind(s, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0)
        throw std::runtime_error(std::string("no socket: ") + std::strerror(errno));
    return s;
}

} // namespace

Traffic::Traffic(const Target& target, const Pace& pace)
    : target_(target), pace_(pace), auth_(endpoint(target.address, target.auth_port)),
      acct_(endpoint(target.address, target.acct_port))
{
    const sockaddr_in source = endpoint(target.source, 0);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < sockets_for(pace.outstanding); ++i) {
        sockets_.push_back(open_socket(source));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, sockets_.back(), &event);
    }
    slots_.resize(sockets_.size() * kIds);
    for (std::size_t i = 0; i < slots_.size(); ++i)
        free_.push_back(i);
}

Traffic::~Traffic()
{
    for (const int s : sockets_)
        ::close(s);
    ::close(epoll_);
}

Tally Traffic::run(Script& script, double seconds)
{
    tally_ = {};
    const SteadyTime start = std::chrono::steady_clock::now();
    const auto until = start + std::chrono::duration<double>(seconds);
    std::array<epoll_event, 64> events{};
    SteadyTime last = start;
    for (;;) {
        const bool open = seconds <= 0 || std::chrono::steady_clock::now() < until;
        if (open)
            fill(script);
        send_pending();
        if (in_flight_ == 0)
            break;
        const int ready = ::epoll_wait(epoll_, events.data(), events.size(), 10);
        for (int i = 0; i < ready; ++i)
            receive(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64), script);
        if (ready > 0)
            last = std::chrono::steady_clock::now();
        expire(script);
    }
    tally_.seconds = std::chrono::duration<double>(last - start).count();
    return std::move(tally_);
}

void Traffic::fill(Script& script)
{
    while (in_flight_ < pace_.outstanding && !free_.empty()) {
        const std::size_t at = free_.front();
        auto request = script.next(static_cast<std::uint8_t>(at % kIds));
        if (!request)
            return;
        free_.pop_front();
        Slot& slot = slots_[at];
        slot.bytes = std::move(request->bytes);
        slot.owner = request->owner;
        slot.tries = 0;
        slot.busy = true;
        ++slot.generation;
        ++in_flight_;
        ++tally_.sent;
        pending_.push_back(at);
    }
}

void Traffic::send_pending()
{
    while (!pending_.empty()) {
        std::array<mmsghdr, kBatch> messages{};
        std::array<iovec, kBatch> parts{};
        std::array<std::size_t, kBatch> which{};
        const std::size_t socket = pending_.front() / kIds;
        std::size_t count = 0;
        while (count < kBatch && !pending_.empty() && pending_.front() / kIds == socket) {
            Slot& slot = slots_[pending_.front()];
            which[count] = pending_.front();
            pending_.pop_front();
            parts[count] = {slot.bytes.data(), slot.bytes.size()};
            const bool access = slot.bytes[0] == static_cast<char>(Kind::AccessRequest);
            messages[count].msg_hdr.msg_name = access ? &auth_ : &acct_;
            messages[count].msg_hdr.msg_namelen = sizeof auth_;
            messages[count].msg_hdr.msg_iov = &parts[count];
            messages[count].msg_hdr.msg_iovlen = 1;
            ++count;
        }
        const SteadyTime now = std::chrono::steady_clock::now();
        // What the kernel does not take is as lost as on a wire: its timer sends it again.
        ::sendmmsg(sockets_[socket], messages.data(), static_cast<unsigned>(count), 0);
        for (std::size_t i = 0; i < count; ++i) {
            Slot& slot = slots_[which[i]];
            if (slot.tries++ == 0)
                slot.first_sent = now;
            else
                ++tally_.retransmitted;
            timers_.push_back({now + pace_.timeout, which[i], slot.generation});
        }
    }
}

void Traffic::receive(std::size_t socket, Script& script)
{
    static std::array<std::array<char, kReplyBytes>, kBatch> buffers;
    for (;;) {
        std::array<mmsghdr, kBatch> messages{};
        std::array<iovec, kBatch> parts{};
        for (std::size_t i = 0; i < kBatch; ++i) {
            parts[i] = {buffers[i].data(), kReplyBytes};
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        const int got = ::recvmmsg(sockets_[socket], messages.data(), kBatch, 0, nullptr);
        for (int i = 0; i < got; ++i) {
            const auto at = static_cast<std::size_t>(i);
            take(socket, {buffers[at].data(), messages[at].msg_len}, script);
        }
        if (got < static_cast<int>(kBatch))
            return;
    }
}

void Traffic::take(std::size_t socket, std::string_view bytes, Script& script)
{
    if (bytes.size() < 20) {
        ++tally_.unreadable;
        return;
    }
    const std::size_t at = socket * kIds + static_cast<unsigned char>(bytes[1]);
    Slot& slot = slots_[at];
    if (!slot.busy)
        return; // the answer to a retransmission that came after the first answer
    const auto reply = read_reply(bytes, slot.bytes, target_.secret);
    if (!reply) {
        ++tally_.unreadable;
        return;
    }
    const auto took = std::chrono::steady_clock::now() - slot.first_sent;
    tally_.micros.push_back(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    if (reply->kind == Kind::AccessAccept)
        ++tally_.accepted;
    else if (reply->kind == Kind::AccessReject)
        ++tally_.rejected;
    else
        ++tally_.acknowledged;
    if (reply->kind != Kind::AccountingResponse && !reply->has_message_authenticator)
        ++tally_.unsigned_replies;
    const long long owner = slot.owner;
    release(at);
    script.answered(owner, *reply);
}

void Traffic::expire(Script& script)
{
    const SteadyTime now = std::chrono::steady_clock::now();
    while (!timers_.empty() && timers_.front().at <= now) {
        const Timer timer = timers_.front();
        timers_.pop_front();
        Slot& slot = slots_[timer.slot];
        if (!slot.busy || slot.generation != timer.generation)
            continue;
        if (slot.tries < pace_.tries) {
            pending_.push_back(timer.slot);
            continue;
        }
        ++tally_.lost;
        const long long owner = slot.owner;
        release(timer.slot);
        script.lost(owner);
    }
}

void Traffic::release(std::size_t at)
{
    slots_[at].busy = false;
    free_.push_back(at);
    --in_flight_;
}

} // namespace bench
